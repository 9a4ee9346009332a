"""All evidence of pairs by one question, as a reference for what reads it in parts."""

from collections import defaultdict
from collections.abc import Collection

import msgspec
from sqlalchemy import Table, select

from mappings.measure.model.ticket import Evidence
from mappings.records.figures.evidence import Pair
from mappings.records.sql.scope import Scope, rows_of_generation
from mappings.records.tables import evidence


def select_known(
    scope: Scope, *, pairs: Collection[Pair], as_of: int, table: Table = evidence
) -> dict[Pair, tuple[tuple[int, Evidence], ...]]:
    """Return (issue id, evidence) of pairs up to an instant, in order of time; a pair without any is absent."""
    by_pair: defaultdict[Pair, list[tuple[int, Evidence]]] = defaultdict(list)
    query = select(table.c.issue_id, table.c.body).where(rows_of_generation(table, scope), table.c.at <= as_of)
    for issue_id, body in scope.connection.execute(query.order_by(table.c.at, table.c.issue_id, table.c.entry)):
        row = msgspec.msgpack.decode(body, type=Evidence)
        by_pair[row.objective, row.account].append((issue_id, row))
    return {pair: tuple(rows) for pair, rows in by_pair.items() if pair in pairs}
