"""Dead letters: deliveries that failed five times, encrypted, with the reason, kept for 30 days."""

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, func, insert, select

from mappings.events.pseudonyms import Swap, names_any
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.sql.bulk import among
from mappings.records.sql.secrets import Vault, rotate_column
from mappings.records.tables import dead_letter, inbox

KEPT_FOR = 30 * DAY


class DeadLetter(Struct, frozen=True):
    letter_id: int
    dkey: str
    reason: str
    dead_at: Instant


def insert_dead_letter(
    connection: Connection, tenant_id: int, *, vault: Vault, dkey: str, body: bytes, reason: str, at: Instant
) -> None:
    secret = vault.encrypt(body, tenant_id=tenant_id, column="dead_letter")
    # A sender whose answer was lost delivers again, after the first delivery became a dead letter.
    connection.execute(delete(dead_letter).where(dead_letter.c.tenant_id == tenant_id, dead_letter.c.dkey == dkey))
    values = {"tenant_id": tenant_id, "dkey": dkey, "body": secret, "reason": reason[:1000], "dead_at": at}
    connection.execute(insert(dead_letter).values(**values))


def select_dead_letters(connection: Connection, tenant_id: int) -> list[DeadLetter]:
    columns = [dead_letter.c[name] for name in DeadLetter.__struct_fields__]
    query = select(*columns).where(dead_letter.c.tenant_id == tenant_id).order_by(dead_letter.c.letter_id)
    return [DeadLetter(*row) for row in connection.execute(query)]


def select_dead_letter_body(connection: Connection, tenant_id: int, letter_id: int, vault: Vault) -> bytes | None:
    """Return the delivery of a dead letter, None where there is none. Raises StoreError where no key decrypts it."""
    row = (dead_letter.c.tenant_id == tenant_id) & (dead_letter.c.letter_id == letter_id)
    secret = connection.execute(select(dead_letter.c.body).where(row)).scalar()
    return None if secret is None else vault.decrypt(secret, tenant_id=tenant_id, column="dead_letter")


def requeue_dead_letter(connection: Connection, tenant_id: int, letter_id: int, vault: Vault) -> bool:
    """Move a dead letter back to the inbox; False where there is none."""
    row = (dead_letter.c.tenant_id == tenant_id) & (dead_letter.c.letter_id == letter_id)
    letter = connection.execute(
        select(dead_letter.c.dkey, dead_letter.c.body, dead_letter.c.dead_at).where(row)
    ).first()
    if letter is None:
        return False
    body = vault.decrypt(letter.body, tenant_id=tenant_id, column="dead_letter")
    values = {"tenant_id": tenant_id, "dkey": f"again {letter_id} {letter.dkey}"[:255], "body": pack_body(body)}
    connection.execute(insert(inbox).values(**values, received_at=letter.dead_at, attempts=0))
    connection.execute(delete(dead_letter).where(row))
    return True


def delete_old_dead_letters(connection: Connection, now: Instant) -> int:
    old = dead_letter.c.dead_at < now - KEPT_FOR
    count = connection.execute(select(func.count()).select_from(dead_letter).where(old)).scalar_one()
    connection.execute(delete(dead_letter).where(old))
    return count


def delete_dead_letters_naming(connection: Connection, tenant_id: int, vault: Vault, swap: Swap) -> int:
    # Delete the dead letters that contain an id that `swap` replaces; return how many.
    rows = connection.execute(select(dead_letter.c.letter_id, dead_letter.c.body).where(_of(tenant_id))).all()
    decrypted = (
        (letter_id, vault.decrypt(secret, tenant_id=tenant_id, column="dead_letter")) for letter_id, secret in rows
    )
    ids = [letter_id for letter_id, body in decrypted if names_any(body.decode("utf-8", "replace"), swap)]
    connection.execute(delete(dead_letter).where(_of(tenant_id), among(dead_letter.c.letter_id, ids)))
    return len(ids)


def _of(tenant_id: int) -> ColumnElement[bool]:
    return dead_letter.c.tenant_id == tenant_id


def rotate_dead_letters(connection: Connection, vault: Vault) -> int:
    return rotate_column(connection, vault, dead_letter.c.letter_id, dead_letter.c.body)
