"""Evidence by which rungs were reached: the first rows of each kind, so that it costs people and not tickets."""

import json
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Any, TypeAlias

import msgspec
from sqlalchemy import TextClause, text

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Evidence
from mappings.records.figures.evidence import Pair, select_known
from mappings.records.sql.scope import Scope, bound_values

# (issue id, evidence) of pairs, in no order; a pair without any is absent.
Rows: TypeAlias = dict[Pair, tuple[tuple[int, Evidence], ...]]
# Objective, account, kind, and from when on its first rows are wanted.
Start: TypeAlias = tuple[str, str, int, Instant]

KINDS = (1, 2, 3, 4, 5)
TAUGHT = (1, 2, 3)
# How many times the rows of a rung are read: a ticket that was done again has more than one.
MORE = 4
_read = msgspec.msgpack.Decoder(Evidence).decode

_WANTED = {
    "sqlite": "SELECT json_extract(value, '$[0]') AS objective, json_extract(value, '$[1]') AS account, "
    "json_extract(value, '$[2]') AS kind, json_extract(value, '$[3]') AS since, json_extract(value, '$[4]') AS until "
    "FROM json_each(:wanted)",
    "postgresql": "SELECT value ->> 0 AS objective, value ->> 1 AS account, CAST(value ->> 2 AS integer) AS kind, "
    "CAST(value ->> 3 AS bigint) AS since, CAST(value ->> 4 AS bigint) AS until "
    "FROM json_array_elements(CAST(:wanted AS json))",
}
_MINE = "{0}.tenant_id = :at_tenant AND {0}.engagement = :at_engagement AND {0}.generation = :at_generation"
_SAME = f"{_MINE} AND {{0}}.objective = w.objective AND {{0}}.account = w.account AND {{0}}.kind = w.kind"
# The instant of the last row that is wanted bounds what is read: a walk of the index for each kind, and no more of it.
_UNTIL = f"SELECT x.at FROM evidence AS x WHERE {_SAME.format('x')} AND x.at >= w.since"  # noqa: S608  constants alone
_BOUND = f"coalesce(({_UNTIL} ORDER BY x.at LIMIT 1 OFFSET :most), {EVER})"
_HERE = f"AS w CROSS JOIN evidence AS e WHERE {_SAME.format('e')} AND e.at >= w.since AND e.at <= {_BOUND}"
_FIRST = {
    dialect: text(f"SELECT e.objective, e.account, e.issue_id, e.body FROM ({wanted}) {_HERE}")  # noqa: S608  as above
    for dialect, wanted in _WANTED.items()
}
_WITHIN = f"AS w CROSS JOIN evidence AS e WHERE {_SAME.format('e')} AND e.at >= w.since AND e.at <= w.until"
_BETWEEN = {
    dialect: text(f"SELECT e.objective, e.account, e.issue_id, e.body FROM ({wanted}) {_WITHIN}")  # noqa: S608  as above
    for dialect, wanted in _WANTED.items()
}


def select_deciding(scope: Scope, pairs: Mapping[Pair, int], *, span: int) -> Rows:
    """Return the rows that decide when each pair reached each rung up to 4.

    `pairs` gives the most tickets that a rung needs, `span` the µs that those of rung 4 must be apart. The first rows
    of each kind count the tickets, the first one after the span completes it (docs/measurement.md (c)).
    """
    most = MORE * max(pairs.values(), default=0)
    starts = [(*pair, kind, -EVER) for pair in sorted(pairs) for kind in KINDS]
    first = _select_first(scope, starts, most)
    crowded = {pair for pair, tickets in pairs.items() if _is_crowded(first.get(pair, ()), tickets, most)}
    spanned = _select_first(scope, _after(first, span), 0)
    whole = select_known(scope, pairs=crowded, as_of=EVER) if crowded else {}
    return {pair: (*rows, *spanned.get(pair, ())) for pair, rows in first.items()} | whole


def _select_first(scope: Scope, starts: Iterable[Start], most: int) -> Rows:
    # The first `most` rows of each start and one more, with all of the same instant.
    statement = _FIRST[scope.connection.dialect.name]
    return _select_rows(scope, statement, {"wanted": json.dumps([*map(list, starts)]), "most": most})


def _select_rows(scope: Scope, statement: TextClause, wanted: Mapping[str, Any]) -> Rows:
    by_pair: defaultdict[Pair, list[tuple[int, Evidence]]] = defaultdict(list)
    for objective, account, issue_id, body in scope.connection.execute(statement, {**bound_values(scope), **wanted}):
        by_pair[objective, account].append((issue_id, _read(body)))
    return {pair: tuple(rows) for pair, rows in by_pair.items()}


def _is_crowded(rows: Collection[tuple[int, Evidence]], tickets: int, most: int) -> bool:
    for kind in KINDS:
        # Too few tickets among the rows read, and more may follow.
        issues = [issue_id for issue_id, row in rows if row.kind == kind]
        if len(issues) > most and len(set(issues)) < tickets:
            return True
    return False


def _after(first: Rows, span: int) -> list[Start]:
    starts: list[Start] = []
    for pair, rows in sorted(first.items()):
        alone = [row.at for _, row in rows if row.kind >= TAUGHT[-1] + 1]
        if alone:
            starts += [(*pair, kind, min(alone) + span) for kind in KINDS if kind not in TAUGHT]
    return starts


def select_taught_between(scope: Scope, spans: Mapping[Pair, tuple[Instant, Instant]]) -> Rows:
    """Return the rows of the kinds that give credit in each pair's span, both instants included (measurement (c))."""
    wanted = [[*pair, kind, *span] for pair, span in sorted(spans.items()) for kind in TAUGHT]
    statement = _BETWEEN[scope.connection.dialect.name]
    return _select_rows(scope, statement, {"wanted": json.dumps(wanted)}) if wanted else {}
