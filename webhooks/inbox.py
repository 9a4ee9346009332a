"""Intake of deliveries: a row per delivery is on disk before Jira gets its answer."""

import queue
import threading
from typing import Any

from psycopg.pq import ExecStatus
from sqlalchemy import Engine

from mappings.events.types import Instant
from mappings.records.operations.inbox import insert_statement
from mappings.records.sql.engine import StoreError

GROUP = 256
# Seconds that a delivery waits for the disk: Jira hangs up after 20.
TIMEOUT = 15.0

# The prepared insert, and libpq's two formats of a value.
NAME, TEXT, BINARY = b"keep", 0, 1

Row = tuple[int, str, Instant, bytes]


class DirectIntake:
    """PostgreSQL: each thread inserts through its own connection; the server groups the commits."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = prepared_text(insert_statement(engine))
        self._own = threading.local()
        self._opened: set[Any] = set()

    def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None:
        row = (tenant_id, delivery, at, body)
        try:
            self._insert(row)
        except Exception as cause:  # noqa: BLE001  whatever it was, it is tried once more and then reported
            self._drop()
            # That the server closed an idle connection is seen only when it is used: once more on a new one.
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
        formats = [TEXT, TEXT, TEXT, BINARY]
        if connection.prepare_threshold is None:
            # Behind a pooler the next call may use a connection on which nothing is prepared.
            _verify_taken(connection.pgconn.exec_params(self._statement, values, None, formats))
        else:
            _verify_taken(connection.pgconn.exec_prepared(NAME, values, formats))

    def _open(self) -> Any:
        fairy = self._engine.raw_connection()
        driver = fairy.driver_connection
        assert driver is not None
        fairy.detach()
        driver.rollback()
        driver.autocommit = True
        # Stored before it is prepared, so that it is closed where that fails.
        self._own.connection = driver
        self._opened.add(driver)
        if driver.prepare_threshold is not None:
            _verify_taken(driver.pgconn.prepare(NAME, self._statement))
        return driver

    def _drop(self) -> None:
        driver = getattr(self._own, "connection", None)
        self._own.connection = None
        if driver is not None:
            self._opened.discard(driver)
            driver.close()

    def close(self) -> None:
        while self._opened:
            self._opened.pop().close()


def prepared_text(statement: str) -> bytes:
    # The driver's text with PostgreSQL's own numbered parameters.
    first, *rest = statement.split("%s")
    return (first + "".join(f"${place}{part}" for place, part in enumerate(rest, start=1))).encode()


def _verify_taken(result: Any) -> None:
    # libpq itself raises nothing.
    if result.status != ExecStatus.COMMAND_OK:
        raise StoreError("the database did not take the delivery", "see its log")


class PendingDelivery:
    __slots__ = ("done", "failed", "row")

    def __init__(self, row: Row) -> None:
        self.row = row
        self.done = threading.Event()
        self.failed: Exception | None = None


class GroupIntake:
    """SQLite: one writer thread inserts what waits in one transaction, then releases the callers."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = insert_statement(engine)
        self._queue: queue.SimpleQueue[PendingDelivery | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._write, name="intake", daemon=True)
        self._thread.start()

    def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None:
        pending = PendingDelivery((tenant_id, delivery, at, body))
        self._queue.put(pending)
        if not pending.done.wait(TIMEOUT):
            raise StoreError("the database took too long to keep the delivery", "look for what holds its lock")
        if pending.failed:
            raise StoreError("the database did not take the delivery", "see its log") from pending.failed

    def close(self) -> None:
        self._queue.put(None)
        self._thread.join()

    def _write(self) -> None:
        while (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            self._commit(group)
            if last:
                return

    def _gather(self, first: PendingDelivery) -> tuple[list[PendingDelivery], bool]:
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

    def _commit(self, group: list[PendingDelivery]) -> None:
        failed: Exception | None = None
        try:
            with self._engine.begin() as connection:
                driver = connection.connection.driver_connection
                assert driver is not None
                driver.executemany(self._statement, [pending.row for pending in group])
        except Exception as cause:  # noqa: BLE001  every caller of the group is told, whatever it was
            failed = cause
        for pending in group:
            pending.failed = failed
            pending.done.set()


def open_intake(engine: Engine) -> DirectIntake | GroupIntake:
    return GroupIntake(engine) if engine.dialect.name == "sqlite" else DirectIntake(engine)
