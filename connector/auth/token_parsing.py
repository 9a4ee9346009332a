"""Parsing of tokens before their signature is verified: header, claims, issuer and key id."""

import binascii
import re
from base64 import urlsafe_b64decode
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from msgspec import MsgspecError, Struct
from msgspec.json import decode

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
    "no session",
    "wrong route",
    "body",
    "isolated cloud",
    "api address",
    "another page",
]

TOKEN_LIMIT = 8192

KEY_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,127}")
_PLAIN = re.compile(r"[ -~]{1,255}")
_BASE64URL = re.compile(rb"[A-Za-z0-9_-]+")


class TokenError(Exception):
    """The caller is not who they would have to be. `code` is for our log; the caller is answered 401 alone."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


class Unverified(Struct, frozen=True):
    """What a token says of itself before anybody looked at its signature: only good for finding whose key to use."""

    header: Mapping[str, Any]
    claims: Mapping[str, Any]
    signed: bytes
    signature: bytes


def read_token(authorization: str | None, parameters: list[str]) -> str:
    scheme, _, header = (authorization or "").strip().partition(" ")
    tokens = [header.strip()] if scheme.lower() == "jwt" and header else []
    return require_single_token([*tokens, *parameters])


def require_single_token(tokens: list[str]) -> str:
    # Two tokens could name different callers to the authentication and to the view.
    if len(tokens) > 1:
        raise TokenError("two tokens")
    if not tokens or not tokens[0]:
        raise TokenError("no token")
    return tokens[0]


def read_unverified(token: str) -> Unverified:
    """Decode a token without verifying it. Raises TokenError("malformed")."""
    check_length(token)
    try:
        head, body, signature = token.encode("ascii").split(b".")
        header, claims = _json(head), _json(body)
        return Unverified(header, claims, head + b"." + body, _bytes(signature))
    except (ValueError, TypeError, RecursionError, MsgspecError) as cause:
        raise TokenError("malformed") from cause


def check_length(token: str) -> None:
    # A token is small; nothing larger is decoded.
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
    # Unverified: only good for finding the key.
    issuer = unverified.claims.get("iss")
    if not isinstance(issuer, str) or not _PLAIN.fullmatch(issuer):
        raise TokenError("missing claim")
    return issuer


def read_key_id(unverified: Unverified) -> str:
    # The `kid` becomes part of an address that we fetch.
    return check_key_id(unverified.header.get("kid"))


def check_key_id(kid: Any) -> str:
    # No slash, no dots in a row, nothing that could lead to another address.
    if not isinstance(kid, str) or not KEY_ID.fullmatch(kid) or ".." in kid:
        raise TokenError("key id")
    return kid
