"""Erasing a person: from every row, from the dead letters, and from what waits to be tried again."""

from sqlalchemy import Connection, Engine

from mappings.events.pseudonyms import Swap, names_any
from mappings.events.types import Instant
from mappings.records.operations.dead_letters import delete_letters_naming
from mappings.records.operations.inbox import delete_deliveries, select_tried
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.erasure import erase_account, select_identifiers
from mappings.records.sql.secrets import Vault


def erase(engine: Engine, vault: Vault, tenant_id: int, *, account: str, now: Instant) -> str:
    """Erase a person in one transaction; return the pseudonym. Raises StoreError.

    Deliveries that wait are drained under the pseudonym, so whoever asks for a clean database drains first.
    """
    with engine.begin() as connection:
        return erase_here(connection, tenant_id, account, vault=vault, now=now)


def erase_here(connection: Connection, tenant_id: int, account: str, *, vault: Vault, now: Instant) -> str:
    """Erase a person within a transaction."""
    digest = select_digest(connection, tenant_id, vault)
    identifiers = select_identifiers(connection, tenant_id, account)
    pseudonym = erase_account(connection, tenant_id, account, digest=digest, at=now)

    def swap(one: str) -> str:
        return pseudonym if one in identifiers else one

    delete_letters_naming(connection, tenant_id, vault, swap)
    _drop_tried(connection, tenant_id, swap)
    return pseudonym


def _drop_tried(connection: Connection, tenant_id: int, swap: Swap) -> None:
    """Drop what failed before and names the person: a reconcile brings its issue, a dead letter would keep the name."""
    tried = select_tried(connection, tenant_id)
    naming = [one.inbox_id for one in tried if names_any(one.body.decode("utf-8", "replace"), swap)]
    delete_deliveries(connection, tenant_id, naming)
