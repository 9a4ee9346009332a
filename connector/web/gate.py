"""The one gate: every call is verified here before any view runs, and a route that is in no table stays shut."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias

from flask import g, request
from msgspec import Struct

from connector.auth import tokens
from connector.auth.request_tokens import call_of, header_token, page_token
from connector.auth.tenant_cache import CachedTenant
from connector.auth.token_parsing import TokenError, read_unverified
from connector.auth.tokens import Claims
from connector.container import Container, container
from connector.platforms.connect.payload import BODY_LIMIT as LIFECYCLE_LIMIT
from connector.platforms.connect.payload import read_lifecycle
from connector.platforms.connect.webhook_auth import verify_tenant
from connector.platforms.direct.link_sessions import digest_of, select_known, session_token
from connector.platforms.forge.calls import (
    ENVIRON_KEY,
    ForgeCall,
    authenticate_endpoint,
    authenticate_person,
    cached,
    check_context,
)
from mappings.records.operations.access_links import AccessLink, select_session
from mappings.records.operations.tenants import select_tenant

Kind: TypeAlias = Literal[
    "open", "atlassian", "machine", "page", "context", "link", "shared", "forge", "forge person"
]  # fmt: skip


class Rule(Struct, frozen=True):
    """Who may call a route: anybody, Atlassian's install service, Jira itself, or a person.

    A person comes by a frame, by the frame's own calls, or by a signed link; `shared` takes either of the last two.
    """

    kind: Kind
    endpoint: str = ""


OPEN = Rule("open")
ATLASSIAN = Rule("atlassian")
MACHINE = Rule("machine")
PAGE = Rule("page")
CONTEXT = Rule("context")
LINK = Rule("link")
SHARED = Rule("shared")

PUBLIC: Mapping[str, Rule] = {
    "static": OPEN,
    "public.descriptor": OPEN,
    "public.health": OPEN,
    "public.ready": OPEN,
    "public.version": OPEN,
}
LIFECYCLE: Mapping[str, Rule] = {
    "connect.installed": ATLASSIAN,
    "connect.uninstalled": ATLASSIAN,
    "connect.enabled": MACHINE,
    "connect.disabled": MACHINE,
}
"""The routes of this floor; each page module has its own table, `ROUTES`, beside its blueprint."""


class Caller(Struct, frozen=True):
    """Who calls. `account` is the person, None for Jira itself."""

    tenant_id: int
    account: str | None
    door: Literal["connect", "forge", "direct"]
    kind: Literal["machine", "person", "context", "link"]


def caller() -> Caller:
    """Return who calls the running view."""
    found = g.caller
    assert isinstance(found, Caller)
    return found


def tenant() -> CachedTenant:
    """Return the tenant of the running view's caller."""
    found = g.tenant
    assert isinstance(found, CachedTenant)
    return found


def link() -> AccessLink | None:
    """Return the signed link that the running view's caller came by, None where they came by another door."""
    found = g.get("link")
    assert found is None or isinstance(found, AccessLink)
    return found


def check(routes: Mapping[str, Rule]) -> None:
    """Let the call pass to its view or raise TokenError. An unknown address passes: Flask answers it with 404."""
    if request.endpoint is None:
        return
    rule = rule_of(routes, request.endpoint)
    if ENVIRON_KEY in request.environ:
        admit_forge_page(rule)
    else:
        g.rule = rule
        ADMIT[rule.kind]()


def rule_of(routes: Mapping[str, Rule], endpoint: str) -> Rule:
    """Return the rule of a route; one that nobody listed is shut."""
    rule = routes.get(endpoint)
    if rule is None:
        raise TokenError("wrong door")
    return rule


def admit_anybody() -> None:
    """For what holds nothing of anybody."""


def admit_atlassian() -> None:
    """For install and uninstall, signed by Atlassian's own key. Sets g.lifecycle and g.claims."""
    app = container()
    request.max_content_length = LIFECYCLE_LIMIT
    unverified = read_unverified(header_token(request.environ))
    lifecycle = read_lifecycle(request.get_data(cache=False))
    g.claims = tokens.verify_signed_by_atlassian(
        unverified,
        app.keys.fetch,
        call_of(request.environ, app.settings.base_path),
        app.clock(),
        audience=app.settings.base_url,
        issuer=lifecycle.client_key,
    )
    g.lifecycle = lifecycle


