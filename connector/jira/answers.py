"""Reads Jira's answers within limits: a deadline for the whole answer, its bytes, and its nesting."""

import contextlib
import socket
import threading
from collections.abc import Callable
from typing import Any, NamedTuple, Self

import requests
from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.response import HTTPResponse

from connector.jira.errors import JiraError
from mappings.events.errors import UnreadableBody
from mappings.events.json_values import read_json

CHUNK = 64 * 1024

_current = threading.local()


class Bounds(NamedTuple):
    """`deadline`: seconds for a whole answer. `limit`: its bytes once decompressed."""

    deadline: float
    limit: int


class Deadline:
    """Shuts the connection of the call under way once its time is over.

    A socket's own timeout starts anew with each byte, so an answer that trickles would never end by it.
    """

    def __init__(self, seconds: float) -> None:
        self.ended = False
        self._socket: socket.socket | None = None
        self._lock = threading.Lock()
        self._timer = threading.Timer(seconds, self._end)
        self._timer.daemon = True

    def __enter__(self) -> Self:
        _current.deadline = self
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        _current.deadline = None
        self._timer.cancel()
        # The connection goes back to the pool, where the next call has a deadline of its own.
        with self._lock:
            self._socket = None

    def watch(self, connected: socket.socket | None) -> None:
        with self._lock:
            self._socket = connected
            if self.ended:
                self._shut()

    def _end(self) -> None:
        with self._lock:
            self.ended = True
            self._shut()

    def _shut(self) -> None:
        if self._socket is not None:
            with contextlib.suppress(OSError):
                # Of the plain socket: TLS would wait for the other side to agree.
                socket.socket.shutdown(self._socket, socket.SHUT_RDWR)


class _WatchedConnection(HTTPConnection):
    def getresponse(self) -> HTTPResponse:  # type: ignore[override]  # urllib3's own differs from http.client's
        deadline: Deadline | None = getattr(_current, "deadline", None)
        if deadline is not None:
            deadline.watch(self.sock)
        return super().getresponse()


class _WatchedTlsConnection(_WatchedConnection, HTTPSConnection):
    pass


class _WatchedPool(HTTPConnectionPool):
    ConnectionCls = _WatchedConnection


class _WatchedTlsPool(HTTPSConnectionPool):
    ConnectionCls = _WatchedTlsConnection


class DeadlineAdapter(HTTPAdapter):
    """Connections that a `Deadline` can end, from the first byte of an answer's head on."""

    def init_poolmanager(self, *args: Any, **options: Any) -> None:
        super().init_poolmanager(*args, **options)
        self.poolmanager.pool_classes_by_scheme = {"http": _WatchedPool, "https": _WatchedTlsPool}


def read_content(send: Callable[[], requests.Response], bounds: Bounds) -> requests.Response:
    """Send a streamed request, and return its response with the whole content read.

    Raises JiraError where the answer takes longer than the deadline, or is larger than the limit.
    """
    with Deadline(bounds.deadline) as deadline:
        try:
            response = send()
            # Where requests keeps what it has read; it has no public way to set it.
            response._content = _read_limited(response, bounds.limit)  # noqa: SLF001
        except requests.RequestException:
            if deadline.ended:
                raise _too_slow() from TimeoutError()
            raise
    # A connection that was shut looks like an answer that ended, where its length was not announced.
    if deadline.ended:
        raise _too_slow() from TimeoutError()
    return response


def _too_slow() -> JiraError:
    return JiraError("no answer: it took too long as a whole", permanent=False)


def _read_limited(response: requests.Response, limit: int) -> bytes:
    chunks: list[bytes] = []
    size = 0
    for chunk in response.iter_content(CHUNK):
        size += len(chunk)
        if size > limit:
            response.close()
            raise JiraError("answered more than we read at once", permanent=False, unreadable=True)
        chunks.append(chunk)
    return b"".join(chunks)


def decode_answer(response: requests.Response) -> Any:
    """Return what an answer holds, None where it is empty. Raises JiraError where it cannot be read."""
    if not response.content:
        return None
    try:
        return read_json(response.content)
    except UnreadableBody as cause:
        raise JiraError(f"answered what cannot be read: {cause}", permanent=False, unreadable=True) from cause
