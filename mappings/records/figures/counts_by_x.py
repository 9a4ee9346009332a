"""How many opportunities of some components count in windows, by x: row by row, where sums do not tell them apart."""

from collections.abc import Collection, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, CompoundSelect, Select, bindparam, func, literal_column, or_, select, union_all

from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import GRID
from mappings.records.sql.scope import Scope, SiteScope, in_site, is_asked, site_values
from mappings.records.tables import opportunity

# How many there are by component and x.
CountsByX: TypeAlias = dict[tuple[str, Fraction], int]


def select_counts_by_x(scope: Scope, components: Collection[str], windows: Sequence[Window]) -> list[CountsByX]:
    """Return for each window how many opportunities of these components count in it, by component and x."""
    return select_site_counts_by_x(scope.alone, components, windows)[scope.engagement]


def select_site_counts_by_x(
    site: SiteScope, components: Collection[str], windows: Sequence[Window]
) -> dict[str, list[CountsByX]]:
    """Return the same of several engagements, by engagement: one statement for all that have the same windows."""
    by_engagement: dict[str, list[CountsByX]] = {key: [{} for _ in windows] for key in site.generations}
    values = site_values(site)
    for place, window in enumerate(windows):
        values |= {f"start_{place}": window.start, f"end_{place}": window.end, f"known_{place}": window.as_of}
    statement = _counts_of(tuple(components), len(windows), is_one=site.is_one) if windows and by_engagement else None
    rows = () if statement is None else site.connection.execute(statement, values).all()
    for place, engagement, generation, component, x, count in rows:
        if is_asked(site, engagement, generation):
            by_engagement[engagement][place][component, Fraction(x, GRID)] = count
    return by_engagement


@cache
def _counts_of(components: tuple[str, ...], windows: int, *, is_one: bool) -> CompoundSelect[Any]:
    # Made once: making it costs more than running it.
    return union_all(*(_counts_in(place, components, is_one=is_one) for place in range(windows)))


def _counts_in(place: int, components: tuple[str, ...], *, is_one: bool) -> Select[Any]:
    # The conditions of `counts`, for the window with this number.
    c = opportunity.c
    end: BindParameter[int] = bindparam(f"end_{place}")
    inside = (c.at >= bindparam(f"start_{place}"), c.at < end)
    known = or_(c.known.is_(None), c.known <= bindparam(f"known_{place}"))
    query = select(literal_column(str(place)), c.engagement, c.generation, c.component, c.x, func.count())
    query = query.where(in_site(opportunity, is_one=is_one), c.component.in_(components), *inside, known)
    return query.where(or_(c.gone.is_(None), c.gone >= end)).group_by(c.engagement, c.generation, c.component, c.x)
