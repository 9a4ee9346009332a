"""Opportunities: what the dimensions count, dated, each with its outcome."""

from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from mappings.events.times import EVER
from mappings.events.types import Instant

ALWAYS: Instant = -EVER
# The two outcomes that most opportunities have.
WON, LOST = Fraction(1), Fraction(0)


class Opportunity(Struct, frozen=True, gc=False):
    """An opportunity of a component on one ticket: `x` of 1, 0 to 1.

    It counts in a window with `at` in it from `known` on, unless `gone` (a reopening) is in the window, too.
    `objective` and `account` are set where one is counted for each pair, or for each objective.
    """

    component: str
    issue_id: int
    at: Instant
    x: Fraction
    known: Instant = ALWAYS
    gone: Instant | None = None
    objective: str = ""
    account: str = ""


class Window(Struct, frozen=True, gc=False):
    """`[start, end)`, as known at `as_of`."""

    start: Instant
    end: Instant
    as_of: Instant


def window_of(end: Instant, length: int, starts: Instant) -> tuple[Instant, Instant]:
    """Return the `length` µs before `end`, cut at the engagement's start (measurement (h))."""
    return max(end - length, starts), end


def counted(opportunities: Iterable[Opportunity], component: str, window: Window) -> list[Opportunity]:
    """Return the opportunities of a component that count in a window, in the order given (measurement (h))."""
    return [
        opportunity
        for opportunity in opportunities
        if opportunity.component == component and counts(opportunity, window)
    ]


def count(opportunities: Iterable[Opportunity], component: str, window: Window) -> tuple[float, int]:
    """Return x and n of a component in a window: what `score_component` takes (measurement (h))."""
    counted_ones = counted(opportunities, component, window)
    return float(sum((opportunity.x for opportunity in counted_ones), Fraction(0))), len(counted_ones)


def counts(opportunity: Opportunity, window: Window) -> bool:
    """Return whether an opportunity counts in a window (measurement (h), first lines)."""
    inside = window.start <= opportunity.at < window.end and opportunity.known <= window.as_of
    return inside and (opportunity.gone is None or opportunity.gone >= window.end)
