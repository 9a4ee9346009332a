"""The state of measuring by issue: what failed, and what can still change."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from sqlalchemy import Connection, and_, bindparam, delete, func, or_, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, among_bound_ids, save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues, rows_of_generation
from mappings.records.tables import measured
from mappings.records.tables.figures import FAILED, FAILED_OF_SITE, HALF


class StoredMeasured(Struct, frozen=True, gc=False):
    """An issue's state. `changing_until`: until when its figures can change; `failed`: why it was not measured."""

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
    rows = [
        (*scope.key, v.issue_id, v.changing_until, v.retro_until, v.complete, v.failed, v.attempts, now)
        for v in verdicts
    ]
    save_rows(scope.connection, measured, _COLUMNS, rows)


_DELETE = delete(measured).where(in_generation(measured), of_issues(measured))


def delete_measured(scope: Scope, issue_ids: Collection[int]) -> int:
    """Delete the state of issues; return of how many there was one."""
    return scope.connection.execute(_DELETE, bound_values(scope, issue_ids)).rowcount if issue_ids else 0


def select_attempts(scope: Scope, issue_ids: Collection[int]) -> dict[int, int]:
    # How often in a row each issue failed.
    query = select(measured.c.issue_id, measured.c.attempts)
    mine = rows_of_generation(measured, scope) & among(measured.c.issue_id, issue_ids)
    return dict(scope.connection.execute(query.where(mine)).all())


def select_failing(connection: Connection, tried_before: Instant) -> list[int]:
    due = and_(FAILED, measured.c.changed_at < tried_before)
    return list(connection.execute(select(measured.c.tenant_id).where(due).distinct()).scalars())


def select_failed(connection: Connection, tenant_id: int, tried_before: Instant, limit: int) -> list[int]:
    tried = func.min(measured.c.changed_at)
    query = select(measured.c.issue_id, tried).where(measured.c.tenant_id == tenant_id, FAILED_OF_SITE)
    # When they were tried is in the index on all that was measured: asked of each ticket, not of each row.
    query = query.group_by(measured.c.issue_id).having(tried < tried_before).order_by(tried, measured.c.issue_id)
    return [row[0] for row in connection.execute(query.limit(limit))]


_FAILED_OF = select(measured.c.issue_id).where(
    measured.c.tenant_id == bindparam("at_tenant"), among_bound_ids(measured.c.issue_id), FAILED_OF_SITE
)


def select_failed_of(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> set[int]:
    """Return those of issues that could not be measured when they were last tried."""
    values = {"at_tenant": tenant_id, "at_ids": tuple(issue_ids)}
    return set(connection.execute(_FAILED_OF, values).scalars()) if issue_ids else set()


def select_unsettled(scope: Scope, now: Instant) -> bool:
    """Return whether a figure can still change, waits for a confirmation, or has an incomplete history."""
    mine = rows_of_generation(measured, scope)
    # Four queries, each on an index of its own: a single one with OR would read every issue's row.
    changing = (measured.c.changing_until >= now, measured.c.retro_until >= now, FAILED, HALF)
    queries = [select(measured.c.issue_id).where(mine, condition).exists() for condition in changing]
    return bool(scope.connection.execute(select(or_(*queries))).scalar_one())


def select_unsound(scope: Scope, limit: int) -> list[int]:
    issue_ids: set[int] = set()
    for unsound in (FAILED, HALF):
        query = select(measured.c.issue_id).where(rows_of_generation(measured, scope), unsound)
        issue_ids |= set(scope.connection.execute(query.order_by(measured.c.issue_id).limit(limit)).scalars())
    return sorted(issue_ids)[:limit]


def select_latest(connection: Connection, tenant_id: int) -> Instant | None:
    return connection.execute(select(func.max(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id)).scalar()
