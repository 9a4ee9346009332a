"""From facts to figures: what a touched issue gives each engagement, and what joins its tickets."""

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date
from functools import partial

from msgspec import Struct
from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Entry, Evidence, Measured, StatusBook, Ticket
from mappings.measure.period.figures import DaySums, sums_of
from mappings.measure.score.opportunities import measure_both
from mappings.measure.ticket.handover import handed_parts
from mappings.measure.ticket.ledger import is_counted_level
from mappings.measure.ticket.measure import PreparedEngagement, prepare
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import select_tickets
from mappings.records.facts.statuses import select_status_book
from mappings.records.figures.day_sums import save_sums
from mappings.records.figures.entries import StoredEntry, save_entries, select_entries
from mappings.records.figures.evidence import save_evidence, select_alone, select_evidence, select_first_taught
from mappings.records.figures.hires import save_hired
from mappings.records.figures.measure_state import StoredMeasured, delete_measured, save_measured, select_attempts
from mappings.records.figures.open_tickets import save_open_tickets
from mappings.records.figures.weekly_people import delete_weeks
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.issue_properties import save_marks
from mappings.records.privacy.retention import select_retired
from mappings.records.sql.engine import StoreError
from mappings.records.sql.scope import AgreementScope, Scope
from webhooks.annotations import with_annotations
from webhooks.measure_inputs import refresh
from webhooks.opportunity_sums import save_chances

log = logging.getLogger(__name__)

# (objective, account): the unit in which knowledge is followed from ticket to ticket.
Pair = tuple[str, str]

Entries = dict[int, tuple[StoredEntry, ...]]
Rows = dict[int, tuple[Evidence, ...]]
# What a ticket gives the ledger, and what the dimensions count on it.
Found = tuple[Measured, tuple[Opportunity, ...]]

# What Jira names in a changelog when an issue goes to another project.
MOVES = frozenset({"Key", "project"})


class Target(Struct, frozen=True):
    """Where figures go: one generation of one engagement, with the lens that measures for it."""

    tenant_id: int
    engagement: str
    generation: int
    prepared: PreparedEngagement
    bots: frozenset[str] = frozenset()


class _Ground(Struct, frozen=True):
    """What a lens was prepared from; while it is equal the lens holds."""

    engagement: Engagement
    book: StatusBook
    bots: frozenset[str]
    rules: Ruleset


_lenses: dict[tuple[int, str, int], tuple[_Ground, PreparedEngagement]] = {}


def lens_of(tenant_id: int, place: int, ground: _Ground) -> PreparedEngagement:
    """Return the prepared rules of an engagement, kept while nothing they rest on changes."""
    key = (tenant_id, ground.engagement.key, place)
    kept = _lenses.get(key)
    if kept is None or kept[0] != ground:
        kept = _lenses[key] = (ground, prepare(ground.engagement, ground.book, ground.bots, ground.rules))
    return kept[1]


def select_targets(connection: Connection, tenant_id: int) -> tuple[Target, ...]:
    """Return every generation that must be kept up to date: today's, and the one that is being built."""
    stored = select_engagements(connection, tenant_id)
    if not stored:
        return ()
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    targets: list[Target] = []
    for one in stored:
        for place, (generation, agreed) in enumerate(one.generations):
            prepared = lens_of(tenant_id, place, _Ground(agreed, book, bots, one.rules_of(generation)))
            targets.append(Target(tenant_id, agreed.key, generation, prepared, bots))
    return tuple(targets)


def measure_issues(connection: Connection, tenant_id: int, issue_ids: Collection[int], now: Instant) -> None:
    """Measure the touched issues for every engagement of the tenant and adjust the sums by the difference.

    An event costs what its issues' histories cost, never what the tenant holds (architecture, "The way of an event").
    Facts and figures fail apart: what cannot be measured is marked, keeps its old figure and never loses a fact.
    Issues whose facts were let go keep the figures that they have.
    """
    if not issue_ids:
        return
    lock_tenant(connection, tenant_id)
    issue_ids = set(issue_ids) - select_retired(connection, tenant_id, issue_ids)
    save_marks(connection, tenant_id, issue_ids, now)
    failed = measure_apart(connection, issue_ids, partial(_measure_all, connection, tenant_id, now))
    if failed:
        for one in select_engagements(connection, tenant_id):
            for generation, _ in one.generations:
                save_failures(Scope(connection, tenant_id, one.engagement.key, generation), failed, now)


