"""The durable queue's intake: one row a delivery, on disk before the caller hears of it."""

import queue
import threading
from typing import Any

from psycopg.pq import ExecStatus
from sqlalchemy import Engine

from mappings.events.types import Instant
from mappings.records.operations.inbox import insert_statement
from mappings.records.sql.engine import StoreError

GROUP = 256
# Seconds a delivery waits for the disk: Jira hangs up after 20.
PATIENCE = 15.0

# The prepared insert, and the two ways in which libpq takes a value.
NAME, TEXT, BINARY = b"keep", 0, 1

Row = tuple[int, str, Instant, bytes]


class DirectIntake:
    """PostgreSQL: each thread inserts through a connection of its own; the server groups the commits itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = prepared_text(insert_statement(engine))
        self._own = threading.local()
        self._opened: set[Any] = set()

    def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None:
        row = (tenant_id, delivery, at, body)
        try:
            self._insert(row)
        except Exception as cause:  # noqa: BLE001  whatever it was, it is tried once more and then told
            self._drop()
            # A connection that the server dropped while idle shows only when used: once more on a fresh one.
            try:
                self._insert(row)
            except Exception:  # noqa: BLE001  as above
                self._drop()
                raise StoreError("the database did not take the delivery", "see its log") from cause

    def _insert(self, row: Row) -> None:
        connection = getattr(self._own, "connection", None) or self._open()
        tenant_id, delivery, at, body = row
        values = [b"%d" % tenant_id, delivery.encode(), b"%d" % at, body]
        # libpq itself: a cursor around it costs as much again as all else of a delivery (docs/speed.md).
        _verify_taken(connection.pgconn.exec_prepared(NAME, values, [TEXT, TEXT, TEXT, BINARY]))

    def _open(self) -> Any:
        fairy = self._engine.raw_connection()
        driver = fairy.driver_connection
        assert driver is not None
        fairy.detach()
        driver.rollback()
        driver.autocommit = True
        # Kept before it is prepared, so that whoever drops it closes it where that fails.
        self._own.connection = driver
        self._opened.add(driver)
        _verify_taken(driver.pgconn.prepare(NAME, self._statement))
        return driver

    def _drop(self) -> None:
        driver = getattr(self._own, "connection", None)
        self._own.connection = None
        if driver is not None:
            self._opened.discard(driver)
            driver.close()

    def close(self) -> None:
        """Close the connections of all threads."""
        while self._opened:
            self._opened.pop().close()


def prepared_text(statement: str) -> bytes:
    """Return the driver's text with the numbered places of PostgreSQL's own notation."""
    first, *rest = statement.split("%s")
    return (first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))).encode()


def _verify_taken(result: Any) -> None:
    """Raise StoreError where libpq's answer is none of success: it raises nothing itself."""
    if result.status != ExecStatus.COMMAND_OK:
        raise StoreError("the database did not take the delivery", "see its log")


class Waiting:
    """A delivery on its way to the disk."""

    __slots__ = ("failed", "kept", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.kept = threading.Event()
        self.failed: Exception | None = None


class GroupIntake:
    """SQLite: one writer thread takes what waits, writes it in one transaction, and only then releases the callers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = insert_statement(engine)
        self._queue: queue.SimpleQueue[Waiting | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="intake", daemon=True)
        self._thread.start()

    def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None:
        waiting = Waiting((tenant_id, delivery, at, body))
        self._queue.put(waiting)
        if not waiting.kept.wait(PATIENCE):
            raise StoreError("the database took too long to keep the delivery", "look for what holds its lock")
        if waiting.failed:
            raise StoreError("the database did not take the delivery", "see its log") from waiting.failed

    def close(self) -> None:
        """Write what waits, then end the thread."""
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if last:
                return

    def _gather(self, first: Waiting) -> tuple[list[Waiting], bool]:
        group = [first]
        while len(group) < GROUP:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
        return group, False

    def _commit(self, group: list[Waiting]) -> None:
        failed: Exception | None = None
        try:
            with self._engine.begin() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.executemany(self._statement, [waiting.row for waiting in group])
        except Exception as cause:  # noqa: BLE001  every caller of the group must hear of it, whatever it was
            failed = cause
        for waiting in group:
            waiting.failed = failed
            waiting.kept.set()


def open_intake(engine: Engine) -> DirectIntake | GroupIntake:
    """Return the intake that suits the database behind `engine`."""
    return GroupIntake(engine) if engine.dialect.name == "sqlite" else DirectIntake(engine)
