"""The query string hash: what binds a token to one method, path and query (Atlassian: query string hash)."""

import hashlib
from functools import lru_cache
from urllib.parse import quote, unquote_plus

from msgspec import Struct


class SignedRequest(Struct, frozen=True):
    """The call a token must be bound to. `paths` are the raw path and, where it differs, the decoded one."""

    method: str
    paths: tuple[str, ...]
    query: str = ""
    base_path: str = ""


def hash_call(call: SignedRequest, path: str) -> str:
    # Webhooks of all sites come to a few addresses; whatever anybody may write into one is not remembered.
    return _hash_call(call, path) if call.query or len(path) > _SHORT else _hash_remembered(call, path)


def _hash_call(call: SignedRequest, path: str) -> str:
    return hashlib.sha256(canonical(call.method, path, call.query, call.base_path).encode()).hexdigest()


_SHORT = 100
_hash_remembered = lru_cache(maxsize=256)(_hash_call)


def canonical(method: str, path: str, query: str, base_path: str = "") -> str:
    """Return the canonical request, METHOD&path&query. `path` and `query` as they were sent."""
    return "&".join((method.upper(), canonical_path(path, base_path), canonical_query(query)))


def canonical_path(path: str, base_path: str) -> str:
    """Return the path below the base, without a slash at its end."""
    # `&` separates the parts of the canonical request, so it is encoded.
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