def _measure_all(connection: Connection, tenant_id: int, now: Instant, ids: Collection[int]) -> None:
    targets = select_targets(connection, tenant_id)
    if refresh(connection, tenant_id, [(one.engagement, one.generation, one.prepared, one.bots) for one in targets]):
        targets = select_targets(connection, tenant_id)
    if targets:
        tickets = select_tickets(connection, tenant_id, ids)
        for target in targets:
            measure_for(connection, target, tickets, ids, now=now)


def measure_apart(
    connection: Connection, issue_ids: Collection[int], measure: Callable[[Collection[int]], None]
) -> dict[int, str]:
    """Measure issues together, and where that fails one by one, so that a failure costs its own issue alone.

    Return the issues that failed, with the reason. Raises StoreError.
    """
    if _failure(connection, measure, issue_ids) is None:
        return {}
    reasons = {issue_id: _failure(connection, measure, [issue_id]) for issue_id in sorted(issue_ids)}
    return {issue_id: reason for issue_id, reason in reasons.items() if reason is not None}


def _failure(connection: Connection, measure: Callable[[Collection[int]], None], ids: Collection[int]) -> str | None:
    """Measure within a savepoint; return why it failed, None where it did not. Raises StoreError."""
    try:
        with connection.begin_nested():
            measure(ids)
    except StoreError:
        raise
    except Exception as cause:  # whatever it was: the facts stand, the old figure too, and it is shown
        log.warning("figures failed", exc_info=True)
        return type(cause).__name__
    return None


def save_failures(scope: Scope, failed: Mapping[int, str], now: Instant) -> None:
    """Mark issues that could not be measured, each try counted."""
    before = select_attempts(scope, failed)
    verdicts = [StoredMeasured(i, failed=reason, attempts=before.get(i, 0) + 1) for i, reason in failed.items()]
    save_measured(scope, verdicts, now)


def measure_for(
    connection: Connection,
    target: Target,
    tickets: Mapping[int, Ticket],
    issue_ids: Collection[int],
    *,
    now: Instant,
) -> None:
    """Measure issues for one generation; `tickets` lacks those of `issue_ids` that are gone."""
    scope = Scope(connection, target.tenant_id, target.engagement, target.generation)
    mine = {i: tickets[i] for i in issue_ids if i in tickets and concerns(target.prepared, tickets[i])}
    found, failed = _measure_each(
        target.prepared, with_annotations(AgreementScope(connection, target.tenant_id, target.engagement), mine)
    )
    found |= {i: (Measured(i), ()) for i in issue_ids if i not in mine}
    measured = {i: one for i, (one, _) in found.items()}
    save_figures(scope, target.prepared, measured)
    save_chances(scope, target.prepared.calendar, {i: chances for i, (_, chances) in found.items()})
    _save_waiting(scope, target.prepared, mine, measured)
    delete_measured(scope, [i for i in issue_ids if i not in mine])
    save_measured(scope, [_verdict(one) for i, one in measured.items() if i in mine], now)
    if failed:
        save_failures(scope, failed, now)


def _save_waiting(
    scope: Scope, prepared: PreparedEngagement, tickets: Mapping[int, Ticket], measured: Mapping[int, Measured]
) -> None:
    """Keep what tickets that are not done could teach, and what people did before they were hired."""
    open_now = {
        i: (tickets[i].issue.updated if i in tickets else 0, one.open_objectives) for i, one in measured.items()
    }
    save_open_tickets(scope, open_now)
    if prepared.hires:
        _delete_older_weeks(scope, [row.at for one in measured.values() for row in one.hired])
        save_hired(scope, {i: one.hired for i, one in measured.items()})


def concerns(prepared: PreparedEngagement, ticket: Ticket) -> bool:
    """Say whether an issue is, or ever was, where the engagement counts; any other gives it nothing."""
    issue = ticket.issue
    if not is_counted_level(issue):
        return False
    # A change of key is rare, so that one that led elsewhere may be measured for nothing.
    return issue.key.rpartition("-")[0] in prepared.projects or any(one.field in MOVES for one in ticket.changes)


