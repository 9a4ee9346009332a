"""`teachback serve` and `worker`: the web process, and what works in the background."""

import contextlib
import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable

import click
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mt import MTServer
from sqlalchemy import Engine

from connector.app import build_house, create_app, open_front
from connector.commands.context import Context, open_ground, with_keys
from connector.commands.errors import FAILURE, CommandError
from connector.config import read_settings
from connector.container import EXTENSION, Container, now
from connector.jobs.runner import JobRunner
from connector.jobs.scheduler import Scheduler
from connector.logs import open_logs
from mappings.events.types import Instant
from mappings.records.sql.engine import require_current, schema_state, upgrade
from webhooks.drain import Drainer
from webhooks.inbox import open_intake
from webhooks.worker import step

HEADER_SECONDS = 10
"""For the headers of a request, and between two requests of one connection."""
HEADER_BYTES = 64 * 1024
CONNECTIONS = 8192
"""Connections at once. One that is only held open costs a file handle; nobody is accepted beyond these."""


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True, help="The address to listen at.")
@click.option("--port", default=8080, show_default=True, type=click.IntRange(1, 65535), help="The port to listen at.")
def serve(host: str, port: int) -> None:
    """Answer Jira and people. On SQLite this one process also works off what Jira tells, and runs what is due."""
    settings = with_keys(read_settings(os.environ, doors=True))
    require_free(host, port)
    app = create_app(settings)
    container: Container = app.extensions[EXTENSION]
    prepare(container.engine, settings.database_url)
    open_logs()
    keep = open_intake(container.engine)
    drainer, ticker = background(container)
    alone = container.engine.dialect.name == "sqlite"

    def keep_and_wake(tenant_id: int, delivery: str, body: bytes, at: Instant) -> None:
        keep(tenant_id, delivery, body, at)
        drainer.wake()

    def say_ready() -> None:
        await_listening(host, port)
        click.echo(f"Teachback answers at http://{host}:{port}/ for {settings.base_url}")

    front = open_front(app, keep_and_wake if alone else keep)
    allow_files(CONNECTIONS + 512)
    server = Server(host, port, ready=say_ready)
    if alone:
        drainer.start()
        ticker.start()
    try:
        server.serve(target_loader=lambda: front.__rsgi__, wrap_loader=False)
    finally:
        front.close()
        if alone:
            ticker.stop()
            drainer.stop()
        keep.close()
        container.engine.dispose()
        container.reader.dispose()


def background(container: Container) -> tuple[Drainer, Scheduler]:
    """Return what works beside the web: one drains what Jira tells, the other runs what is due."""
    return Drainer(lambda: step(container.engine, container.vault, container.clock)), Scheduler(JobRunner(container))


def await_listening(host: str, port: int, patience: float = 30.0) -> None:
    """Return once somebody answers at the address: granian's thread binds it a moment after it was started."""
    until = time.monotonic() + patience
    while time.monotonic() < until:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)


class Server(MTServer):
    """Granian in this very process, its threads beside the drainer's; `ready` is called once it listens."""

    def __init__(self, host: str, port: int, *, ready: Callable[[], None]) -> None:
        super().__init__(
            "teachback",
            address=host,
            port=port,
            interface=Interfaces.RSGI,
            # Without TLS a stream of HTTP/2 whose connection ended is waited for without end, and SIGTERM with it.
            http=HTTPModes.http1,
            http1_settings=HTTP1Settings(
                header_read_timeout=HEADER_SECONDS * 1000, max_buffer_size=HEADER_BYTES, pipeline_flush=False
            ),
            backlog=1024,
            backpressure=CONNECTIONS,
            websockets=False,
            log_enabled=False,
            log_access=False,
            metrics_enabled=False,
            reload=False,
        )
        self._ready = ready

    def _check_gil(self) -> None:
        """Granian keeps its threaded server to Pythons without GIL: one worker in one process needs no more."""

    def startup(self, spawn_target: Callable[..., None], target_loader: Callable[..., object]) -> None:
        """Listen, and say so."""
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian's own has no types
        self._ready()


def allow_files(number: int) -> None:
    """Let the process hold `number` files and connections, or as many as the system grants it."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def require_free(host: str, port: int) -> None:
    """Raise CommandError where something listens at the port already: granian would share it in silence."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as cause:
            raise CommandError(
                f"port {port} of {host} cannot be had", "end what holds it, or choose --port", FAILURE
            ) from cause


def prepare(engine: Engine, url: str) -> None:
    """Give a database that holds nothing yet its schema. Raises StoreError where it is not this release's."""
    if schema_state(engine) == "empty":
        upgrade(url)
    require_current(engine)


@click.command()
def worker() -> None:
    """Work off what Jira tells and run what is due, beside any number of others. On SQLite serve does both."""
    with open_ground() as ground:
        if ground.engine.dialect.name == "sqlite":
            raise CommandError("SQLite has no workers", "serve does their work; for more use PostgreSQL")
        open_logs()
        _work(ground)


def _work(ground: Context) -> None:
    container = build_house(ground.settings, now)
    drainer, ticker = background(container)
    ended = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: ended.set())
    drainer.start()
    ticker.start()
    click.echo("The worker is at work")
    ended.wait()
    ticker.stop()
    drainer.stop()
    container.engine.dispose()
    container.reader.dispose()
