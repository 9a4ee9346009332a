"""When tickets that count for a rung were done, of many people at once: instants, tickets and kinds, and no more."""

import json
from collections.abc import Collection, Iterable, Mapping
from functools import cache
from typing import TypeAlias

from sqlalchemy import TextClause, text

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Dated
from mappings.records.sql.json_rows import OF_PAIR, SAME_PAIR, join_text
from mappings.records.sql.scope import SiteScope

# (engagement, objective, account).
SitePair: TypeAlias = tuple[str, str, str]
# A pair, a kind, and from when on its first rows are wanted.
Start: TypeAlias = tuple[SitePair, int, Instant]
Steps: TypeAlias = dict[SitePair, list[Dated]]

# What was only seen counts for rung 1 alone.
KINDS = (2, 3, 4, 5)
# Those that the span of rung 4 is counted by.
SPANNED = (4, 5)
# How many times as many rows are read of whoever did one ticket over and over.
MORE = 4

_WANTED = OF_PAIR | {"kind": "integer", "since": "bigint", "number": "integer"}


@cache
def _statement(dialect: str) -> TextClause:
    # The instant of the last row that is wanted bounds what is read, as in `rung_evidence`.
    following = f"SELECT x.at FROM evidence AS x WHERE {SAME_PAIR.format('x')} AND x.kind = w.kind AND x.at >= w.since"  # noqa: S608  constants
    until = f"coalesce(({following} ORDER BY x.at LIMIT 1 OFFSET :most), {EVER})"
    where = f"{SAME_PAIR.format('e')} AND e.kind = w.kind AND e.at >= w.since AND e.at <= {until}"
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
    steps: Steps = {}
    most, wanted = max(pairs.values(), default=0), sorted(pairs)
    while wanted:
        read = _select(site, [(pair, kind, -EVER) for pair in wanted for kind in KINDS], most)
        steps |= read
        wanted = [pair for pair, own in read.items() if _is_crowded(own, pairs[pair], most)]
        most *= MORE
    return steps


def _is_crowded(own: Collection[Dated], tickets: int, most: int) -> bool:
    # Too few tickets among the rows read, and more may follow.
    issues = ([issue for _, issue, kind in own if kind == asked] for asked in KINDS)
    return any(len(of_kind) > most and len(set(of_kind)) < tickets for of_kind in issues)


def _select(site: SiteScope, starts: Iterable[Start], most: int) -> Steps:
    asked = list(starts)
    wanted = [
        [pair[0], site.generations[pair[0]], *pair[1:], kind, since, number]
        for number, (pair, kind, since) in enumerate(asked)
    ]
    values = {"at_tenant": site.tenant_id, "wanted": json.dumps(wanted), "most": most}
    statement, steps = _statement(site.connection.dialect.name), Steps()
    for number, at, issue_id in site.connection.execute(statement, values) if wanted else ():
        pair, kind, _ = asked[number]
        steps.setdefault(pair, []).append((at, issue_id, kind))
    return steps
