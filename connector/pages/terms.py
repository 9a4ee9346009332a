"""Words of measurement inside a sentence, in the reader's language: rungs, coverage, and how a figure changed."""

from collections.abc import Mapping

from connector.text import units
from mappings.formats.explain import words
from mappings.measure.period.rounding import shown
from mappings.translation import Texts, decimal_text, gettext, mark, mark_plural, ngettext

RUNG_WORDS = words.RUNG_WORDS
COVERAGE_WORDS = words.COVERAGE_WORDS
# The same as a heading or a cell names it.
COVERAGE_NAMES: Mapping[str, str] = Texts(
    {"covered": mark("Covered"), "single holder": mark("Single holder"), "not covered": mark("Not covered")}
)
NO_CHANGE, NO_QUARTER, TOO_LITTLE = "no clear change", "no earlier quarter", "too little evidence to compare"
NOT_COMPARABLE, NOT_RECORDED = "not comparable", "the quarter before was not recorded"
# Why there is no quarter before: a page that says so once does not repeat it beside each figure.
NOTHING_BEFORE = (NO_QUARTER, NOT_RECORDED)
# Of what is of half a year.
NO_HALF_YEAR = "no earlier half-year to compare with"
# Of the half-years to the ends of two quarters that follow each other.
SHARED_DAYS = "not compared: the windows share days"
# Of what is counted or added up while a quarter runs.
WHEN_OVER = "compared when the quarter is over"
# Of the same where an engagement began or ended within one of the two quarters.
NOT_WHOLE = "not compared: a quarter is not whole"
# The results of the change test, and why there is none; pages tell the first two from the others by their keys.
CHANGE_WORDS: Mapping[str, str] = Texts(
    {
        "up": mark("up"),
        "down": mark("down"),
        "no clear change": mark("no clear change"),
        "no earlier quarter": mark("no earlier quarter"),
        "too little evidence to compare": mark("too little evidence to compare"),
        "no earlier half-year to compare with": mark("no earlier half-year to compare with"),
        "not comparable": mark("not comparable"),
        "the quarter before was not recorded": mark("the quarter before was not recorded"),
        "compared when the quarter is over": mark("compared when the quarter is over"),
        "not compared: a quarter is not whole": mark("not compared: a quarter is not whole"),
        "not compared: the windows share days": mark("not compared: the windows share days"),
    }
)
_PARTS: Mapping[str, tuple[str, str]] = {
    "story_points": mark_plural("%(part)s of %(whole)s point", "%(part)s of %(whole)s points"),
    "count": mark_plural("%(part)s of %(whole)s ticket", "%(part)s of %(whole)s tickets"),
    "hours": mark_plural("%(part)s of %(whole)s hour", "%(part)s of %(whole)s hours"),
}


def part_text(part: int, whole: int, by: str) -> str:
    """Return a part of an amount with its unit, such as "8 of 13 points"; both are in billionths."""
    return printed_part(units(part), units(whole), by)


def printed_part(part: str, whole: str, by: str) -> str:
    return ngettext(*_PARTS[by], 1 if whole == "1" else 2, part=part, whole=whole)


def difference_text(now: float, before: float) -> str:
    """Return how a counted figure differs from what it was, as both are printed: "2 more", "22 fewer", "the same"."""
    step = shown(now) - shown(before)
    if not step:
        return gettext("the same")
    number = decimal_text(abs(step))
    return gettext("%(number)s more", number=number) if step > 0 else gettext("%(number)s fewer", number=number)


def first_holder_text(now: str, before: str) -> str:
    """Return the share with at least one holder, and what it was, after the word of its change."""
    return gettext("with at least one: %(now)s, was %(before)s", now=now, before=before)
