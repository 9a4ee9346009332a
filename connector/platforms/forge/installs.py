"""Installations of the Forge app: which tenant each belongs to, and its end."""

from urllib.parse import urlsplit

from sqlalchemy import Connection

from connector.allowed_hosts import is_origin
from connector.auth.invocation_tokens import Invocation
from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.records.operations.forge_installations import (
    ForgeInstallation,
    delete_system_token,
    insert_installation,
    save_removal,
    save_sighting,
    select_installation,
    select_site_installations,
)
from mappings.records.operations.tenants import (
    Tenant,
    insert_tenant,
    save_tenant,
    select_tenant,
    select_tenant_by_site,
)
from mappings.records.sql.secrets import Vault

PLATFORM = "forge"
PRODUCTION = "PRODUCTION"
# How often it is written down that Forge called: each call would otherwise write a row.
SEEN_EVERY: Instant = MINUTE


def save_call(connection: Connection, invocation: Invocation, *, vault: Vault, now: Instant) -> int:
    """Return the tenant of a call, entering or adopting its site where the installation is new.

    An installation id changes with each re-install; the cloud id is the site's for good. Environments never meet: what
    a developer installs beside the production app is a tenant of its own.
    """
    known = select_installation(connection, invocation.installation_id)
    if known is not None:
        if known.removed_at is not None and invocation.account is not None:
            # A page that is still open while the app is removed: the hourly call alone shows that it is still there.
            return known.tenant_id
        if known.removed_at is not None or now - known.seen_at >= SEEN_EVERY:
            save_sighting(connection, known.installation_id, now)
            _revive(connection, known.tenant_id, now)
        return known.tenant_id
    tenant_id = _find_site(connection, invocation) or _enter_site(connection, invocation, vault=vault, now=now)
    for older in select_site_installations(connection, invocation.cloud_id, invocation.environment):
        save_removal(connection, older.installation_id, now)
    installation = ForgeInstallation(
        invocation.installation_id, tenant_id, invocation.cloud_id, invocation.environment, now, now, None
    )
    insert_installation(connection, installation)
    save_tenant(connection, tenant_id, platform=PLATFORM, state="installed", changed_at=now)
    return tenant_id


def _revive(connection: Connection, tenant_id: int, now: Instant) -> None:
    tenant = select_tenant(connection, tenant_id, lock=True)
    if tenant is not None and tenant.state == "uninstalled":
        save_tenant(connection, tenant_id, state="installed", changed_at=now)


def _find_site(connection: Connection, invocation: Invocation) -> int | None:
    """Return the tenant of an earlier installation, else of the same site by another way in (production alone)."""
    for older in select_site_installations(connection, invocation.cloud_id, invocation.environment):
        return older.tenant_id
    if invocation.environment != PRODUCTION:
        return None
    other = select_tenant_by_site(connection, site_of(invocation), lock=True)
    return None if other is None or not _may_adopt(other) else other.tenant_id


def _may_adopt(tenant: Tenant) -> bool:
    # A tenant that was installed through Forge has an installation of its own and is found by that alone.
    return tenant.platform != PLATFORM


def _enter_site(connection: Connection, invocation: Invocation, *, vault: Vault, now: Instant) -> int:
    site = site_of(invocation)
    name = site if invocation.environment == PRODUCTION else f"{site}#{invocation.environment.lower()}"
    if select_tenant_by_site(connection, name) is not None:
        name = f"{name}#{invocation.cloud_id}"
    address = invocation.site_url if is_origin(invocation.site_url) else f"https://{site}"
    return insert_tenant(
        connection, client_key=None, site=name, base_url=address, display_url=address, platform=PLATFORM,
        state="installed", now=now, vault=vault,
    )  # fmt: skip


def site_of(invocation: Invocation) -> str:
    host = urlsplit(invocation.site_url).netloc if is_origin(invocation.site_url) else ""
    return host.lower() or f"{invocation.cloud_id}.forge"


def save_departure(connection: Connection, invocation: Invocation, now: Instant) -> int | None:
    known = select_installation(connection, invocation.installation_id)
    if known is None:
        return None
    end_installation(connection, known, now)
    return known.tenant_id


def end_installation(connection: Connection, installation: ForgeInstallation, now: Instant) -> None:
    """Mark an installation and its tenant as left, and delete the token. A newer installation stays in force."""
    save_removal(connection, installation.installation_id, now)
    newest, *_ = select_site_installations(connection, installation.cloud_id, installation.environment)
    if newest.installation_id == installation.installation_id:
        save_tenant(connection, installation.tenant_id, state="uninstalled", changed_at=now)
        delete_system_token(connection, installation.tenant_id)
