"""Jira client of a site that is read with somebody's own token, since no app can be installed there."""

from collections.abc import Callable, Sequence

import msgspec
from msgspec import Struct

from connector.jira.client import AccessToken, ApiToken, JiraClient
from connector.jira.rate_limits import CallPolicy
from connector.jira.request_auth import Proof
from connector.jira.server import ServerReads
from mappings.records.operations.tenants import Tenant
from mappings.records.sql.secrets import Vault

PLATFORM = "direct"


class ServerClient(ServerReads, JiraClient):
    """Jira Data Center, by REST v2."""


class Token(Struct, frozen=True):
    """What opens a site: an API token of Cloud with its owner's address, or a personal token of Data Center."""

    token: str
    email: str = ""
    server: bool = False

    def __repr__(self) -> str:
        return "Token(…)"


def seal(token: Token, vault: Vault, tenant_id: int) -> bytes:
    return vault.encrypt(msgspec.json.encode(token), tenant_id=tenant_id, column="secret")


def unseal(tenant: Tenant, vault: Vault) -> Token | None:
    """Return the token of a site, None where none is kept. Raises StoreError where no key fits."""
    if tenant.platform != PLATFORM or tenant.secret is None:
        return None
    plain = vault.decrypt(tenant.secret, tenant_id=tenant.tenant_id, column="secret")
    return msgspec.json.decode(plain, type=Token)


def direct_client(base_url: str, token: Token, hosts: Sequence[str], *, policy: CallPolicy | None = None) -> JiraClient:
    """Return Jira as the token's owner sees it. Raises JiraError where the address may not be called."""
    auth: Proof = ApiToken(base_url, token.email, token.token) if token.email else AccessToken(base_url, token.token)
    make: Callable[..., JiraClient] = ServerClient if token.server else JiraClient
    options = {"policy": policy} if policy is not None else {}
    return make(base_url, auth, hosts, version=2 if token.server else 3, **options)
