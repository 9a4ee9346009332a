"""Tenants: the Jira sites that Teachback serves."""

import secrets
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from sqlalchemy import Connection, bindparam, insert, select, update

from mappings.events.types import Digest, Instant
from mappings.records.sql.secrets import Vault, digest_with, make_digest_key
from mappings.records.tables import tenant, tenant_lock

SAMPLE = "sample"
"""The platform of sample data: a site of its own beside the one for which it was loaded, with no Jira behind it."""
WITHOUT_JIRA = frozenset({"file", SAMPLE})


SetupBy: TypeAlias = Literal["admins", "project_admins"]
"""Who may begin a new engagement: administrators of the site alone, or those of projects, too."""


@dataclass(frozen=True, slots=True)
class Tenant:
    """A Jira site. Secrets are encrypted; `site` is its host name, `installed_iat` when it was last installed."""

    tenant_id: int
    client_key: str | None
    site: str
    base_url: str
    display_url: str | None
    # A dataclass, since a Struct would show the secrets in its repr.
    secret: bytes | None = field(repr=False)
    secret_before: bytes | None = field(repr=False)
    secret_before_until: Instant
    platform: str
    state: str
    installed_iat: int
    changed_at: Instant

    @property
    def has_jira(self) -> bool:
        """Whether there is a Jira that can be asked."""
        return self.platform not in WITHOUT_JIRA


_COLUMNS = [tenant.c[name] for name in Tenant.__dataclass_fields__]


_BY = {
    name: select(*_COLUMNS).where(tenant.c[name] == bindparam("wanted")) for name in ("tenant_id", "client_key", "site")
}


def _select_tenant(connection: Connection, column: str, wanted: int | str, *, lock: bool) -> Tenant | None:
    query = _BY[column].with_for_update() if lock else _BY[column]
    row = connection.execute(query, {"wanted": wanted}).first()
    return None if row is None else Tenant(*row)


def select_tenant(connection: Connection, tenant_id: int, *, lock: bool = False) -> Tenant | None:
    return _select_tenant(connection, "tenant_id", tenant_id, lock=lock)


def select_tenant_by_key(connection: Connection, client_key: str, *, lock: bool = False) -> Tenant | None:
    return _select_tenant(connection, "client_key", client_key, lock=lock)


def select_tenant_by_site(connection: Connection, site: str, *, lock: bool = False) -> Tenant | None:
    return _select_tenant(connection, "site", site, lock=lock)


def sample_site(tenant_id: int) -> str:
    """Return the name of the sample data of a tenant; no host has such a name."""
    return f"sample data of site {tenant_id}"


def select_sample_id(connection: Connection, tenant_id: int) -> int | None:
    """Return the tenant that holds the sample data of a tenant, None where none is loaded."""
    query = select(tenant.c.tenant_id).where(tenant.c.site == sample_site(tenant_id), tenant.c.platform == SAMPLE)
    return connection.execute(query).scalar()


def select_tenants(connection: Connection) -> list[Tenant]:
    return [Tenant(*row) for row in connection.execute(select(*_COLUMNS).order_by(tenant.c.tenant_id))]


def insert_tenant(
    connection: Connection,
    *,
    client_key: str | None,
    site: str,
    base_url: str,
    display_url: str | None,
    platform: str,
    state: str,
    now: Instant,
    vault: Vault,
) -> int:
    """Insert a tenant with its own hash key and its lock row; return its id."""
    values = {"client_key": client_key, "site": site, "base_url": base_url, "display_url": display_url}
    values |= {"platform": platform, "state": state}
    statement = insert(tenant).values(**values, changed_at=now, digest_key=b"").returning(tenant.c.tenant_id)
    tenant_id = int(connection.execute(statement).scalar_one())
    key = vault.encrypt(make_digest_key(), tenant_id=tenant_id, column="digest_key")
    connection.execute(update(tenant).where(tenant.c.tenant_id == tenant_id).values(digest_key=key))
    connection.execute(insert(tenant_lock).values(tenant_id=tenant_id, drained_at=0))
    return tenant_id


def save_tenant(connection: Connection, tenant_id: int, **columns: Any) -> None:
    connection.execute(update(tenant).where(tenant.c.tenant_id == tenant_id).values(**columns))


def select_setup_by(connection: Connection, tenant_id: int) -> SetupBy:
    """Return who may begin a new engagement on a site."""
    value = connection.execute(select(tenant.c.setup_by).where(tenant.c.tenant_id == tenant_id)).scalar()
    return "admins" if value == "admins" else "project_admins"


def select_setup_group(connection: Connection, tenant_id: int) -> str:
    """Return the Jira group whose members may set up engagements, too; "" for none."""
    return connection.execute(select(tenant.c.setup_group).where(tenant.c.tenant_id == tenant_id)).scalar() or ""


_AGREEMENT_TOKEN = select(tenant.c.agreement_token).where(tenant.c.tenant_id == bindparam("at_tenant"))


def select_agreement_token(connection: Connection, tenant_id: int) -> str | None:
    """Return the token that stands for the site's engagements as they are; None where none was ever saved."""
    token: str | None = connection.execute(_AGREEMENT_TOKEN, {"at_tenant": tenant_id}).scalar()
    return token


def renew_agreement_token(connection: Connection, tenant_id: int) -> None:
    """Replace the token, after a change of any of the site's engagements."""
    # Random, not counted: a database that was restored never has the token of another state.
    save_tenant(connection, tenant_id, agreement_token=secrets.token_hex(16))


def select_digest(connection: Connection, tenant_id: int, vault: Vault) -> Digest:
    """Return the tenant's hash function for texts. Raises StoreError where no key decrypts its key."""
    secret = connection.execute(select(tenant.c.digest_key).where(tenant.c.tenant_id == tenant_id)).scalar_one()
    return digest_with(vault.decrypt(secret, tenant_id=tenant_id, column="digest_key"))


def rotate_secrets(connection: Connection, vault: Vault) -> int:
    """Encrypt every tenant's secrets with the first key; return how many tenants there are."""
    names = ("secret", "secret_before", "digest_key")
    rows = connection.execute(select(tenant.c.tenant_id, *(tenant.c[name] for name in names))).all()
    for tenant_id, *encrypted in rows:
        fresh = {name: vault.rotate(value) for name, value in zip(names, encrypted, strict=True) if value}
        save_tenant(connection, tenant_id, **fresh)
    return len(rows)
