"""Opportunities of the dimensions by ticket, and their sums by day, so that a window costs its days only.

Sums know days alone. A window that begins or ends inside a day is counted as the one that begins or ends at the nearest
midnight, and then the few rows are corrected for which that makes a difference.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from fractions import Fraction
from functools import cache
from typing import Any, TypeAlias

from msgspec import Struct
from sqlalchemy import (
    BindParameter,
    CompoundSelect,
    Select,
    and_,
    bindparam,
    delete,
    func,
    literal_column,
    or_,
    select,
    union_all,
)

from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.opportunity import ALWAYS, Opportunity, Window, counts
from mappings.measure.score.opportunities import ACTIVE, GRID, REASONED, Count, summed_as
from mappings.records.figures.alone_sums import COMPONENT as ALONE
from mappings.records.figures.opportunity_days import Key, Row, day_of, whole_days
from mappings.records.sql.bulk import add_rows, delete_rows, save_rows
from mappings.records.sql.scope import (
    Scope,
    SiteScope,
    bound_values,
    in_generation,
    in_site,
    is_asked,
    of_issues,
    site_values,
)
from mappings.records.tables import opportunity, opportunity_sum
from mappings.records.tables.figures import GONE, KNOWN

# (objective, account).
Pair: TypeAlias = tuple[str, str]
# Components of sums that windows have only where they are asked for.
SUMS_ALONE = (REASONED, ALONE)

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


class Totals(Struct, frozen=True):
    """What counts in a window: x and n of each component, and the pairs that met a ticket."""

    counts: dict[str, Count]
    met: set[Pair]


def _among(rows: Iterable[Opportunity], only: Collection[str]) -> list[tuple[str, Opportunity]]:
    # Each row with the components in whose sums it counts, of those that are asked for.
    summed = [(key, row) for row in rows for key in summed_as(row.component, int(row.x * GRID))]
    return [(key, row) for key, row in summed if (key in only if only else key not in SUMS_ALONE)]


def select_counts(scope: Scope, window: Window, calendar: Calendar) -> dict[str, Count]:
    return select_totals(scope, (window,), calendar)[0].counts


def select_totals(scope: Scope, windows: Sequence[Window], calendar: Calendar) -> list[Totals]:
    """Return what counts in each window; it costs as many statements for several windows as for one."""
    return select_site_totals(scope.alone, windows, calendar)[scope.engagement]


def select_site_totals(
    site: SiteScope, windows: Sequence[Window], calendar: Calendar, only: Sequence[tuple[str, ...]] = ()
) -> dict[str, list[Totals]]:
    """Return the same of several engagements, by engagement; it costs as many statements for several as for one.

    `only` gives for each window the components that are asked for, () for all; REASONED is told where it is asked for.
    """
    asked = tuple(only) or ((),) * len(windows)
    whole = [whole_days(window, calendar) for window in windows]
    rows = _select_boundary_rows(site, windows, whole)
    sums = _select_sums(site, whole, calendar, asked)
    return {
        key: [
            _totals(own, window, days, _among(rows.get(key, ()), components))
            for own, window, days, components in zip(sums[key], windows, whole, asked, strict=True)
        ]
        for key in site.generations
    }


# n and x by component; by pair, too, where pairs are asked for.
_Sums: TypeAlias = defaultdict[tuple[str, Pair], list[int]]
_NO_PAIR: Pair = ("", "")


def _totals(sums: _Sums, window: Window, whole: Window, rows: Iterable[tuple[str, Opportunity]]) -> Totals:
    for component, row in rows:
        sign = counts(row, window) - counts(row, whole)
        total = sums[component, (row.objective, row.account) if component == "met" else _NO_PAIR]
        total[0] += sign
        total[1] += sign * int(row.x * GRID)
    components: defaultdict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (component, _), (n, x) in sums.items():
        components[component][0] += n
        components[component][1] += x
    met = {pair for (component, pair), (n, _) in sums.items() if component == "met" and n}
    return Totals({key: Count(Fraction(x, GRID), n) for key, (n, x) in components.items() if n}, met)


def _select_sums(
    site: SiteScope, whole: Sequence[Window], calendar: Calendar, only: tuple[tuple[str, ...], ...]
) -> dict[str, list[_Sums]]:
    days = {f"{name}_{i}": day for i, window in enumerate(whole) for name, day in _days(window, calendar).items()}
    sums: dict[str, list[_Sums]] = {key: [defaultdict(lambda: [0, 0]) for _ in whole] for key in site.generations}
    statement = _sums_of(only, is_one=site.is_one) if whole and sums else None
    rows = () if statement is None else site.connection.execute(statement, site_values(site) | days).all()
    for number, engagement, generation, component, objective, account, n, x in rows:
        if is_asked(site, engagement, generation):
            sums[engagement][number][component, (objective, account)] = [int(n), int(x)]
    return sums


@cache
def _sums_of(only: tuple[tuple[str, ...], ...], *, is_one: bool) -> CompoundSelect[Any]:
    return union_all(*(_sums_in(number, components, is_one=is_one) for number, components in enumerate(only)))


def _sums_in(number: int, components: Collection[str], *, is_one: bool) -> Select[Any]:
    # The sums of one window; parameters end with its number.
    columns = opportunity_sum.c
    first: BindParameter[int] = bindparam(f"first_{number}")
    after: BindParameter[int] = bindparam(f"after_{number}")
    sums = (func.sum(columns.n), func.sum(columns.x))
    # The order of the primary key: what is grouped in it is added up as it is read, and not sorted before.
    by = (columns.engagement, columns.generation, columns.component, columns.objective, columns.account)
    asked = columns.component.in_(components) if components else columns.component.not_in(SUMS_ALONE)
    return (
        select(literal_column(str(number)), *by, *sums)
        .where(in_site(opportunity_sum, is_one=is_one), columns.day >= first, columns.day < after, asked)
        .where(columns.known_day <= bindparam(f"known_{number}"), columns.gone_day >= after)
        .group_by(*by)
    )


def _days(whole: Window, calendar: Calendar) -> dict[str, int]:
    first, after = day_of(whole.start, calendar), day_of(whole.end, calendar)
    return {"first": first, "after": after, "known": day_of(whole.as_of, calendar)}


def _select_boundary_rows(
    site: SiteScope, windows: Sequence[Window], whole: Sequence[Window]
) -> dict[str, list[Opportunity]]:
    # The rows that may count in a window and not in its whole days, or the reverse, each once, by engagement.
    edges: defaultdict[tuple[str, int, int], list[Window]] = defaultdict(list)
    for window, days in zip(windows, whole, strict=True):
        starts, ends, known = (window.start, days.start), (window.end, days.end), (window.as_of, days.as_of)
        for kind, pair in (("at", starts), ("at", ends), ("known", known), ("gone", ends)):
            if pair[0] != pair[1]:
                edges[kind, min(pair), max(pair)] += (window, days)
    rows: defaultdict[str, dict[tuple[int, int], Opportunity]] = defaultdict(dict)
    for (kind, low, high), near in edges.items():
        values = site_values(site) | {"low": low, "high": high}
        # All that lie in any of the windows: without it, what was known that day would be asked for from the
        # beginning of time.
        values |= {"since": min(window.start for window in near), "until": max(window.end for window in near)}
        statement = _boundary_rows_of(kind, is_one=site.is_one)
        for engagement, generation, issue_id, number, *row in site.connection.execute(statement, values).all():
            if is_asked(site, engagement, generation):
                rows[engagement][issue_id, number] = _read(issue_id, row)
    return {engagement: list(own.values()) for engagement, own in rows.items()}


# All that is added up, which is all but `active`.
COMPONENTS = (
    "taught_through", "learners_offered", "met", "workflow_checks", "agency_done", "brief_stable", "earliness",
    "crisis", "crisis_agency", "crisis_inhouse", "proposals", "uptake", "reviews_in_time", "questions_answered",
    "first_pass", "experiment_won", "experiment_lost", "experiment_inconclusive",
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


@cache
def _boundary_rows_of(kind: str, *, is_one: bool) -> Select[Any]:
    columns = (_O.engagement, _O.generation, _O.issue_id, _O.number, *_FIELDS)
    return select(*columns).where(in_site(opportunity, is_one=is_one), _EDGES[kind], _O.component != ACTIVE)


def select_opportunities(scope: Scope, component: str, window: Window, latest: int | None = None) -> list[Opportunity]:
    """Return what counts of a component in a window, by time, then issue id; at most the `latest` so many."""
    c, place = opportunity.c, bound_values(scope)
    mine = [in_generation(opportunity), c.component == component, c.at >= window.start, c.at < window.end]
    mine += [or_(c.known.is_(None), c.known <= window.as_of), or_(c.gone.is_(None), c.gone >= window.end)]
    query = select(c.issue_id, *_FIELDS).where(*mine).order_by(c.at.desc(), c.issue_id.desc(), c.number.desc())
    rows = scope.connection.execute(query.limit(latest), place).all()
    return [_read(row[0], row[1:]) for row in reversed(rows)]


def select_next(scope: Scope, component: str, *, after: Instant, most: int) -> list[Opportunity]:
    """Return what is dated after an instant of a component, the first first: it counts then, unless it changes."""
    c = opportunity.c
    mine = [in_generation(opportunity), c.component == component, c.at > after]
    query = select(c.issue_id, *_FIELDS).where(*mine).order_by(c.at).limit(most)
    return [_read(row[0], row[1:]) for row in scope.connection.execute(query, bound_values(scope)).all()]


def select_standing(scope: Scope, component: str, issues: Collection[int]) -> list[Opportunity]:
    """Return what of a component stands of some issues, or will by its date: nothing that is gone."""
    c = opportunity.c
    # No index answers for a joined text. Otherwise SQLite, which has counted no rows, walks all of the component.
    mine = [in_generation(opportunity), c.component + "" == component, c.gone.is_(None)]
    mine.append(c.issue_id.in_(sorted(issues)))
    query = select(c.issue_id, *_FIELDS).where(*mine)
    return [_read(row[0], row[1:]) for row in scope.connection.execute(query, bound_values(scope)).all()]
