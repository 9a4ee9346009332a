"""Exit readiness by a date: what would be covered if nobody does more, as sentence, picture and table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import pairwise
from typing import NamedTuple

from connector.pages.project.coverage import HOLDERS
from connector.pages.project.tickets_missing import tickets_text
from connector.pages.terms import COVERAGE_WORDS
from connector.text import count, day, full_day, percent
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.decay import fresh_days
from mappings.measure.people.exit_plan import ExitPlan, Gap
from mappings.translation import gettext

YEAR, MONTH_DAYS = timedelta(days=365), 30
TOP, HEIGHT = 8, 140


@dataclass(frozen=True)
class ObjectiveRow:
    """An objective at the last Monday and on the date; `needed` says what would bring the holders missing then."""

    name: str
    today: str
    then: str
    holders_today: int
    holders_then: int
    needed: str


@dataclass(frozen=True)
class Picture:
    """Two step lines over a year: x in percent, y in pixels; `marks` are the heights at the date."""

    single: str
    double: str
    x: float
    y_single: float
    y_double: float
    first: str
    last: str
    title: str


@dataclass(frozen=True)
class Readiness:
    """What stands on a date; `sentence` alone where there is no demand to cover. `meaning` says what `needed` is.

    `as_of` is the Monday of the first figures. `ends` says from when nothing is covered any more, "" where something is
    for a year.
    """

    sentence: str
    single: str
    double: str
    picture: Picture | None
    rows: tuple[ObjectiveRow, ...]
    meaning: str
    as_of: str
    ends: str = ""


class Fading(NamedTuple):
    """How many days without new evidence knowledge stays fresh, and after about how many months it is stale."""

    after_days: int
    stale_months: int


def fading_by(rules: Ruleset) -> Fading:
    return Fading(rules.grace_days, round(fresh_days(rules) / MONTH_DAYS))


def default_date(engagement: Engagement, today: date) -> date:
    """Return the day on which the engagement ends where that is within a year, else the next quarter's last day."""
    if engagement.ends is not None and today <= engagement.ends <= today + YEAR:
        return engagement.ends
    return next_quarter(next_quarter(today)) - timedelta(days=1)


def readiness(
    engagement: Engagement, path: Sequence[ExitPlan], chosen: date, *, today: date, calendar: Calendar, counts: bool
) -> Readiness:
    """`counts`: the reader has the Agency tab's count of what the target takes."""
    on = calendar.midnight(chosen)
    now, then = path[0], [plan for plan in path if plan.on <= max(on, path[0].on)][-1]
    rows = tuple(_row(objective.key, objective.name, now, then) for objective in engagement.objectives)
    meaning = _meaning(then.gaps, counts=counts) if rows else ""
    as_of = day(calendar.day(now.on))
    if now.two_holders is None or now.one_holder is None or then.two_holders is None or then.one_holder is None:
        without = gettext("No ticket with an objective was finished in the last 90 days.")
        return Readiness(without, "–", "–", None, rows, meaning, as_of)
    sentence = _sentence(chosen, as_of, now, then)
    picture = _picture(path, chosen, today, calendar)
    single, double = percent(then.one_holder), percent(then.two_holders)
    return Readiness(sentence, single, double, picture, rows, meaning, as_of, _ends(path, calendar))


def _ends(path: Sequence[ExitPlan], calendar: Calendar) -> str:
    # From when on nothing has two holders, and nothing has any.
    single, double = (_empty_from([_shares(plan)[place] for plan in path]) for place in (0, 1))
    single_day, double_day = (
        "" if index is None else full_day(calendar.day(path[index].on)) for index in (single, double)
    )
    if not single_day and not double_day:
        return ""
    if not single_day:
        return gettext("Without new work nothing has two holders from %(day)s on.", day=double_day)
    if double_day in ("", single_day):
        return gettext("Without new work nothing has a holder from %(day)s on.", day=single_day)
    return gettext(
        "Without new work nothing has two holders from %(double)s on, and nothing has any from %(single)s on.",
        double=double_day,
        single=single_day,
    )


def _empty_from(shares: Sequence[float]) -> int | None:
    # Where a share that is there today comes to nothing.
    return next((index for index, share in enumerate(shares) if not share), None) if shares[0] else None


