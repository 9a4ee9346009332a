"""Pure verification: a token and a call go in, claims or a TokenError come out. No clock, no database, no network.

Every check is one small function, so that a test can take each of them out and see what then gets in.
"""

import binascii
import hashlib
import hmac
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias
from urllib.parse import quote, unquote_plus

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import HMACAlgorithm, RSAAlgorithm
from msgspec import MsgspecError, Struct
from msgspec.json import decode

from mappings.events.vocabulary import Instant

Code: TypeAlias = Literal[
    "no token",
    "two tokens",
    "malformed",
    "algorithm",
    "key id",
    "unknown key",
    "weak key",
    "signature",
    "missing claim",
    "expired",
    "not yet valid",
    "lifetime",
    "query hash",
    "context token",
    "not a context token",
    "audience",
    "issuer",
    "unknown tenant",
    "not installed",
    "no person",
    "wrong door",
    "body",
]

LEEWAY = 30
"""Seconds two clocks may differ."""
LONGEST = 15 * 60
"""Seconds a token bound to an address may live; Jira's live 3 minutes."""
SIGNED_FOR = 180
"""Seconds a token of ours lives (Connect: exp = iat + 180)."""
CONTEXT_QSH = "context-qsh"
TOKEN_LIMIT = 8192
ACCOUNT_LIMIT = 128
WEAKEST_SECRET = 32
WEAKEST_RSA = 2048
SECOND = 1_000_000

KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]+")

_HMAC = HMACAlgorithm(HMACAlgorithm.SHA256)
_RSA = RSAAlgorithm(RSAAlgorithm.SHA256)
# PyJWT's own two methods, each of which refuses the other's key.
_METHODS: dict[str, Any] = {"HS256": _HMAC, "RS256": _RSA}


class TokenError(Exception):
    """The caller is not who they would have to be. `code` is for our log; the caller hears nothing but 401."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


class Unverified(Struct, frozen=True):
    """What a token says of itself before anybody looked at its signature: only good for finding whose key to use."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


class Call(Struct, frozen=True):
    """The call a token must be bound to. `paths` are the raw path and, where it differs, the decoded one."""

    method: str
    paths: tuple[str, ...]
    query: str = ""
    base_path: str = ""


class Claims(Struct, frozen=True):
    """What a verified token says: who signed, for which person if any, and when (seconds since 1970)."""

    issuer: str
    subject: str | None
    issued: int
    context: Mapping[str, Any]


def verify_connect(unverified: Unverified, key: bytes, call: Call, now: Instant) -> Claims:
    """Return the claims of a token that Jira signed for this very call. Raises TokenError (facts/connect 2.5).

    `key` is the tenant's secret as `read_secret` gives it.
    """
    verify_signature(unverified, key, select_algorithm(unverified.header, "HS256"))
    claims = check_required(unverified.claims)
    refuse_context(claims)
    check_query_hash(claims, call)
    check_times(claims, now)
    check_lifetime(claims)
    return _claims(claims)


def verify_context(unverified: Unverified, key: bytes, now: Instant) -> Claims:
    """Return the claims of a context token, which is bound to a person and to no address. Raises TokenError."""
    verify_signature(unverified, key, select_algorithm(unverified.header, "HS256"))
    claims = check_required(unverified.claims)
    require_context(claims)
    check_times(claims, now)
    return _claims(claims)


def verify_signed_by_atlassian(
    unverified: Unverified, pem: str, call: Call, now: Instant, *, audience: str, issuer: str
) -> Claims:
    """Return the claims of an install or uninstall call, signed by Atlassian's own key. Raises TokenError.

    `audience` is our base URL, `issuer` the clientKey of the body: the body is not covered by the signature, so it
    may only speak for the signer.
    """
    verify_signature(unverified, read_public_key(pem), select_algorithm(unverified.header, "RS256"))
    claims = check_required(unverified.claims)
    check_audience(claims, audience)
    check_issuer(claims, issuer)
    refuse_context(claims)
    check_query_hash(claims, call)
    check_times(claims, now)
    check_lifetime(claims)
    return _claims(claims)


def sign_for_jira(app_key: str, secret: str, call: Call, now: Instant) -> str:
    """Return a token for one call of ours to Jira: issuer is the app, 180 seconds (facts/connect 2.7)."""
    issued = now // SECOND
    claims = {"iss": app_key, "iat": issued, "exp": issued + SIGNED_FOR, "qsh": hash_call(call, call.paths[0])}
    return jwt.encode(claims, secret, algorithm="HS256")


# -- reading ---------------------------------------------------------------------------------------------------------


