"""Evidence rows, per (objective, person) in order of time: what joins tickets."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import ColumnElement, Connection, delete, func, select

from mappings.events.vocabulary import Instant
from mappings.measure.ticket import Evidence
from mappings.records.bulk import among, save_rows
from mappings.records.tables import evidence

Pair = tuple[str, str]
"""(objective, account)."""

TAUGHT = (2, 3)
ALONE = 4
_COLUMNS = (
    "tenant_id", "engagement", "generation", "objective", "account", "issue_id", "entry", "kind", "at", "body",
)  # fmt: skip
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Evidence).decode


def _of(tenant_id: int, engagement: str, generation: int) -> ColumnElement[bool]:
    mine = (evidence.c.tenant_id == tenant_id) & (evidence.c.engagement == engagement)
    return mine & (evidence.c.generation == generation)


def select_evidence(
    connection: Connection, tenant_id: int, engagement: str, generation: int, issue_ids: Collection[int]
) -> dict[int, tuple[Evidence, ...]]:
    """Return the evidence of issues; one without any is absent."""
    found: defaultdict[int, list[Evidence]] = defaultdict(list)
    mine = _of(tenant_id, engagement, generation)
    query = select(evidence.c.issue_id, evidence.c.body).where(mine, among(evidence.c.issue_id, issue_ids))
    for issue_id, body in connection.execute(query).all():
        found[issue_id].append(_unpack(body))
    return {issue_id: tuple(sorted(rows, key=_order)) for issue_id, rows in found.items()}


def _order(row: Evidence) -> tuple[int, str, str]:
    return (row.entry, row.objective, row.account)


def save_evidence(
    connection: Connection, tenant_id: int, engagement: str, generation: int, rows: Mapping[int, Sequence[Evidence]]
) -> None:
    """Put evidence in the place of all that the issues had."""
    place = (tenant_id, engagement, generation)
    connection.execute(delete(evidence).where(_of(*place), among(evidence.c.issue_id, rows)))
    written = [
        (*place, one.objective, one.account, issue_id, one.entry, one.kind, one.at, _pack(one))
        for issue_id, every in rows.items()
        for one in every
    ]
    save_rows(connection, evidence, _COLUMNS, written)


def _of_pairs(pairs: Collection[Pair]) -> ColumnElement[bool]:
    objectives, accounts = {pair[0] for pair in pairs}, {pair[1] for pair in pairs}
    return evidence.c.objective.in_(objectives) & evidence.c.account.in_(accounts)


def select_first_taught(
    connection: Connection, tenant_id: int, engagement: str, generation: int, pairs: Collection[Pair]
) -> dict[Pair, Instant]:
    """Return when each pair was first taught: its earliest E2 or E3 (measurement (g) 9)."""
    query = select(evidence.c.objective, evidence.c.account, func.min(evidence.c.at))
    query = query.where(_of(tenant_id, engagement, generation), _of_pairs(pairs), evidence.c.kind.in_(TAUGHT))
    rows = connection.execute(query.group_by(evidence.c.objective, evidence.c.account))
    return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in pairs}


def select_alone(
    connection: Connection, tenant_id: int, engagement: str, generation: int, pairs: Collection[Pair]
) -> set[int]:
    """Return the issues that one of the pairs did alone."""
    query = select(evidence.c.issue_id, evidence.c.objective, evidence.c.account)
    query = query.where(_of(tenant_id, engagement, generation), _of_pairs(pairs), evidence.c.kind == ALONE)
    return {row[0] for row in connection.execute(query) if (row[1], row[2]) in pairs}


def select_pair(
    connection: Connection, tenant_id: int, engagement: str, generation: int, pair: Pair
) -> list[tuple[int, Evidence]]:
    """Return (issue id, evidence) of one pair, in order of time."""
    query = select(evidence.c.issue_id, evidence.c.body).where(
        _of(tenant_id, engagement, generation), _of_pairs([pair])
    )
    rows = connection.execute(query.order_by(evidence.c.at, evidence.c.issue_id))
    return [(row[0], _unpack(row[1])) for row in rows]
