"""Teachback on PostgreSQL behind PgBouncer in transaction mode, where two statements may use two connections."""

import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import make_url, text

from mappings.records.sql.engine import open_engine
from tests.conftest import PostgresCopies
from tests.connector.installed_sites import ACME, PAGE_URL, open_installed_app
from webhooks.worker import step

# Fewer than the threads of the intake, so that each of them meets the connections of others.
CONNECTIONS = 3
EVENTS = 60
CONFIG = """
[databases]
* = host={folder}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {port}
unix_socket_dir =
auth_type = trust
auth_file = {users}
pool_mode = transaction
default_pool_size = {connections}
ignore_startup_parameters = extra_float_digits
"""


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


def await_listening(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
        time.sleep(0.02)
    raise AssertionError("PgBouncer does not listen")


@pytest.fixture
def server_url(postgres_copies: PostgresCopies) -> str:
    return postgres_copies.empty()


@pytest.fixture
def pooled_url(server_url: str, tmp_path: Path) -> Iterator[str]:
    """The address of an upgraded database behind PgBouncer."""
    server = make_url(server_url)
    if not (program := shutil.which("pgbouncer", path=f"{os.environ['PATH']}:/usr/sbin")):
        pytest.skip("no PgBouncer on this machine")
    port, users, config = free_port(), tmp_path / "users.txt", tmp_path / "pgbouncer.ini"
    users.write_text(f'"{server.username}" ""\n')
    config.write_text(
        CONFIG.format(folder=server.query["host"], port=port, users=users, connections=CONNECTIONS), encoding="utf-8"
    )
    # It refuses root, as PostgreSQL does: it reads its files first and then becomes the user of PostgreSQL.
    user = ["--quiet", "--user", Path(server.query["host"]).owner()] if os.geteuid() == 0 else ["--quiet"]
    with subprocess.Popen([program, *user, str(config)]) as process:
        try:
            await_listening(port)
            yield server.set(host="127.0.0.1", port=port, query={}).render_as_string(hide_password=False)
        finally:
            process.kill()


def count_connections(url: str) -> int:
    engine = open_engine(url)
    with engine.connect() as connection:
        query = text("SELECT count(*) FROM pg_stat_activity WHERE datname = current_database()")
        number: int = connection.execute(query).scalar_one()
    engine.dispose()
    return number


def test_events_are_stored_and_processed_once_and_pages_answer(
    pooled_url: str, server_url: str, caplog: pytest.LogCaptureFixture
) -> None:
    with open_installed_app(pooled_url, caplog) as installed_app:
        names = [f"delivery-{number}" for number in range(EVENTS)] * 2
        with ThreadPoolExecutor(16) as threads:
            answers = list(threads.map(lambda name: installed_app.deliver(ACME, named=name).status_code, names))
        assert answers == [204] * len(names)
        assert [row[1] for row in installed_app.waiting()] == sorted(set(names))
        while step(installed_app.container.engine, installed_app.container.vault, installed_app.container.clock):
            pass
        assert installed_app.waiting() == []
        assert {installed_app.get(ACME.page(PAGE_URL)).status_code for _ in range(20)} == {200}
        # Those of PgBouncer, and the one that counts.
        assert count_connections(server_url) <= CONNECTIONS + 1
