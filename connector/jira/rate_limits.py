"""Rate limits of calls to Jira: whether a call may be made now, and when the next may."""

import random
from collections.abc import Callable

from requests import Response
from sqlalchemy import Engine

from connector.config import QUOTA
from connector.jira.endpoint import Endpoint
from connector.jira.errors import JiraError
from connector.jira.quota import Quota
from connector.jira.retry_after import RetryAfterStore, read_wait
from mappings.events.types import Instant
from mappings.records.operations.jira_quota import Purpose

PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
NO_CONTENT = 204
# Not a redirect of ours: Jira took a task, and names its address.
SEE_OTHER = 303
# Seconds over which work begins again once points are given anew.
SPREAD = 300


class CallPolicy:
    """Timeouts, retries and limits of a client's calls; this one lets every call through. Methods raise JiraError."""

    # Seconds to wait before each further try of a call that changes nothing and got no answer.
    again: tuple[float, ...] = ()
    # Seconds to connect, and to wait for each piece of an answer.
    timeouts = (3.05, 30.0)
    # Seconds for a whole answer.
    deadline = 60.0
    # Bytes of a whole answer: a page of 100 large tickets has some three million.
    limit = 16 * 1024 * 1024
    # Points that are taken at most before a call, whatever it may cost; what it cost beyond is counted
    # afterwards.
    max_prepaid = 1 << 30

    def enter(self, asked: Endpoint) -> None:
        pass

    def take(self, points: int) -> None:
        pass

    def refund(self, points: int) -> None:
        pass

    def read(self, asked: Endpoint, answer: Response) -> JiraError | None:
        return None if is_good(answer) else refusal(answer)


class Limits:
    """What all calls of this process share: the quota of points, and the halts that Jira asked for."""

    def __init__(
        self,
        engine: Engine,
        reader: Engine,
        clock: Callable[[], Instant],
        *,
        quota: int = QUOTA,
        seed: int | None = None,
    ) -> None:
        # Chance only spreads calls in time; nothing that must not be guessed hangs on it.
        self.chance = random.Random(seed)  # noqa: S311
        self.quota = Quota(engine, clock, quota)
        self.halts = RetryAfterStore(engine, reader, clock, self.chance)

    def policy(self, tenant_id: int, purpose: Purpose) -> CallPolicy:
        return LimitedCallPolicy(self, tenant_id, purpose)


class LimitedCallPolicy(CallPolicy):
    """Work in the background is put off where a limit is or would be met; people's calls are only counted."""

    def __init__(self, limits: Limits, tenant_id: int, purpose: Purpose) -> None:
        self._limits, self._tenant_id, self._purpose = limits, tenant_id, purpose
        self._people = purpose == "people"
        self.again = (0.2,) if self._people else (0.3, 1.0)
        self.timeouts = (3.05, 10.0 if self._people else 30.0)
        self.deadline = 15.0 if self._people else 60.0
        self.max_prepaid = limits.quota.max_prepaid(purpose)

    def enter(self, asked: Endpoint) -> None:
        halt = self._limits.halts.find(self._tenant_id, asked, people=self._people)
        if halt is not None:
            raise _put_off("a limit of Jira holds", self._limits.halts.seconds_until(halt), halt.reason)
        full = self._limits.halts.find_full(self._tenant_id, asked)
        if full:
            raise _put_off("the issue takes no more writes for now", full, "our own count")
        self.take(1)

    def take(self, points: int) -> None:
        """Take points. Raises JiraError where the hour has none left for this purpose, StoreError."""
        if not self._limits.quota.take(self._purpose, points):
            seconds = self._limits.quota.until_next_hour() + self._limits.chance.randrange(SPREAD)
            raise _put_off("the points of this hour are spent", seconds, "our own budget")

    def refund(self, points: int) -> None:
        self._limits.quota.refund(self._purpose, points)

    def read(self, asked: Endpoint, answer: Response) -> JiraError | None:
        """Return the error of an answer, or None, and save the halt that it asks for. Raises StoreError."""
        if is_good(answer):
            self._limits.halts.note_good(self._tenant_id, asked, answer)
            return None
        if answer.status_code == 429 or (answer.status_code == 503 and read_wait(answer) is not None):
            seconds, reason = self._limits.halts.note(self._tenant_id, asked, answer, people=self._people)
            return refusal(answer, seconds, reason)
        return refusal(answer)


def is_good(answer: Response) -> bool:
    if (
        answer.status_code not in {NO_CONTENT, SEE_OTHER}
        and "text/html" in answer.headers.get("Content-Type", "").lower()
    ):
        return False
    return answer.status_code < 300 or answer.status_code == SEE_OTHER


def refusal(answer: Response, seconds: int | None = None, reason: str = "") -> JiraError:
    """Return the error for a refusing answer; `seconds` is the wait where the answer names none."""
    status, wait = answer.status_code, read_wait(answer)
    message = f"answered {status}" if status >= 300 else "answered a page"
    return JiraError(
        message,
        permanent=status >= 300 and status not in PASSING,
        retry_after=seconds if wait is None else wait,
        put_off=status == 429 or seconds is not None,
        status=status,
        reason=reason or (answer.headers.get("RateLimit-Reason") or "")[:64],
    )


def _put_off(message: str, seconds: int, reason: str) -> JiraError:
    return JiraError(message, permanent=False, retry_after=seconds, put_off=True, reason=reason)
