"""The texts of the days that a score is of, and of how it compares with the window before."""

from datetime import timedelta

from connector.pages.periods import Period
from connector.pages.terms import BEFORE_START, CHANGE_WORDS, not_compared
from connector.text import day, day_beside, days, whole
from mappings.events.times import DAY
from mappings.formats.report.source import Scores
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import Window
from mappings.measure.score.window import verdict_of
from mappings.translation import gettext


def change_text(scores: Scores, calendar: Calendar) -> str:
    """Return how the score compares with the window before: the words of the change test, never an arrow."""
    then, change, earlier = scores.before.score, scores.change, scores.earlier
    if earlier is None or is_before_start(earlier):
        return not_compared(BEFORE_START)
    span = window_days(earlier, calendar)
    if _is_cut(earlier, scores):
        span = gettext("%(days)s (cut at the engagement’s start)", days=span)
    if then.value is None or change is None:
        return gettext("too little evidence to compare in the window before, %(days)s", days=span)
    return gettext(
        "%(score)s in the window before, %(days)s: %(verdict)s",
        score=whole(then.value),
        days=span,
        verdict=CHANGE_WORDS[verdict_of(change)],
    )


def is_before_start(earlier: Window) -> bool:
    """Tell whether a window before another has no day, as that one reaches back to the engagement's start."""
    return earlier.end <= earlier.start


def _is_cut(window: Window, scores: Scores) -> bool:
    """Tell whether the engagement's start cuts a window by a day or more."""
    return _length(scores) - (window.end - window.start) >= DAY


def _length(scores: Scores) -> int:
    """Return how long a window is that the engagement's start does not cut, in µs."""
    earlier = scores.earlier or scores.window
    return scores.window.end - earlier.end


def window_note(scores: Scores, calendar: Calendar, period: Period, unit: str) -> str:
    """Return of which days the parts of the score are, in tickets, beside a headline of the quarter in units."""
    own, incidents = window_days(scores.window, calendar), window_days(scores.crisis, calendar)
    note = parts_text(own, incidents, _why_these_days(scores, period, calendar))
    headline = gettext(
        "The taught share is of %(period)s, in %(units)s, and counts anybody in-house; “Learners taught” counts only "
        "what an enrolled learner shared.",
        period=period.name,
        units=unit,
    )
    return f"{note} {headline}"


def parts_text(own: str, incidents: str, why: str) -> str:
    """Return of which days, and why of these, the parts of a score are; of which incidents are, where of others."""
    if incidents == own:
        return gettext("%(days)s, %(why)s; each ticket counts the same.", days=own, why=why)
    return gettext(
        "%(days)s, %(why)s; each ticket counts the same; incidents %(more)s.", days=own, why=why, more=incidents
    )


def _why_these_days(scores: Scores, period: Period, calendar: Calendar) -> str:
    """Return why the days of a window are other than those of the quarter on the page."""
    window = scores.window
    last = day(calendar.day(window.end) - timedelta(days=1))
    num = round(_length(scores) / DAY)
    is_cut, runs = _is_cut(window, scores), window.end > window.as_of
    if not runs:
        return ended_text(num, period.name, is_cut=is_cut)
    places = {"num": num, "last": last}
    if is_cut:
        return gettext("since the engagement began, at most the %(num)s days that end on %(last)s", **places)
    return gettext("the days so far of the %(num)s that end on %(last)s", **places)


def ended_text(num: int, period: str, *, is_cut: bool) -> str:
    """Return which days a window has that ended with a period."""
    if is_cut:
        return gettext(
            "since the engagement began, at most the %(num)s days that end with %(period)s", num=num, period=period
        )
    return gettext("the %(num)s days that end with %(period)s", num=num, period=period)


def since_text(window: Window, calendar: Calendar) -> str:
    """Return the first day of a window that runs, with its year where that is not this one; "" where it is over."""
    if window.end <= window.as_of:
        return ""
    return day_beside(calendar.day(window.start), calendar.day(window.as_of))


def window_days(window: Window, calendar: Calendar) -> str:
    """Return the days of a window; one that runs has seen no later day than today."""
    last = min(calendar.day(window.end) - timedelta(days=1), calendar.day(window.as_of))
    return days(calendar.day(window.start), last)
