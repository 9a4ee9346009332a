"""The lock that a process holds which alone may write to a SQLite database."""

import contextlib
import fcntl
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Engine

from connector.commands.errors import FAILURE, CommandError


@contextlib.contextmanager
def lock_database(engine: Engine) -> Iterator[None]:
    # Two processes would run each job of a SQLite database twice.
    path = Path(f"{engine.url.database}.serve")
    try:
        file = path.open("w", encoding="ascii")
    except OSError as cause:
        raise CommandError(f"{path} cannot be written", "make its folder writable", FAILURE) from cause
    with file:
        try:
            # The system ends the lock with the process, however that ends.
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as cause:
            hint = "end it, or use PostgreSQL for several processes"
            raise CommandError(f"another serve runs on {engine.url.database}", hint, FAILURE) from cause
        yield
