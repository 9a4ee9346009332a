"""Erasure of a person from every row, from dead letters, closed rooms, and from deliveries that failed."""

from functools import partial

from sqlalchemy import Connection, Engine

from mappings.events.pseudonyms import Swap, mask_texts, names_any
from mappings.events.types import Instant
from mappings.records.agreement.closed_room import rewrite_room_texts
from mappings.records.operations.dead_letters import delete_dead_letters_naming
from mappings.records.operations.inbox import delete_deliveries, select_tried
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.erasure import erase_account, select_identifiers
from mappings.records.sql.secrets import Vault


def erase(engine: Engine, vault: Vault, tenant_id: int, *, account: str, now: Instant) -> str:
    """Erase a person in one transaction; return the pseudonym. Raises StoreError.

    Waiting deliveries are drained under the pseudonym: to have none in the database, drain first.
    """
    with engine.begin() as connection:
        return erase_within(connection, tenant_id, account, vault=vault, now=now)


def erase_within(connection: Connection, tenant_id: int, account: str, *, vault: Vault, now: Instant) -> str:
    digest = select_digest(connection, tenant_id, vault)
    identifiers = select_identifiers(connection, tenant_id, account)
    pseudonym = erase_account(connection, tenant_id, account, digest=digest, at=now)

    def swap(identifier: str) -> str:
        return pseudonym if identifier in identifiers else identifier

    delete_dead_letters_naming(connection, tenant_id, vault, swap)
    rewrite_room_texts(connection, tenant_id, vault, partial(mask_texts, swap=swap))
    _delete_tried(connection, tenant_id, swap)
    return pseudonym


def _delete_tried(connection: Connection, tenant_id: int, swap: Swap) -> None:
    # Failed deliveries would be kept as dead letters; the next reconcile reads their issues again.
    tried = select_tried(connection, tenant_id)
    naming = [delivery.inbox_id for delivery in tried if names_any(delivery.body.decode("utf-8", "replace"), swap)]
    delete_deliveries(connection, tenant_id, naming)
