"""The inbox: deliveries from Jira that are not read yet."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import accumulate
from operator import itemgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import (
    BigInteger,
    BindParameter,
    ColumnElement,
    Connection,
    Engine,
    bindparam,
    case,
    delete,
    exists,
    func,
    or_,
    select,
    update,
)

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.records.operations.inbox_bodies import pack_body, unpack_body
from mappings.records.sql.bulk import among_bound_ids, insert_text
from mappings.records.tables import inbox, tenant_lock

# How many bytes the bodies of a batch hold before its last one begins: one may have 26 MB.
BATCH_BYTES = 16_000_000


@dataclass(frozen=True, slots=True)
class Delivery:
    inbox_id: int
    dkey: str
    # A dataclass, since a Struct would show the body in its repr, and so in a log.
    body: bytes = field(repr=False)
    attempts: int
    # The id of the request that stored it; None where none did.
    request: str | None = None


class Waiting(Struct, frozen=True):
    deliveries: int
    oldest: Instant | None


def insert_statement(engine: Engine) -> str:
    """Return the driver's text that inserts (tenant, delivery key, instant, body), repeated deliveries ignored.

    The body is one that `pack_body` returned.
    """
    return insert_text(engine, inbox, _KEPT)


def insert_received_statement(engine: Engine) -> str:
    """Return the same for what a request brought: behind the body comes the id of the request."""
    return insert_text(engine, inbox, _RECEIVED)


def insert_many_statement() -> str:
    """Return PostgreSQL's text that inserts many deliveries that requests brought, an array for each of the five."""
    arrays = "$1::bigint[], $2::text[], $3::bigint[], $4::bytea[], $5::text[]"
    return f"INSERT INTO {inbox.name} ({', '.join(_RECEIVED)}) SELECT * FROM unnest({arrays}) ON CONFLICT DO NOTHING"  # noqa: S608


_KEPT = ("tenant_id", "dkey", "received_at", "body")
_RECEIVED = (*_KEPT, "request")


def save_delivery(connection: Connection, tenant_id: int, dkey: str, *, received_at: Instant, body: bytes) -> None:
    """Store a delivery that did not come as a webhook request; a repeated one is ignored."""
    row = (tenant_id, dkey[:255], received_at, pack_body(body))
    connection.exec_driver_sql(insert_statement(connection.engine), row)


def claim_tenant(connection: Connection, now: Instant) -> int | None:
    """Lock the tenant that was drained longest ago and has a delivery due; return it, None where none has."""
    waiting = exists().where(inbox.c.tenant_id == tenant_lock.c.tenant_id, _due(now))
    query = (
        select(tenant_lock.c.tenant_id)
        .where(waiting)
        # Drained after now: the clock was set back, and the tenant must not wait until it is there again.
        .order_by(case((tenant_lock.c.drained_at > now, 0), else_=tenant_lock.c.drained_at), tenant_lock.c.tenant_id)
        .limit(1)
    )
    # Two workers take different tenants, neither waits for the other.
    tenant_id = connection.execute(query.with_for_update(skip_locked=True)).scalar()
    if tenant_id is not None:
        connection.execute(update(tenant_lock).where(tenant_lock.c.tenant_id == tenant_id).values(drained_at=now))
    return tenant_id


def lock_tenant(connection: Connection, tenant_id: int) -> None:
    """Wait until no other transaction writes the tenant's facts and figures."""
    # Sums are adjusted by difference, so two writers must not adjust at once. SQLite has one writer anyway.
    connection.execute(select(tenant_lock.c.tenant_id).where(tenant_lock.c.tenant_id == tenant_id).with_for_update())


def _due(now: Instant | BindParameter[int]) -> ColumnElement[bool]:
    # A delivery that failed waits for its next try, without holding up those behind it.
    return or_(inbox.c.attempts == 0, inbox.c.received_at <= now)


