"""Forge's public keys: one set for all apps, fetched again where a key is unknown, the last good set kept."""

import threading
from collections.abc import Callable

import jwt
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey

from connector.auth.token_parsing import TokenError
from connector.jira.errors import JiraError
from mappings.events.times import DAY
from mappings.events.types import Instant

# How long a set is used before it is fetched again.
FRESH_FOR: Instant = DAY
# How long an unknown key waits for another fetch: anybody can name one.
REFETCH_AFTER: Instant = 30_000_000
WEAKEST = 2048

Fetch = Callable[[str], str | None]
Load = Callable[[], str | None]
Save = Callable[[str], None]


class ForgeKeys:
    """Keys by `kid`. Safe for threads. `load` and `save` keep the last good set where every process finds it."""

    def __init__(
        self, url: str, fetch: Fetch, clock: Callable[[], Instant], *, load: Load = lambda: None,
        save: Save = lambda _: None,
    ) -> None:  # fmt: skip
        self._url, self._fetch, self._clock, self._load, self._save = url, fetch, clock, load, save
        self._keys: dict[str, RSAPublicKey] = {}
        self._fetched: Instant | None = None
        self._lock = threading.Lock()

    def find(self, kid: str) -> RSAPublicKey:
        """Return a key. Raises TokenError where the set does not name it, JiraError where no set was ever had."""
        with self._lock:
            if not self._keys:
                self._keys = read_key_set(self._load() or "")
            if kid not in self._keys or self._is_old():
                self._refresh()
            if not self._keys:
                raise JiraError("Forge's keys could not be fetched", permanent=False)
            key = self._keys.get(kid)
        if key is None:
            raise TokenError("unknown key")
        return key

    def find_in_memory(self, kid: str) -> RSAPublicKey | None:
        return None if self._is_old() else self._keys.get(kid)

    def _is_old(self) -> bool:
        return self._fetched is not None and self._clock() - self._fetched >= FRESH_FOR

    def _refresh(self) -> None:
        now = self._clock()
        if self._fetched is not None and now - self._fetched < REFETCH_AFTER:
            return
        self._fetched = now
        try:
            text = self._fetch(self._url) or ""
        except JiraError:
            return  # the last good set stays in use
        keys = read_key_set(text)
        if keys:
            self._keys = keys
            self._save(text)


def read_key_set(text: str) -> dict[str, RSAPublicKey]:
    try:
        keys = jwt.PyJWKSet.from_json(text).keys if text else []
    except (jwt.PyJWTError, ValueError, TypeError, AttributeError, RecursionError):
        return {}
    return {
        key.key_id: key.key
        for key in keys
        if key.key_id and isinstance(key.key, RSAPublicKey) and key.key.key_size >= WEAKEST
    }
