"""Atlassian's public keys for signed installs: fetched once each from the listed hosts, then kept."""

import threading
from collections import OrderedDict, deque
from collections.abc import Callable, Sequence
from typing import Any

from connector.allowed_hosts import origin_at
from connector.auth.token_parsing import TokenError, check_key_id
from connector.jira.client import JiraError
from mappings.events.types import Instant

KEPT = 32
MISSES_KEPT = 256
MISSED_FOR = 60_000_000
FETCHES_A_MINUTE = 30
MINUTE = 60_000_000
HEAD = "-----BEGIN PUBLIC KEY-----"

Fetch = Callable[[str], str | None]


class PublicKeys:
    """The keys by `kid`. A `kid` never changes its key, so what was found is kept; what was missed is kept a minute."""

    def __init__(self, hosts: Sequence[str], fetch: Fetch, clock: Callable[[], Instant]) -> None:
        self._hosts, self._fetch, self._clock = hosts, fetch, clock
        self._found: OrderedDict[str, str] = OrderedDict()
        self._missed: OrderedDict[str, Instant] = OrderedDict()
        self._fetched: deque[Instant] = deque(maxlen=FETCHES_A_MINUTE)
        self._lock = threading.Lock()

    def fetch(self, kid: str) -> str:
        """Return the PEM text of a key. Raises TokenError where no host has it, JiraError where none answers."""
        check_key_id(kid)
        with self._lock:
            if kid in self._found:
                return self._found[kid]
            self._check_missed(kid)
            self._check_pace()
        pem = self._ask(kid)
        with self._lock:
            self._keep(kid, pem)
        if pem is None:
            raise TokenError("unknown key")
        return pem

    def find_in_memory(self, kid: str) -> str | None:
        """Return a key that was found before, None where a host has to be asked. Raises TokenError."""
        check_key_id(kid)
        with self._lock:
            if kid not in self._found:
                self._check_missed(kid)
            return self._found.get(kid)

    def _check_missed(self, kid: str) -> None:
        if self._missed.get(kid, 0) > self._clock():
            raise TokenError("unknown key")

    def _check_pace(self) -> None:
        # Anybody may name a kid: unbounded, we would knock at Atlassian's door for each.
        now = self._clock()
        if len(self._fetched) == FETCHES_A_MINUTE and self._fetched[0] > now - MINUTE:
            raise JiraError("too many unknown keys", permanent=False)
        self._fetched.append(now)

    def _ask(self, kid: str) -> str | None:
        trouble: JiraError | None = None
        for host in self._hosts:
            try:
                pem = self._fetch(f"{origin_at(host)}/{kid}")
            except JiraError as cause:
                # A store that hides what it has not answers 403 where another says 404.
                trouble = trouble if cause.permanent else cause
                continue
            if pem is not None and pem.lstrip().startswith(HEAD):
                return pem
        if trouble is not None:
            raise trouble
        return None

    def _keep(self, kid: str, pem: str | None) -> None:
        if pem is None:
            self._missed[kid] = self._clock() + MISSED_FOR
            _shorten(self._missed, MISSES_KEPT)
            return
        self._found[kid] = pem
        _shorten(self._found, KEPT)


def _shorten(kept: OrderedDict[str, Any], size: int) -> None:
    while len(kept) > size:
        kept.popitem(last=False)
