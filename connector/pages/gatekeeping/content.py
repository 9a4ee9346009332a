"""The values of the Gatekeeping tab's template. Nobody is named in them but the viewer, as "you" (measurement (f))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import median
from typing import Any

from connector.figures.gatekeepers import Answer, Asked, Gatekeeping, Waits
from connector.text import THIN, clock_time, count, day, days, number
from mappings.events.times import DAY, HOUR
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import Component
from mappings.records.facts.issues import IssueLabel


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
        return text if self.rules.works_council else f"{text}, {clock_time(instant, self.calendar.zone)}"


@dataclass(frozen=True)
class AskedRow:
    """A ticket; `x` is where on the way from start to done a gatekeeper was first met, None for never."""

    key: str
    summary: str
    x: float | None
    words: str
    early: str


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
        "sentence": _sentence(viewer, data.asked),
        "longest": "" if waiting is None else _longest(viewer, waits),
        "waiting": [_waiting_row(viewer, item, labels[item.issue_id]) for item in waits],
        "away": waiting is None,
        "days": days(first, last),
        "early": _early(data),
        "answers": _answers(viewer, data.answers),
        "first_pass": _first_pass(data.now.components[1]),
        "asked": [_asked_row(viewer, item, labels[item.issue_id]) for item in seen],
        "hidden": count(hidden, "ticket") if hidden else "",
        "more": data.tickets - len(data.asked),
        "limit": viewer.limit,
    }


def _sentence(viewer: Viewer, asked: Sequence[Asked]) -> str:
    if not asked:
        return "No ticket that was finished needed a gatekeeper."
    met, early = sum(item.met is not None for item in asked), sum(2 * item.early >= 1 for item in asked)
    who = viewer.team or "A gatekeeper"
    text = f"{who} was brought in on {met} of {count(len(asked), 'ticket')} that needed it"
    return f"{text}, {early} of them in the first half of the work." if met else f"{text}."


def _longest(viewer: Viewer, waits: Sequence[Waits]) -> str:
    if not waits:
        return "Nothing waits for you."
    longest = count(round(max(item.waited for item in waits) / HOUR), "business hour")
    hours = "" if viewer.rules.works_council else f", the longest for {longest}"
    return f"{count(len(waits), 'ticket')} {'waits' if len(waits) == 1 else 'wait'} for you{hours}."


def _early(data: Gatekeeping) -> dict[str, Any]:
    now, before = data.now, data.before
    earliness, first_pass = now.components
    if now.score is None or now.low is None or now.high is None:
        return {"published": False, "reason": f"Too few tickets so far: {number(earliness.n)}"}
    parts = [f"how early {whole(100 * earliness.value)}"] if earliness.published else []
    parts += [f"passed at first {whole(100 * first_pass.value)}"] if first_pass.published else []
    then = (
        "no earlier half-year to compare"
        if before.score is None
        else f"{whole(before.score)} half a year earlier, {data.verdict}"
    )
    return {
        "published": True,
        "value": whole(now.score),
        "now": round(now.score, 2),
        "low": round(now.low, 2),
        "high": round(now.high, 2),
        "then": None if before.score is None else round(before.score, 2),
        "tickets": count(data.tickets, "ticket"),
        "likely": f"likely {whole(now.low)} to {whole(now.high)}; few tickets pull it to 50",
        "change": then,
        "parts": " and ".join(parts),
    }


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
        "n": count(len(answers), "answer"),
        "met": f"{met} of {len(answers)} within {viewer.limit}",
        "full": round(100 * met / len(answers), 2) if answers else 0,
        "any": bool(answers),
    }


def _first_pass(part: Component) -> dict[str, Any]:
    return {
        "text": f"{number(part.x)} of {number(part.n)}",
        "full": round(100 * part.x / part.n, 2) if part.n else 0,
        "any": bool(part.n),
        "few": not part.published,
    }


def _asked_row(viewer: Viewer, item: Asked, label: IssueLabel) -> AskedRow:
    whole_way = item.done - item.opened
    x = None
    if item.met is not None:
        x = round(min(100.0, max(0.0, 100 * (item.met - item.opened) / whole_way)), 2) if whole_way else 0.0
    return AskedRow(label.key, label.summary, x, _words(viewer, item), f"{item.early:.2f}")


def _words(viewer: Viewer, item: Asked) -> str:
    if item.met is None:
        return "never, though it needed you"
    if item.met <= item.opened:
        before = (item.opened - item.met) // DAY
        return f"{count(before, 'day')} before work started" if before else "before work started"
    calendar = viewer.calendar
    first = calendar.day(item.opened).toordinal() - 1
    at, of = calendar.day(item.met).toordinal() - first, calendar.day(item.done).toordinal() - first
    return f"on day {at} of {of}"


def _waiting_row(viewer: Viewer, item: Waits, label: IssueLabel) -> WaitingRow:
    began = (
        f"worked on since {day(viewer.calendar.day(item.began))}"
        if item.began
        else "not started: nothing is held up yet"
    )
    waited = f"{number(item.waited / HOUR)}{THIN}h of {viewer.limit}"
    if viewer.rules.works_council:
        waited = "in time" if item.waited <= viewer.rules.review_hours * HOUR else "late"
    return WaitingRow(label.key, label.summary, viewer.when(item.since), began, waited)


def whole(value: float) -> str:
    """Return a score as a whole number: rounded to six decimals, then half up (measurement (g) 13)."""
    return str(int(round(value, 6) + 0.5))
