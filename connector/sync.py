"""Backfill and reconcile: what makes nothing missed and nothing asked twice, one step at a time."""

from collections.abc import Sequence

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira import Body, JiraError
from connector.sync_checking import check_listing, take_project_gone
from connector.sync_listing import keep_step, progress_name, step_listing
from connector.sync_source import Source
from mappings.events.refusals import UnreadableBody
from mappings.events.rest import read_statuses
from mappings.events.vocabulary import Instant, ProjectSeen
from mappings.records.engagements import select_engagements
from mappings.records.issues import select_issue_ids_of
from mappings.records.progress import delete_progress
from mappings.records.projects import save_projects, select_project, select_project_key
from mappings.records.rereads import save_rereads
from mappings.records.statuses import save_statuses
from mappings.records.syncs import (
    OPEN,
    Kind,
    Listing,
    State,
    delete_listing,
    save_listing,
    save_state,
    select_listing,
    select_listings,
)

OVERLAP: Instant = 10 * 60 * 1_000_000
"""How much further back than its last start a reconcile looks: Jira's search lags behind what it tells of."""
NIGHT: Instant = 2 * 24 * 3600 * 1_000_000
ROUND: Instant = 30 * 24 * 3600 * 1_000_000
"""Within it a full pass reads everything anew."""
CHECKED: frozenset[Kind] = frozenset({"history", "night", "full"})
"""Listings after which it is looked at what Jira no longer names."""


def select_projects(source: Source) -> list[str]:
    """Return the keys of the projects that engagements count, in order."""
    with source.engine.connect() as connection:
        stored = select_engagements(connection, source.tenant_id)
    return sorted({key for one in stored for key in one.engagement.projects})


def begin_listing(source: Source, kind: Kind, project: str, *, since: Instant = 0) -> Listing:
    """Return a listing that is open; where none is, begin one."""
    with source.engine.begin() as connection:
        found = select_listing(connection, source.tenant_id, kind, project)
        if found is not None and found.state in OPEN | {"paused", "cancelled"}:
            return found
        now = source.clock()
        fresh = Listing(kind, project, since=since, started=now, changed_at=now)
        save_listing(connection, source.tenant_id, fresh)
    return fresh


def step(source: Source, listing: Listing) -> Listing:
    """Do the next piece of a listing: a page of it, or the look at what it did not name. Raises JiraError."""
    asked = source.asked
    project = _open_project(source, listing) if not listing.jql or listing.state == "checking" else None
    if listing.jql or project is not None:
        project_id = int(project["id"]) if project is not None else _known_id(source, listing.project)
        if listing.state == "running":
            if not listing.jql:
                listing = _measure_out(source, listing, project_id, asked)
            listing = step_listing(source, listing, project_id)
        if listing.state == "checking":
            listing = _end(source, listing, project_id)
        return listing
    return _select(source, listing)


def _measure_out(source: Source, listing: Listing, project_id: int, asked: int) -> Listing:
    """Learn the words of the site, and about how much there is to read."""
    _read_statuses(source)
    bound = f" AND updated >= -{(source.clock() - listing.since) // 60_000_000 + 2}m" if listing.since else ""
    total = source.ask(source.jira.fetch_count, f"project = {project_id}{bound}")
    return replace(listing, total=total, requests=listing.requests + source.asked - asked)


def _open_project(source: Source, listing: Listing) -> Body | None:
    """Return the project as Jira has it, its key and name kept; None where there is nothing to list now."""
    try:
        project = source.ask(source.jira.fetch_project, listing.project)
    except JiraError as error:
        if error.status not in {403, 404}:
            raise
        take_project_gone(source, listing.project)
        _close(source, listing, "hidden")
        return None
    archived = bool(project.get("archived"))
    seen = ProjectSeen(
        source.clock(), str(project["id"]), str(project["key"]), str(project.get("name") or ""), archived
    )
    with source.engine.begin() as connection:
        _mark_renamed(connection, source, seen)
        save_projects(connection, source.tenant_id, [seen])
    if archived:
        # Its issues are in no search, and nothing of them changes: what is known of them stands.
        _close(source, listing, "archived")
        return None
    return project


