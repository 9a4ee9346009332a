"""Attacks on availability: each opens connections to a running server and leaves them open."""

from collections.abc import Callable
from uuid import uuid4

from tests.connector.attacks.running_server import RunningServer
from tests.jira.apps.signing import query_hash, sign_rs256

INSTALL = "/connect/installed"
PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n" + b"\x00\x00\x00\x04\x00\x00\x00\x00\x00"
UPGRADE = (
    b"GET /healthz HTTP/1.1\r\nHost: teachback\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n"
)


def speak_http2(server: RunningServer) -> None:
    for _ in range(16):
        server.connect(PREFACE)
        server.connect(UPGRADE)


def install_slowly(server: RunningServer) -> None:
    for _ in range(40):
        server.send_slowly(INSTALL, 60_000)


def deliver_slowly(server: RunningServer) -> None:
    """A tenant's own webhooks, fewer than the places it has."""
    for _ in range(12):
        server.send_slowly("/webhooks/jira", 60_000, server.machine_token())


def post_forms_slowly(server: RunningServer) -> None:
    for number in range(40):
        server.send_slowly(f"/direct/{number}", 60_000)


def deliver_large_slowly(server: RunningServer) -> None:
    for _ in range(4):
        server.send_slowly("/webhooks/jira", 2_000_000, server.machine_token())


def call_unknown_admin_webhooks_slowly(server: RunningServer) -> None:
    for number in range(40):
        server.send_slowly(f"/webhooks/jira/{number:022d}", 2_000_000, X_Hub_Signature="sha256=00")


def send_headers_slowly(server: RunningServer) -> None:
    for _ in range(60):
        server.connect(b"GET /healthz HTTP/1.1\r\nHost: t")


def stay_connected(server: RunningServer) -> None:
    for _ in range(1200):
        server.connect()


def invent_keys(server: RunningServer) -> None:
    for _ in range(40):
        server.send_slowly(INSTALL, 60_000, install_token(server, str(uuid4())))


def cut_bodies(server: RunningServer) -> None:
    for _ in range(40):
        server.send_slowly("/webhooks/jira", 60_000, server.machine_token()).close()


def install_token(server: RunningServer, kid: str) -> str:
    """A token as Atlassian makes it, under whatever key id."""
    app = server.app
    claims = {**app.claims(app.installed, query_hash("POST", INSTALL)), "aud": [server.url], "iss": "stranger"}
    return sign_rs256(claims, server.keys.keys[server.keys.kid], kid)


ATTACKS: tuple[Callable[[RunningServer], None], ...] = (
    speak_http2,
    install_slowly,
    deliver_slowly,
    post_forms_slowly,
    deliver_large_slowly,
    call_unknown_admin_webhooks_slowly,
    send_headers_slowly,
    stay_connected,
    invent_keys,
    cut_bodies,
)
