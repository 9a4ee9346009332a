"""Atlassian's public keys for signed installs: fetched once each from the listed hosts, then kept for ever."""

import threading
from collections import deque
from collections.abc import Callable, Sequence

from cachetools import LRUCache, TTLCache

from connector.allowed_hosts import origin_at
from connector.auth.token_parsing import TokenError, check_key_id
from connector.jira.client import JiraError
from mappings.events.times import MINUTE
from mappings.events.types import Instant

KEPT = 32
MISSES_KEPT = 256
MISSES_A_MINUTE = 30
# Misses a minute beyond those, for calls in the name of a site that is installed here: it may come with a new key.
RESERVE = 10
HEAD = "-----BEGIN PUBLIC KEY-----"

Fetch = Callable[[str], str | None]
Load = Callable[[str], str | None]
Save = Callable[[str, str], None]


def never() -> bool:
    return False


class PublicKeys:
    """The keys by `kid`. A `kid` never changes its key: one that was found is kept, one that was missed for a minute.

    `load` and `save` keep what was found where every process finds it. Safe for threads.
    """

    def __init__(
        self,
        hosts: Sequence[str],
        fetch: Fetch,
        clock: Callable[[], Instant],
        *,
        load: Load = lambda _: None,
        save: Save = lambda _, __: None,
    ) -> None:
        self._hosts, self._fetch, self._clock, self._load, self._save = hosts, fetch, clock, load, save
        self._found: LRUCache[str, str] = LRUCache(KEPT)
        self._missed: TTLCache[str, bool] = TTLCache(MISSES_KEPT, MINUTE, timer=clock)
        self._misses: deque[Instant] = deque(maxlen=MISSES_A_MINUTE + RESERVE)
        self._lock = threading.Lock()

    def fetch(self, kid: str, *, is_customer: Callable[[], bool] = never) -> str:
        """Return the PEM text of a key. Raises TokenError where no host has it, JiraError where none answers.

        `is_customer` tells whether the call is made in the name of a site that is installed.
        """
        pem = self.find(kid)
        if pem is not None:
            return pem
        self._check_misses(is_customer)
        try:
            pem = self._ask(kid)
        except JiraError:
            self._count_miss()
            raise
        if pem is None:
            self._count_miss(kid)
            raise TokenError("unknown key")
        self._save(kid, pem)
        self._keep(kid, pem)
        return pem

    def find(self, kid: str) -> str | None:
        """Return a key that was found before, by any process. Raises TokenError for one that was just missed."""
        pem = self.find_in_memory(kid) or self._load(kid)
        if pem is not None:
            self._keep(kid, pem)
        return pem

    def find_in_memory(self, kid: str) -> str | None:
        check_key_id(kid)
        with self._lock:
            if kid in self._missed:
                raise TokenError("unknown key")
            return self._found.get(kid)

    def _keep(self, kid: str, pem: str) -> None:
        with self._lock:
            self._found[kid] = pem

    def _check_misses(self, is_customer: Callable[[], bool]) -> None:
        # Anybody may name a kid: without a limit, each would make us ask Atlassian's hosts. Keys that are found cost
        # nothing of it, so that inventing some never keeps a known key from being used.
        with self._lock:
            since = self._clock() - MINUTE
            misses = sum(at > since for at in self._misses)
        if misses >= MISSES_A_MINUTE and (misses >= MISSES_A_MINUTE + RESERVE or not is_customer()):
            raise JiraError("too many unknown keys", permanent=False)

    def _count_miss(self, kid: str | None = None) -> None:
        with self._lock:
            self._misses.append(self._clock())
            if kid is not None:
                self._missed[kid] = True

    def _ask(self, kid: str) -> str | None:
        failure: JiraError | None = None
        for host in self._hosts:
            try:
                pem = self._fetch(f"{origin_at(host)}/{kid}")
            except JiraError as cause:
                # A store that hides what it has not answers 403 where another says 404.
                failure = failure if cause.permanent else cause
                continue
            if pem is not None and pem.lstrip().startswith(HEAD):
                return pem
        if failure is not None:
            raise failure
        return None
