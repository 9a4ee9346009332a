"""Backfill and reconcile: what makes nothing missed and nothing asked twice, one step at a time."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira.client import JiraError
from connector.sync.listing_pages import keep_step, step_listing, write_jql
from connector.sync.missing import check_listing
from connector.sync.projects import UNSEEN, known_id, open_project, read_site_names, select_projects
from connector.sync.source import Source
from mappings.events.times import DAY, HOUR, MINUTE
from mappings.events.types import Instant
from mappings.records.operations.progress import FIRST_READ, delete_progress
from mappings.records.operations.sync_listings import (
    AWAY,
    OPEN,
    STOPPED,
    Kind,
    Listing,
    delete_listing,
    save_listing,
    save_state,
    select_listing,
    select_listings,
)

__all__ = ["select_projects"]

# How much further back than its last start a reconcile looks: Jira's search lags behind what it tells of.
OVERLAP: Instant = 10 * MINUTE
NIGHT: Instant = 2 * DAY
# Within it a full pass reads everything anew.
ROUND: Instant = 30 * DAY
# After it a history of a project that could not be seen is tried again.
AGAIN: Instant = HOUR
# Listings after which it is looked at what Jira no longer names.
CHECKED: frozenset[Kind] = frozenset({"history", "night", "full"})
Asked: TypeAlias = Literal["paused", "running", "cancelled"]
# The states that a person may give a history, and from which.
FROM: Mapping[Asked, frozenset[str]] = {"paused": OPEN, "running": STOPPED, "cancelled": OPEN | {"paused"}}


def begin_listing(source: Source, kind: Kind, project: str, *, since: Instant = 0) -> Listing:
    """Return a listing that is open; where none is, begin one."""
    with source.engine.begin() as connection:
        found = select_listing(connection, source.tenant_id, kind, project)
        if found is not None and found.state in OPEN | STOPPED:
            return found
        now = source.clock()
        fresh = Listing(kind, project, since=since, started=now, changed_at=now)
        save_listing(connection, source.tenant_id, fresh)
    return fresh


def step(source: Source, listing: Listing) -> Listing:
    """Do the next piece of a listing: a page of it, or the look at what it did not name. Raises JiraError."""
    if listing.state == "running" and listing.jql:
        return _go_on(source, listing)
    asked = source.asked
    project_id = open_project(source, listing)
    if project_id is None:
        return _select(source, listing)
    if listing.state == "running":
        listing = step_listing(source, _measure_out(source, listing, project_id, asked), project_id)
    return _end(source, listing, project_id) if listing.state == "checking" else listing


def _go_on(source: Source, listing: Listing) -> Listing:
    """Read a further page; where it is refused, look whether the project is still to be seen, so that none waits."""
    try:
        project_id = known_id(source, listing.project)
        listing = step_listing(source, listing, project_id)
    except JiraError as error:
        if error.status in UNSEEN and open_project(source, listing) is None:
            return _select(source, listing)
        raise
    return _end(source, listing, project_id) if listing.state == "checking" else listing


def _measure_out(source: Source, listing: Listing, project_id: int, asked: int) -> Listing:
    """Learn the words of the site, and about how much there is to read."""
    read_site_names(source, listing.started)
    total = source.ask(source.jira.fetch_count, write_jql(source, listing, project_id))
    return replace(listing, total=listing.done + total, requests=listing.requests + source.asked - asked)


def _end(source: Source, listing: Listing, project_id: int) -> Listing:
    asked = source.asked
    if listing.kind in CHECKED:
        check_listing(source, project_id)
    return keep_step(source, listing, state="done", token=None, requests=listing.requests + source.asked - asked)


def _select(source: Source, listing: Listing) -> Listing:
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, listing.kind, listing.project) or listing


def next_history(source: Source, projects: Sequence[str]) -> Listing | None:
    """Return the first project whose history is not in, begun where it is new; None where all are.

    One that could not be seen is tried again, from where it was.
    """
    for project in projects:
        with source.engine.connect() as connection:
            found = select_listing(connection, source.tenant_id, "history", project)
        if found is None or found.state in OPEN:
            return begin_listing(source, "history", project)
        if found.state in AWAY and source.clock() - found.changed_at >= AGAIN:
            return replace(found, state="running", jql="", token=None)
    return None


def is_in(source: Source, project: str) -> bool:
    """Tell whether the history of a project was ever begun: a reconcile follows a backfill."""
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, "history", project) is not None


def last_start(source: Source, kind: Kind, project: str) -> Instant | None:
    """Return since when a reconcile has to look: from the start of the last one that was whole, or of the backfill.

    One that found the project out of sight read nothing: the next has to look as far back as it had to.
    """
    with source.engine.connect() as connection:
        found = select_listing(connection, source.tenant_id, kind, project)
        history = select_listing(connection, source.tenant_id, "history", project)
    if found is not None:
        return found.started if found.state == "done" else found.since + OVERLAP
    return None if history is None else history.started


def pause(source: Source, project: str) -> bool:
    """Stop reading a project's history where it is; `resume` goes on from there. False where none is under way."""
    return _turn(source, project, "paused")


def resume(source: Source, project: str) -> bool:
    """Go on with what was paused or cancelled."""
    return _turn(source, project, "running")


def cancel(source: Source, project: str) -> bool:
    """Give a project's history up; what is in stays, and live events go on."""
    return _turn(source, project, "cancelled")


def begin_anew(source: Source, project: str) -> None:
    """Read a project's whole history once more."""
    with source.engine.begin() as connection:
        delete_listing(connection, source.tenant_id, "history", project)


def _turn(source: Source, project: str, state: Asked) -> bool:
    with source.engine.begin() as connection:
        return turn_history(connection, source.tenant_id, project, state)


def turn_history(connection: Connection, tenant_id: int, project: str, state: Asked) -> bool:
    """Give a project's history a state; False, and nothing is changed, where it is in none that leads there."""
    changed = save_state(connection, tenant_id, "history", project, state=state, before=FROM[state])
    if changed and state == "cancelled":
        delete_progress(connection, tenant_id, "sync", project, number=FIRST_READ)
    return changed


def time_left(listing: Listing, now: Instant) -> Instant | None:
    """Return how long a listing will still take at its rate so far, in µs; None where that is not known."""
    if listing.state not in OPEN or not listing.done or listing.total <= listing.done:
        return None
    return (now - listing.started) * (listing.total - listing.done) // listing.done


def select_history(source: Source) -> list[Listing]:
    """Return how far the history of each project is."""
    with source.engine.connect() as connection:
        return select_listings(connection, source.tenant_id, "history")
