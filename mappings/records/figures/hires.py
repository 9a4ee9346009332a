"""What people did at the agency before they moved in-house: kept beside evidence, never among it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import Connection, delete, select

from mappings.events.types import Instant
from mappings.measure.model.ticket import Evidence
from mappings.records.sql.bulk import save_rows
from mappings.records.sql.prepared import given, in_generation, of_issues
from mappings.records.tables import hire

Pair = tuple[str, str]
"""(objective, account)."""

_COLUMNS = (
    "tenant_id", "engagement", "generation", "objective", "account", "issue_id", "entry", "kind", "at", "body",
)  # fmt: skip
_DELETE = delete(hire).where(in_generation(hire), of_issues(hire))
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Evidence).decode


def save_hired(
    connection: Connection, tenant_id: int, engagement: str, generation: int, rows: Mapping[int, Sequence[Evidence]]
) -> None:
    """Put what was hired with people in the place of all that the issues had."""
    place = (tenant_id, engagement, generation)
    connection.execute(_DELETE, given(*place, rows))
    written = [
        (*place, one.objective, one.account, issue_id, one.entry, one.kind, one.at, _pack(one))
        for issue_id, every in rows.items()
        for one in every
    ]
    save_rows(connection, hire, _COLUMNS, written)


def carry_hired(
    connection: Connection, tenant_id: int, engagement: str, generation: int, *, before: int, ids: Collection[int]
) -> None:
    """Give a generation what the one `before` it has of issues that cannot be measured any more."""
    query = select(hire.c.issue_id, hire.c.body).where(in_generation(hire), of_issues(hire))
    found: defaultdict[int, list[Evidence]] = defaultdict(list)
    for issue_id, body in connection.execute(query, given(tenant_id, engagement, before, ids)).all():
        found[issue_id].append(_unpack(body))
    save_hired(connection, tenant_id, engagement, generation, found)


def select_hired(
    connection: Connection, tenant_id: int, engagement: str, generation: int, *, as_of: Instant
) -> dict[Pair, tuple[tuple[int, Evidence], ...]]:
    """Return (issue id, what was done) by pair up to an instant, in order of time."""
    mine = (hire.c.tenant_id == tenant_id) & (hire.c.engagement == engagement) & (hire.c.generation == generation)
    query = select(hire.c.issue_id, hire.c.body).where(mine, hire.c.at <= as_of).order_by(hire.c.at, hire.c.issue_id)
    found: defaultdict[Pair, list[tuple[int, Evidence]]] = defaultdict(list)
    for issue_id, body in connection.execute(query).all():
        row = _unpack(body)
        found[(row.objective, row.account)].append((issue_id, row))
    return {pair: tuple(rows) for pair, rows in found.items()}
