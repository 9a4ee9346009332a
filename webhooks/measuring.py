"""From facts to figures: what a touched issue gives each engagement, and what joins its tickets."""

import logging
from collections.abc import Collection, Iterable, Mapping
from datetime import date

import msgspec
from msgspec import Struct
from sqlalchemy import Connection

from mappings.events.vocabulary import Instant
from mappings.measure.engagement import Engagement
from mappings.measure.measuring import Lens, measure_ticket, prepare
from mappings.measure.pairs import handed_parts
from mappings.measure.period import DaySums, sums_of
from mappings.measure.ticket import Entry, Evidence, Measured, Role, StatusBook, Tag, Ticket
from mappings.records.accounts import select_bots
from mappings.records.engagements import select_engagements
from mappings.records.entries import StoredEntry, save_entries, select_entries
from mappings.records.evidence import save_evidence, select_alone, select_evidence, select_first_taught
from mappings.records.issues import select_tickets
from mappings.records.measured import StoredMeasured, save_measured
from mappings.records.roles import select_roles
from mappings.records.statuses import select_status_book
from mappings.records.sums import save_sums
from mappings.records.tags import select_tags

log = logging.getLogger(__name__)

Pair = tuple[str, str]
"""(objective, account): the unit in which knowledge is followed from ticket to ticket."""

Entries = dict[int, tuple[StoredEntry, ...]]
Rows = dict[int, tuple[Evidence, ...]]


class Target(Struct, frozen=True):
    """Where figures go: one generation of one engagement, with the lens that measures for it."""

    tenant_id: int
    engagement: str
    generation: int
    lens: Lens


class _Ground(Struct, frozen=True):
    """What a lens was prepared from; while it is equal the lens holds."""

    engagement_hash: str
    book: StatusBook
    bots: frozenset[str]


_lenses: dict[tuple[int, str], tuple[_Ground, Lens]] = {}


def lens_of(tenant_id: int, engagement: Engagement, ground: _Ground) -> Lens:
    """Return the prepared rules of an engagement, kept while nothing they rest on changes."""
    key = (tenant_id, engagement.key)
    kept = _lenses.get(key)
    if kept is None or kept[0] != ground:
        kept = _lenses[key] = (ground, prepare(engagement, ground.book, ground.bots))
    return kept[1]


def select_targets(connection: Connection, tenant_id: int) -> tuple[Target, ...]:
    """Return every generation that must be kept up to date: today's, and the one that is being built."""
    stored = select_engagements(connection, tenant_id)
    if not stored:
        return ()
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    targets = []
    for one in stored:
        lens = lens_of(tenant_id, one.engagement, _Ground(one.hash, book, bots))
        for generation in {one.generation, one.next_generation} - {None}:
            assert generation is not None
            targets.append(Target(tenant_id, one.engagement.key, generation, lens))
    return tuple(targets)


def measure_issues(connection: Connection, tenant_id: int, issue_ids: Collection[int], now: Instant) -> None:
    """Measure the touched issues for every engagement of the tenant and adjust the sums by the difference.

    An event costs what its issues' histories cost, never what the tenant holds (architecture, "The way of an event").
    """
    targets = select_targets(connection, tenant_id) if issue_ids else ()
    if not targets:
        return
    tickets = select_tickets(connection, tenant_id, issue_ids)
    for target in targets:
        measure_for(connection, target, tickets, issue_ids, now)


def measure_for(
    connection: Connection, target: Target, tickets: Mapping[int, Ticket], issue_ids: Collection[int], now: Instant
) -> None:
    """Measure issues for one generation; `tickets` lacks those of `issue_ids` that are gone."""
    place = (connection, target.tenant_id, target.engagement, target.generation)
    ids = set(issue_ids) | set(tickets)
    seen = _with_roles(connection, target, tickets)
    measured, failed = _measure_each(target.lens, seen, ids)
    entries, rows = select_entries(*place, ids), select_evidence(*place, ids)
    changed = {i: m.evidence for i, m in measured.items() if m.evidence != rows.get(i, ())}
    moved = _save_evidence(place, rows, changed)
    fresh = {i: tuple(StoredEntry(e) for e in m.entries) for i, m in measured.items()}
    joined = select_entries(*place, select_alone(*place, moved) - ids) if moved else {}
    after = _hand_over(place, fresh | joined)
    save_figures(place, target.lens, entries | joined, after)
    save_measured(*place, [_verdict(i, measured.get(i), failed.get(i)) for i in ids], now)


