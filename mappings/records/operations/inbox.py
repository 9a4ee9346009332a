"""The inbox: what Jira delivered and nobody has read yet."""

from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, Engine, delete, exists, func, or_, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, insert_text
from mappings.records.tables import inbox, lane


@dataclass(frozen=True, slots=True)
class Delivery:
    """One delivery as it came."""

    inbox_id: int
    dkey: str
    body: bytes = field(repr=False)
    attempts: int


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits, and since when (None where nothing does)."""

    deliveries: int
    oldest: Instant | None


def insert_statement(engine: Engine) -> str:
    """Return the driver's text that keeps (tenant, delivery key, instant, body); a repetition does nothing."""
    return insert_text(engine, inbox, ("tenant_id", "dkey", "received_at", "body"))


def save_delivery(connection: Connection, tenant_id: int, dkey: str, *, received_at: Instant, body: bytes) -> None:
    """Keep a delivery that came another way than through the door; a repetition does nothing."""
    row = (tenant_id, dkey[:255], received_at, body)
    connection.exec_driver_sql(insert_statement(connection.engine), row)


def claim_tenant(connection: Connection, now: Instant) -> int | None:
    """Return the tenant that was drained longest ago and has something due; its lane is this transaction's."""
    waiting = exists().where(inbox.c.tenant_id == lane.c.tenant_id, _due(now))
    query = select(lane.c.tenant_id).where(waiting).order_by(lane.c.drained_at, lane.c.tenant_id).limit(1)
    tenant_id = connection.execute(query.with_for_update(skip_locked=True)).scalar()
    if tenant_id is not None:
        connection.execute(update(lane).where(lane.c.tenant_id == tenant_id).values(drained_at=now))
    return tenant_id


def lock_tenant(connection: Connection, tenant_id: int) -> None:
    """Wait until this transaction alone writes the tenant's facts and figures.

    Sums are adjusted by difference, so two writers must not adjust at once. SQLite has one writer anyway.
    """
    connection.execute(select(lane.c.tenant_id).where(lane.c.tenant_id == tenant_id).with_for_update())


def _due(now: Instant) -> ColumnElement[bool]:
    """Tell what is to be taken now: all but what failed before and waits for its next try."""
    return or_(inbox.c.attempts == 0, inbox.c.received_at <= now)


def select_batch(connection: Connection, tenant_id: int, limit: int, now: Instant = 1 << 62) -> list[Delivery]:
    """Return the oldest deliveries of a tenant that are due by an instant."""
    query = select(inbox.c.inbox_id, inbox.c.dkey, inbox.c.body, inbox.c.attempts)
    query = query.where(inbox.c.tenant_id == tenant_id, _due(now)).order_by(inbox.c.inbox_id).limit(limit)
    return [Delivery(row[0], row[1], bytes(row[2]), row[3]) for row in connection.execute(query)]


def select_delivery(connection: Connection, tenant_id: int, inbox_id: int) -> Delivery | None:
    """Return one delivery, or None where it was taken already."""
    query = select(inbox.c.inbox_id, inbox.c.dkey, inbox.c.body, inbox.c.attempts)
    row = connection.execute(query.where(inbox.c.tenant_id == tenant_id, inbox.c.inbox_id == inbox_id)).first()
    return None if row is None else Delivery(row[0], row[1], bytes(row[2]), row[3])


def delete_deliveries(connection: Connection, tenant_id: int, ids: Collection[int]) -> None:
    """Take deliveries out by their ids: ids commit out of order, so "all up to" would lose some."""
    connection.execute(delete(inbox).where(inbox.c.tenant_id == tenant_id, among(inbox.c.inbox_id, ids)))


def save_attempt(connection: Connection, tenant_id: int, inbox_id: int, due_at: Instant = 0) -> None:
    """Count one more try; the next is at `due_at`, which takes the place of when it came."""
    row = (inbox.c.tenant_id == tenant_id) & (inbox.c.inbox_id == inbox_id)
    connection.execute(update(inbox).where(row).values(attempts=inbox.c.attempts + 1, received_at=due_at))


def select_tried(connection: Connection, tenant_id: int) -> list[Delivery]:
    """Return the deliveries that failed before and wait to be tried again."""
    query = select(inbox.c.inbox_id, inbox.c.dkey, inbox.c.body, inbox.c.attempts)
    query = query.where(inbox.c.tenant_id == tenant_id, inbox.c.attempts > 0).order_by(inbox.c.inbox_id)
    return [Delivery(row[0], row[1], bytes(row[2]), row[3]) for row in connection.execute(query)]


def select_waiting(connection: Connection) -> Waiting:
    """Return how much waits over all tenants, for health."""
    count, oldest = connection.execute(select(func.count(), func.min(inbox.c.received_at))).one()
    return Waiting(count, oldest)
