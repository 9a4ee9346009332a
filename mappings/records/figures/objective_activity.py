"""When work on objectives began, and in which windows any was done: a few rows, however many tickets there are."""

from collections.abc import Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import (
    BindParameter,
    ColumnElement,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    case,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window
from mappings.records.sql.scope import Scope, bound_values, in_generation
from mappings.records.tables import opportunity
from mappings.records.tables.figures import ACTIVE

_O = opportunity.c
# When work on an objective first began (None: never), and whether any was done in each of some windows (D7).
Activity: TypeAlias = tuple[Instant | None, tuple[bool, ...]]
# Objectives of one statement, which has a part for each.
_OBJECTIVES = 50


def select_activity(scope: Scope, objectives: Sequence[str], windows: Sequence[Window]) -> dict[str, Activity]:
    """Return when work on each objective began, and in which of the windows any was done (D7)."""
    values = bound_values(scope)
    for number, window in enumerate(windows):
        values |= {f"since_{number}": window.start, f"until_{number}": window.end}
    activity: dict[str, Activity] = dict.fromkeys(objectives, (None, ()))
    for i in range(0, len(objectives), _OBJECTIVES):
        keys = objectives[i : i + _OBJECTIVES]
        wanted = {f"objective_{number}": key for number, key in enumerate(keys)}
        statement = _activity_of(len(keys), len(windows))
        for number, first, *active in scope.connection.execute(statement, values | wanted).all():
            activity[keys[number]] = first, tuple(map(bool, active))
    return activity


@cache
def _activity_of(objectives: int, windows: int) -> CompoundSelect[Any]:
    return union_all(*(_activity_in(number, windows) for number in range(objectives)))


def _activity_in(objective: int, windows: int) -> Select[Any]:
    # An index answers each part by one row, however many tickets there are.
    worked = and_(in_generation(opportunity), ACTIVE, _O.objective == bindparam(f"objective_{objective}"))
    first = select(func.min(_O.at)).where(worked).scalar_subquery()
    active = [_worked_in(worked, bindparam(f"since_{i}"), bindparam(f"until_{i}")) for i in range(windows)]
    return select(literal_column(str(objective)), first, *active)


def _worked_in(worked: ColumnElement[bool], since: BindParameter[int], until: BindParameter[int]) -> ColumnElement[int]:
    rows = select(_O.issue_id)
    began = rows.where(worked, _O.at >= since, _O.at < until).exists()
    # What ended inside a window in which nothing began was begun before it.
    ended = rows.where(worked, _O.gone > since, _O.gone < until, _O.at < since).exists()
    lasted = rows.where(worked, _O.at < since, or_(_O.gone.is_(None), _O.gone > since)).exists()
    # In this order, each only where none before it is true: the last one reads what began before the window.
    return case((began, 1), (ended, 1), (lasted, 1), else_=0)
