"""The exit path: how coverage falls week by week if nobody does more."""

import math
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.decay import fresh_days
from mappings.measure.people.exit_plan import ExitPlan, exit_plan
from mappings.measure.people.standing import PairView
from mappings.measure.ticket.prepared import PreparedEngagement


def exit_path(
    prepared: PreparedEngagement,
    views: Sequence[PairView],
    demand: Mapping[str, int],
    *,
    start: Instant,
    end: Instant,
    opted_in: Collection[str] = (),
) -> tuple[ExitPlan, ...]:
    """Return the plan at `start`, and on each Monday up to `end` on which it can differ (measurement (d), (f)).

    People's figures move by whole weeks, so that no day tells when one person last did something.
    """
    mondays = {_monday_after(prepared, at) for at in _changes(prepared, views)}
    days = [start, *sorted(monday for monday in mondays if start < monday <= end)]
    return tuple(exit_plan(prepared, views, demand, on=on, opted_in=opted_in) for on in days)


def _changes(prepared: PreparedEngagement, views: Iterable[PairView]) -> Iterator[Instant]:
    # When knowledge goes stale, and when somebody comes or leaves.
    for view in views:
        used = [row.at for _, row in (*view.rows, *view.hired) if row.kind >= 2]
        if used:
            yield max(used) + stale_after(prepared.rules_of(view.objective))
        yield from prepared.affiliations.span(view.account).bounds


def stale_after(rules: Ruleset) -> Instant:
    """Return after how long without new evidence knowledge is stale (measurement (c), "Decay")."""
    return math.ceil(fresh_days(rules) * DAY)


def _monday_after(prepared: PreparedEngagement, at: Instant) -> Instant:
    day = prepared.calendar.day(at)
    return prepared.calendar.midnight(day + timedelta(days=7 - day.weekday()))
