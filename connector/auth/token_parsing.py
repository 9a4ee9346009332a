"""Parsing of tokens before their signature is verified: header, claims, issuer and key id."""

import re
from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

import jwt
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
_JWS = jwt.PyJWS()


class TokenError(Exception):
    """The caller is not who they would have to be. `code` is for our log; the caller is answered 401 alone."""

    def __init__(self, code: Code) -> None:
        super().__init__(code)
        self.code: Code = code


class Unverified(Struct, frozen=True):
    """A decoded token whose signature is not verified: only good for finding whose key to use."""

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
        parts = _JWS.decode_complete(token, options={"verify_signature": False})
        claims = decode(parts["payload"], type=dict[str, Any])
        signed = token.rpartition(".")[0].encode("ascii")
    except (jwt.InvalidTokenError, MsgspecError, ValueError, RecursionError) as cause:
        raise TokenError("malformed") from cause
    return Unverified(parts["header"], claims, signed, parts["signature"])


def check_length(token: str) -> None:
    # A token is small; nothing larger is decoded.
    if len(token) > TOKEN_LIMIT:
        raise TokenError("malformed")


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
