"""Tokens as Atlassian signs and checks them: the query string hash, HS256 and RS256, from the specification."""

import base64
import hashlib
import hmac
import json
from collections import defaultdict
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote, unquote_plus, urlsplit

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import padding, rsa

CONTEXT_QSH = "context-qsh"


class BadToken(Exception):
    """Why a token is refused."""


def query_hash(method: str, url: str, base_url: str = "") -> str:
    """SHA-256 of the canonical request; `url` is whole or a path, and the path of the base is dropped from it."""
    return hashlib.sha256(canonical_request(method, url, base_url).encode()).hexdigest()


def canonical_request(method: str, url: str, base_url: str = "") -> str:
    address = urlsplit(url)
    return "&".join([method.upper(), _canonical_path(address.path, base_url), _canonical_query(address.query)])


def _canonical_path(path: str, base_url: str) -> str:
    base = urlsplit(base_url).path.rstrip("/")
    below = path[len(base) :] if base and (path == base or path.startswith(f"{base}/")) else path
    return (below.removesuffix("/") or "/").replace("&", "%26")


def _canonical_query(query: str) -> str:
    values: dict[str, list[str]] = defaultdict(list)
    for pair in filter(None, query.split("&")):
        name, _, value = pair.partition("=")
        if unquote_plus(name) != "jwt":
            values[_encoded(unquote_plus(name))].append(unquote_plus(value))
    return "&".join(f"{name}={','.join(map(_encoded, sorted(values[name])))}" for name in sorted(values))


def _encoded(text: str) -> str:
    return quote(text, safe="-._~")


def sign_hs256(claims: Mapping[str, Any], secret: str) -> str:
    signed = _signed_part({"typ": "JWT", "alg": "HS256"}, claims)
    return f"{signed}.{_packed(hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest())}"


def sign_rs256(claims: Mapping[str, Any], key: rsa.RSAPrivateKey, kid: str) -> str:
    signed = _signed_part({"typ": "JWT", "alg": "RS256", "kid": kid}, claims)
    return f"{signed}.{_packed(key.sign(signed.encode(), padding.PKCS1v15(), hashes.SHA256()))}"


def open_hs256(token: str, secret: str) -> dict[str, Any]:
    """The claims of a token that the secret signed. Raises BadToken."""
    header, _, signature = _parts(token)
    if json.loads(_unpacked(header)).get("alg") != "HS256":
        raise BadToken("not HS256")
    signed = token.rpartition(".")[0]
    expected = hmac.new(secret.encode(), signed.encode(), hashlib.sha256).digest()
    if not hmac.compare_digest(_unpacked(signature), expected):
        raise BadToken("signature does not match")
    return unverified_claims(token)


def unverified_claims(token: str) -> dict[str, Any]:
    """What the token says, whoever wrote it: only to find whose secret checks it."""
    claims = json.loads(_unpacked(_parts(token)[1]))
    if not isinstance(claims, dict):
        raise BadToken("claims are no object")
    return claims


def _parts(token: str) -> tuple[str, str, str]:
    parts = token.split(".")
    if len(parts) != 3:
        raise BadToken("not three parts")
    return parts[0], parts[1], parts[2]


def _signed_part(header: Mapping[str, Any], claims: Mapping[str, Any]) -> str:
    return ".".join(_packed(json.dumps(part, separators=(",", ":")).encode()) for part in (header, claims))


def _packed(raw: bytes) -> str:
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


def _unpacked(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError as error:
        raise BadToken("not base64") from error
