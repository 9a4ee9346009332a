"""`teachback serve` as a process of its own with a site installed on it, and connections as an attacker makes them."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.connector.installed_sites import KEY
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.signing import query_hash, sign_hs256
from tests.jira.apps.transport import Reply, over_http
from tests.jira.server import serve
from tests.jira.small_site import sample

PATIENCE = 30
PROJECT = {"project": {"id": "10000", "key": "GROW"}}
WEBHOOK = "/webhooks/jira"


@dataclass
class RunningServer:
    """The process, the site on it, and every connection that a test opened."""

    process: subprocess.Popen[str]
    port: int
    log: Path
    app: AppOnSite
    keys: KeyHost
    opened: list[socket.socket] = field(default_factory=list)

    def connect(self, data: bytes = b"") -> socket.socket:
        """Open a connection, send `data`, and leave it open."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=PATIENCE)
        self.opened.append(connection)
        connection.sendall(data)
        return connection

    def send_slowly(self, path: str, length: int, token: str = "", **headers: str) -> socket.socket:
        """Announce a body of `length` bytes, and send one of them."""
        return self.connect(request_head(path, length, token, **headers) + b"a")

    def machine_token(self, path: str = WEBHOOK) -> str:
        """A token as Jira makes it for a call of its own."""
        claims = self.app.claims(self.app.installed, query_hash("POST", path))
        return sign_hs256(claims, self.app.installed.secret)

    def context_token(self) -> str:
        return self.app.context_token("bo", PROJECT)

    def get(self, path: str) -> Reply:
        return over_http(self.url)("GET", path, {}, b"")

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def open_page(self) -> Reply:
        return self.get(self.app.page_url("teachback-project", "bo", PROJECT).removeprefix(self.url))

    def deliver(self, number: int = 0) -> Reply:
        """One signed webhook."""
        body = json.dumps({"webhookEvent": "jira:issue_updated", "number": number}).encode()
        headers = {"Authorization": f"JWT {self.machine_token()}"}
        return over_http(self.url)("POST", WEBHOOK, headers, body)

    def close_connections(self) -> None:
        for connection in self.opened:
            with suppress(OSError):
                connection.close()
        self.opened.clear()

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


def request_head(path: str, length: int, token: str = "", **headers: str) -> bytes:
    lines = [f"POST {path} HTTP/1.1", "Host: teachback", f"Content-Length: {length}"]
    lines += [f"Authorization: JWT {token}"] if token else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    return "\r\n".join([*lines, "", ""]).encode()


def read_answer(connection: socket.socket) -> bytes:
    """Return all that is answered until the server closes the connection."""
    answer = b""
    with suppress(ConnectionResetError):
        while chunk := connection.recv(65536):
            answer += chunk
    return answer


def seconds_of(act: Any) -> tuple[float, Reply]:
    began = time.monotonic()
    reply = act()
    return time.monotonic() - began, reply


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


@contextmanager
def run_server(database_url: str, folder: Path) -> Iterator[RunningServer]:
    """Start `teachback serve` on a database, and install it on a small site."""
    made, keys, port = sample(), KeyHost(), free_port()
    jira, key_host = serve(made.site), keys.serve()
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TEACHBACK_")} | {
        "TEACHBACK_BASE_URL": f"http://127.0.0.1:{port}",
        "TEACHBACK_DATABASE_URL": database_url,
        "TEACHBACK_SECRET_KEYS": KEY,
        "TEACHBACK_CONNECT_KEY_HOSTS": key_host.url,
        "TEACHBACK_JIRA_HOSTS": jira.url,
        "TEACHBACK_METRICS_TOKEN": "metrics-token-of-the-operator",
    }
    command = [sys.executable, "-m", "connector", "serve", "--port", str(port)]
    with (
        (folder / "log").open("wb") as log,
        subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=log, text=True) as process,
    ):
        app = AppOnSite(made.site, keys, over_http(f"http://127.0.0.1:{port}"))
        running = RunningServer(process, port, folder / "log", app, keys)
        try:
            assert process.stdout is not None
            process.stdout.readline()
            app.install(by="ada")
            yield running
        finally:
            running.close_connections()
            if process.poll() is None:
                process.kill()
            jira.stop()
            key_host.stop()
