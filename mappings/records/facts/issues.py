"""Issues with their whole histories, as they are measured."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Select, Table, bindparam, func, or_, select

from mappings.events.types import Change, Comment, Instant, Issue, Link, Worklog
from mappings.measure.model.site_names import SiteNames
from mappings.measure.model.site_ticket import rewrite_ticket
from mappings.measure.model.ticket import Ticket
from mappings.records.facts.site_names import select_site_names
from mappings.records.sql.bulk import among, among_bound_ids
from mappings.records.tables import change, comment, issue, link, worklog

pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Issue).decode


class IssueLabel(Struct, frozen=True, gc=False):
    """What a list shows of an issue; `secured`: it has a security level of its own."""

    issue_id: int
    key: str
    summary: str
    project_id: str | None
    secured: bool


class IssueLocation(Struct, frozen=True, gc=False):
    """An issue's project and key, when it changed, and whether it has a security level, as it was last read."""

    project_id: str | None
    key: str
    updated: Instant
    secured: bool


# Issue id, instant, author.
StatusChange = tuple[int, Instant, str]


class StoredIssue(Struct, frozen=True, gc=False):
    """An issue as stored; `complete`: its history is whole by Jira's totals."""

    issue: Issue
    complete: bool
    subtask: bool
    parent_id: int | None


def select_tickets(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Ticket]:
    """Return issues with their histories and sub-tasks, names replaced by the site's ids; a deleted issue is absent."""
    stored_issues = _select_issues(connection, tenant_id, issue_ids)
    ids = list(stored_issues)
    changes = _select_changes(connection, tenant_id, ids)
    worklogs = _select_worklogs(connection, tenant_id, ids)
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
        for i, stored in stored_issues.items()
    }
    children: defaultdict[int, list[Ticket]] = defaultdict(list)
    for i, stored in stored_issues.items():
        if stored.subtask and stored.parent_id is not None:
            children[stored.parent_id].append(bare[i])
    whole = {i: _with_children(bare[i], children.get(i)) for i in issue_ids if i in bare}
    names = select_site_names(connection, tenant_id) if whole else SiteNames()
    return {i: rewrite_ticket(ticket, names) for i, ticket in whole.items()}


def _with_children(ticket: Ticket, children: list[Ticket] | None) -> Ticket:
    if not children:
        return ticket
    ordered = sorted(children, key=lambda child: child.issue.issue_id)
    return msgspec.structs.replace(ticket, subtasks=tuple(ordered))


def _select_issues(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, StoredIssue]:
    values = _bound_ids(tenant_id, issue_ids)
    # Two statements: with an OR neither database would use both indexes.
    rows = [row for query in (_ISSUES, _CHILDREN) for row in connection.execute(query, values).all()]
    return {row[0]: StoredIssue(_unpack(row[1]), row[2], row[3], row[4]) for row in rows}


_ANY = select(issue.c.issue_id, issue.c.body, issue.c.complete, issue.c.subtask, issue.c.parent_id).where(
    issue.c.tenant_id == bindparam("at_tenant")
)
_ISSUES = _ANY.where(among_bound_ids(issue.c.issue_id))
_CHILDREN = _ANY.where(issue.c.subtask.is_(True), among_bound_ids(issue.c.parent_id))


def select_assigned(connection: Connection, tenant_id: int, issue_ids: Collection[int], account: str) -> set[int]:
    """Return which of these tickets are assigned to somebody."""
    rows = connection.execute(_ISSUES, _bound_ids(tenant_id, issue_ids)).all()
    return {row[0] for row in rows if _unpack(row[1]).assignee == account}


def _bound_ids(tenant_id: int, ids: Collection[int]) -> dict[str, Any]:
    return {"at_tenant": tenant_id, "at_ids": tuple(ids)}


def _parts_of(table: Table, names: Sequence[str], *order: str) -> Select[Any]:
    query = select(*(table.c[name] for name in names))
    query = query.where(table.c.tenant_id == bindparam("at_tenant"), among_bound_ids(table.c.issue_id))
    # No index answers for a sum. Otherwise SQLite, which has counted no rows, walks the whole site in this order.
    first, *others = (table.c[name] for name in order)
    return query.order_by(first + 0, *others)


