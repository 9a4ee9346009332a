"""What a page lists of a long period: its latest tickets, and one line for all that was before them."""

import math
from collections.abc import Callable, Mapping, Sequence
from datetime import timedelta

from msgspec.structs import astuple

from mappings.formats.explain.model import Line
from mappings.formats.report.source import ReportSource, day_sums_of
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Row, figures
from mappings.translation import gettext, mark

EARLIER = mark("All that was before these")


# In the place of an objective's key: the tickets with any. No key has its first letter.
ANY_OBJECTIVE = "_any"


def _side(name: str) -> Callable[[DaySums], int]:
    return lambda sums: int(getattr(sums, name))


_BUCKETS: Mapping[str, Callable[[DaySums], int]] = {
    "total": lambda sums: sum(astuple(sums)[: len(SIDES)]),
    **{name: _side(name) for name in (*SIDES, "done_only", "taught", "handed_over", "tickets", "unsized")},
    "inhouse_own": _side("own"),
    "rest": lambda sums: sums.other + sums.unknown + sums.conflict,
    "not_known": lambda sums: sums.unknown + sums.conflict,
}


def whole_of(source: ReportSource, name: str, objective: str | None = None) -> int | None:
    """Return a bucket of the whole period from its sums, for one objective where it is given; None where rows do."""
    sums = day_sums_of(source)
    if sums is None:
        return None
    last = source.end - timedelta(days=1)
    return _BUCKETS[name](figures(_of_objective(sums, objective or ""), source.start, last, source.rules).sums)


def _of_objective(sums: Mapping[str, Sequence[Row]], objective: str) -> Sequence[Row]:
    return with_objective(sums) if objective == ANY_OBJECTIVE else sums.get(objective, ())


def with_objective(sums: Mapping[str, Sequence[Row]]) -> Sequence[Row]:
    """Return the sums of days of tickets with an objective: their units, as each objective counts its tickets."""
    return [row for objective, rows in sums.items() if objective for row in rows]


def with_earlier(
    source: ReportSource, lines: Sequence[Line], number: float, base: float | None = None
) -> tuple[Line, ...]:
    """Return the lines, and before them one for what is not listed, so that all add up to `number` and to `base`."""
    if day_sums_of(source) is None:
        return tuple(lines)
    rest = number - math.fsum(line.contribution for line in lines)
    weight = None if base is None else base - math.fsum(line.weight or 0.0 for line in lines)
    unit = next((line.weight_unit for line in lines), "") if weight is not None else ""
    return (Line(0, "", gettext(EARLIER), rest, weight, unit, is_earlier=True), *lines)
