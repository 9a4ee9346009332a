"""Parsing of tokens before their signature is verified: header, claims, issuer and key id."""

import re
from binascii import a2b_base64, b2a_base64
from collections.abc import Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Literal, TypeAlias

from msgspec import MsgspecError, Struct
from msgspec.json import Decoder

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
# The compact serialization of RFC 7515 7.1.
_COMPACT = re.compile(r"([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)")
# Made once: to look at the type takes longer than to decode a token's part.
_OBJECT = Decoder(dict[str, Any])
# The two characters in which base64url differs from base64 (RFC 4648 5).
_TO_BASE64, _TO_BASE64URL = bytes.maketrans(b"-_", b"+/"), bytes.maketrans(b"+/", b"-_")


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
    # PyJWT looks at each character in Python, which takes a quarter of what a webhook costs the front.
    parts = _COMPACT.fullmatch(token)
    if parts is None:
        raise TokenError("malformed")
    try:
        header, claims = read_header(parts[1]), decode_object(parts[2])
        signature = decode_segment(parts[3])
    except (MsgspecError, ValueError, RecursionError) as cause:
        raise TokenError("malformed") from cause
    refuse_extensions(header)
    return Unverified(header, claims, token[: parts.end(2)].encode("ascii"), signature)


def read_header(segment: str) -> Mapping[str, Any]:
    # All tokens of a sender begin with the same few characters; a long header is some stranger's.
    return _header_remembered(segment) if len(segment) <= _SHORT else decode_object(segment)


def decode_object(segment: str) -> Mapping[str, Any]:
    return MappingProxyType(_OBJECT.decode(decode_segment(segment)))


_SHORT = 128
_header_remembered = lru_cache(maxsize=64)(decode_object)


def decode_segment(segment: str) -> bytes:
    """Decode base64url without padding (RFC 7515 2). Raises ValueError for any other way to write the same bytes."""
    given = segment.encode("ascii")
    # The module base64 takes twice as long around the same two functions.
    decoded = a2b_base64(given.translate(_TO_BASE64) + b"=" * (-len(given) % 4))
    if b2a_base64(decoded, newline=False).rstrip(b"=").translate(_TO_BASE64URL) != given:
        raise ValueError("not canonical")
    return decoded


def refuse_extensions(header: Mapping[str, Any]) -> None:
    # RFC 7515 4.1.11: what a token declares critical must be understood, and we know no extension.
    if "crit" in header or "b64" in header or not isinstance(header.get("kid", ""), str):
        raise TokenError("malformed")


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