def _mark_renamed(connection: Connection, source: Source, seen: ProjectSeen) -> None:
    """Where a project has another key now, its issues are read again: Jira counts that as no update of theirs."""
    before = select_project_key(connection, source.tenant_id, seen.project_id)
    if before is not None and before != seen.key:
        ids = select_issue_ids_of(connection, source.tenant_id, before)
        save_rereads(connection, source.tenant_id, dict.fromkeys(ids, seen.at), "project renamed")


def _known_id(source: Source, key: str) -> int:
    with source.engine.connect() as connection:
        found = select_project(connection, source.tenant_id, key)
    return int(found.project_id if found is not None else source.ask(source.jira.fetch_project, key)["id"])


def _read_statuses(source: Source) -> None:
    try:
        statuses = read_statuses(source.ask(source.jira.fetch_statuses))
    except UnreadableBody:
        return
    with source.engine.begin() as connection:
        save_statuses(connection, source.tenant_id, statuses)


def _end(source: Source, listing: Listing, project_id: int) -> Listing:
    asked = source.asked
    if listing.kind in CHECKED:
        check_listing(source, project_id, listing.project)
    return _close(source, replace(listing, requests=listing.requests + source.asked - asked), "done")


def _close(source: Source, listing: Listing, state: State) -> Listing:
    closed = replace(listing, state=state, token=None, changed_at=source.clock())
    with source.engine.begin() as connection:
        keep_step(connection, source, closed)
    return closed


def _select(source: Source, listing: Listing) -> Listing:
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, listing.kind, listing.project) or listing


def next_history(source: Source, projects: Sequence[str]) -> Listing | None:
    """Return the first project whose history is not in, begun where it is new; None where all are."""
    for project in projects:
        with source.engine.connect() as connection:
            found = select_listing(connection, source.tenant_id, "history", project)
        if found is None or found.state in OPEN:
            return begin_listing(source, "history", project)
    return None


def is_in(source: Source, project: str) -> bool:
    """Tell whether the history of a project was ever begun: a reconcile follows a backfill."""
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, "history", project) is not None


def last_start(source: Source, kind: Kind, project: str) -> Instant | None:
    """Return since when a reconcile has to look: from the start of the last one that was whole, or of the backfill."""
    with source.engine.connect() as connection:
        found = select_listing(connection, source.tenant_id, kind, project)
        if found is not None and found.state == "done":
            return found.started
        history = select_listing(connection, source.tenant_id, "history", project)
    return None if history is None else history.started


def pause(source: Source, project: str) -> bool:
    """Stop reading a project's history where it is; `resume` goes on from there. False where none is under way."""
    return _set(source, project, "paused", OPEN)


def resume(source: Source, project: str) -> bool:
    """Go on with what was paused or cancelled."""
    return _set(source, project, "running", frozenset({"paused", "cancelled"}))


def cancel(source: Source, project: str) -> bool:
    """Give a project's history up; what is in stays, and live events go on."""
    done = _set(source, project, "cancelled", OPEN | {"paused"})
    if done:
        with source.engine.begin() as connection:
            delete_progress(connection, source.tenant_id, progress_name(Listing("history", project)))
    return done


def begin_anew(source: Source, project: str) -> None:
    """Read a project's whole history once more."""
    with source.engine.begin() as connection:
        delete_listing(connection, source.tenant_id, "history", project)


def _set(source: Source, project: str, state: State, before: frozenset[str]) -> bool:
    with source.engine.begin() as connection:
        found = select_listing(connection, source.tenant_id, "history", project)
        if found is None or found.state not in before:
            return False
        return save_state(connection, source.tenant_id, "history", project, state)


def time_left(listing: Listing, now: Instant) -> Instant | None:
    """Return how long a listing will still take at its rate so far, in µs; None where that is not known."""
    if listing.state not in OPEN or not listing.done or listing.total <= listing.done:
        return None
    return (now - listing.started) * (listing.total - listing.done) // listing.done


def select_history(source: Source) -> list[Listing]:
    """Return how far the history of each project is."""
    with source.engine.connect() as connection:
        return select_listings(connection, source.tenant_id, "history")
