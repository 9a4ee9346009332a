"""Issues and their whole histories, as the measuring rooms take them."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import msgspec
from sqlalchemy import Connection, Table, func, or_, select

from mappings.events.vocabulary import Change, Comment, Issue, Link, Worklog
from mappings.measure.ticket import Ticket
from mappings.records.bulk import in_groups
from mappings.records.tables import change, comment, issue, link, worklog

pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Issue).decode

Row = TypeVar("Row")


@dataclass(frozen=True, slots=True)
class IssueLabel:
    """What a list shows of an issue; `secured` where it has a security level of its own."""

    issue_id: int
    key: str
    summary: str
    project_id: str | None
    secured: bool


@dataclass(frozen=True, slots=True)
class StoredIssue:
    """An issue as stored, and whether Jira's totals say that its history is whole."""

    issue: Issue
    complete: bool
    subtask: bool
    parent_id: int | None


def select_tickets(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Ticket]:
    """Return issues with their histories and those of their sub-tasks; an issue that is gone is absent."""
    tickets: dict[int, Ticket] = {}
    for group in in_groups(issue_ids):
        tickets |= _select_group(connection, tenant_id, group)
    return tickets


def _select_group(connection: Connection, tenant_id: int, wanted: list[int]) -> dict[int, Ticket]:
    found = _select_issues(connection, tenant_id, wanted)
    ids = list(found)
    changes = _select_changes(connection, tenant_id, ids)
    worklogs = _select_parts(connection, tenant_id, worklog, Worklog, ids)
    comments = _select_comments(connection, tenant_id, ids)
    links = _select_links(connection, tenant_id, ids)
    bare = {
        i: Ticket(
            stored.issue,
            tuple(changes.get(i, ())),
            tuple(worklogs.get(i, ())),
            tuple(comments.get(i, ())),
            tuple(links.get(i, ())),
            complete=stored.complete,
        )
        for i, stored in found.items()
    }
    children: defaultdict[int, list[Ticket]] = defaultdict(list)
    for i, stored in found.items():
        if stored.subtask and stored.parent_id is not None:
            children[stored.parent_id].append(bare[i])
    return {i: _with_children(bare[i], children.get(i)) for i in wanted if i in bare}


def _with_children(ticket: Ticket, children: list[Ticket] | None) -> Ticket:
    if not children:
        return ticket
    ordered = sorted(children, key=lambda child: child.issue.issue_id)
    return msgspec.structs.replace(ticket, subtasks=tuple(ordered))


def _select_issues(connection: Connection, tenant_id: int, wanted: list[int]) -> dict[int, StoredIssue]:
    mine = issue.c.tenant_id == tenant_id
    children = (issue.c.parent_id.in_(wanted)) & issue.c.subtask.is_(True)
    query = select(issue.c.issue_id, issue.c.body, issue.c.complete, issue.c.subtask, issue.c.parent_id)
    rows = connection.execute(query.where(mine, or_(issue.c.issue_id.in_(wanted), children)).order_by(issue.c.issue_id))
    return {row[0]: StoredIssue(_unpack(row[1]), row[2], row[3], row[4]) for row in rows}


_CHANGE = ("issue_id", "history_id", "place", "at", "author", "field", "field_id", "old", "old_text", "new", "new_text")
_COMMENT = (
    "comment_id",
    "issue_id",
    "author",
    "created",
    "updated",
    "length",
    "cjk",
    "digest",
    "mentions",
    "restricted",
)


def _select_changes(connection: Connection, tenant_id: int, ids: list[int]) -> Mapping[int, list[Change]]:
    query = select(*(change.c[name] for name in _CHANGE)).where(
        change.c.tenant_id == tenant_id, change.c.issue_id.in_(ids)
    )
    found: defaultdict[int, list[Change]] = defaultdict(list)
    for row in connection.execute(query.order_by(change.c.at, change.c.history_id, change.c.place)):
        found[row[0]].append(Change(*row))
    return found


def _select_parts(
    connection: Connection, tenant_id: int, table: Table, kind: type[Row], ids: list[int]
) -> Mapping[int, list[Row]]:
    columns = [table.c[name] for name in kind.__struct_fields__]  # type: ignore[attr-defined]  # each is a Struct
    query = select(*columns).where(table.c.tenant_id == tenant_id, table.c.issue_id.in_(ids)).order_by(columns[0])
    found: defaultdict[int, list[Row]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.issue_id].append(kind(*row))
    return found


def _select_comments(connection: Connection, tenant_id: int, ids: list[int]) -> Mapping[int, list[Comment]]:
    query = select(*(comment.c[name] for name in _COMMENT))
    query = query.where(comment.c.tenant_id == tenant_id, comment.c.issue_id.in_(ids)).order_by(comment.c.comment_id)
    found: defaultdict[int, list[Comment]] = defaultdict(list)
    for row in connection.execute(query):
        found[row.issue_id].append(_comment(row))
    return found


def _comment(row: Any) -> Comment:
    *head, mentions, restricted = row
    values = dict(zip(_COMMENT, head, strict=False), mentions=tuple(mentions.split("\n")) if mentions else ())
    return Comment(**values, restricted=restricted)


def _select_links(connection: Connection, tenant_id: int, ids: list[int]) -> Mapping[int, list[Link]]:
    names = ("link_id", "issue_id", "other_id", "other_key", "type_name", "name", "outward")
    query = select(*(link.c[name] for name in names)).where(link.c.tenant_id == tenant_id, link.c.issue_id.in_(ids))
    found: defaultdict[int, list[Link]] = defaultdict(list)
    for row in connection.execute(query.order_by(link.c.link_id)):
        found[row[1]].append(Link(*row))
    return found


def select_labels(connection: Connection, tenant_id: int, issue_ids: Iterable[int]) -> dict[int, IssueLabel]:
    """Return key, title and project of issues, for lists."""
    columns = [issue.c[name] for name in IssueLabel.__dataclass_fields__]
    found: dict[int, IssueLabel] = {}
    for group in in_groups(issue_ids):
        query = select(*columns).where(issue.c.tenant_id == tenant_id, issue.c.issue_id.in_(group))
        found |= {row[0]: IssueLabel(*row) for row in connection.execute(query)}
    return found


def select_issue_id(connection: Connection, tenant_id: int, key: str) -> int | None:
    """Return the id of the issue that carries a key now."""
    return connection.execute(
        select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.key == key)
    ).scalar()


def select_issue_ids_after(connection: Connection, tenant_id: int, after: int, limit: int) -> list[int]:
    """Return the next issues in order of id, sub-tasks left out: they count for their parents."""
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.issue_id > after)
    query = query.where(issue.c.subtask.is_(False)).order_by(issue.c.issue_id).limit(limit)
    return list(connection.execute(query).scalars())


def count_issues(connection: Connection, tenant_id: int) -> int:
    """Return how many issues are known, sub-tasks left out."""
    query = select(func.count()).select_from(issue).where(issue.c.tenant_id == tenant_id, issue.c.subtask.is_(False))
    return connection.execute(query).scalar_one()


def read_body(body: Any) -> Issue:
    """Return an issue from its stored bytes."""
    return _unpack(body)
