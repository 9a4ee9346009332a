"""Dead letters: deliveries that could not be taken, encrypted, with the reason, for 30 days."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from mappings.events.pseudonyms import Swap, names_any
from mappings.events.types import Instant
from mappings.records.sql.bulk import among
from mappings.records.sql.secrets import Vault, rotate_column
from mappings.records.tables import dead_letter, inbox

KEPT_FOR = 30 * 86_400_000_000


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A dead letter without its body."""

    letter_id: int
    dkey: str
    reason: str
    dead_at: Instant


def insert_letter(
    connection: Connection, tenant_id: int, *, vault: Vault, dkey: str, body: bytes, reason: str, at: Instant
) -> None:
    """Keep a delivery that could not be taken."""
    secret = vault.encrypt(body, tenant_id=tenant_id, column="dead_letter")
    values = {"tenant_id": tenant_id, "dkey": dkey, "body": secret, "reason": reason[:1000], "dead_at": at}
    connection.execute(insert(dead_letter).values(**values))


def select_letters(connection: Connection, tenant_id: int) -> list[DeadLetter]:
    """Return a tenant's dead letters, oldest first."""
    columns = [dead_letter.c[name] for name in DeadLetter.__dataclass_fields__]
    query = select(*columns).where(dead_letter.c.tenant_id == tenant_id).order_by(dead_letter.c.letter_id)
    return [DeadLetter(*row) for row in connection.execute(query)]


def select_letter_body(connection: Connection, tenant_id: int, letter_id: int, vault: Vault) -> bytes | None:
    """Return what a dead letter says, or None. Raises StoreError where no key fits."""
    row = (dead_letter.c.tenant_id == tenant_id) & (dead_letter.c.letter_id == letter_id)
    secret = connection.execute(select(dead_letter.c.body).where(row)).scalar()
    return None if secret is None else vault.decrypt(secret, tenant_id=tenant_id, column="dead_letter")


def requeue_letter(connection: Connection, tenant_id: int, letter_id: int, vault: Vault) -> bool:
    """Put a dead letter back into the inbox, to be tried anew; False where there is none."""
    row = (dead_letter.c.tenant_id == tenant_id) & (dead_letter.c.letter_id == letter_id)
    found = connection.execute(select(dead_letter.c.dkey, dead_letter.c.body, dead_letter.c.dead_at).where(row)).first()
    if found is None:
        return False
    body = vault.decrypt(found.body, tenant_id=tenant_id, column="dead_letter")
    values = {"tenant_id": tenant_id, "dkey": f"again {letter_id} {found.dkey}"[:255], "body": body}
    connection.execute(insert(inbox).values(**values, received_at=found.dead_at, attempts=0))
    connection.execute(delete(dead_letter).where(row))
    return True


def delete_old_letters(connection: Connection, now: Instant) -> int:
    """Drop what is older than 30 days, over all tenants; return how many."""
    old = dead_letter.c.dead_at < now - KEPT_FOR
    count = connection.execute(select(func.count()).select_from(dead_letter).where(old)).scalar_one()
    connection.execute(delete(dead_letter).where(old))
    return count


def delete_letters_naming(connection: Connection, tenant_id: int, vault: Vault, swap: Swap) -> int:
    """Drop the dead letters that name somebody for whom `swap` has another id; return how many."""
    rows = connection.execute(select(dead_letter.c.letter_id, dead_letter.c.body).where(_of(tenant_id))).all()
    opened = ((one, vault.decrypt(secret, tenant_id=tenant_id, column="dead_letter")) for one, secret in rows)
    ids = [one for one, body in opened if names_any(body.decode("utf-8", "replace"), swap)]
    connection.execute(delete(dead_letter).where(_of(tenant_id), among(dead_letter.c.letter_id, ids)))
    return len(ids)


def _of(tenant_id: int) -> ColumnElement[bool]:
    return dead_letter.c.tenant_id == tenant_id


def rotate_letters(connection: Connection, vault: Vault) -> int:
    """Encrypt every dead letter anew under the first key; return how many there are."""
    return rotate_column(connection, vault, dead_letter.c.letter_id, dead_letter.c.body)