Place = tuple[Connection, int, str, int]


def _with_roles(connection: Connection, target: Target, tickets: Mapping[int, Ticket]) -> dict[int, Ticket]:
    ids = [part.issue.issue_id for ticket in tickets.values() for part in (ticket, *ticket.subtasks)]
    roles = select_roles(connection, target.tenant_id, target.engagement, ids)
    tags = select_tags(connection, target.tenant_id, target.engagement, ids)
    if not roles and not tags:
        return dict(tickets)
    return {issue_id: _dress(ticket, roles, tags) for issue_id, ticket in tickets.items()}


def _dress(ticket: Ticket, roles: Mapping[int, tuple[Role, ...]], tags: Mapping[int, tuple[Tag, ...]]) -> Ticket:
    return msgspec.structs.replace(
        ticket,
        roles=roles.get(ticket.issue.issue_id, ()),
        tags=tags.get(ticket.issue.issue_id, ()),
        subtasks=tuple(_dress(subtask, roles, tags) for subtask in ticket.subtasks),
    )


def _measure_each(
    lens: Lens, tickets: Mapping[int, Ticket], ids: Iterable[int]
) -> tuple[dict[int, Measured], dict[int, str]]:
    measured: dict[int, Measured] = {}
    failed: dict[int, str] = {}
    for issue_id in ids:
        ticket = tickets.get(issue_id)
        try:
            measured[issue_id] = measure_ticket(lens, ticket) if ticket else Measured(issue_id)
        except Exception as cause:  # facts and figures fail apart: the facts stand, the old figure too, and it is shown
            failed[issue_id] = type(cause).__name__
            log.exception("an issue could not be measured")
    return measured, failed


def _save_evidence(place: Place, before: Rows, changed: Rows) -> set[Pair]:
    """Write the evidence that changed; return the pairs whose first teaching moved by it."""
    pairs = {(row.objective, row.account) for i, rows in changed.items() for row in (*rows, *before.get(i, ()))}
    if not pairs:
        return set()
    first_before = select_first_taught(*place, pairs)
    save_evidence(*place, changed)
    first_after = select_first_taught(*place, pairs)
    return {pair for pair in pairs if first_before.get(pair) != first_after.get(pair)}


def _hand_over(place: Place, entries: Entries) -> Entries:
    """Decide which in-house parts are handed over: whoever did it alone had been taught before (measurement (g) 9)."""
    pairs = {pair for stored in entries.values() for one in stored for pair in one.entry.alone}
    first = select_first_taught(*place, pairs) if pairs else {}
    return {
        i: tuple(StoredEntry(one.entry, handed_parts(one.entry, first)) for one in stored)
        for i, stored in entries.items()
    }


def save_figures(place: Place, lens: Lens, before: Entries, after: Entries) -> None:
    """Write the entries that changed and adjust the sums of their days by the difference."""
    changed = {i: stored for i, stored in after.items() if stored != before.get(i, ())}
    if not changed:
        return
    sums: dict[tuple[str, date, date], DaySums] = {}
    for sign, entries in ((-1, {i: before.get(i, ()) for i in changed}), (1, changed)):
        for stored in entries.values():
            _add(sums, sums_of(((one.entry, one.handed) for one in stored), lens.calendar), sign)
    save_sums(*place, {key: total for key, total in sums.items() if total != DaySums()})
    save_entries(*place, {i: [_dated(one, lens) for one in stored] for i, stored in changed.items()})


def _dated(stored: StoredEntry, lens: Lens) -> tuple[StoredEntry, date, date]:
    entry: Entry = stored.entry
    return stored, lens.calendar.day(entry.at), lens.calendar.day(entry.done_at)


def _add(
    sums: dict[tuple[str, date, date], DaySums], more: Mapping[tuple[str, date, date], DaySums], sign: int
) -> None:
    for key, one in more.items():
        sums[key] = sums.get(key, DaySums()).plus(one, sign)


def _verdict(issue_id: int, measured: Measured | None, reason: str | None) -> StoredMeasured:
    if measured is None:
        return StoredMeasured(issue_id, failed=reason)
    return StoredMeasured(issue_id, measured.changing_until, measured.retro_until, measured.complete)
