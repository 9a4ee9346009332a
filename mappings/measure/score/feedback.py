"""D4: is feedback given by both sides every quarter, and is it acted on."""

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from fractions import Fraction

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.model.ruleset import DEFAULT, Ruleset

QUARTERS = 4
GIVING = ("agency", "inhouse")

# Side, and the first day of the quarter it is about.
Pulse = tuple[str, date]


def quarter_of(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def ended_quarters(starts: date, ends: date | None, day: date) -> tuple[date, ...]:
    """Return the first days of the four latest quarters of an engagement that ended up to `day`, newest first.

    A quarter is the engagement's when a day of it lies in its dates, `ends` not included (measurement (h), D4).
    """
    quarters: list[date] = []
    following = quarter_of(day)
    while len(quarters) < QUARTERS and following > starts:
        quarter = quarter_of(following - timedelta(days=1))
        if ends is None or quarter < ends:
            quarters.append(quarter)
        following = quarter
    return tuple(quarters)


def pulse_quarters(starts: date, today: date) -> set[date]:
    """Return the first days of the quarters on which a pulse can be given: this one and the last."""
    # No pulse may be filled in long after.
    current = quarter_of(today)
    both = {current, quarter_of(current - timedelta(days=1))}
    return {quarter for quarter in both if quarter >= quarter_of(starts)}


def feedback_given(quarters: Collection[date], pulses: Iterable[Pulse]) -> tuple[float, float]:
    """D4: return x and n, side-quarters with a pulse of those there were (measurement (h))."""
    given = {(side, quarter) for side, quarter in pulses if side in GIVING and quarter in quarters}
    return float(len(given)), float(len(GIVING) * len(quarters))


def feedback_acted_on(filed: Instant, linked: Instant | None, rules: Ruleset = DEFAULT) -> Opportunity:
    """D4: an item of the agency, x where an action was linked within 60 days; known by then or when it was (h)."""
    limit = filed + rules.acted_days * DAY
    x = Fraction(linked is not None and linked <= limit)
    known = limit if linked is None else min(linked, limit)
    return Opportunity("feedback_acted_on", 0, filed, x, known=known)
