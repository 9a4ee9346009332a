"""The drain: a batch of one tenant's deliveries becomes facts and figures in one transaction."""

import logging
from collections.abc import Iterable, Sequence

from msgspec import Struct
from sqlalchemy import Connection, Engine

from mappings.events.errors import UnknownEvent, UnreadableBody
from mappings.events.pseudonyms import names_any
from mappings.events.times import SECOND
from mappings.events.types import AccountGone, Digest, Event, Instant
from mappings.events.webhook import read_body
from mappings.records.facts.webhook_events import save_seen
from mappings.records.operations.counters import save_count
from mappings.records.operations.dead_letters import insert_dead_letter
from mappings.records.operations.inbox import (
    Delivery,
    claim_tenant,
    delete_deliveries,
    lock_tenant,
    save_attempt,
    select_batch,
    select_batch_ids,
    select_deliveries,
    select_delivery,
)
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.erasure import select_swap
from mappings.records.sql.engine import StoreError
from mappings.records.sql.secrets import Vault
from webhooks.erasure import erase_within
from webhooks.intake_filter import admit_events
from webhooks.issue_property import mark_foreign_events
from webhooks.measure import measure_issues

log = logging.getLogger(__name__)

# A ticket is measured once a batch, however many events it has; a single event of another site waits for one batch.
BATCH = 800
# How long (µs) a failed delivery waits before each further try. Others overtake it: facts do not depend on order.
WAITS = tuple(seconds * SECOND for seconds in (1, 5, 30, 120))
TRIES = len(WAITS) + 1


class Drained(Struct, frozen=True):
    """A batch: how many deliveries were taken, and how many of them became dead letters."""

    tenant_id: int
    deliveries: int
    dead: int = 0


class Read(Struct):
    """A delivery as read: its events, or why it has none."""

    delivery: Delivery
    events: tuple[Event, ...] = ()
    ignored: str | None = None
    reason: str | None = None


class TenantBatch(Struct, frozen=True):
    """A tenant whose deliveries are drained, with the keys and the time."""

    tenant_id: int
    vault: Vault
    now: Instant


def drain_once(engine: Engine, vault: Vault, now: Instant, limit: int = BATCH) -> Drained | None:
    """Drain one batch of the tenant that waited longest; None where nothing waits. Raises StoreError."""
    tenant: TenantBatch | None = None
    try:
        with engine.begin() as connection:
            tenant_id = claim_tenant(connection, now)
            if tenant_id is None:
                return None
            tenant = TenantBatch(tenant_id, vault, now)
            # Facts, figures and the deletion from the inbox commit together: each delivery takes effect exactly once.
            return _drain(connection, tenant, select_batch(connection, tenant_id, limit, now))
    except StoreError:
        raise
    except Exception:
        if tenant is None:
            raise
        log.warning("batch failed, taken apart", exc_info=True)
    with engine.connect() as connection:
        ids = select_batch_ids(connection, tenant.tenant_id, limit, tenant.now)
    return Drained(tenant.tenant_id, len(ids), _drain_halves(engine, tenant, ids))


def _drain_halves(engine: Engine, tenant: TenantBatch, ids: Sequence[int]) -> int:
    """Drain a failed batch half by half, down to the delivery at fault; return how many became dead letters.

    One that stops each batch costs some twenty transactions, not one for each delivery that came with it.
    """
    if len(ids) < 2:
        return sum(_drain_alone(engine, tenant, inbox_id) for inbox_id in ids)
    middle = len(ids) // 2
    return sum(_drain_part(engine, tenant, part) for part in (ids[:middle], ids[middle:]))


def _drain_part(engine: Engine, tenant: TenantBatch, ids: Sequence[int]) -> int:
    if len(ids) < 2:
        return _drain_halves(engine, tenant, ids)
    try:
        with engine.begin() as connection:
            lock_tenant(connection, tenant.tenant_id)
            return _drain(connection, tenant, select_deliveries(connection, tenant.tenant_id, ids)).dead
    except StoreError:
        raise
    except Exception:  # the half with the delivery at fault is taken apart further
        log.warning("part of a batch failed", exc_info=True)
    return _drain_halves(engine, tenant, ids)


