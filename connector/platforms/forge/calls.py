"""Verification of Forge's calls: who calls from which installation, and the token that came along."""

import base64
import binascii
from collections.abc import Mapping
from wsgiref.types import WSGIEnvironment

import msgspec
from msgspec import Struct

from connector.auth.invocation_tokens import (
    Invocation,
    require_machine,
    require_person,
    verify_invocation,
)
from connector.auth.tenant_cache import CachedTenant
from connector.auth.token_parsing import TokenError
from connector.container import Container
from connector.platforms.forge.installs import save_call
from mappings.events.times import SECOND
from mappings.records.operations.forge_installations import save_system_token
from mappings.records.operations.tenants import Tenant, select_tenant

SYSTEM_TOKEN = "HTTP_X_FORGE_OAUTH_SYSTEM"  # noqa: S105 the header X-Forge-OAuth-System
USER_TOKEN = "HTTP_X_FORGE_OAUTH_USER"  # noqa: S105 the header X-Forge-OAuth-User
# Under this key the envelope hands the verified call to the view inside: no HTTP header can set it.
ENVIRON_KEY = "teachback.forge"
# The keys, in the manifest, of the endpoints that Forge itself calls, by their path.
ENDPOINTS: Mapping[str, str] = {
    "/forge/events": "teachback-events",
    "/forge/lifecycle": "teachback-lifecycle",
    "/forge/tick": "teachback-tick",
    "/forge/uninstall": "teachback-uninstall",
}


class ForgeCall(Struct, frozen=True):
    """A verified call. `user_token` is the caller's own, good for this call; it is never stored."""

    tenant: CachedTenant
    invocation: Invocation
    user_token: str = ""

    @property
    def tenant_id(self) -> int:
        return self.tenant.tenant_id

    def __repr__(self) -> str:
        return f"ForgeCall({self.tenant_id})"


def authenticate_endpoint(app: Container, environ: WSGIEnvironment) -> Invocation:
    """Verify a call that Forge itself makes to one of its endpoints. Raises TokenError, JiraError, StoreError."""
    return require_machine(_verify(app, environ), ENDPOINTS[environ["PATH_INFO"]])


def authenticate_person(app: Container, environ: WSGIEnvironment) -> Invocation:
    """Verify a call that a person makes from one of our pages. Raises TokenError, JiraError, StoreError."""
    invocation = _verify(app, environ)
    require_person(invocation)
    return invocation


def _verify(app: Container, environ: WSGIEnvironment) -> Invocation:
    settings = app.settings
    return verify_invocation(
        read_bearer(environ.get("HTTP_AUTHORIZATION", "")),
        app.forge_keys.find,
        app.clock(),
        app_id=settings.forge_app_id,
        api=settings.forge_api_url,
    )  # fmt: skip


def read_bearer(header: str) -> str:
    scheme, _, token = header.strip().partition(" ")
    if scheme.lower() != "bearer" or not token.strip():
        raise TokenError("no token")
    return token.strip()


def save_verified_call(app: Container, environ: WSGIEnvironment, invocation: Invocation) -> ForgeCall:
    """Save the installation that a verified call names, and the system token that came along."""
    now, system = app.clock(), environ.get(SYSTEM_TOKEN, "")
    with app.engine.begin() as connection:
        tenant_id = save_call(connection, invocation, vault=app.vault, now=now)
        expires_at = read_expiry(system) * SECOND
        tenant = select_tenant(connection, tenant_id)
        assert tenant is not None
        # A call without a token, or with an older one, never takes the place of a good one.
        if expires_at > now and tenant.state == "installed":
            save_system_token(connection, tenant_id, system, expires_at, vault=app.vault)
    return ForgeCall(cached(tenant), invocation, environ.get(USER_TOKEN, ""))


def read_expiry(token: str) -> int:
    """Return the second at which an access token of Forge ends, 0 where it does not say: it is opaque otherwise."""
    try:
        body = token.split(".")[1]
        claims = msgspec.json.decode(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4)))
    except (IndexError, binascii.Error, ValueError, msgspec.MsgspecError):
        return 0
    expires = claims.get("exp") if isinstance(claims, dict) else None
    return expires if type(expires) is int and 0 < expires < 1 << 40 else 0


def cached(tenant: Tenant) -> CachedTenant:
    return CachedTenant(
        tenant_id=tenant.tenant_id, client_key="", site=tenant.site, base_url=tenant.base_url,
        display_url=tenant.display_url or tenant.base_url, state=tenant.state, secret="", key=b"", key_before=None,
        before_until=0, installed_iat=0,
    )  # fmt: skip


def check_context(call: ForgeCall, args: Mapping[str, str]) -> None:
    """Raise TokenError where an address names another project or issue than the page that the token is for.

    The address of a page is written by whoever calls; the token says which page it is for.
    """
    extension = call.invocation.extension
    for part, names in _NAMED.items():
        shown = extension.get(part)
        if not isinstance(shown, dict):
            continue
        for field, parameter in names:
            asked = args.get(parameter)
            if asked is not None and asked != str(shown.get(field)):
                raise TokenError("another page")


_NAMED: Mapping[str, tuple[tuple[str, str], ...]] = {
    "project": (("id", "project.id"), ("key", "project.key")),
    "issue": (("id", "issue.id"), ("id", "issue")),
}
