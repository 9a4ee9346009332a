"""Amounts and instants as text: at full precision for files, with their unit for people."""

from datetime import UTC, datetime, timedelta
from decimal import Decimal

from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import shown
from mappings.translation import decimal_text, mark_plural, ngettext

# The unit of tickets, singular and plural, by `units.by` of the engagement file: alone, and with its amount.
UNIT_NAMES = {
    "story_points": mark_plural("point", "points"),
    "count": mark_plural("ticket", "tickets"),
    "hours": mark_plural("hour", "hours"),
}
AMOUNTS = {
    "story_points": mark_plural("%(amount)s point", "%(amount)s points"),
    "count": mark_plural("%(amount)s ticket", "%(amount)s tickets"),
    "hours": mark_plural("%(amount)s hour", "%(amount)s hours"),
}

_PARTS = {
    "story_points": mark_plural("%(part)s of %(whole)s point", "%(part)s of %(whole)s points"),
    "count": mark_plural("%(part)s of %(whole)s ticket", "%(part)s of %(whole)s tickets"),
    "hours": mark_plural("%(part)s of %(whole)s hour", "%(part)s of %(whole)s hours"),
}


def units_of(billionths: int) -> float:
    return billionths / BILLION


def hours_of(microseconds: int) -> float:
    return microseconds / HOUR


def amount_text(billionths: int, by: str) -> str:
    """Return an amount with its unit, such as "13 points"."""
    return printed_text(shown(units_of(billionths)), by)


def printed_text(value: Decimal, by: str) -> str:
    """Return an amount that is rounded already with its unit."""
    number = decimal_text(value)
    return ngettext(*AMOUNTS[by], 1 if number == "1" else 2, amount=number)


def printed_part(part: str, whole: str, by: str) -> str:
    """Return a part of an amount with its unit, such as "8 of 13 points"; both are printed already."""
    return ngettext(*_PARTS[by], 1 if whole == "1" else 2, part=part, whole=whole)


def unit_name(by: str, amount: float) -> str:
    return ngettext(*UNIT_NAMES[by], 1 if abs(amount) == 1 else 2)


def plain(count: float) -> float | int:
    """Return a count as an integer where it is whole: 9 of 14, 4.5 of 10."""
    return int(count) if count == int(count) else count


def instant_text(at: Instant) -> str:
    """Return an instant in UTC, such as 2026-07-02T10:00:00Z, with three decimals where they are not zero."""
    moment = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=at)
    spec = "milliseconds" if at // 1000 % 1000 else "seconds"
    return moment.isoformat(timespec=spec).replace("+00:00", "Z")
