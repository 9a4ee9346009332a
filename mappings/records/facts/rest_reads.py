"""Facts from REST: a read of an issue replaces what is stored, except what is newer than the read."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Connection, Table, select

from mappings.events.types import Account, Instant, Issue, IssueRead, ProjectSeen, Status
from mappings.records.facts.accounts import save_accounts
from mappings.records.facts.issues import read_body
from mappings.records.facts.projects import save_projects
from mappings.records.facts.rows import (
    CHANGE,
    COMMENT,
    LINK,
    MARGIN,
    WORKLOG,
    Row,
    change_row,
    comment_row,
    link_row,
    save_issue_rows,
    worklog_row,
)
from mappings.records.facts.site_names import save_field_names, save_site_names
from mappings.records.facts.statuses import names_in, save_status_names, save_statuses
from mappings.records.facts.tombstones import Kind, delete_issues, delete_tombstones, save_tombstones, select_tombstones
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.sql.bulk import among, delete_rows, save_rows
from mappings.records.tables import change, comment, issue, link, worklog

Reads = Mapping[int, IssueRead]


class Part(NamedTuple):
    """A kind of thing that belongs to issues. The first `width` columns are its key, its own id last.

    `time` is the column that says how new a row is, `version` the one that tells which of two rows of it is newer
    (None: rows never change). `measured` is how many of its columns, the first ones, measuring depends on.
    """

    name: str
    table: Table
    columns: tuple[str, ...]
    width: int
    time: str
    version: str | None
    kind: Kind | None
    measured: int
    rows: Callable[[int, IssueRead], list[Row]]


PARTS = (
    Part(
        "changes", change, CHANGE, 4, "at", None, None, len(CHANGE) - 1,
        lambda tenant_id, read: [change_row(tenant_id, item, provisional=False) for item in read.changes],
    ),
    Part(
        "worklogs", worklog, WORKLOG, 2, "updated", "updated", "worklog", len(WORKLOG),
        lambda tenant_id, read: [worklog_row(tenant_id, item) for item in read.worklogs],
    ),
    Part(
        "comments", comment, COMMENT, 2, "updated", "updated", "comment", len(COMMENT) - 1,
        lambda tenant_id, read: [comment_row(tenant_id, item, provisional=False) for item in read.comments],
    ),
    Part(
        "links", link, LINK, 3, "seen_at", None, "link", len(LINK) - 1,
        lambda tenant_id, read: [link_row(tenant_id, item, None) for item in read.links],
    ),
)  # fmt: skip


class StoredParts(NamedTuple):
    """What is stored of an issue before a read is saved."""

    updated: Instant
    read_started: Instant | None
    complete: bool
    body: bytes


def save_issues_read(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], read_started: Instant
) -> set[int]:
    """Save issues as REST gave them; return those that this changed, and the parents of sub-tasks among them.

    What a read does not name is deleted, unless it is newer than `read_started` less a minute (docs/architecture.md,
    "Facts converge on REST"). A read that began before the stored one changes nothing.
    """
    lock_tenant(connection, tenant_id)
    horizon = read_started - MARGIN
    # Within one reading, such as a file that holds an issue twice, the newer version wins.
    newest = {read.issue.issue_id: read for read in sorted(reads, key=lambda read: read.issue.updated)}
    latest = _without_deleted(connection, tenant_id, newest, horizon)
    known = _select_known(connection, tenant_id, latest)
    latest = {i: read for i, read in latest.items() if not _is_outdated(known.get(i), read.issue, read_started)}
    _save_surroundings(connection, tenant_id, latest.values())
    changed, parents = _save_issues(connection, tenant_id, latest, known, read_started=read_started)
    save_site_names(connection, tenant_id, [(read.issue, read.changes) for read in latest.values()])
    for part in PARTS:
        changed |= _save_part(connection, tenant_id, part, latest, horizon=horizon)
    return changed | {parent for issue_id in changed for parent in parents.get(issue_id, ())}


def _without_deleted(
    connection: Connection, tenant_id: int, reads: dict[int, IssueRead], horizon: Instant
) -> dict[int, IssueRead]:
    deleted = _select_deleted(connection, tenant_id, "issue", reads, horizon=horizon)
    return {i: read for i, read in reads.items() if i not in deleted}


def _select_deleted(
    connection: Connection, tenant_id: int, kind: Kind, named: Collection[int], *, horizon: Instant
) -> set[int]:
    deleted = select_tombstones(connection, tenant_id, kind, named)
    # A read that began later contradicts the deletion.
    delete_tombstones(connection, tenant_id, kind, [i for i, at in deleted.items() if at <= horizon])
    return {i for i, at in deleted.items() if at > horizon}


def _select_known(connection: Connection, tenant_id: int, ids: Collection[int]) -> dict[int, StoredParts]:
    query = select(issue.c.issue_id, issue.c.updated, issue.c.read_started, issue.c.complete, issue.c.body)
    rows = connection.execute(query.where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, ids))).all()
    return {row[0]: StoredParts(*row[1:]) for row in rows}


def _is_outdated(known: StoredParts | None, read: Issue, read_started: Instant) -> bool:
    if known is None or known.read_started is None:
        return False
    if known.read_started == read_started:
        return known.updated > read.updated
    return known.complete and known.read_started > read_started


def _save_surroundings(connection: Connection, tenant_id: int, reads: Collection[IssueRead]) -> None:
    accounts: dict[str, Account] = {}
    statuses: dict[str, Status] = {}
    names: set[tuple[str, str]] = set()
    projects: dict[str, ProjectSeen] = {}
    for read in reads:
        accounts |= {person.account_id: person for person in read.accounts}
        statuses |= {status.status_id: status for status in read.statuses}
        names |= names_in(read.changes)
        body = read.issue
        if body.project_id and body.project_key and projects.get(body.project_id, _NEVER).at < body.updated:
            projects[body.project_id] = ProjectSeen(body.updated, body.project_id, body.project_key)
    save_accounts(connection, tenant_id, accounts.values())
    save_statuses(connection, tenant_id, statuses.values())
    save_status_names(connection, tenant_id, names)
    save_projects(connection, tenant_id, list(projects.values()))
    fields = {field: (name,) for read in reads for field, name in read.field_names.items()}
    save_field_names(connection, tenant_id, fields)


_NEVER = ProjectSeen(-1, "", "")


def _save_issues(
    connection: Connection, tenant_id: int, reads: Reads, known: Mapping[int, StoredParts], *, read_started: Instant
) -> tuple[set[int], dict[int, set[int]]]:
    # Return the issues that changed, and the parents of each before and now.
    rows: list[tuple[Issue, int | None, bool]] = []
    changed: set[int] = set()
    parents: dict[int, set[int]] = {}
    for issue_id, read in reads.items():
        body, before, whole = read.issue, known.get(issue_id), "changes" not in read.partial
        stored = None if before is None else read_body(before.body)
        # A webhook brought a newer version while the read was under way.
        if before is not None and stored is not None and before.updated > max(body.updated, read_started - MARGIN):
            body = stored
        parents[issue_id] = _parent(body) | (_parent(stored) if stored is not None else set())
        if before is None or stored != body or before.complete != whole or _names_users(read):
            changed.add(issue_id)
        rows.append((body, read_started, whole))
    save_issue_rows(connection, tenant_id, rows)
    return changed, parents


def _names_users(read: IssueRead) -> bool:
    # Whom a comment of Data Center mentions is known once that account is, which no fact of this issue says.
    return any(item.mentions for item in read.comments)


def _parent(body: Issue) -> set[int]:
    return {body.parent_id} if body.subtask and body.parent_id else set()


def _save_part(connection: Connection, tenant_id: int, part: Part, reads: Reads, *, horizon: Instant) -> set[int]:
    # Return the issues whose rows say something else than before.
    width = part.width
    named = {row[:width]: row for read in reads.values() for row in part.rows(tenant_id, read)}
    stored = {row[:width]: row for row in _select_rows(connection, tenant_id, part, reads)}
    deleted = (
        _select_deleted(connection, tenant_id, part.kind, [key[-1] for key in named], horizon=horizon)
        if part.kind
        else set()
    )
    fresh = [
        row
        for key, row in named.items()
        if stored.get(key) != row and key[-1] not in deleted and not _newer(part, stored.get(key), row, horizon)
    ]
    # What no read names is gone, unless it is newer or the read gave only a part of the kind.
    gone = _unnamed(part, [row for key, row in stored.items() if key not in named], reads, horizon)
    delete_rows(connection, part.table, part.columns[:width], [row[:width] for row in gone])
    save_rows(connection, part.table, part.columns, fresh)
    replaced = [(stored[key], row) for row in fresh if (key := row[:width]) in stored]
    added = [row for row in fresh if row[:width] not in stored]
    return _changed_by(part, [*added, *gone], replaced)


def _changed_by(part: Part, rows: Iterable[Row], replaced: Iterable[tuple[Row, Row]]) -> set[int]:
    # The issues of rows that came or went, and of those that were replaced by one that is measured as something else.
    owner, measured = part.columns.index("issue_id"), part.measured
    differing = [pair for pair in replaced if pair[0][:measured] != pair[1][:measured]]
    return {row[owner] for row in chain(rows, *differing)}


def _select_rows(connection: Connection, tenant_id: int, part: Part, ids: Collection[int]) -> list[Row]:
    columns, table = [part.table.c[name] for name in part.columns], part.table
    query = select(*columns).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids))
    return [tuple(row) for row in connection.execute(query).all()]


def _newer(part: Part, stored: Row | None, named: Row, horizon: Instant) -> bool:
    if stored is None or part.version is None:
        return False
    place = part.columns.index(part.version)
    return bool(stored[place] > named[place] and stored[place] > horizon)


def _unnamed(part: Part, rows: Iterable[Row], reads: Reads, horizon: Instant) -> list[Row]:
    owner, time = part.columns.index("issue_id"), part.columns.index(part.time)
    return [row for row in rows if part.name not in reads[row[owner]].partial and (row[time] or 0) <= horizon]


def save_enumerated(
    connection: Connection, tenant_id: int, project_key: str, issue_ids: Collection[int], *, started: Instant
) -> set[int]:
    """Delete a project's issues that a whole listing does not name; return the issues whose figures change."""
    lock_tenant(connection, tenant_id)
    named, kept_from = set(issue_ids), select_kept_from(connection, tenant_id) or 0
    mine = (issue.c.tenant_id == tenant_id) & (issue.c.project_key == project_key)
    # A listing may leave out what is older than the site's retention.
    rows = [row for row in connection.execute(select(*_CANDIDATE).where(mine)).all() if row.issue_id not in named]
    return _delete_absent(connection, tenant_id, [row for row in rows if row.updated >= kept_from], started)


