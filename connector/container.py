"""The container of an installation: settings, database, keys, clock and caches, and the Jira client of each tenant."""

from collections.abc import Callable
from dataclasses import dataclass, field

from flask import current_app, g, has_request_context
from sqlalchemy import Engine

from connector import clock
from connector.auth.forge_keys import ForgeKeys
from connector.auth.guess_limit import GuessLimit
from connector.auth.public_keys import PublicKeys
from connector.auth.tenant_cache import CachedTenant, TenantCache
from connector.config import Settings
from connector.figures.program.cache import ProgramCache
from connector.jira.client import JiraClient, JiraError, Signature
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache
from connector.jira.rate_limits import Limits
from connector.platforms.direct.client import direct_client, unseal
from connector.platforms.forge.client import forge_client
from connector.platforms.forge.installs import PLATFORM as FORGE
from mappings.events.types import Instant
from mappings.records.operations.forge_installations import select_current_installation, select_system_token
from mappings.records.operations.jira_quota import Purpose
from mappings.records.operations.tenants import Tenant, select_tenant
from mappings.records.sql.secrets import Vault

EXTENSION = "teachback"
now = clock.now


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
    forge_keys: ForgeKeys = field(repr=False)
    names: DisplayNameCache = field(repr=False)
    browse: PermissionCache = field(repr=False)
    limits: Limits = field(repr=False)
    guesses: GuessLimit = field(repr=False)
    program: ProgramCache = field(repr=False)

    def jira(self, tenant_id: int, *, background: bool = False, purpose: Purpose = "work") -> JiraClient:
        """Return Jira of a tenant, asked as the app. Raises JiraError where the tenant is not installed.

        In the background calls are put off where a limit is met, and count to the share of their purpose: "work" that
        keeps up, the "history" of a project that is new here, the "rolling" pass over everything.
        """
        wanted: Purpose = purpose if background else "people"
        with self.reader.connect() as connection:
            tenant = select_tenant(connection, tenant_id)
        # While both apps are installed a Connect frame goes on asking as Connect.
        if tenant is not None and tenant.platform == FORGE and not _by_connect():
            return self._forge(tenant, wanted)
        known = self.tenants.read(tenant)
        if known is None:
            return self._direct(tenant, wanted)
        if known.state != "installed":
            raise JiraError("the tenant is not installed", permanent=True)
        return self.client(known, wanted)

    def _direct(self, tenant: Tenant | None, purpose: Purpose) -> JiraClient:
        token = unseal(tenant, self.vault) if tenant and tenant.state == "installed" else None
        if tenant is None or token is None:
            raise JiraError("the tenant is not installed", permanent=True)
        policy = self.limits.policy(tenant.tenant_id, purpose)
        return direct_client(tenant.base_url, token, self.settings.jira_hosts, policy=policy)

    def _forge(self, tenant: Tenant, purpose: Purpose) -> JiraClient:
        # Return Jira of a site with the Forge app: as the person whose page asks, else as the app.
        call = g.get("forge_call") if has_request_context() else None
        token, person = (call.user_token, True) if call is not None and purpose == "people" else ("", False)
        with self.reader.connect() as connection:
            installation = select_current_installation(connection, tenant.tenant_id)
            if not person:
                token = select_system_token(connection, tenant.tenant_id, self.clock(), vault=self.vault) or ""
        if tenant.state != "installed" or installation is None:
            raise JiraError("the tenant is not installed", permanent=True)
        if not token:
            raise JiraError("no token of Forge is at hand: each call and the hourly tick bring one", permanent=False)
        policy = self.limits.policy(tenant.tenant_id, purpose)
        api, hosts = self.settings.forge_api_url, self.settings.jira_hosts
        return forge_client(installation.cloud_id, token, api=api, policy=policy, hosts=hosts, person=person)

    def client(self, known: CachedTenant, purpose: Purpose = "people") -> JiraClient:
        if not known.client_key:
            return self.jira(known.tenant_id, background=purpose != "people", purpose=purpose)
        signature = Signature(known.base_url, self.settings.app_key, known.secret, self.clock)
        policy = self.limits.policy(known.tenant_id, purpose)
        return JiraClient(known.base_url, signature, self.settings.jira_hosts, policy=policy)


def request_jira(tenant_id: int) -> JiraClient:
    """Return Jira of a tenant as `Container.jira` does, made once for each request. Raises JiraError."""
    clients: dict[int, JiraClient] = g.setdefault("jira_clients", {})
    if tenant_id not in clients:
        clients[tenant_id] = container().jira(tenant_id)
    return clients[tenant_id]


def _by_connect() -> bool:
    caller = g.get("caller") if has_request_context() else None
    return caller is not None and caller.platform == "connect"


def container() -> Container:
    running = current_app.extensions[EXTENSION]
    assert isinstance(running, Container)
    return running
