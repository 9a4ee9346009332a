"""Forge invocation tokens: a token and our app id go in, an Invocation or a TokenError come out.

Pure: no clock, no database, no network. Every check is one function, so that a test can take each of them out.
The contract is Atlassian's "Forge Remote invocation contract".
"""

import re
from collections.abc import Callable
from typing import Any

import jwt
import msgspec
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from msgspec import Struct

from connector.auth.token_parsing import TokenError, check_length
from mappings.events.times import SECOND
from mappings.events.types import Instant

ISSUER = "forge/invocation-token"
ALGORITHM = "RS256"
# Seconds two clocks may differ.
LEEWAY = 30
# Seconds a token may live: Forge's live 25 seconds, cached ones a few minutes.
MAX_LIFETIME = 15 * 60
# The module type of calls that Forge itself makes: events, lifecycle, schedule.
MACHINE_MODULE = "core:endpoint"

_ACCOUNT = re.compile(r"[!-~]{1,128}")
_KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/:-]{0,255}")
_CLOUD_ID = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Where Forge apps call Jira: the one origin that bearer tokens go to.
API = "https://api.atlassian.com"
_INSTALLATION = re.compile(r"ari:cloud:ecosystem::installation/[0-9a-f-]{36}")

_parser = jwt.PyJWS()


class Module(Struct, frozen=True):
    """What was invoked: `type` is core:endpoint for Forge itself, the UI module's type for a person."""

    type: str = ""
    key: str = ""


class Environment(Struct, frozen=True):
    """DEVELOPMENT, STAGING or PRODUCTION: each is an installation of its own."""

    type: str
    id: str = ""


class App(Struct, frozen=True, rename="camel"):
    """The app part of the claims."""

    id: str
    installation_id: str
    api_base_url: str
    environment: Environment
    module: Module = Module()
    app_version: str = ""


class Context(Struct, frozen=True, rename="camel"):
    """Where the call comes from; `extension` holds the project, issue or gadget of the page."""

    cloud_id: str = ""
    site_url: str = ""
    module_key: str = ""
    local_id: str = ""
    extension: dict[str, Any] = {}


class InvocationClaims(Struct, frozen=True, rename={"isolated_cloud": "icLabel"}):
    """The claims as Forge writes them. Their types are checked while they are decoded."""

    iss: str
    aud: str
    iat: int
    exp: int
    app: App
    nbf: int | None = None
    jti: str = ""
    context: Context | None = None
    principal: str | None = None
    isolated_cloud: str | None = None


class Invocation(Struct, frozen=True):
    """A verified call of Forge. `account` is the person, None where Forge itself calls."""

    installation_id: str
    environment: str
    cloud_id: str
    site_url: str
    api_base_url: str
    module: Module
    account: str | None
    extension: dict[str, Any]


def verify_invocation(
    token: str, find_key: Callable[[str], RSAPublicKey], now: Instant, *, app_id: str, api: str = API
) -> Invocation:
    """Return who calls, from where. Raises TokenError.

    `find_key` gives the key of a `kid`; it is asked last, when everything else is right. `app_id` is the configured
    ARI: an audience that is read from the token would let in any other Forge app.
    """
    check_length(token)
    header = read_header(token)
    check_algorithm(header)
    claims = read_claims(token)
    check_claims(claims, now, app_id)
    cloud_id = read_cloud_id(claims, api)
    verify_signature(token, find_key(read_key_id(header)))
    return _invocation(claims, cloud_id)


