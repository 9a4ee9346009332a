"""What can go wrong with Jira's REST, on demand: limits, failures, delays, half answers; and every call noted.

site.faults.burst("search/jql", times=2, retry_after=1)
site.faults.fail("changelog", status=503)
site.faults.expire_page_tokens()
site.faults.at_random(seed=7, rate=0.2)
site.faults.calls_of("GET", "changelog")
"""

import json
import re
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from random import Random
from threading import Lock
from typing import Any, TypeAlias

from flask import Response

Fault: TypeAlias = Callable[[], Response | None]
Mend: TypeAlias = Callable[[Response], Response]

QUOTA = 65_000
BURST = 100
LIMITED = '{"errorMessages":["Rate limit exceeded."],"errors":{}}'
RESET = "2026-11-24T12:00Z"


@dataclass(frozen=True)
class Call:
    """One request that came in; `began` is seconds of a monotonic clock, `caller` an account id or None."""

    method: str
    path: str
    query: str
    began: float
    caller: str | None = None
    status: int | None = None


@dataclass
class Rule:
    """For `left` calls whose method and path fit: `before` answers in Jira's place, `after` spoils an answer."""

    method: str | None
    path: re.Pattern[str]
    left: int
    before: Fault | None = None
    after: Mend | None = None

    def fits(self, method: str, path: str) -> bool:
        return self.left > 0 and self.method in (None, method) and bool(self.path.search(path))


@dataclass
class Faults:
    """Paths are regular expressions, searched for in the path of the request."""

    calls: list[Call] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    page_tokens: dict[str, tuple[str, list[int]]] = field(default_factory=dict)
    injected: Counter[str] = field(default_factory=Counter)
    _random: tuple[Random, float, tuple[str, ...]] | None = None
    _lock: Lock = field(default_factory=Lock)

    def __reduce__(self) -> tuple[type["Faults"], tuple[()]]:
        """A copy of a site has had no calls, and no faults are put into it."""
        return Faults, ()

    def burst(self, path: str = "", *, times: int = 1, retry_after: int | None = 1, method: str | None = None) -> None:
        """429 of one endpoint of one tenant; without `retry_after` it is the gateway's, which says nothing more."""
        self._limit(path, times, method, "jira-burst-based", BURST, retry_after)

    def quota(self, path: str = "", *, times: int = 1, retry_after: int | None = 1800, tenant: bool = False) -> None:
        """429 of the hourly points: of the app everywhere, or of this tenant."""
        reason = "jira-quota-tenant-based" if tenant else "jira-quota-global-based"
        self._limit(path, times, None, reason, QUOTA, retry_after)

    def per_issue(self, path: str = "/issue/", *, times: int = 1, retry_after: int | None = 2) -> None:
        """429 of too many writes to one issue."""
        self._limit(path, times, "PUT", "jira-per-issue-on-write", 20, retry_after)

    def fail(self, path: str = "", *, status: int = 500, times: int = 1, method: str | None = None) -> None:
        """A failure of Jira or of what stands before it: a page of HTML, no JSON."""
        page = f"<html><head><title>{status}</title></head><body>Oops</body></html>"
        self._add(path, times, method, before=lambda: Response(page, status, mimetype="text/html"))

    def answer(self, path: str, body: object, *, times: int = 1, method: str | None = None) -> None:
        """Something well-formed that is not so: a search that finds nothing, a list without what there is."""
        text = json.dumps(body)
        self._add(path, times, method, before=lambda: Response(text, 200, mimetype="application/json"))

    def delay(self, path: str = "", *, seconds: float, times: int = 1, method: str | None = None) -> None:
        """Answer late, so that the caller's timeout comes first where it is shorter."""

        def wait() -> None:
            time.sleep(seconds)

        self._add(path, times, method, before=wait)

    def cut(self, path: str = "", *, times: int = 1, method: str | None = None) -> None:
        """Send half of the body under the length of the whole, then close."""
        self._add(path, times, method, after=half_of)

    def replace(self, text: str, by: str, path: str = "") -> None:
        """From now on write something else wherever an answer holds a text: what no JSON encoder here would write."""

        def rewrite(answer: Response) -> Response:
            body = answer.get_data(as_text=True)
            if text in body:
                answer.set_data(body.replace(text, by))
            return answer

        self._add(path, 1 << 30, None, after=rewrite)

    def expire_page_tokens(self) -> None:
        """Every nextPageToken given so far is refused from now on."""
        self.page_tokens.clear()

    def at_random(self, *, seed: int, rate: float, kinds: Iterable[str] | None = None) -> None:
        """From now on each call meets one of the troubles by chance; `injected` counts them by kind."""
        self._random = (Random(seed), rate, tuple(kinds or sorted(TROUBLES)))

    def clear(self) -> None:
        with self._lock:
            self._random = None
            self.rules.clear()
            self.calls.clear()

    def calls_of(self, method: str | None = None, path: str = "") -> list[Call]:
        pattern = re.compile(path)
        return [call for call in self.calls if method in (None, call.method) and pattern.search(call.path)]

    def before(self, method: str, path: str) -> Response | None:
        """What stands in Jira's place for this call, if anything does."""
        self._inject(path)
        rule = self._take(method, path, lambda rule: rule.before is not None)
        return rule.before() if rule and rule.before else None

    def after(self, method: str, path: str, answer: Response) -> Response:
        rule = self._take(method, path, lambda rule: rule.after is not None)
        return rule.after(answer) if rule and rule.after else answer

    def note(self, call: Call) -> None:
        with self._lock:
            self.calls.append(call)

    def _inject(self, path: str) -> None:
        with self._lock:
            if self._random is None or self._random[0].random() >= self._random[1]:
                return
            kind = self._random[0].choice(self._random[2])
            self.injected[kind] += 1
        TROUBLES[kind](self, f"^{re.escape(path)}$")

    def _take(self, method: str, path: str, kind: Callable[[Rule], bool]) -> Rule | None:
        with self._lock:
            for rule in self.rules:
                if kind(rule) and rule.fits(method, path):
                    rule.left -= 1
                    return rule
        return None

    def _limit(
        self, path: str, times: int, method: str | None, reason: str, limit: int, retry_after: int | None
    ) -> None:
        def refuse() -> Response:
            answer = Response(LIMITED, 429, mimetype="application/json")
            if retry_after is not None:
                answer.headers.update(limit_headers(reason, limit, retry_after))
            return answer

        self._add(path, times, method, before=refuse)

    def _add(self, path: str, times: int, method: str | None, **what: Any) -> None:
        with self._lock:
            self.rules.append(Rule(method, re.compile(path), times, **what))


