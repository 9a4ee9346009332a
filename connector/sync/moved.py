"""Tickets that left a project: no listing names them, and what was finished there goes on counting."""

from collections.abc import Collection, Iterable

from msgspec.structs import replace

from connector.jira.client import Body
from connector.jira.halves import fetch_halved
from connector.jira.issues import PAGE
from connector.jira.session import chunks
from connector.sync.missing import read_again
from connector.sync.source import Source
from mappings.events.times import EVER, read_time
from mappings.events.types import Instant
from mappings.records.facts.issues import select_issue_locations, select_key_numbers
from mappings.records.figures.entries import select_counted_elsewhere
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.operations.sync_listings import Listing, save_listing, select_listing, select_listings
from mappings.records.privacy.retention import select_retired

# How many numbers beyond the highest known one are asked for: the newest tickets may have left the project.
AHEAD = 20
# Calls of one check; what is left is asked for by the next one.
MOST_CALLS = 100


def read_moved_away(source: Source, project: str) -> None:
    """Read the tickets that had a key of the project and are elsewhere now. Raises JiraError, StoreError.

    Jira finds a ticket by each key that it ever had. So the numbers that no ticket of the project has are asked for,
    once each: they are of tickets that moved or are gone.
    """
    with source.engine.connect() as connection:
        numbers = select_key_numbers(connection, source.tenant_id, project)
        asked = select_listing(connection, source.tenant_id, "moved", project)
    listing = asked or Listing("moved", project, state="done", started=source.clock())
    # The cursor of this listing is a number of a key, not a time.
    top, cursor = max(numbers, default=0), listing.cursor
    for _ in range(MOST_CALLS):
        wanted = range(cursor + 1, max(top, cursor) + AHEAD + 1)
        gaps = [number for number in wanted if number not in numbers][:PAGE]
        bodies = _fetch_keys(source, gaps, project)
        read_changed(source, bodies)
        # Of those that are not stored, such as what is older than the retention, the numbers are known from now on.
        top = max((top, *(_number(body, project) for body in bodies)))
        if gaps[-1] > top and not bodies:
            cursor = max(top, cursor)
            break
        cursor = gaps[-1]
    # Later tickets get the numbers beyond the highest: those are asked for again.
    done = replace(listing, cursor=min(cursor, top), changed_at=source.clock())
    with source.engine.begin() as connection:
        save_listing(connection, source.tenant_id, done)


def _fetch_keys(source: Source, numbers: list[int], project: str) -> list[Body]:
    def fetch(part: list[int]) -> list[Body]:
        return source.ask(source.jira.fetch_keys, [f"{project}-{number}" for number in part])

    # One that cannot be read here could not be read whole either.
    return fetch_halved(fetch, numbers)[0]


def read_counted_elsewhere(source: Source, fresh: Instant) -> None:
    """Read again what changed of tickets that count in an engagement and are in none of the projects read.

    A check that began at `fresh` or later is enough. Raises JiraError, StoreError.
    """
    started = source.clock()
    with source.engine.connect() as connection:
        last = select_listing(connection, source.tenant_id, "moved")
        if last is not None and last.started >= fresh:
            return
        projects = {history.project for history in select_listings(connection, source.tenant_id, "history")}
        elsewhere = select_counted_elsewhere(connection, source.tenant_id, projects)
    for chunk in chunks(sorted(elsewhere), PAGE):
        bodies, _ = fetch_halved(lambda part: source.ask(source.jira.fetch_keys, part), chunk)
        read_changed(source, bodies)
        absent = set(chunk) - {int(body["id"]) for body in bodies}
        if absent:
            read_again(source, absent)
    with source.engine.begin() as connection:
        checked = Listing("moved", "", state="done", started=started, changed_at=source.clock())
        save_listing(connection, source.tenant_id, checked)


def read_changed(source: Source, bodies: Iterable[Body]) -> None:
    """Read those issues whole of which another version is stored, or none."""
    versions = {int(body["id"]): _version(body) for body in bodies}
    with source.engine.connect() as connection:
        stored = select_issue_locations(connection, source.tenant_id, versions)
        closed = select_retired(connection, source.tenant_id, versions)
        kept_from = select_kept_from(connection, source.tenant_id) or 0
    changed = {
        issue_id
        for issue_id, version in versions.items()
        if version >= kept_from and (issue_id not in stored or stored[issue_id].updated != version)
    }
    _read_whole(source, changed - closed)


def _read_whole(source: Source, issue_ids: Collection[int]) -> None:
    for chunk in chunks(sorted(issue_ids), PAGE):
        read_again(source, chunk)


def _number(body: Body, project: str) -> int:
    prefix, _, number = str(body.get("key")).rpartition("-")
    return int(number) if prefix == project and number.isdecimal() else 0


def _version(body: Body) -> Instant:
    fields = body.get("fields")
    try:
        return read_time(fields.get("updated") if isinstance(fields, dict) else None)
    except ValueError:
        return EVER
