"""Options that say which days a command is about, and what counts as now."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import TypeVar

import click

from connector.commands.errors import CommandError
from connector.container import now
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter, quarter_start

Days = tuple[date, date]
"""`[first, end)`."""

_QUARTER = re.compile(r"([0-9]{4})-?[Qq]([1-4])")


class DayParam(click.ParamType[date]):
    """A day of the engagement's zone."""

    name = "DATE"

    def convert(self, value: str | date, param: click.Parameter | None, ctx: click.Context | None) -> date:
        """Read 2026-07-01."""
        if isinstance(value, date):
            return value
        try:
            return date.fromisoformat(value)
        except ValueError:
            self.fail(f"{value!r} is no day: write it as 2026-07-01", param, ctx)


class InstantParam(click.ParamType[int]):
    """An instant, as µs."""

    name = "INSTANT"

    def convert(self, value: str | int, param: click.Parameter | None, ctx: click.Context | None) -> int:
        """Read 2026-10-02T08:00:00Z."""
        if isinstance(value, int):
            return value
        try:
            moment = datetime.fromisoformat(value)
        except ValueError:
            moment = None
        if moment is None or moment.tzinfo is None:
            self.fail(f"{value!r} is no instant: write it as 2026-10-02T08:00:00Z, with its zone", param, ctx)
        return int(moment.timestamp() * 1000) * 1000


class QuarterParam(click.ParamType[Days]):
    """A quarter of a year."""

    name = "QUARTER"

    def convert(self, value: str | Days, param: click.Parameter | None, ctx: click.Context | None) -> Days:
        """Read 2026Q3."""
        if isinstance(value, tuple):
            return value
        match = _QUARTER.fullmatch(value)
        if match is None or not int(match[1]):
            self.fail(f"{value!r} is no quarter: write it as 2026Q3", param, ctx)
        start = date(int(match[1]), int(match[2]) * 3 - 2, 1)
        return start, next_quarter(start)


_Command = TypeVar("_Command", bound=Callable[..., object])


def with_period(command: _Command) -> _Command:
    """Give a command the options that say which days, and what counts as now."""
    for add in (
        click.option(
            "--as-of", type=InstantParam(), help="What counts as now, such as 2026-10-02T08:00:00Z (default: now)."
        ),
        click.option("--quarter", type=QuarterParam(), help="A quarter such as 2026Q3 instead of the two."),
        click.option("--to", "end", type=DayParam(), help="The day after the last one of the period."),
        click.option("--from", "first", type=DayParam(), help="The first day of the period (default: this quarter)."),
    ):
        command = add(command)
    return command


@dataclass(frozen=True, slots=True)
class Question:
    """Which engagement of which site is asked about, for which days, and when."""

    engagement: str
    site: str
    first: date | None
    end: date | None
    quarter: Days | None
    as_of: Instant | None


def days_of(asked: Question, engagement: Engagement) -> Days:
    """Return the period that is asked for, `[first, end)`; without a word the quarter of today."""
    if asked.quarter is not None:
        if asked.first or asked.end:
            raise CommandError("--quarter stands beside --from or --to", "give one or the other")
        return asked.quarter
    if asked.first is None and asked.end is None:
        today = Calendar(engagement.zone, engagement.workflow.hours).day(now() if asked.as_of is None else asked.as_of)
        start = quarter_start(today)
        return start, next_quarter(start)
    if asked.first is None or asked.end is None:
        raise CommandError("--from and --to belong together", "give both, or --quarter")
    if asked.end <= asked.first:
        raise CommandError("--to does not lie after --from", "--to is the day after the last one")
    return asked.first, asked.end