def _sentence(chosen: date, as_of: str, now: ExitPlan, then: ExitPlan) -> str:
    single, double, single_now, double_now = (
        percent(value or 0) for value in (then.one_holder, then.two_holders, now.one_holder, now.two_holders)
    )
    return gettext(
        "If nobody does more until %(day)s, %(double)s of the work has two holders and %(single)s has at least one. "
        "On %(as_of)s it was %(double_now)s and %(single_now)s.",
        day=full_day(chosen),
        double=double,
        single=single,
        as_of=as_of,
        double_now=double_now,
        single_now=single_now,
    )


def _row(key: str, name: str, now: ExitPlan, then: ExitPlan) -> ObjectiveRow:
    gaps = {gap.objective: gap for gap in then.gaps}
    today, later = (_coverage(key, plan) for plan in (now, then))
    return ObjectiveRow(
        name, COVERAGE_WORDS[today], COVERAGE_WORDS[later], HOLDERS[today], HOLDERS[later], needed_text(gaps.get(key))
    )


def _coverage(key: str, plan: ExitPlan) -> str:
    return next((gap.coverage for gap in plan.gaps if gap.objective == key), "covered")


def needed_text(gap: Gap | None) -> str:
    """Return how many people are missing and the tickets that they have to do; `_meaning` says so once for all rows."""
    if gap is None:
        return gettext("nothing")
    people = count(gap.missing, "person", "people")
    if not gap.tickets:
        return gettext("%(people)s: no more tickets, only time", people=people)
    tickets = tickets_text(gap.tickets, gap.refreshing)
    return gettext("%(people)s, %(tickets)s", people=people, tickets=tickets)


def _meaning(gaps: Sequence[Gap], *, counts: bool) -> str:
    """Return what the rows say is needed, as the program says it."""
    needed = gettext(
        "Still needed: how many more people have to be able to do it alone until two are, whatever number the agreed "
        "target has, and the fewest tickets that takes, for all of them together."
    )
    fading = (
        gettext("A holder whose knowledge fades is one of them; Agency counts what the target takes.")
        if counts
        else gettext("A holder whose knowledge fades is one of them.")
    )
    text = f"{needed} {fading}"
    # How far somebody is says nothing where too few people are behind it. That holds for the whole team.
    beginners = gettext("Counted for beginners, as too few people are behind it to say how far they are.")
    return f"{text} {beginners}" if any(gap.suppressed for gap in gaps) else text


def _picture(path: Sequence[ExitPlan], chosen: date, today: date, calendar: Calendar) -> Picture:
    begin, end = path[0].on, calendar.midnight(today + YEAR)

    def x(at: Instant) -> float:
        return round(100 * min(1.0, max(0.0, (at - begin) / (end - begin))), 2)

    on = calendar.midnight(chosen)
    then = [plan for plan in path if plan.on <= max(on, begin)][-1]
    moves = [path[0], *(plan for before, plan in pairwise(path) if _shares(before) != _shares(plan))]
    steps = [(x(plan.on), *_shares(plan)) for plan in moves]
    falls = ", ".join(
        gettext(
            "from %(day)s %(double)s with two holders and %(single)s with at least one",
            day=day(calendar.day(plan.on)),
            double=percent(plan.two_holders or 0),
            single=percent(plan.one_holder or 0),
        )
        for plan in moves
    )
    return Picture(
        _line([(place, single) for place, single, _ in steps]),
        _line([(place, double) for place, _, double in steps]),
        x(on),
        _height(then.one_holder or 0.0),
        _height(then.two_holders or 0.0),
        day(calendar.day(begin)),
        full_day(today + YEAR),
        gettext("Exit coverage without more evidence: %(falls)s", falls=falls),
    )


def _shares(plan: ExitPlan) -> tuple[float, float]:
    return plan.one_holder or 0.0, plan.two_holders or 0.0


def _line(steps: Sequence[tuple[float, float]]) -> str:
    points, last = [], None
    for x, share in steps:
        y = round(HEIGHT * (1 - share), 1)
        if last is not None:
            points.append(f"{x},{last}")
        points.append(f"{x},{y}")
        last = y
    return " ".join([*points, f"100,{last}"])


def _height(share: float) -> float:
    return round(TOP + HEIGHT * (1 - share), 1)
