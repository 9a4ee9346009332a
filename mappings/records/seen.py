"""What webhooks tell is provisional: it stands until REST says otherwise, and in whatever order it comes."""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from sqlalchemy import Connection, select

from mappings.events.vocabulary import (
    AccountGone,
    Comment,
    CommentGone,
    CommentSeen,
    Event,
    Instant,
    IssueGone,
    IssueSeen,
    IssueTouched,
    LinkGone,
    LinkSeen,
    ProjectGone,
    ProjectSeen,
    Status,
    Worklog,
    WorklogGone,
    WorklogSeen,
)
from mappings.records.accounts import save_account_gone, save_accounts
from mappings.records.bulk import in_groups
from mappings.records.facts import (
    change_row,
    digest_of,
    insert_provisional_changes,
    save_comments,
    save_issue_rows,
    save_links,
    save_worklogs,
)
from mappings.records.projects import save_projects
from mappings.records.rereads import save_rereads
from mappings.records.statuses import names_in, save_status_names, save_statuses
from mappings.records.tables import comment, issue, link
from mappings.records.tombstones import delete_issues, delete_parts, save_tombstones, select_tombstones

Sorted = Mapping[type, list[Any]]


def save_seen(connection: Connection, tenant_id: int, events: Sequence[Event]) -> set[int]:
    """Save what a batch of events tells, whatever their order; return the issues whose figures it touches."""
    by_kind: defaultdict[type, list[Any]] = defaultdict(list)
    for event in events:
        by_kind[type(event)].append(event)
    parents = _select_parents(connection, tenant_id, _issue_ids(by_kind))
    touched: set[int] = set()
    for save in _SAVES:
        touched |= save(connection, tenant_id, by_kind)
    _save_surroundings(connection, tenant_id, by_kind)
    after = _select_parents(connection, tenant_id, touched)
    return touched | {parents[i] for i in touched & parents.keys()} | set(after.values())


def _issue_ids(events: Sorted) -> set[int]:
    ids = {event.issue.issue_id for event in events[IssueSeen]} | {event.issue_id for event in events[IssueGone]}
    ids |= {event.comment.issue_id for event in events[CommentSeen]}
    ids |= {event.issue_id for event in events[CommentGone] if event.issue_id}
    ids |= {event.worklog.issue_id for event in events[WorklogSeen]}
    return ids | {event.issue_id for event in events[WorklogGone]}


def _select_parents(connection: Connection, tenant_id: int, ids: set[int]) -> dict[int, int]:
    found: dict[int, int] = {}
    for group in in_groups(ids):
        query = select(issue.c.issue_id, issue.c.parent_id).where(issue.c.tenant_id == tenant_id)
        query = query.where(issue.c.issue_id.in_(group), issue.c.parent_id.is_not(None))
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def _gone_issues(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    """Deletions come first: an issue's id is never used again, so a later word of it is only a late one."""
    gone: dict[int, Instant] = {event.issue_id: event.at for event in events[IssueGone]}
    for event in events[ProjectGone]:
        query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_id == event.project_id)
        gone |= dict.fromkeys(connection.execute(query).scalars(), event.at)
    if gone:
        save_tombstones(connection, tenant_id, "issue", gone)
        delete_issues(connection, tenant_id, gone)
    return set(gone)


