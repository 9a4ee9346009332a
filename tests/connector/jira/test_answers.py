"""An answer of Jira has a deadline as a whole, a limit of bytes and a limit of nesting, and costs one call."""

import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from connector.jira.client import AccessToken, JiraClient
from connector.jira.errors import JiraError
from connector.jira.rate_limits import CallPolicy
from connector.jira.unauthenticated import fetch_clock, fetch_document

HEAD = b"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n"
Answer = Callable[[socket.socket], None]


@contextmanager
def jira(answer: Answer) -> Iterator[str]:
    """A server that reads a request and then does what the test says."""
    with socket.create_server(("127.0.0.1", 0)) as listening:

        def run() -> None:
            while True:
                try:
                    connected, _ = listening.accept()
                except OSError:
                    return
                with connected:
                    try:
                        connected.recv(65536)
                        answer(connected)
                    except OSError:
                        continue

        thread = threading.Thread(target=run, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
        listening.shutdown(socket.SHUT_RDWR)
    thread.join(5)


def trickle(connected: socket.socket, head: bytes, piece: bytes) -> None:
    connected.sendall(head)
    for _ in range(200):
        connected.sendall(piece)
        time.sleep(0.05)


SLOW: dict[str, Answer] = {
    "a body of known length": lambda connected: trickle(connected, HEAD + b"Content-Length: 9000\r\n\r\n", b" "),
    "a body that ends with the connection": lambda connected: trickle(connected, HEAD + b"\r\n", b" "),
    "a body in pieces": lambda connected: trickle(
        connected, HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\n \r\n"
    ),
    "a head": lambda connected: trickle(connected, b"HTTP/1.1 200 OK\r\nX-Slow: ", b"x"),
}


@pytest.mark.parametrize("name", SLOW)
def test_an_answer_that_trickles_ends_at_the_deadline(name: str) -> None:
    with jira(SLOW[name]) as url:
        client = JiraClient(url, AccessToken(url, "token"), [url], policy=bounded(deadline=0.3))
        began = time.monotonic()
        with pytest.raises(JiraError, match="no answer: it took too long as a whole") as refusal:
            client.fetch_statuses()
        assert time.monotonic() - began < 2
        assert (refusal.value.permanent, refusal.value.unreadable) == (False, False)


@pytest.mark.parametrize("name", SLOW)
def test_a_public_key_that_trickles_ends_at_the_deadline(name: str) -> None:
    with jira(SLOW[name]) as url:
        began = time.monotonic()
        with pytest.raises(JiraError, match="no answer"):
            fetch_document(f"{url}/key", timeout=0.3)
        with pytest.raises(JiraError, match="no answer"):
            fetch_clock(url, timeout=0.3) if name == "a head" else fetch_document(f"{url}/key", timeout=0.3)
        assert time.monotonic() - began < 3


def bounded(*, deadline: float = 5.0, limit: int = 1000) -> CallPolicy:
    policy = CallPolicy()
    policy.deadline, policy.limit = deadline, limit
    return policy


BODIES = {
    "too large": (b"[" + b" " * 5000 + b"]", "more than we read at once"),
    "too deep": (b"[" * 300 + b"]" * 300, "nested too deeply"),
    "far too deep": (b"[" * 400 + b"]" * 400, "nested too deeply"),
    "no JSON": (b"[1, 2", "not JSON"),
}


@pytest.mark.parametrize("name", BODIES)
def test_an_answer_that_cannot_be_read_is_unreadable(name: str) -> None:
    body, reason = BODIES[name]
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)
    with jira(lambda connected: connected.sendall(head + body)) as url:
        client = JiraClient(url, AccessToken(url, "token"), [url], policy=bounded())
        with pytest.raises(JiraError, match=reason) as refusal:
            client.fetch_statuses()
        assert refusal.value.unreadable


def test_a_call_in_time_leaves_the_connection_alone() -> None:
    body = b"[]"
    head = HEAD + b"Content-Length: %d\r\n\r\n" % len(body)

    def answer_twice(connected: socket.socket) -> None:
        connected.sendall(head + body)
        connected.recv(65536)
        time.sleep(0.4)
        connected.sendall(head + body)

    with jira(answer_twice) as url:
        client = JiraClient(url, AccessToken(url, "token"), [url], policy=bounded(deadline=0.3))
        assert client.fetch_statuses() == []
        client._policy.deadline = 5.0
        # The deadline of the first call passes meanwhile, on the same connection.
        assert client.fetch_statuses() == []