TROUBLES: dict[str, Callable[[Faults, str], None]] = {
    "burst": lambda faults, path: faults.burst(path),
    "gateway": lambda faults, path: faults.burst(path, retry_after=None),
    "tenant quota": lambda faults, path: faults.quota(path, retry_after=20, tenant=True),
    "per issue": lambda faults, path: faults.per_issue(path),
    "500": lambda faults, path: faults.fail(path, status=500),
    "503": lambda faults, path: faults.fail(path, status=503),
    "cut": lambda faults, path: faults.cut(path),
    "late": lambda faults, path: faults.delay(path, seconds=0.05),
    "expired": lambda faults, path: faults.expire_page_tokens(),
}
"""What may be met at random, each for one call of a path."""


def limit_headers(reason: str, limit: int, retry_after: int) -> dict[str, str]:
    return {
        "Retry-After": str(retry_after),
        "X-RateLimit-Limit": str(limit),
        "X-RateLimit-Remaining": "0",
        "X-RateLimit-Reset": RESET,
        "X-RateLimit-NearLimit": "true",
        "RateLimit-Reason": reason,
    }


def half_of(answer: Response) -> Response:
    whole = answer.get_data()
    broken = Response(whole[: len(whole) // 2], answer.status_code, mimetype=answer.mimetype)
    broken.automatically_set_content_length = False
    broken.headers["Content-Length"] = str(len(whole))
    broken.headers["Connection"] = "close"
    return broken
