"""Atlassian for tests of signed requests: it signs as Jira and its install service do, and as an attacker would."""

import base64
import hashlib
import hmac
import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, quote, urlsplit

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

BASE = "https://teachback.example.com"
APP_KEY = "io.teachback.jira"
NOW = 1_790_000_000
"""Seconds: the test's present, for both sides."""
PEOPLE = {"member": "712020:member-of-acme", "stranger": "712020:stranger"}


def encode(text: str) -> str:
    return quote(text, safe="~")


def query_hash(method: str, url: str) -> str:
    """The query string hash as Atlassian writes it down, made without the code under test."""
    parts = urlsplit(url)
    names: dict[str, list[str]] = {}
    for name, value in parse_qsl(parts.query, keep_blank_values=True):
        if name != "jwt":
            names.setdefault(name, []).append(value)
    query = "&".join(f"{encode(n)}={','.join(encode(v) for v in sorted(vs))}" for n, vs in sorted(names.items()))
    path = parts.path.rstrip("/") or "/"
    return hashlib.sha256(f"{method}&{path}&{query}".encode()).hexdigest()


def claims_of(method: str, url: str, **other: Any) -> dict[str, Any]:
    claims = {"iat": NOW, "exp": NOW + 180, "qsh": query_hash(method, url), "context": {}, **other}
    return {name: value for name, value in claims.items() if value is not None}


def sign(claims: dict[str, Any], secret: str, **header: Any) -> str:
    return jwt.encode(claims, secret, algorithm="HS256", headers=header or None)


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def forge(header: dict[str, Any], claims: dict[str, Any], key: bytes = b"") -> str:
    """A token whose header says what it likes, with an HMAC of `key` (nothing where there is none)."""
    signed = f"{part(header)}.{part(claims)}"
    signature = hmac.digest(key, signed.encode(), "sha256") if key else b""
    return f"{signed}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


@dataclass(frozen=True)
class Site:
    """A Jira site: what its signer knows."""

    client_key: str = "client-acme"
    base_url: str = "https://acme.atlassian.net"
    secret: str = "acme-secret-" * 4
    account: str = PEOPLE["member"]

    def token(self, method: str, url: str, *, secret: str | None = None, **other: Any) -> str:
        return sign(claims_of(method, url, **{"iss": self.client_key, **other}), secret or self.secret)

    def machine(self, method: str, url: str, **other: Any) -> dict[str, str]:
        return header(self.token(method, url, **other))

    def page(self, url: str, **other: Any) -> str:
        return f"{url}{'&' if '?' in url else '?'}jwt={self.token('GET', url, **{'sub': self.account, **other})}"

    def context(self, **other: Any) -> dict[str, str]:
        return header(self.token("GET", "/", **{"sub": self.account, "qsh": "context-qsh", **other}))

    def body(self, event: str, **other: Any) -> dict[str, Any]:
        body = {
            "key": APP_KEY,
            "clientKey": self.client_key,
            "baseUrl": self.base_url,
            "productType": "jira",
            "eventType": event,
            "description": "Jira of <b>Acme</b>",
        }
        if event == "installed":
            body["sharedSecret"] = self.secret
        return {name: value for name, value in {**body, **other}.items() if value is not None}


def header(token: str) -> dict[str, str]:
    return {"Authorization": f"JWT {token}"}


@cache
def private_key(name: str = "ours", size: int = 2048) -> rsa.RSAPrivateKey:
    return rsa.generate_private_key(65537, size)


@dataclass
class Atlassian:
    """The install service with its published keys, and all that was asked of it."""

    kid: str = "key-1"
    audience: str = BASE
    asked: list[str] = field(default_factory=list)
    answers: dict[str, str] = field(default_factory=dict)

    def pem(self, key: rsa.RSAPrivateKey | None = None) -> str:
        shape = serialization.PublicFormat.SubjectPublicKeyInfo
        return (key or private_key()).public_key().public_bytes(serialization.Encoding.PEM, shape).decode()

    def fetch(self, address: str) -> str | None:
        self.asked.append(address)
        return self.answers.get(address) or (self.pem() if address.endswith(f"/{self.kid}") else None)

    def token(self, site: Site, event: str, *, key: rsa.RSAPrivateKey | None = None, **other: Any) -> str:
        claims = claims_of("POST", f"/connect/{event}", **{"iss": site.client_key, "aud": [self.audience], **other})
        kid = claims.pop("kid", self.kid)
        return jwt.encode(claims, key or private_key(), algorithm="RS256", headers={"kid": kid})
