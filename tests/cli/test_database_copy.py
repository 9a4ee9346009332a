"""`db copy` and `db backup`: a whole installation moves between databases, and no row is lost or changed on the way."""

import shutil
import sqlite3
import stat
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import func, insert, select

from mappings.records.sql import database_copy
from mappings.records.sql.database_copy import copy_database
from mappings.records.sql.engine import open_engine
from mappings.records.tables import audit, issue, metadata
from tests.cli.conftest import APPLY, SITE, User, agreement, dump
from tests.conftest import postgres_database


@pytest.fixture(scope="module")
def story_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of an installation that holds the story, measured."""
    folder = tmp_path_factory.mktemp("story")
    user = User(folder, {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
    user.run("import", user.write("story.jsonl", dump()), "--site", SITE)
    user.run(*APPLY, user.write("growth-acme.yaml", agreement()), "--site", SITE)
    user.run("report", "growth-acme", "--site", SITE)
    return folder


@pytest.fixture
def filled(user: User, story_folder: Path) -> User:
    """Somebody with an installation of their own that holds the story."""
    for file in story_folder.glob("teachback.db*"):
        shutil.copy2(file, user.folder)
    return user


@pytest.fixture
def postgres(postgres_url: str) -> Iterator[str]:
    """The address of a database in which nothing is yet, not even a schema."""
    with postgres_database(postgres_url) as url:
        yield url


def rows_of(url: str) -> dict[str, list[tuple[object, ...]]]:
    """Read every row of every table, by a way of its own."""
    engine = open_engine(url, read_only=True)
    with engine.connect() as connection:
        rows = {table.name: sorted(map(tuple, connection.execute(select(table))), key=repr)
                for table in metadata.sorted_tables}  # fmt: skip
    engine.dispose()
    return rows


def key_of(user: User) -> dict[str, str]:
    return {"TEACHBACK_SECRET_KEYS": (user.folder / "teachback.db.key").read_text().strip()}


def test_an_installation_moves_to_postgresql_and_back_with_every_row_and_figure(filled: User, postgres: str) -> None:
    source = filled.environ["TEACHBACK_DATABASE_URL"]
    before, report = rows_of(source), filled.report()
    answer = filled.run("db", "copy", "--to", postgres)
    assert f"Copied and compared {sum(map(len, before.values()))} rows" in answer.out
    assert rows_of(postgres) == before
    moved = User(filled.folder, {"TEACHBACK_DATABASE_URL": postgres} | key_of(filled))
    assert moved.report() | {"as_of": ""} == report | {"as_of": ""}
    back = f"sqlite:///{filled.folder}/back.db"
    moved.run("db", "copy", "--to", back)
    assert rows_of(back) == rows_of(postgres)


def test_a_number_that_was_given_is_not_given_again_in_the_copy(filled: User, postgres: str) -> None:
    source = filled.environ["TEACHBACK_DATABASE_URL"]
    given = add_audit(source)
    engine = open_engine(source)
    with engine.begin() as connection:
        connection.execute(audit.delete().where(audit.c.audit_id == given))
    engine.dispose()
    filled.run("db", "copy", "--to", postgres)
    assert add_audit(postgres) > max(number for number, *_ in rows_of(source)["audit"])


def add_audit(url: str) -> int:
    engine = open_engine(url)
    with engine.begin() as connection:
        tenant_id = connection.execute(select(func.min(issue.c.tenant_id))).scalar_one()
        row = {"tenant_id": tenant_id, "at": 0, "act": "try", "object": "number"}
        added = connection.execute(insert(audit).values(row).returning(audit.c.audit_id)).scalar_one()
    engine.dispose()
    return int(added)


class StoppedError(Exception):
    """Somebody stops the copy."""


def test_a_copy_that_was_stopped_is_taken_by_nobody_and_goes_on(
    filled: User, postgres: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(database_copy, "GROUP", 50)
    source = open_engine(filled.environ["TEACHBACK_DATABASE_URL"], read_only=True)

    def stop(part: float, _: int) -> None:
        if part > 0.2:
            raise StoppedError

    with pytest.raises(StoppedError):
        copy_database(source, postgres, stop)
    source.dispose()
    moved = User(filled.folder, {"TEACHBACK_DATABASE_URL": postgres} | key_of(filled))
    assert "a copy into the database was not completed" in moved.run("site", "list", status=1).err
    assert "a copy into the database was not completed" in moved.run("db", "upgrade", status=1).err
    assert "copy into it was stopped" in moved.run("config", "check").out
    # Meanwhile the source goes on: what it dropped and changed is dropped and changed in the copy.
    change_issues(filled.environ["TEACHBACK_DATABASE_URL"])
    filled.run("db", "copy", "--to", postgres)
    assert rows_of(postgres) == rows_of(filled.environ["TEACHBACK_DATABASE_URL"])
    moved.run("site", "list")


def change_issues(url: str) -> None:
    engine = open_engine(url)
    with engine.begin() as connection:
        first, second = connection.execute(select(issue.c.issue_id).order_by(issue.c.issue_id).limit(2)).scalars()
        connection.execute(issue.delete().where(issue.c.issue_id == first))
        connection.execute(issue.update().where(issue.c.issue_id == second).values(key="MOVED-1"))
    engine.dispose()


def test_what_holds_data_is_not_copied_over(filled: User, postgres: str) -> None:
    filled.run("db", "copy", "--to", postgres)
    assert "is not empty" in filled.run("db", "copy", "--to", postgres, status=1).err
    source = filled.environ["TEACHBACK_DATABASE_URL"]
    assert "names the database that is copied" in filled.run("db", "copy", "--to", source, status=2).err
    assert "sqlite:///" in filled.run("db", "copy", "--to", "nonsense", status=2).err


def test_nothing_is_copied_while_another_process_writes(filled: User, postgres: str) -> None:
    filled.run("db", "copy", "--to", postgres)
    other = open_engine(postgres)
    # On a busy machine PostgreSQL lists the session of the copy for longer than a copy waits.
    end = time.monotonic() + 60
    while database_copy.count_other_sessions(other) and time.monotonic() < end:
        time.sleep(0.05)
    moved = User(filled.folder, {"TEACHBACK_DATABASE_URL": postgres} | key_of(filled))
    back = f"sqlite:///{filled.folder}/back.db"
    with other.connect():
        assert "1 other sessions of Teachback" in moved.run("db", "copy", "--to", back, status=1).err
    other.dispose()
    moved.run("db", "copy", "--to", back)


def test_a_session_that_ends_within_some_seconds_does_not_refuse_a_copy(filled: User, postgres: str) -> None:
    """As that of a serve that was just stopped: PostgreSQL lists it until its process has ended."""
    filled.run("db", "copy", "--to", postgres)
    other = open_engine(postgres)
    moved = User(filled.folder, {"TEACHBACK_DATABASE_URL": postgres} | key_of(filled))
    ending = other.connect()
    closing_later = threading.Timer(0.3, lambda: (ending.close(), other.dispose()))
    closing_later.start()
    moved.run("db", "copy", "--to", f"sqlite:///{filled.folder}/back.db")
    closing_later.join()


def write_pairs(path: Path, stopping: threading.Event) -> None:
    """Add a row to each of two tables, both or none, until told to stop."""
    with closing(sqlite3.connect(path, timeout=30)) as connection:
        for number in count(1_000_000):
            if stopping.is_set():
                return
            connection.execute("INSERT INTO job (tenant_id, name, due_at) VALUES (?, 'pair', 0)", (number,))
            connection.execute("INSERT INTO public_key (name, body, fetched_at) VALUES (?, '', 0)", (f"pair {number}",))
            connection.commit()


def test_a_backup_of_what_is_being_written_is_of_one_instant(filled: User) -> None:
    path, stopping = filled.folder / "teachback.db", threading.Event()
    writer = threading.Thread(target=write_pairs, args=(path, stopping))
    writer.start()
    try:
        for number in range(5):
            filled.run("db", "backup", f"{number}.db")
    finally:
        stopping.set()
        writer.join()
    pairs = [count_pairs(filled.folder / f"{number}.db") for number in range(5)]
    assert all(jobs == keys for jobs, keys in pairs)
    assert len(set(pairs)) > 1


def count_pairs(path: Path) -> tuple[int, int]:
    with closing(sqlite3.connect(path)) as connection:
        jobs = connection.execute("SELECT count(*) FROM job WHERE name = 'pair'").fetchone()
        keys = connection.execute("SELECT count(*) FROM public_key WHERE name LIKE 'pair %'").fetchone()
    return jobs[0], keys[0]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
def test_a_backup_is_whole_and_opens_only_for_its_owner(
    filled: User, engine: str, request: pytest.FixtureRequest
) -> None:
    running = filled
    if engine == "postgresql":
        url = request.getfixturevalue("postgres")
        filled.run("db", "copy", "--to", url)
        running = User(filled.folder, {"TEACHBACK_DATABASE_URL": url} | key_of(filled))
    running.run("db", "backup", "copy.db")
    copy = filled.folder / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    assert rows_of(f"sqlite:///{copy}") == rows_of(running.environ["TEACHBACK_DATABASE_URL"])
    assert "copy.db exists" in running.run("db", "backup", "copy.db", status=1).err
    backup = f"sqlite:///{copy}"
    with restored_database(filled, backup, request if engine == "postgresql" else None) as url:
        restored = User(filled.folder, {"TEACHBACK_DATABASE_URL": url} | key_of(filled))
        assert restored.report() | {"as_of": ""} == filled.report() | {"as_of": ""}


@contextmanager
def restored_database(user: User, backup: str, request: pytest.FixtureRequest | None) -> Iterator[str]:
    """Restore a backup as docs/run.md says: a file is the database, an empty PostgreSQL takes it by `db copy`."""
    if request is None:
        yield backup
        return
    with postgres_database(request.getfixturevalue("postgres_url")) as url:
        User(user.folder, {"TEACHBACK_DATABASE_URL": backup} | key_of(user)).run("db", "copy", "--to", url)
        assert rows_of(url) == rows_of(backup)
        yield url
