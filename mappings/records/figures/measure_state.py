"""What was measured, what failed, and what can still change."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, and_, delete, func, or_, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, save_rows
from mappings.records.sql.scope import Scope, given, in_generation, of_issues, rows_of_generation
from mappings.records.tables import measured
from mappings.records.tables.figures import FAILED, HALF


@dataclass(frozen=True, slots=True)
class StoredMeasured:
    """One issue's verdict: until when it can change, and why it could not be measured (None: it could)."""

    issue_id: int
    changing_until: Instant | None = None
    retro_until: Instant | None = None
    complete: bool = True
    failed: str | None = None
    attempts: int = 0


_COLUMNS = (
    "tenant_id", "engagement", "generation", "issue_id", "changing_until", "retro_until", "complete", "failed",
    "attempts", "changed_at",
)  # fmt: skip


def save_measured(
    scope: Scope,
    verdicts: Iterable[StoredMeasured],
    now: Instant,
) -> None:
    """Keep the verdicts on issues."""
    rows = [
        (*scope.key, v.issue_id, v.changing_until, v.retro_until, v.complete, v.failed, v.attempts, now)
        for v in verdicts
    ]
    save_rows(scope.connection, measured, _COLUMNS, rows)


_DELETE = delete(measured).where(in_generation(measured), of_issues(measured))


def delete_measured(scope: Scope, issue_ids: Collection[int]) -> None:
    """Forget the verdicts on issues that are gone, or were never this engagement's."""
    if issue_ids:
        scope.connection.execute(_DELETE, given(scope, issue_ids))


def select_attempts(scope: Scope, issue_ids: Collection[int]) -> dict[int, int]:
    """Return how often in a row issues could not be measured."""
    query = select(measured.c.issue_id, measured.c.attempts)
    mine = rows_of_generation(measured, scope) & among(measured.c.issue_id, issue_ids)
    return dict(scope.connection.execute(query.where(mine)).all())


def select_failing(connection: Connection, tried_before: Instant) -> list[int]:
    """Return the tenants with issues that could not be measured, and were not tried since an instant."""
    due = and_(FAILED, measured.c.changed_at < tried_before)
    return list(connection.execute(select(measured.c.tenant_id).where(due).distinct()).scalars())


def select_failed(connection: Connection, tenant_id: int, tried_before: Instant, limit: int) -> list[int]:
    """Return issues that could not be measured for some engagement, those tried longest ago first."""
    due = and_(FAILED, measured.c.changed_at < tried_before)
    query = select(measured.c.issue_id, func.min(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id, due)
    query = query.group_by(measured.c.issue_id).order_by(func.min(measured.c.changed_at), measured.c.issue_id)
    return [row[0] for row in connection.execute(query.limit(limit))]


def select_unsettled(scope: Scope, now: Instant) -> bool:
    """Tell whether a figure can still change, waits for a confirmation, or rests on half a history."""
    mine = rows_of_generation(measured, scope)
    # Four looks, each into an index of its own: one question with OR would read the row of every issue.
    changing = (measured.c.changing_until >= now, measured.c.retro_until >= now, FAILED, HALF)
    looks = [select(measured.c.issue_id).where(mine, one).exists() for one in changing]
    return bool(scope.connection.execute(select(or_(*looks))).scalar_one())


def select_unsound(scope: Scope, limit: int) -> list[int]:
    """Return issues that could not be measured, or whose history is not whole."""
    found: set[int] = set()
    for unsound in (FAILED, HALF):
        query = select(measured.c.issue_id).where(rows_of_generation(measured, scope), unsound)
        found |= set(scope.connection.execute(query.order_by(measured.c.issue_id).limit(limit)).scalars())
    return sorted(found)[:limit]


def select_latest(connection: Connection, tenant_id: int) -> Instant | None:
    """Return when a figure of the tenant was measured last."""
    return connection.execute(select(func.max(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id)).scalar()
