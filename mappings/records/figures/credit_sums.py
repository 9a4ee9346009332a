"""Sums of what gives credit for a rung, by day and by hour: the 180 days before a step cost days and not tickets."""

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import NamedTuple, TypeAlias

import msgspec
from sqlalchemy import Table, TextClause, text

from mappings.events.times import DAY, HOUR
from mappings.events.types import Instant
from mappings.measure.model.credit import Shares, shares_of, weight_of, weights_of
from mappings.measure.model.ticket import Evidence
from mappings.records.figures.rung_evidence import SiteSpan, select_taught_in
from mappings.records.sql.bulk import add_rows, delete_rows
from mappings.records.sql.json_rows import OF_PAIR, SAME_PAIR, join_text
from mappings.records.sql.scope import Scope, SiteScope
from mappings.records.tables import credit_hour_sum, credit_sum

# Objective, account, day or hour in UTC, and the agencies that share it.
Key: TypeAlias = tuple[str, str, int, str]


class Grain(NamedTuple):
    """A table of sums, its column with the number of the day or hour, and how long one is."""

    table: Table
    column: str
    length: int


# What is left of a span at the edges of whole days comes from hours, what is left of these from the rows.
GRAINS = (Grain(credit_sum, "day", DAY), Grain(credit_hour_sum, "hour", HOUR))

_PLACE = ("tenant_id", "engagement", "generation", "objective", "account")
_read = msgspec.json.Decoder(Shares).decode
_WANTED = OF_PAIR | {"first": "integer", "after": "integer", "number": "integer"}
_MINE = f"{SAME_PAIR.format('s')} AND s.{{0}} >= w.first AND s.{{0}} < w.after"


@cache
def _statement(grain: Grain, dialect: str) -> TextClause:
    joined = join_text(dialect, _WANTED, f"{grain.table.name} AS s", _MINE.format(grain.column))
    return text(f"SELECT w.number, s.shares, sum(s.weight) FROM {joined} GROUP BY w.number, s.shares")  # noqa: S608  constants


def save_credit(scope: Scope, before: Iterable[Evidence], after: Iterable[Evidence]) -> None:
    """Adjust the sums by the difference; a sum of nothing has no row."""
    changes = [(sign, row, shares_of(row)) for sign, rows in ((-1, before), (1, after)) for row in rows]
    counted = [(sign, row, _text(shares)) for sign, row, shares in changes if shares is not None]
    for grain in GRAINS:
        _add(scope, grain, counted)


def _add(scope: Scope, grain: Grain, counted: Iterable[tuple[int, Evidence, str]]) -> None:
    differences: defaultdict[Key, list[int]] = defaultdict(lambda: [0, 0])
    for sign, row, shares in counted:
        total = differences[row.objective, row.account, row.at // grain.length, shares]
        total[0] += sign
        total[1] += sign * weight_of(row)
    key = (*_PLACE, grain.column, "shares")
    # The caller holds the tenant's lock: nobody else adjusts at the same time.
    added = [(*scope.key, *own, n, weight) for own, (n, weight) in differences.items() if n or weight]
    add_rows(scope.connection, grain.table, (*key, "n", "weight"), added, sums=("n", "weight"))
    fewer = [(*scope.key, *own, 0) for own, (n, _) in differences.items() if n < 0]
    delete_rows(scope.connection, grain.table, (*key, "n"), fewer)


def _text(shares: Shares) -> str:
    return msgspec.json.encode(shares).decode() if shares else ""


def select_weights(site: SiteScope, spans: Sequence[SiteSpan]) -> Sequence[Mapping[Shares, int]]:
    """Return the weight of what gives credit in each span, by the agencies that share it (measurement (c), c4).

    Whole days come from sums, then the whole hours at both edges, and of the hours at their edges the rows. It costs
    as many statements for the spans of several engagements as for one.
    """
    weights: list[dict[Shares, int]] = [{} for _ in spans]
    rest = list(enumerate(spans))
    for grain in GRAINS:
        _add_sums(site, grain, rest, weights)
        rest = [(number, edge) for number, span in rest for edge in _edges(span, grain.length)]
    rows = select_taught_in(site, [edge for _, edge in rest])
    for (number, _), own in zip(rest, rows, strict=True):
        for shares, weight in weights_of(own).items():
            weights[number][shares] = weights[number].get(shares, 0) + weight
    return weights


def _add_sums(
    site: SiteScope, grain: Grain, spans: Iterable[tuple[int, SiteSpan]], weights: Sequence[dict[Shares, int]]
) -> None:
    whole = [
        (engagement, site.generations[engagement], objective, account, *_whole(since, until, grain.length), number)
        for number, (engagement, objective, account, since, until) in spans
    ]
    values = {"at_tenant": site.tenant_id, "wanted": json.dumps(whole)}
    statement = _statement(grain, site.connection.dialect.name)
    for number, text_of, weight in site.connection.execute(statement, values) if whole else ():
        shares = _read(text_of) if text_of else ()
        weights[number][shares] = weights[number].get(shares, 0) + int(weight)


def _whole(since: Instant, until: Instant, length: int) -> tuple[int, int]:
    # The first day or hour that lies whole in a span, and the first one after them.
    first, after = -(-since // length), (until + 1) // length
    return first, max(first, after)


def _edges(span: SiteSpan, length: int) -> list[SiteSpan]:
    engagement, objective, account, since, until = span
    first, after = _whole(since, until, length)
    if first == after:
        return [span]
    edges = [
        (engagement, objective, account, since, first * length - 1),
        (engagement, objective, account, after * length, until),
    ]
    return [edge for edge in edges if edge[3] <= edge[4]]
