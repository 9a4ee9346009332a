"""What was measured, what failed, and what can still change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, func, or_, select

from mappings.events.vocabulary import Instant
from mappings.records.bulk import save_rows
from mappings.records.tables import measured


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


def _of(tenant_id: int, engagement: str, generation: int) -> ColumnElement[bool]:
    mine = (measured.c.tenant_id == tenant_id) & (measured.c.engagement == engagement)
    return mine & (measured.c.generation == generation)


def save_measured(
    connection: Connection,
    tenant_id: int,
    engagement: str,
    generation: int,
    verdicts: Iterable[StoredMeasured],
    now: Instant,
) -> None:
    """Keep the verdicts on issues."""
    place = (tenant_id, engagement, generation)
    rows = [
        (*place, v.issue_id, v.changing_until, v.retro_until, v.complete, v.failed, v.attempts, now) for v in verdicts
    ]
    save_rows(connection, measured, _COLUMNS, rows)


def select_failed(
    connection: Connection, tenant_id: int, engagement: str, generation: int, limit: int
) -> Sequence[StoredMeasured]:
    """Return issues that could not be measured."""
    columns = [measured.c[name] for name in StoredMeasured.__dataclass_fields__]
    query = select(*columns).where(_of(tenant_id, engagement, generation), measured.c.failed.is_not(None))
    return [StoredMeasured(*row) for row in connection.execute(query.order_by(measured.c.issue_id).limit(limit))]


def select_unsettled(connection: Connection, tenant_id: int, engagement: str, generation: int, now: Instant) -> bool:
    """Tell whether a figure can still change, waits for a confirmation, or rests on half a history."""
    changing = or_(
        measured.c.changing_until >= now,
        measured.c.retro_until >= now,
        measured.c.complete.is_(False),
        measured.c.failed.is_not(None),
    )
    query = select(measured.c.issue_id).where(_of(tenant_id, engagement, generation), changing).limit(1)
    return connection.execute(query).first() is not None


def select_unsound(connection: Connection, tenant_id: int, engagement: str, generation: int, limit: int) -> list[int]:
    """Return issues that could not be measured, or whose history is not whole."""
    unsound = or_(measured.c.complete.is_(False), measured.c.failed.is_not(None))
    query = select(measured.c.issue_id).where(_of(tenant_id, engagement, generation), unsound)
    return list(connection.execute(query.order_by(measured.c.issue_id).limit(limit)).scalars())


def select_latest(connection: Connection, tenant_id: int) -> Instant | None:
    """Return when a figure of the tenant was measured last."""
    return connection.execute(select(func.max(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id)).scalar()


def count_failed(connection: Connection) -> int:
    """Return how many issues could not be measured, over all tenants, for health."""
    query = select(func.count()).select_from(measured).where(measured.c.failed.is_not(None))
    return connection.execute(query).scalar_one()
