"""Who we know: tenants as the gate needs them, with their keys ready, kept for half a minute."""

import threading
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass, field

from sqlalchemy import Engine

from connector.auth.tokens import read_secret
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.operations.tenants import Tenant, select_tenant, select_tenant_by_key
from mappings.records.sql.secrets import Vault

FRESH_FOR = 30_000_000
# A stranger is looked up again soon: its install may just have been taken by another process.
STRANGER_FOR = SECOND
RELOAD_AFTER = SECOND
KEPT = 4096


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


class TenantCache:
    """Looks tenants up by the clientKey that a token claims. Safe for threads."""

    def __init__(self, engine: Engine, vault: Vault, clock: Callable[[], Instant]) -> None:
        self._engine, self._vault, self._clock = engine, vault, clock
        self._kept: OrderedDict[str, tuple[Instant, CachedTenant | None]] = OrderedDict()
        self._lock = threading.Lock()
        self._forgotten = 0

    def find(self, client_key: str) -> CachedTenant | None:
        """Return the tenant, at most half a minute old. Raises StoreError."""
        kept = self._kept.get(client_key)
        if kept is not None and self._clock() - kept[0] < (STRANGER_FOR if kept[1] is None else FRESH_FOR):
            return kept[1]
        return self._load(client_key)

    def reload(self, client_key: str) -> CachedTenant | None:
        """Return the tenant as the database has it now, unless it was asked within a second.

        For a token that does not verify: the secret may have been replaced by an install that another process took.
        """
        kept = self._kept.get(client_key)
        if kept is not None and self._clock() - kept[0] < RELOAD_AFTER:
            return kept[1]
        return self._load(client_key)

    def peek(self, client_key: str, *, reload: bool = False) -> CachedTenant | None:
        """Return what `find`, or `reload`, would return without asking the database. Raises NotCachedError."""
        kept = self._kept.get(client_key)
        if kept is None:
            raise NotCachedError
        fresh_for = RELOAD_AFTER if reload else STRANGER_FOR if kept[1] is None else FRESH_FOR
        if self._clock() - kept[0] >= fresh_for:
            raise NotCachedError(client_key if kept[1] else None)
        return kept[1]

    def find_by_id(self, tenant_id: int) -> CachedTenant | None:
        """Return a tenant by our own id, always from the database."""
        with self._engine.connect() as connection:
            return self._read(select_tenant(connection, tenant_id))

    def forget(self, client_key: str) -> None:
        """Look the tenant up anew at the next call."""
        with self._lock:
            self._forgotten += 1
            self._kept.pop(client_key, None)

    def _load(self, client_key: str) -> CachedTenant | None:
        asked, forgotten = self._clock(), self._forgotten
        with self._engine.connect() as connection:
            known = self._read(select_tenant_by_key(connection, client_key))
        with self._lock:
            # What was read before somebody changed it must not outlive the change.
            if forgotten == self._forgotten:
                self._kept[client_key] = (asked, known)
            while len(self._kept) > KEPT:
                self._kept.popitem(last=False)
        return known

    def _read(self, row: Tenant | None) -> CachedTenant | None:
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
