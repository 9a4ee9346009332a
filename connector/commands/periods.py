"""Options that name the days a command is about, and the instant that counts as now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import click

from connector.clock import now
from connector.commands.errors import CommandError
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter, quarter_start

# `[first, end)`.
Days = tuple[date, date]

_QUARTER = re.compile(r"([0-9]{4})-?[Qq]([1-4])")
_Command = TypeVar("_Command", bound=Callable[..., object])


class DayParam(click.ParamType[date]):
    """A day such as 2026-07-01, in the engagement's time zone."""

    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is not a day: write it as 2026-07-01", param, ctx)


class InstantParam(click.ParamType[int]):
    """An instant such as 2026-10-02T08:00:00Z, as µs."""

    name = "INSTANT"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r} is not an instant: write it as 2026-10-02T08:00:00Z, with its zone", param, ctx)
        return int(moment.timestamp() * 1000) * 1000


class QuarterParam(click.ParamType[Days]):
    """A quarter such as 2026Q3."""

    name = "QUARTER"

    def convert(self, value: str | Days, param: click.Parameter | None, ctx: click.Context | None) -> Days:
        if isinstance(value, tuple):
            return value
        match = _QUARTER.fullmatch(value)
        if match is None or not int(match[1]):
            self.fail(f"{value!r} is not a quarter: write it as 2026Q3", param, ctx)
        start = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return start, next_quarter(start)


def with_period(command: _Command) -> _Command:
    """Add the options that name the days, and the instant that counts as now."""
    for add in (
        click.option(
            "--as-of", type=InstantParam(), help="The instant that counts as now, such as 2026-10-02T08:00:00Z."
        ),
        click.option("--quarter", type=QuarterParam(), help="A quarter such as 2026Q3, instead of --from and --to."),
        click.option("--to", "end", type=DayParam(), help="The day after the last one of the period."),
        click.option("--from", "first", type=DayParam(), help="The first day of the period (default: this quarter)."),
    ):
        command = add(command)
    return command


@dataclass(frozen=True, slots=True)
class ReportQuery:
    """An engagement of a site, the days and the instant, as the options name them."""

    engagement: str
    site: str
    first: date | None
    end: date | None
    quarter: Days | None
    as_of: Instant | None


def days_of(query: ReportQuery, engagement: Engagement) -> Days:
    """Return the period `[first, end)`; without options the quarter of today. Raises CommandError."""
    if query.quarter is not None:
        if query.first or query.end:
            raise CommandError("--quarter stands beside --from or --to", "give one or the other")
        return query.quarter
    if query.first is None and query.end is None:
        calendar = Calendar(engagement.zone, engagement.workflow.hours)
        start = quarter_start(calendar.day(now() if query.as_of is None else query.as_of))
        return start, next_quarter(start)
    if query.first is None or query.end is None:
        raise CommandError("--from and --to belong together", "give both, or --quarter")
    if query.end <= query.first:
        raise CommandError("--to is not after --from", "--to is the day after the last one")
    return query.first, query.end
