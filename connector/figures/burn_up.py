"""How far each objective came, Monday by Monday, from all that is known of people today."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta

from sqlalchemy import Connection

from connector.figures.pair_views import select_views_of
from connector.figures.people import monday
from mappings.events.types import Instant
from mappings.measure.people.standing import (
    Cell,
    PairView,
    PeopleFigures,
    cells_of,
    group_of,
    inhouse_since,
    people_figures,
)
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.sql.scope import AgreementScope

# How far back it is looked: each week costs the cells of everybody.
MOST_WEEKS = 53


def select_burn_up(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    end: Instant | None = None,
) -> tuple[PeopleFigures, ...]:
    """Return the people's figures of each Monday since the engagement began, the last Monday last.

    Of a period that ended, `end`, they are those of the Mondays before its end, and of the end itself. They have no
    demand, and so no exit coverage. In a week with too few people they are suppressed (measurement (f)).
    """
    weeks = _mondays(prepared, now) if end is None or end > now else [*_mondays(prepared, end - 1), end]
    people = frozenset[str]().union(*(group_of(prepared, week) for week in weeks))
    views = select_views_of(connection, tenant_id, stored, prepared, as_of=weeks[-1], people=people, before=weeks[:-1])
    opted_in = select_consents(AgreementScope(connection, tenant_id, stored.engagement.key), "distribution", as_of=now)
    cells = _cells_by_week(prepared, views, weeks)
    return tuple(people_figures(prepared, cells[week], {}, as_of=week, opted_in=opted_in) for week in weeks)


def _cells_by_week(
    prepared: PreparedEngagement, views: Iterable[PairView], weeks: Sequence[Instant]
) -> Mapping[Instant, Sequence[Cell]]:
    groups, cells = [(week, group_of(prepared, week)) for week in weeks], {week: list[Cell]() for week in weeks}
    for view in views:
        span = prepared.affiliations.span(view.account)
        instants = [(week, inhouse_since(span, week)) for week, group in groups if view.account in group]
        own = cells_of(view, instants, prepared.rules_of(view.objective))
        for (week, _), cell in zip(instants, own, strict=True):
            cells[week].append(cell)
    return cells


def _mondays(prepared: PreparedEngagement, now: Instant) -> list[Instant]:
    calendar, latest = prepared.calendar, prepared.calendar.day(monday(prepared, now))
    count = max(0, min(MOST_WEEKS - 1, (latest - prepared.engagement.starts).days // 7))
    return [calendar.midnight(latest - timedelta(days=7 * before)) for before in range(count, -1, -1)]
