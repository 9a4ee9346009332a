"""Encrypted columns: keys come from outside the database, and a secret is bound to its tenant and column."""

import hashlib
import hmac
import os
from collections.abc import Sequence

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from sqlalchemy import Column, Connection, select, update

from mappings.events.types import Digest
from mappings.records.sql.engine import StoreError


class Vault:
    """Encrypts with the first key and decrypts with any, so that keys can be replaced."""

    def __init__(self, keys: Sequence[str | bytes]) -> None:
        if not keys:
            raise StoreError("there is no key for secrets", "set TEACHBACK_SECRET_KEYS")
        self._fernet = MultiFernet([Fernet(key) for key in keys])

    def __repr__(self) -> str:
        return "Vault(…)"

    def encrypt(self, plain: bytes, *, tenant_id: int, column: str) -> bytes:
        """Return `plain` encrypted; it can be decrypted only for the same column of the same tenant."""
        return self._fernet.encrypt(_bound(tenant_id, column) + plain)

    def decrypt(self, secret: bytes, *, tenant_id: int, column: str) -> bytes:
        """Return the plain bytes. Raises StoreError where no key decrypts them, or for another tenant or column."""
        try:
            decrypted = self._fernet.decrypt(bytes(secret))
        except InvalidToken as cause:
            raise StoreError(
                "a secret cannot be read", "put the key it was written with into TEACHBACK_SECRET_KEYS"
            ) from cause
        binding = _bound(tenant_id, column)
        if not hmac.compare_digest(decrypted[: len(binding)], binding):
            raise StoreError("a secret is in a row that is not its own", "restore the row from a backup")
        return decrypted[len(binding) :]

    def rotate(self, secret: bytes) -> bytes:
        return self._fernet.rotate(bytes(secret))


def _bound(tenant_id: int, column: str) -> bytes:
    return f"{tenant_id}|{column}|".encode()


def make_digest_key() -> bytes:
    return os.urandom(32)


def digest_with(key: bytes) -> Digest:
    """Return the keyed hash of texts: equal for equal texts of one tenant, and not reversible."""

    # The key is hashed once, not for each text.
    keyed = hashlib.blake2b(key=key, digest_size=12)

    def digest(text: str) -> str:
        hashed = keyed.copy()
        hashed.update(text.encode("utf-8", "surrogatepass"))
        return hashed.hexdigest()

    return digest


def rotate_column(connection: Connection, vault: Vault, key: Column[int], secret: Column[bytes]) -> int:
    """Encrypt a table's secrets with the first key; return how many there are. `key` identifies its rows."""
    rows = connection.execute(select(key, secret)).all()
    for number, encrypted in rows:
        connection.execute(update(key.table).where(key == number).values({secret.name: vault.rotate(encrypted)}))
    return len(rows)
