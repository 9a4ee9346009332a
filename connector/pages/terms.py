"""Words of measurement inside a sentence, in the reader's language: rungs, coverage, and how a figure changed."""

from collections.abc import Mapping

from connector.text import percent, units
from mappings.formats.explain import words
from mappings.formats.export.numbers import printed_part
from mappings.measure.period.rounding import shown_difference
from mappings.translation import Texts, decimal_text, gettext, mark

RUNG_WORDS = words.RUNG_WORDS
COVERAGE_WORDS = words.COVERAGE_WORDS
# The same as a heading or a cell names it.
COVERAGE_NAMES: Mapping[str, str] = Texts(
    {"covered": mark("Covered"), "single holder": mark("Single holder"), "not covered": mark("Not covered")}
)
NO_CHANGE, NO_QUARTER, TOO_LITTLE = "no clear change", "no earlier quarter", "too little evidence to compare"
# Of what is counted, and stands as it stood.
SAME = "the same"
NOT_COMPARABLE, NOT_RECORDED = "not comparable", "the quarter before was not recorded"
# Why there is no quarter before: a page that says so once does not repeat it beside each figure.
NOTHING_BEFORE = (NO_QUARTER, NOT_RECORDED)
# Of what is of half a year.
NO_EARLIER_WINDOW = "not compared"
# Why it is not.
BEFORE_START, LITTLE_BEFORE = (
    mark("its window reaches back to the start"),
    mark("too little evidence before its window"),
)
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
        "the same": mark("the same"),
        "no earlier quarter": mark("no earlier quarter"),
        "too little evidence to compare": mark("too little evidence to compare"),
        "not compared": mark("not compared"),
        "not comparable": mark("not comparable"),
        "the quarter before was not recorded": mark("the quarter before was not recorded"),
        "compared when the quarter is over": mark("compared when the quarter is over"),
        "not compared: a quarter is not whole": mark("not compared: a quarter is not whole"),
    }
)


def not_compared(reason: str) -> str:
    """Return that a score is not compared, with the reason, a marked text."""
    return gettext("not compared: %(reason)s", reason=gettext(reason))


def part_text(part: int, whole: int, by: str) -> str:
    """Return a part of an amount with its unit, such as "8 of 13 points"; both are in billionths."""
    return printed_part(units(part), units(whole), by)


def difference_text(now: float, before: float) -> str:
    """Return how a counted figure differs from what it was, as both are printed: "2 more", "22 fewer", "the same"."""
    step = shown_difference(before, now)
    if not step:
        return gettext(SAME)
    number = decimal_text(abs(step))
    return gettext("%(number)s more", number=number) if step > 0 else gettext("%(number)s fewer", number=number)


def coverage_word(verdict: str | None, before: float | None, now: float | None) -> str:
    """Return the word of a change of exit coverage, which is counted: where it reads as before it is the same."""
    if verdict == NO_CHANGE and before is not None and now is not None and percent(before) == percent(now):
        return SAME
    return verdict or TOO_LITTLE


def first_holder_text(now: str, before: str) -> str:
    """Return the share with at least one holder, and what it was, after the word of its change."""
    return gettext("with at least one: %(now)s, was %(before)s", now=now, before=before)
