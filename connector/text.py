"""Texts of numbers, dates and durations, as pages and commands print them."""

from collections.abc import Mapping
from datetime import date, datetime, tzinfo

from mappings.formats.export.numbers import UNIT_NAMES, amount_text
from mappings.measure.model.statements import LeadSide
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import number_text, shown

KIND_NAMES = {
    "taught": "Taught",
    "done_only": "Done only",
    "handed_over": "Handed over",
    "own": "Own",
    "other": "Other agency",
    "gatekeeper": "Gatekeeper",
    "unknown": "Unknown",
    "conflict": "In conflict",
    "rest": "Others",
}
SIDE_NAMES: Mapping[LeadSide, str] = {"agency": "the agency", "inhouse": "the in-house team"}
EVIDENCE_NAMES = {1: "exposed", 2: "shadowed", 3: "assisted", 4: "independent", 5: "teaches"}
THIN = "\N{NO-BREAK SPACE}"


def number(value: float) -> str:
    return number_text(shown(value))


def units(billionths: int) -> str:
    return number(billionths / BILLION)


def percent(share: float) -> str:
    """Return a share as a whole per cent, rounded to six decimals first and then half up (measurement (g) 13)."""
    return f"{int(round(share * 100, 6) + 0.5)}{THIN}%"


def unit_name(by: str, amount: float) -> str:
    singular, plural = UNIT_NAMES[by]
    return singular if abs(amount) == 1 else plural


def amount(billionths: int, by: str) -> str:
    return amount_text(billionths, by)


def count(n: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 ticket", "2 tickets"."""
    return f"{n:,} {singular if n == 1 else plural or singular + 's'}"


def day(value: date) -> str:
    return f"{value.day} {value:%b}"


def days(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day} to {last.day} {last:%b %Y}"
    start = day(first) if first.year == last.year else f"{day(first)} {first.year}"
    return f"{start} to {day(last)} {last.year}"


def ago(seconds: float) -> str:
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"{count(int(seconds // size), name)} ago"
    return "just now"


def left(done: int, total: int, elapsed: float) -> str:
    """Return how long something still takes at its rate so far; "" where that is not known yet."""
    if done <= 0 or elapsed < 1 or done >= total:
        return ""
    seconds = elapsed * (total - done) / done
    if seconds >= 90 * 60:
        return f"{count(round(seconds / 3600), 'hour')} left"
    return f"{count(max(1, round(seconds / 60)), 'minute')} left" if seconds >= 45 else "less than a minute left"


def ahead(seconds: float) -> str:
    for size, name in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size:
            return f"in {count(int(seconds // size), name)}"
    return "within a minute" if seconds > 0 else "now"


def clock_time(instant: int, zone: tzinfo) -> str:
    """Return the time of day of an instant, in microseconds, in a zone: "10:40"."""
    return f"{datetime.fromtimestamp(instant // 1_000_000, zone):%H:%M}"