_CHANGE = ("issue_id", "history_id", "place", "at", "author", "field", "field_id", "old", "old_text", "new", "new_text")
_WORKLOG = ("worklog_id", "issue_id", "author", "started", "seconds", "created", "updated")
_COMMENT = (
    "comment_id", "issue_id", "author", "created", "updated", "length", "cjk", "digest", "mentions", "restricted",
)  # fmt: skip
_MENTIONS = _COMMENT.index("mentions")
_LINK = ("link_id", "issue_id", "other_id", "other_key", "type_name", "name", "outward")
# An item's number comes last: two items of one history may claim the same place.
_CHANGES = _parts_of(change, _CHANGE, "at", "history_id", "place", "digest")
_WORKLOGS = _parts_of(worklog, _WORKLOG, "worklog_id")
_COMMENTS = _parts_of(comment, _COMMENT, "comment_id")
_LINKS = _parts_of(link, _LINK, "link_id")


def _select_changes(connection: Connection, tenant_id: int, ids: Collection[int]) -> Mapping[int, list[Change]]:
    changes: defaultdict[int, list[Change]] = defaultdict(list)
    for row in connection.execute(_CHANGES, _bound_ids(tenant_id, ids)).all():
        changes[row[0]].append(Change(*row))
    return changes


def _select_worklogs(connection: Connection, tenant_id: int, ids: Collection[int]) -> Mapping[int, list[Worklog]]:
    worklogs: defaultdict[int, list[Worklog]] = defaultdict(list)
    for row in connection.execute(_WORKLOGS, _bound_ids(tenant_id, ids)).all():
        worklogs[row[1]].append(Worklog(*row))
    return worklogs


def _select_comments(connection: Connection, tenant_id: int, ids: Collection[int]) -> Mapping[int, list[Comment]]:
    comments: defaultdict[int, list[Comment]] = defaultdict(list)
    for row in connection.execute(_COMMENTS, _bound_ids(tenant_id, ids)).all():
        values = list(row)
        values[_MENTIONS] = tuple(row[_MENTIONS].split("\n")) if row[_MENTIONS] else ()
        comments[row[1]].append(Comment(*values))
    return comments


def _select_links(connection: Connection, tenant_id: int, ids: Collection[int]) -> Mapping[int, list[Link]]:
    links: defaultdict[int, list[Link]] = defaultdict(list)
    for row in connection.execute(_LINKS, _bound_ids(tenant_id, ids)).all():
        links[row[1]].append(Link(*row))
    return links


_LABELS = select(*(issue.c[name] for name in IssueLabel.__struct_fields__)).where(
    issue.c.tenant_id == bindparam("at_tenant"), among_bound_ids(issue.c.issue_id)
)


def select_labels(connection: Connection, tenant_id: int, issue_ids: Iterable[int]) -> dict[int, IssueLabel]:
    rows = connection.execute(_LABELS, {"at_tenant": tenant_id, "at_ids": tuple(issue_ids)}).all()
    return {row[0]: IssueLabel(*row) for row in rows}


def select_labels_of_keys(connection: Connection, tenant_id: int, keys: Collection[str]) -> list[IssueLabel]:
    """Return the labels of those keys that issues have now, by key."""
    columns = [issue.c[name] for name in IssueLabel.__struct_fields__]
    query = select(*columns).where(issue.c.tenant_id == tenant_id, issue.c.key.in_(sorted(keys))).order_by(issue.c.key)
    return [IssueLabel(*row) for row in connection.execute(query).all()] if keys else []


def select_issue_id(connection: Connection, tenant_id: int, key: str) -> int | None:
    return connection.execute(
        select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.key == key)
    ).scalar()


def select_issue_ids_after(connection: Connection, tenant_id: int, after: int, limit: int) -> list[int]:
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.issue_id > after)
    # Sub-tasks count for their parents.
    query = query.where(issue.c.subtask.is_(False)).order_by(issue.c.issue_id).limit(limit)
    return list(connection.execute(query).scalars())


