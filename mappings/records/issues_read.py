"""Facts converge on REST: a read of an issue is the truth of it, but for what is newer than the read."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from sqlalchemy import Connection, Table, and_, delete, or_, select

from mappings.events.vocabulary import Account, Change, Instant, IssueRead, ProjectSeen, Status
from mappings.records.accounts import save_accounts
from mappings.records.bulk import in_groups
from mappings.records.facts import (
    change_row,
    digest_of,
    save_issue_rows,
    save_links,
    save_true_changes,
    save_true_comments,
    save_true_worklogs,
)
from mappings.records.issues import read_body
from mappings.records.projects import save_projects
from mappings.records.statuses import names_in, save_status_names, save_statuses
from mappings.records.tables import change, comment, issue, link, worklog
from mappings.records.tombstones import delete_issues, delete_tombstones, save_tombstones, select_tombstones

MARGIN = 60_000_000
"""A minute: what is younger than the read's start less this may be missing from the read (architecture)."""

Key = tuple[Any, ...]


class Stored(Struct):
    """What is stored of the issues of one batch: instants of each thing by its key."""

    issues: dict[int, tuple[Instant, int | None, bool, bytes]] = {}
    changes: dict[int, dict[Key, Instant]] = {}
    worklogs: dict[int, dict[Key, Instant]] = {}
    comments: dict[int, dict[Key, Instant]] = {}
    links: dict[int, dict[Key, Instant]] = {}


def save_issues_read(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], read_started: Instant
) -> set[int]:
    """Save issues as REST gave them; return the issues whose figures it touches.

    What a read does not name is gone, unless newer than `read_started` less a minute; so is what it names in an
    older version than a webhook told within that minute (architecture, "Facts converge on REST").
    """
    horizon = read_started - MARGIN
    latest = _alive(connection, tenant_id, {read.issue.issue_id: read for read in reads}, horizon)
    stored = _select_stored(connection, tenant_id, list(latest))
    _save_surroundings(connection, tenant_id, latest.values())
    touched = _save_issues(connection, tenant_id, latest, stored, read_started)
    _save_changes(connection, tenant_id, latest, stored, horizon)
    _save_worklogs(connection, tenant_id, latest, stored, horizon)
    _save_comments(connection, tenant_id, latest, stored, horizon)
    _save_links(connection, tenant_id, latest, stored, horizon)
    return touched


Reads = Mapping[int, IssueRead]


def _alive(
    connection: Connection, tenant_id: int, reads: dict[int, IssueRead], horizon: Instant
) -> dict[int, IssueRead]:
    """Leave out what was deleted after the read began; a deletion that REST contradicts is forgotten."""
    buried = select_tombstones(connection, tenant_id, "issue", reads)
    delete_tombstones(connection, tenant_id, "issue", [i for i, at in buried.items() if at <= horizon])
    return {i: read for i, read in reads.items() if buried.get(i, horizon) <= horizon}


def _save_surroundings(connection: Connection, tenant_id: int, reads: Iterable[IssueRead]) -> None:
    accounts: dict[str, Account] = {}
    statuses: dict[str, Status] = {}
    names: set[tuple[str, str]] = set()
    projects: dict[str, ProjectSeen] = {}
    for read in reads:
        accounts |= {one.account_id: one for one in read.accounts}
        statuses |= {one.status_id: one for one in read.statuses}
        names |= names_in(read.changes)
        one = read.issue
        if one.project_id and one.project_key and projects.get(one.project_id, _NEVER).at < one.updated:
            projects[one.project_id] = ProjectSeen(one.updated, one.project_id, one.project_key)
    save_accounts(connection, tenant_id, accounts.values())
    save_statuses(connection, tenant_id, statuses.values())
    save_status_names(connection, tenant_id, names)
    save_projects(connection, tenant_id, list(projects.values()))


_NEVER = ProjectSeen(-1, "", "")


def _save_issues(
    connection: Connection, tenant_id: int, reads: Reads, stored: Stored, read_started: Instant
) -> set[int]:
    rows = []
    touched: set[int] = set()
    for issue_id, read in reads.items():
        body, before = read.issue, stored.issues.get(issue_id)
        if before is not None:
            kept = read_body(before[3])
            touched |= {kept.parent_id} if kept.parent_id else set()
            if read_started - MARGIN < before[0] and body.updated < before[0]:
                body = kept
        touched |= {issue_id} | ({body.parent_id} if body.parent_id else set())
        rows.append((body, read_started, "changes" not in read.partial))
    save_issue_rows(connection, tenant_id, rows)
    return touched


def _save_changes(connection: Connection, tenant_id: int, reads: Reads, stored: Stored, horizon: Instant) -> None:
    rows: dict[Key, Sequence[Any]] = {}
    gone: list[Key] = []
    for issue_id, read in reads.items():
        named = {_change_key(one): change_row(tenant_id, one, provisional=False) for one in read.changes}
        rows |= {(issue_id, *key): row for key, row in named.items()}
        if "changes" not in read.partial:
            kept = stored.changes.get(issue_id, {})
            gone += [(issue_id, *key) for key, at in kept.items() if key not in named and at <= horizon]
    _delete_rows(connection, tenant_id, change, ("issue_id", "history_id", "digest"), gone)
    save_true_changes(connection, rows)


def _change_key(one: Change) -> Key:
    return (one.history_id, digest_of(one))


