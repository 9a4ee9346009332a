"""The load: ready-made requests over keep-alive connections to 127.0.0.1, and how long each answer took."""

import selectors
import socket
import time
from dataclasses import dataclass, field

from tests.bench.machine import share

LONGEST = 30.0
"""Seconds after which a round ends whatever is left."""


@dataclass
class Load:
    """What a round of requests came to: seconds in all, and milliseconds of each request."""

    seconds: float = 0.0
    waits: list[float] = field(default_factory=list)
    refused: list[bytes] = field(default_factory=list)

    @property
    def a_second(self) -> float:
        return len(self.waits) / self.seconds

    def p(self, part: float) -> float:
        return share(self.waits, part)


@dataclass
class Line:
    """A connection with one request on its way."""

    socket: socket.socket
    sent: float = 0.0
    got: bytes = b""


class LoadGenerator:
    """Sends requests over `lines` connections, each its next one when its answer is in. The order is the list's."""

    def __init__(self, port: int, requests: list[bytes], lines: int) -> None:
        self._requests = iter(requests)
        self._port = port
        self._lines = lines
        self._selector = selectors.DefaultSelector()
        self._open = 0
        self.load = Load()

    def run(self) -> Load:
        began = time.perf_counter()
        for _ in range(self._lines):
            self._begin()
        while self._open and time.perf_counter() - began < LONGEST:
            for key, _ in self._selector.select(1.0):
                self._hear(key.data)
        self.load.seconds = time.perf_counter() - began
        assert not self._open, "the round took too long"
        self._selector.close()
        return self.load

    def _begin(self) -> None:
        connection = socket.create_connection(("127.0.0.1", self._port))
        connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        line = Line(connection)
        self._selector.register(connection, selectors.EVENT_READ, line)
        self._open += 1
        self._next(line)

    def _next(self, line: Line) -> None:
        request = next(self._requests, None)
        if request is None:
            self._selector.unregister(line.socket)
            line.socket.close()
            self._open -= 1
            return
        line.got = b""
        line.sent = time.perf_counter()
        line.socket.sendall(request)

    def _hear(self, line: Line) -> None:
        part = line.socket.recv(65536)
        line.got += part
        if part and not line.got.endswith(b"\r\n\r\n"):
            return  # both answer 204 and nothing: the end of the head is the end
        self.load.waits.append((time.perf_counter() - line.sent) * 1000)
        if not line.got.startswith(b"HTTP/1.1 204"):
            self.load.refused.append(line.got)
            assert len(self.load.refused) < 10, self.load.refused[0]
        self._next(line)


def rush(port: int, requests: list[bytes], lines: int) -> Load:
    """Send all requests and return what came of them. Every answer must be 204."""
    load = LoadGenerator(port, requests, lines).run()
    assert not load.refused, load.refused[0]
    return load
