"""Intake of deliveries: a row per delivery is on disk before Jira gets its answer."""

import asyncio
import queue
import threading
from collections.abc import Callable, Sequence

from sqlalchemy import Engine
from sqlalchemy.exc import DataError, IntegrityError

from mappings.events.types import Instant
from mappings.records.operations.inbox import insert_received_statement
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.sql.engine import StoreError
from webhooks.inbox_rows import BODY, BadRowError, Row, Writer

# Deliveries and bytes of one statement; a body that is larger goes alone.
GROUP = 256
GROUP_BYTES = 8_000_000
# Statements at once on PostgreSQL: while one is on its way the next gathers. SQLite has one writer.
WRITERS = 2
# Seconds that a delivery waits for the disk: Jira hangs up after 20.
TIMEOUT = 15.0


class PendingDelivery:
    """A delivery that waits to be written, and the future of the call that waits for it."""

    __slots__ = ("failed", "row", "waits")

    def __init__(self, row: Row, waits: "asyncio.Future[None]") -> None:
        self.row, self.waits = row, waits
        self.failed: Exception | None = None


class Intake:
    """Writes what waits at one moment by one statement, while the next gathers, then releases the calls.

    A few threads write, so that neither the event loop nor a thread per call waits for the disk.
    """

    def __init__(self, open_writer: Callable[[], Writer], writers: int) -> None:
        self._open_writer = open_writer
        self._queue: queue.SimpleQueue[PendingDelivery | None] = queue.SimpleQueue()
        self._threads = [threading.Thread(target=self._run, name="intake", daemon=True) for _ in range(writers)]
        for thread in self._threads:
            thread.start()

    async def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant, *, request: str = "") -> None:
        """Store a delivery durably before it returns; one whose key is stored is ignored. Raises StoreError."""
        waits: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        pending = PendingDelivery((tenant_id, delivery, at, body, request), waits)
        self._queue.put(pending)
        limit = asyncio.get_running_loop().call_later(TIMEOUT, _expire, waits)
        try:
            await waits
        finally:
            limit.cancel()
        if pending.failed:
            raise StoreError("the database did not take the delivery", "see its log") from pending.failed

    def close(self) -> None:
        for _ in self._threads:
            self._queue.put(None)
        for thread in self._threads:
            thread.join()

    def _run(self) -> None:
        writer = self._open_writer()
        last = False
        while not last and (first := self._queue.get()) is not None:
            group, last = self._gather(first)
            self._write(writer, group)
            release(group)
        writer.close()

    def _gather(self, first: PendingDelivery) -> tuple[list[PendingDelivery], bool]:
        group, size = [first], len(first.row[BODY])
        while len(group) < GROUP and size < GROUP_BYTES:
            try:
                following = self._queue.get_nowait()
            except queue.Empty:
                break
            if following is None:
                return group, True
            group.append(following)
            size += len(following.row[BODY])
        return group, False

    def _write(self, writer: Writer, group: list[PendingDelivery]) -> None:
        failed = attempt(writer, group)
        if isinstance(failed, BadRowError) and len(group) > 1:
            # One that cannot be stored, such as that of a site deleted meanwhile, costs the others nothing.
            for pending in group:
                pending.failed = attempt(writer, [pending])
            return
        for pending in group:
            pending.failed = failed


def attempt(writer: Writer, group: Sequence[PendingDelivery]) -> Exception | None:
    try:
        writer.write([pending.row for pending in group])
    except Exception as cause:  # noqa: BLE001  every caller is told, whatever it was
        return cause
    return None


def release(group: Sequence[PendingDelivery]) -> None:
    # Each loop is woken once, however many of its calls are released.
    for loop in {pending.waits.get_loop() for pending in group}:
        released = [pending.waits for pending in group if pending.waits.get_loop() is loop]
        if not loop.is_closed():
            loop.call_soon_threadsafe(_resolve, released)


def _expire(waits: "asyncio.Future[None]") -> None:
    if not waits.done():
        waits.set_exception(
            StoreError("the database took too long to keep the delivery", "look for what holds its lock")
        )


def _resolve(released: Sequence["asyncio.Future[None]"]) -> None:
    for waits in released:
        # The caller of a cancelled one has gone.
        if not waits.done():
            waits.set_result(None)


class SqliteWriter:
    """One transaction for all rows."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = insert_received_statement(engine)

    def write(self, rows: Sequence[Row]) -> None:
        # Before the transaction, which keeps all other writers out.
        packed = [(tenant_id, key, at, pack_body(body), request) for tenant_id, key, at, body, request in rows]
        try:
            with self._engine.begin() as connection:
                connection.exec_driver_sql(self._statement, packed)
        except (IntegrityError, DataError) as cause:
            raise BadRowError from cause

    def close(self) -> None:
        pass


def open_intake(engine: Engine) -> Intake:
    if engine.dialect.name == "sqlite":
        return Intake(lambda: SqliteWriter(engine), 1)
    # psycopg and libpq are 8 MB, which a server on SQLite has no use for.
    from webhooks.inbox_postgresql import PostgresWriter

    return Intake(lambda: PostgresWriter(engine), WRITERS)
