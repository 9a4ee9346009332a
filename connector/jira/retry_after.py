"""When calls go on after a 429 of Jira, known to all workers; a job that met one runs again by jobs.runner."""

import random
import re
import threading
from collections import Counter, deque
from collections.abc import Callable
from typing import TypeAlias

from requests import Response
from sqlalchemy import Engine

from connector.jira.endpoint import Endpoint
from mappings.events.times import HOUR, SECOND
from mappings.events.types import Instant
from mappings.records.operations.counters import save_count
from mappings.records.operations.jira_quota import EVERYONE, RetryAfter, save_retry_after, select_retry_after

FRESH_FOR = 5 * SECOND
LONGEST_WAIT = 3600
# Seconds to wait where Jira does not say how long, doubling from one refusal to the next (Atlassian: rate limits).
FIRST_WAIT, LAST_WAIT = 2.0, 30.0
EVERYTHING = ""
TOO_MANY = 429
# A tenant, and the name of what is limited.
LimitKey: TypeAlias = tuple[int, str]
# How many writes one issue takes, in what time (Atlassian: rate limits).
WRITES = ((20, 2 * SECOND), (100, 30 * SECOND))
_NEAR = re.compile(r'"([^"]*quota[^"]*)"[^,]*;\s*r=(\d{1,9})[^,]*;\s*t=(\d{1,7})')


