"""What an installation is made of, in one place: settings, database, keys, clock, and who may ask whom."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app
from sqlalchemy import Engine

from connector.auth.public_keys import PublicKeys
from connector.auth.tenant_cache import CachedTenant, TenantCache
from connector.config import Settings
from connector.jira.client import JiraClient, JiraError, Signature
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache
from connector.jira.rate_limits import Limits
from connector.platforms.direct.client import direct_client, unseal
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import Purpose
from mappings.records.operations.tenants import select_tenant
from mappings.records.sql.secrets import Vault

EXTENSION = "teachback"


@dataclass(frozen=True, slots=True)
class Container:
    """Made once by `create_app`. `engine` writes, `reader` only reads; `clock` is the one clock of the web process."""

    settings: Settings
    engine: Engine = field(repr=False)
    reader: Engine = field(repr=False)
    vault: Vault = field(repr=False)
    clock: Callable[[], Instant]
    tenants: TenantCache = field(repr=False)
    keys: PublicKeys = field(repr=False)
    names: DisplayNameCache = field(repr=False)
    browse: PermissionCache = field(repr=False)
    limits: Limits = field(repr=False)

    def jira(self, tenant_id: int, *, background: bool = False, purpose: Purpose = "work") -> JiraClient:
        """Return Jira of a tenant, asked as the app. Raises JiraError where the tenant is not installed.

        In the background calls are put off where a limit is met, and count to the share of their purpose: "work" that
        keeps up, the "history" of a project that is new here, the "rolling" pass over everything.
        """
        wanted: Purpose = purpose if background else "people"
        known = self.tenants.find_by_id(tenant_id)
        if known is None:
            return self._direct(tenant_id, wanted)
        if known.state != "installed":
            raise JiraError("the tenant is not installed", permanent=True)
        return self.client(known, wanted)

    def _direct(self, tenant_id: int, purpose: Purpose) -> JiraClient:
        """Return Jira of a site that is asked with a token of somebody's."""
        with self.reader.connect() as connection:
            tenant = select_tenant(connection, tenant_id)
        token = unseal(tenant, self.vault) if tenant and tenant.state == "installed" else None
        if tenant is None or token is None:
            raise JiraError("the tenant is not installed", permanent=True)
        gate = self.limits.gate(tenant_id, purpose)
        return direct_client(tenant.base_url, token, self.settings.jira_hosts, gate=gate)

    def client(self, known: CachedTenant, purpose: Purpose = "people") -> JiraClient:
        """Return Jira of a tenant that is at hand."""
        signature = Signature(known.base_url, self.settings.app_key, known.secret, self.clock)
        gate = self.limits.gate(known.tenant_id, purpose)
        return JiraClient(known.base_url, signature, self.settings.jira_hosts, gate=gate)


def container() -> Container:
    """Return the house of the running application."""
    found = current_app.extensions[EXTENSION]
    assert isinstance(found, Container)
    return found


def now() -> Instant:
    """Return the present: the edge where time comes in."""
    return time.time_ns() // 1000
