"""The size of a finished ticket: one, its story points, or its hours, in billionths."""

import re

from msgspec import Struct

from mappings.events.types import Instant, Issue
from mappings.measure.model.engagement import Units, UnitsBy
from mappings.measure.model.field_history import Histories, text_at
from mappings.measure.model.ticket import BILLION, NO_SIZE
from mappings.measure.ticket.work_shares import LoggedTime

# Digits with at most one point. More than seven before it are a typing error, and would not be exact.
_NUMBER = re.compile(r"[0-9]{1,7}(?:\.[0-9]*)?|\.[0-9]+")

# What Jira itself calls the field, in histories that name no id.
OWN_NAMES = ("story points", "story point estimate")


class Size(Struct, frozen=True, gc=False):
    """Units in billionths; not `sized` where a ticket has no size."""

    units: int
    sized: bool = True

    @property
    def stored(self) -> int:
        """The units as an entry keeps them: below zero for a ticket without a size."""
        return self.units if self.sized else NO_SIZE


ONE = Size(BILLION)
UNSIZED = Size(0, sized=False)


def read_points(text: str | None) -> Size:
    """Return story points as billionths; anything but digits with at most one point is unsized (measurement (g) 2)."""
    stripped = (text or "").strip()
    if not _NUMBER.fullmatch(stripped):
        return UNSIZED
    whole, _, fraction = stripped.partition(".")
    digits = int((fraction + "0" * 10)[:10])
    return Size(int(whole or "0") * BILLION + (digits + 5) // 10)


def points_at(field: str, issue: Issue, histories: Histories, instant: Instant) -> Size:
    # The story points at an instant: by field id, by name where the changes have no id (measurement (g) 2).
    for name in (field, field.casefold(), *OWN_NAMES):
        if histories.get(name):
            return read_points(text_at(histories[name], instant, None))
    return read_points(next(iter(issue.fields.get(field, ())), None))


def hours_of(seconds: int) -> Size:
    """Return logged seconds as hours, rounded to a billionth (measurement (g) 2)."""
    return Size((2 * seconds * BILLION + 3600) // 7200) if seconds > 0 else UNSIZED


def sizes_at(units: Units, issue: Issue, histories: Histories, *, logged: LoggedTime, at: Instant) -> tuple[Size, Size]:
    """Return the story points and the logged hours of a ticket at its done moment (measurement (b)).

    Without a field of story points in the agreement there are none.
    """
    points = UNSIZED
    if units.field or units.by == "story_points":
        points = points_at(units.field or "story points", issue, histories, at)
    return points, hours_of(logged.seconds_before(at))


def size_in(by: UnitsBy, points: Size, hours: Size) -> Size:
    """Return what a ticket with these sizes counts in a unit, 0 or more."""
    if by == "count":
        return ONE
    return hours if by == "hours" else points