def read_token(authorization: str | None, parameters: list[str]) -> str:
    """Return the one token of a call, from `Authorization: JWT …` or the query; raises TokenError where it has two."""
    scheme, _, header = (authorization or "").strip().partition(" ")
    found = [header.strip()] if scheme.lower() == "jwt" and header else []
    return one_token([*found, *parameters])


def one_token(found: list[str]) -> str:
    """Two tokens could tell the gate and the view different callers."""
    if len(found) > 1:
        raise TokenError("two tokens")
    if not found or not found[0]:
        raise TokenError("no token")
    return found[0]


def read_unverified(token: str) -> Unverified:
    """Take a token apart without believing it. Raises TokenError("malformed")."""
    check_length(token)
    try:
        head, body, signature = token.encode("ascii").split(b".")
        header, claims = _json(head), _json(body)
        return Unverified(header, claims, head + b"." + body, _bytes(signature))
    except (ValueError, TypeError, RecursionError, MsgspecError) as cause:
        raise TokenError("malformed") from cause


def check_length(token: str) -> None:
    """A token is small; nothing larger is decoded."""
    if len(token) > TOKEN_LIMIT:
        raise TokenError("malformed")


def _bytes(part: bytes) -> bytes:
    if not _BASE64URL.fullmatch(part):
        raise ValueError("not base64url")
    try:
        return urlsafe_b64decode(part + b"=" * (-len(part) % 4))
    except binascii.Error as cause:
        raise ValueError("not base64url") from cause


def _json(part: bytes) -> Mapping[str, Any]:
    value = decode(_bytes(part))
    if not isinstance(value, dict):
        raise TypeError("not an object")
    return value


def read_issuer(unverified: Unverified) -> str:
    """Return who claims to have signed, only to find their key."""
    issuer = unverified.claims.get("iss")
    if not isinstance(issuer, str) or not issuer or len(issuer) > 255:
        raise TokenError("missing claim")
    return issuer


def read_key_id(unverified: Unverified) -> str:
    """Return the `kid` as a plain name: it becomes part of an address that we fetch."""
    return check_key_id(unverified.header.get("kid"))


def check_key_id(kid: Any) -> str:
    """No slash, no dots in a row, nothing that could lead to another address."""
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid) or ".." in kid:
        raise TokenError("key id")
    return kid


def _claims(claims: Mapping[str, Any]) -> Claims:
    context = claims.get("context")
    return Claims(claims["iss"], claims.get("sub"), claims["iat"], context if isinstance(context, dict) else {})


# -- keys and signatures ---------------------------------------------------------------------------------------------


def select_algorithm(header: Mapping[str, Any], ours: str) -> str:
    """The algorithm is ours to name; a token that names another is refused, not obeyed."""
    if header.get("alg") != ours:
        raise TokenError("algorithm")
    return ours


def read_secret(secret: str) -> bytes:
    """Return a tenant's shared secret as a key, made ready once: preparing costs as much as verifying."""
    check_secret(secret)
    try:
        return _HMAC.prepare_key(secret)
    except jwt.InvalidKeyError as cause:
        raise TokenError("weak key") from cause


def check_secret(secret: str) -> None:
    """PyJWT only warns of short secrets; RFC 7518 3.2 asks for as many bytes as the hash has."""
    if len(secret.encode()) < WEAKEST_SECRET:
        raise TokenError("weak key")


def read_public_key(pem: str) -> RSAPublicKey:
    """Return Atlassian's key from its PEM text."""
    try:
        key = _RSA.prepare_key(pem)
    except (ValueError, TypeError, jwt.InvalidKeyError) as cause:
        raise TokenError("unknown key") from cause
    if not isinstance(key, RSAPublicKey) or key.key_size < WEAKEST_RSA:
        raise TokenError("weak key")
    return key


def verify_signature(unverified: Unverified, key: bytes | RSAPublicKey, algorithm: str) -> None:
    """Raise TokenError unless the token was signed with `key`."""
    try:
        signed = _METHODS[algorithm].verify(unverified.signed, key, unverified.signature)
    except (KeyError, TypeError, AttributeError, ValueError) as cause:
        raise TokenError("signature") from cause
    if not signed:
        raise TokenError("signature")


# -- claims ----------------------------------------------------------------------------------------------------------


