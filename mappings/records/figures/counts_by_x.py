"""How many opportunities of some components count in windows, by x: row by row, for reports."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, func, literal_column, or_, select, union_all

from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import GRID
from mappings.records.sql.scope import Scope, bound_values, in_generation
from mappings.records.tables import opportunity

# How many there are by component and x.
CountsByX: TypeAlias = dict[tuple[str, Fraction], int]


def select_counts_by_x(scope: Scope, components: Collection[str], windows: Sequence[Window]) -> list[CountsByX]:
    """Return for each window how many opportunities of these components count in it, by component and x."""
    counts: list[CountsByX] = [{} for _ in windows]
    values = bound_values(scope)
    for place, window in enumerate(windows):
        values |= {f"start_{place}": window.start, f"end_{place}": window.end, f"known_{place}": window.as_of}
    rows = scope.connection.execute(_counts_of(tuple(components), len(windows)), values).all() if windows else ()
    for place, component, x, count in rows:
        counts[place][component, Fraction(x, GRID)] = count
    return counts


@cache
def _counts_of(components: tuple[str, ...], windows: int) -> CompoundSelect[Any]:
    # Made once: making it costs more than running it.
    return union_all(*(_counts_in(place, components) for place in range(windows)))


def _counts_in(place: int, components: tuple[str, ...]) -> Select[Any]:
    # The conditions of `counts`, for the window with this number.
    c = opportunity.c
    end: BindParameter[int] = bindparam(f"end_{place}")
    inside = (c.at >= bindparam(f"start_{place}"), c.at < end)
    known = or_(c.known.is_(None), c.known <= bindparam(f"known_{place}"))
    query = select(literal_column(str(place)), c.component, c.x, func.count())
    query = query.where(in_generation(opportunity), c.component.in_(components), *inside, known)
    return query.where(or_(c.gone.is_(None), c.gone >= end)).group_by(c.component, c.x)
