"""Copies of a whole installation from one database to another, verified row by row.

Rows are read in the order of their keys on both sides. What the target lacks is inserted and what differs is updated,
so a copy that was stopped continues; the verification is the same comparison, and finds nothing.
"""

from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from typing import Any, NamedTuple, TypeAlias

from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Engine,
    Row,
    String,
    Table,
    bindparam,
    collate,
    delete,
    func,
    insert,
    select,
    text,
    update,
)

from mappings.records.sql.engine import (
    APPLICATION,
    COPYING,
    StoreError,
    open_engine,
    require_current,
    revisions,
    schema_state,
    upgrade,
)
from mappings.records.sql.numbers import save_last_numbers
from mappings.records.tables import metadata

# Rows that are read, and written by one transaction.
GROUP = 2_000

STREAM = {"stream_results": True, "yield_per": GROUP}

Values: TypeAlias = tuple[Any, ...]
# Called with the part that is done, 0 to 1, and the rows so far.
OnProgress: TypeAlias = Callable[[float, int], None]


class Difference(NamedTuple):
    """A row by its key as each side holds it; None where a side has no such row."""

    source: Values | None
    target: Values | None


def copy_database(source: Engine, target_url: str, on_progress: OnProgress) -> int:
    """Copy every row into an empty database, or go on with a copy that was stopped, and return their number.

    The target is refused by every command until all rows were compared. `source` must only read. Raises StoreError.
    """
    require_current(source)
    continued = _prepare_target(target_url)
    writer, reader = open_engine(target_url), open_engine(target_url, read_only=True)
    try:
        with _open_snapshot(source) as snapshot:
            rows = _Rows(snapshot, reader, on_progress)
            if continued:
                _delete_surplus(rows, writer)
            _save_missing(rows, writer)
            _verify(rows)
            with writer.begin() as connection:
                save_last_numbers(snapshot, connection)
                connection.execute(text("UPDATE alembic_version SET version_num = :head"), {"head": revisions()[-1]})
        return rows.total
    finally:
        writer.dispose()
        reader.dispose()


def _prepare_target(url: str) -> bool:
    # Return whether a copy into it was begun before.
    engine = open_engine(url)
    try:
        state = schema_state(engine)
        if state == "copying":
            return True
        if state in {"behind", "ahead"} or (state == "current" and _holds_rows(engine)):
            raise StoreError("the database to copy to is not empty", "name an empty one")
        if state == "empty":
            upgrade(url)
        with engine.begin() as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = :copying"), {"copying": COPYING})
        return False
    finally:
        engine.dispose()


def _holds_rows(engine: Engine) -> bool:
    with engine.connect() as connection:
        return any(connection.execute(select(table).limit(1)).first() for table in metadata.sorted_tables)


def _open_snapshot(source: Engine) -> Connection:
    connection = source.connect()
    if source.dialect.name == "postgresql":
        # SQLite's readers see one state for as long as their transaction lasts; here it has to be asked for.
        connection = connection.execution_options(isolation_level="REPEATABLE READ")
    return connection


