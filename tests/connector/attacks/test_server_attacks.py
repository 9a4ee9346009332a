"""Attacks on availability, each against a running server: slow and cut bodies, HTTP/2, floods, and all at once."""

import signal
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.connector.attacks.running_server import (
    RunningServer,
    read_answer,
    request_head,
    run_server,
    seconds_of,
)
from tests.connector.attacks.server_attacks import ATTACKS, INSTALL, PREFACE, UPGRADE

ANSWERED_WITHIN = 2.0
"""Seconds, for a machine that runs other tests: quiet ones answer within 0.1."""


@pytest.fixture(scope="module")
def shared_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    folder = tmp_path_factory.mktemp("server")
    with run_server(f"sqlite:///{folder}/teachback.db", folder) as running:
        yield running


@pytest.fixture
def server(shared_server: RunningServer) -> Iterator[RunningServer]:
    yield shared_server
    shared_server.close_connections()


def require_service(server: RunningServer) -> dict[str, float]:
    """Health, a page and a signed webhook are answered soon; returns the seconds that each took."""
    seconds = {}
    for name, act, status in (
        ("health", lambda: server.get("/healthz"), 200),
        ("page", server.open_page, 200),
        ("webhook", server.deliver, 204),
    ):
        seconds[name], reply = seconds_of(act)
        assert (name, reply.status) == (name, status)
        assert seconds[name] < ANSWERED_WITHIN, f"{name} took {seconds[name]:.2f} s"
    print({name: f"{took * 1000:.0f} ms" for name, took in seconds.items()})
    return seconds


def test_service_goes_on_under_all_attacks_at_once_and_the_server_ends_when_told(
    migrated_url: str, tmp_path: Path
) -> None:
    with run_server(migrated_url, tmp_path) as server:
        require_service(server)
        for attack in ATTACKS:
            attack(server)
        require_service(server)
        require_service(server)
        server.close_connections()
        require_service(server)
        assert server.stop(signal.SIGTERM) == 0


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_service_goes_on_under_one_attack(server: RunningServer, attack: Callable[[RunningServer], None]) -> None:
    attack(server)
    require_service(server)


# -- how each is answered --------------------------------------------------------------------------------------------


def test_http2_is_not_spoken(server: RunningServer) -> None:
    assert read_answer(server.connect(PREFACE)) == b""
    assert read_answer(server.connect(UPGRADE)).startswith(b"HTTP/1.1 200 OK")


def test_no_address_is_sent_on_to_the_host_that_a_call_names(server: RunningServer) -> None:
    for path in (
        b"//pages/project?jwt=x.y.z",
        b"/pages//project?jwt=x.y.z",
        b"http://evil.example//pages/project?jwt=x",
    ):
        answer = read_answer(
            server.connect(b"GET " + path + b" HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n")
        )
        assert answer.split()[1] in {b"401", b"404"}
        assert b"evil" not in answer
        assert b"location" not in answer.lower()


def test_a_call_is_verified_before_a_byte_of_its_body_is_read(server: RunningServer) -> None:
    wrong = server.machine_token("/webhooks/other")
    for path, token, status in (
        (INSTALL, "", b"401"),
        (INSTALL, server.machine_token(INSTALL), b"401"),
        ("/connect/enabled", wrong, b"401"),
        ("/webhooks/jira", "", b"401"),
        ("/webhooks/jira", wrong, b"401"),
        ("/webhooks/jira/0123456789012345678901", "", b"401"),
        ("/nowhere", "", b"404"),
        ("/healthz", "", b"405"),
    ):
        answer = read_answer(server.connect(request_head(path, 60_000, token)))
        assert (path, answer.split()[1]) == (path, status)


@pytest.mark.parametrize(
    ("path", "length", "status"),
    [("/webhooks/jira", 26_000_001, b"413"), ("/connect/enabled", 65_537, b"413"), ("/direct/x", 262_145, b"413")],
)
def test_a_body_over_its_limit_is_refused_unread(server: RunningServer, path: str, length: int, status: bytes) -> None:
    answer = read_answer(server.connect(request_head(path, length, server.machine_token(path))))
    assert answer.split()[1] == status


def test_a_body_that_comes_too_slowly_ends_with_408_and_headers_that_do_not_end_are_not_waited_for(
    server: RunningServer,
) -> None:
    began = time.monotonic()
    headers = server.connect(b"GET /healthz HTTP/1.1\r\nHost: t")
    answer = read_answer(server.send_slowly("/webhooks/jira", 60_000, server.machine_token()))
    assert answer.split()[1] == b"408"
    assert time.monotonic() - began < 10
    assert read_answer(headers) == b""
    assert time.monotonic() - began < 20


def test_one_tenant_has_one_place_for_a_large_body(server: RunningServer) -> None:
    server.send_slowly("/webhooks/jira", 2_000_000, server.machine_token())
    answer = read_answer(server.connect(request_head("/webhooks/jira", 2_000_000, server.machine_token())))
    assert answer.split()[1] == b"503"
    assert b"retry-after: 30" in answer
