"""A database with two sites in it: what one of them owns, the other must never meet."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Connection, Engine, event

from mappings.records.sql.engine import open_engine
from tests.conftest import PostgresCopies
from tests.records.fact_builders import enter


@pytest.fixture
def engine(migrated_url: str) -> Iterator[Engine]:
    engine = open_engine(migrated_url)
    yield engine
    engine.dispose()


@pytest.fixture
def connection(engine: Engine) -> Iterator[Connection]:
    with engine.begin() as connection:
        yield connection


@pytest.fixture
def ours(connection: Connection) -> int:
    return enter(connection, "acme")


@pytest.fixture
def theirs(connection: Connection, ours: int) -> int:
    return enter(connection, "stranger")


@pytest.fixture
def statements():
    """Count the statements that a stretch of code runs."""

    @contextmanager
    def listen(engine: Engine) -> Iterator[list[str]]:
        ran: list[str] = []

        def note(*call: object) -> None:
            ran.append(str(call[2]))

        event.listen(engine, "before_cursor_execute", note)
        yield ran
        event.remove(engine, "before_cursor_execute", note)

    return listen


@pytest.fixture
def postgres_migrated(postgres_copies: PostgresCopies) -> str:
    """A fresh database on PostgreSQL alone, for what SQLite's one writer cannot show."""
    return postgres_copies.empty()
