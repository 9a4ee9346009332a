"""A search of a whole database for a text: every table and column, letters opened, and the bytes of SQLite's files."""

import zlib
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, MetaData, select

from mappings.records.sql.secrets import Vault


def traces(engine: Engine, vault: Vault, text: str) -> list[str]:
    """Return the table.column of each value that holds the text, whatever the tables are called."""
    return sorted({place for place, value in read_values(engine, vault) if text in value})


def read_values(engine: Engine, vault: Vault) -> Iterator[tuple[str, str]]:
    """Yield each value with its table.column."""
    metadata = MetaData()
    metadata.reflect(engine)
    with engine.connect() as connection:
        rows = [
            (table.name, row)
            for table in metadata.sorted_tables
            for row in connection.execute(select(table)).mappings()
        ]
    return ((f"{name}.{column}", _shown(vault, row, column)) for name, row in rows for column in row)


def _shown(vault: Vault, row: Any, column: str) -> str:
    value = row[column]
    if not isinstance(value, bytes | memoryview):
        return str(value)
    return "\n".join(part.decode("utf-8", "replace") for part in _opened(vault, bytes(value), row["tenant_id"], column))


def _opened(vault: Vault, value: bytes, tenant_id: int, column: str) -> Iterator[bytes]:
    yield value
    with suppress(zlib.error):
        yield zlib.decompress(value, wbits=47)
    for place in (column, "dead_letter"):
        try:
            yield vault.decrypt(value, tenant_id=tenant_id, column=place)
        except Exception:  # noqa: BLE001  whatever does not open so is no letter
            continue


def file_traces(engine: Engine, text: str) -> list[str]:
    """Return the names of SQLite's files that hold the text anywhere, deleted rows and log among it."""
    path = Path(str(engine.url.database))
    files = [path, *path.parent.glob(f"{path.name}-*")]
    return [file.name for file in files if text.encode() in file.read_bytes()]
