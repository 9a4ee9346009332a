"""What no listing shows: changed worklogs, webhooks that Jira failed to deliver, and issues marked for reading."""

import logging

from msgspec.structs import replace

from connector.jira.client import Body, JiraError
from connector.jira.halves import fetch_halved
from connector.jira.issues import PAGE
from connector.jira.session import chunks
from connector.sync.missing import read_again
from connector.sync.source import Source
from mappings.events.rest import read_worklog_page
from mappings.events.times import HOUR, MINUTE
from mappings.events.types import Account, Event, Instant, WorklogGone, WorklogSeen
from mappings.records.facts.issues import select_known_issue_ids, select_worklog_versions
from mappings.records.facts.reread_queue import select_rereads
from mappings.records.facts.tombstones import save_tombstones
from mappings.records.operations.inbox import save_delivery
from mappings.records.operations.sync_listings import Kind, Listing, save_listing, select_listing, select_listings
from webhooks.rest_intake import save_rest_events

log = logging.getLogger(__name__)

WORKLOGS_AT_ONCE = 1000
# How long Jira keeps what it gave up delivering.
KEPT_BY_JIRA: Instant = 72 * HOUR
# How far before the first backfill such a list begins: our clock may be ahead of Jira's.
OVERLAP: Instant = 10 * MINUTE
MS: Instant = 1000


def read_marked(source: Source) -> bool:
    """Read up to 100 issues that are marked; True where more may wait. Raises JiraError."""
    with source.engine.connect() as connection:
        marked = select_rereads(connection, source.tenant_id, PAGE)
    if marked:
        read_again(source, marked)
    return len(marked) == PAGE


def read_worklogs(source: Source, *, gone: bool) -> bool:
    """Save a page of the worklogs changed or deleted since the last page; True where more wait. Raises JiraError."""
    listing = select_site_listing(source, "worklogs gone" if gone else "worklogs")
    asked = source.asked
    answer = source.ask(source.jira.fetch_worklogs_changed, listing.since // MS, gone=gone)
    changed = {int(entry["worklogId"]): int(entry["updatedTime"]) * MS for entry in answer.get("values") or []}
    events = _deleted_events(source, changed) if gone else _changed_events(source, changed)
    more = answer.get("lastPage") is False
    until = max(listing.since, int(answer.get("until") or 0) * MS)
    if more and until == listing.since:
        until += MS  # a full page of one instant, which would be asked for again and again
    after = replace(
        listing, since=until, done=listing.done + len(events), requests=listing.requests + source.asked - asked
    )
    with source.engine.begin() as connection:
        if gone:
            # Of those that we do not have, too: late webhooks about them may still be on their way.
            save_tombstones(connection, source.tenant_id, "worklog", changed)
        save_rest_events(connection, source.tenant_id, events, digest=source.digest, now=source.clock())
        save_listing(connection, source.tenant_id, replace(after, changed_at=source.clock()))
    return more


def _changed_events(source: Source, changed: dict[int, Instant]) -> list[Event]:
    # Only worklogs whose version is not the stored one are fetched.
    with source.engine.connect() as connection:
        stored = select_worklog_versions(connection, source.tenant_id, changed)
    fresh = [worklog_id for worklog_id, at in changed.items() if stored.get(worklog_id, (0, -1))[1] < at]
    events: list[Event] = []
    for chunk in chunks(sorted(fresh), WORKLOGS_AT_ONCE):
        bodies, unread = fetch_halved(lambda part: source.ask(source.jira.fetch_worklogs_of, part), chunk)
        if unread:
            # Which issue a worklog is of stands in the worklog alone: its issue is read whole by the full pass.
            log.warning("worklogs unread", extra={"tenant_id": source.tenant_id, "count": len(unread)})
        events += _read_bodies(source, bodies)
    return events


def _read_bodies(source: Source, bodies: list[Body]) -> list[Event]:
    accounts_met: dict[str, Account] = {}
    worklogs = [worklog for body in bodies for worklog in read_worklog_page([body], None, [], accounts=accounts_met)]
    with source.engine.connect() as connection:
        known = select_known_issue_ids(connection, source.tenant_id, {worklog.issue_id for worklog in worklogs})
    accounts = tuple(accounts_met.values())
    return [WorklogSeen(worklog.updated, worklog, accounts) for worklog in worklogs if worklog.issue_id in known]


def _deleted_events(source: Source, changed: dict[int, Instant]) -> list[Event]:
    with source.engine.connect() as connection:
        stored = select_worklog_versions(connection, source.tenant_id, changed)
    return [WorklogGone(changed[worklog_id], worklog_id, issue_id) for worklog_id, (issue_id, _) in stored.items()]


def read_failed_webhooks(source: Source) -> bool:
    # A delivery that arrived after all, or was queued before, counts once: facts are known by their own ids.
    listing = select_site_listing(source, "webhooks")
    after = max(listing.since, source.clock() - KEPT_BY_JIRA)
    failed, limit = _fetch_failed(source, after)
    times = sorted(int(delivery["failureTime"]) * MS for delivery in failed)
    # A full page may end between two of one instant, and Jira gives what is later: go on from just before it.
    latest = after if not times else times[-1] if len(failed) < limit or times[-1] == times[0] else times[-1] - MS
    latest = max(after, latest)
    with source.engine.begin() as connection:
        for delivery in failed:
            body = str(delivery.get("body") or "").encode()
            if body:
                save_delivery(connection, source.tenant_id, str(delivery["id"]), received_at=source.clock(), body=body)
        read = replace(listing, since=latest, done=listing.done + len(failed), requests=listing.requests + 1)
        save_listing(connection, source.tenant_id, replace(read, changed_at=source.clock()))
    return len(failed) == limit and latest > after


def _fetch_failed(source: Source, after: Instant) -> tuple[list[Body], int]:
    # Fewer are asked for where so many are too large for one answer.
    limit = PAGE
    while True:
        try:
            return source.ask(source.jira.fetch_failed_webhooks, after // MS, limit), limit
        except JiraError as error:
            if not error.unreadable or limit == 1:
                raise
            limit //= 2


def select_site_listing(source: Source, kind: Kind) -> Listing:
    # It begins with the first backfill, which has all that is older.
    with source.engine.connect() as connection:
        stored = select_listing(connection, source.tenant_id, kind)
        starts = [history.started for history in select_listings(connection, source.tenant_id, "history")]
    now = source.clock()
    return stored or Listing(kind, "", state="done", since=min([now, *starts]) - OVERLAP, started=now)
