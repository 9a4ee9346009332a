"""Geometry of the program's pictures: x in percent of the plot, y in pixels from its top."""

import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from connector.figures.program.engagement import ProgramEngagement
from mappings.formats.report.source import Scores
from mappings.measure.funnel import equal_prior, funnel_limits
from mappings.measure.score.program_counts import Experiments
from mappings.translation import gettext

# The picture of experiments: top, and height of the bars.
EXPERIMENTS_TOP, EXPERIMENTS_HIGH = 20, 168
# The small pictures of quarters.
QUARTERS_TOP, QUARTERS_HIGH = 8, 96
FUNNEL_TOP, FUNNEL_HIGH = 12, 236
# Below so many tickets an engagement has no place in the funnel; chance alone decides there.
FUNNEL_LEAST = 4
# A limit of the funnel has a point for each ticket up to so many, and no more points beyond.
CURVE_POINTS = 200
# The scale has at most so many numbers after its zero.
SCALE_NUMBERS = 8
OUTCOMES: tuple[tuple[str, str], ...] = (("won", "won"), ("lost", "lost"), ("inconclusive", "open"))


@dataclass(frozen=True)
class Segment:
    """A part of a bar: how many, and whether its number fits inside."""

    kind: str
    y: float
    height: float
    n: int

    @property
    def is_named(self) -> bool:
        return self.height > 13

    @property
    def middle(self) -> float:
        return round(self.y + self.height / 2, 1)


@dataclass(frozen=True)
class Bar:
    """Experiments of a quarter; `y` is the top of the bar, and `total` None where there is none."""

    name: str
    title: str
    x: float
    width: float
    y: float
    total: int | None
    segments: tuple[Segment, ...]

    @property
    def centre(self) -> float:
        return round(self.x + self.width / 2, 2)


