"""What was deleted leaves the database's file, too, where the database lets us see to it."""

from sqlalchemy import Engine


def compact(engine: Engine) -> None:
    """Write a SQLite file anew without what was deleted from it, and empty its log. Raises StoreError.

    Its writers wait meanwhile. PostgreSQL clears its own pages by and by; its logs and backups are the operator's.
    """
    if engine.dialect.name != "sqlite":
        return
    held = engine.raw_connection()
    try:
        cursor = held.cursor()
        for statement in ("VACUUM", "PRAGMA wal_checkpoint(TRUNCATE)"):
            cursor.execute(statement)
            cursor.fetchall()
        cursor.close()
    finally:
        held.close()
