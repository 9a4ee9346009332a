"""How the program page names its quarters, their days and windows."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.periods import Period
from connector.text import day, days, full_day
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.measure.model.quarters import quarter_name as quarter_of
from mappings.measure.model.quarters import quarter_start
from mappings.translation import gettext


def quarter_heads(engagements: Sequence[ProgramEngagement], quarters: Sequence[Period], today: date) -> list[str]:
    """Return the names of the quarters, with the day on which the first engagement began in one.

    Of one that runs it says how many of its days are over.
    """
    heads = [_quarter_head(engagements, quarter) for quarter in quarters]
    return [
        _running_head(head, quarter, today) if quarter.runs else head
        for head, quarter in zip(heads, quarters, strict=True)
    ]


def _running_head(head: str, quarter: Period, today: date) -> str:
    places = {"part": (today - quarter.first).days + 1, "whole": (quarter.end - quarter.first).days}
    return gettext("%(quarter)s, %(part)s of %(whole)s days", quarter=head, **places)


def _quarter_head(engagements: Iterable[ProgramEngagement], quarter: Period) -> str:
    name, begin = quarter_of(quarter.first), _begin_within(engagements, quarter.first, quarter.last)
    return gettext("%(quarter)s, from %(day)s", quarter=name, day=day(begin)) if begin else name


def _begin_within(engagements: Iterable[ProgramEngagement], first: date, last: date) -> date | None:
    """Return the day on which the first engagement began, if that was within these days and not on their first."""
    begin = min((item.engagement.starts for item in engagements), default=first)
    return begin if first < begin <= last else None


def name_before(engagements: Iterable[ProgramEngagement], period: Period) -> str:
    """Return the quarter before a period, with the day on which the first engagement began if that was within it."""
    last = period.first - timedelta(days=1)
    name, begin = quarter_name(last), _begin_within(engagements, quarter_start(last), last)
    return gettext("%(quarter)s (from %(day)s)", quarter=name, day=day(begin)) if begin else name


def row_before(engagements: Sequence[ProgramEngagement], period: Period) -> str:
    """Return the same for the rows of engagements: of several they are narrow, and have the quarter's name alone."""
    if len(engagements) == 1:
        return name_before(engagements, period)
    return quarter_before(period)


def window_before(engagements: Sequence[ProgramEngagement], period: Period) -> str:
    """Return the same for the score of one engagement, whose window has no first day; of several the cell is narrow."""
    return quarter_before(period) if len(engagements) == 1 else ""


def quarter_before(period: Period) -> str:
    """Return the name of the quarter before a period, such as Q2."""
    return quarter_name(period.first - timedelta(days=1))


def counted_day(engagements: Iterable[ProgramEngagement], period: Period) -> str:
    """Return as of which day people were counted: the quarter's last, or a Monday while it runs (measurement (f))."""
    mondays = (
        local_day(item.engagement.zone, item.now.people.as_of)
        for item in engagements
        if period.runs and item.now is not None
    )
    return day(min(mondays, default=period.last))


def window_text(engagements: Iterable[ProgramEngagement]) -> str:
    """Return the days of the scores' windows, as the engagements' own pages date them; "" without any score."""
    spans = [
        (
            local_day(item.engagement.zone, window.start),
            local_day(item.engagement.zone, min(window.end - 1, window.as_of)),
        )
        for item in engagements
        if item.scores is not None
        for window in [item.scores.window]
    ]
    return days(min(first for first, _ in spans), max(last for _, last in spans)) if spans else ""


def local_day(zone: str, now: Instant) -> date:
    return datetime.fromtimestamp(now / SECOND, ZoneInfo(zone)).date()


def ends_text(ends: date | None) -> str:
    return full_day(ends) if ends else gettext("open")


def quarter_name(day_of_quarter: date) -> str:
    return f"Q{(day_of_quarter.month + 2) // 3}"
