"""Reads a project's listing page by page: each page's facts, figures and cursor commit together."""

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira.client import Body, JiraError
from connector.sync.issues import Batch, read_batch
from connector.sync.source import Source
from connector.sync.unread import Unread, fetch_search_page, save_batch
from mappings.events.times import EVER, MINUTE, read_time
from mappings.events.types import Instant
from mappings.records.facts.reread_queue import save_rereads
from mappings.records.operations.progress import FIRST_READ, Progress, delete_progress, save_progress
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.operations.sync_listings import OPEN, UNAVAILABLE, Kind, Listing, save_step, select_listing
from mappings.records.operations.unread_issues import save_unread

# Minutes that a query begins earlier than it has to: for Jira's minutes, for clocks that differ (`created` is of its
# clock, and we count from ours), and so that it need not be written anew with every page.
SLACK = {"created": 15, "updated": 7}
# How many of them have to be left when the next page is read.
_CERTAIN = {"created": 11, "updated": 2}
# By kind of listing, the number under which its progress is kept: that of the history is the first read.
PROGRESS_NUMBERS: Mapping[Kind, int] = {"history": FIRST_READ, "recent": 1, "night": 2, "full": 3}
_BOUND = re.compile(r"(created|updated) >= -(\d+)m")


def bounds_of(source: Source, listing: Listing) -> dict[str, Instant]:
    """Return from when on a listing reads, by field: what changed since, was not let go, and is not in yet."""
    with source.engine.connect() as connection:
        kept_from = select_kept_from(connection, source.tenant_id) or 0
    bounds = {"created": listing.cursor, "updated": max(listing.since, kept_from)}
    return {name: at for name, at in bounds.items() if at}


def write_jql(source: Source, listing: Listing, project_id: int) -> str:
    # Minutes before now need no time zone, which absolute dates in JQL would take from the app's user.
    now, bounds = source.clock(), bounds_of(source, listing)
    terms = [f"{name} >= -{max(0, now - at) // MINUTE + SLACK[name]}m" for name, at in bounds.items()]
    return " AND ".join([f"project = {project_id}", *terms])


def still_covers(source: Source, listing: Listing) -> bool:
    # Jira reads "minutes before now" anew with every page, so that a listing that was put off would leave out what it
    # has not read.
    now, bounds = source.clock(), bounds_of(source, listing)
    written = [(name, int(minutes)) for name, minutes in _BOUND.findall(listing.jql)]
    return all(now - bounds[name] <= (minutes - _CERTAIN[name]) * MINUTE for name, minutes in written if name in bounds)


class NextPage(NamedTuple):
    """What a listing reads next: issues as Jira gives them, the query that finds them, and the token of the page after.

    `unread` are the issues of the page that cannot be read.
    """

    jql: str
    bodies: list[Body]
    token: str | None
    unread: Unread


def step_listing(source: Source, listing: Listing, project_id: int) -> Listing:
    """Read and save the next page; the listing is "checking" once all are in. Raises JiraError, StoreError.

    Where Jira gave the page but not all that belongs to it, what came is saved, the rest marked to be read again, and
    the error is raised afterwards.
    """
    asked, started = source.asked, source.clock()
    page = _fetch_next_page(source, listing, project_id)
    batch = read_batch(source, page.bodies, page.unread)
    done = listing.done + len({read.issue.issue_id for read in batch.reads} | batch.unread.keys())
    changes: dict[str, Any] = {
        "state": "running" if page.token else "checking",
        "jql": page.jql,
        "token": page.token,
        "cursor": max([listing.cursor, *(read.issue.created for read in batch.reads)]),
        "done": done,
        "total": max(listing.total, done),
        "requests": listing.requests + source.asked - asked,
    }

    def save_page(connection: Connection, saved: Batch) -> Listing:
        _save_marks(connection, source, saved, started)
        return save_listing_step(connection, source, listing, **changes)

    after = save_batch(source, batch, started, save_page)
    if batch.error is not None:
        raise batch.error
    return after


def _save_marks(connection: Connection, source: Source, saved: Batch, started: Instant) -> None:
    if saved.short:
        save_rereads(connection, source.tenant_id, dict.fromkeys(saved.short, started), "only a part was read")
    save_unread(connection, source.tenant_id, saved.unread.values(), source.clock())


def _fetch_next_page(source: Source, listing: Listing, project_id: int) -> NextPage:
    if listing.token is not None and still_covers(source, listing):
        try:
            page, unread = fetch_search_page(source, listing.jql, listing.token)
            return NextPage(listing.jql, page.issues, page.token, unread)
        except JiraError as error:
            # Jira takes no token any more: the search begins again at the cursor.
            if error.status != 400:
                raise
    # By creation, since that never changes, and, unlike comparing keys, needs no issue that may be gone by now.
    jql = f"{write_jql(source, listing, project_id)} ORDER BY created ASC, key ASC"
    page, unread = fetch_search_page(source, jql)
    bodies = [body for body in page.issues if _created(body) >= listing.cursor]
    return NextPage(jql, bodies, page.token, unread)


def _created(body: dict[str, object]) -> Instant:
    fields = body.get("fields")
    text = fields.get("created") if isinstance(fields, dict) else None
    try:
        return read_time(str(text))
    except ValueError:
        return EVER


def update_listing(source: Source, listing: Listing, **changes: Any) -> Listing:
    with source.engine.begin() as connection:
        return save_listing_step(connection, source, listing, **changes)


def save_listing_step(connection: Connection, source: Source, listing: Listing, **changes: Any) -> Listing:
    """Save how far a listing is, and its progress while it runs; return the row, which a person may have changed."""
    after = replace(listing, **changes, changed_at=source.clock())
    ours = save_step(connection, source.tenant_id, listing, after)
    stored = select_listing(connection, source.tenant_id, listing.kind, listing.project) or after
    if ours:
        _save_progress(connection, source.tenant_id, stored)
    return stored


def _save_progress(connection: Connection, tenant_id: int, listing: Listing) -> None:
    # A history that could not be read to its end stays in sight: until then no figure of it is complete.
    number = PROGRESS_NUMBERS[listing.kind]
    if listing.state in OPEN | {"paused"} or (listing.kind == "history" and listing.state in UNAVAILABLE):
        total = max(listing.done, listing.total)
        shown = Progress(
            "sync", listing.project, number, listing.done, total, listing.cursor, listing.started, listing.changed_at
        )
        save_progress(connection, tenant_id, shown)
    else:
        delete_progress(connection, tenant_id, "sync", listing.project, number=number)
