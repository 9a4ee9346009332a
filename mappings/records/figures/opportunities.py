"""Opportunities of the dimensions by ticket, and their sums by day, so that a window costs its days only.

Sums know days alone. A window that begins or ends inside a day is counted as the one that begins or ends at the nearest
midnight, and then the few rows are corrected for which that makes a difference.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import timedelta
from fractions import Fraction
from typing import Any, TypeAlias

from sqlalchemy import BindParameter, and_, bindparam, delete, func, or_, select

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import ALWAYS, Opportunity, Window, counts
from mappings.measure.score.opportunities import ACTIVE, GRID, Count
from mappings.records.sql.bulk import add_rows, delete_rows, save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues
from mappings.records.tables import opportunity, opportunity_sum
from mappings.records.tables.figures import ACTIVE as ACTIVE_ROWS
from mappings.records.tables.figures import GONE, KNOWN

# (objective, account).
Pair: TypeAlias = tuple[str, str]
# component, objective, account, at, known, gone, x: None is always known, or never gone.
Row: TypeAlias = tuple[str, str, str, Instant, Instant | None, Instant | None, int]
# component, objective, account, day of `at`, of `known`, of `gone`.
Key: TypeAlias = tuple[str, str, str, int, int, int]

# Days are numbers as `date.toordinal` gives them; these stand for always known and for never gone.
ALWAYS_DAY, NEVER_DAY = 0, 9_999_999
# 2200-01-01: the calendar has no days beyond.
_FAR: Instant = 7_258_118_400_000_000

_NAMES = ("component", "objective", "account", "at", "known", "gone", "x")
_COLUMNS = ("tenant_id", "engagement", "generation", "issue_id", "number", *_NAMES)
_SUM_KEY = (
    "tenant_id", "engagement", "generation", "component", "objective", "account", "day", "known_day", "gone_day",
)  # fmt: skip
_FIELDS = [opportunity.c[name] for name in _NAMES]
_DELETE = delete(opportunity).where(in_generation(opportunity), of_issues(opportunity))
_OF_ISSUES = (
    select(opportunity.c.issue_id, *_FIELDS)
    .where(in_generation(opportunity), of_issues(opportunity))
    .order_by(opportunity.c.issue_id, opportunity.c.number)
)


def row_of(item: Opportunity) -> Row:
    # An opportunity, whose x is on the grid, as its row.
    known = None if item.known == ALWAYS else item.known
    x = item.x.numerator * (GRID // item.x.denominator)
    return (item.component, item.objective, item.account, item.at, known, item.gone, x)


def _read(issue_id: int, row: Sequence[Any]) -> Opportunity:
    component, objective, account, at, known, gone, x = row
    since = ALWAYS if known is None else known
    return Opportunity(component, issue_id, at, Fraction(x, GRID), since, gone, objective, account)


def select_rows(scope: Scope, issue_ids: Collection[int]) -> dict[int, tuple[Row, ...]]:
    """Return the rows of issues in order; an issue without any is absent."""
    by_issue: defaultdict[int, list[Any]] = defaultdict(list)
    for row in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[row[0]].append(tuple(row[1:]))
    return {issue_id: tuple(rows) for issue_id, rows in by_issue.items()}


def select_opportunities_of(scope: Scope, issue_ids: Collection[int]) -> list[Opportunity]:
    rows = scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all()
    return [_read(row[0], row[1:]) for row in rows]


def save_opportunities(
    scope: Scope,
    rows: Mapping[int, Sequence[Row]],
    differences: Mapping[Key, tuple[int, int]],
) -> None:
    """Replace the rows of issues, and add (n, x) to the sums; a sum of nothing has no row."""
    scope.connection.execute(_DELETE, bound_values(scope, rows))
    written = [(*scope.key, i, number, *row) for i, issue_rows in rows.items() for number, row in enumerate(issue_rows)]
    save_rows(scope.connection, opportunity, _COLUMNS, written)
    added = [(*scope.key, *key, n, x) for key, (n, x) in differences.items() if n or x]
    add_rows(scope.connection, opportunity_sum, (*_SUM_KEY, "n", "x"), added, sums=("n", "x"))
    fewer = [(*scope.key, *key, 0) for key, (n, _) in differences.items() if n < 0]
    delete_rows(scope.connection, opportunity_sum, (*_SUM_KEY, "n"), fewer)


def key_of(row: Row, calendar: Calendar) -> Key:
    component, objective, account, at, known, gone, _ = row
    return (
        component,
        objective,
        account,
        day_of(at, calendar),
        ALWAYS_DAY if known is None else day_of(known, calendar),
        NEVER_DAY if gone is None else day_of(gone, calendar),
    )


def day_of(instant: Instant, calendar: Calendar) -> int:
    return calendar.day(min(max(instant, 0), _FAR)).toordinal()


def _rounded(instant: Instant, calendar: Calendar) -> Instant:
    bounded = min(max(instant, 0), _FAR)
    day = calendar.day(bounded)
    before, after = calendar.midnight(day), calendar.midnight(day + timedelta(days=1))
    return before if bounded - before <= after - bounded else after


def _whole_days(window: Window, calendar: Calendar) -> Window:
    as_of = calendar.midnight(calendar.day(min(max(window.as_of, 0), _FAR)) + timedelta(days=1)) - 1
    return Window(_rounded(window.start, calendar), _rounded(window.end, calendar), as_of)


def select_counts(scope: Scope, window: Window, calendar: Calendar) -> dict[str, Count]:
    whole = _whole_days(window, calendar)
    totals: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for component, n, x in scope.connection.execute(_SUMS, bound_values(scope) | _days(whole, calendar)):
        totals[component] = [int(n), int(x)]
    for row in _select_boundary_rows(scope, window, whole):
        sign = counts(row, window) - counts(row, whole)
        totals[row.component][0] += sign
        totals[row.component][1] += sign * int(row.x * GRID)
    return {key: Count(Fraction(x, GRID), n) for key, (n, x) in totals.items() if n}


_S = opportunity_sum.c
_IN_DAYS = and_(
    in_generation(opportunity_sum),
    _S.day >= bindparam("first"),
    _S.day < bindparam("after"),
    _S.known_day <= bindparam("known"),
    _S.gone_day >= bindparam("after"),
)
_SUMS = select(_S.component, func.sum(_S.n), func.sum(_S.x)).where(_IN_DAYS).group_by(_S.component)
_MET = select(_S.objective, _S.account, func.sum(_S.n)).where(_IN_DAYS, _S.component == "met")
_MET = _MET.group_by(_S.objective, _S.account)


def _days(whole: Window, calendar: Calendar) -> dict[str, int]:
    first, after = day_of(whole.start, calendar), day_of(whole.end, calendar)
    return {"first": first, "after": after, "known": day_of(whole.as_of, calendar)}


def select_met(scope: Scope, window: Window, calendar: Calendar) -> set[Pair]:
    whole = _whole_days(window, calendar)
    rows = scope.connection.execute(_MET, bound_values(scope) | _days(whole, calendar))
    totals: defaultdict[Pair, int] = defaultdict(int, {(row[0], row[1]): int(row[2]) for row in rows})
    for row in _select_boundary_rows(scope, window, whole, "met"):
        totals[row.objective, row.account] += counts(row, window) - counts(row, whole)
    return {pair for pair, n in totals.items() if n}


def _select_boundary_rows(
    scope: Scope, window: Window, whole: Window, component: str | None = None
) -> list[Opportunity]:
    # The rows that may count in one of the two windows and not in the other, each once.
    starts, ends, known = (window.start, whole.start), (window.end, whole.end), (window.as_of, whole.as_of)
    # All that lie in either window: without it, what was known that day would be asked for from the beginning of time.
    near = bound_values(scope) | {"since": min(starts), "until": max(ends), "wanted": component}
    rows: dict[tuple[int, int], Opportunity] = {}
    for kind, edges in (("at", starts), ("at", ends), ("known", known), ("gone", ends)):
        if edges[0] != edges[1]:
            values = near | {"low": min(edges), "high": max(edges)}
            for issue_id, number, *row in scope.connection.execute(
                _BOUNDARY_ROWS[kind, component is None], values
            ).all():
                rows[issue_id, number] = _read(issue_id, row)
    return list(rows.values())


# All that is added up, which is all but `active`.
COMPONENTS = (
    "taught_through", "learners_offered", "met", "workflow_checks", "agency_done", "brief_stable", "earliness",
    "crisis", "crisis_agency", "crisis_inhouse", "proposals", "uptake", "reviews_in_time", "questions_answered",
    "first_pass",
)  # fmt: skip


_O = opportunity.c
_LOW: BindParameter[int] = bindparam("low")
_HIGH: BindParameter[int] = bindparam("high")
_NEAR = and_(_O.at >= bindparam("since"), _O.at < bindparam("until"))
_EDGES = {
    # Component by component, since so goes the index.
    "at": and_(_O.component.in_(COMPONENTS), _O.at >= _LOW, _O.at < _HIGH),
    "known": and_(KNOWN, _NEAR, _O.known > _LOW, _O.known <= _HIGH),
    "gone": and_(GONE, _NEAR, _O.gone >= _LOW, _O.gone < _HIGH),
}
_BOUNDARY_ROWS = {
    (kind, all_components): select(_O.issue_id, _O.number, *_FIELDS).where(
        in_generation(opportunity),
        edge,
        _O.component != ACTIVE if all_components else _O.component == bindparam("wanted"),
    )
    for kind, edge in _EDGES.items()
    for all_components in (True, False)
}


def select_opportunities(scope: Scope, component: str, window: Window) -> list[Opportunity]:
    """Return what counts of a component in a window, by time, then issue id."""
    c, place = opportunity.c, bound_values(scope)
    mine = [in_generation(opportunity), c.component == component, c.at >= window.start, c.at < window.end]
    mine += [or_(c.known.is_(None), c.known <= window.as_of), or_(c.gone.is_(None), c.gone >= window.end)]
    query = select(c.issue_id, *_FIELDS).where(*mine).order_by(c.at, c.issue_id, c.number)
    return [_read(row[0], row[1:]) for row in scope.connection.execute(query, place).all()]


def select_opportunities_between(
    scope: Scope, components: Collection[str], start: Instant, end: Instant
) -> list[Opportunity]:
    """Return the opportunities of components dated in `[start, end)`, by time; which of them count is the window's."""
    c = opportunity.c
    mine = (in_generation(opportunity), c.component.in_(components), c.at >= start, c.at < end)
    query = select(c.issue_id, *_FIELDS).where(*mine).order_by(c.at, c.issue_id, c.number)
    return [_read(row[0], row[1:]) for row in scope.connection.execute(query, bound_values(scope)).all()]


def select_objective_activity(scope: Scope, objective: str, window: Window) -> tuple[Instant | None, bool]:
    """Return when work on an objective first began (None: never), and whether any was done in a window (D7)."""
    values = bound_values(scope) | {
        "wanted": objective,
        "since": window.start,
        "until": window.end,
    }
    first = scope.connection.execute(_FIRST, values).scalar()
    return first, any(scope.connection.execute(query, values).first() for query in (_BEGAN, _LASTED))


_WORKED = and_(in_generation(opportunity), ACTIVE_ROWS, _O.objective == bindparam("wanted"))
_FIRST = select(func.min(_O.at)).where(_WORKED)
_BEGAN = select(_O.issue_id).where(_WORKED, _NEAR).limit(1)
_OPEN = or_(_O.gone.is_(None), _O.gone > bindparam("since"))
_LASTED = select(_O.issue_id).where(_WORKED, _O.at < bindparam("since"), _OPEN).limit(1)
