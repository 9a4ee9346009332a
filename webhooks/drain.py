"""From the inbox to figures: a batch of one tenant's deliveries becomes facts and measures in one transaction."""

import logging
from collections.abc import Iterable

from msgspec import Struct
from sqlalchemy import Connection, Engine

from mappings.events.pseudonyms import names_any
from mappings.events.types import AccountGone, Digest, Event, Instant
from mappings.events.webhook import UnknownEvent, UnreadableBody, read_body
from mappings.records.facts.webhook_events import save_seen
from mappings.records.operations.counters import save_count
from mappings.records.operations.dead_letters import insert_letter
from mappings.records.operations.inbox import (
    Delivery,
    claim_tenant,
    delete_deliveries,
    lock_tenant,
    save_attempt,
    select_batch,
    select_delivery,
)
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.erasure import select_swap
from mappings.records.sql.engine import StoreError
from mappings.records.sql.secrets import Vault
from webhooks.erasure import erase_here
from webhooks.intake_filter import admit_events
from webhooks.issue_property import note_foreign
from webhooks.measure import measure_issues

log = logging.getLogger(__name__)

BATCH = 400
# How long (µs) a delivery that failed waits for each further try; others pass it, since facts converge.
WAITS = tuple(seconds * 1_000_000 for seconds in (1, 5, 30, 120))
TRIES = len(WAITS) + 1


class Drained(Struct, frozen=True):
    """One batch: whose it was, how many deliveries it took, and how many of them were put aside as dead letters."""

    tenant_id: int
    deliveries: int
    dead: int = 0


class Read(Struct):
    """A delivery as read: its events, or why it has none."""

    delivery: Delivery
    events: tuple[Event, ...] = ()
    ignored: str | None = None
    reason: str | None = None


class Turn(Struct, frozen=True):
    """A tenant's turn: whose deliveries are taken, with what, and when."""

    tenant_id: int
    vault: Vault
    now: Instant


def drain_once(engine: Engine, vault: Vault, now: Instant, limit: int = BATCH) -> Drained | None:
    """Take one batch of the tenant that waited longest; None where nothing waits. Raises StoreError.

    Facts, figures and the deletion of the inbox rows commit together, so the effect is exactly once. A batch that
    fails is taken apart: each delivery alone, and one that fails by itself for the fifth time becomes a dead letter.
    """
    turn: Turn | None = None
    try:
        with engine.begin() as connection:
            tenant_id = claim_tenant(connection, now)
            if tenant_id is None:
                return None
            turn = Turn(tenant_id, vault, now)
            return _drain(connection, turn, select_batch(connection, tenant_id, limit, now))
    except StoreError:
        raise
    except Exception:
        if turn is None:
            raise
        log.warning("batch failed, taken apart", exc_info=True)
    return _drain_apart(engine, turn, limit)


def _drain_apart(engine: Engine, turn: Turn, limit: int) -> Drained:
    """Take the deliveries of a batch one by one, each in its own transaction."""
    with engine.connect() as connection:
        ids = [delivery.inbox_id for delivery in select_batch(connection, turn.tenant_id, limit, turn.now)]
    dead = sum(_drain_alone(engine, turn, inbox_id) for inbox_id in ids)
    return Drained(turn.tenant_id, len(ids), dead)


def _drain_alone(engine: Engine, turn: Turn, inbox_id: int) -> int:
    """Take one delivery, unless another worker took it meanwhile; return 1 where it became a dead letter."""
    try:
        with engine.begin() as connection:
            delivery = _hold(connection, turn, inbox_id)
            return 0 if delivery is None else _drain(connection, turn, [delivery]).dead
    except StoreError:
        raise
    except Exception as cause:  # whatever it was, it must cost this delivery alone
        reason = type(cause).__name__
        log.warning("delivery failed", exc_info=True)
    with engine.begin() as connection:
        delivery = _hold(connection, turn, inbox_id)
        return 0 if delivery is None else _put_off(connection, turn, delivery, reason)


def _hold(connection: Connection, turn: Turn, inbox_id: int) -> Delivery | None:
    lock_tenant(connection, turn.tenant_id)
    return select_delivery(connection, turn.tenant_id, inbox_id)


def _put_off(connection: Connection, turn: Turn, delivery: Delivery, reason: str) -> int:
    if delivery.attempts + 1 < TRIES:
        due_at = turn.now + WAITS[delivery.attempts]
        save_attempt(connection, turn.tenant_id, delivery.inbox_id, due_at)
        return 0
    save_dead_letter(connection, turn, delivery, reason)
    delete_deliveries(connection, turn.tenant_id, [delivery.inbox_id])
    return 1


def _drain(connection: Connection, turn: Turn, batch: list[Delivery]) -> Drained:
    digest = select_digest(connection, turn.tenant_id, turn.vault)
    reads = [read_delivery(delivery, digest) for delivery in batch]
    dead = [read for read in reads if read.reason]
    for read in dead:
        save_dead_letter(connection, turn, read.delivery, read.reason or "")
    count_unknown(connection, turn.tenant_id, reads)
    events = [event for read in reads for event in read.events]
    touched = save_seen(connection, turn.tenant_id, admit_events(connection, turn.tenant_id, events, digest))
    measure_issues(connection, turn.tenant_id, touched, turn.now)
    note_foreign(connection, turn.tenant_id, events, turn.now)
    delete_deliveries(connection, turn.tenant_id, [delivery.inbox_id for delivery in batch])
    for account in sorted({event.account_id for event in events if isinstance(event, AccountGone)}):
        erase_here(connection, turn.tenant_id, account, vault=turn.vault, now=turn.now)
    return Drained(turn.tenant_id, len(batch), len(dead))


def read_delivery(delivery: Delivery, digest: Digest) -> Read:
    """Read one body. What cannot be read says why (a path and a reason, never content); what is unknown is named."""
    try:
        return Read(delivery, events=read_body(delivery.body, digest))
    except UnknownEvent as unknown:
        return Read(delivery, ignored=unknown.name)
    except UnreadableBody as refusal:
        return Read(delivery, reason=str(refusal))


def count_unknown(connection: Connection, tenant_id: int, reads: Iterable[Read]) -> None:
    """Count what Jira sent and we have no reader for, so that health shows it."""
    for read in reads:
        if read.ignored is not None:
            save_count(connection, tenant_id, "unknown event", 1, subject=read.ignored[:60])
            log.error("unknown event", extra={"event_name": read.ignored[:60]})


def save_dead_letter(connection: Connection, turn: Turn, delivery: Delivery, reason: str) -> None:
    """Keep a delivery that cannot be taken, encrypted, with the reason, for 30 days; not if it names the erased."""
    key, body = delivery.dkey, delivery.body
    swap = select_swap(connection, turn.tenant_id, select_digest(connection, turn.tenant_id, turn.vault))
    if swap and names_any(body.decode("utf-8", "replace"), swap):
        save_count(connection, turn.tenant_id, "dead letter not kept", 1)
        return
    insert_letter(connection, turn.tenant_id, vault=turn.vault, dkey=key, body=body, reason=reason, at=turn.now)
    log.error("dead letter", extra={"reason": reason})
