"""Sums of what gives credit for a rung, by day, so that the 180 days before a step cost days and not tickets."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import TypeAlias

import msgspec
from sqlalchemy import TextClause, text

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.credit import Shares, shares_of, weight_of, weights_of
from mappings.measure.model.ticket import Evidence
from mappings.records.figures.rung_evidence import select_taught_in
from mappings.records.sql.bulk import add_rows, delete_rows
from mappings.records.sql.json_rows import join_text
from mappings.records.sql.scope import Scope, bound_values
from mappings.records.tables import credit_sum

# Objective, account, day in UTC, and the agencies that share it.
Key: TypeAlias = tuple[str, str, int, str]
# Objective, account, and both instants of a span, which belong to it.
Span: TypeAlias = tuple[str, str, Instant, Instant]

_KEY = ("tenant_id", "engagement", "generation", "objective", "account", "day", "shares")
_read = msgspec.json.Decoder(Shares).decode
_WANTED = {"objective": "text", "account": "text", "first": "integer", "after": "integer", "number": "integer"}
_MINE = (
    "s.tenant_id = :at_tenant AND s.engagement = :at_engagement AND s.generation = :at_generation "
    "AND s.objective = w.objective AND s.account = w.account AND s.day >= w.first AND s.day < w.after"
)


@cache
def _statement(dialect: str) -> TextClause:
    joined = join_text(dialect, _WANTED, "credit_sum AS s", _MINE)
    return text(f"SELECT w.number, s.shares, sum(s.weight) FROM {joined} GROUP BY w.number, s.shares")  # noqa: S608  constants


def save_credit(scope: Scope, before: Iterable[Evidence], after: Iterable[Evidence]) -> None:
    """Adjust the sums by the difference; a sum of nothing has no row."""
    differences: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for rows, sign in ((before, -1), (after, 1)):
        for row in rows:
            shares = shares_of(row)
            if shares is not None:
                total = differences[row.objective, row.account, row.at // DAY, _text(shares)]
                total[0] += sign
                total[1] += sign * weight_of(row)
    # The caller holds the tenant's lock: nobody else adjusts at the same time.
    added = [(*scope.key, *key, n, weight) for key, (n, weight) in differences.items() if n or weight]
    add_rows(scope.connection, credit_sum, (*_KEY, "n", "weight"), added, sums=("n", "weight"))
    fewer = [(*scope.key, *key, 0) for key, (n, _) in differences.items() if n < 0]
    delete_rows(scope.connection, credit_sum, (*_KEY, "n"), fewer)


def _text(shares: Shares) -> str:
    return msgspec.json.encode(shares).decode() if shares else ""


def select_weights(scope: Scope, spans: Sequence[Span]) -> Sequence[Mapping[Shares, int]]:
    """Return the weight of what gives credit in each span, by the agencies that share it (measurement (c), c4).

    Whole days come from the sums, the days at both edges from their rows.
    """
    weights: list[dict[Shares, int]] = [{} for _ in spans]
    whole = [
        (objective, account, *_whole_days(since, until), number)
        for number, (objective, account, since, until) in enumerate(spans)
    ]
    values = bound_values(scope) | {"wanted": json.dumps(whole)}
    for number, shares, weight in scope.connection.execute(_statement(scope.connection.dialect.name), values):
        weights[number][_read(shares) if shares else ()] = int(weight)
    edges = [(number, edge) for number, span in enumerate(spans) for edge in _edges(*span)]
    rows = select_taught_in(scope, [edge for _, edge in edges])
    for (number, _), own in zip(edges, rows, strict=True):
        for shares, weight in weights_of(own).items():
            weights[number][shares] = weights[number].get(shares, 0) + weight
    return weights


def _whole_days(since: Instant, until: Instant) -> tuple[int, int]:
    first, after = -(-since // DAY), (until + 1) // DAY
    return first, max(first, after)


def _edges(objective: str, account: str, since: Instant, until: Instant) -> list[Span]:
    first, after = _whole_days(since, until)
    if first == after:
        return [(objective, account, since, until)]
    edges = [(objective, account, since, first * DAY - 1), (objective, account, after * DAY, until)]
    return [edge for edge in edges if edge[2] <= edge[3]]
