"""Evidence rows by (objective, account) in order of time."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import msgspec
from sqlalchemy import and_, delete, func, select

from mappings.events.types import Instant
from mappings.measure.model.ticket import Evidence
from mappings.records.sql.bulk import among_texts, save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues
from mappings.records.tables import evidence

# (objective, account).
Pair = tuple[str, str]

TAUGHT = (2, 3)
ALONE = 4
_COLUMNS = (
    "tenant_id", "engagement", "generation", "objective", "account", "issue_id", "entry", "kind", "at", "body",
)  # fmt: skip
_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(Evidence).decode


_OF_ISSUES = select(evidence.c.issue_id, evidence.c.body).where(in_generation(evidence), of_issues(evidence))
_DELETE = delete(evidence).where(in_generation(evidence), of_issues(evidence))
_PAIRS = and_(
    in_generation(evidence),
    among_texts(evidence.c.objective, "objectives"),
    among_texts(evidence.c.account, "accounts"),
)
_FIRST_TAUGHT = (
    select(evidence.c.objective, evidence.c.account, func.min(evidence.c.at))
    .where(_PAIRS, evidence.c.kind.in_(TAUGHT))
    .group_by(evidence.c.objective, evidence.c.account)
)
_ALONE = select(evidence.c.issue_id, evidence.c.objective, evidence.c.account).where(_PAIRS, evidence.c.kind == ALONE)


def select_evidence(scope: Scope, issue_ids: Collection[int]) -> dict[int, tuple[Evidence, ...]]:
    """Return the evidence of issues; one without any is absent."""
    by_issue: defaultdict[int, list[Evidence]] = defaultdict(list)
    for issue_id, body in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[issue_id].append(_unpack(body))
    return {issue_id: tuple(sorted(rows, key=_order)) for issue_id, rows in by_issue.items()}


def _order(row: Evidence) -> tuple[int, str, str]:
    return (row.entry, row.objective, row.account)


def save_evidence(scope: Scope, rows: Mapping[int, Sequence[Evidence]]) -> None:
    scope.connection.execute(_DELETE, bound_values(scope, rows))
    written = [
        (*scope.key, row.objective, row.account, issue_id, row.entry, row.kind, row.at, _pack(row))
        for issue_id, evidence_rows in rows.items()
        for row in evidence_rows
    ]
    save_rows(scope.connection, evidence, _COLUMNS, written)


def _bound_pairs(pairs: Collection[Pair]) -> dict[str, Any]:
    return {"objectives": sorted({pair[0] for pair in pairs}), "accounts": sorted({pair[1] for pair in pairs})}


def select_first_taught(scope: Scope, pairs: Collection[Pair]) -> dict[Pair, Instant]:
    """Return when each pair was first taught: its earliest E2 or E3 (docs/measurement.md (g) 9)."""
    rows = scope.connection.execute(_FIRST_TAUGHT, bound_values(scope) | _bound_pairs(pairs)).all()
    # The query gives every combination of the objectives and accounts.
    return {(row[0], row[1]): row[2] for row in rows if (row[0], row[1]) in pairs}


def select_alone(scope: Scope, pairs: Collection[Pair]) -> set[int]:
    rows = scope.connection.execute(_ALONE, bound_values(scope) | _bound_pairs(pairs)).all()
    return {row[0] for row in rows if (row[1], row[2]) in pairs}
