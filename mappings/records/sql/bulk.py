"""Bulk statements of the driver: SQLite row by row, PostgreSQL one array per column."""

import json
from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any, TypeAlias

from sqlalchemy import Boolean, ColumnElement, Connection, Date, Dialect, Engine, Table, Text, bindparam
from sqlalchemy.dialects import postgresql
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator, TypeEngine

from mappings.records.sql.arrays import Array, Write, array_text, write_text, writer_of

MARKS = {"sqlite": "?", "postgresql": "%s"}
Rows: TypeAlias = Collection[Sequence[Any]]
# Batches are the hot path: arrays cost PostgreSQL a third of rows sent one by one (docs/speed.md).


def save_rows(
    connection: Connection,
    table: Table,
    columns: tuple[str, ...],
    rows: Rows,
    *,
    where: str = "",
    keep: tuple[str, ...] = (),
) -> None:
    """Insert rows, or update those whose key exists (only where `where` holds). No key may come twice.

    In the text columns of `keep` an empty value leaves the one that is stored.
    """
    if rows:
        _insert(connection, table, columns, rows, conflict=_update_clause(table, columns, where, keep))


def insert_rows(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    """Insert rows; those whose key exists are left as they are."""
    if rows:
        _insert(connection, table, columns, rows, conflict="DO NOTHING")


def _insert(connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, *, conflict: str) -> None:
    dialect = connection.dialect.name
    _run(connection, _insert_text(table, columns, conflict, dialect), table, columns, rows)


def add_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Rows, *, sums: tuple[str, ...]
) -> None:
    """Insert rows, or add the columns of `sums` to those whose key exists. No key may come twice."""
    if rows:
        _insert(connection, table, columns, rows, conflict=_adding_clause(table, sums))


def delete_rows(connection: Connection, table: Table, columns: tuple[str, ...], keys: Rows) -> None:
    """Delete the rows whose `columns` equal one of the keys; the tenant must be among the columns."""
    assert "tenant_id" in columns
    if keys:
        _run(connection, _delete_text(table, columns, connection.dialect.name), table, columns, keys)


def select_keyed(
    connection: Connection, table: Table, columns: tuple[str, ...], key: tuple[str, ...], keys: Rows
) -> Sequence[Sequence[Any]]:
    """Return `columns`, as the driver gives them, of the rows whose `key` equals one of the keys."""
    assert "tenant_id" in key
    if not keys:
        return ()
    text = _keyed_text(table, columns, key, connection.dialect.name)
    sqlite = connection.dialect.name == "sqlite"
    values = (json.dumps([*map(list, keys)]),) if sqlite else _arrays_of(table, key, keys)
    return connection.exec_driver_sql(text, values).all()


def _run(connection: Connection, text: str, table: Table, columns: tuple[str, ...], rows: Rows) -> None:
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(text, _sqlite_rows(table, columns, rows))
    else:
        connection.exec_driver_sql(text, _arrays_of(table, columns, rows))


def _sqlite_rows(table: Table, columns: tuple[str, ...], rows: Rows) -> list[tuple[Any, ...]]:
    days = _day_places(table, columns)
    if not days:
        return [tuple(row) for row in rows]
    # As SQLAlchemy writes them. The driver's own way is deprecated since Python 3.12.
    return [
        tuple([value.isoformat() if place in days and value is not None else value for place, value in enumerate(row)])
        for row in rows
    ]


@lru_cache(maxsize=256)
def _day_places(table: Table, columns: tuple[str, ...]) -> frozenset[int]:
    return frozenset(place for place, name in enumerate(columns) if isinstance(table.c[name].type, Date))


def _arrays_of(table: Table, columns: tuple[str, ...], rows: Rows) -> tuple[str, ...]:
    values = zip(_writers_of(table, columns), zip(*rows, strict=True), strict=True)
    return tuple([array_text(column, write) for write, column in values])


@lru_cache(maxsize=256)
def _writers_of(table: Table, columns: tuple[str, ...]) -> tuple[Write, ...]:
    return tuple(writer_of(table.c[name].type) for name in columns)


@lru_cache(maxsize=256)
def _insert_text(table: Table, columns: tuple[str, ...], conflict: str, dialect: str) -> str:
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    values = _values(table, columns, dialect)
    return f'INSERT INTO "{table.name}" ({_names(columns)}) {values} ON CONFLICT ({key}) {conflict}'


@lru_cache(maxsize=256)
def _update_clause(table: Table, columns: tuple[str, ...], where: str, keep: tuple[str, ...]) -> str:
    key = {column.name for column in table.primary_key}
    new = {name: f'excluded."{name}"' for name in columns if name not in key}
    new |= {name: f'coalesce(nullif(excluded."{name}", \'\'), "{table.name}"."{name}")' for name in keep}
    changes = ", ".join(f'"{name}" = {value}' for name, value in new.items())
    return f"DO UPDATE SET {changes}{f' WHERE {where}' if where else ''}"