def select_issue_ids_of(connection: Connection, tenant_id: int, project_key: str) -> list[int]:
    # The issues last seen in a project, by its key.
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key == project_key)
    return list(connection.execute(query.order_by(issue.c.issue_id)).scalars())


def select_key_numbers(connection: Connection, tenant_id: int, project_key: str) -> set[int]:
    """Return the numbers of the keys that a project's issues have now."""
    query = select(issue.c.key).where(issue.c.tenant_id == tenant_id, issue.c.project_key == project_key)
    numbers = (key.rpartition("-")[2] for key in connection.execute(query).scalars())
    return {int(number) for number in numbers if number.isdecimal()}


def select_newest_ids(connection: Connection, tenant_id: int, project_keys: Collection[str], limit: int) -> list[int]:
    """Return the issues of projects that were created last, sub-tasks left out."""
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key.in_(project_keys))
    query = query.where(issue.c.subtask.is_(False)).order_by(issue.c.issue_id.desc()).limit(limit)
    return list(connection.execute(query).scalars())


def select_updated_ids(
    connection: Connection, tenant_id: int, project_keys: Collection[str], since: Instant
) -> list[int]:
    """Return the issues of projects that changed since an instant, newest first, sub-tasks left out."""
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key.in_(project_keys))
    query = query.where(issue.c.subtask.is_(False), issue.c.updated >= since).order_by(issue.c.updated.desc())
    return list(connection.execute(query).scalars())


def count_issues(connection: Connection, tenant_id: int) -> int:
    query = select(func.count()).select_from(issue).where(issue.c.tenant_id == tenant_id, issue.c.subtask.is_(False))
    return connection.execute(query).scalar_one()


def read_body(body: Any) -> Issue:
    return _unpack(body)


_LOCATION = (issue.c.issue_id, issue.c.project_id, issue.c.key, issue.c.updated, issue.c.secured)


def select_issue_locations(
    connection: Connection, tenant_id: int, issue_ids: Collection[int]
) -> dict[int, IssueLocation]:
    query = select(*_LOCATION).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, issue_ids))
    return {row[0]: IssueLocation(*row[1:]) for row in connection.execute(query).all()}


def select_project_locations(
    connection: Connection, tenant_id: int, project_id: str, issue_ids: Collection[int]
) -> dict[int, IssueLocation]:
    wanted = or_(issue.c.project_id == project_id, among(issue.c.issue_id, issue_ids))
    query = select(*_LOCATION).where(issue.c.tenant_id == tenant_id, wanted)
    return {row[0]: IssueLocation(*row[1:]) for row in connection.execute(query).all()}


def select_known_issue_ids(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> set[int]:
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, issue_ids))
    return set(connection.execute(query).scalars())


def select_worklog_versions(
    connection: Connection, tenant_id: int, worklog_ids: Collection[int]
) -> dict[int, tuple[int, Instant]]:
    # (issue id, version) of worklogs that are stored.
    query = select(worklog.c.worklog_id, worklog.c.issue_id, worklog.c.updated)
    rows = connection.execute(query.where(worklog.c.tenant_id == tenant_id, among(worklog.c.worklog_id, worklog_ids)))
    return {row[0]: (row[1], row[2]) for row in rows.all()}


def select_status_changes(
    connection: Connection, tenant_id: int, issue_ids: Collection[int], *, start: Instant, end: Instant
) -> set[StatusChange]:
    values = {"tenant": tenant_id, "at_ids": tuple(issue_ids), "start": start, "end": end}
    rows = connection.execute(_STATUS_CHANGES, values)
    return {(issue_id, at, author) for issue_id, at, author in rows if author is not None}


# By key: it costs these issues' histories. That somebody did it is no condition: SQLite would go by the index on who
# did anything, and so walk the histories of the whole site.
_STATUS_CHANGES = select(change.c.issue_id, change.c.at, change.c.author).where(
    change.c.tenant_id == bindparam("tenant"),
    among_bound_ids(change.c.issue_id),
    change.c.at >= bindparam("start"),
    change.c.at <= bindparam("end"),
    or_(change.c.field_id == "status", func.lower(change.c.field) == "status"),
)
