"""Backups: a database, while others write to it, as a SQLite file of one instant."""

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import Engine, text

from mappings.records.sql.database_copy import OnProgress, copy_database
from mappings.records.sql.engine import StoreError

# Pages of a file that are copied between two looks at the progress.
PAGES = 2_000


def save_backup(source: Engine, path: Path, on_progress: OnProgress) -> None:
    """Copy a database, while others write to it, into a SQLite file that only its owner reads. Raises StoreError."""
    part = path.with_name(f"{path.name}.part")
    if path.exists():
        raise StoreError(f"{path} exists", "name a new file")
    part.unlink(missing_ok=True)
    try:
        os.close(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if source.dialect.name == "sqlite":
            _copy_pages(source, part, on_progress)
        else:
            copy_database(source, f"sqlite:///{part}", on_progress)
        part.replace(path)
    except OSError as cause:
        raise StoreError(f"{path} cannot be written", "see its folder and the room on the disk") from cause
    finally:
        part.unlink(missing_ok=True)


def _copy_pages(source: Engine, part: Path, on_progress: OnProgress) -> None:
    def tell(_: int, left: int, total: int) -> None:
        on_progress(1 - left / max(total, 1), total - left)

    with source.connect() as connection, closing(sqlite3.connect(part)) as copy:
        # Within a transaction that reads, others' writes do not make the copy begin anew.
        connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
        driver = connection.connection.driver_connection
        assert isinstance(driver, sqlite3.Connection)
        driver.backup(copy, pages=PAGES, progress=tell)
        if copy.execute("PRAGMA quick_check").fetchone() != ("ok",):
            raise StoreError("the copy cannot be read", "try again, on another disk")
