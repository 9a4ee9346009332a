"""The days that a figure opens for: whole weeks, months and quarters that the page offers, and no others.

Whoever could choose the days would learn on which of them a ticket that they may not see was finished, and its size.
"""

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from flask import request

from connector.pages.visibility import refuse
from mappings.measure.model.quarters import next_quarter, quarter_start
from mappings.translation import gettext, mark

EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
DAY, WEEK = timedelta(days=1), timedelta(days=7)

# Returns the last day of the span that begins on a day, None where none begins there.
Ends = Callable[[date], date | None]


def week_end(first: date) -> date | None:
    return first + WEEK - DAY if first.isoweekday() == 1 else None


def month_end(first: date) -> date | None:
    return (first + timedelta(days=31)).replace(day=1) - DAY if first.day == 1 else None


def quarter_end(first: date) -> date | None:
    return next_quarter(first) - DAY if first == quarter_start(first) else None


SPANS: Mapping[str, Ends] = {"week": week_end, "month": month_end, "quarter": quarter_end}


def read_span() -> tuple[date, date]:
    return _read_whole(
        mark(
            "This opens for a whole week, from Monday to Sunday, month or quarter: fewer days would tell of "
            "tickets that "
            "not everybody may see."
        ),
        *SPANS.values(),
    )


def read_quarter() -> tuple[date, date]:
    """Read the first and the last day of the quarter asked for: the score, and what is shown by objective."""
    text = mark("This opens for a whole quarter: fewer days would tell of tickets that not everybody may see.")
    return _read_whole(text, quarter_end)


def _read_whole(refusal: str, *ends: Ends) -> tuple[date, date]:
    first, last = _read_days()
    if last not in {end(first) for end in ends}:
        refuse(400, gettext(refusal))
    return first, last


def _read_days() -> tuple[date, date]:
    try:
        first, last = (date.fromisoformat(request.args.get(name, "")) for name in ("from", "to"))
    except ValueError:
        refuse(400, gettext("from and to must be days such as 2026-07-01."))
    if not EARLIEST <= first <= last <= LATEST:
        refuse(400, gettext("from and to must lie between 2000 and 2100, and to not before from."))
    return first, last
