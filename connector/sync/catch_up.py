"""What a listing does not show: worklogs by their own times, deliveries given up, and issues only hinted at."""

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
    """Take a page of worklogs that changed, or were deleted, since the last one; True where more wait."""
    place = _place(source, "worklogs gone" if gone else "worklogs")
    asked = source.asked
    answer = source.ask(source.jira.fetch_worklogs_changed, place.since // MS, gone=gone)
    changed = {int(one["worklogId"]): int(one["updatedTime"]) * MS for one in answer.get("values") or []}
    events = _gone(source, changed) if gone else _seen(source, changed)
    more = answer.get("lastPage") is False
    until = max(place.since, int(answer.get("until") or 0) * MS)
    if more and until == place.since:
        until += MS  # a full page of one instant, which would be asked for again and again
    after = replace(place, since=until, done=place.done + len(events), requests=place.requests + source.asked - asked)
    with source.engine.begin() as connection:
        if gone:
            # Of those that we do not have, too: late words of them may still be on their way.
            save_tombstones(connection, source.tenant_id, "worklog", changed)
        save_rest_events(connection, source.tenant_id, events, digest=source.digest, now=source.clock())
        save_listing(connection, source.tenant_id, replace(after, changed_at=source.clock()))
    return more


def _seen(source: Source, changed: dict[int, Instant]) -> list[Event]:
    """Ask only for worklogs whose version is not the one we have; those of issues that we do not know are not ours."""
    with source.engine.connect() as connection:
        stored = select_worklog_versions(connection, source.tenant_id, changed)
    fresh = [one for one, at in changed.items() if stored.get(one, (0, -1))[1] < at]
    found: list[Event] = []
    for chunk in chunks(sorted(fresh), WORKLOGS_AT_ONCE):
        bodies, unread = fetch_halved(lambda part: source.ask(source.jira.fetch_worklogs_of, part), chunk)
        if unread:
            # Which issue a worklog is of stands in the worklog alone: its issue is read whole by the full pass.
            log.warning("worklogs unread", extra={"tenant_id": source.tenant_id, "count": len(unread)})
        found += _told(source, bodies)
    return found


def _told(source: Source, bodies: list[Body]) -> list[Event]:
    met: dict[str, Account] = {}
    worklogs = [one for body in bodies for one in read_worklog_page([body], None, [], accounts=met)]
    with source.engine.connect() as connection:
        known = select_known_issue_ids(connection, source.tenant_id, {one.issue_id for one in worklogs})
    accounts = tuple(met.values())
    return [WorklogSeen(one.updated, one, accounts) for one in worklogs if one.issue_id in known]


def _gone(source: Source, changed: dict[int, Instant]) -> list[Event]:
    with source.engine.connect() as connection:
        stored = select_worklog_versions(connection, source.tenant_id, changed)
    return [WorklogGone(changed[one], one, issue_id) for one, (issue_id, _) in stored.items()]


def read_failed_webhooks(source: Source) -> bool:
    """Put what Jira gave up delivering into the inbox, as if it had come; True where more wait.

    One that came after all, or was put there before, counts once, since facts are known by their own ids.
    """
    place = _place(source, "webhooks")
    after = max(place.since, source.clock() - KEPT_BY_JIRA)
    failed, limit = _fetch_failed(source, after)
    times = sorted(int(one["failureTime"]) * MS for one in failed)
    # A full page may end between two of one instant, and Jira gives what is later: go on from just before it.
    latest = after if not times else times[-1] if len(failed) < limit or times[-1] == times[0] else times[-1] - MS
    latest = max(after, latest)
    with source.engine.begin() as connection:
        for one in failed:
            body = str(one.get("body") or "").encode()
            if body:
                save_delivery(connection, source.tenant_id, str(one["id"]), received_at=source.clock(), body=body)
        kept = replace(place, since=latest, done=place.done + len(failed), requests=place.requests + 1)
        save_listing(connection, source.tenant_id, replace(kept, changed_at=source.clock()))
    return len(failed) == limit and latest > after


def _fetch_failed(source: Source, after: Instant) -> tuple[list[Body], int]:
    """Return what Jira gave up delivering, and how many were asked for: fewer where so many are too large at once."""
    limit = PAGE
    while True:
        try:
            return source.ask(source.jira.fetch_failed_webhooks, after // MS, limit), limit
        except JiraError as error:
            if not error.unreadable or limit == 1:
                raise
            limit //= 2


def _place(source: Source, kind: Kind) -> Listing:
    """Return how far a list of the whole site is: it begins with the first backfill, which has all that is older."""
    with source.engine.connect() as connection:
        found = select_listing(connection, source.tenant_id, kind)
        first = [one.started for one in select_listings(connection, source.tenant_id, "history")]
    now = source.clock()
    return found or Listing(kind, "", state="done", since=min([now, *first]) - OVERLAP, started=now)