def _save_worklogs(connection: Connection, tenant_id: int, reads: Reads, stored: Stored, horizon: Instant) -> None:
    every = {one.worklog_id: one for read in reads.values() for one in read.worklogs}
    buried = _revive(connection, tenant_id, "worklog", every, horizon)
    kept = {key: at for rows in stored.worklogs.values() for key, at in rows.items()}
    true = [w for i, w in every.items() if i not in buried and not _newer(kept.get((i,)), w.updated, horizon)]
    gone = _unnamed(reads, stored.worklogs, "worklogs", {(i,) for i in every}, horizon)
    _delete_rows(connection, tenant_id, worklog, ("worklog_id",), gone)
    save_true_worklogs(connection, tenant_id, true)


def _save_comments(connection: Connection, tenant_id: int, reads: Reads, stored: Stored, horizon: Instant) -> None:
    every = {one.comment_id: one for read in reads.values() for one in read.comments}
    buried = _revive(connection, tenant_id, "comment", every, horizon)
    kept = {key: at for rows in stored.comments.values() for key, at in rows.items()}
    true = [c for i, c in every.items() if i not in buried and not _newer(kept.get((i,)), c.updated, horizon)]
    gone = _unnamed(reads, stored.comments, "comments", {(i,) for i in every}, horizon)
    _delete_rows(connection, tenant_id, comment, ("comment_id",), gone)
    save_true_comments(connection, tenant_id, true)


def _save_links(connection: Connection, tenant_id: int, reads: Reads, stored: Stored, horizon: Instant) -> None:
    every = {(one.issue_id, one.link_id): one for read in reads.values() for one in read.links}
    buried = _revive(connection, tenant_id, "link", {key[1]: None for key in every}, horizon)
    gone = [
        (issue_id, *key)
        for issue_id, rows in stored.links.items()
        for key, at in rows.items()
        if (issue_id, *key) not in every and at <= horizon
    ]
    _delete_rows(connection, tenant_id, link, ("issue_id", "link_id"), gone)
    save_links(connection, tenant_id, [(one, None) for key, one in every.items() if key[1] not in buried])


def _revive(connection: Connection, tenant_id: int, kind: Any, every: Mapping[int, Any], horizon: Instant) -> set[int]:
    """Return what was deleted after the read began, and forget the deletions that the read contradicts."""
    buried = select_tombstones(connection, tenant_id, kind, every)
    delete_tombstones(connection, tenant_id, kind, [i for i, at in buried.items() if at <= horizon])
    return {i for i, at in buried.items() if at > horizon}


def _newer(kept: Instant | None, named: Instant, horizon: Instant) -> bool:
    return kept is not None and kept > named and kept > horizon


def _unnamed(
    reads: Reads, stored: Mapping[int, Mapping[Key, Instant]], name: str, named: set[Key], horizon: Instant
) -> list[Key]:
    """Return what is stored of the issues and no read names, unless it is newer or the read gave only a part."""
    return [
        key
        for issue_id, rows in stored.items()
        if name not in reads[issue_id].partial
        for key, at in rows.items()
        if key not in named and at <= horizon
    ]


def _select_stored(connection: Connection, tenant_id: int, ids: list[int]) -> Stored:
    found = Stored({}, {}, {}, {}, {})
    columns = (issue.c.issue_id, issue.c.updated, issue.c.read_started, issue.c.complete, issue.c.body)
    for group in in_groups(ids):
        query = select(*columns).where(issue.c.tenant_id == tenant_id, issue.c.issue_id.in_(group))
        found.issues |= {row[0]: (row[1], row[2], row[3], row[4]) for row in connection.execute(query)}
    found.changes = _select_keys(connection, tenant_id, change, ("history_id", "digest"), "at", ids)
    found.worklogs = _select_keys(connection, tenant_id, worklog, ("worklog_id",), "updated", ids)
    found.comments = _select_keys(connection, tenant_id, comment, ("comment_id",), "updated", ids)
    found.links = _select_keys(connection, tenant_id, link, ("link_id",), "seen_at", ids)
    return found


def _select_keys(
    connection: Connection, tenant_id: int, table: Table, key: tuple[str, ...], at: str, ids: list[int]
) -> dict[int, dict[Key, Instant]]:
    found: defaultdict[int, dict[Key, Instant]] = defaultdict(dict)
    for group in in_groups(ids):
        columns = (table.c.issue_id, table.c[at], *(table.c[name] for name in key))
        query = select(*columns).where(table.c.tenant_id == tenant_id, table.c.issue_id.in_(group))
        for issue_id, instant, *values in connection.execute(query):
            found[issue_id][tuple(values)] = instant or 0
    return found


def _delete_rows(
    connection: Connection, tenant_id: int, table: Table, columns: tuple[str, ...], keys: Collection[Key]
) -> None:
    for group in in_groups(keys, 200):
        rows = or_(*(and_(*(table.c[c] == v for c, v in zip(columns, key, strict=True))) for key in group))
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, rows))


def save_enumerated(
    connection: Connection, tenant_id: int, project_key: str, issue_ids: Collection[int], started: Instant
) -> set[int]:
    """Take the issues of a project that a whole listing of it does not name as gone; return what that touches.

    An issue that was created, changed or read within the minute before the listing began is left alone.
    """
    horizon, named = started - MARGIN, set(issue_ids)
    query = select(issue.c.issue_id, issue.c.parent_id, issue.c.updated)
    query = query.where(issue.c.tenant_id == tenant_id, issue.c.project_key == project_key)
    rows = [row for row in connection.execute(query) if row[0] not in named and row[2] <= horizon]
    delete_issues(connection, tenant_id, [row[0] for row in rows])
    save_tombstones(connection, tenant_id, "issue", {row[0]: started for row in rows})
    return {row[0] for row in rows} | {row[1] for row in rows if row[1]}
