"""When tickets that count for a rung were done, of many people at once: instants, tickets and kinds, and no more."""

import json
from collections.abc import Iterable, Mapping
from functools import cache
from typing import TypeAlias

from sqlalchemy import TextClause, text

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Dated
from mappings.records.figures.rung_evidence import SAME_KIND, SPANNED, USED, first_rows, is_crowded
from mappings.records.sql.json_rows import OF_PAIR, join_text
from mappings.records.sql.scope import SiteScope

# (engagement, objective, account).
SitePair: TypeAlias = tuple[str, str, str]
# A pair, a kind, and from when on its first rows are wanted.
Start: TypeAlias = tuple[SitePair, int, Instant]
Steps: TypeAlias = dict[SitePair, list[Dated]]

# How many times as many rows are read of whoever did one ticket over and over.
MORE = 4

_WANTED = OF_PAIR | {"kind": "integer", "since": "bigint", "number": "integer"}


@cache
def _statement(dialect: str) -> TextClause:
    joined = join_text(dialect, _WANTED, "evidence AS e", first_rows(SAME_KIND, "evidence"))
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
        read = _select(site, [(pair, kind, -EVER) for pair in wanted for kind in USED], most)
        steps |= read
        wanted = [
            pair
            for pair, own in read.items()
            if is_crowded(((issue_id, kind) for _, issue_id, kind in own), pairs[pair], most)
        ]
        most *= MORE
    return steps


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
