"""Pure verification: a token and a call go in, claims or a TokenError come out. No clock, no database, no network.

Every check is one small function, so that a test can take each of them out and see what then gets in.
"""

import hmac
import re
from collections.abc import Callable, Mapping
from typing import Any

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from jwt.algorithms import HMACAlgorithm, RSAAlgorithm
from msgspec import Struct

from connector.auth.token_parsing import TokenError, Unverified, read_key_id
from connector.jira.query_hash import SignedRequest, hash_call
from mappings.events.times import SECOND
from mappings.events.types import Instant

# Seconds two clocks may differ.
LEEWAY = 30
# Seconds a token bound to an address may live; Jira's live 3 minutes.
LONGEST = 15 * 60
CONTEXT_QSH = "context-qsh"
WEAKEST_SECRET = 32
WEAKEST_RSA = 2048

_ACCOUNT = re.compile(r"[!-~]{1,128}")

_HMAC = HMACAlgorithm(HMACAlgorithm.SHA256)
_RSA = RSAAlgorithm(RSAAlgorithm.SHA256)
# PyJWT's own two methods, each of which refuses the other's key.
_METHODS: dict[str, Any] = {"HS256": _HMAC, "RS256": _RSA}


class Claims(Struct, frozen=True):
    """The claims of a verified token: who signed, for which person if any, and when (seconds since 1970)."""

    issuer: str
    subject: str | None
    issued: int
    context: Mapping[str, Any]


def verify_connect(unverified: Unverified, key: bytes, call: SignedRequest, now: Instant) -> Claims:
    """Return the claims of a token that Jira signed for this very call. Raises TokenError (Atlassian: JWT for Connect).

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
    unverified: Unverified,
    find_key: Callable[[str], str],
    call: SignedRequest,
    now: Instant,
    *,
    audience: str,
) -> Claims:
    """Return the claims of an install or uninstall call, signed by Atlassian's own key. Raises TokenError.

    `audience` is our base URL. The body is not covered by the signature, so that the caller has to compare the issuer
    with its clientKey: `check_issuer`. `find_key` gives the PEM text for a `kid`; it is asked last.
    """
    algorithm = select_algorithm(unverified.header, "RS256")
    claims = check_required(unverified.claims)
    check_audience(claims, audience)
    refuse_context(claims)
    check_query_hash(claims, call)
    check_times(claims, now)
    check_lifetime(claims)
    verify_signature(unverified, read_public_key(find_key(read_key_id(unverified))), algorithm)
    return _claims(claims)


def _claims(claims: Mapping[str, Any]) -> Claims:
    context = claims.get("context")
    return Claims(claims["iss"], claims.get("sub"), claims["iat"], context if isinstance(context, dict) else {})


# -- keys and signatures ---------------------------------------------------------------------------------------------


def select_algorithm(header: Mapping[str, Any], ours: str) -> str:
    # The token must not choose the algorithm.
    if header.get("alg") != ours:
        raise TokenError("algorithm")
    return ours


def read_secret(secret: str) -> bytes:
    # Prepared once, since preparing a key costs as much as verifying with it.
    check_secret(secret)
    try:
        return _HMAC.prepare_key(secret)
    except jwt.InvalidKeyError as cause:
        raise TokenError("weak key") from cause


def check_secret(secret: str) -> None:
    # PyJWT only warns of short secrets; RFC 7518 3.2 asks for as many bytes as the hash has.
    if len(secret.encode()) < WEAKEST_SECRET:
        raise TokenError("weak key")


def read_public_key(pem: str) -> RSAPublicKey:
    try:
        key = _RSA.prepare_key(pem)
    except (ValueError, TypeError, jwt.InvalidKeyError) as cause:
        raise TokenError("unknown key") from cause
    if not isinstance(key, RSAPublicKey) or key.key_size < WEAKEST_RSA:
        raise TokenError("weak key")
    return key


def verify_signature(unverified: Unverified, key: bytes | RSAPublicKey, algorithm: str) -> None:
    try:
        signed = _METHODS[algorithm].verify(unverified.signed, key, unverified.signature)
    except (KeyError, TypeError, AttributeError, ValueError) as cause:
        raise TokenError("signature") from cause
    if not signed:
        raise TokenError("signature")


# -- claims ----------------------------------------------------------------------------------------------------------


def check_required(claims: Mapping[str, Any]) -> Mapping[str, Any]:
    # A check of a missing claim would check nothing.
    for name in ("iss", "qsh"):
        if not isinstance(claims.get(name), str) or not claims[name]:
            raise TokenError("missing claim")
    for name in ("iat", "exp"):
        if type(claims.get(name)) is not int:
            raise TokenError("missing claim")
    check_subject(claims.get("sub"))
    return claims


def check_subject(subject: Any) -> None:
    # An account id is plain text of at most 128 characters.
    if subject is not None and not (isinstance(subject, str) and _ACCOUNT.fullmatch(subject)):
        raise TokenError("malformed")


def check_times(claims: Mapping[str, Any], now: Instant) -> None:
    check_expiry(claims, now // SECOND)
    check_issued(claims, now // SECOND)
    check_not_before(claims, now // SECOND)


def check_expiry(claims: Mapping[str, Any], second: int) -> None:
    if claims["exp"] <= second - LEEWAY:
        raise TokenError("expired")


def check_issued(claims: Mapping[str, Any], second: int) -> None:
    # A token from the future was made to last.
    if claims["iat"] > second + LEEWAY:
        raise TokenError("not yet valid")


def check_not_before(claims: Mapping[str, Any], second: int) -> None:
    # `nbf` is optional, but holds where it is.
    begins = claims.get("nbf")
    if begins is not None and (type(begins) is not int or begins > second + LEEWAY):
        raise TokenError("not yet valid")


def check_lifetime(claims: Mapping[str, Any]) -> None:
    # A token for one address that lives longer than a quarter of an hour was not made by Jira.
    if not 0 < claims["exp"] - claims["iat"] <= LONGEST:
        raise TokenError("lifetime")


def check_audience(claims: Mapping[str, Any], audience: str) -> None:
    # Equal, not alike: `https://app.example.com.evil.com` begins like us.
    named = claims.get("aud")
    listed = named if isinstance(named, list) else [named]
    if not any(isinstance(name, str) and name.removesuffix("/") == audience.removesuffix("/") for name in listed):
        raise TokenError("audience")


def check_issuer(issuer: str, client_key: str) -> None:
    # The body speaks for its signer alone, or one tenant could set another's secret (Atlassian: signed install).
    if not hmac.compare_digest(issuer.encode(), client_key.encode()):
        raise TokenError("issuer")


def refuse_context(claims: Mapping[str, Any]) -> None:
    # A context token is bound to no address, so it opens none but those listed for it.
    if claims["qsh"] == CONTEXT_QSH:
        raise TokenError("context token")


def require_context(claims: Mapping[str, Any]) -> None:
    # Where context tokens are taken nothing else is: there is no verifier for either.
    if claims["qsh"] != CONTEXT_QSH:
        raise TokenError("not a context token")


def check_query_hash(claims: Mapping[str, Any], call: SignedRequest) -> None:
    # The token was made for this method, path and query. Jira hashes the decoded path where a segment was encoded, and
    # some servers show only that one: a token may be bound to either.
    claimed = claims["qsh"].encode()
    if not any(hmac.compare_digest(hash_call(call, path).encode(), claimed) for path in call.paths):
        raise TokenError("query hash")
