"""A process that ends in the middle of a statement, as far as the database can tell."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, event

from mappings.records.sql.engine import StoreError


class ProcessKilled(BaseException):
    """The process ended."""


@contextmanager
def killed_at(engine: Engine, statement: int | None) -> Iterator[list[int]]:
    """End the process at its nth statement (None: let it live); gives a list that then holds that number."""
    count = iter(range(statement or 0))
    struck: list[int] = []

    def strike(*_: object) -> None:
        if statement is not None and next(count, None) is None:
            struck.append(statement)
            raise ProcessKilled

    event.listen(engine, "before_cursor_execute", strike)
    try:
        yield struck
    except (ProcessKilled, StoreError):  # SQLAlchemy takes what ends a process for a connection that is gone
        if not struck:
            raise
    finally:
        event.remove(engine, "before_cursor_execute", strike)