class _Rows:
    """The rows of both sides, table by table, and how many of them were looked at."""

    def __init__(self, snapshot: Connection, reader: Engine, on_progress: OnProgress) -> None:
        self._snapshot, self._reader, self._on_progress = snapshot, reader, on_progress
        self.tables = metadata.sorted_tables
        counts = (snapshot.execute(select(func.count()).select_from(table)).scalar_one() for table in self.tables)
        self.total, self._read = sum(counts), 0

    def compare(self, table: Table) -> Iterator[Difference]:
        """Yield the rows in which the sides differ, in the order of their keys."""
        with self._reader.connect() as connection:
            stored = _select_ordered(connection, table)
            yield from _merge(self._counted(_select_ordered(self._snapshot, table)), stored, len(table.primary_key))

    def _counted(self, rows: Iterable[Values]) -> Iterator[Values]:
        for row in rows:
            yield row
            self._read += 1
            # Each row is read twice: to be copied, and to be compared.
            if self._read % GROUP == 0:
                self._on_progress(min(self._read / (2 * self.total), 1.0), self._read // 2)


def _select_ordered(connection: Connection, table: Table) -> Iterator[Values]:
    query = select(*_columns(table)).order_by(*(_by_bytes(column, connection) for column in table.primary_key))
    rows: Iterable[Row[Any]] = connection.execute(query, execution_options=STREAM)
    return map(tuple, rows)


def _columns(table: Table) -> list[Column[Any]]:
    key = list(table.primary_key)
    return [*key, *(column for column in table.columns if column not in set(key))]


def _by_bytes(column: Column[Any], connection: Connection) -> ColumnElement[Any]:
    # As Python and SQLite order texts, whatever the locale of the server.
    is_text = isinstance(column.type, String) and connection.dialect.name == "postgresql"
    return collate(column, "C") if is_text else column


def _merge(source: Iterator[Values], target: Iterator[Values], key_length: int) -> Iterator[Difference]:
    row, stored = next(source, None), next(target, None)
    while row is not None or stored is not None:
        key = None if row is None else row[:key_length]
        stored_key = None if stored is None else stored[:key_length]
        if stored_key is None or (key is not None and key < stored_key):
            yield Difference(row, None)
            row = next(source, None)
        elif key is None or stored_key < key:
            yield Difference(None, stored)
            stored = next(target, None)
        else:
            if row != stored:
                yield Difference(row, stored)
            row, stored = next(source, None), next(target, None)


def _delete_surplus(rows: _Rows, writer: Engine) -> None:
    # The source went on after the copy was stopped. Rows that refer to others go before them.
    for table in reversed(rows.tables):
        surplus = [change.target for change in rows.compare(table) if change.target and change.source is None]
        _run_in_groups(writer, delete(table).where(*_is_key(table)), (_bound_key(table, row) for row in surplus))


def _save_missing(rows: _Rows, writer: Engine) -> None:
    for table in rows.tables:
        names = [column.name for column in _columns(table)]
        changes = rows.compare(table)
        for group in _in_groups(changes):
            missing = [dict(zip(names, row, strict=True)) for row, stored in group if row and stored is None]
            changed = [_bound_row(table, row) for row, stored in group if row and stored is not None]
            with writer.begin() as connection:
                if missing:
                    connection.execute(insert(table), missing)
                if changed:
                    connection.execute(update(table).where(*_is_key(table)), changed)


def _verify(rows: _Rows) -> None:
    for table in rows.tables:
        differing = sum(1 for _ in rows.compare(table))
        if differing:
            reason = f"{differing} rows of {table.name} are not the same after the copy"
            raise StoreError(reason, "see that nothing else writes to the database that is copied to, and try again")


def _is_key(table: Table) -> list[ColumnElement[bool]]:
    return [column == bindparam(f"key_{column.name}") for column in table.primary_key]


def _bound_key(table: Table, row: Values) -> dict[str, Any]:
    return {f"key_{column.name}": value for column, value in zip(table.primary_key, row, strict=False)}


def _bound_row(table: Table, row: Values) -> dict[str, Any]:
    columns = _columns(table)[len(table.primary_key) :]
    return _bound_key(table, row) | {
        column.name: value for column, value in zip(columns, row[len(table.primary_key) :], strict=True)
    }


def _run_in_groups(writer: Engine, statement: Any, bound: Iterable[dict[str, Any]]) -> None:
    for group in _in_groups(iter(bound)):
        with writer.begin() as connection:
            connection.execute(statement, group)


def _in_groups(items: Iterator[Any]) -> Iterator[list[Any]]:
    while group := list(islice(items, GROUP)):
        yield group


def count_other_sessions(engine: Engine) -> int:
    """Return how many other sessions of Teachback PostgreSQL has, idle ones of `engine` among them.

    A SQLite file has a lock for that.
    """
    if engine.dialect.name != "postgresql":
        return 0
    query = """SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND application_name = :name AND pid <> pg_backend_pid()"""
    with engine.connect() as connection:
        return int(connection.execute(text(query), {"name": APPLICATION}).scalar_one())