def _drain_alone(engine: Engine, tenant: TenantBatch, inbox_id: int) -> int:
    """Drain one delivery, unless another worker did; return 1 where it became a dead letter."""
    try:
        with engine.begin() as connection:
            delivery = _lock_delivery(connection, tenant, inbox_id)
            return 0 if delivery is None else _drain(connection, tenant, [delivery]).dead
    except StoreError:
        raise
    except Exception as cause:  # noqa: BLE001  whatever it was, it must cost this delivery alone
        failed = cause
    reason = type(failed).__name__
    with engine.begin() as connection:
        delivery = _lock_delivery(connection, tenant, inbox_id)
        if delivery is None:
            return 0
        log.warning("delivery failed", extra=_log_parts(tenant.tenant_id, delivery), exc_info=failed)
        return _retry_later(connection, tenant, delivery, reason)


def _lock_delivery(connection: Connection, tenant: TenantBatch, inbox_id: int) -> Delivery | None:
    lock_tenant(connection, tenant.tenant_id)
    return select_delivery(connection, tenant.tenant_id, inbox_id)


def _retry_later(connection: Connection, tenant: TenantBatch, delivery: Delivery, reason: str) -> int:
    if delivery.attempts + 1 < TRIES:
        due_at = tenant.now + WAITS[delivery.attempts]
        save_attempt(connection, tenant.tenant_id, delivery.inbox_id, due_at)
        return 0
    save_dead_letter(connection, tenant, delivery, reason)
    delete_deliveries(connection, tenant.tenant_id, [delivery.inbox_id])
    return 1


def _drain(connection: Connection, tenant: TenantBatch, batch: list[Delivery]) -> Drained:
    digest = select_digest(connection, tenant.tenant_id, tenant.vault)
    reads = [read_delivery(delivery, digest) for delivery in batch]
    dead = [read for read in reads if read.reason]
    for read in dead:
        save_dead_letter(connection, tenant, read.delivery, read.reason or "")
    count_unknown(connection, tenant.tenant_id, reads)
    events = [event for read in reads for event in read.events]
    touched = save_seen(connection, tenant.tenant_id, admit_events(connection, tenant.tenant_id, events, digest))
    measure_issues(connection, tenant.tenant_id, touched, tenant.now)
    mark_foreign_events(connection, tenant.tenant_id, events, tenant.now)
    delete_deliveries(connection, tenant.tenant_id, [delivery.inbox_id for delivery in batch])
    for account in sorted({event.account_id for event in events if isinstance(event, AccountGone)}):
        erase_within(connection, tenant.tenant_id, account, vault=tenant.vault, now=tenant.now)
    return Drained(tenant.tenant_id, len(batch), len(dead))


def read_delivery(delivery: Delivery, digest: Digest) -> Read:
    """Read a body. An error names a path and a reason, never content."""
    try:
        return Read(delivery, events=read_body(delivery.body, digest))
    except UnknownEvent as unknown:
        return Read(delivery, ignored=unknown.name)
    except UnreadableBody as refusal:
        return Read(delivery, reason=str(refusal))


def count_unknown(connection: Connection, tenant_id: int, reads: Iterable[Read]) -> None:
    for read in reads:
        if read.ignored is not None:
            save_count(connection, tenant_id, "unknown event", 1, subject=read.ignored[:60])
            log.error("unknown event", extra=_log_parts(tenant_id, read.delivery) | {"event_name": read.ignored[:60]})


def save_dead_letter(connection: Connection, tenant: TenantBatch, delivery: Delivery, reason: str) -> None:
    key, body = delivery.dkey, delivery.body
    swap = select_swap(connection, tenant.tenant_id, select_digest(connection, tenant.tenant_id, tenant.vault))
    if swap and names_any(body.decode("utf-8", "replace"), swap):
        # It contains an erased account, which would be stored again.
        save_count(connection, tenant.tenant_id, "dead letter not kept", 1)
        return
    insert_dead_letter(
        connection, tenant.tenant_id, vault=tenant.vault, dkey=key, body=body, reason=reason, at=tenant.now
    )
    log.error("dead letter", extra=_log_parts(tenant.tenant_id, delivery) | {"reason": reason})


def _log_parts(tenant_id: int, delivery: Delivery) -> dict[str, object]:
    """Return what each line about a delivery has: the request that stored it, too, where one did."""
    parts: dict[str, object] = {"tenant_id": tenant_id, "delivery": delivery.inbox_id}
    return parts | ({"request": delivery.request} if delivery.request else {})
