"""The WSGI receiver: a verified webhook becomes one stored row, and Jira gets its 204."""

import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import Protocol
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from msgspec import Struct

from mappings.events.types import Instant

PATH = "/webhooks/jira"
# Below it each admin webhook has its own address; its body is signed.
PROVED_BY_BODY = PATH + "/"
# Jira drops bodies over 25 MB itself: https://developer.atlassian.com/cloud/jira/platform/webhooks/.
BODY_LIMIT = 26_000_000
LARGE = 1_000_000
LARGE_AT_ONCE = 2

ANSWERS = {
    204: "204 No Content",
    400: "400 Bad Request",
    401: "401 Unauthorized",
    405: "405 Method Not Allowed",
    411: "411 Length Required",
    413: "413 Content Too Large",
    503: "503 Service Unavailable",
}


class Verified(Struct, frozen=True):
    """The caller of a request, and Jira's id of the delivery (None: the body's hash is used).

    `prove` checks a signature that covers the body; None where the request is verified without it.
    """

    tenant_id: int
    delivery: str | None
    prove: Callable[[bytes], bool] | None = None


class Refused(Exception):
    """The request is refused: `status` is all that the caller is told."""

    def __init__(self, status: int) -> None:
        super().__init__(ANSWERS[status])
        self.status = status


class SaveDelivery(Protocol):
    """Stores a delivery durably before it returns. Raises StoreError."""

    def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None: ...


class Receiver:
    """A WSGI callable that stores requests to `/webhooks/jira` and below, and passes all others on.

    `verify` raises Refused, `keep` stores the delivery, `clock` gives the instant. Errors of type `away` mean that the
    database is unavailable. Bodies are not parsed here (docs/architecture.md, "The way of an event").
    """

    def __init__(
        self,
        app: WSGIApplication,
        *,
        verify: Callable[[WSGIEnvironment], Verified],
        keep: SaveDelivery,
        clock: Callable[[], Instant],
        away: type[Exception],
    ) -> None:
        self._app, self._verify, self._keep, self._clock, self._away = app, verify, keep, clock, away
        self._large = threading.BoundedSemaphore(LARGE_AT_ONCE)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if not is_webhook(environ):
            return self._app(environ, start_response)
        status = self._answer(environ)
        headers = [("Content-Length", "0"), ("Cache-Control", "no-store")]
        if status == 503:
            headers.append(("Retry-After", "30"))
        start_response(ANSWERS[status], headers)
        return []

    def _answer(self, environ: WSGIEnvironment) -> int:
        try:
            self._receive(environ)
        except Refused as refusal:
            return refusal.status
        except self._away:
            # Jira tries again on 503 and gives up on any 4xx, so an absent database must never look like one.
            return 503
        return 204

    def _receive(self, environ: WSGIEnvironment) -> None:
        if environ["REQUEST_METHOD"] != "POST":
            raise Refused(405)
        length = read_length(environ)
        verified = self._verify(environ)
        with self._large_body_slot(length):
            self.save(verified, read_body(environ, length))

    def save(self, verified: Verified, body: bytes) -> None:
        """Store the whole body of a verified request. Raises Refused where it is not what was signed."""
        if verified.prove is not None and not verified.prove(body):
            raise Refused(401)
        self._keep(verified.tenant_id, verified.delivery or sha256(body).hexdigest(), body, self._clock())

    @contextmanager
    def _large_body_slot(self, length: int) -> Iterator[None]:
        # Large bodies are few at once, so that they cannot fill the memory.
        if length > LARGE and not self._large.acquire(blocking=False):
            raise Refused(503)
        try:
            yield
        finally:
            if length > LARGE:
                self._large.release()


def is_webhook(environ: WSGIEnvironment) -> bool:
    path: str = environ.get("PATH_INFO", "")
    return path == PATH or path.startswith(PROVED_BY_BODY)


def read_length(environ: WSGIEnvironment) -> int:
    """Return the announced length of the body. Raises Refused where it is missing, not a number or too large."""
    text = environ.get("CONTENT_LENGTH") or ""
    if not text:
        raise Refused(411)
    if not text.isascii() or not text.isdigit():
        raise Refused(400)
    if len(text) > len(str(BODY_LIMIT)) or int(text) > BODY_LIMIT:
        raise Refused(413)
    return int(text)


def read_body(environ: WSGIEnvironment, length: int) -> bytes:
    """Return the whole body. Raises Refused where less was sent than announced."""
    body: bytes = environ["wsgi.input"].read(length)
    if len(body) != length:
        raise Refused(400)
    return body
