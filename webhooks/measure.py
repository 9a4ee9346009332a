"""Measuring: from the facts of touched issues to the figures of each engagement."""

import logging
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from functools import partial
from itertools import chain

from msgspec import Struct
from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import DaySums, Entry, Evidence, Measured, StatusBook, Ticket
from mappings.measure.period.other_units import offered_units, sums_by_unit
from mappings.measure.score.opportunities import measure_with_opportunities
from mappings.measure.ticket.handover import handed_places, parts_at
from mappings.measure.ticket.ledger import is_counted_level, is_of_projects
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import select_tickets
from mappings.records.facts.statuses import select_status_book
from mappings.records.figures.credit_sums import save_credit
from mappings.records.figures.day_sums import save_sums
from mappings.records.figures.entries import StoredEntry, save_entries, select_entries
from mappings.records.figures.evidence import save_evidence, select_alone, select_evidence, select_first_taught
from mappings.records.figures.figure_tokens import renew_figure_token
from mappings.records.figures.hires import save_hired
from mappings.records.figures.measure_state import StoredMeasured, delete_measured, save_measured, select_attempts
from mappings.records.figures.open_tickets import save_open_tickets
from mappings.records.figures.weekly_people import delete_weeks
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.issue_properties import save_marks
from mappings.records.privacy.retention import select_retired
from mappings.records.sql.scope import AgreementScope, Scope
from webhooks.alone_sums import save_alone_changes
from webhooks.annotations import with_annotations
from webhooks.failures import isolate_failures
from webhooks.measure_inputs import refresh
from webhooks.opportunity_sums import save_opportunity_changes

log = logging.getLogger(__name__)

# (objective, account): knowledge is followed by these from ticket to ticket.
Pair = tuple[str, str]

Entries = dict[int, tuple[StoredEntry, ...]]
Rows = dict[int, tuple[Evidence, ...]]
# The ledger entries and evidence of a ticket, and its opportunities.
TicketFigures = tuple[Measured, tuple[Opportunity, ...]]


class Target(Struct, frozen=True):
    """A generation of an engagement's figures, with the prepared rules that measure it."""

    tenant_id: int
    engagement: str
    generation: int
    prepared: PreparedEngagement
    bots: frozenset[str] = frozenset()


class PrepareInputs(Struct, frozen=True):
    """The inputs of a prepared engagement; while they are equal it is reused."""

    engagement: Engagement
    book: StatusBook
    bots: frozenset[str]
    rules: Ruleset


_cache: dict[tuple[int, str, int], tuple[PrepareInputs, PreparedEngagement]] = {}


def prepare_cached(tenant_id: int, slot: int, inputs: PrepareInputs) -> PreparedEngagement:
    key = (tenant_id, inputs.engagement.key, slot)
    cached = _cache.get(key)
    if cached is None or cached[0] != inputs:
        cached = _cache[key] = (inputs, prepare(inputs.engagement, inputs.book, inputs.bots, inputs.rules))
    return cached[1]


def select_targets(connection: Connection, tenant_id: int) -> tuple[Target, ...]:
    # Every generation to keep up to date: the one shown, and one being built.
    stored = select_engagements(connection, tenant_id)
    if not stored:
        return ()
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    targets: list[Target] = []
    for engagement in stored:
        for slot, (generation, agreed) in enumerate(engagement.generations):
            inputs = PrepareInputs(agreed, book, bots, engagement.rules_of(generation))
            prepared = prepare_cached(tenant_id, slot, inputs)
            targets.append(Target(tenant_id, agreed.key, generation, prepared, bots))
    return tuple(targets)


def measure_issues(connection: Connection, tenant_id: int, issue_ids: Collection[int], now: Instant) -> None:
    """Measure touched issues for every engagement of the tenant, and adjust the sums by the difference.

    The cost depends on their histories only (docs/architecture.md, "The way of a webhook"). An issue that cannot be
    measured is marked and keeps its old figures; so do retired issues.
    """
    if issue_ids:
        measure_read(connection, tenant_id, issue_ids, now)


