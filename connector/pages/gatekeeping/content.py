"""The values of the Gatekeeping tab's template. Nobody is named in them but the viewer, as "you" (measurement (f))."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from statistics import median
from typing import Any

from connector.figures.gatekeepers.dimension import Gatekeeping
from connector.figures.gatekeepers.ticket import Answer, Waits
from connector.pages.gatekeeping.asked_rows import asked_row
from connector.pages.gatekeeping.picks import PICKS
from connector.pages.gatekeeping.viewer import Viewer, answer_words, began_words
from connector.pages.labels import COMPONENT_NAMES
from connector.pages.terms import CHANGE_WORDS
from connector.text import THIN, count, day, days, number, percent, whole
from mappings.events.times import DAY, HOUR
from mappings.formats.explain.followable import mean_text
from mappings.formats.explain.what_if import missing_for, needed_of
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.records.facts.issues import IssueLabel
from mappings.translation import gettext, ngettext


@dataclass(frozen=True)
class WaitingRow:
    """A ticket that waits; `until` is by when an answer is in time, "" in works-council mode."""

    key: str
    summary: str
    since: str
    work: str
    waited: str
    until: str


def gatekeeping_values(
    viewer: Viewer, data: Gatekeeping, labels: Mapping[int, IssueLabel], waiting: Sequence[Waits] | None
) -> dict[str, Any]:
    """Return the template's values; `labels` are of what may be browsed, `waiting` None where Jira does not answer."""
    seen = [item for item in data.asked if item.issue_id in labels]
    hidden = len(data.asked) - len(seen)
    waits = [item for item in waiting or () if item.issue_id in labels]
    return {
        "brought_in": _brought_in(viewer, data),
        # That nothing waits is said once, where the list would be.
        "longest": _longest(viewer, data, waits) if waits else "",
        "waiting_words": gettext("Waiting") if viewer.rules.works_council else gettext("Waiting, business hours"),
        "waiting": [waiting_row(viewer, item, labels[item.issue_id]) for item in waits],
        "away": waiting is None,
        "since": day(viewer.calendar.day(data.window.start)),
        "window_days": _window_days(viewer, data),
        "window_length": viewer.rules.window_days,
        "early": _early(viewer, data),
        "answers": _answers(viewer, data.answers),
        "first_pass": _first_pass(viewer, data.now.components[1]),
        "early_weight": number(2 * needed_of(data.now.components[0], viewer.rules)),
        "prior": whole(100 * viewer.rules.prior),
        "asked": [asked_row(viewer, item, labels[item.issue_id], data.answers) for item in seen],
        "returned": data.returned,
        "sent_before": {item.issue_id for item in seen if item.sent is not None and item.sent < data.window.start},
        "status": viewer.status,
        "passes": viewer.passes,
        "hidden": count(hidden, "ticket") if hidden else "",
        "more": data.tickets - len(data.asked),
        "limit": viewer.limit,
    }


def _brought_in(viewer: Viewer, data: Gatekeeping) -> dict[str, Any]:
    """Return the figures of the first sentence: in how many of all tickets, and in how many of them early.

    `others` are counted by first passes and are none of them.
    """
    asked = data.asked
    submitted = sum(item.passed and item.issue_id in data.submitted for item in asked)
    return {
        "team": viewer.team_name,
        "all": len(asked),
        "others": int(data.now.components[1].n) - submitted,
        **{name: sum(map(pick.holds, asked)) for name, pick in PICKS.items()},
    }


def _longest(viewer: Viewer, data: Gatekeeping, waits: Sequence[Waits]) -> str:
    most = max(item.waited for item in waits)
    text = ngettext(
        "%(num)s ticket waits for you, for %(hours)s.",
        "%(num)s tickets wait for you, the longest for %(hours)s.",
        len(waits),
        hours=answer_words(viewer, most),
    )
    # Sent since the last business hours, it has waited for none of them.
    if viewer.rules.works_council or not most:
        text = ngettext("%(num)s ticket waits for you.", "%(num)s tickets wait for you.", len(waits))
    # What waits is that of now, also beside the figures of a period that is over.
    return gettext("Today: %(text)s", text=text) if data.window.end <= viewer.now else text


def _early(viewer: Viewer, data: Gatekeeping) -> dict[str, Any]:
    """Return how early gatekeepers are met, 0 to 100: the part of the score, as its drawer has it."""
    now, before = data.now.components[0], data.before.components[0]
    if not now.published:
        return {"published": False, "reason": missing_for(now, viewer.rules)}
    then = _why_not_compared(viewer, data)
    if data.verdict is not None:
        places = {"score": whole(100 * before.value), "change": CHANGE_WORDS[data.verdict]}
        then = gettext("%(score)s in the window before, %(change)s", **places)
    return {
        "published": True,
        "value": whole(100 * now.value),
        "now": round(100 * now.value, 2),
        "low": round(100 * now.low, 2),
        "high": round(100 * now.high, 2),
        "then": None if data.verdict is None else round(100 * before.value, 2),
        "tickets": gettext("on %(tickets)s", tickets=count(data.tickets, "ticket")),
        "likely": _interval(viewer, now),
        "change": then,
        "mean": mean_text(now, viewer.rules),
        "score": _score_words(data.now),
    }


