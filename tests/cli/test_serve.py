"""`serve` as a process: ready in one line, webhooks drained in the same process, gone in peace."""

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from connector.commands.context import with_keys
from connector.config import Settings
from connector.container import now
from mappings.records.agreement.engagements import select_engagement
from mappings.records.operations.dead_letters import insert_dead_letter
from mappings.records.sql.engine import open_engine
from mappings.records.sql.secrets import Vault
from tests.cli.conftest import APPLY, SITE, User, agreement, dump
from webhooks.worker import Drainer, step

KEY = "B9n8Rj1DZbcQoBwVp5VYqfsCr7ppEjUbXJQ4oR0nU8k="
PATIENCE = 30
DAY = 86_400_000_000


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return int(taken.getsockname()[1])


class Serving:
    """The command as its own process."""

    def __init__(self, folder: Path, port: int) -> None:
        self.url = f"http://127.0.0.1:{port}"
        plain = {name: value for name, value in os.environ.items() if not name.startswith("TEACHBACK_")}
        self.environ = plain | {
            "TEACHBACK_BASE_URL": self.url,
            "TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db",
            "TEACHBACK_SECRET_KEYS": KEY,
            "TEACHBACK_METRICS_TOKEN": "for-tools",
        }
        command = [sys.executable, "-m", "connector", "serve", "--port", str(port)]
        with (folder / "log").open("wb") as log:
            self.process = subprocess.Popen(command, env=self.environ, stdout=subprocess.PIPE, stderr=log, text=True)
        self.log = folder / "log"

    def ready(self) -> str:
        assert self.process.stdout is not None
        return self.process.stdout.readline()

    def stop(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        status = self.process.wait(PATIENCE)
        assert self.process.stdout is not None
        self.process.stdout.close()
        return status


@pytest.fixture
def serving(tmp_path: Path) -> Iterator[Serving]:
    server = Serving(tmp_path, free_port())
    try:
        yield server
    finally:
        if server.process.poll() is None:
            server.process.kill()
            server.process.wait()
        if server.process.stdout is not None:
            server.process.stdout.close()


def lines_of(log: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in log.read_text().splitlines()]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_it_says_when_it_is_ready_answers_and_ends_in_peace(serving: Serving, number: int) -> None:
    assert serving.ready() == f"Teachback listens at {serving.url}/. Its address is {serving.url}\n"
    assert requests.get(f"{serving.url}/healthz", timeout=PATIENCE).status_code == 200
    assert requests.post(f"{serving.url}/webhooks/jira", data=b"{}", timeout=PATIENCE).status_code == 401
    metrics = requests.get(f"{serving.url}/metrics", headers={"Authorization": "Bearer for-tools"}, timeout=PATIENCE)
    assert 'teachback_requests_total{rule="open",status="200"} 1.0' in metrics.text
    assert 'teachback_requests_total{rule="webhook",status="401"} 1.0' in metrics.text
    assert 'teachback_request_seconds_count{rule="webhook"} 1.0' in metrics.text
    assert serving.stop(number) == 0
    assert all("event" in line for line in lines_of(serving.log))


def test_on_sqlite_the_driver_of_postgresql_is_not_in_memory(serving: Serving) -> None:
    serving.ready()
    mapped = Path(f"/proc/{serving.process.pid}/maps")
    if not mapped.exists():
        pytest.skip("this system does not list what a process has in memory")
    text = mapped.read_text()
    assert "sqlite" in text
    assert "psycopg" not in text


def test_a_port_that_is_taken_is_told_in_one_line(serving: Serving, tmp_path: Path) -> None:
    serving.ready()
    port = serving.url.rpartition(":")[2]
    command = [sys.executable, "-m", "connector", "serve", "--port", port]
    second = subprocess.run(command, env=serving.environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    hint = "end the process that uses it, or choose --port"
    assert second.stderr == f"teachback: port {port} of 127.0.0.1 cannot be had: {hint}\n"
    assert serving.stop() == 0


def test_a_second_serve_on_the_same_file_is_refused(serving: Serving) -> None:
    serving.ready()
    command = [sys.executable, "-m", "connector", "serve", "--port", str(free_port())]
    second = subprocess.run(command, env=serving.environ, capture_output=True, text=True, timeout=PATIENCE, check=False)
    assert (second.returncode, second.stdout) == (1, "")
    assert second.stderr.startswith("teachback: another serve runs on ")
    assert second.stderr.endswith("teachback.db: end it, or use PostgreSQL for several processes\n")
    assert serving.stop() == 0


def test_one_process_at_rest_is_small(serving: Serving) -> None:
    serving.ready()
    requests.get(f"{serving.url}/healthz", timeout=PATIENCE)
    status = Path(f"/proc/{serving.process.pid}/status")
    if not status.exists():
        pytest.skip("this system does not tell a process's size in /proc")
    (line,) = [line for line in status.read_text().splitlines() if line.startswith("VmRSS")]
    assert int(line.split()[1]) < 150_000
    assert serving.stop() == 0


def test_figures_are_built_anew_in_the_background(user: User) -> None:
    user.run("import", user.write("story.jsonl", "\n".join(dump().splitlines()[:60])), "--site", SITE)
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    url = user.environ["TEACHBACK_DATABASE_URL"]
    engine, reader = open_engine(url), open_engine(url, read_only=True)
    drainer = Drainer(lambda: step(engine, vault_of(url), now))
    drainer.start()
    deadline = time.monotonic() + PATIENCE
    while built(reader) is None and time.monotonic() < deadline:
        time.sleep(0.05)
    drainer.stop()
    assert built(reader) == 1
    engine.dispose()
    reader.dispose()


def test_dead_letters_go_after_thirty_days(user: User) -> None:
    user.run("import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE)
    url = user.environ["TEACHBACK_DATABASE_URL"]
    engine, vault = open_engine(url), vault_of(url)
    for name, age in (("young", 29 * DAY), ("old", 31 * DAY)):
        with engine.begin() as connection:
            insert_dead_letter(connection, 1, vault=vault, dkey=name, body=b"{}", reason=name, at=now() - age)
    engine.dispose()
    user.run("jobs", "run", "sweep")
    (left,) = user.run("dead-letters", "list", "--site", SITE).out.splitlines()
    assert left.endswith("young")


def vault_of(url: str) -> Vault:
    return Vault(with_keys(Settings(database_url=url)).secret_keys)


def built(reader: Any) -> int | None:
    with reader.connect() as connection:
        stored = select_engagement(connection, 1, "growth-acme")
    assert stored is not None
    return stored.generation


@pytest.mark.parametrize("migrated_url", ["postgresql"], indirect=True)
def test_a_worker_works_until_it_is_told_to_end(migrated_url: str) -> None:
    environ = dict(os.environ) | {"TEACHBACK_DATABASE_URL": migrated_url, "TEACHBACK_SECRET_KEYS": KEY}
    command = [sys.executable, "-m", "connector", "worker"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as worker:
        assert worker.stdout is not None
        assert worker.stdout.readline() == "The worker is at work\n"
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(PATIENCE) == 0