def measure_read(connection: Connection, tenant_id: int, issue_ids: Collection[int], now: Instant) -> None:
    """Measure as `measure_issues` does. Without any issue it still restarts generations whose inputs have changed."""
    lock_tenant(connection, tenant_id)
    issue_ids = set(issue_ids) - select_retired(connection, tenant_id, issue_ids)
    save_marks(connection, tenant_id, issue_ids, now)
    failed = isolate_failures(connection, issue_ids, partial(_measure_engagements, connection, tenant_id, now))
    if failed:
        for stored in select_engagements(connection, tenant_id):
            for generation, _ in stored.generations:
                save_failures(Scope(connection, tenant_id, stored.engagement.key, generation), failed, now)


def _measure_engagements(connection: Connection, tenant_id: int, now: Instant, ids: Collection[int]) -> None:
    targets = select_targets(connection, tenant_id)
    inputs = [(target.engagement, target.generation, target.prepared, target.bots) for target in targets]
    if refresh(connection, tenant_id, inputs):
        targets = select_targets(connection, tenant_id)
    if targets and ids:
        tickets = select_tickets(connection, tenant_id, ids)
        for target in targets:
            measure_target(connection, target, tickets, ids, now=now)


def save_failures(scope: Scope, failed: Mapping[int, str], now: Instant) -> None:
    before = select_attempts(scope, failed)
    verdicts = [StoredMeasured(i, failed=reason, attempts=before.get(i, 0) + 1) for i, reason in failed.items()]
    save_measured(scope, verdicts, now)


def measure_target(
    connection: Connection,
    target: Target,
    tickets: Mapping[int, Ticket],
    issue_ids: Collection[int],
    *,
    now: Instant,
) -> None:
    """Measure issues for one generation; `tickets` lacks those of `issue_ids` that are deleted."""
    scope = Scope(connection, target.tenant_id, target.engagement, target.generation)
    around = {i: tickets[i] for i in issue_ids if i in tickets and is_of_projects(target.prepared, tickets[i])}
    concerned = {i: ticket for i, ticket in around.items() if is_counted_level(ticket.issue)}
    figures, failed = _measure_tickets(
        target.prepared, with_annotations(AgreementScope(connection, target.tenant_id, target.engagement), concerned)
    )
    figures |= {i: (Measured(i), ()) for i in issue_ids if i not in concerned}
    measured = {i: result for i, (result, _) in figures.items()}
    save_figures(scope, target.prepared, measured)
    save_opportunity_changes(scope, target.prepared.calendar, {i: items for i, (_, items) in figures.items()})
    _save_open_and_hired(scope, target.prepared, concerned, measured)
    # Who did something is told of tickets of every level, so that one that is not measured changes something, too.
    if delete_measured(scope, [i for i in issue_ids if i not in concerned]) or around:
        renew_figure_token(scope)
    save_measured(scope, [_verdict(result) for i, result in measured.items() if i in concerned], now)
    if failed:
        save_failures(scope, failed, now)


def _save_open_and_hired(
    scope: Scope, prepared: PreparedEngagement, tickets: Mapping[int, Ticket], measured: Mapping[int, Measured]
) -> None:
    open_now = {
        i: (tickets[i].issue.updated if i in tickets else 0, result.open_keys) for i, result in measured.items()
    }
    save_open_tickets(scope, open_now)
    if prepared.hires:
        _delete_older_weeks(scope, [row.at for result in measured.values() for row in result.hired])
        save_hired(scope, {i: result.hired for i, result in measured.items()})


def save_figures(scope: Scope, prepared: PreparedEngagement, measured: Mapping[int, Measured]) -> None:
    """Replace the figures of issues, and of issues whose handed-over part depends on their evidence."""
    entries, rows = select_entries(scope, measured), select_evidence(scope, measured)
    changed = {i: result.evidence for i, result in measured.items() if result.evidence != rows.get(i, ())}
    _delete_older_weeks(scope, [row.at for i, new in changed.items() for row in (*new, *rows.get(i, ()))])
    moved = _save_evidence(scope, rows, changed)
    fresh = {i: tuple(StoredEntry(entry) for entry in result.entries) for i, result in measured.items()}
    save_alone_changes(scope, prepared.calendar, (entries, rows), measured)
    joined = select_entries(scope, select_alone(scope, moved) - measured.keys()) if moved else {}
    _save_entries(scope, prepared, entries | joined, _with_handed_over(scope, fresh | joined))