def _why_not_compared(viewer: Viewer, data: Gatekeeping) -> str:
    earlier = data.earlier
    if earlier.start >= earlier.end:
        return gettext("no window before it: the engagement had not begun")
    # Up to the day before that from which on the page tells.
    between = days(viewer.calendar.day(earlier.start), viewer.calendar.day(earlier.end) - timedelta(days=1))
    if not data.before.components[0].n:
        return gettext("no ticket in the window before, %(days)s: no comparison", days=between)
    return ngettext(
        "only %(num)s ticket in the window before, %(days)s: no comparison",
        "only %(num)s tickets in the window before, %(days)s: no comparison",
        int(data.before.components[0].n),
        days=between,
    )


def _score_words(now: Dimension) -> str:
    """Return the figure of the score that both sides read, from its parts by the names that these have there."""
    shown = [part for part in now.components if part.published]
    if now.score is None or len(shown) < len(now.components):
        return ""
    weights = [PARTS[part.key].weight for part in shown]
    values = [whole(100 * part.value) for part in shown]
    if whole(sum(int(value) * weight for value, weight in zip(values, weights, strict=True))) != whole(now.score):
        # Rounded to whole numbers they would not add up as printed.
        values = [number(100 * part.value) for part in shown]
    parts = [f"{value} × {percent(weight)}" for value, weight in zip(values, weights, strict=True)]
    return gettext(
        "In the score, both sides read this as “%(early)s” and “%(passed)s”: %(sum)s = %(score)s, of 100.",
        early=COMPONENT_NAMES["earliness"],
        passed=COMPONENT_NAMES["first_pass"],
        sum=" + ".join(parts),
        score=whole(now.score),
    )


def _window_days(viewer: Viewer, data: Gatekeeping) -> str:
    """Return the days of the whole window: why it is shorter, and up to which day it goes where it has not ended."""
    calendar, window = viewer.calendar, data.window
    text = days(calendar.day(window.start), calendar.day(window.end - 1))
    if window.end - window.start < viewer.rules.window_days * DAY:
        text = gettext("%(days)s, as the engagement began then", days=text)
    if viewer.now < window.end:
        text = gettext("%(days)s, so far to %(today)s", days=text, today=day(calendar.day(viewer.now)))
    return text


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
        "tickets": gettext("on %(tickets)s", tickets=count(len({answer.issue_id for answer in answers}), "ticket")),
    }


def _interval(viewer: Viewer, part: Component) -> str:
    low, high, level = whole(100 * part.low), whole(100 * part.high), round(100 * viewer.rules.interval)
    return gettext("%(low)s–%(high)s, %(per_cent)s %% interval", low=low, high=high, per_cent=level)


def _first_pass(viewer: Viewer, part: Component) -> dict[str, Any]:
    value = {"value": whole(100 * part.value), "interval": _interval(viewer, part)}
    value |= {"weight": number(2 * needed_of(part, viewer.rules)), "prior": whole(100 * viewer.rules.prior)}
    return {
        "text": gettext("%(part)s of %(whole)s", part=number(part.x), whole=number(part.n)),
        "full": round(100 * part.x / part.n, 2) if part.n else 0,
        "any": bool(part.n),
        "few": not part.published,
        "value": gettext(
            "counted with %(weight)s more submissions at %(prior)s, so that few say little, this is %(value)s of 100 "
            "in the score, %(interval)s",
            **value,
        )
        if part.published
        else "",
    }


def waiting_row(viewer: Viewer, item: Waits, label: IssueLabel) -> WaitingRow:
    waited, until = answer_words(viewer, item.waited), ""
    # In works-council mode rows have no hours and no clock times (measurement (f)).
    if not viewer.rules.works_council:
        waited = gettext("%(part)s of %(whole)s", part=waited, whole=viewer.limit)
        until = _until(viewer, item)
    since, work = viewer.when(item.since), began_words(viewer, item.began)
    return WaitingRow(label.key, label.summary, since, work, waited, until)


def _until(viewer: Viewer, item: Waits) -> str:
    limit = viewer.rules.review_hours * HOUR
    when = viewer.when(viewer.calendar.later(item.since, limit))
    if item.waited > limit:
        return gettext("late since %(when)s", when=when)
    return gettext("an answer by %(when)s is in time", when=when)
