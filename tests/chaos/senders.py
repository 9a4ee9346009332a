"""What Jira and Forge send, by many threads, each event until it is taken, with poisoned bodies among them."""

import json
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from http.client import HTTPConnection, HTTPException
from itertools import count
from typing import TypeVar
from urllib.parse import urlsplit

from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.transport import ANSWER_TIMEOUT, UNREACHED, Reply, Send
from tests.jira.delivery import Deliverer, Delivery

THREADS = 6
"""For each of the two ways."""
TRY_FOR = 180.0
POISON_EVERY = 50
POISON = {"webhookEvent": "jira:issue_updated", "timestamp": 1, "issue": {"id": "x", "fields": {"created": []}}}
POISONED_EVENT = {"eventType": "avi:jira:updated:issue", "timestamp": "soon", "issue": {"id": "x"}}

T = TypeVar("T")


def by_thread(url: str) -> Send:
    """Return a sender that has a plain connection for each thread, without what a client for everything costs."""
    host, local = urlsplit(url).netloc, threading.local()

    def send(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        if not hasattr(local, "connection"):
            local.connection = HTTPConnection(host, timeout=ANSWER_TIMEOUT)
        try:
            local.connection.request(method, path, body, dict(headers))
            answer = local.connection.getresponse()
            return Reply(answer.status, answer.read(), dict(answer.headers))
        except (OSError, HTTPException):
            local.connection.close()
            return Reply(UNREACHED)

    return send


@dataclass
class Senders:
    """Sends all that waits; `replies` counts the answers by status."""

    deliverer: Deliverer
    forge: ForgeOnSite
    poisoned: bool
    replies: Counter[int] = field(default_factory=Counter)
    poisons: int = 0
    failed: Exception | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def run(self) -> None:
        """Send all by both ways at once. Raises TimeoutError where one was refused for too long."""
        webhooks, events = Shared(self._webhooks()), Shared(self._events())
        work = [lambda: self._send(webhooks, self.deliverer.post), lambda: self._send(events, self.forge.deliver)]
        threads = [threading.Thread(target=each) for each in work * THREADS]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        if self.failed:
            raise self.failed

    def _webhooks(self) -> Iterator[Delivery]:
        for number in count(1):
            delivery = self.deliverer.take_waiting()
            if delivery is None:
                return
            yield delivery
            if self._poisons(number):
                body = json.dumps(POISON | {"n": number}).encode()
                yield replace(delivery, identifier=f"{delivery.identifier[:-4]}dead", body=body)

    def _events(self) -> Iterator[bytes]:
        for number, body in enumerate(self.forge.take_waiting(), start=1):
            yield body
            if self._poisons(number):
                yield json.dumps(POISONED_EVENT | {"n": number}).encode()

    def _poisons(self, number: int) -> bool:
        poisons = self.poisoned and number % POISON_EVERY == 0
        with self._lock:
            self.poisons += poisons
        return poisons

    def _send(self, items: "Shared[T]", post: Callable[[T], Reply]) -> None:
        try:
            while self.failed is None and (item := items.take()) is not None:
                self._send_until_taken(post, item)
        except Exception as error:  # noqa: BLE001  the main thread raises it
            self.failed = error

    def _send_until_taken(self, post: Callable[[T], Reply], item: T) -> None:
        """Try again on 5xx as Jira does, without its minutes between, and on a clock that is wrong, as Jira does not.

        Jira gives up what it was answered 401 for, and our reading by the hour finds it; here it is sent again, so that
        the report shows what the events alone came to.
        """
        end = time.monotonic() + TRY_FOR
        while not 200 <= (status := post(item).status) < 300:
            self.replies[status] += 1
            if time.monotonic() > end or status not in {0, 401, 500, 502, 503, 504}:
                raise TimeoutError(f"an event was answered {status}")
            time.sleep(0.2)
        self.replies[status] += 1


class Shared(Iterator[T]):
    """An iterator that several threads take from."""

    def __init__(self, items: Iterator[T]) -> None:
        self._items, self._lock = items, threading.Lock()

    def __next__(self) -> T:
        with self._lock:
            return next(self._items)

    def take(self) -> T | None:
        return next(self, None)
