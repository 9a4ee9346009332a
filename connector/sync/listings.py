"""Listings of a project's issues (backfill and reconcile): how they begin, go on and end, one step at a time."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira.client import JiraError
from connector.sync.listing_pages import step_listing, update_listing, write_jql
from connector.sync.missing import check_listing
from connector.sync.moved import read_moved_away
from connector.sync.projects import UNSEEN, known_id, open_project, read_site_names, select_projects
from connector.sync.source import Source
from mappings.events.times import DAY, HOUR, MINUTE
from mappings.events.types import Instant
from mappings.records.operations.progress import FIRST_READ, delete_progress
from mappings.records.operations.sync_listings import (
    OPEN,
    STOPPED,
    UNAVAILABLE,
    Kind,
    Listing,
    delete_listing,
    save_listing,
    save_state,
    select_listing,
    select_listings,
)

__all__ = ["select_projects"]

# How much further back than its last start a reconcile reads: Jira's search lags behind its changes.
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
    """Return the open listing of that kind, inserted where there is none."""
    with source.engine.begin() as connection:
        listing = select_listing(connection, source.tenant_id, kind, project)
        if listing is not None and listing.state in OPEN | STOPPED:
            return listing
        now = source.clock()
        fresh = Listing(kind, project, since=since, started=now, changed_at=now)
        save_listing(connection, source.tenant_id, fresh)
    return fresh


def step(source: Source, listing: Listing) -> Listing:
    """Read the next page of a listing, or check after the last one what it did not name. Raises JiraError."""
    if listing.state == "running" and listing.jql:
        return _read_next_page(source, listing)
    asked = source.asked
    project_id = open_project(source, listing)
    if project_id is None:
        return _select(source, listing)
    if listing.state == "running":
        listing = step_listing(source, _estimate_total(source, listing, project_id, asked), project_id)
    return _end(source, listing, project_id) if listing.state == "checking" else listing


def _read_next_page(source: Source, listing: Listing) -> Listing:
    # Where the page is refused, the project may be hidden by now: the listing is closed, lest the others wait for it.
    try:
        project_id = known_id(source, listing.project)
        listing = step_listing(source, listing, project_id)
    except JiraError as error:
        if error.status in UNSEEN and open_project(source, listing) is None:
            return _select(source, listing)
        raise
    return _end(source, listing, project_id) if listing.state == "checking" else listing


def _estimate_total(source: Source, listing: Listing, project_id: int, asked: int) -> Listing:
    read_site_names(source, listing.started)
    total = source.ask(source.jira.fetch_count, write_jql(source, listing, project_id))
    return replace(listing, total=listing.done + total, requests=listing.requests + source.asked - asked)


def _end(source: Source, listing: Listing, project_id: int) -> Listing:
    asked = source.asked
    if listing.kind in CHECKED:
        check_listing(source, project_id)
        read_moved_away(source, listing.project)
    return update_listing(source, listing, state="done", token=None, requests=listing.requests + source.asked - asked)


def _select(source: Source, listing: Listing) -> Listing:
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, listing.kind, listing.project) or listing


def next_history(source: Source, projects: Sequence[str]) -> Listing | None:
    # A project that could not be seen is tried again, from where it was.
    for project in projects:
        with source.engine.connect() as connection:
            listing = select_listing(connection, source.tenant_id, "history", project)
        if listing is None or listing.state in OPEN:
            return begin_listing(source, "history", project)
        if listing.state in UNAVAILABLE and source.clock() - listing.changed_at >= AGAIN:
            return replace(listing, state="running", jql="", token=None)
    return None


def has_history(source: Source, project: str) -> bool:
    # A reconcile follows a backfill.
    with source.engine.connect() as connection:
        return select_listing(connection, source.tenant_id, "history", project) is not None


def last_start(source: Source, kind: Kind, project: str) -> Instant | None:
    # A listing that found the project hidden read nothing: the next has to reach as far back as it had to.
    with source.engine.connect() as connection:
        listing = select_listing(connection, source.tenant_id, kind, project)
        history = select_listing(connection, source.tenant_id, "history", project)
    if listing is not None:
        return listing.started if listing.state == "done" else listing.since + OVERLAP
    return None if history is None else history.started


def begin_anew(source: Source, project: str) -> None:
    with source.engine.begin() as connection:
        delete_listing(connection, source.tenant_id, "history", project)


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
    with source.engine.connect() as connection:
        return select_listings(connection, source.tenant_id, "history")
