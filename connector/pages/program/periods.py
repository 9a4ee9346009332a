"""The quarters of the program: those that are offered, and the four that a page shows."""

from collections.abc import Sequence
from datetime import date, timedelta

from connector.pages.periods import Period, quarter_starts
from mappings.measure.model.quarters import next_quarter, quarter_name, quarter_start
from mappings.records.agreement.engagements import StoredEngagement

# Quarters of the page: the chosen one and those before it.
QUARTERS = 4


def program_periods(stored: Sequence[StoredEngagement], today: date) -> tuple[Period, ...]:
    """Return the quarters since the first engagement began, newest first."""
    first = min(item.engagement.starts for item in stored)
    return tuple(quarter_period(start, today) for start in reversed(quarter_starts(min(first, today), today)))


def quarter_period(start: date, today: date) -> Period:
    """Return the quarter that begins on a day."""
    last = next_quarter(start) - timedelta(days=1)
    number = (start.month + 2) // 3
    return Period(f"{start.year}Q{number}", quarter_name(start), start, last, runs=start <= today <= last)


def quarters_until(period: Period) -> tuple[Period, ...]:
    """Return the quarter and the three before it, oldest first."""
    quarters = [period]
    while len(quarters) < QUARTERS:
        start = quarter_start(quarters[0].first - timedelta(days=1))
        quarters.insert(0, quarter_period(start, period.first))
    return tuple(quarters)
