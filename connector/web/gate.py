"""The authentication gate: who makes a call, and which calls a route takes. A route that is in no table is closed."""

from collections.abc import Callable, Mapping
from typing import Literal, TypeAlias
from wsgiref.types import WSGIEnvironment

from flask import g, request
from msgspec import Struct

from connector import body_limits
from connector.auth import tokens
from connector.auth.invocation_tokens import Invocation
from connector.auth.request_tokens import call_of, header_token, page_token
from connector.auth.tenant_cache import CachedTenant
from connector.auth.token_parsing import TokenError, read_issuer, read_unverified
from connector.auth.tokens import Claims
from connector.container import Container, container
from connector.platforms.connect.payload import read_lifecycle
from connector.platforms.connect.webhook_auth import verify_tenant
from connector.platforms.direct.link_sessions import digest_of, require_own_page, select_known, session_token
from connector.platforms.forge.calls import (
    ENVIRON_KEY,
    ForgeCall,
    authenticate_endpoint,
    authenticate_person,
    check_context,
    save_verified_call,
)
from mappings.records.operations.access_links import AccessLink, select_session

# Who may call a route: anybody, Atlassian's install service, Jira itself, a person, Forge itself, or a person in Forge.
# A person comes by a frame ("page"), by the frame's own calls ("context"), or by a signed link; "shared" takes either
# of the last two, "setup" the frame's own calls or an administrator's link.
Rule: TypeAlias = Literal[
    "open", "atlassian", "machine", "page", "context", "link", "shared", "setup", "forge", "forge person"
]  # fmt: skip

OPEN: Rule = "open"
ATLASSIAN: Rule = "atlassian"
MACHINE: Rule = "machine"
PAGE: Rule = "page"
CONTEXT: Rule = "context"
LINK: Rule = "link"
SHARED: Rule = "shared"
SETUP: Rule = "setup"
FORGE: Rule = "forge"
FORGE_PERSON: Rule = "forge person"