def _seen_issues(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    if not events[IssueSeen]:
        return set()
    latest: dict[int, IssueSeen] = {}
    for event in events[IssueSeen]:
        kept = latest.get(event.issue.issue_id)
        if kept is None or kept.issue.updated <= event.issue.updated:
            latest[event.issue.issue_id] = event
    buried = select_tombstones(connection, tenant_id, "issue", latest)
    stored = _select_updated(connection, tenant_id, latest)
    rows = [
        (event.issue, *stored.get(i, (0, None, True))[1:])
        for i, event in latest.items()
        if i not in buried and stored.get(i, (0, None, True))[0] <= event.issue.updated
    ]
    save_issue_rows(connection, tenant_id, rows)
    changes = {
        (one.issue_id, one.history_id, digest_of(one)): change_row(tenant_id, one, provisional=True)
        for event in reversed(events[IssueSeen])
        for one in event.changes
        if one.issue_id not in buried
    }
    insert_provisional_changes(connection, changes)
    return set(latest) - set(buried)


def _select_updated(
    connection: Connection, tenant_id: int, ids: Mapping[int, object]
) -> dict[int, tuple[Instant, int | None, bool]]:
    found: dict[int, tuple[Instant, int | None, bool]] = {}
    for group in in_groups(ids):
        query = select(issue.c.issue_id, issue.c.updated, issue.c.read_started, issue.c.complete)
        query = query.where(issue.c.tenant_id == tenant_id, issue.c.issue_id.in_(group))
        found |= {row[0]: (row[1], row[2], row[3]) for row in connection.execute(query)}
    return found


def _gone_comments(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    gone = {event.comment_id: event.at for event in events[CommentGone]}
    if not gone:
        return set()
    query = select(comment.c.issue_id).where(comment.c.tenant_id == tenant_id, comment.c.comment_id.in_(gone))
    touched = set(connection.execute(query).scalars())
    save_tombstones(connection, tenant_id, "comment", gone)
    delete_parts(connection, tenant_id, "comment", gone)
    return touched | {event.issue_id for event in events[CommentGone] if event.issue_id}


def _seen_comments(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    latest: dict[int, Comment] = {}
    for event in events[CommentSeen]:
        kept = latest.get(event.comment.comment_id)
        if kept is None or kept.updated <= event.comment.updated:
            latest[event.comment.comment_id] = event.comment
    alive = _living(connection, tenant_id, "comment", latest)
    save_comments(connection, tenant_id, alive)
    return {one.issue_id for one in alive}


def _gone_worklogs(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    gone = {event.worklog_id: event.at for event in events[WorklogGone]}
    if gone:
        save_tombstones(connection, tenant_id, "worklog", gone)
        delete_parts(connection, tenant_id, "worklog", gone)
    return {event.issue_id for event in events[WorklogGone]}


def _seen_worklogs(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    latest: dict[int, Worklog] = {}
    for event in events[WorklogSeen]:
        kept = latest.get(event.worklog.worklog_id)
        if kept is None or kept.updated <= event.worklog.updated:
            latest[event.worklog.worklog_id] = event.worklog
    alive = _living(connection, tenant_id, "worklog", latest)
    save_worklogs(connection, tenant_id, alive)
    return {one.issue_id for one in alive}


def _living(connection: Connection, tenant_id: int, kind: Any, things: Mapping[int, Any]) -> list[Any]:
    """Return what was neither deleted itself nor with its issue."""
    if not things:
        return []
    buried = select_tombstones(connection, tenant_id, kind, things)
    lost = select_tombstones(connection, tenant_id, "issue", {one.issue_id for one in things.values()})
    return [one for i, one in things.items() if i not in buried and one.issue_id not in lost]


def _links(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    gone = {event.link_id: event.at for event in events[LinkGone]}
    touched: set[int] = set()
    if gone:
        query = select(link.c.issue_id).where(link.c.tenant_id == tenant_id, link.c.link_id.in_(gone))
        touched |= set(connection.execute(query).scalars())
        save_tombstones(connection, tenant_id, "link", gone)
        delete_parts(connection, tenant_id, "link", gone)
    sides = {(one.issue_id, one.link_id): (one, e.at) for e in events[LinkSeen] for one in (e.link, e.mirror)}
    buried = select_tombstones(connection, tenant_id, "link", {key[1] for key in sides}) if sides else {}
    alive = {key: side for key, side in sides.items() if key[1] not in buried}
    save_links(connection, tenant_id, alive.values())
    return touched | {key[0] for key in alive}


def _touched(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    save_rereads(
        connection, tenant_id, {event.issue_id: event.at for event in events[IssueTouched]}, "told by an event"
    )
    return set()


_SAVES: tuple[Callable[[Connection, int, Sorted], set[int]], ...] = (
    _gone_issues,
    _seen_issues,
    _gone_comments,
    _seen_comments,
    _gone_worklogs,
    _seen_worklogs,
    _links,
    _touched,
)
"""Deletions before what they delete, so that the order within a batch does not matter."""


def _save_surroundings(connection: Connection, tenant_id: int, events: Sorted) -> None:
    seen = [event for kind in (IssueSeen, CommentSeen, WorklogSeen) for event in events[kind]]
    save_accounts(connection, tenant_id, (one for event in seen for one in event.accounts))
    for event in events[AccountGone]:
        save_account_gone(connection, tenant_id, event.account_id)
    statuses: list[Status] = [event.issue.status for event in events[IssueSeen] if event.issue.status]
    save_statuses(connection, tenant_id, statuses)
    save_status_names(connection, tenant_id, {p for event in events[IssueSeen] for p in names_in(event.changes)})
    save_projects(connection, tenant_id, [*events[ProjectSeen], *_projects_named(events)])


def _projects_named(events: Sorted) -> list[ProjectSeen]:
    named: dict[str, ProjectSeen] = {}
    for event in events[IssueSeen]:
        one = event.issue
        if one.project_id and one.project_key:
            named[one.project_id] = ProjectSeen(one.updated, one.project_id, one.project_key)
    return list(named.values())
