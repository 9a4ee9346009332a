"""Many rows in one statement: the same text on both databases, written for the driver, since batches are the hot path."""

from collections.abc import Collection, Iterable, Sequence
from functools import lru_cache
from typing import Any

from sqlalchemy import Connection, Engine, Table

MARKS = {"sqlite": "?", "postgresql": "%s"}


@lru_cache(maxsize=256)
def _insert_text(table: Table, columns: tuple[str, ...], conflict: str, mark: str) -> str:
    names = ", ".join(f'"{name}"' for name in columns)
    marks = ", ".join([mark] * len(columns))
    key = ", ".join(f'"{column.name}"' for column in table.primary_key)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({marks}) ON CONFLICT ({key}) {conflict}'


@lru_cache(maxsize=256)
def _update_clause(table: Table, columns: tuple[str, ...], where: str) -> str:
    key = {column.name for column in table.primary_key}
    changes = ", ".join(f'"{name}" = excluded."{name}"' for name in columns if name not in key)
    return f"DO UPDATE SET {changes}{f' WHERE {where}' if where else ''}"


def save_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Collection[Sequence[Any]], where: str = ""
) -> None:
    """Insert rows, or change those whose key is there (only where `where` holds). No key may come twice."""
    if rows:
        clause = _update_clause(table, columns, where)
        _run(connection, _insert_text(table, columns, clause, MARKS[connection.dialect.name]), rows)


def insert_rows(
    connection: Connection, table: Table, columns: tuple[str, ...], rows: Collection[Sequence[Any]]
) -> None:
    """Insert rows, and leave alone those whose key is there already."""
    if rows:
        _run(connection, _insert_text(table, columns, "DO NOTHING", MARKS[connection.dialect.name]), rows)


def _run(connection: Connection, text: str, rows: Collection[Sequence[Any]]) -> None:
    connection.exec_driver_sql(text, [tuple(row) for row in rows])


def insert_text(engine: Engine, table: Table, columns: tuple[str, ...]) -> str:
    """Return the text that inserts one row and does nothing where its key, or another unique one, is there."""
    mark = MARKS[engine.dialect.name]
    names = ", ".join(f'"{name}"' for name in columns)
    return f'INSERT INTO "{table.name}" ({names}) VALUES ({", ".join([mark] * len(columns))}) ON CONFLICT DO NOTHING'


def in_groups(ids: Iterable[Any], size: int = 5000) -> Iterable[list[Any]]:
    """Give ids in groups that fit one statement."""
    whole = list(ids)
    for start in range(0, len(whole), size):
        yield whole[start : start + size]