@lru_cache(maxsize=16)
def _adding_clause(table: Table, sums: tuple[str, ...]) -> str:
    added = ", ".join(f'"{name}" = "{table.name}"."{name}" + excluded."{name}"' for name in sums)
    return f"DO UPDATE SET {added}"


@lru_cache(maxsize=64)
def _delete_text(table: Table, columns: tuple[str, ...], dialect: str) -> str:
    if dialect == "sqlite":
        return f'DELETE FROM "{table.name}" WHERE ' + " AND ".join(f'"{name}" = ?' for name in columns)
    return f'DELETE FROM "{table.name}" WHERE ({_names(columns)}) IN ({_values(table, columns, dialect)})'


@lru_cache(maxsize=16)
def _keyed_text(table: Table, columns: tuple[str, ...], key: tuple[str, ...], dialect: str) -> str:
    if dialect == "sqlite":
        wanted, parts = "json_each(?) AS wanted", [f"json_extract(wanted.value, '$[{n}]')" for n in range(len(key))]
    else:
        arrays = ", ".join(_array(table, name) for name in key)
        wanted, parts = f"unnest({arrays}) AS wanted ({_names(key)})", [f'wanted."{name}"' for name in key]
    same = " AND ".join(f'stored."{name}" = {part}' for name, part in zip(key, parts, strict=True))
    selected = ", ".join(f'stored."{name}"' for name in columns)
    # In this order: otherwise SQLite may scan the whole table and look up each row among the wanted.
    return f'SELECT {selected} FROM {wanted} CROSS JOIN "{table.name}" AS stored WHERE {same}'


def _values(table: Table, columns: tuple[str, ...], dialect: str) -> str:
    if dialect == "sqlite":
        return f"VALUES ({', '.join('?' * len(columns))})"
    return f"SELECT * FROM unnest({', '.join(_array(table, name) for name in columns)})"


_POSTGRESQL: Dialect = postgresql.dialect()  # type: ignore[no-untyped-call]  # SQLAlchemy gives it no types


def _array(table: Table, name: str) -> str:
    kind = table.c[name].type.compile(_POSTGRESQL)
    return f"%s::{kind}[]"


def _names(columns: Sequence[str]) -> str:
    return ", ".join(f'"{name}"' for name in columns)


def insert_text(engine: Engine, table: Table, columns: tuple[str, ...]) -> str:
    """Return the text that inserts one row and does nothing where its key, or another unique one, exists."""
    marks = ", ".join([MARKS[engine.dialect.name]] * len(columns))
    return f'INSERT INTO "{table.name}" ({_names(columns)}) VALUES ({marks}) ON CONFLICT DO NOTHING'


class _Ids(TypeDecorator[Sequence[int]]):
    """Numbers as one parameter: an array, or JSON where the database has no arrays."""

    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else Array("BIGINT")

    def process_bind_param(self, value: Sequence[int] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ())) if dialect.name == "sqlite" else array_text(value or (), str)


class _Among(FunctionElement[bool]):
    name = "among"
    type = Boolean()
    inherit_cache = True

    def self_group(self, against: Any = None) -> Any:
        # Unwrapped: compared with 1 as a boolean, SQLite would use no index.
        return self


@compiles(_Among, "sqlite")
def _among_sqlite(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} IN (SELECT value FROM json_each({ids}))"


@compiles(_Among, "postgresql")
def _among_postgresql(element: _Among, compiler: SQLCompiler, **options: Any) -> str:
    column, ids = (compiler.process(part, **options) for part in element.clauses)
    return f"{column} = ANY({ids})"


def among(column: ColumnElement[Any], ids: Iterable[int]) -> ColumnElement[bool]:
    """Return the condition that a column is one of the ids, which are a single parameter."""
    return _Among(column, bindparam(None, tuple(ids), type_=_Ids))


class _Texts(TypeDecorator[Sequence[str]]):
    impl = Text
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return Text() if dialect.name == "sqlite" else Array("TEXT")

    def process_bind_param(self, value: Sequence[str] | None, dialect: Dialect) -> str:
        return json.dumps(list(value or ())) if dialect.name == "sqlite" else array_text(value or (), write_text)


def among_texts(column: ColumnElement[Any], name: str) -> ColumnElement[bool]:
    """Return the condition that a column is one of the texts bound as `name` when the statement runs."""
    return _Among(column, bindparam(name, type_=_Texts))


def among_bound_ids(column: ColumnElement[Any], name: str = "at_ids") -> ColumnElement[bool]:
    """Return the condition that a column is one of the ids bound as `name` when the statement runs."""
    return _Among(column, bindparam(name, type_=_Ids))


def in_groups(ids: Iterable[Any], size: int = 5000) -> Iterable[list[Any]]:
    """Yield texts or keys in groups that fit one statement (numbers need none: `among`)."""
    whole = list(ids)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