class RetryAfterStore:
    """Of all tenants, in this process and as the database has it, at most five seconds old. Safe for threads.

    What background work met holds for background work; what a person's call met holds for both.
    """

    def __init__(self, engine: Engine, reader: Engine, clock: Callable[[], Instant], chance: random.Random) -> None:
        self._engine, self._reader, self._clock, self._chance = engine, reader, clock, chance
        self._lock = threading.Lock()
        self._until: dict[LimitKey, RetryAfter] = {}
        self._of_people: dict[LimitKey, RetryAfter] = {}
        self._read_at: Instant = -FRESH_FOR
        self._refused: dict[LimitKey, int] = {}
        self._writes: dict[LimitKey, deque[Instant]] = {}
        # Answers with 429 that are not in the database yet, by tenant.
        self._uncounted: Counter[int] = Counter()

    def find(self, tenant_id: int, asked: Endpoint, *, people: bool) -> RetryAfter | None:
        """Return what forbids a call now, the longest if there are several. Raises StoreError."""
        now = self._clock()
        if not people and now - self._read_at >= FRESH_FOR:
            self._refresh(now)
        keys = [(EVERYONE, EVERYTHING), (tenant_id, EVERYTHING), (tenant_id, asked.scope)]
        if asked.issue:
            keys.append(_issue(tenant_id, asked.issue))
        with self._lock:
            known = self._of_people if people else self._until
            halts = [known[key] for key in keys if key in known]
        return max((halt for halt in halts if halt.until > now), key=lambda halt: halt.until, default=None)

    def seconds_until(self, halt: RetryAfter) -> int:
        return int((halt.until - self._clock()) // SECOND) + 1

    def find_full(self, tenant_id: int, asked: Endpoint) -> int:
        """Return the seconds until an issue takes another write, and count this one where it is 0."""
        if asked.issue is None:
            return 0
        now = self._clock()
        with self._lock:
            times = self._writes.setdefault((tenant_id, asked.issue), deque(maxlen=WRITES[-1][0]))
            for most, span in WRITES:
                if len(times) >= most and now - times[-most] < span:
                    return int((span - (now - times[-most])) // SECOND) + 1
            times.append(now)
            self._forget_writes(now)
        return 0

    def note(self, tenant_id: int, asked: Endpoint, answer: Response, *, people: bool) -> tuple[int, str]:
        """Save the halt that a refusing answer asks for; return the seconds to wait, and the reason."""
        reason = (answer.headers.get("RateLimit-Reason") or "")[:64]
        key = _limit_key(tenant_id, asked, reason)
        with self._lock:
            times = self._refused[key] = self._refused.get(key, 0) + 1
            self._uncounted[tenant_id] += answer.status_code == TOO_MANY
        wait = read_wait(answer)
        seconds = self._default(times, key) if wait is None else wait
        self._keep(key, seconds, reason or f"answered {answer.status_code}", people=people)
        if not self._must_not_wait(people=people):
            self._save_counts()
        return seconds, reason

    def note_good(self, tenant_id: int, asked: Endpoint, answer: Response) -> None:
        """Forget the refusals of an endpoint that answers; halt where a header warns that the hour's points end."""
        with self._lock:
            self._refused.pop((tenant_id, asked.scope), None)
        header = answer.headers.get("RateLimit") or answer.headers.get("Beta-RateLimit") or ""
        for name, _, seconds in _NEAR.findall(header):
            whole = EVERYONE if "global" in name else tenant_id
            self._keep((whole, EVERYTHING), min(int(seconds), LONGEST_WAIT), "quota nearly used")

    def _default(self, times: int, key: LimitKey) -> int:
        if key[1] == EVERYTHING:  # points are given anew at the full hour
            return int((HOUR - self._clock() % HOUR) // SECOND) + 1
        wait = min(FIRST_WAIT * 2 ** (times - 1), LAST_WAIT) if times < 10 else LAST_WAIT
        return max(round(wait * self._chance.uniform(0.7, 1.3)), 1)

    def _keep(self, key: LimitKey, seconds: int, reason: str, *, people: bool = False) -> None:
        halt = RetryAfter(*key, until=self._clock() + seconds * SECOND, reason=reason)
        with self._lock:
            if people:
                self._of_people[key] = halt
            known = self._until.get(key)
            if known is not None and known.until >= halt.until:
                return
            self._until[key] = halt
        if not self._must_not_wait(people=people):
            with self._engine.begin() as connection:
                save_retry_after(connection, halt)

    def _must_not_wait(self, *, people: bool) -> bool:
        # SQLite has one writer, who may be busy, and one process, which knows it now: no person waits for that.
        return people and self._engine.dialect.name == "sqlite"

    def _save_counts(self) -> None:
        with self._lock:
            counts, self._uncounted = self._uncounted, Counter()
        if counts := +counts:
            with self._engine.begin() as connection:
                for tenant_id, times in sorted(counts.items()):
                    save_count(connection, tenant_id, "answered 429", times)

    def _refresh(self, now: Instant) -> None:
        self._read_at = now
        # What people's calls met on SQLite is counted with the next call of background work.
        self._save_counts()
        with self._reader.connect() as connection:
            stored = select_retry_after(connection, now)
        with self._lock:
            ours = {key: halt for key, halt in self._until.items() if halt.until > now}
            for halt in stored:
                key = (halt.tenant_id, halt.scope)
                if key not in ours or ours[key].until < halt.until:
                    ours[key] = halt
            self._until = ours

    def _forget_writes(self, now: Instant) -> None:
        if len(self._writes) > 10_000:
            old = [key for key, times in self._writes.items() if now - times[-1] > WRITES[-1][1]]
            for key in old:
                del self._writes[key]


def _limit_key(tenant_id: int, asked: Endpoint, reason: str) -> LimitKey:
    # Return whom and what a limit is about; one without a name is the endpoint's.
    if "quota" in reason or "cost" in reason:
        return (EVERYONE if "global" in reason else tenant_id), EVERYTHING
    if "per-issue" in reason and asked.issue:
        return _issue(tenant_id, asked.issue)
    return tenant_id, asked.scope


def _issue(tenant_id: int, issue: str) -> LimitKey:
    return tenant_id, f"issue {issue}"[:128]


def read_wait(answer: Response) -> int | None:
    """Return the seconds that an answer asks us to wait, at most an hour; None where it does not say."""
    wait = answer.headers.get("Retry-After") or ""
    return min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None
