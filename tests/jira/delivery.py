"""Webhook delivery as Jira does it: signed, identified, tried again, and as unreliable as one asks for.

    post = Deliverer(app)      # from now on every event of the site that the descriptor names is queued
    site.edit(...)
    post.settle()                    # deliver all, in virtual time: retries wait for no clock

`DeliveryFaults` says what goes wrong on the way: how many events are dropped, doubled, delayed or out of order.
"""

import heapq
import json
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from threading import RLock
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from tests.jira.apps.frames import modules
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.signing import query_hash, sign_hs256
from tests.jira.apps.transport import UNREACHED, Reply
from tests.jira.jql_terms import find_issues
from tests.jira.model import Emitted, Instant

MINUTE: Instant = 60_000_000
MOST_RETRIES = 5
RETRY_AFTER = (5 * MINUTE, 15 * MINUTE)
GIVES_UP_AFTER = 30 * MINUTE
LARGEST_BODY = 25 * 1024 * 1024
RETRIED = frozenset({UNREACHED, 408, 409, 425, 429})
PRIMARY_LAG: Instant = 30_000_000
AGENT = "Atlassian HttpClient unknown / JIRA-1001.0.0-SNAPSHOT (100286) / Default"


@dataclass(frozen=True)
class DeliveryFaults:
    """Shares from 0 to 1 of the deliveries that are dropped, or come twice; `late` of them come up to `delay` later.

    `drop` loses an event for good when it says so. `secondary` is how long the secondary flow takes.
    """

    dropped: float = 0.0
    doubled: float = 0.0
    late: float = 0.0
    delay: Instant = 10 * MINUTE
    secondary: Instant = 15 * MINUTE
    drop: Callable[[Emitted], bool] = lambda event: False


@dataclass(frozen=True, order=True)
class Delivery:
    """One event on its way to one place of the app. `retry` counts the attempts before this one."""

    due: Instant
    number: int
    identifier: str = field(compare=False)
    path: str = field(compare=False)
    body: bytes = field(compare=False)
    event: Emitted = field(compare=False)
    retry: int = field(compare=False, default=0)


@dataclass(frozen=True)
class Attempt:
    delivery: Delivery
    reply: Reply