PUBLIC: Mapping[str, Rule] = {
    "static": OPEN,
    "public.home": OPEN,
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

FORGE_PAGE_RULES: frozenset[Rule] = frozenset({"page", "context", "shared", "setup"})
# Bodies that may be longer, or have to be shorter, than a form of a page.
BODY_LIMITS: Mapping[Rule, int] = {
    "atlassian": body_limits.LIFECYCLE,
    "machine": body_limits.LIFECYCLE,
    "forge person": body_limits.FORGE_CALL,
}
# Where the front leaves, in the environment, the exception that ended a call before its body was read.
REFUSED = "teachback.refused"
READS = frozenset({"GET", "HEAD"})


class Caller(Struct, frozen=True):
    """Who calls. `account` is the person, None for Jira itself."""

    tenant_id: int
    account: str | None
    platform: Literal["connect", "forge", "direct"]
    kind: Literal["machine", "person", "context", "link"]


class Identity(Struct, frozen=True):
    """What a call proves without its body. All fields are None for a route that is open to anybody.

    A lifecycle call has claims alone, a call of Forge its invocation alone: Atlassian signed it, and it may create the
    tenant that it speaks for.
    """

    caller: Caller | None = None
    tenant: CachedTenant | None = None
    claims: Claims | None = None
    link: AccessLink | None = None
    invocation: Invocation | None = None


class SampleView(Struct, frozen=True):
    """That the caller reads the sample data; `project` is the key of the project on whose page."""

    project: str


Authenticate: TypeAlias = Callable[[Container, WSGIEnvironment], Identity]


def caller() -> Caller:
    current = g.caller
    assert isinstance(current, Caller)
    return current


def tenant() -> CachedTenant:
    current = g.tenant
    assert isinstance(current, CachedTenant)
    return current


def link() -> AccessLink | None:
    current = g.get("link")
    assert current is None or isinstance(current, AccessLink)
    return current


def sample() -> SampleView | None:
    """Return whether the caller reads the sample data: then `caller` and `tenant` are the sample's."""
    current = g.get("sample")
    assert current is None or isinstance(current, SampleView)
    return current


def check(routes: Mapping[str, Rule]) -> None:
    """Authenticate a request. Raises TokenError. An unknown address passes: Flask answers it with 404."""
    refusal = request.environ.get(REFUSED)
    if refusal is not None:
        raise refusal
    if request.endpoint is None:
        return
    rule = rule_of(routes, request.endpoint)
    if ENVIRON_KEY in request.environ:
        authenticate_forge_page(rule)
        return
    if rule in BODY_LIMITS:
        request.max_content_length = BODY_LIMITS[rule]
    identity = AUTHENTICATE[rule](container(), request.environ)
    set_identity(identity)
    if rule == ATLASSIAN:
        check_lifecycle()
    if identity.invocation is not None:
        set_forge_call(save_verified_call(container(), request.environ, identity.invocation))


def rule_of(routes: Mapping[str, Rule], endpoint: str) -> Rule:
    rule = routes.get(endpoint)
    if rule is None:
        raise TokenError("wrong route")
    return rule


def set_identity(identity: Identity) -> None:
    for name in Identity.__struct_fields__:
        value = getattr(identity, name)
        if value is not None:
            setattr(g, name, value)


def check_lifecycle() -> None:
    # The signature does not cover the body: it may speak for the signer alone.
    lifecycle = read_lifecycle(request.get_data(cache=False))
    tokens.check_issuer(g.claims.issuer, lifecycle.client_key)
    g.lifecycle = lifecycle


def authenticate_anybody(*_: object) -> Identity:
    # Such a route shows nothing of any tenant.
    return Identity()


def authenticate_atlassian(app: Container, environ: WSGIEnvironment) -> Identity:
    # Install and uninstall, signed by Atlassian's own key. The issuer is compared with the body later.
    unverified = read_unverified(header_token(environ))
    claims = tokens.verify_signed_by_atlassian(
        unverified,
        lambda kid: app.keys.fetch(kid, is_customer=lambda: app.tenants.find(read_issuer(unverified)) is not None),
        call_of(environ, app.settings.base_path),
        app.clock(),
        audience=app.settings.base_url,
    )
    return Identity(claims=claims)


def authenticate_machine(app: Container, environ: WSGIEnvironment) -> Identity:
    # Jira itself signs with the tenant's secret.
    # Jira may name in `sub` who caused the call. Nobody acts as them: the caller is the machine. A token that a
    # person can hold is bound to a frame's address or is a context token, and both are refused.
    known, claims = _verify_call(app, environ, header_token(environ))
    return Identity(Caller(known.tenant_id, None, "connect", "machine"), known, claims)


def authenticate_page(app: Container, environ: WSGIEnvironment) -> Identity:
    # Jira opens the frame for a person, and signs its address with the query hash.
    known, claims = _verify_call(app, environ, page_token(environ))
    check_installed(known)
    return Identity(Caller(known.tenant_id, require_person(claims), "connect", "person"), known, claims)


def _verify_call(app: Container, environ: WSGIEnvironment, token: str) -> tuple[CachedTenant, Claims]:
    unverified = read_unverified(token)
    call = call_of(environ, app.settings.base_path)
    return verify_tenant(app, unverified, lambda key: tokens.verify_connect(unverified, key, call, app.clock()))


def authenticate_context(app: Container, environ: WSGIEnvironment) -> Identity:
    # Our own frame calls with the context token that Jira gave it.
    unverified = read_unverified(header_token(environ))
    known, claims = verify_tenant(app, unverified, lambda key: tokens.verify_context(unverified, key, app.clock()))
    check_installed(known)
    return Identity(Caller(known.tenant_id, require_person(claims), "connect", "context"), known, claims)


def authenticate_link(app: Container, environ: WSGIEnvironment) -> Identity:
    # Pages on our own address: the session's cookie names the link.
    token = session_token(app, environ)
    if environ["REQUEST_METHOD"] not in READS:
        # The browser sends the cookie along, whoever made the form.
        require_own_page(app.settings.base_url, environ)
    with app.reader.connect() as connection:
        session = select_session(connection, digest_of(token), app.clock()) if token else None
        known = select_known(connection, session) if session else None
    if session is None or known is None:
        raise TokenError("no session")
    return Identity(Caller(session.tenant_id, session.account, "direct", "link"), known, link=session)


def authenticate_shared(app: Container, environ: WSGIEnvironment) -> Identity:
    # A frame calls with its token, a page on our own address with its cookie: never both at once.
    return (authenticate_context if "HTTP_AUTHORIZATION" in environ else authenticate_link)(app, environ)


def authenticate_setup(app: Container, environ: WSGIEnvironment) -> Identity:
    # Of all links an administrator's alone changes anything, on these routes alone.
    identity = authenticate_shared(app, environ)
    if identity.link is not None and not identity.link.is_admin:
        raise TokenError("wrong route")
    return identity


def authenticate_forge(app: Container, environ: WSGIEnvironment) -> Identity:
    return Identity(invocation=authenticate_endpoint(app, environ))


def authenticate_forge_person(app: Container, environ: WSGIEnvironment) -> Identity:
    # A person calls from one of our pages inside Forge.
    return Identity(invocation=authenticate_person(app, environ))


AUTHENTICATE: Mapping[Rule, Authenticate] = {
    "open": authenticate_anybody,
    "atlassian": authenticate_atlassian,
    "machine": authenticate_machine,
    "page": authenticate_page,
    "context": authenticate_context,
    "link": authenticate_link,
    "shared": authenticate_shared,
    "setup": authenticate_setup,
    "forge": authenticate_forge,
    "forge person": authenticate_forge_person,
}


def set_forge_call(call: ForgeCall) -> None:
    account = call.invocation.account
    g.forge_call, g.tenant = call, call.tenant
    g.caller = Caller(call.tenant_id, account, "forge", "machine" if account is None else "person")


def authenticate_forge_page(rule: Rule) -> None:
    # The envelope verified the call; it is bound to the page that the token is for.
    call: ForgeCall = request.environ[ENVIRON_KEY]
    if rule not in FORGE_PAGE_RULES:
        raise TokenError("wrong route")
    check_context(call, request.args)
    set_forge_call(call)
    check_installed(g.tenant)


def check_installed(known: CachedTenant) -> None:
    # A site that removed or paused the app sees nothing more of it.
    if known.state != "installed":
        raise TokenError("not installed")


def require_person(claims: Claims) -> str:
    if claims.subject is None:
        raise TokenError("no person")
    return claims.subject