def save_figures(scope: Scope, prepared: PreparedEngagement, measured: Mapping[int, Measured]) -> None:
    """Put what was measured in the place of what the issues gave before."""
    entries, rows = select_entries(scope, measured), select_evidence(scope, measured)
    changed = {i: one.evidence for i, one in measured.items() if one.evidence != rows.get(i, ())}
    _delete_older_weeks(scope, [row.at for i, found in changed.items() for row in (*found, *rows.get(i, ()))])
    moved = _save_evidence(scope, rows, changed)
    fresh = {i: tuple(StoredEntry(e) for e in one.entries) for i, one in measured.items()}
    joined = select_entries(scope, select_alone(scope, moved) - measured.keys()) if moved else {}
    _save_entries(scope, prepared, entries | joined, _hand_over(scope, fresh | joined))


def _measure_each(
    prepared: PreparedEngagement, tickets: Mapping[int, Ticket]
) -> tuple[dict[int, Found], dict[int, str]]:
    measured: dict[int, Found] = {}
    failed: dict[int, str] = {}
    for issue_id, ticket in tickets.items():
        try:
            measured[issue_id] = measure_both(prepared, ticket)
        except Exception as cause:  # whatever it was, it costs this issue alone
            failed[issue_id] = type(cause).__name__
            log.warning("an issue could not be measured", exc_info=True)
    return measured, failed


def _save_evidence(scope: Scope, before: Rows, changed: Rows) -> set[Pair]:
    """Write the evidence that changed; return the pairs whose first teaching moved by it."""
    pairs = {(row.objective, row.account) for i, rows in changed.items() for row in (*rows, *before.get(i, ()))}
    if not pairs:
        return set()
    first_before = select_first_taught(scope, pairs)
    save_evidence(scope, changed)
    first_after = select_first_taught(scope, pairs)
    return {pair for pair in pairs if first_before.get(pair) != first_after.get(pair)}


def _hand_over(scope: Scope, entries: Entries) -> Entries:
    """Decide which in-house parts are handed over: whoever did it alone had been taught before (measurement (g) 9)."""
    pairs = {pair for stored in entries.values() for one in stored for pair in one.entry.alone}
    first = select_first_taught(scope, pairs) if pairs else {}
    return {
        i: tuple(StoredEntry(one.entry, handed_parts(one.entry, first)) for one in stored)
        for i, stored in entries.items()
    }


def _save_entries(scope: Scope, prepared: PreparedEngagement, before: Entries, after: Entries) -> None:
    """Write the entries that changed and adjust the sums of their days by the difference."""
    changed = {i: stored for i, stored in after.items() if stored != before.get(i, ())}
    if not changed:
        return
    sums: dict[tuple[str, date, date], DaySums] = {}
    for sign, entries in ((-1, {i: before.get(i, ()) for i in changed}), (1, changed)):
        for stored in entries.values():
            _add(sums, sums_of(((one.entry, one.handed) for one in stored), prepared.calendar), sign)
    save_sums(scope, {key: total for key, total in sums.items() if total != DaySums()})
    save_entries(scope, {i: [_dated(one, prepared) for one in stored] for i, stored in changed.items()})
    _delete_older_weeks(
        scope, [one.entry.at for i, stored in changed.items() for one in {*stored} ^ {*before.get(i, ())}]
    )


def _delete_older_weeks(scope: Scope, changed_at: Sequence[Instant]) -> None:
    """Delete the figures about people that were computed from what has changed, at these instants."""
    if changed_at:
        delete_weeks(scope, since=min(changed_at))


def _dated(stored: StoredEntry, prepared: PreparedEngagement) -> tuple[StoredEntry, date, date]:
    entry: Entry = stored.entry
    return stored, prepared.calendar.day(entry.at), prepared.calendar.day(entry.done_at)


def _add(
    sums: dict[tuple[str, date, date], DaySums], more: Mapping[tuple[str, date, date], DaySums], sign: int
) -> None:
    for key, one in more.items():
        sums[key] = sums.get(key, DaySums()).plus(one, sign)


def _verdict(measured: Measured) -> StoredMeasured:
    return StoredMeasured(measured.issue_id, measured.changing_until, measured.retro_until, measured.complete)