def _measure_tickets(
    prepared: PreparedEngagement, tickets: Mapping[int, Ticket]
) -> tuple[dict[int, TicketFigures], dict[int, str]]:
    measured: dict[int, TicketFigures] = {}
    failed: dict[int, str] = {}
    for issue_id, ticket in tickets.items():
        try:
            measured[issue_id] = measure_with_opportunities(prepared, ticket)
        except Exception as cause:  # whatever it was, it costs this issue alone
            failed[issue_id] = type(cause).__name__
            log.warning("an issue could not be measured", exc_info=True)
    return measured, failed


def _save_evidence(scope: Scope, before: Rows, changed: Rows) -> set[Pair]:
    # Save the evidence that changed; return the pairs whose first teaching changed.
    pairs = {(row.objective, row.account) for i, rows in changed.items() for row in (*rows, *before.get(i, ()))}
    if not pairs:
        return set()
    first_before = select_first_taught(scope, pairs)
    save_evidence(scope, changed)
    save_credit(scope, (row for i in changed for row in before.get(i, ())), chain.from_iterable(changed.values()))
    first_after = select_first_taught(scope, pairs)
    return {pair for pair in pairs if first_before.get(pair) != first_after.get(pair)}


def _with_handed_over(scope: Scope, entries: Entries) -> Entries:
    # Handed over is what somebody did alone who had been taught before (docs/measurement.md (g) 9).
    pairs = {pair for stored in entries.values() for entry in stored for pair in entry.entry.alone}
    first = select_first_taught(scope, pairs) if pairs else {}
    return {
        i: tuple(_handed_over(stored_entry.entry, first) for stored_entry in stored) for i, stored in entries.items()
    }


def _handed_over(entry: Entry, first: Mapping[Pair, Instant]) -> StoredEntry:
    places = handed_places(entry, first)
    return StoredEntry(entry, parts_at(entry.inhouse_parts, places), places)


def _save_entries(scope: Scope, prepared: PreparedEngagement, before: Entries, after: Entries) -> None:
    changed = {i: stored for i, stored in after.items() if stored != before.get(i, ())}
    if not changed:
        return
    units = prepared.engagement.units
    others = [by for by in offered_units(units, prepared.ruleset) if by != units.by]
    sums, gone = (
        sums_by_unit(
            [(entry.entry, entry.handed, entry.places) for i in changed for entry in stored.get(i, ())],
            prepared.calendar,
            others,
        )
        for stored in (after, before)
    )
    for key, total in gone.items():
        sums[key] = sums.get(key, DaySums()).plus(total, -1)
    save_sums(scope, {key: total for key, total in sums.items() if total != DaySums()})
    save_entries(scope, {i: [_dated(entry, prepared) for entry in stored] for i, stored in changed.items()})
    _delete_older_weeks(
        scope, [entry.entry.at for i, stored in changed.items() for entry in {*stored} ^ {*before.get(i, ())}]
    )


def _delete_older_weeks(scope: Scope, changed_at: Sequence[Instant]) -> None:
    if changed_at:
        # Figures about people of later weeks were computed from what has changed.
        delete_weeks(scope, since=min(changed_at))


def _dated(stored: StoredEntry, prepared: PreparedEngagement) -> tuple[StoredEntry, date, date]:
    entry: Entry = stored.entry
    return stored, prepared.calendar.day(entry.at), prepared.calendar.day(entry.done_at)


def _verdict(measured: Measured) -> StoredMeasured:
    return StoredMeasured(measured.issue_id, measured.changing_until, measured.retro_until, measured.complete)
