"""`teachback serve` and `worker`: the web process, and the process that drains webhooks and runs jobs."""

import contextlib
import os
import resource
import signal
import socket
import time
from collections.abc import Callable

import click
from flask import Flask
from granian.constants import HTTPModes, Interfaces
from granian.http import HTTP1Settings
from granian.server.mt import MTServer
from sqlalchemy import Engine

from connector.app import build_container, create_app, open_front
from connector.clock import now
from connector.commands.collector import freeze_startup
from connector.commands.context import Context, open_context, with_keys
from connector.commands.errors import FAILURE, CommandError
from connector.commands.installation.database_lock import lock_database
from connector.commands.options import examples
from connector.config import read_settings
from connector.container import EXTENSION, Container
from connector.jobs.runner import JobRunner
from connector.jobs.scheduler import Scheduler
from connector.logs import open_logs
from connector.traces import open_tracing, trace_work
from mappings.events.types import Instant
from mappings.records.sql.engine import require_current, schema_state, upgrade
from webhooks.inbox import open_intake
from webhooks.worker import Drainer, step

PORT = click.IntRange(1, 65535)
# For the headers of a request, and between two requests of one connection.
HEADER_SECONDS = 10
HEADER_BYTES = 64 * 1024
# Connections at once. One that is only held open costs a file handle; nobody is accepted beyond these.
CONNECTIONS = 8192


@click.command(epilog=examples("serve", "serve --host 0.0.0.0 --port 8081"))
@click.option("--host", default="127.0.0.1", show_default=True, metavar="ADDRESS", help="The address to listen at.")
@click.option("--port", default=8080, show_default=True, metavar="NUMBER", type=PORT, help="The port to listen at.")
def serve(host: str, port: int) -> None:
    """Run the web process. On SQLite this one process also drains webhooks and runs the jobs."""
    settings = with_keys(read_settings(os.environ, web=True))
    require_free(host, port)
    open_tracing(os.environ)
    app = create_app(settings)
    container: Container = app.extensions[EXTENSION]
    is_single = container.engine.dialect.name == "sqlite"
    with lock_database(container.engine) if is_single else contextlib.nullcontext():
        prepare_database(container.engine, settings.database_url)
        open_logs()
        run_server(app, container, host, port)


def run_server(app: Flask, container: Container, host: str, port: int) -> None:
    save_delivery = open_intake(container.engine)
    drainer, scheduler = background(container)
    is_single = container.engine.dialect.name == "sqlite"

    async def save_and_wake(tenant_id: int, delivery: str, body: bytes, at: Instant, *, request: str = "") -> None:
        await save_delivery(tenant_id, delivery, body, at, request=request)
        drainer.wake()

    def print_ready() -> None:
        await_listening(host, port)
        click.echo(f"Teachback listens at http://{host}:{port}/. Its address is {container.settings.base_url}")

    front = open_front(app, save_and_wake if is_single else save_delivery)
    allow_files(CONNECTIONS + 512)
    server = Server(host, port, ready=print_ready)
    freeze_startup()
    if is_single:
        drainer.start()
        scheduler.start()
    try:
        server.serve(target_loader=lambda: front.__rsgi__, wrap_loader=False)
    finally:
        front.close()
        if is_single:
            scheduler.stop()
            drainer.stop()
        save_delivery.close()
        container.engine.dispose()
        container.reader.dispose()


def background(container: Container) -> tuple[Drainer, Scheduler]:
    work = trace_work("drain", lambda: step(container.engine, container.vault, container.clock))
    return Drainer(work), Scheduler(JobRunner(container))


def await_listening(host: str, port: int, timeout: float = 30.0) -> None:
    # Granian's thread binds the address a moment after it was started.
    deadline = time.monotonic() + timeout
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), socket.create_connection((host, port), timeout=1):
            return
        time.sleep(0.05)


class Server(MTServer):
    """Granian in this process, its threads beside the drainer's; `ready` is called once it listens."""

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
        # Granian keeps its threaded server to Pythons without GIL: one worker in one process needs no more.
        pass

    def startup(self, spawn_target: Callable[..., None], target_loader: Callable[..., object]) -> None:
        super().startup(spawn_target, target_loader)  # type: ignore[no-untyped-call]  # granian's own has no types
        self._ready()


def allow_files(number: int) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = number if hard == resource.RLIM_INFINITY else min(number, hard)
    resource.setrlimit(resource.RLIMIT_NOFILE, (max(soft, most), hard))


def require_free(host: str, port: int) -> None:
    # Granian would share a port silently with a process that uses it.
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            trial.bind((host, port))
        except OSError as cause:
            raise CommandError(
                f"port {port} of {host} cannot be had", "end the process that uses it, or choose --port", FAILURE
            ) from cause


def prepare_database(engine: Engine, url: str) -> None:
    if schema_state(engine) == "empty":
        upgrade(url)
    require_current(engine)


@click.command(epilog=examples("worker"))
def worker() -> None:
    """Drain webhooks and run jobs, beside other workers. On SQLite serve does both."""
    with open_context() as context:
        if context.engine.dialect.name == "sqlite":
            raise CommandError("SQLite has no workers", "serve does their work; use PostgreSQL for several processes")
        open_logs()
        _run_worker(context)


def _run_worker(context: Context) -> None:
    open_tracing(os.environ)
    container = build_container(context.settings, now)
    drainer, scheduler = background(container)
    received: list[int] = []
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: received.append(number))
    freeze_startup()
    drainer.start()
    scheduler.start()
    click.echo("The worker is at work")
    # Not one endless wait: a signal that comes just before it begins would interrupt nothing.
    while not received:
        time.sleep(0.2)
    scheduler.stop()
    drainer.stop()
    container.engine.dispose()
    container.reader.dispose()
