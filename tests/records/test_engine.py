"""The way to the database: what is wrong with it is said in words, and nothing is lost on the way."""

import sqlite3
import subprocess
import sys
import threading
import time
from contextlib import closing

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations
from sqlalchemy import BigInteger, Column, Integer, Table, insert, inspect, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError

from mappings.records.facts.rest_reads import save_issues_read
from mappings.records.sql import engine as room
from mappings.records.sql.engine import StoreError, open_engine, require_current, schema_state, upgrade
from mappings.records.tables import counter, tenant
from tests.records.fact_builders import a_read, an_issue, at, enter


@pytest.mark.parametrize("url", ["nonsense", "mysql://x/y", "postgresql+nothing://x/y", "oracle+x:/"])
def test_another_address_is_refused_with_a_mend(url):
    with pytest.raises(StoreError) as refusal:
        open_engine(url)
    assert "sqlite:///" in refusal.value.hint


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("sqlite:////nowhere/at/all.db", "cannot be opened"),
        ("postgresql+psycopg://127.0.0.1:1/x", "does not answer"),
        ("postgresql+psycopg://no-such-host.invalid/x", "does not answer"),
    ],
)
def test_a_database_that_is_away_is_said_in_words(url, reason):
    engine = open_engine(url)
    with pytest.raises(StoreError, match=reason):
        schema_state(engine)
    engine.dispose()


def test_a_database_that_does_not_exist_is_not_taken_for_an_old_one(postgres_url):
    engine = open_engine(postgres_url.replace("/postgres?", "/nowhere?"))
    with pytest.raises(StoreError, match="no such database"):
        schema_state(engine)
    engine.dispose()


def test_a_file_that_is_no_database_is_said_in_words(tmp_path):
    (tmp_path / "x.db").write_text("This is a letter, not a database. " * 100)
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with pytest.raises(StoreError, match="not a database"):
        schema_state(engine)
    engine.dispose()


def test_a_database_without_schema_asks_for_the_upgrade(database_url):
    engine = open_engine(database_url)
    assert schema_state(engine) == "empty"
    with pytest.raises(StoreError, match="db upgrade"):
        require_current(engine)
    with pytest.raises(StoreError, match="db upgrade"), engine.begin() as connection:
        connection.execute(select(tenant))
    engine.dispose()


@pytest.mark.parametrize(("revision", "state", "words"), [("0001", "behind", "db upgrade"), ("9999", "ahead", "newer")])
def test_a_schema_of_another_release_is_refused(migrated_url, revision, state, words):
    engine = open_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = :v"), {"v": revision})
    assert schema_state(engine) == state
    with pytest.raises(StoreError, match=words):
        require_current(engine)
    engine.dispose()


def test_an_upgrade_of_a_newer_database_is_refused(migrated_url):
    engine = open_engine(migrated_url)
    with engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    engine.dispose()
    with pytest.raises(StoreError, match="newer"):
        upgrade(migrated_url)


def test_two_upgrades_at_once_make_one_schema(database_url):
    words = "import sys; from mappings.records.sql.engine import upgrade; upgrade(sys.argv[1])"
    processes = [subprocess.Popen([sys.executable, "-c", words, database_url]) for _ in range(2)]
    assert [process.wait(30) for process in processes] == [0, 0]
    engine = open_engine(database_url)
    assert schema_state(engine) == "current"
    engine.dispose()


def test_an_upgrade_that_fails_leaves_no_step_behind(database_url):
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(text("CREATE TABLE right_of_reply (x INTEGER)"))
    with pytest.raises(DBAPIError, match="already exists"):
        upgrade(database_url)
    assert schema_state(engine) == "empty"
    assert inspect(engine).get_table_names() == ["right_of_reply"]
    engine.dispose()


def test_a_table_that_is_rebuilt_keeps_the_rows_that_point_to_it(migrated_url):
    engine, sqlite = open_engine(migrated_url), migrated_url.startswith("sqlite")
    with engine.begin() as connection:
        tenant_id = enter(connection, "acme")
        connection.execute(insert(counter).values(tenant_id=tenant_id, kind="unknown event", subject="x", value=1))
    with engine.connect() as connection:
        room._prepare_upgrade(connection)
        operations = Operations(MigrationContext.configure(connection))
        with operations.batch_alter_table("tenant", recreate="always" if sqlite else "auto") as batch:
            batch.add_column(Column("more", Integer))
        connection.commit()
    with engine.begin() as connection:
        assert connection.execute(select(counter.c.value)).scalars().all() == [1]
    engine.dispose()