def check_claims(claims: InvocationClaims, now: Instant, app_id: str) -> None:
    refuse_isolated_cloud(claims)
    check_audience(claims, app_id)
    check_app(claims, app_id)
    check_issuer(claims)
    check_times(claims, now // SECOND)
    check_account(claims)
    check_installation(claims)


def _invocation(claims: InvocationClaims, cloud_id: str) -> Invocation:
    context = claims.context or Context()
    return Invocation(
        claims.app.installation_id,
        claims.app.environment.type,
        cloud_id,
        context.site_url,
        claims.app.api_base_url,
        claims.app.module,
        claims.principal,
        context.extension,
    )


def require_machine(invocation: Invocation, endpoint: str) -> Invocation:
    """Raise TokenError unless Forge itself called the endpoint.

    Anybody can call any path of ours from their browser's console with a valid token of their own.
    """
    if invocation.account is not None:
        raise TokenError("wrong route")
    if invocation.module != Module(MACHINE_MODULE, endpoint):
        raise TokenError("wrong route")
    return invocation


def require_person(invocation: Invocation) -> str:
    if invocation.account is None:
        raise TokenError("no person")
    return invocation.account


def read_header(token: str) -> dict[str, Any]:
    try:
        header = jwt.get_unverified_header(token)
    except (jwt.InvalidTokenError, ValueError, RecursionError) as cause:
        raise TokenError("malformed") from cause
    return dict(header)


def read_claims(token: str) -> InvocationClaims:
    try:
        payload = _parser.decode_complete(token, options={"verify_signature": False})["payload"]
        return msgspec.json.decode(payload, type=InvocationClaims)
    except (jwt.InvalidTokenError, msgspec.MsgspecError, ValueError, RecursionError) as cause:
        raise TokenError("malformed") from cause


def read_key_id(header: dict[str, Any]) -> str:
    kid = header.get("kid")
    if not isinstance(kid, str) or not _KEY_ID.fullmatch(kid):
        raise TokenError("key id")
    return kid


def check_algorithm(header: dict[str, Any]) -> None:
    # The algorithm is ours to name; a token that names another is refused.
    if header.get("alg") != ALGORITHM:
        raise TokenError("algorithm")


def refuse_isolated_cloud(claims: InvocationClaims) -> None:
    # An isolated cloud has keys of its own, at an address that the token would name: we serve none.
    if claims.isolated_cloud is not None:
        raise TokenError("isolated cloud")


def check_audience(claims: InvocationClaims, app_id: str) -> None:
    # An audience that is read from the token would let in any other Forge app.
    if not app_id or claims.aud != app_id:
        raise TokenError("audience")


def check_app(claims: InvocationClaims, app_id: str) -> None:
    if claims.app.id != app_id:
        raise TokenError("audience")


def check_issuer(claims: InvocationClaims) -> None:
    if claims.iss != ISSUER:
        raise TokenError("issuer")


def check_times(claims: InvocationClaims, second: int) -> None:
    if claims.exp <= second - LEEWAY:
        raise TokenError("expired")
    begins = claims.iat if claims.nbf is None else max(claims.iat, claims.nbf)
    if begins > second + LEEWAY:
        raise TokenError("not yet valid")
    if not 0 < claims.exp - claims.iat <= MAX_LIFETIME:
        raise TokenError("lifetime")


def check_account(claims: InvocationClaims) -> None:
    if claims.principal is not None and not _ACCOUNT.fullmatch(claims.principal):
        raise TokenError("malformed")


def check_installation(claims: InvocationClaims) -> None:
    if not _INSTALLATION.fullmatch(claims.app.installation_id):
        raise TokenError("malformed")
    if claims.app.environment.type not in {"DEVELOPMENT", "STAGING", "PRODUCTION"}:
        raise TokenError("malformed")


def api_base_url(cloud_id: str, api: str = API) -> str:
    return f"{api}/ex/jira/{cloud_id}"


def read_cloud_id(claims: InvocationClaims, api: str = API) -> str:
    # Return the site's cloud id, from the one address that our bearer tokens may go to. Raises TokenError.
    cloud_id = claims.app.api_base_url.rpartition("/")[2]
    if not _CLOUD_ID.fullmatch(cloud_id) or claims.app.api_base_url != api_base_url(cloud_id, api):
        raise TokenError("api address")
    if claims.context is not None and claims.context.cloud_id not in {"", cloud_id}:
        raise TokenError("api address")
    return cloud_id


def verify_signature(token: str, key: RSAPublicKey) -> None:
    try:
        _parser.decode_complete(token, key, algorithms=[ALGORITHM])
    except (jwt.InvalidTokenError, TypeError, ValueError) as cause:
        raise TokenError("signature") from cause
