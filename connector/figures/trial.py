"""Trial figures: what an agreement would make of the tickets that were read, measured beside the database.

The tickets are measured by the same functions as ever. What they give is kept in a database in memory for as long as it
takes, so a trial locks nothing, writes nothing, and nobody else sees it.
"""

import time
from collections import Counter
from collections.abc import Collection, Sequence
from datetime import date, timedelta

from msgspec import Struct
from sqlalchemy import Connection, Table, create_engine, insert, select

from connector.figures.people import people_instant, select_people
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.measure.model.quarters import quarter_start
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.figures import Figures, figures_of
from mappings.measure.score.opportunities import measure_with_opportunities
from mappings.measure.ticket.ledger import concerns
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from mappings.measure.ticket.work_shares import INHOUSE
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import select_newest_ids, select_tickets, select_updated_ids
from mappings.records.facts.statuses import select_status_book
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.hires import save_hired
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.records.tables import consent, issue, metadata, sign_off
from webhooks.annotations import with_annotations
from webhooks.measure import save_figures

MOST_TICKETS = 1000
"""With more, the tickets of the last days are tried alone."""
DAYS_BACK = 30
STEP = 100
DEADLINE = 20.0
"""Seconds after which a trial is given up."""
GENERATION = 1


class TrialTooLong(Exception):
    """The tickets could not be measured in time."""


class TrialFigures(Struct, frozen=True):
    """The figures of a period under one agreement, in its units; `coverage` counts objectives, None if not tried.

    `tickets` counts those with a part in a bucket.
    """

    units: str
    figures: Figures
    tickets: dict[str, int]
    coverage: dict[str, int] | None


class Trial(Struct, frozen=True):
    """What an agreement would make of a period; `is_estimate` where only the newest tickets were tried."""

    first: date
    before: TrialFigures
    after: TrialFigures
    is_estimate: bool


def measure_trial(
    connection: Connection, tenant_id: int, stored: StoredEngagement, changed: Engagement, *, now: Instant
) -> Trial:
    """Measure the current quarter as it is agreed and as it would be. Raises TrialTooLong, StoreError."""
    until = time.monotonic() + DEADLINE
    agreed = stored.engagement
    projects = {*agreed.projects, *changed.projects}
    ids = select_newest_ids(connection, tenant_id, projects, MOST_TICKETS + 1)
    is_estimate = len(ids) > MOST_TICKETS
    calendar = Calendar(agreed.zone, Hours())
    today = calendar.day(now)
    first = today - timedelta(days=DAYS_BACK) if is_estimate else quarter_start(today)
    if is_estimate:
        ids = select_updated_ids(connection, tenant_id, projects, calendar.midnight(first))[:MOST_TICKETS]
    before, after = (
        _measure(
            _Source(connection, tenant_id, each, stored.rules, tuple(ids), until),
            first=first,
            today=today,
            now=now,
            with_coverage=not is_estimate,
        )
        for each in (agreed, changed)
    )
    return Trial(first, before, after, is_estimate)


class _Source(Struct, frozen=True):
    """The tickets of a trial and the agreement that measures them."""

    connection: Connection
    tenant_id: int
    agreed: Engagement
    rules: Ruleset
    ids: tuple[int, ...]
    until: float

    @property
    def agreement(self) -> AgreementScope:
        return AgreementScope(self.connection, self.tenant_id, self.agreed.key)


def _measure(source: _Source, *, first: date, today: date, now: Instant, with_coverage: bool) -> TrialFigures:
    connection, tenant_id = source.connection, source.tenant_id
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    prepared = prepare(source.agreed, book, bots, source.rules)
    engine = create_engine("sqlite://")
    try:
        with engine.connect() as memory:
            metadata.create_all(memory)
            scope = Scope(memory, tenant_id, source.agreed.key, GENERATION)
            for start in range(0, len(source.ids), STEP):
                if time.monotonic() > source.until:
                    raise TrialTooLong
                _measure_step(source, scope, prepared, source.ids[start : start + STEP])
            entries = [each for own in select_entries(scope, source.ids).values() for each in own]
            figures = figures_of(
                ((each.entry, each.handed) for each in entries), prepared.calendar, first=first, last=today,
                ruleset=source.rules,
            )  # fmt: skip
            start_at = prepared.calendar.midnight(first)
            tickets = _count_tickets([each for each in entries if each.entry.at >= start_at])
            coverage = _coverage(source, scope, prepared, now) if with_coverage else None
            return TrialFigures(source.agreed.units.by, figures, tickets, coverage)
    finally:
        engine.dispose()


def _measure_step(source: _Source, scope: Scope, prepared: PreparedEngagement, ids: Sequence[int]) -> None:
    tickets = select_tickets(source.connection, source.tenant_id, ids)
    concerned = {issue_id: ticket for issue_id, ticket in tickets.items() if concerns(prepared, ticket)}
    annotated = with_annotations(source.agreement, concerned)
    measured = {issue_id: measure_with_opportunities(prepared, ticket)[0] for issue_id, ticket in annotated.items()}
    # The entries of a period are read with their tickets.
    _copy(source, scope.connection, issue, measured)
    save_figures(scope, prepared, measured)
    if prepared.hires:
        save_hired(scope, {issue_id: result.hired for issue_id, result in measured.items()})


def _copy(source: _Source, memory: Connection, table: Table, ids: Collection[int] = ()) -> None:
    query = select(table).where(table.c.tenant_id == source.tenant_id)
    rows = source.connection.execute(query.where(table.c.issue_id.in_(ids)) if ids else query).mappings().all()
    if rows:
        memory.execute(insert(table), [dict(row) for row in rows])


def _count_tickets(entries: Sequence[StoredEntry]) -> dict[str, int]:
    """Count the tickets that are done by bucket; a reopening takes its ticket out again."""
    counted: Counter[str] = Counter()
    for each in entries:
        entry = each.entry
        handed = sum(each.handed)
        parts = {"taught": entry.taught, "done_only": entry.done_only, "handed_over": handed}
        parts["own"] = entry.parts[INHOUSE] - handed
        counted["all"] += entry.sign
        for kind, part in parts.items():
            counted[kind] += entry.sign if part > 0 else 0
    return {kind: max(0, counted[kind]) for kind in ("all", "taught", "done_only", "handed_over", "own")}


def _coverage(source: _Source, scope: Scope, prepared: PreparedEngagement, now: Instant) -> dict[str, int]:
    for table in (sign_off, consent):
        _copy(source, scope.connection, table)
    stored = StoredEngagement(source.agreed, "", GENERATION, None, rules=source.rules, next_rules=source.rules)
    # As on the pages: of a quarter that runs, as of the last Monday.
    as_of = people_instant(prepared, now + 1, now)
    people = select_people(scope.connection, source.tenant_id, stored, prepared, as_of=as_of)
    return dict(Counter(each.coverage for each in people.objectives))