def test_a_row_without_its_tenant_is_refused(connection):
    with pytest.raises(IntegrityError) as refusal:
        connection.execute(insert(counter).values(tenant_id=4711, kind="unknown event", subject="a secret", value=1))
    assert "a secret" not in str(refusal.value)


@pytest.mark.parametrize(("read_only", "mode"), [(False, "auto"), (True, "force_custom_plan")])
def test_no_plan_is_cached_for_lists_but_a_writer_has_those_of_foreign_keys(postgres_copies, read_only, mode):
    engine = open_engine(postgres_copies.empty(), read_only=read_only)
    with engine.connect() as connection:
        for number in range(9):
            connection.execute(text("SELECT inbox_id FROM inbox WHERE inbox_id = :number"), {"number": number})
        generic = connection.execute(text("SELECT coalesce(sum(generic_plans), 0) FROM pg_prepared_statements"))
        assert generic.scalar() == 0
        assert connection.execute(text("SHOW plan_cache_mode")).scalar() == mode
    engine.dispose()


def test_a_connection_that_the_server_ended_meanwhile_is_replaced(postgres_copies):
    url = postgres_copies.empty()
    engine, other = open_engine(url), open_engine(url)
    with engine.connect() as connection:
        pid = connection.execute(text("SELECT pg_backend_pid()")).scalar_one()
    with other.begin() as connection:
        connection.execute(text("SELECT pg_terminate_backend(:pid)"), {"pid": pid})
    with engine.connect() as connection:
        assert connection.execute(text("SELECT pg_backend_pid()")).scalar_one() != pid
    for each in (engine, other):
        each.dispose()


def test_a_reader_waits_for_nobody(migrated_url):
    writer, reader = open_engine(migrated_url), open_engine(migrated_url, read_only=True)
    with writer.begin() as writing:
        enter(writing, "acme")
        began = time.monotonic()
        with reader.begin() as reading:
            assert reading.execute(select(tenant.c.site)).all() == []
        assert time.monotonic() - began < 1
    for engine in (writer, reader):
        engine.dispose()


def test_a_reader_writes_nothing(migrated_url):
    reader = open_engine(migrated_url, read_only=True)
    with pytest.raises(StoreError, match="cannot be written"), reader.begin() as connection:
        connection.execute(text("DELETE FROM tenant"))
    reader.dispose()


def test_writers_that_read_first_wait_for_each_other(migrated_url):
    engine = open_engine(migrated_url)
    with engine.begin() as connection:
        tenant_id = enter(connection, "acme")
    failed = []

    def count(start: int) -> None:
        try:
            for n in range(15):
                with engine.begin() as connection:
                    save_issues_read(connection, tenant_id, [a_read(an_issue(start + n))], at(10))
        except StoreError as cause:
            failed.append(cause)

    threads = [threading.Thread(target=count, args=(100 * n,)) for n in range(1, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failed == []
    engine.dispose()


def test_a_lock_that_is_not_given_back_is_said_in_words(tmp_path, monkeypatch):
    monkeypatch.setattr(room, "BUSY", 50)
    path = tmp_path / "x.db"
    upgrade(f"sqlite:///{path}")
    engine = open_engine(f"sqlite:///{path}")
    with closing(sqlite3.connect(path, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(StoreError, match="locked"), engine.begin():
            pass
        other.execute("ROLLBACK")
    engine.dispose()


def test_sqlite_is_durable_and_checks_its_keys(tmp_path):
    engine = open_engine(f"sqlite:///{tmp_path / 'x.db'}")
    with engine.connect() as connection:
        values = [connection.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "synchronous",
                  "foreign_keys", "busy_timeout")]  # fmt: skip
    assert values == ["wal", 2, 1, 30_000]
    engine.dispose()


def test_a_table_of_figures_begins_its_key_with_the_tenant():
    ours = {
        "tenant",
        "jira_points",
        "public_key",
    }  # the sites themselves, what all of them asked of Jira, Atlassian's keys
    token = {"link_session"}  # found by a token, before anybody knows whose it is
    for table in tenant.metadata.sorted_tables:
        if table.name in ours:
            continue
        first, *more = table.primary_key.columns
        counts_itself = not more and first.name.endswith("_id") and isinstance(first.type, BigInteger)
        assert first.name == "tenant_id" or counts_itself or table.name in token
        assert isinstance(table, Table)
        assert not table.c.tenant_id.nullable
