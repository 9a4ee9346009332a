"""Texts of numbers, dates and durations, as pages and commands print them."""

import re
from collections.abc import Mapping
from datetime import date, datetime, tzinfo
from decimal import Decimal

from mappings.formats.export import numbers
from mappings.measure.model.statements import LeadSide
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import shown
from mappings.translation import (
    Texts,
    date_text,
    day_text,
    decimal_text,
    gettext,
    integer_text,
    language_tag,
    mark,
    mark_plural,
    ngettext,
    pgettext,
)

KIND_NAMES: Mapping[str, str] = Texts(
    {
        "taught": mark("Taught"),
        "done_only": mark("Done only"),
        "handed_over": mark("Handed over"),
        "own": mark("Own"),
        "other": mark("Other agency"),
        "gatekeeper": mark("Gatekeeper"),
        "unknown": mark("Unknown"),
        "conflict": mark("In conflict"),
        "rest": mark("Others"),
    }
)
# The same inside a sentence or a list.
KIND_WORDS: Mapping[str, str] = Texts(
    {
        "taught": mark("taught"),
        "done_only": mark("done only"),
        "handed_over": mark("handed over"),
        "own": mark("own"),
        "other": mark("other agency"),
        "gatekeeper": mark("gatekeeper"),
        "unknown": mark("unknown"),
        "conflict": mark("in conflict"),
        "rest": mark("others"),
    }
)
SIDE_NAMES: Mapping[LeadSide, str] = Texts({"agency": mark("the agency"), "inhouse": mark("the in-house team")})
EVIDENCE_NAMES: Mapping[int, str] = Texts(
    {1: mark("exposed"), 2: mark("shadowed"), 3: mark("assisted"), 4: mark("independent"), 5: mark("teaches")}
)
THIN = "\N{NO-BREAK SPACE}"
_AGO = (
    (86_400, mark_plural("%(num)s day ago", "%(num)s days ago")),
    (3_600, mark_plural("%(num)s hour ago", "%(num)s hours ago")),
    (60, mark_plural("%(num)s minute ago", "%(num)s minutes ago")),
)
_AHEAD = (
    (86_400, mark_plural("in %(num)s day", "in %(num)s days")),
    (3_600, mark_plural("in %(num)s hour", "in %(num)s hours")),
    (60, mark_plural("in %(num)s minute", "in %(num)s minutes")),
)


def number(value: float) -> str:
    return decimal_text(shown(value))


def signed(text: str) -> str:
    """Return a written number as pages have it: a minus sign before a negative one, where files have a hyphen."""
    return re.sub(r"(?<!\w)-(?=\d)", "\N{MINUS SIGN}", text)


def page_number(value: float) -> str:
    return signed(number(value))


def units(billionths: int) -> str:
    return number(billionths / BILLION)


def whole(value: float | None) -> str:
    """Return a score as a whole number: rounded to six decimals, then half up (measurement (g) 13); "–" for none."""
    return "–" if value is None else str(int(round(value, 6) + 0.5))


def percent(share: float) -> str:
    """Return a share as a whole per cent, rounded to six decimals first and then half up (measurement (g) 13)."""
    return whole_percent(int(round(share * 100, 6) + 0.5))


def whole_percent(value: int) -> str:
    return pgettext("per cent", "%(number)s\N{NO-BREAK SPACE}%%", number=value)


def amount(billionths: int, by: str) -> str:
    return numbers.amount_text(billionths, by)


def printed_amount(value: Decimal, by: str) -> str:
    return numbers.printed_text(value, by)


def unit_name(by: str, amount: float) -> str:
    return numbers.unit_name(by, amount)


def count(n: int, singular: str, plural: str | None = None) -> str:
    """Return a number with its noun: "1 ticket", "2 tickets". The nouns are taken from the calls into the catalogs."""
    forms = f"%(num)s {singular}", f"%(num)s {plural or singular + 's'}"
    return ngettext(*forms, n)


def up_to(n: int, most: int) -> int | str:
    """Return a number, or beyond `most`, where nobody looked further, that it is more."""
    return n if n <= most else gettext("more than %(count)s", count=integer_text(most))


def within(name: str) -> str:
    """Return a name as it stands within a sentence: English begins it small, other languages keep their letter."""
    return name[:1].lower() + name[1:] if language_tag() == "en" else name


def day(value: date) -> str:
    return date_text(value, pgettext("date pattern", "d MMM"))


def full_day(value: date) -> str:
    return day_text(value)


def day_beside(value: date, other: date) -> str:
    """Return a day, with its year where that is not the year of the other, which is known or stands beside it."""
    return day(value) if value.year == other.year else full_day(value)


def capital(text: str) -> str:
    """Return a text as it begins a sentence."""
    return text[:1].upper() + text[1:]


def full_stop(text: str) -> str:
    """Return a text as a sentence: with a full stop, unless it ends with one, as a shortened month does."""
    return text if text.endswith(".") else f"{text}."


def written_day(text: str) -> str:
    """Return the day that a field or a file writes as 2026-11-20 as `full_day` does; any other text as it is."""
    try:
        return full_day(date.fromisoformat(text))
    except ValueError:
        return text


def month(value: date) -> str:
    return date_text(value, pgettext("date pattern", "MMM y"))


def short_month(value: date) -> str:
    return date_text(value, pgettext("date pattern", "MMM"))


def month_name(value: date) -> str:
    return date_text(value, pgettext("date pattern", "MMMM"))


def days(first: date, last: date) -> str:
    if (first.year, first.month) == (last.year, last.month):
        start = date_text(first, pgettext("date pattern", "d"))
    else:
        start = day_beside(first, last)
    return pgettext("days", "%(first)s to %(last)s", first=start, last=full_day(last))


def ago(seconds: float) -> str:
    for size, forms in _AGO:
        if seconds >= size:
            return ngettext(*forms, int(seconds // size))
    return gettext("just now")


def left(done: int, total: int, elapsed: float) -> str:
    """Return how long something still takes at its rate so far; "" where that is not known yet."""
    if done <= 0 or elapsed < 1 or done >= total:
        return ""
    seconds = elapsed * (total - done) / done
    if seconds >= 90 * 60:
        return ngettext("%(num)s hour left", "%(num)s hours left", round(seconds / 3600))
    if seconds >= 45:
        return ngettext("%(num)s minute left", "%(num)s minutes left", max(1, round(seconds / 60)))
    return gettext("less than a minute left")


def ahead(seconds: float) -> str:
    for size, forms in _AHEAD:
        if seconds >= size:
            return ngettext(*forms, int(seconds // size))
    return gettext("within a minute") if seconds > 0 else gettext("now")


def clock_time(instant: int, zone: tzinfo) -> str:
    """Return the time of day of an instant, in microseconds, in a zone: "10:40"."""
    return f"{datetime.fromtimestamp(instant // 1_000_000, zone):%H:%M}"
