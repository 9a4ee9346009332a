"""Sums by day, which pages and reports add up: adjusted by difference, never rounded."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from functools import cache, reduce
from operator import add
from typing import Any, Literal

from msgspec.structs import astuple
from sqlalchemy import (
    ColumnElement,
    CompoundSelect,
    Date,
    Select,
    Text,
    and_,
    bindparam,
    case,
    delete,
    func,
    literal_column,
    select,
    tuple_,
    type_coerce,
    union_all,
)

from mappings.measure.model.engagement import UnitsBy
from mappings.measure.model.ticket import UNITS, DaySums
from mappings.records.sql.bulk import in_groups, save_rows, select_keyed
from mappings.records.sql.scope import (
    Scope,
    SiteScope,
    bound_values,
    in_generation,
    in_generations,
    is_asked,
    rows_of_generation,
    site_values,
)
from mappings.records.tables import SUMS, day_sum

# Unit ('' for the engagement's own), objective ('' for the whole), day of the entry, day of its done entry.
Key = tuple[str, str, date, date]

Row = tuple[date, date, DaySums]

_COLUMNS = ("tenant_id", "engagement", "generation", "unit", "objective", "day", "of_day", *SUMS, "w2")
_VALUES = [day_sum.c[name] for name in (*SUMS, "w2")]
_NOTHING = DaySums()
_OF_DAYS = select(day_sum.c.objective, day_sum.c.day, day_sum.c.of_day, *_VALUES).where(
    in_generation(day_sum),
    day_sum.c.unit == bindparam("unit"),
    day_sum.c.day >= bindparam("first"),
    day_sum.c.day <= bindparam("last"),
)


def save_sums(scope: Scope, differences: Mapping[Key, DaySums]) -> None:
    """Add differences to the sums of days; a day without anything left has no row."""
    # The caller holds the tenant's lock: nobody else adjusts at the same time.
    stored = _select_stored(scope, list(differences))
    after = {key: stored.get(key, _NOTHING).plus(difference) for key, difference in differences.items()}
    empty = [key for key, total in after.items() if total == _NOTHING]
    for group in in_groups(empty, 500):
        keys = tuple_(day_sum.c.unit, day_sum.c.objective, day_sum.c.day, day_sum.c.of_day).in_(group)
        scope.connection.execute(delete(day_sum).where(rows_of_generation(day_sum, scope), keys))
    rows = [
        (*scope.key, *key, *astuple(total)[:-1], str(total.w2)) for key, total in after.items() if total != _NOTHING
    ]
    save_rows(scope.connection, day_sum, _COLUMNS, rows)


def _text_key(key: Key) -> tuple[str, str, str, str]:
    unit, objective, day, of_day = key
    return unit, objective, day.isoformat(), of_day.isoformat()


def _select_stored(scope: Scope, keys: list[Key]) -> dict[Key, DaySums]:
    texts = {_text_key(key): key for key in keys}
    # Raw rows of the driver, since every batch reads some.
    rows = select_keyed(scope.connection, day_sum, _COLUMNS[3:], _COLUMNS[:7], [(*scope.key, *text) for text in texts])
    return {texts[row[0], row[1], str(row[2]), str(row[3])]: DaySums(*map(int, row[4:])) for row in rows}


def select_sums(scope: Scope, first: date, last: date, unit: UnitsBy | Literal[""] = "") -> dict[str, list[Row]]:
    """Return the sums of days by objective, in the engagement's own unit or, of the whole alone, in another."""
    values_of_days = bound_values(scope) | {"unit": unit, "first": first, "last": last}
    by_objective: defaultdict[str, list[Row]] = defaultdict(list)
    for objective, day, of_day, *values in scope.connection.execute(_OF_DAYS, values_of_days):
        by_objective[objective].append((day, of_day, DaySums(*values)))
    return dict(by_objective)


# The sides of a unit, which add up to all that was done of it.
_SIDES = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
_TOTAL: ColumnElement[int] = reduce(add, (day_sum.c[side] for side in _SIDES))
_IN_DAYS = and_(
    in_generation(day_sum),
    day_sum.c.unit == "",
    day_sum.c.objective != "",
    day_sum.c.day >= bindparam("first"),
    day_sum.c.day <= bindparam("last"),
)
_DONE = select(day_sum.c.objective, func.sum(_TOTAL)).where(_IN_DAYS).group_by(day_sum.c.objective)
_TICKETS = (
    select(day_sum.c.objective, func.sum(day_sum.c.tickets))
    .where(_IN_DAYS, day_sum.c.of_day >= bindparam("first"))
    .group_by(day_sum.c.objective)
)


def select_done(scope: Scope, first: date, last: date) -> dict[str, int]:
    """Return what was done of each objective on these days, in billionths of the engagement's own unit."""
    return _by_objective(scope, _DONE, first, last)


def count_tickets(scope: Scope, first: date, last: date) -> dict[str, int]:
    """Return how many tickets of each objective were done on these days, less those that were taken back in them."""
    return _by_objective(scope, _TICKETS, first, last)


def _by_objective(scope: Scope, query: Select[Any], first: date, last: date) -> dict[str, int]:
    values = bound_values(scope) | {"first": first, "last": last}
    return {objective: int(total) for objective, total in scope.connection.execute(query, values)}


# A span of days, both included.
Span = tuple[date, date]


def select_span_sums(site: SiteScope, spans: Sequence[Span]) -> dict[tuple[str, int], DaySums]:
    """Return what the days of each span add up to in each engagement, of its whole in its own unit.

    By engagement and place of the span; one without any sum is absent. What is counted of done entries is of those
    that were done in the span, too (`figures` adds up rows in the same way).
    """
    values = site_values(site)
    for place, (first, last) in enumerate(spans):
        values |= {f"first_{place}": first, f"last_{place}": last}
    rows = site.connection.execute(_of_spans(len(spans)), values)
    return {
        (engagement, place): DaySums(*[*map(int, sums), _add_up(squares)])
        for place, engagement, generation, *sums, squares in rows
        if is_asked(site, engagement, generation)
    }


def _add_up(numbers: str | None) -> int:
    # Squares of billionths outgrow what SQLite adds up.
    return sum(map(int, numbers.split(","))) if numbers else 0


@cache
def _of_spans(spans: int) -> CompoundSelect[Any]:
    return union_all(*(_of_span(place) for place in range(spans)))


def _of_span(place: int) -> Select[Any]:
    c, first = day_sum.c, bindparam(f"first_{place}", type_=Date)
    within = (c.unit == "", c.objective == "", c.day >= first, c.day <= bindparam(f"last_{place}", type_=Date))
    done = c.of_day >= first
    units = [func.sum(c[name]) for name in SUMS[:UNITS]]
    counts = [func.sum(case((done, c[name]), else_=0)) for name in SUMS[UNITS:]]
    squares = func.aggregate_strings(case((done, type_coerce(c.w2, Text))), ",")
    query = select(literal_column(str(place)), c.engagement, c.generation, *units, *counts, squares)
    return query.where(in_generations(day_sum), *within).group_by(c.engagement, c.generation)
