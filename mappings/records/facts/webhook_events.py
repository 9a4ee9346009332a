"""Facts from webhooks: provisional until REST confirms them, and independent of their order."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Connection, bindparam, case, select, update

from mappings.events.times import SECOND
from mappings.events.types import (
    AccountGone,
    Comment,
    CommentGone,
    CommentSeen,
    Event,
    Instant,
    Issue,
    IssueGone,
    IssueSeen,
    IssueTouched,
    Link,
    LinkGone,
    LinkSeen,
    ProjectGone,
    ProjectSeen,
    Status,
    Worklog,
    WorklogGone,
    WorklogSeen,
)
from mappings.records.facts.accounts import save_account_gone, save_accounts
from mappings.records.facts.projects import delete_projects, save_projects
from mappings.records.facts.reread_queue import save_rereads
from mappings.records.facts.rows import (
    MARGIN,
    Row,
    change_row,
    insert_seen_changes,
    insert_seen_links,
    save_issue_rows,
    save_seen_comments,
    save_seen_worklogs,
)
from mappings.records.facts.site_names import save_site_names
from mappings.records.facts.statuses import names_in, save_status_names, save_statuses
from mappings.records.facts.tombstones import (
    Kind,
    delete_issues,
    delete_parts,
    delete_tombstones,
    save_tombstones,
    select_tombstones,
)
from mappings.records.sql.bulk import among, among_bound_ids
from mappings.records.tables import issue

# An event whose issue changed so soon after it was created tells of its creation: nothing came before.
BIRTH = 5 * SECOND

Sorted = Mapping[type, list[Any]]


class StoredVersions(NamedTuple):
    """What is stored of an issue before a batch is saved; `parent_id` only for a sub-task."""

    updated: Instant
    read_started: Instant | None
    complete: bool
    parent_id: int | None


Issues = Mapping[int, StoredVersions]


def save_seen(connection: Connection, tenant_id: int, events: Sequence[Event]) -> set[int]:
    """Save the facts of a batch of events in any order; return the issues whose figures change.

    They include the old and the new parent of a moved sub-task. The caller holds the tenant's lock (lock_tenant).
    """
    by_kind: defaultdict[type, list[Any]] = defaultdict(list)
    for event in events:
        by_kind[type(event)].append(event)
    known = _select_known(connection, tenant_id, _issue_ids(by_kind))
    # Deletions first: Jira never uses an id again, so an older event about a deleted issue only came late.
    touched = _delete_issues(connection, tenant_id, by_kind)
    by_kind[IssueSeen] = _without_deleted(connection, tenant_id, by_kind[IssueSeen])
    for save in _SAVES:
        touched |= save(connection, tenant_id, by_kind, known)
    _save_surroundings(connection, tenant_id, by_kind)
    after = _select_known(connection, tenant_id, touched)
    versions = [stored.get(issue_id) for issue_id in touched for stored in (known, after)]
    return touched | {version.parent_id for version in versions if version and version.parent_id}


def _issue_ids(events: Sorted) -> set[int]:
    ids = {event.issue.issue_id for event in events[IssueSeen]} | {event.issue_id for event in events[IssueGone]}
    ids |= {event.comment.issue_id for event in events[CommentSeen]}
    ids |= {event.issue_id for event in events[CommentGone] if event.issue_id}
    ids |= {event.worklog.issue_id for event in events[WorklogSeen]}
    return ids | {event.issue_id for event in events[WorklogGone]}


def _select_known(connection: Connection, tenant_id: int, ids: Collection[int]) -> dict[int, StoredVersions]:
    if not ids:
        return {}
    rows = connection.execute(_KNOWN, {"at_tenant": tenant_id, "at_ids": tuple(ids)}).all()
    return {row[0]: StoredVersions(*row[1:]) for row in rows}


_PARENT = case((issue.c.subtask.is_(True), issue.c.parent_id))
_KNOWN = select(issue.c.issue_id, issue.c.updated, issue.c.read_started, issue.c.complete, _PARENT).where(
    issue.c.tenant_id == bindparam("at_tenant"), among_bound_ids(issue.c.issue_id)
)


def _delete_issues(connection: Connection, tenant_id: int, events: Sorted) -> set[int]:
    gone: dict[int, Instant] = {event.issue_id: event.at for event in events[IssueGone]}
    projects = {event.project_id: event.at for event in events[ProjectGone]}
    if projects:
        query = select(issue.c.issue_id, issue.c.project_id).where(issue.c.tenant_id == tenant_id)
        rows = connection.execute(query.where(issue.c.project_id.in_(projects)))
        gone |= {row[0]: projects[row[1]] for row in rows}
        save_tombstones(connection, tenant_id, "project", {int(i): at for i, at in projects.items() if i.isdecimal()})
        delete_projects(connection, tenant_id, projects)
    save_tombstones(connection, tenant_id, "issue", gone)
    return set(gone) | delete_issues(connection, tenant_id, gone)


def _save_issues(connection: Connection, tenant_id: int, events: Sorted, known: Issues) -> set[int]:
    seen = events[IssueSeen]
    if not seen:
        return set()
    latest: dict[int, IssueSeen] = {}
    for event in sorted(seen, key=lambda event: (event.issue.updated, event.at)):
        latest[event.issue.issue_id] = event
    # Changes of every event are kept, the body only of the newest.
    born = {event.issue.issue_id for event in seen if event.issue.updated - event.issue.created <= BIRTH}
    _save_bodies(connection, tenant_id, latest, known, born=born)
    rows: dict[Row, Row] = {}
    for event in seen:
        for item in event.changes:
            row = change_row(tenant_id, item, provisional=True)
            rows.setdefault(row[:4], row)
    insert_seen_changes(connection, list(rows.values()))
    return set(latest)


def _without_deleted(connection: Connection, tenant_id: int, seen: list[IssueSeen]) -> list[IssueSeen]:
    if not seen:
        return seen
    issues = select_tombstones(connection, tenant_id, "issue", {event.issue.issue_id for event in seen})
    numbers = {int(i) for event in seen if (i := event.issue.project_id) and i.isdecimal()}
    projects = select_tombstones(connection, tenant_id, "project", numbers)
    remaining = []
    for event in seen:
        # An event well after a project's deletion means that the project was restored.
        of_project = projects.get(int(event.issue.project_id or 0) if projects else 0, 0)
        if event.at > max(issues.get(event.issue.issue_id, 0), of_project) + MARGIN or not (
            of_project or event.issue.issue_id in issues
        ):
            remaining.append(event)
    delete_tombstones(connection, tenant_id, "issue", issues.keys() & {event.issue.issue_id for event in remaining})
    return remaining


def _save_bodies(
    connection: Connection, tenant_id: int, latest: Mapping[int, IssueSeen], known: Issues, *, born: set[int]
) -> None:
    rows: list[tuple[Issue, Instant | None, bool]] = []
    incomplete: dict[int, Instant] = {}
    for issue_id, event in latest.items():
        before = known.get(issue_id)
        if before is None:
            rows.append((event.issue, None, issue_id in born))
            if issue_id not in born:
                incomplete[issue_id] = event.at
        elif _is_newer(event, before):
            rows.append((event.issue, before.read_started, before.complete))
    save_issue_rows(connection, tenant_id, rows)
    # What happened before its first event is known to REST alone.
    save_rereads(connection, tenant_id, incomplete, "first seen in mid-life")
    whole = [i for i in born if i in known and not known[i].complete and known[i].read_started is None]
    if whole:
        mine = (issue.c.tenant_id == tenant_id) & among(issue.c.issue_id, whole)
        connection.execute(update(issue).where(mine).values(complete=True))


def _is_newer(event: IssueSeen, before: StoredVersions) -> bool:
    if event.issue.updated != before.updated:
        return event.issue.updated > before.updated
    # A late event about the version that REST gave holds no more than the read did.
    return before.read_started is None or event.at > before.read_started - MARGIN


def _delete_gone(connection: Connection, tenant_id: int, kind: Kind, gone: Mapping[int, Instant]) -> set[int]:
    if not gone:
        return set()
    save_tombstones(connection, tenant_id, kind, gone)
    return delete_parts(connection, tenant_id, kind, gone)


def _delete_comments(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    gone = {event.comment_id: event.at for event in events[CommentGone]}
    touched = _delete_gone(connection, tenant_id, "comment", gone)
    return touched | {event.issue_id for event in events[CommentGone] if event.issue_id}


def _save_comments(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    latest: dict[int, Comment] = {}
    for event in sorted(events[CommentSeen], key=lambda event: (event.comment.updated, event.at)):
        latest[event.comment.comment_id] = event.comment
    remaining = _without_tombstones(connection, tenant_id, "comment", latest)
    save_seen_comments(connection, tenant_id, remaining)
    return {saved.issue_id for saved in remaining}


def _delete_worklogs(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    gone = {event.worklog_id: event.at for event in events[WorklogGone]}
    touched = _delete_gone(connection, tenant_id, "worklog", gone)
    return touched | {event.issue_id for event in events[WorklogGone]}


def _save_worklogs(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    latest: dict[int, Worklog] = {}
    for event in sorted(events[WorklogSeen], key=lambda event: (event.worklog.updated, event.at)):
        latest[event.worklog.worklog_id] = event.worklog
    remaining = _without_tombstones(connection, tenant_id, "worklog", latest)
    save_seen_worklogs(connection, tenant_id, remaining)
    return {saved.issue_id for saved in remaining}


def _without_tombstones(connection: Connection, tenant_id: int, kind: Kind, things: Mapping[int, Any]) -> list[Any]:
    if not things:
        return []
    deleted = select_tombstones(connection, tenant_id, kind, things)
    # A comment or worklog goes with its issue, too.
    lost = select_tombstones(connection, tenant_id, "issue", {thing.issue_id for thing in things.values()})
    return [thing for i, thing in things.items() if i not in deleted and thing.issue_id not in lost]


def _save_links(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    gone = {event.link_id: event.at for event in events[LinkGone]}
    touched = _delete_gone(connection, tenant_id, "link", gone)
    sides = {
        (side.issue_id, side.link_id): (side, event.at)
        for event in events[LinkSeen]
        for side in (event.link, event.mirror)
    }
    if not sides:
        return touched
    deleted = select_tombstones(connection, tenant_id, "link", {key[1] for key in sides})
    ends = {end for side, _ in sides.values() for end in (side.issue_id, side.other_id) if end}
    lost = select_tombstones(connection, tenant_id, "issue", ends).keys()
    remaining = [side for side in sides.values() if side[0].link_id not in deleted and not lost & _ends(side[0])]
    insert_seen_links(connection, tenant_id, remaining)
    return touched | {side.issue_id for side, _ in remaining}


def _ends(side: Link) -> set[int]:
    return {side.issue_id, side.other_id or 0}


def _queue_touched(connection: Connection, tenant_id: int, events: Sorted, _: Issues) -> set[int]:
    hints = {event.issue_id: event.at for event in events[IssueTouched]}
    save_rereads(connection, tenant_id, hints, "told by an event")
    return set()


# Deletions before what they delete, so that the order within a batch does not matter.
_SAVES: tuple[Callable[[Connection, int, Sorted, Issues], set[int]], ...] = (
    _save_issues,
    _delete_comments,
    _save_comments,
    _delete_worklogs,
    _save_worklogs,
    _save_links,
    _queue_touched,
)


def _save_surroundings(connection: Connection, tenant_id: int, events: Sorted) -> None:
    seen = [event for kind in (IssueSeen, CommentSeen, WorklogSeen) for event in events[kind]]
    save_accounts(connection, tenant_id, (person for event in seen for person in event.accounts))
    for event in events[AccountGone]:
        save_account_gone(connection, tenant_id, event.account_id)
    statuses: list[Status] = [event.issue.status for event in events[IssueSeen] if event.issue.status]
    save_statuses(connection, tenant_id, statuses)
    save_status_names(connection, tenant_id, {p for event in events[IssueSeen] for p in names_in(event.changes)})
    save_projects(connection, tenant_id, [*events[ProjectSeen], *_projects_named(events)])
    save_site_names(connection, tenant_id, [(event.issue, event.changes) for event in events[IssueSeen]])


def _projects_named(events: Sorted) -> list[ProjectSeen]:
    named: dict[str, ProjectSeen] = {}
    for event in events[IssueSeen]:
        body = event.issue
        if body.project_id and body.project_key:
            named[body.project_id] = ProjectSeen(body.updated, body.project_id, body.project_key)
    return list(named.values())
