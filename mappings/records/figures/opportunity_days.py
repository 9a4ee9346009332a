"""The days of an engagement's zone by which opportunities are summed, as numbers, and the keys of their sums."""

from datetime import timedelta
from typing import TypeAlias

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import summed_as

# component, objective, account, at, known, gone, x: None is always known, or never gone.
Row: TypeAlias = tuple[str, str, str, Instant, Instant | None, Instant | None, int]
# component, objective, account, day of `at`, of `known`, of `gone`.
Key: TypeAlias = tuple[str, str, str, int, int, int]

# Days are numbers as `date.toordinal` gives them; these stand for always known and for never gone.
ALWAYS_DAY, NEVER_DAY = 0, 9_999_999
# 2200-01-01: the calendar has no days beyond.
_FAR: Instant = 7_258_118_400_000_000


def keys_of(row: Row, calendar: Calendar) -> list[Key]:
    """Return the keys of the sums that a row counts in."""
    component, objective, account, at, known, gone, x = row
    known_day = ALWAYS_DAY if known is None else day_of(known, calendar)
    gone_day = NEVER_DAY if gone is None else day_of(gone, calendar)
    key = (objective, account, day_of(at, calendar), known_day, gone_day)
    return [(summed, *key) for summed in summed_as(component, x)]


def day_of(instant: Instant, calendar: Calendar) -> int:
    """Return the day of an instant in the zone, as a number."""
    return calendar.day(min(max(instant, 0), _FAR)).toordinal()


def whole_days(window: Window, calendar: Calendar) -> Window:
    """Return the window that begins and ends at the nearest midnights, by what is known at the end of its day."""
    as_of = calendar.midnight(calendar.day(min(max(window.as_of, 0), _FAR)) + timedelta(days=1)) - 1
    return Window(_rounded(window.start, calendar), _rounded(window.end, calendar), as_of)


def _rounded(instant: Instant, calendar: Calendar) -> Instant:
    bounded = min(max(instant, 0), _FAR)
    day = calendar.day(bounded)
    before, after = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    return before if bounded - before <= after - bounded else after
