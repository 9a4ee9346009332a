"""Evidence that decides where people stand: the first and last rows of each kind, so that it costs people alone."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from typing import Any, Literal, TypeAlias, TypeVar

import msgspec
from sqlalchemy import TextClause, text

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Dated, Evidence
from mappings.records.figures.evidence import Pair
from mappings.records.sql.json_rows import OF_PAIR, SAME_PAIR, join_text
from mappings.records.sql.scope import Scope, SiteScope, bound_values

# (issue id, evidence) of pairs, in no order; a pair without any is absent.
Rows: TypeAlias = dict[Pair, tuple[tuple[int, Evidence], ...]]
# Engagement, objective, account, and both instants of a span.
SiteSpan: TypeAlias = tuple[str, str, str, Instant, Instant]
# Objective, account, kind, and from when on its first rows are wanted.
Start: TypeAlias = tuple[str, str, int, Instant]

KINDS = (1, 2, 3, 4, 5)
TAUGHT = (1, 2, 3)
# What was only seen counts for rung 1 alone.
USED = (2, 3, 4, 5)
# Those that the span of rung 4 is counted by.
SPANNED = (4, 5)
# Evidence, and what people did at the agency before they moved in-house.
Source: TypeAlias = Literal["evidence", "hire"]
# How many times the rows of a rung are read: a ticket that was done again has more than one.
MORE = 4
_read = msgspec.msgpack.Decoder(Evidence).decode
# A pair, of one engagement or of any.
P = TypeVar("P")
# By pair and kind: up to when rows were read, and the tickets that they have.
Crowded: TypeAlias = Mapping[tuple[P, int], tuple[Instant, frozenset[int]]]

_WANTED = {
    "objective": "text",
    "account": "text",
    "kind": "integer",
    "since": "bigint",
    "until": "bigint",
    "seen": "text",
}
_MINE = "{0}.tenant_id = :at_tenant AND {0}.engagement = :at_engagement AND {0}.generation = :at_generation"
_SAME = f"{_MINE} AND {{0}}.objective = w.objective AND {{0}}.account = w.account AND {{0}}.kind = w.kind"
# The same of the rows of several engagements, with what `OF_PAIR` names among those of the parameter.
SAME_KIND = f"{SAME_PAIR} AND {{0}}.kind = w.kind"
_ROWS = "e.objective, e.account, e.issue_id, e.body"
# Constants alone are put into these texts: names of our tables, and the dialect's way to read the parameter.


def first_rows(same: str, table: str = "{table}") -> str:
    """Return the condition of the first `:most` rows since `w.since`, one more, and all of its instant.

    `same` tells a row of an alias from those of others. The instant of the last row that is wanted bounds what is read:
    a walk of the index for each kind, and no more of it.
    """
    following = f"SELECT x.at FROM {table} AS x WHERE {same.format('x')} AND x.at >= w.since"  # noqa: S608  see above
    until = f"coalesce(({following} ORDER BY x.at LIMIT 1 OFFSET :most), {EVER})"
    return f"{same.format('e')} AND e.at >= w.since AND e.at <= {until}"


def _rows_between(same: str) -> str:
    return f"{same.format('e')} AND e.at >= w.since AND e.at <= w.until"


def unseen_rows(same: str, table: str, dialect: str) -> str:
    """Return the condition of the first row since `w.since` of a ticket that is not in `w.seen`, and of its instant.

    However many rows the tickets in `w.seen` have, the index is walked over them and nothing of them is returned.
    """
    place = "instr" if dialect == "sqlite" else "strpos"
    unseen = f"{place}(w.seen, ',' || {{0}}.issue_id || ',') = 0"
    later = f"{same.format('x')} AND x.at >= w.since AND {unseen.format('x')}"
    following = f"SELECT x.at FROM {table} AS x WHERE {later} ORDER BY x.at LIMIT 1"  # noqa: S608  see above
    return f"{same.format('e')} AND e.at = ({following}) AND {unseen.format('e')}"


_FIRST, _BETWEEN = first_rows(_SAME), _rows_between(_SAME)
_LATEST = f"SELECT max(x.at) FROM {{table}} AS x WHERE {_SAME.format('x')} AND x.at <= w.until"  # noqa: S608  see above
_LAST = f"{_SAME.format('e')} AND e.at = ({_LATEST})"
_NEWEST = f"SELECT x.at FROM {{table}} AS x WHERE {_SAME.format('x')} ORDER BY x.at DESC LIMIT 1 OFFSET :most"  # noqa: S608  see above
_OF_ALL = f"{_SAME.format('e')} AND e.at >= coalesce(({_NEWEST}), {-EVER})"


@cache
def _statement(where: str, table: str, dialect: str) -> TextClause:
    joined = join_text(dialect, _WANTED, f"{table} AS e", where.format(table=table))
    return text(f"SELECT {_ROWS} FROM {joined}")  # noqa: S608  see above


@cache
def _latest_instants(dialect: str) -> TextClause:
    joined = join_text(dialect, _WANTED, "evidence AS e", _OF_ALL.format(table="evidence"))
    return text(f"SELECT e.objective, e.account, e.at FROM {joined}")  # noqa: S608  see above


def select_deciding(scope: Scope, pairs: Mapping[Pair, int], *, span: int) -> Rows:
    """Return the rows that decide when each pair reached each rung up to 4.

    `pairs` gives the most tickets that a rung needs, `span` the µs that those of rung 4 must be apart. The first rows
    of each kind count the tickets, the first one after the span completes it (docs/measurement.md (c)).
    """
    first = select_first(scope, pairs)
    spanned = select_next(scope, starts_after(first, span))
    return {pair: (*rows, *spanned.get(pair, ())) for pair, rows in first.items()}


def select_first(scope: Scope, pairs: Mapping[Pair, int], source: Source = "evidence") -> Rows:
    """Return the first rows of each kind, so many that `pairs` gives distinct tickets are among them, if there are."""
    most = MORE * max(pairs.values(), default=0)
    starts = [(*pair, kind, -EVER) for pair in sorted(pairs) for kind in KINDS]
    first = _select_first(scope, starts, most, source)
    wanted = crowded_kinds({pair: _dated(rows) for pair, rows in first.items()}, pairs, most)
    while wanted:
        others = _select_others(scope, wanted, source)
        first |= {pair: (*first[pair], *rows) for pair, rows in others.items()}
        wanted = with_others(wanted, {pair: _dated(rows) for pair, rows in others.items()}, pairs)
    return first


def _dated(rows: Iterable[tuple[int, Evidence]]) -> list[Dated]:
    return [(row.at, issue_id, row.kind) for issue_id, row in rows]


def _select_others(scope: Scope, wanted: Crowded[Pair], source: Source) -> Rows:
    rows = [[*pair, kind, since, None, seen_text(seen)] for (pair, kind), (since, seen) in wanted.items()]
    where = unseen_rows(_SAME, source, scope.connection.dialect.name)
    return _select_rows(scope, where, {"wanted": json.dumps(rows)}, source)


def select_next(scope: Scope, starts: Iterable[Start], source: Source = "evidence") -> Rows:
    """Return the first row of each start, with all of the same instant."""
    return _select_first(scope, starts, 0, source)


def select_last(scope: Scope, instants: Mapping[Pair, Iterable[Instant]], source: Source = "evidence") -> Rows:
    """Return the last row up to each instant of each kind that keeps knowledge fresh (docs/measurement.md (c))."""
    wanted = [
        [*pair, kind, -EVER, instant] for pair, until in sorted(instants.items()) for instant in until for kind in USED
    ]
    return _select_rows(scope, _LAST, {"wanted": json.dumps(wanted)}, source)


def select_teaching(scope: Scope, pairs: Iterable[Pair], most: int, source: Source = "evidence") -> Rows:
    """Return the first rows of mentoring of each pair, `most` and one more, with all of the same instant."""
    return _select_first(scope, [(*pair, KINDS[-1], -EVER) for pair in sorted(pairs)], most, source)


def select_latest(scope: Scope, pairs: Iterable[Pair], limit: int) -> list[tuple[int, Evidence]]:
    """Return the latest evidence of each pair, of each at most `limit`, the newest of all first."""
    wanted = {"wanted": json.dumps([[*pair, kind, -EVER] for pair in sorted(pairs) for kind in KINDS]), "most": limit}
    latest = _latest_instants(scope.connection.dialect.name)
    # Instants alone come from an index, those of each kind; the rows are read of as many as are wanted of a pair.
    instants = defaultdict[Pair, list[Instant]](list)
    for objective, account, at in scope.connection.execute(latest, {**bound_values(scope), **wanted}):
        instants[objective, account].append(at)
    since = {pair: sorted(own, reverse=True)[:limit][-1] for pair, own in instants.items()}
    rows = _select_between(scope, {pair: (at, EVER) for pair, at in since.items()}, KINDS)
    newest = (sorted(own, key=_newest_first)[:limit] for own in rows.values())
    return sorted((row for own in newest for row in own), key=_newest_first)


def _newest_first(row: tuple[int, Evidence]) -> tuple[Instant, int]:
    return -row[1].at, row[0]


def _select_first(scope: Scope, starts: Iterable[Start], most: int, source: Source) -> Rows:
    wanted = [*map(list, starts)]
    return _select_rows(scope, _FIRST, {"wanted": json.dumps(wanted), "most": most}, source) if wanted else {}


def _select_rows(scope: Scope, where: str, wanted: Mapping[str, Any], source: Source = "evidence") -> Rows:
    by_pair: defaultdict[Pair, list[tuple[int, Evidence]]] = defaultdict(list)
    statement = _statement(where, source, scope.connection.dialect.name)
    for objective, account, issue_id, body in scope.connection.execute(statement, {**bound_values(scope), **wanted}):
        by_pair[objective, account].append((issue_id, _read(body)))
    return {pair: tuple(rows) for pair, rows in by_pair.items()}


def _select_between(
    scope: Scope, spans: Mapping[Pair, tuple[Instant, Instant]], kinds: Collection[int], source: Source = "evidence"
) -> Rows:
    wanted = [[*pair, kind, *span] for pair, span in sorted(spans.items()) for kind in kinds]
    return _select_rows(scope, _BETWEEN, {"wanted": json.dumps(wanted)}, source) if wanted else {}


def crowded_kinds(read: Mapping[P, Iterable[Dated]], tickets: Mapping[P, int], most: int) -> Crowded[P]:
    """Return the kinds of which too few tickets are among the rows read, and more may follow.

    With the instant up to which rows were read, and the tickets that are among them.
    """
    by_kind: defaultdict[tuple[P, int], list[Dated]] = defaultdict(list)
    for pair, rows in read.items():
        for row in rows:
            by_kind[pair, row[2]].append(row)
    return {
        (pair, kind): (max(at for at, _, _ in rows), frozenset(issue_id for _, issue_id, _ in rows))
        for (pair, kind), rows in by_kind.items()
        if len(rows) > most and len({issue_id for _, issue_id, _ in rows}) < tickets[pair]
    }


def with_others(wanted: Crowded[P], others: Mapping[P, Iterable[Dated]], tickets: Mapping[P, int]) -> Crowded[P]:
    """Return the kinds of which still too few tickets were read, after rows of `others` were found."""
    added = crowded_kinds(others, dict.fromkeys(others, 1 << 30), 0)
    after = {key: (at, wanted[key][1] | issues) for key, (at, issues) in added.items()}
    return {key: state for key, state in after.items() if len(state[1]) < tickets[key[0]]}


def seen_text(issue_ids: Iterable[int]) -> str:
    return f",{','.join(map(str, sorted(issue_ids)))},"


def starts_after(first: Mapping[Pair, tuple[tuple[int, Evidence], ...]], span: int) -> list[Start]:
    """Return from when on a ticket done alone completes the span of rung 4, by its first rows."""
    starts: list[Start] = []
    for pair, rows in sorted(first.items()):
        alone = [row.at for _, row in rows if row.kind in SPANNED]
        if alone:
            starts += [(*pair, kind, min(alone) + span) for kind in SPANNED]
    return starts


def select_taught_in(site: SiteScope, spans: Sequence[SiteSpan]) -> list[tuple[Evidence, ...]]:
    """Return the rows of the kinds that give credit in each span of a pair, both instants included."""
    by_span: list[list[Evidence]] = [[] for _ in spans]
    wanted = [
        [engagement, site.generations[engagement], objective, account, kind, since, until, number]
        for number, (engagement, objective, account, since, until) in enumerate(spans)
        for kind in TAUGHT
    ]
    values = {"at_tenant": site.tenant_id, "wanted": json.dumps(wanted)}
    statement = _taught_in(site.connection.dialect.name)
    for number, body in site.connection.execute(statement, values) if wanted else ():
        by_span[number].append(_read(body))
    return [tuple(rows) for rows in by_span]


@cache
def _taught_in(dialect: str) -> TextClause:
    columns = OF_PAIR | {"kind": "integer", "since": "bigint", "until": "bigint", "number": "integer"}
    joined = join_text(dialect, columns, "evidence AS e", _rows_between(SAME_KIND))
    return text(f"SELECT w.number, e.body FROM {joined}")  # noqa: S608  constants


def select_taught_between(scope: Scope, spans: Mapping[Pair, tuple[Instant, Instant]]) -> Rows:
    """Return the rows of the kinds that give credit in each pair's span, both instants included (measurement (c))."""
    return _select_between(scope, spans, TAUGHT)
