"""Lifecycle calls on a tenant's row: under its lock, in the order of the signatures, never losing data."""

from collections.abc import Callable
from typing import TypeAlias
from urllib.parse import urlsplit

from msgspec import Struct
from sqlalchemy import Connection

from connector.allowed_hosts import is_origin
from connector.platforms.connect.payload import Lifecycle
from mappings.events.types import Instant
from mappings.records.operations.forge_installations import select_current_installation
from mappings.records.operations.tenants import (
    Tenant,
    insert_tenant,
    save_tenant,
    select_tenant_by_key,
    select_tenant_by_site,
)
from mappings.records.sql.secrets import Vault

# Microseconds that webhooks signed with the previous secret are still taken (Atlassian: app lifecycle).
BEFORE_FOR = 600_000_000

# Changes a tenant's state for a call issued at a second; returns the state it then is in.
StateChange: TypeAlias = Callable[[Connection, str, int, Instant], str]


class ForgeInstalled(Exception):
    """The site has the Forge app in force: going back to Connect would lose it its events and its token."""


class Installed(Struct, frozen=True):
    """The tenant, and the clientKey of one that lost its site to it (a site import), if any."""

    tenant_id: int
    orphan: str | None = None


def save_install(connection: Connection, vault: Vault, lifecycle: Lifecycle, *, issued: int, now: Instant) -> Installed:
    """Enter a site or take it back, with its fresh secret. Its data is found by its clientKey and stays."""
    known = select_tenant_by_key(connection, lifecycle.client_key, lock=True)
    if known is not None and is_late(known, issued):
        return Installed(known.tenant_id)
    base_url = lifecycle.base_url.lower().removesuffix("/")
    refuse_forge(connection, known or select_tenant_by_site(connection, site_of(base_url)))
    orphan = free_site(connection, lifecycle.client_key, site_of(base_url), now)
    tenant_id = known.tenant_id if known else enter(connection, vault, lifecycle.client_key, base_url, now=now)
    save_tenant(
        connection,
        tenant_id,
        client_key=lifecycle.client_key,
        site=site_of(base_url),
        base_url=base_url,
        display_url=display_of(lifecycle),
        platform="connect",
        state="installed",
        installed_iat=issued,
        changed_at=now,
        **secrets_of(vault, tenant_id, known, lifecycle.shared_secret, now=now),
    )
    return Installed(tenant_id, orphan)


def refuse_forge(connection: Connection, tenant: Tenant | None) -> None:
    if tenant is not None and has_forge(connection, tenant):
        raise ForgeInstalled


def has_forge(connection: Connection, tenant: Tenant) -> bool:
    # With the Forge app in force, Connect's lifecycle no longer changes the site.
    return select_current_installation(connection, tenant.tenant_id) is not None


def is_late(known: Tenant, issued: int) -> bool:
    # Calls overtake each other: one signed before the last that counted changes nothing.
    return issued < known.installed_iat


def site_of(base_url: str) -> str:
    # As `--site` names it.
    return urlsplit(base_url).netloc


def free_site(connection: Connection, client_key: str, site: str, now: Instant) -> str | None:
    # A site import makes a new tenant at the old address: the old one's data is never moved to it.
    other = select_tenant_by_site(connection, site, lock=True)
    if other is None or other.client_key in {None, client_key}:
        return None
    name = f"{site}#{other.tenant_id}"
    save_tenant(connection, other.tenant_id, site=name, state="uninstalled", changed_at=now)
    return other.client_key


def enter(connection: Connection, vault: Vault, client_key: str, base_url: str, *, now: Instant) -> int:
    imported = select_tenant_by_site(connection, site_of(base_url), lock=True)
    if imported is not None:
        return imported.tenant_id
    return insert_tenant(
        connection,
        client_key=client_key,
        site=site_of(base_url),
        base_url=base_url,
        display_url=None,
        platform="connect",
        state="installed",
        now=now,
        vault=vault,
    )


def display_of(lifecycle: Lifecycle) -> str | None:
    address = lifecycle.display_url.removesuffix("/")
    return address if is_origin(address) else None


def secrets_of(
    vault: Vault, tenant_id: int, known: Tenant | None, secret: str, *, now: Instant
) -> dict[str, bytes | Instant | None]:
    # For ten minutes the previous secret stays, for webhooks on their way.
    columns: dict[str, bytes | Instant | None] = {
        "secret": vault.encrypt(secret.encode(), tenant_id=tenant_id, column="secret")
    }
    if known is None or known.secret is None:
        return columns
    before = vault.decrypt(known.secret, tenant_id=tenant_id, column="secret")
    if before != secret.encode():
        columns["secret_before"] = vault.encrypt(before, tenant_id=tenant_id, column="secret_before")
        columns["secret_before_until"] = now + BEFORE_FOR
    return columns


def save_departure(connection: Connection, client_key: str, issued: int, now: Instant) -> str:
    # Nothing of the site works any more, and nothing is lost until the purge.
    known = select_tenant_by_key(connection, client_key, lock=True)
    if known is None:
        return "unknown"
    if is_late(known, issued):
        return known.state
    if has_forge(connection, known):
        # The site moved to Forge, and takes the Connect app away: only its secret has to go.
        save_tenant(connection, known.tenant_id, client_key=None, secret=None, secret_before=None, changed_at=now)
        return known.state
    save_tenant(connection, known.tenant_id, state="uninstalled", installed_iat=issued, changed_at=now)
    return "uninstalled"


def save_pause(connection: Connection, client_key: str, issued: int, now: Instant) -> str:
    return _save_state_change(connection, client_key, issued, now=now, states=("installed", "disabled"))


def save_return(connection: Connection, client_key: str, issued: int, now: Instant) -> str:
    # A site that left does not come back by being enabled.
    return _save_state_change(connection, client_key, issued, now=now, states=("disabled", "installed"))


def _save_state_change(
    connection: Connection, client_key: str, issued: int, *, now: Instant, states: tuple[str, str]
) -> str:
    known = select_tenant_by_key(connection, client_key, lock=True)
    if known is None:
        return "unknown"
    old, new = states
    if is_late(known, issued) or known.state != old or has_forge(connection, known):
        return known.state
    save_tenant(connection, known.tenant_id, state=new, changed_at=now)
    return new
