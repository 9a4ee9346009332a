"""TenantCache: tenants by clientKey, with their keys ready, kept for half a minute."""

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple

from cachetools import LRUCache
from sqlalchemy import Engine

from connector.auth.tokens import read_secret
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.tenants import Tenant, select_tenant_by_key
from mappings.records.sql.secrets import Vault

FRESH_FOR = 30_000_000
# A stranger is looked up again soon: its install may just have been taken by another process.
STRANGER_FOR = SECOND
RELOAD_AFTER = SECOND
MAX_TENANTS = 4096


class NotCachedError(Exception):
    """The answer needs the database or the network. `issuer` is a tenant that was known a moment ago, if any."""

    def __init__(self, issuer: str | None = None) -> None:
        super().__init__()
        self.issuer = issuer


@dataclass(frozen=True, slots=True)
class CachedTenant:
    """A tenant with its keys ready. `key_before` is the previous secret's, good for webhooks until `before_until`.

    `display_url` is the address that people see, the base address where the site has no other.
    """

    tenant_id: int
    client_key: str
    site: str
    base_url: str
    display_url: str
    state: str
    secret: str = field(repr=False)
    key: bytes = field(repr=False)
    key_before: bytes | None = field(repr=False)
    before_until: Instant
    installed_iat: int


class Entry(NamedTuple):
    """A tenant, or None for a clientKey that nobody has, and when the database was asked."""

    asked_at: Instant
    tenant: CachedTenant | None

    @property
    def fresh_for(self) -> Instant:
        return STRANGER_FOR if self.tenant is None else FRESH_FOR


class TenantCache:
    """Looks tenants up by the clientKey that a token claims. Safe for threads."""

    def __init__(self, engine: Engine, vault: Vault, clock: Callable[[], Instant]) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock
        # Entries stay when they are old: `peek` distinguishes a tenant that was known from a stranger.
        self._entries: LRUCache[str, Entry] = LRUCache(MAX_TENANTS)
        self._lock = threading.Lock()
        self._forgotten = 0

    def find(self, client_key: str) -> CachedTenant | None:
        """Return the tenant, at most half a minute old. Raises StoreError."""
        entry = self._entry(client_key)
        if entry is not None and self._clock() - entry.asked_at < entry.fresh_for:
            return entry.tenant
        return self._load(client_key)

    def reload(self, client_key: str) -> CachedTenant | None:
        """Return the tenant as the database has it now, unless it was asked within a second.

        For a token that does not verify: the secret may have been replaced by an install that another process took.
        """
        entry = self._entry(client_key)
        if entry is not None and self._clock() - entry.asked_at < RELOAD_AFTER:
            return entry.tenant
        return self._load(client_key)

    def peek(self, client_key: str, *, reload: bool = False) -> CachedTenant | None:
        """Return what `find`, or `reload`, would return without asking the database. Raises NotCachedError."""
        entry = self._entry(client_key)
        if entry is None:
            raise NotCachedError
        if self._clock() - entry.asked_at >= (RELOAD_AFTER if reload else entry.fresh_for):
            raise NotCachedError(client_key if entry.tenant else None)
        return entry.tenant

    def _entry(self, client_key: str) -> Entry | None:
        with self._lock:
            return self._entries.get(client_key)

    def forget(self, client_key: str) -> None:
        with self._lock:
            self._forgotten += 1
            self._entries.pop(client_key, None)

    def _load(self, client_key: str) -> CachedTenant | None:
        asked_at, forgotten = self._clock(), self._forgotten
        with self._engine.connect() as connection:
            tenant = self.read(select_tenant_by_key(connection, client_key))
        with self._lock:
            # What was read before somebody changed it must not outlive the change.
            if forgotten == self._forgotten:
                self._entries[client_key] = Entry(asked_at, tenant)
        return tenant

    def read(self, row: Tenant | None) -> CachedTenant | None:
        if row is None or row.client_key is None or row.secret is None:
            return None
        secret = self._vault.decrypt(row.secret, tenant_id=row.tenant_id, column="secret").decode()
        return CachedTenant(
            tenant_id=row.tenant_id,
            client_key=row.client_key,
            site=row.site,
            base_url=row.base_url,
            display_url=row.display_url or row.base_url,
            state=row.state,
            secret=secret,
            key=read_secret(secret),
            key_before=self._read_before(row),
            before_until=row.secret_before_until,
            installed_iat=row.installed_iat,
        )

    def _read_before(self, row: Tenant) -> bytes | None:
        if row.secret_before is None:
            return None
        secret = self._vault.decrypt(row.secret_before, tenant_id=row.tenant_id, column="secret_before")
        return read_secret(secret.decode())