class Deliverer:
    """Queues events as they come, delivers them when told to. `attempts` is all that was tried, `lost` what is gone."""

    def __init__(self, app: AppOnSite, *, delivery_faults: DeliveryFaults | None = None, seed: int = 1) -> None:
        self.app, self.site = app, app.site
        self.delivery_faults = delivery_faults or DeliveryFaults()
        self.attempts: list[Attempt] = []
        self.lost: list[Emitted] = []
        self._queue: list[Delivery] = []
        self._numbers = 0
        self._failing_since: Instant | None = None
        self._random = random.Random(seed)
        self._lock = RLock()
        self.site.subscribe(self.take)

    def take(self, event: Emitted) -> None:
        """Queue the event for each webhook of the descriptor that names it and whose filter its issue passes."""
        app = self.site.apps.get(self.app.key)
        if app is None or not app.enabled:
            return
        for place, (kind, module) in enumerate(modules(app.descriptor)):
            if kind == "webhooks" and module["event"] == event.name and self._passes(event, module):
                self._enqueue(event, module, place)

    def settle(self, until: Instant | None = None) -> list[Attempt]:
        """Deliver what is due by `until` (all there is, retries with it, without one); returns what was tried."""
        first = len(self.attempts)
        while delivery := self._next(until):
            self._try(delivery)
        return self.attempts[first:]

    def waiting(self) -> int:
        return len(self._queue)

    def take_waiting(self) -> Delivery | None:
        """Take what is due next, for who posts it; None where nothing waits."""
        return self._next(None)

    def shuffle(self, seed: int = 1) -> None:
        """Put what waits into an order that has nothing to do with when it happened."""
        with self._lock:
            dues = [delivery.due for delivery in self._queue]
            random.Random(seed).shuffle(dues)
            self._queue = [replace(each, due=due) for each, due in zip(self._queue, dues, strict=True)]
            heapq.heapify(self._queue)

    def post(self, delivery: Delivery) -> Reply:
        """One signed request, with nothing noted and nothing tried again."""
        return self.app.send("POST", delivery.path, self.headers(delivery), delivery.body)

    def headers(self, delivery: Delivery) -> dict[str, str]:
        app = self.app.installed
        token = sign_hs256(self.app.claims(app, query_hash("POST", delivery.path)), app.secret)
        headers = {
            "Authorization": f"JWT {token}",
            "Content-Type": "application/json; charset=UTF-8",
            "User-Agent": AGENT,
            "X-Atlassian-Webhook-Identifier": delivery.identifier,
            "X-Atlassian-Webhook-Flow": delivery.event.flow,
        }
        if delivery.retry:
            headers["X-Atlassian-Webhook-Retry"] = str(delivery.retry)
        if delivery.event.trace:
            headers["X-Atlassian-Webhook-Trace"] = delivery.event.trace
        return headers

    def _enqueue(self, event: Emitted, module: Mapping[str, Any], place: int) -> None:
        body = b"" if module.get("excludeBody") else self._body(event, module)
        if (
            self.delivery_faults.drop(event)
            or self._random.random() < self.delivery_faults.dropped
            or len(body) > LARGEST_BODY
        ):
            self.lost.append(event)
            return
        identifier = str(uuid5(NAMESPACE_URL, f"{self.app.client_key} {event.number} {place}"))
        due = event.at + (self.delivery_faults.secondary if event.flow == "Secondary" else PRIMARY_LAG)
        for _ in range(2 if self._random.random() < self.delivery_faults.doubled else 1):
            late = (
                self._random.randrange(self.delivery_faults.delay)
                if self._random.random() < self.delivery_faults.late
                else 0
            )
            self._put(Delivery(due + late, 0, identifier, module["url"], body, event))

    def _body(self, event: Emitted, module: Mapping[str, Any]) -> bytes:
        body = event.body
        keys = module.get("propertyKeys")
        if keys and event.issue_id in self.site.issues and event.name.startswith("jira:issue"):
            held = self.site.issues[event.issue_id].properties
            shown = {key: held[key] for key in keys if key in held}
            body = {**body, "issue": {**body["issue"], "properties": shown}}
        return json.dumps(body, ensure_ascii=False, separators=(",", ":")).encode()

    def _passes(self, event: Emitted, module: Mapping[str, Any]) -> bool:
        if not module.get("filter") or event.issue_id not in self.site.issues:
            return True
        jql = f"id = {event.issue_id} AND ({module['filter']})"
        return bool(find_issues(self.site, jql, self.app.installed.account))

    def _put(self, delivery: Delivery) -> None:
        with self._lock:
            self._numbers += 1
            heapq.heappush(self._queue, replace(delivery, number=self._numbers))

    def _next(self, until: Instant | None) -> Delivery | None:
        with self._lock:
            if not self._queue or (until is not None and self._queue[0].due > until):
                return None
            return heapq.heappop(self._queue)

    def _try(self, delivery: Delivery) -> None:
        reply = self.post(delivery)
        self.attempts.append(Attempt(delivery, reply))
        if reply.status not in RETRIED and reply.status < 500:  # 5xx: the app's trouble, tried again
            self._failing_since = None
            return
        self._failing_since = delivery.due if self._failing_since is None else self._failing_since
        tired = delivery.due - self._failing_since > GIVES_UP_AFTER
        if delivery.retry >= MOST_RETRIES or tired:
            self._give_up(delivery)
            return
        wait = self._random.randrange(*RETRY_AFTER)
        self._put(replace(delivery, due=delivery.due + wait, retry=delivery.retry + 1))

    def _give_up(self, delivery: Delivery) -> None:
        self.lost.append(delivery.event)
        self.site.failed_webhooks.append(
            {
                "id": delivery.identifier,
                "body": delivery.body.decode(),
                "url": f"{self.app.installed.base_url}{delivery.path}",
                "failureTime": delivery.due // 1000,
            }
        )
