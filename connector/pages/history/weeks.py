"""The whole weeks of a quarter, as they were frozen and as they are known now, and the days beside them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.figures.recorded import Recorded
from connector.pages.history.quarters import QuarterRow
from connector.text import days, number
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext, list_text


@dataclass(frozen=True)
class WeekRow:
    """A week from `first` to `last`; `recorded` is "" where it was not. `taught` and `whole` are known now."""

    name: str
    days: str
    recorded: str
    taught: str
    whole: str
    first: date
    last: date


def week_rows(
    quarter: QuarterRow, recorded: Mapping[date, Recorded], rows: Sequence[Row], today: date
) -> list[WeekRow]:
    """Return the whole weeks of a quarter with the agency's units and those taught, newest first.

    The earliest is that in which the engagement began.
    """
    monday, weeks = _first_monday(quarter), []
    while monday + timedelta(days=6) <= min(quarter.last, today):
        sunday = monday + timedelta(days=6)
        now, frozen = figures(rows, monday, sunday).sums, recorded.get(monday)
        taught, whole = number(now.taught / BILLION), number(now.agency / BILLION)
        known = "" if frozen is None else _units_text(frozen.units.agency, frozen.units.taught)
        name = str(monday.isocalendar().week)
        weeks.append(WeekRow(name, days(monday, sunday), known, taught, whole, monday, sunday))
        monday += timedelta(days=7)
    return weeks[::-1]


def left_out_text(quarter: QuarterRow, today: date) -> str:
    """Return which days of a quarter are in no whole week of it, "" where there are none, or no whole week."""
    monday, end = _first_monday(quarter), min(quarter.last, today)
    after = monday + timedelta(days=((end - monday).days + 1) // 7 * 7)
    if after <= monday:
        return ""
    spans = [(max(quarter.first, quarter.begins), monday - timedelta(days=1)), (after, end)]
    outside = [days(first, last) for first, last in spans if first <= last]
    if not outside:
        return ""
    return gettext(
        "Whole weeks only, without %(days)s: the rows can add up to less than the quarter.", days=list_text(outside)
    )


def _first_monday(quarter: QuarterRow) -> date:
    first = quarter.first + timedelta(days=-quarter.first.weekday() % 7)
    return max(first, quarter.begins - timedelta(days=quarter.begins.weekday()))


def _units_text(agency: float, taught: float) -> str:
    return gettext("%(part)s of %(whole)s", part=number(taught), whole=number(agency))