def admit_machine() -> None:
    """For calls that Jira itself signs with the tenant's secret. Sets g.caller, g.tenant and g.claims."""
    app = container()
    # Jira may name in `sub` whose deed caused the call. Nobody acts as them: the caller is the machine. A token that a
    # person can hold is bound to a frame's address or is a context token, and both are refused.
    request.max_content_length = LIFECYCLE_LIMIT
    known, claims = _verify_call(app, header_token(request.environ))
    admit(known, claims, Caller(known.tenant_id, None, "connect", "machine"))


def admit_page() -> None:
    """For the frame that Jira opens for a person, its address signed with the query hash."""
    app = container()
    known, claims = _verify_call(app, page_token(request.environ))
    check_installed(known)
    admit(known, claims, Caller(known.tenant_id, require_person(claims), "connect", "person"))


def _verify_call(app: Container, token: str) -> tuple[CachedTenant, Claims]:
    unverified = read_unverified(token)
    call = call_of(request.environ, app.settings.base_path)
    return verify_tenant(app, unverified, lambda key: tokens.verify_connect(unverified, key, call, app.clock()))


def admit_context() -> None:
    """For the calls of our own frame, with the context token that Jira gave it."""
    app = container()
    unverified = read_unverified(header_token(request.environ))
    known, claims = verify_tenant(app, unverified, lambda key: tokens.verify_context(unverified, key, app.clock()))
    check_installed(known)
    admit(known, claims, Caller(known.tenant_id, require_person(claims), "connect", "context"))


def admit_link() -> None:
    """For pages on our own address: the session's cookie says which link it was. Sets g.caller, g.tenant and g.link."""
    app, token = container(), session_token()
    with app.reader.connect() as connection:
        link = select_session(connection, digest_of(token), app.clock()) if token else None
        known = select_known(connection, link) if link else None
    if link is None or known is None:
        raise TokenError("no session")
    g.link, g.tenant = link, known
    g.caller = Caller(link.tenant_id, link.account, "direct", "link")


def admit_shared() -> None:
    """For what a frame asks with its token, and a page on our own address with its cookie: never both at once."""
    (admit_context if "Authorization" in request.headers else admit_link)()


def admit_forge(call: ForgeCall) -> None:
    """For calls that Forge verified. Sets g.forge_call and g.caller; g.tenant is set already."""
    account = call.invocation.account
    g.forge_call = call
    g.caller = Caller(call.tenant_id, account, "forge", "machine" if account is None else "person")


def admit_forge_endpoint() -> None:
    """For calls that Forge itself makes, to one endpoint of the manifest each."""
    admit_forge(authenticate_endpoint(g.rule.endpoint))


def admit_forge_person() -> None:
    admit_forge(authenticate_person())


def admit_forge_page(rule: Rule) -> None:
    """For a page inside Forge's envelope, which verified the call: bound to the page that the token is for."""
    call: ForgeCall = request.environ[ENVIRON_KEY]
    if rule.kind not in {"page", "context", "shared"}:
        raise TokenError("wrong door")
    check_context(call, request.args)
    with container().reader.connect() as connection:
        tenant = select_tenant(connection, call.tenant_id)
    if tenant is None or tenant.state != "installed":
        raise TokenError("not installed")
    g.tenant = cached(tenant)
    admit_forge(call)


ADMIT: Mapping[Kind, Callable[[], None]] = {
    "open": admit_anybody,
    "atlassian": admit_atlassian,
    "machine": admit_machine,
    "page": admit_page,
    "context": admit_context,
    "link": admit_link,
    "shared": admit_shared,
    "forge": admit_forge_endpoint,
    "forge person": admit_forge_person,
}


def admit(known: CachedTenant, claims: Claims, caller: Caller) -> None:
    """Tell the view who calls."""
    g.caller, g.tenant, g.claims = caller, known, claims


def check_installed(known: CachedTenant) -> None:
    """A site that removed or paused the app sees nothing more of it."""
    if known.state != "installed":
        raise TokenError("not installed")


def require_person(claims: Claims) -> str:
    """Return the person that the token names: a machine's token opens no page."""
    if claims.subject is None:
        raise TokenError("no person")
    return claims.subject