def check_required(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    """Every claim that a check needs is there, and of its type: a check of a missing claim would check nothing."""
    for name in ("iss", "qsh"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise TokenError("missing claim")
    for name in ("iat", "exp"):
        if type(claims.get(name)) is not int:
            raise TokenError("missing claim")
    check_subject(claims.get("sub"))
    return claims


def check_subject(subject: Any) -> None:
    """An account id is text of at most 128 characters."""
    if subject is not None and (not isinstance(subject, str) or not 0 < len(subject) <= ACCOUNT_LIMIT):
        raise TokenError("malformed")


def check_times(claims: Mapping[str, Any], now: Instant) -> None:
    """Raise TokenError unless `now` lies in the token's life, give or take the leeway."""
    check_expiry(claims, now // SECOND)
    check_issued(claims, now // SECOND)
    check_not_before(claims, now // SECOND)


def check_expiry(claims: Mapping[str, Any], second: int) -> None:
    """A token ends."""
    if claims["exp"] <= second - LEEWAY:
        raise TokenError("expired")


def check_issued(claims: Mapping[str, Any], second: int) -> None:
    """A token from the future was made to last."""
    if claims["iat"] > second + LEEWAY:
        raise TokenError("not yet valid")


def check_not_before(claims: Mapping[str, Any], second: int) -> None:
    """`nbf` is optional, but holds where it is."""
    begins = claims.get("nbf")
    if begins is not None and (type(begins) is not int or begins > second + LEEWAY):
        raise TokenError("not yet valid")


def check_lifetime(claims: Mapping[str, Any]) -> None:
    """A token for one address that lives longer than a quarter of an hour was not made by Jira."""
    if not 0 < claims["exp"] - claims["iat"] <= LONGEST:
        raise TokenError("lifetime")


def check_audience(claims: Mapping[str, Any], audience: str) -> None:
    """Equal, not alike: `https://app.example.com.evil.com` begins like us (facts/connect 2.9)."""
    named = claims.get("aud")
    listed = named if isinstance(named, list) else [named]
    if not any(isinstance(name, str) and name.removesuffix("/") == audience.removesuffix("/") for name in listed):
        raise TokenError("audience")


def check_issuer(claims: Mapping[str, Any], issuer: str) -> None:
    """The body speaks for its signer alone, or one tenant could set another's secret (facts/connect 2.2)."""
    if not hmac.compare_digest(claims["iss"].encode(), issuer.encode()):
        raise TokenError("issuer")


def refuse_context(claims: Mapping[str, Any]) -> None:
    """A context token is bound to no address, so it opens none but those listed for it."""
    if claims["qsh"] == CONTEXT_QSH:
        raise TokenError("context token")


def require_context(claims: Mapping[str, Any]) -> None:
    """Where context tokens are taken nothing else is: there is no verifier for either."""
    if claims["qsh"] != CONTEXT_QSH:
        raise TokenError("not a context token")


# -- the query string hash -------------------------------------------------------------------------------------------


def check_query_hash(claims: Mapping[str, Any], call: Call) -> None:
    """The token was made for this method, path and query.

    Jira hashes the decoded path where a segment was encoded (facts/python-stack 2), and some servers show only that
    one: a token may be bound to either.
    """
    claimed = claims["qsh"].encode()
    if not any(hmac.compare_digest(hash_call(call, path).encode(), claimed) for path in call.paths):
        raise TokenError("query hash")


def hash_call(call: Call, path: str) -> str:
    """Return the hex SHA-256 of the canonical request."""
    return hashlib.sha256(canonical(call.method, path, call.query, call.base_path).encode()).hexdigest()


def canonical(method: str, path: str, query: str, base_path: str = "") -> str:
    """Return the canonical request, METHOD&path&query (facts/connect 2.4). `path` and `query` as they were sent."""
    return "&".join((method.upper(), canonical_path(path, base_path), canonical_query(query)))


def canonical_path(path: str, base_path: str) -> str:
    """Return the path below the base, without a slash at its end; `&` separates, so it is encoded."""
    base = base_path.rstrip("/")
    if base and (path == base or path.startswith(base + "/")):
        path = path[len(base) :]
    if len(path) > 1:
        path = path.removesuffix("/")
    return (path or "/").replace("&", "%26")


def canonical_query(query: str) -> str:
    """Return the parameters without `jwt`, encoded anew and sorted; repeated values sorted and joined by a comma."""
    parameters: dict[str, list[str]] = {}
    for part in filter(None, query.split("&")):
        name, _, value = part.partition("=")
        parameters.setdefault(unquote_plus(name), []).append(unquote_plus(value))
    parameters.pop("jwt", None)
    pairs = sorted((_encode(name), ",".join(map(_encode, sorted(values)))) for name, values in parameters.items())
    return "&".join(f"{name}={values}" for name, values in pairs)


def _encode(text: str) -> str:
    return quote(text, safe="-_.~")
