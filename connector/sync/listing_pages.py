"""A listing of a project, page by page: each page's facts, figures and place commit together."""

import re
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.jira.client import JiraError
from connector.jira.issues import SearchPage
from connector.sync.issues import Batch, read_batch
from connector.sync.source import Source
from connector.sync.unread import Unread, fetch_search_page, save_batch
from mappings.events.times import EVER, MINUTE, read_time
from mappings.events.types import Instant
from mappings.records.facts.reread_queue import save_rereads
from mappings.records.operations.progress import FIRST_READ, Progress, delete_progress, save_progress
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.operations.sync_listings import AWAY, OPEN, Kind, Listing, save_step, select_listing
from mappings.records.operations.unread_issues import save_unread

# Minutes that a query begins earlier than it has to: for Jira's minutes, for clocks that differ (`created` is of its
# clock, and we count from ours), and so that it need not be written anew with every page.
SLACK = {"created": 15, "updated": 7}
# How many of them have to be left.
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
    """Return what finds the issues of a listing from its cursor on.

    Minutes before now need no time zone, which absolute dates in JQL would take from the app's user.
    """
    now, bounds = source.clock(), bounds_of(source, listing)
    words = [f"{name} >= -{max(0, now - at) // MINUTE + SLACK[name]}m" for name, at in bounds.items()]
    return " AND ".join([f"project = {project_id}", *words])


def still_covers(source: Source, listing: Listing) -> bool:
    """Tell whether the query of a listing still begins early enough.

    Jira reads "minutes before now" anew with every page, so that a listing that was put off would leave out what it
    has not read.
    """
    now, bounds = source.clock(), bounds_of(source, listing)
    said = [(name, int(minutes)) for name, minutes in _BOUND.findall(listing.jql)]
    return all(now - bounds[name] <= (minutes - _CERTAIN[name]) * MINUTE for name, minutes in said if name in bounds)


def step_listing(source: Source, listing: Listing, project_id: int) -> Listing:
    """Read and save the next page; the listing is "checking" once all are in. Raises JiraError, StoreError.

    Where Jira gave the page but not all that belongs to it, what came is saved, the rest marked to be read again, and
    its word raised afterwards.
    """
    asked, started = source.asked, source.clock()
    jql, page, unread, fresh = _next_page(source, listing, project_id)
    bodies = [one for one in page.issues if _created(one) >= listing.cursor] if fresh else page.issues
    batch = read_batch(source, bodies, unread)
    cursor = max([listing.cursor, *(read.issue.created for read in batch.reads)])
    done = listing.done + len({read.issue.issue_id for read in batch.reads} | batch.unread.keys())

    def keep(connection: Connection, saved: Batch) -> Listing:
        if saved.short:
            save_rereads(connection, source.tenant_id, dict.fromkeys(saved.short, started), "only a part was read")
        save_unread(connection, source.tenant_id, saved.unread.values(), source.clock())
        return keep_in(
            connection,
            source,
            listing,
            state="running" if page.token else "checking",
            jql=jql,
            token=page.token,
            cursor=cursor,
            done=done,
            total=max(listing.total, done),
            requests=listing.requests + source.asked - asked,
        )

    after = save_batch(source, batch, started, keep)
    if batch.trouble is not None:
        raise batch.trouble
    return after


def _next_page(source: Source, listing: Listing, project_id: int) -> tuple[str, SearchPage, Unread, bool]:
    """Return the query, the page that comes next, its issues that cannot be read, and whether it begins at the cursor.

    It begins there where Jira takes no token any more.
    """
    if listing.token is not None and still_covers(source, listing):
        try:
            return listing.jql, *fetch_search_page(source, listing.jql, listing.token), False
        except JiraError as error:
            if error.status != 400:
                raise
    # By creation, since that never changes, and, unlike comparing keys, needs no issue that may be gone by now.
    jql = f"{write_jql(source, listing, project_id)} ORDER BY created ASC, key ASC"
    return jql, *fetch_search_page(source, jql), True


def _created(body: dict[str, object]) -> Instant:
    fields = body.get("fields")
    text = fields.get("created") if isinstance(fields, dict) else None
    try:
        return read_time(str(text))
    except ValueError:
        return EVER


def keep_step(source: Source, listing: Listing, **changes: Any) -> Listing:
    """Keep how far a listing is, in a transaction of its own."""
    with source.engine.begin() as connection:
        return keep_in(connection, source, listing, **changes)


def keep_in(connection: Connection, source: Source, listing: Listing, **changes: Any) -> Listing:
    """Keep how far a listing is, and show it while it runs; return it as it is kept, by a person's word too."""
    after = replace(listing, **changes, changed_at=source.clock())
    ours = save_step(connection, source.tenant_id, listing, after)
    kept = select_listing(connection, source.tenant_id, listing.kind, listing.project) or after
    if ours:
        _show(connection, source.tenant_id, kept)
    return kept


def _show(connection: Connection, tenant_id: int, one: Listing) -> None:
    """A history that could not be read to its end stays in sight: until then no figure of it is complete."""
    number = PROGRESS_NUMBERS[one.kind]
    if one.state in OPEN | {"paused"} or (one.kind == "history" and one.state in AWAY):
        total = max(one.done, one.total)
        shown = Progress("sync", one.project, number, one.done, total, one.cursor, one.started, one.changed_at)
        save_progress(connection, tenant_id, shown)
    else:
        delete_progress(connection, tenant_id, "sync", one.project, number=number)
