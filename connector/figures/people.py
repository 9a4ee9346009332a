"""What people can do: cells and figures from evidence, sign-offs and consents."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from datetime import timedelta

import msgspec
from msgspec import Struct
from sqlalchemy import Connection, Engine

from connector.figures.pair_views import select_views_of
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import hash_of
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.coverage import DEMAND_DAYS
from mappings.measure.people.ladder import Credit, Row, RungAdvance, advances_in, credit_by
from mappings.measure.people.standing import (
    Cell,
    Counted,
    PeopleFigures,
    cell_of,
    people_figures,
)
from mappings.measure.period.figures import sums_of
from mappings.measure.score.teaching import progression_by, window_steps
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.alone_sums import count_alone
from mappings.records.figures.credit_sums import select_weights
from mappings.records.figures.day_sums import count_tickets, select_done
from mappings.records.figures.entries import select_period
from mappings.records.figures.measure_state import select_latest
from mappings.records.figures.rung_evidence import select_deciding
from mappings.records.figures.rung_steps import SitePair, select_steps
from mappings.records.figures.weekly_people import delete_weeks, save_week, select_week, select_weeks
from mappings.records.operations.progress import select_all_progress
from mappings.records.sql.engine import StoreError
from mappings.records.sql.scope import Scope, SiteScope

# (objective, account).
Pair = tuple[str, str]
# An engagement, its prepared rules, and when a period of it ends.
EndOfPeriod = tuple[StoredEngagement, PreparedEngagement, Instant]
Rows = Mapping[Pair, tuple[Row, ...]]
Advances = Mapping[SitePair, tuple[RungAdvance, ...]]
# The credit for each step: of a pair, at an instant.
CreditOfSteps = Mapping[tuple[SitePair, Instant], Credit]
_SIDES = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
_read = msgspec.msgpack.Decoder(PeopleFigures).decode
_pack = msgspec.msgpack.Encoder().encode


def load_weekly_people(
    engine: Engine,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    end: Instant | None = None,
    reader: Engine | None = None,
) -> PeopleFigures:
    """Return the people's figures of the period that ends with `end` (None: of today), stored once they are computed.

    They are what `select_people` gives at `people_instant`. `reader` is the pool of connections that only read.
    Raises StoreError where nothing can be read.
    """
    as_of = monday(prepared, now) if end is None else people_instant(prepared, end, now)
    key = (tenant_id, stored.engagement.key, stored.shown_generation)
    # Measuring anything older than the instant deletes what is stored here.
    with (reader or engine).connect() as connection:
        if (figures := _read_week(Scope(connection, *key), as_of)) is not None:
            return figures
        measured = select_latest(connection, tenant_id)
        figures = select_people(connection, tenant_id, stored, prepared, as_of=as_of)
        importing = _is_importing(connection, tenant_id, now)
    # While history is importing nothing is stored; where the one writer is busy the next call stores it.
    if not importing:
        with suppress(StoreError), engine.begin() as connection:
            # What was measured meanwhile may be older than the instant: then the next call computes it anew.
            if select_latest(connection, tenant_id) == measured:
                _save_figures(Scope(connection, *key), prepared, figures, as_of=as_of, now=now)
    return figures


def load_site_people(
    engine: Engine, tenant_id: int, asked: Sequence[EndOfPeriod], *, now: Instant, reader: Engine
) -> list[PeopleFigures]:
    """Return what `load_weekly_people` gives for each engagement and end, in their order.

    What is stored is read by one statement, however many engagements there are. Raises StoreError.
    """
    keys = [(stored.engagement.key, people_instant(prepared, end, now)) for stored, prepared, end in asked]
    generations = {stored.engagement.key: stored.shown_generation for stored, _, _ in asked}
    with reader.connect() as connection:
        weeks = select_weeks(SiteScope(connection, tenant_id, generations), {as_of for _, as_of in keys})
    known = {key: _figures_in(weeks.get(key)) for key in keys}
    return [
        known[key] or load_weekly_people(engine, tenant_id, stored, prepared, now=now, end=end, reader=reader)
        for key, (stored, prepared, end) in zip(keys, asked, strict=True)
    ]


def _save_figures(
    scope: Scope, prepared: PreparedEngagement, figures: PeopleFigures, *, as_of: Instant, now: Instant
) -> None:
    delete_weeks(scope, since=as_of, until=as_of)
    save_week(scope, as_of=as_of, ruleset=hash_of(prepared.ruleset), now=now, body=_pack(figures))


def _read_week(scope: Scope, as_of: Instant) -> PeopleFigures | None:
    return _figures_in(select_week(scope, as_of=as_of))


def _figures_in(body: bytes | None) -> PeopleFigures | None:
    if body is None:
        return None
    try:
        return _read(body)
    except msgspec.ValidationError:
        # Stored by an older release, whose figures lack a part of these.
        return None


def _is_importing(connection: Connection, tenant_id: int, now: Instant) -> bool:
    running = [work for work in select_all_progress(connection, tenant_id) if now - work.changed_at < DAY]
    return any(work.brings_history for work in running)


def people_instant(prepared: PreparedEngagement, end: Instant, as_of: Instant) -> Instant:
    """Return as of when a period's figures about people are: its end, or while it runs the last Monday midnight.

    Within a week nothing moves, so that no two reports differ by what one person did between them (measurement (f)).
    """
    return end if end <= as_of else monday(prepared, as_of)


def monday(prepared: PreparedEngagement, now: Instant) -> Instant:
    today = prepared.calendar.day(now)
    return prepared.calendar.midnight(today - timedelta(days=today.weekday()))


def select_people(
    connection: Connection, tenant_id: int, stored: StoredEngagement, prepared: PreparedEngagement, *, as_of: Instant
) -> PeopleFigures:
    """Return who can do what at `as_of`, live: for a report, which prints its instant (measurement (c), (d))."""
    scope = Scope(connection, tenant_id, stored.engagement.key, stored.shown_generation)
    return people_figures(
        prepared,
        select_cells(connection, tenant_id, stored, prepared, as_of=as_of),
        select_demand(scope, prepared, as_of),
        as_of=as_of,
        opted_in=select_consents(scope.agreement, "distribution", as_of=as_of),
        counted=_select_counted(scope, prepared, as_of),
    )


def select_cells(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    as_of: Instant,
    account: str | None = None,
) -> tuple[Cell, ...]:
    """Return the cells of whoever is in-house at `as_of`, of one person alone where one is named.

    It costs these people, and not their tickets; a cell without rung and record is left out.
    """
    views = select_views_of(connection, tenant_id, stored, prepared, as_of=as_of, account=account)
    cells = (cell_of(view, as_of, prepared.rules_of(view.objective)) for view in views)
    return tuple(cell for cell in cells if cell.effective or cell.auto or cell.state != "auto")


def select_demand(scope: Scope, prepared: PreparedEngagement, as_of: Instant) -> dict[str, int]:
    """Return what was done of each objective in the 90 days up to `as_of`, in billionths of a unit (measurement (d)).

    Whole days come from the sums, what is more or less than them at both edges from its entries: where it begins
    an hour after midnight, since the clocks were changed meanwhile, that is an hour and not a day.
    """
    calendar = prepared.calendar
    spans = [(edge, _nearest_midnight(edge, calendar)) for edge in (as_of - DEMAND_DAYS * DAY, as_of + 1)]
    first, after = (calendar.day(whole) for _, whole in spans)
    demand = select_done(scope, first, after - timedelta(days=1))
    # What lies before the first whole day is added and what lies in it too early is taken off; then the reverse.
    for side, (edge, whole) in zip((1, -1), spans, strict=True):
        sign, begin, end = (side, edge, whole) if edge < whole else (-side, whole, edge)
        entries = [(entry.stored.entry, entry.stored.handed) for entry in select_period(scope, begin, end)]
        for (objective, _, _), total in sums_of(entries, calendar).items():
            demand[objective] = demand.get(objective, 0) + sign * _whole(total)
    return {key: units for key, units in demand.items() if key and units}


def _nearest_midnight(instant: Instant, calendar: Calendar) -> Instant:
    day = calendar.day(instant)
    before, after = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    return before if instant - before <= after - instant else after


def _whole(total: DaySums) -> int:
    return sum(getattr(total, side) for side in _SIDES)


def _select_counted(scope: Scope, prepared: PreparedEngagement, as_of: Instant) -> dict[str, Counted]:
    # Tickets of the independence rate in the window before `as_of`, by whole days (measurement (d)).
    calendar, today = prepared.calendar, prepared.calendar.day(as_of)
    first = calendar.day(max(as_of - prepared.ruleset.window_days * DAY, prepared.starts))
    alone = count_alone(scope, first.toordinal(), today.toordinal())
    done = count_tickets(scope, first, today - timedelta(days=1))
    return {key: (min(alone.get(key, 0), count), count) for key, count in done.items() if count > 0}


class MetPairs(Struct, frozen=True):
    """An engagement, and the pairs of it that met a ticket of D1a in each of some windows."""

    prepared: PreparedEngagement
    met_in: Sequence[tuple[Window, Collection[Pair]]]

    @property
    def key(self) -> str:
        return self.prepared.engagement.key


def select_site_progression(site: SiteScope, items: Sequence[MetPairs]) -> list[list[tuple[float, int]]]:
    """Return x and n of D1b in each window of each engagement (measurement (h)); all share their statements."""
    advances = _select_advances(site, items)
    credit = _select_credit(site, items, advances)
    return [
        [_progression_in(item, window, advances, met=met, credit=credit) for window, met in item.met_in]
        for item in items
    ]


def _select_advances(site: SiteScope, items: Iterable[MetPairs]) -> Advances:
    # Once for all windows: what is reached up to an instant is part of what is ever reached.
    rules = {
        (item.key, *pair): item.prepared.rules_of(pair[0]) for item in items for _, met in item.met_in for pair in met
    }
    tickets = {pair: max(ruleset.rung_tickets) for pair, ruleset in rules.items()}
    spans = {item.key: item.prepared.ruleset.span_days * DAY for item in items}
    steps = select_steps(site, tickets, spans)
    return {pair: advances_in(own, rules[pair]) for pair, own in steps.items()}


def _progression_in(
    item: MetPairs, window: Window, advances: Advances, *, met: Collection[Pair], credit: CreditOfSteps
) -> tuple[float, int]:
    agency, rules = item.prepared.engagement.agency, {key: item.prepared.rules_of(key) for key, _ in met}
    own = {pair: advances.get((item.key, *pair), ()) for pair in met}
    # Objectives may have rung counts of their own: the pairs are taken together by their rules.
    distinct = {ruleset.rung_tickets: ruleset for ruleset in rules.values()}
    counts = [
        progression_by(
            [pair for pair in met if rules[pair[0]] == ruleset],
            own,
            agency,
            window,
            credit=lambda pair, step: credit[(item.key, *pair), step.at],
        )
        for _, ruleset in sorted(distinct.items())
    ]
    return sum((x for x, _ in counts), 0.0), sum(n for _, n in counts)


def _select_credit(site: SiteScope, items: Iterable[MetPairs], advances: Advances) -> CreditOfSteps:
    # The evidence of the 180 days before a step of a window is what gives credit for it.
    back = {item.key: item.prepared.ruleset.lookback_days * DAY for item in items}
    steps = {
        ((item.key, *pair), step.at)
        for item in items
        for window, met in item.met_in
        for pair in met
        for step in window_steps(advances.get((item.key, *pair), ()), window)
    }
    ordered = sorted(steps)
    weights = select_weights(site, [(*pair, at - back[pair[0]], at) for pair, at in ordered])
    return {step: credit_by(own) for step, own in zip(ordered, weights, strict=True)}


def select_rungs(scope: Scope, prepared: PreparedEngagement, pairs: Collection[Pair]) -> Rows:
    # The evidence that decides rungs up to 4, however many other rows these people have.
    tickets = {pair: max(prepared.rules_of(pair[0]).rung_tickets) for pair in pairs}
    return select_deciding(scope, tickets, span=prepared.ruleset.span_days * DAY) if pairs else {}