def select_batch(connection: Connection, tenant_id: int, limit: int, now: Instant = EVER) -> list[Delivery]:
    """Return the oldest deliveries of a tenant that are due at an instant, those that begin within BATCH_BYTES."""
    return select_deliveries(connection, tenant_id, select_batch_ids(connection, tenant_id, limit, now))


def select_batch_ids(connection: Connection, tenant_id: int, limit: int, now: Instant) -> list[int]:
    """Return the ids of the deliveries that `select_batch` returns. The lengths are read, no body."""
    rows = connection.execute(_LENGTHS, {"at_tenant": tenant_id, "at_now": now, "at_most": limit}).all()
    before = accumulate((row[1] for row in rows), initial=0)
    return [row[0] for row, length in zip(rows, before, strict=False) if length < BATCH_BYTES]


_LENGTHS = (
    select(inbox.c.inbox_id, func.length(inbox.c.body))
    .where(inbox.c.tenant_id == bindparam("at_tenant"), _due(bindparam("at_now", type_=BigInteger)))
    .order_by(inbox.c.inbox_id)
    .limit(bindparam("at_most", type_=BigInteger))
)
_DELIVERIES = select(inbox.c.inbox_id, inbox.c.dkey, inbox.c.body, inbox.c.attempts, inbox.c.request)
_OF_IDS = _DELIVERIES.where(inbox.c.tenant_id == bindparam("at_tenant"), among_bound_ids(inbox.c.inbox_id))


def _delivery(row: Sequence[Any]) -> Delivery:
    inbox_id, key, body, attempts, request = row
    return Delivery(inbox_id, key, unpack_body(bytes(body)), attempts, request)


def stream_deliveries(connection: Connection, tenant_id: int) -> Iterator[Delivery]:
    """Yield all deliveries of a tenant that wait, oldest first, a few in memory at a time."""
    query = _DELIVERIES.where(inbox.c.tenant_id == tenant_id).order_by(inbox.c.inbox_id)
    for row in connection.execute(query.execution_options(yield_per=16)):
        yield _delivery(row)


def select_deliveries(connection: Connection, tenant_id: int, ids: Collection[int]) -> list[Delivery]:
    """Return those of the deliveries that still wait, oldest first."""
    rows = connection.execute(_OF_IDS, {"at_tenant": tenant_id, "at_ids": tuple(ids)}).all()
    # Sorted here: SQLite would copy every body into a table of its own and sort that, which took longer than reading.
    return [_delivery(row) for row in sorted(rows, key=itemgetter(0))]


def select_delivery(connection: Connection, tenant_id: int, inbox_id: int) -> Delivery | None:
    query = _DELIVERIES.where(inbox.c.tenant_id == tenant_id, inbox.c.inbox_id == inbox_id)
    row = connection.execute(query).first()
    return None if row is None else _delivery(row)


_DELETE = delete(inbox).where(inbox.c.tenant_id == bindparam("at_tenant"), among_bound_ids(inbox.c.inbox_id))


def delete_deliveries(connection: Connection, tenant_id: int, ids: Collection[int]) -> None:
    # By id: ids commit out of order, so "all up to" would delete deliveries that nobody read.
    connection.execute(_DELETE, {"at_tenant": tenant_id, "at_ids": tuple(ids)})


def save_attempt(connection: Connection, tenant_id: int, inbox_id: int, due_at: Instant = 0) -> None:
    """Count a failed try; the next one is at `due_at`, which replaces the time of arrival."""
    row = (inbox.c.tenant_id == tenant_id) & (inbox.c.inbox_id == inbox_id)
    connection.execute(update(inbox).where(row).values(attempts=inbox.c.attempts + 1, received_at=due_at))


def select_tried(connection: Connection, tenant_id: int) -> list[Delivery]:
    query = _DELIVERIES.where(inbox.c.tenant_id == tenant_id, inbox.c.attempts > 0).order_by(inbox.c.inbox_id)
    return [_delivery(row) for row in connection.execute(query)]


def select_waiting(connection: Connection) -> Waiting:
    count, oldest = connection.execute(select(func.count(), func.min(inbox.c.received_at))).one()
    return Waiting(count, oldest)
