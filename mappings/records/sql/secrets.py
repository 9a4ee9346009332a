"""Secrets at rest: encrypted under keys from outside the database, and bound to the tenant and column they are of."""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Connection, select, update

from mappings.events.types import Digest
from mappings.records.sql.engine import StoreError


class Vault:
    """Encrypts with the first key and reads with any, so that a new key can be put in front of the old one."""

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        if not keys:
            raise StoreError("there is no key for secrets", "set TEACHBACK_SECRET_KEYS")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Vault(…)"

    def encrypt(self, plain: bytes, *, tenant_id: int, column: str) -> bytes:
        """Return `plain` encrypted; it can be read only as the same column of the same tenant."""
        return self._fernet.encrypt(_bound(tenant_id, column) + plain)

    def decrypt(self, secret: bytes, *, tenant_id: int, column: str) -> bytes:
        """Return what was encrypted. Raises StoreError where no key fits or it belongs elsewhere."""
        try:
            opened = self._fernet.decrypt(bytes(secret))
        except InvalidToken as cause:
            raise StoreError(
                "a secret cannot be read", "put the key it was written with into TEACHBACK_SECRET_KEYS"
            ) from cause
        place = _bound(tenant_id, column)
        if not hmac.compare_digest(opened[: len(place)], place):
            raise StoreError("a secret lies in a place that is not its own", "restore the row from a backup")
        return opened[len(place) :]

    def rotate(self, secret: bytes) -> bytes:
        """Return a secret encrypted anew under the first key."""
        return self._fernet.rotate(bytes(secret))


def _bound(tenant_id: int, column: str) -> bytes:
    return f"{tenant_id}|{column}|".encode()


def make_digest_key() -> bytes:
    """Return a fresh key for the hashes of comments."""
    return os.urandom(32)


def digest_with(key: bytes) -> Digest:
    """Return the keyed hash of texts: equal texts of one tenant are equal, and nothing can be read back."""

    def digest(text: str) -> str:
        return hashlib.blake2b(text.encode("utf-8", "surrogatepass"), key=key, digest_size=12).hexdigest()

    return digest


def rotate_column(connection: Connection, vault: Vault, key: Column[int], secret: Column[bytes]) -> int:
    """Encrypt a table's secrets anew under the first key; return how many there are. `key` tells its rows apart."""
    rows = connection.execute(select(key, secret)).all()
    for number, sealed in rows:
        connection.execute(update(key.table).where(key == number).values({secret.name: vault.rotate(sealed)}))
    return len(rows)
