"""Geometry of the review's pictures: x in percent of the plot, y in pixels, so that paper of any width holds them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from connector.pages.project.charts import LITTLE, Segment, axis

# The stack from its base line up. Each kind has a pattern of its own, so that grey paper tells them apart.
KINDS = ("taught", "done_only", "handed_over", "inhouse_own", "other", "gatekeeper", "rest", "unknown", "conflict")
TOP, HEIGHT = 10, 192
BASE = TOP + HEIGHT


@dataclass(frozen=True)
class Bar:
    """A week: its number, its bar's left edge and middle in percent; `little`: too little to be read by itself."""

    name: str
    x: float
    middle: float
    segments: tuple[Segment, ...]
    little: bool


@dataclass(frozen=True)
class WeeksChart:
    """The stacked weeks; `ticks` are (value, y), `kinds` those that have any unit."""

    bars: tuple[Bar, ...]
    width: float
    ticks: tuple[tuple[float, float], ...]
    kinds: tuple[str, ...]


def weeks_chart(weeks: Sequence[Mapping[str, Any]]) -> WeeksChart:
    kinds = tuple(kind for kind in KINDS if any(week.get(kind, 0) > 0 for week in weeks))
    peak, ticks = axis(max((sum(max(0, week[kind]) for kind in kinds) for week in weeks), default=0))
    slot, scale = 100 / max(1, len(weeks)), HEIGHT / peak
    bars = tuple(_bar(week, kinds, place * slot, slot, scale) for place, week in enumerate(weeks))
    return WeeksChart(
        bars, round(0.66 * slot, 2), tuple((tick, round(BASE - tick * scale, 1)) for tick in ticks), kinds
    )


def _bar(week: Mapping[str, Any], kinds: Sequence[str], left: float, slot: float, scale: float) -> Bar:  # noqa: PLR0917
    y, segments = float(BASE), []
    for kind in kinds:
        height = max(0.0, week[kind]) * scale
        if height:
            y -= height
            segments.append(Segment(kind, round(y, 1), round(height, 1)))
    number = str(date.fromisoformat(week["from"]).isocalendar().week)
    little = week["taught"] + week["done_only"] < LITTLE
    return Bar(number, round(left + 0.17 * slot, 2), round(left + slot / 2, 2), tuple(segments), little)
