"""PostgreSQL's insert of many deliveries by one prepared statement, through libpq itself."""

import struct
from collections.abc import Sequence
from typing import Any

from psycopg.pq import ConnStatus, DiagnosticField, ExecStatus
from sqlalchemy import Engine

from mappings.records.operations.inbox import insert_many_statement
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.sql.engine import StoreError, is_pooled
from webhooks.inbox_rows import BadRowError, Row

NAME = b"keep"
BINARY = 1
_INT8, _TEXT, _BYTEA = 20, 25, 17
# Classes of SQLSTATE that a row's own values cause: data exceptions, and violations of integrity.
_OF_ROWS = (b"22", b"23")
_HEAD = struct.Struct(">iiIii")
_LENGTH = struct.Struct(">i")
_NUMBER = struct.Struct(">iq")


class PostgresWriter:
    """A connection of its own, which commits each statement by itself."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._statement = insert_many_statement().encode()
        self._driver: Any = None
        self._pooled = False

    def write(self, rows: Sequence[Row]) -> None:
        try:
            self._insert(rows)
        except BadRowError:
            raise
        except Exception:  # noqa: BLE001  whatever it was, it is tried once more on a new connection
            # That the server closed an idle connection is seen only when it is used.
            self.close()
            try:
                self._insert(rows)
            except BadRowError:
                raise
            except Exception:
                self.close()
                raise

    def _insert(self, rows: Sequence[Row]) -> None:
        driver = self._driver or self._open()
        tenants, keys, times, bodies, requests = zip(*rows, strict=True)
        # Binary, and libpq itself: a cursor around it costs as much again as all else of a delivery (docs/speed.md).
        values = [
            number_array(tenants),
            bytes_array(_TEXT, [key.encode() for key in keys]),
            number_array(times),
            bytes_array(_BYTEA, [pack_body(body) for body in bodies]),
            bytes_array(_TEXT, [request.encode() for request in requests]),
        ]
        formats = [BINARY] * len(values)
        if self._pooled:
            # Behind a pooler the next call may use a connection on which nothing is prepared.
            taken = driver.pgconn.exec_params(self._statement, values, None, formats)
        else:
            taken = driver.pgconn.exec_prepared(NAME, values, formats)
        _require_taken(driver.pgconn, taken)

    def _open(self) -> Any:
        fairy = self._engine.raw_connection()
        driver = fairy.driver_connection
        assert driver is not None
        fairy.detach()
        driver.rollback()
        driver.autocommit = True
        # Stored before it is prepared, so that it is closed where that fails.
        self._driver = driver
        self._pooled = is_pooled(driver)
        if not self._pooled:
            # It has one plan whatever is in the arrays, and planning took a third of PostgreSQL's time for a webhook.
            driver.execute("SET plan_cache_mode = force_generic_plan")
            _require_taken(driver.pgconn, driver.pgconn.prepare(NAME, self._statement))
        return driver

    def close(self) -> None:
        if self._driver is not None:
            self._driver.close()
        self._driver = None


def number_array(values: Sequence[int]) -> bytes:
    """Return PostgreSQL's binary form of an array of 64-bit numbers."""
    return b"".join([_HEAD.pack(1, 0, _INT8, len(values), 1), *[_NUMBER.pack(8, value) for value in values]])


def bytes_array(kind: int, values: Sequence[bytes]) -> bytes:
    """Return PostgreSQL's binary form of an array of texts or bytes; `kind` is the number of its type."""
    parts = [_HEAD.pack(1, 0, kind, len(values), 1)]
    for value in values:
        parts += (_LENGTH.pack(len(value)), value)
    return b"".join(parts)


def _require_taken(connection: Any, result: Any) -> None:
    # libpq itself raises nothing.
    if result.status == ExecStatus.COMMAND_OK:
        return
    state = result.error_field(DiagnosticField.SQLSTATE) or b""
    if connection.status == ConnStatus.OK and state.startswith(_OF_ROWS):
        raise BadRowError(state.decode())
    raise StoreError("the database did not take the delivery", "see its log")
