"""Periods to freeze: each week and each quarter of an engagement, when it is over."""

from datetime import date, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter, quarter_start

PeriodKind: TypeAlias = Literal["week", "quarter"]
KINDS: tuple[PeriodKind, ...] = ("quarter", "week")
WEEK = timedelta(days=7)


class Span(Struct, frozen=True):
    """A week from Monday or a quarter, `[first, end)` in the engagement's zone."""

    kind: PeriodKind
    first: date
    end: date


def due_spans(engagement: Engagement, kind: PeriodKind, after: date, today: date) -> tuple[Span, ...]:
    """Return the periods that are over by `today` and not frozen, oldest first (measurement (e), "quarter snapshots").

    `after` is the end of what was frozen last: all since then are due, so that a standstill leaves no gap. At first it
    is the day on which the engagement was recorded: what was before, nobody recorded then.
    """
    spans = [_before(kind, _begin(kind, today))]
    while spans[0].first > after:
        spans.insert(0, _before(kind, spans[0].first))
    return tuple(span for span in spans if span.end > after and _touches(engagement, span))


def _begin(kind: PeriodKind, day: date) -> date:
    return quarter_start(day) if kind == "quarter" else day - timedelta(days=day.weekday())


def _before(kind: PeriodKind, end: date) -> Span:
    return Span(kind, quarter_start(end - WEEK) if kind == "quarter" else end - WEEK, end)


def _touches(engagement: Engagement, span: Span) -> bool:
    return engagement.starts < span.end and (engagement.ends is None or span.first < engagement.ends)


def span_of(kind: PeriodKind, day: date) -> Span:
    first = _begin(kind, day)
    return Span(kind, first, next_quarter(first) if kind == "quarter" else first + WEEK)
