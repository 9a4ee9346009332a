"""Sums of the tickets that somebody did alone, by day and by the day from which each counts no more.

They stand among the sums of opportunities, whose days they share, as a component of their own.
"""

from collections.abc import Mapping
from typing import TypeAlias

from sqlalchemy import bindparam, func, select

from mappings.records.figures.opportunity_days import ALWAYS_DAY
from mappings.records.sql.bulk import add_rows, delete_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation
from mappings.records.tables import opportunity_sum

# Objective, day, and the day on which it was taken back: numbers as `date.toordinal` gives them.
Key: TypeAlias = tuple[str, int, int]

COMPONENT, NOBODY = "alone", ""
_SUM_KEY = (
    "tenant_id", "engagement", "generation", "component", "objective", "account", "day", "known_day", "gone_day",
)  # fmt: skip
_S = opportunity_sum.c
_ALONE = (
    select(_S.objective, func.sum(_S.n))
    .where(in_generation(opportunity_sum), _S.component == COMPONENT, _S.account == NOBODY)
    .where(_S.day >= bindparam("first"), _S.day < bindparam("after"), _S.gone_day >= bindparam("after"))
    .group_by(_S.objective)
)


def add_alone(scope: Scope, differences: Mapping[Key, int]) -> None:
    """Add to the sums; a sum of nothing has no row."""
    # The caller holds the tenant's lock: nobody else adjusts at the same time.
    changed = {_row(scope, key): n for key, n in differences.items() if n}
    add_rows(
        scope.connection, opportunity_sum, (*_SUM_KEY, "n", "x"), [(*row, n, 0) for row, n in changed.items()],
        sums=("n",),
    )  # fmt: skip
    delete_rows(scope.connection, opportunity_sum, (*_SUM_KEY, "n"), [(*row, 0) for row, n in changed.items() if n < 0])


def _row(scope: Scope, key: Key) -> tuple[int | str, ...]:
    objective, day, gone_day = key
    return (*scope.key, COMPONENT, objective, NOBODY, day, ALWAYS_DAY, gone_day)


def count_alone(scope: Scope, first: int, after: int) -> dict[str, int]:
    """Return by objective how many tickets somebody did alone from day `first` to before day `after`.

    Those that were taken back before that day are not counted; a ticket counts once, whoever did it how often.
    """
    values = bound_values(scope) | {"first": first, "after": after}
    return {row[0]: int(row[1]) for row in scope.connection.execute(_ALONE, values) if row[1]}
