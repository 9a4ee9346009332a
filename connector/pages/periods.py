"""The periods a page offers: quarters of the engagement, newest first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter, quarter_start
from mappings.translation import gettext


@dataclass(frozen=True)
class Period:
    """A quarter: both days are included. `quarter` and `name` are for people; one that runs says so in its name."""

    key: str
    quarter: str
    first: date
    last: date
    runs: bool = False

    @property
    def name(self) -> str:
        # A running quarter has no final figures yet.
        return gettext("%(quarter)s so far", quarter=self.quarter) if self.runs else self.quarter

    @property
    def end(self) -> date:
        """The first day after the quarter."""
        return self.last + timedelta(days=1)


def quarters(engagement: Engagement, today: date) -> tuple[Period, ...]:
    """Return the quarters since the engagement began, up to the one that holds today (or the day it ended)."""
    # `ends` is the first day after the engagement.
    ends = engagement.ends - timedelta(days=1) if engagement.ends else today
    latest = max(engagement.starts, min(today, ends))
    starts = quarter_starts(engagement.starts, latest)
    return tuple(_quarter(start, today) for start in reversed(starts))


def quarter_starts(first: date, last: date) -> list[date]:
    """Return the first days of the quarters that touch `[first, last]`."""
    starts = [quarter_start(first)]
    while (following := next_quarter(starts[-1])) <= last:
        starts.append(following)
    return starts


def _quarter(start: date, today: date) -> Period:
    last = next_quarter(start) - timedelta(days=1)
    number = (start.month + 2) // 3
    return Period(f"{start.year}Q{number}", f"Q{number} {start.year}", start, last, runs=start <= today <= last)


def choose(periods: Sequence[Period], key: str | None) -> Period:
    return next((period for period in periods if period.key == key), periods[0])