def experiment_bars(
    quarters: Sequence[tuple[str, Experiments | None]],
    unsummed: Collection[str],
) -> tuple[list[Bar], list[tuple[int, float]]]:
    """Return the bars, and the lines of the scale as (number, y); of the quarters `unsummed` there is no sum."""
    peak = _peak(max((own.decided for _, own in quarters if own is not None), default=0))
    base, slot = float(EXPERIMENTS_TOP + EXPERIMENTS_HIGH), 100 / len(quarters)
    scale = [(peak * step // 4, round(base - EXPERIMENTS_HIGH * step / 4, 1)) for step in range(5)]
    bars = []
    for place, (name, own) in enumerate(quarters):
        segments = () if own is None else _segments(own, base, peak)
        top = segments[-1].y if segments else base
        x, width = round(slot * (place + 0.2), 2), round(slot * 0.6, 2)
        title = gettext("%(quarter)s: not added up", quarter=name) if name in unsummed else _bar_title(name, own)
        bars.append(Bar(name, title, x, width, top, None if own is None else own.decided, segments))
    return bars, scale


def _segments(own: Experiments, base: float, peak: int) -> tuple[Segment, ...]:
    y, segments = base, []
    for outcome, kind in OUTCOMES:
        n = getattr(own, outcome)
        height = n * EXPERIMENTS_HIGH / peak
        y -= height
        if n:
            segments.append(Segment(kind, round(y, 1), round(max(height - 1, 0), 1), n))
    return tuple(segments)


def _bar_title(name: str, own: Experiments | None) -> str:
    if own is None:
        return gettext("%(quarter)s: nothing measured or recorded", quarter=name)
    return gettext(
        "%(quarter)s: %(won)s won, %(lost)s lost, %(inconclusive)s inconclusive, %(decided)s decided",
        quarter=name,
        won=own.won,
        lost=own.lost,
        inconclusive=own.inconclusive,
        decided=own.decided,
    )


def _peak(most: int) -> int:
    # The top of the scale: the next multiple of four, so that its five lines are whole numbers.
    return max(4, math.ceil(most / 4) * 4)


@dataclass(frozen=True)
class QuarterDot:
    """A quarter of an engagement: its share of 0 to 100 with the interval, or too few tickets (`value` None)."""

    name: str
    slot: float
    width: float
    title: str
    value: float | None = None
    y: float = 0
    low: float = 0
    high: float = 0

    @property
    def x(self) -> float:
        return round(self.slot + self.width / 2, 2)


def quarter_dots(engagement: ProgramEngagement, names: Sequence[str]) -> list[QuarterDot]:
    """Return the dots of the latest quarters of an engagement, those of these names."""
    base, width = QUARTERS_TOP + QUARTERS_HIGH, 100 / len(names)
    dots = []
    for place, (name, quarter) in enumerate(zip(names, engagement.quarters[-len(names) :], strict=True)):
        if quarter is None:
            continue
        share, slot = quarter.figures.taught_share, round(width * place, 2)
        if not share.published or share.value is None or share.low is None or share.high is None:
            dots.append(
                QuarterDot(name, slot, round(width, 2), gettext("%(quarter)s: not enough evidence", quarter=name))
            )
            continue
        values = [round(100 * value) for value in (share.value, share.low, share.high)]
        places = dict(zip(("share", "low", "high"), values, strict=True))
        title = gettext("%(quarter)s: %(share)s %%, %(low)s to %(high)s %%", quarter=name, **places)
        y, low, high = (round(base - QUARTERS_HIGH * value, 1) for value in (share.value, share.low, share.high))
        dots.append(QuarterDot(name, slot, round(width, 2), title, values[0], y, low, high))
    return dots


@dataclass(frozen=True)
class FunnelPoint:
    """An engagement in the funnel: learners taught on x of n tickets, the limits at that n, whether it is outside."""

    key: str
    name: str
    taught: float
    tickets: float
    low: float
    high: float
    is_outside: bool
    x: float = 0
    y: float = 0

    @property
    def rate(self) -> float:
        return self.taught / self.tickets


@dataclass(frozen=True)
class Funnel:
    """The funnel's points in alphabetical order, its mean, and the polygon between its limits."""

    mean: float
    points: tuple[FunnelPoint, ...]
    few: tuple[str, ...]
    most: int
    upper: str
    lower: str
    band: str

    @property
    def mean_y(self) -> float:
        return _funnel_y(self.mean)

    @property
    def outside(self) -> tuple[FunnelPoint, ...]:
        return tuple(point for point in self.points if point.is_outside)


def funnel_of(engagements: Sequence[ProgramEngagement]) -> Funnel | None:
    """Return the funnel of learners taught by tickets, None where no engagement has enough for a mean."""
    counts = {item.engagement.key: _taught_through(item.scores) or (0.0, 0.0) for item in engagements}
    mean = equal_prior(counts.values())
    if mean is None:
        return None
    most = max(20, math.ceil(1.05 * max(n for _, n in counts.values()) / 10) * 10)
    points = tuple(
        _funnel_point(item, counts[item.engagement.key], mean, most)
        for item in engagements
        if counts[item.engagement.key][1] >= FUNNEL_LEAST
    )
    few = tuple(item.engagement.name for item in engagements if counts[item.engagement.key][1] < FUNNEL_LEAST)
    upper, lower = (_limit_line(mean, most, side) for side in (1, 0))
    return Funnel(mean, points, few, most, upper, lower, f"{upper} {' '.join(reversed(lower.split()))}")


def _taught_through(scores: Scores | None) -> tuple[float, float] | None:
    """Return x and n of the component of an engagement that the funnel compares: learners taught (D1a)."""
    if scores is None:
        return None
    parts = (part for dimension in scores.now.dimensions for part in dimension.components)
    compared = next((part for part in parts if part.key == "taught_through"), None)
    return None if compared is None else (compared.x, compared.n)


def _funnel_point(item: ProgramEngagement, count: tuple[float, float], mean: float, most: int) -> FunnelPoint:
    x, n = count
    low, high = funnel_limits(mean, n)
    outside = x / n < low or x / n > high
    place = round(100 * n / most, 2), _funnel_y(x / n)
    return FunnelPoint(item.engagement.key, item.engagement.name, x, n, max(low, 0), min(high, 1), outside, *place)


def _limit_line(mean: float, most: int, side: int) -> str:
    # From one ticket on, close together where the curve bends.
    tickets = [1 + step / 2 for step in range(24)]
    if most <= CURVE_POINTS:
        tickets += [float(n) for n in range(13, most + 1)]
    else:
        growth = (most / 13) ** (1 / CURVE_POINTS)
        tickets += [13 * growth**step for step in range(CURVE_POINTS + 1)]
    limits = ((n, min(1.0, max(0.0, funnel_limits(mean, n)[side]))) for n in tickets)
    return " ".join(f"{100 * n / most:.2f},{FUNNEL_HIGH * (1 - limit):.1f}" for n, limit in limits)


def _funnel_y(rate: float) -> float:
    return round(FUNNEL_TOP + FUNNEL_HIGH * (1 - rate), 1)


def funnel_scale(most: int) -> Mapping[int, float]:
    """Return the numbers under the funnel with their x."""
    step = 10 if most <= 60 else 50
    while most / step > SCALE_NUMBERS:
        # 10, 50, 100, 500, 1,000 and so on.
        step *= 2 if str(step).startswith("5") else 5
    return {n: round(100 * n / most, 2) for n in range(0, most + 1, step)}
