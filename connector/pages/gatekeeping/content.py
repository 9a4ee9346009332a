"""The values of the Gatekeeping tab's template. Nobody is named in them but the viewer, as "you" (measurement (f))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from connector.figures.gatekeepers import Answer, Asked, Gatekeeping, Waits
from connector.pages.terms import CHANGE_WORDS
from connector.text import THIN, clock_time, count, day, days, number
from mappings.events.times import DAY, HOUR
from mappings.events.types import Instant
from mappings.formats.explain.what_if import missing_for
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class Viewer:
    """Who reads it: the name of their team, "" where it has none; `rules` are those that the figures go by."""

    team: str
    calendar: Calendar
    rules: Ruleset
    now: Instant

    @property
    def limit(self) -> str:
        return f"{self.rules.review_hours}{THIN}h"

    def when(self, instant: Instant) -> str:
        text = day(self.calendar.day(instant))
        # In works-council mode rows have no clock times (measurement (f)).
        if self.rules.works_council:
            return text
        return gettext("%(day)s, %(time)s", day=text, time=clock_time(instant, self.calendar.zone))


@dataclass(frozen=True)
class AskedRow:
    """A ticket; `x` is where on the way from start to done a gatekeeper was first met, None for never.

    `early` is 0 to 100; `answer` is how long the viewer's own answers on it took, or why there is none.
    """

    key: str
    summary: str
    x: float | None
    words: str
    early: str
    answer: str


@dataclass(frozen=True)
class WaitingRow:
    key: str
    summary: str
    since: str
    work: str
    waited: str


def gatekeeping_values(
    viewer: Viewer, data: Gatekeeping, labels: Mapping[int, IssueLabel], waiting: Sequence[Waits] | None
) -> dict[str, Any]:
    """Return the template's values; `labels` are of what may be browsed, `waiting` None where Jira does not answer."""
    first, last = viewer.calendar.day(data.window.start), viewer.calendar.day(min(data.window.end - 1, viewer.now))
    seen = [item for item in data.asked if item.issue_id in labels]
    hidden = len(data.asked) - len(seen)
    waits = [item for item in waiting or () if item.issue_id in labels]
    return {
        "brought_in": _brought_in(viewer, data.asked),
        # That nothing waits is said once, where the list would be.
        "longest": _longest(viewer, waits) if waits else "",
        "waiting": [_waiting_row(viewer, item, labels[item.issue_id]) for item in waits],
        "away": waiting is None,
        "days": days(first, last),
        "early": _early(viewer, data),
        "window": viewer.rules.window_days,
        "answers": _answers(viewer, data.answers),
        "first_pass": _first_pass(data.now.components[1]),
        "asked": [_asked_row(viewer, item, labels[item.issue_id], data.answers) for item in seen],
        "hidden": count(hidden, "ticket") if hidden else "",
        "more": data.tickets - len(data.asked),
        "limit": viewer.limit,
    }


def _brought_in(viewer: Viewer, asked: Sequence[Asked]) -> dict[str, Any]:
    """Return the figures of the first sentence: in how many of all tickets, and in how many of them early."""
    return {
        "team": viewer.team or gettext("A gatekeeper"),
        "all": len(asked),
        "met": sum(item.met is not None for item in asked),
        "early": sum(2 * item.early >= 1 for item in asked),
    }


def _longest(viewer: Viewer, waits: Sequence[Waits]) -> str:
    if viewer.rules.works_council:
        return ngettext("%(num)s ticket waits for you.", "%(num)s tickets wait for you.", len(waits))
    return ngettext(
        "%(num)s ticket waits for you, the longest for %(hours)s.",
        "%(num)s tickets wait for you, the longest for %(hours)s.",
        len(waits),
        hours=count(round(max(item.waited for item in waits) / HOUR), "business hour"),
    )


def _early(viewer: Viewer, data: Gatekeeping) -> dict[str, Any]:
    """Return how early gatekeepers are met, 0 to 100: the part of the score, as its drawer has it."""
    now, before = data.now.components[0], data.before.components[0]
    if not now.published:
        return {"published": False, "reason": missing_for(now, viewer.rules)}
    then = gettext("no earlier half-year to compare")
    if data.verdict is not None:
        places = {"score": whole(100 * before.value), "change": CHANGE_WORDS[data.verdict]}
        then = gettext("%(score)s half a year earlier, %(change)s", **places)
    return {
        "published": True,
        "value": whole(100 * now.value),
        "now": round(100 * now.value, 2),
        "low": round(100 * now.low, 2),
        "high": round(100 * now.high, 2),
        "then": None if data.verdict is None else round(100 * before.value, 2),
        "tickets": count(data.tickets, "ticket"),
        "likely": gettext("likely %(low)s to %(high)s", low=whole(100 * now.low), high=whole(100 * now.high)),
        "change": then,
        "mean": whole(100 * now.x / now.n),
        "score": _score_words(data.now),
    }


