"""When tickets that count for a rung were done, of many people at once: instants, tickets and kinds, and no more."""

import json
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from typing import Any, TypeAlias

from sqlalchemy import TextClause, text

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Dated
from mappings.records.figures.rung_evidence import (
    SAME_KIND,
    SPANNED,
    USED,
    Crowded,
    crowded_kinds,
    first_rows,
    seen_text,
    unseen_rows,
    with_others,
)
from mappings.records.sql.json_rows import OF_PAIR, join_text
from mappings.records.sql.scope import SiteScope

# (engagement, objective, account).
SitePair: TypeAlias = tuple[str, str, str]
# A pair, a kind, and from when on its first rows are wanted.
Start: TypeAlias = tuple[SitePair, int, Instant]
Steps: TypeAlias = dict[SitePair, list[Dated]]

_WANTED = OF_PAIR | {"kind": "integer", "since": "bigint", "number": "integer", "seen": "text"}


@cache
def _statement(dialect: str, *, unseen: bool) -> TextClause:
    where = unseen_rows(SAME_KIND, "evidence", dialect) if unseen else first_rows(SAME_KIND, "evidence")
    joined = join_text(dialect, _WANTED, "evidence AS e", where)
    return text(f"SELECT w.number, e.at, e.issue_id FROM {joined}")  # noqa: S608  constants


def select_steps(site: SiteScope, pairs: Mapping[SitePair, int], spans: Mapping[str, int]) -> Steps:
    """Return what decides when each pair reached each rung from 2 to 4.

    `pairs` gives the most tickets that a rung needs, `spans` for each engagement the µs that those of rung 4 must be
    apart. It costs as many statements for the pairs of several engagements as for one.
    """
    steps = _select_first(site, pairs)
    starts = [
        (pair, kind, min(alone) + spans[pair[0]])
        for pair, own in steps.items()
        if (alone := [at for at, _, kind in own if kind in SPANNED])
        for kind in SPANNED
    ]
    for pair, spanned in _select(site, starts, 0).items():
        steps[pair] += spanned
    return steps


def _select_first(site: SiteScope, pairs: Mapping[SitePair, int]) -> Steps:
    most = max(pairs.values(), default=0)
    steps = _select(site, [(pair, kind, -EVER) for pair in sorted(pairs) for kind in USED], most)
    wanted = crowded_kinds(steps, pairs, most)
    # Of whoever did one ticket over and over, the first row of each other ticket.
    while wanted:
        others = _select_others(site, wanted)
        for pair, rows in others.items():
            steps[pair] += rows
        wanted = with_others(wanted, others, pairs)
    return steps


def _select(site: SiteScope, starts: Iterable[Start], most: int) -> Steps:
    asked = list(starts)
    wanted = [[*_place(site, pair), kind, since, number] for number, (pair, kind, since) in enumerate(asked)]
    return _read(site, [(pair, kind) for pair, kind, _ in asked], wanted, most=most)


def _select_others(site: SiteScope, crowded: Crowded[SitePair]) -> Steps:
    wanted = [
        [*_place(site, pair), kind, since, number, seen_text(seen)]
        for number, ((pair, kind), (since, seen)) in enumerate(crowded.items())
    ]
    return _read(site, list(crowded), wanted, most=None)


def _place(site: SiteScope, pair: SitePair) -> tuple[str, int, str, str]:
    return pair[0], site.generations[pair[0]], *pair[1:]


def _read(
    site: SiteScope, asked: Sequence[tuple[SitePair, int]], wanted: Sequence[Sequence[Any]], *, most: int | None
) -> Steps:
    # By the number of each row of `wanted`; without `most` the first row of a ticket that was not seen.
    values = {"at_tenant": site.tenant_id, "wanted": json.dumps(wanted)} | ({} if most is None else {"most": most})
    statement, steps = _statement(site.connection.dialect.name, unseen=most is None), Steps()
    for number, at, issue_id in site.connection.execute(statement, values) if wanted else ():
        pair, kind = asked[number]
        steps.setdefault(pair, []).append((at, issue_id, kind))
    return steps
