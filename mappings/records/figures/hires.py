"""What people did at the agency before they moved in-house. It is no evidence, and is stored apart from it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

import msgspec
from sqlalchemy import delete, select

from mappings.measure.model.ticket import Evidence
from mappings.records.sql.bulk import save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues
from mappings.records.tables import hire

_COLUMNS = (
    "tenant_id", "engagement", "generation", "objective", "account", "issue_id", "entry", "kind", "at", "body",
)  # fmt: skip
_DELETE = delete(hire).where(in_generation(hire), of_issues(hire))
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Evidence).decode


def save_hired(scope: Scope, rows: Mapping[int, Sequence[Evidence]]) -> None:
    scope.connection.execute(_DELETE, bound_values(scope, rows))
    written = [
        (*scope.key, row.objective, row.account, issue_id, row.entry, row.kind, row.at, _pack(row))
        for issue_id, hired_rows in rows.items()
        for row in hired_rows
    ]
    save_rows(scope.connection, hire, _COLUMNS, written)


def copy_hired(scope: Scope, *, before: int, ids: Collection[int]) -> None:
    # Copy the rows of issues that cannot be measured any more from the generation `before`.
    query = select(hire.c.issue_id, hire.c.body).where(in_generation(hire), of_issues(hire))
    by_issue: defaultdict[int, list[Evidence]] = defaultdict(list)
    for issue_id, body in scope.connection.execute(query, bound_values(scope._replace(generation=before), ids)).all():
        by_issue[issue_id].append(_unpack(body))
    save_hired(scope, by_issue)