def _score_words(now: Dimension) -> str:
    """Return the figure of the score that both sides read, of which how early is a part."""
    if now.score is None:
        return ""
    early, passed = (f"{100 * PARTS[part.key].weight:.0f}" for part in now.components)
    places = {"score": whole(now.score), "early": early, "passed": passed}
    return gettext(
        "In the score of both sides, how early counts %(early)s of 100 and what passed at first %(passed)s: together "
        "they are its %(score)s of “Gatekeepers early”.",
        **places,
    )


def _answers(viewer: Viewer, answers: Sequence[Answer]) -> dict[str, Any]:
    limit = viewer.rules.review_hours * HOUR
    met = sum(answer.took <= limit for answer in answers)
    # In works-council mode an answer is only met or not met (measurement (f)).
    hours = (
        ""
        if viewer.rules.works_council or not answers
        else f"{number(median(answer.took for answer in answers) / HOUR)}{THIN}h"
    )
    return {
        "median": hours,
        "n": ngettext(
            "median of %(num)s answer, business hours", "median of %(num)s answers, business hours", len(answers)
        )
        if hours
        else count(len(answers), "answer"),
        "met": gettext("%(met)s of %(all)s within %(limit)s", met=met, all=len(answers), limit=viewer.limit),
        "full": round(100 * met / len(answers), 2) if answers else 0,
        "any": bool(answers),
    }


def _first_pass(part: Component) -> dict[str, Any]:
    return {
        "text": gettext("%(part)s of %(whole)s", part=number(part.x), whole=number(part.n)),
        "full": round(100 * part.x / part.n, 2) if part.n else 0,
        "any": bool(part.n),
        "few": not part.published,
    }


def _asked_row(viewer: Viewer, item: Asked, label: IssueLabel, answers: Sequence[Answer]) -> AskedRow:
    whole_way = item.done - item.opened
    x = None
    if item.met is not None:
        x = round(min(100.0, max(0.0, 100 * (item.met - item.opened) / whole_way)), 2) if whole_way else 0.0
    return AskedRow(
        label.key,
        label.summary,
        x,
        _words(viewer, item),
        whole(100 * item.early),
        _own_answers(viewer, item, [answer for answer in answers if answer.issue_id == item.issue_id]),
    )


def _own_answers(viewer: Viewer, item: Asked, answers: Sequence[Answer]) -> str:
    if answers:
        return ", ".join(answer_words(viewer, answer.took) for answer in answers)
    return gettext("not asked") if item.met is None else gettext("none of yours")


def answer_words(viewer: Viewer, took: int) -> str:
    # In works-council mode an answer is only in time or late (measurement (f)).
    if viewer.rules.works_council:
        return gettext("in time") if took <= viewer.rules.review_hours * HOUR else gettext("late")
    return f"{number(took / HOUR)}{THIN}h"


def _words(viewer: Viewer, item: Asked) -> str:
    if item.met is None:
        return gettext("never, though it needed you")
    if item.met <= item.opened:
        before = (item.opened - item.met) // DAY
        if not before:
            return gettext("before work started")
        return ngettext("%(num)s day before work started", "%(num)s days before work started", before)
    calendar = viewer.calendar
    first = calendar.day(item.opened).toordinal() - 1
    at, of = calendar.day(item.met).toordinal() - first, calendar.day(item.done).toordinal() - first
    return gettext("on day %(day)s of %(days)s", day=at, days=of)


def _waiting_row(viewer: Viewer, item: Waits, label: IssueLabel) -> WaitingRow:
    began = gettext("not started: nothing is held up yet")
    if item.began:
        began = gettext("worked on since %(day)s", day=day(viewer.calendar.day(item.began)))
    waited = answer_words(viewer, item.waited)
    if not viewer.rules.works_council:
        waited = gettext("%(part)s of %(whole)s", part=waited, whole=viewer.limit)
    return WaitingRow(label.key, label.summary, viewer.when(item.since), began, waited)


def whole(value: float) -> str:
    """Return a score as a whole number: rounded to six decimals, then half up (measurement (g) 13)."""
    return str(int(round(value, 6) + 0.5))
