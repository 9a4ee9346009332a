"""Chart geometry: x in percent of the plot, y in pixels, so that the plot stretches and text does not. No HTML here."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from connector.text import month, short_month
from mappings.measure.period import rounding

# The stack from its base line up; `rest` stands for other, unknown and conflict where the viewer is an agency.
KINDS = ("taught", "done_only", "handed_over", "own", "other", "gatekeeper", "rest", "unknown", "conflict")

# What an agency's reader has part in: its own work, and what was handed over to the in-house team.
PART_KINDS = ("taught", "done_only", "handed_over")
# Where that is less than one in so many of all, its bars would hardly be seen.
SMALL_PART = 5
# Under so many agency units a span is marked as little evidence (design of the pages, chart geometry 5).
LITTLE = 5

FILL = 0.62
TRAILING = 4


@dataclass(frozen=True)
class Span:
    """A week or a month: its first and last day, its short name, and the units of each kind.

    `taught` of `agency` are in the agreement's unit, in whichever unit the bars are. `unsized` tickets count 0 in it.
    """

    first: date
    last: date
    name: str
    units: Mapping[str, float]
    taught: float
    agency: float
    unsized: int = 0

    @property
    def little(self) -> bool:
        """Whether the span holds too little of the agency's work to be read by itself."""
        return self.agency < LITTLE

    def total(self, kinds: Collection[str]) -> float:
        # What a reopening took back in excess is no bar.
        return sum(max(0.0, units) for kind, units in self.units.items() if kind in kinds)

    @property
    def cells(self) -> Mapping[str, Decimal]:
        """The units as shown, each rounded alone, as wherever it stands."""
        return {kind: rounding.shown(units) for kind, units in self.units.items()}

    @property
    def whole(self) -> Decimal:
        """All units as shown."""
        return rounding.shown_total(self.units.values())


@dataclass(frozen=True)
class Segment:
    """One piece of a bar: its kind, top edge and height in pixels."""

    kind: str
    y: float
    height: float


@dataclass(frozen=True)
class Bar:
    """A span as drawn: left edges of slot and bar in percent, segments, and the taught shares from 0 to 1 or None."""

    span: Span
    slot: float
    x: float
    segments: tuple[Segment, ...]
    share: float | None
    own: float | None


@dataclass(frozen=True)
class Chart:
    """A stacked chart: its bars, the value at the top of its axis, the ticks, and the widths in percent."""

    bars: tuple[Bar, ...]
    peak: float
    ticks: tuple[float, ...]
    slot: float
    width: float

    def y(self, value: float, base: float, height: float) -> float:
        return round(base - value * height / self.peak, 1)


def weeks_between(first: date, last: date) -> list[tuple[date, date, str]]:
    monday = first - timedelta(days=first.isoweekday() - 1)
    count = (last - monday).days // 7 + 1
    starts = [monday + timedelta(weeks=i) for i in range(count)]
    return [(start, start + timedelta(days=6), str(start.isocalendar().week)) for start in starts]


def months_between(first: date, last: date) -> list[tuple[date, date, str]]:
    months = []
    start = first.replace(day=1)
    while start <= last:
        following = (start + timedelta(days=31)).replace(day=1)
        months.append((start, following - timedelta(days=1), month(start)))
        start = following
    return months


def is_small_part(spans: Sequence[Span]) -> bool:
    """Tell whether what an agency has part in is so little of all that its bars could not be seen."""
    part, whole = (sum(span.total(kinds) for span in spans) for kinds in (PART_KINDS, KINDS))
    return 0 < part * SMALL_PART < whole


def stack(spans: Sequence[Span], *, top: float, height: float, skip: int = 0, kinds: Collection[str] = KINDS) -> Chart:
    """Stack the spans after the first `skip`, which only feed the trailing share; bars have pieces of `kinds` alone."""
    shown = spans[skip:]
    peak, ticks = axis(max((span.total(kinds) for span in shown), default=0.0))
    slot = 100 / len(shown) if shown else 100.0
    bars = tuple(
        Bar(
            span,
            round(i * slot, 3),
            round((i + (1 - FILL) / 2) * slot, 3),
            segments(span, top + height, height / peak, kinds),
            share_of(spans[max(0, skip + i - TRAILING + 1) : skip + i + 1], LITTLE),
            share_of([span]),
        )
        for i, span in enumerate(shown)
    )
    return Chart(bars, peak, ticks, round(slot, 3), round(slot * FILL, 3))


def segments(span: Span, base: float, scale: float, kinds: Collection[str] = KINDS) -> tuple[Segment, ...]:
    pieces: list[Segment] = []
    y = base
    for kind in KINDS:
        height = max(0.0, span.units.get(kind, 0.0)) * scale if kind in kinds else 0
        if height:
            # A pixel of surface separates neighbours; a piece lower than that would vanish.
            gap = 1 if pieces and height > 2 else 0
            pieces.append(Segment(kind, round(y - height, 1), round(height - gap, 1)))
            y -= height
    return tuple(pieces)


def share_of(spans: Sequence[Span], least: float = 0) -> float | None:
    """Return the taught share of several spans together, or None where the agency's work in them is too little."""
    agency = sum(span.agency for span in spans)
    if agency <= 0 or agency < least:
        return None
    # A reopening can take back more than a short span gave.
    return min(1.0, max(0.0, sum(span.taught for span in spans) / agency))


def axis(highest: float) -> tuple[float, tuple[float, ...]]:
    """Return the top of an axis that starts at zero and holds `highest`, and its four ticks."""
    # Three steps of a round number make ticks that people can read.
    for step in (m * 10**e for e in range(-1, 7) for m in (1, 1.5, 2, 3, 4, 5, 6, 8)):
        if step * 3 >= highest > 0:
            return round(step * 3, 6), tuple(round(step * i, 6) for i in (3, 2, 1, 0))
    return 3.0, (3.0, 2.0, 1.0, 0.0)


def month_marks(bars: Sequence[Bar]) -> list[tuple[float, str]]:
    return [(bar.slot, short_month(bar.span.first)) for bar in bars if bar.span.first.day <= 7]


def polylines(chart: Chart, height: float) -> list[str]:
    """Return the share line as runs of points in a box 100 wide."""
    runs: list[list[str]] = [[]]
    for bar in chart.bars:
        # A span without agency work breaks the line.
        if bar.share is None:
            runs.append([])
        else:
            runs[-1].append(f"{bar.slot + chart.slot / 2:.2f},{height * (1 - bar.share):.1f}")
    return [" ".join(run) for run in runs if len(run) > 1]