def save_absent(connection: Connection, tenant_id: int, issue_ids: Collection[int], started: Instant) -> set[int]:
    """Delete issues that Jira did not return when asked for by id; return the issues whose figures change."""
    lock_tenant(connection, tenant_id)
    kept_from = select_kept_from(connection, tenant_id) or 0
    mine = (issue.c.tenant_id == tenant_id) & among(issue.c.issue_id, issue_ids)
    # Jira answers alike where an issue is gone and where a security level hides it: then only its deletion event
    # counts.
    rows = connection.execute(select(*_CANDIDATE).where(mine, issue.c.secured.is_(False))).all()
    return _delete_absent(connection, tenant_id, [row for row in rows if row.updated >= kept_from], started)


_CANDIDATE = (issue.c.issue_id, issue.c.parent_id, issue.c.subtask, issue.c.updated, issue.c.read_started)


def _delete_absent(connection: Connection, tenant_id: int, unnamed: Sequence[Any], started: Instant) -> set[int]:
    horizon = started - MARGIN
    # Changed within the minute before the listing began, or read since: left alone.
    gone = [row for row in unnamed if row.updated <= horizon and (row.read_started or 0) <= started]
    ids = {row.issue_id for row in gone}
    others = delete_issues(connection, tenant_id, ids)
    # Dated a minute back, so that a read that began with this listing and found the issue elsewhere revives it.
    save_tombstones(connection, tenant_id, "issue", dict.fromkeys(ids, horizon))
    return ids | others | {row.parent_id for row in gone if row.subtask and row.parent_id}
