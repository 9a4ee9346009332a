"""Errors: one line on standard error that says what is wrong and what to do; 2 is wrong input, 1 a failure."""

import sqlite3
from collections.abc import Callable
from contextlib import closing

import pytest

from mappings.records.sql import engine
from tests.cli.conftest import APPLY, SITE, User, agreement

PERIOD = ("--site", SITE, "--quarter", "2026Q3")
WRONG = {
    "no such command": (("imprt",), "There is no command 'imprt'. Did you mean import?"),
    "a missing file": (("import", "none.jsonl", "--site", SITE), "'none.jsonl' does not exist"),
    "a missing site": (("import", "acme.yaml"), "Missing option '--site'"),
    "a site that is none": (("import", "acme.yaml", "--site", "not a site"), "write it as acme.atlassian.net"),
    "a site that nobody knows": (("people", "--site", "other.example"), "no site other.example is known"),
    "an engagement that nobody applied": (
        ("report", "growth-bolt", *PERIOD), "no engagement 'growth-bolt' on this site: apply its file first",
    ),
    "a day that is none": (("report", "growth-acme", "--site", SITE, "--from", "soon"), "write it as 2026-07-01"),
    "a quarter that is none": (
        ("report", "growth-acme", "--site", SITE, "--quarter", "2026Q5"), "write it as 2026Q3",
    ),
    "an instant without zone": (
        ("report", "growth-acme", *PERIOD, "--as-of", "2026-10-02T08:00:00"), "with its zone",
    ),
    "a period that ends first": (
        ("report", "growth-acme", "--site", SITE, "--from", "2026-07-02", "--to", "2026-07-02"),
        "--to is not after --from",
    ),
    "half a period": (("report", "growth-acme", "--site", SITE, "--from", "2026-07-02"), "belong together"),
    "two periods": (("report", "growth-acme", *PERIOD, "--from", "2026-07-02"), "give one or the other"),
    "a form that is not built": (("report", "growth-acme", *PERIOD, "--format", "docx"), "not one of 'text', 'json'"),
    "a figure that is none": (("explain", "growth-acme", "tought", *PERIOD), "did you mean taught?"),
    "a letter that is none": (("dead-letters", "show", "7", "--site", SITE), "no dead letter 7 on this site"),
    "a worker on SQLite": (("worker",), "SQLite has no workers: serve does their work"),
}  # fmt: skip


@pytest.fixture
def settled(user: User) -> User:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    return user


@pytest.mark.parametrize("name", WRONG)
def test_wrong_input_is_told_in_one_line(settled: User, name: str) -> None:
    words, message = WRONG[name]
    assert message in settled.run(*words, status=2).line


def test_a_setting_that_cannot_be_is_named_with_its_mend(user: User) -> None:
    result = user.run("db", "upgrade", status=2, inside={"TEACHBACK_DATABASE_URL": "mysql://x"})
    assert result.line.startswith("teachback: TEACHBACK_DATABASE_URL: names a database that Teachback does not speak")


def test_a_setting_that_is_misspelt_is_named(user: User) -> None:
    result = user.run("config", "check", status=2, inside={"TEACHBACK_BASE_ULR": "https://x.example"})
    assert "TEACHBACK_BASE_ULR: is not a setting of Teachback" in result.line


def test_serve_needs_an_address_and_keys(user: User) -> None:
    assert "TEACHBACK_BASE_URL: is not set" in user.run("serve", status=2).line
    result = user.run("serve", status=2, inside={"TEACHBACK_BASE_URL": "https://x.example"})
    assert "TEACHBACK_SECRET_KEYS: is not set" in result.line


def test_every_problem_of_an_engagement_file_has_its_line(user: User) -> None:
    text = agreement().replace("Europe/Berlin", "Nowhere").replace("model: embedded", "modle: embedded")
    result = user.run("engagement", "lint", user.write("acme.yaml", text), status=2)
    first, second = result.err.splitlines()
    assert first.startswith("teachback: line 4: engagement.timezone must be a time zone such as Europe/Berlin")
    assert second == "teachback: line 8: engagement.modle is not a known key; did you mean model?"


def test_a_file_that_is_no_text_is_told(user: User) -> None:
    (user.folder / "acme.yaml").write_bytes(b"\xff\xfe\x00")
    assert "is not UTF-8: save it as UTF-8" in user.run("engagement", "lint", "acme.yaml", status=2).line


def test_a_database_without_schema_says_how_to_get_one(new_user: User) -> None:
    for words in (("people", "--site", SITE), ("site", "list")):
        result = new_user.run(*words, status=1)
        assert result.line == "teachback: the database is not ready for this release: run: teachback db upgrade"


def test_a_database_newer_than_the_code_is_told(settled: User) -> None:
    with closing(sqlite3.connect(settled.folder / "teachback.db")) as database:
        database.execute("UPDATE alembic_version SET version_num = '9999'")
        database.commit()
    for words in (("people", "--site", SITE), ("db", "upgrade"), ("import", "acme.yaml", "--site", SITE)):
        assert "newer than this release" in settled.run(*words, status=1).line


def test_a_locked_database_is_told(settled: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine, "BUSY", 50)
    with closing(sqlite3.connect(settled.folder / "teachback.db", isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")
        result = settled.run("import", settled.write("one.jsonl", "{}"), "--site", "new.example", status=1)
    assert result.line.startswith("teachback: the database is locked: end the other process")


def test_a_database_that_does_not_answer_is_told(user_of: Callable[[str], User]) -> None:
    user = user_of("postgresql://nobody@127.0.0.1:9/nothing")
    assert "the database does not answer" in user.run("people", "--site", SITE, status=1).line


def test_a_database_file_that_cannot_be_opened_is_named(user_of: Callable[[str], User]) -> None:
    user = user_of("sqlite:///no-such-folder/teachback.db")
    assert (
        "the database file cannot be opened (no-such-folder/teachback.db)" in user.run("db", "upgrade", status=1).line
    )
    checked = user.run("doctor", status=1)
    assert "WRONG  Database: the database file cannot be opened (no-such-folder/teachback.db)" in checked.out


def test_a_database_file_that_cannot_be_written_is_named(user_of: Callable[[str], User]) -> None:
    user_of("sqlite:///own.db").run("db", "upgrade")
    reader = user_of("sqlite:///file:own.db?mode=ro&uri=true")
    printed = reader.run(
        "engagement", "apply", reader.write("a.yaml", agreement()), "--site", SITE, "--new-site", status=1
    )
    assert "the database file cannot be written" in printed.line
    assert "own.db" in printed.line


def test_nobody_seen_yet_is_told(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    printed = user.run("people", "--site", SITE)
    assert printed.out == "people: []\n"
    assert "Nobody was seen yet: read a project with teachback sync" in printed.err


def test_a_file_too_large_is_refused_by_its_size(user: User) -> None:
    path = user.write("acme.yaml", "a: " + "[" * 2 * 1024 * 1024)
    assert "has 2,097,155 bytes, more than 1,048,576" in user.run("engagement", "lint", path, status=2).line


def test_a_key_that_does_not_fit_is_told(settled: User) -> None:
    (settled.folder / "teachback.db.key").unlink()
    result = settled.run("import", settled.write("one.jsonl", "{}"), "--site", SITE, status=1)
    assert "put the key it was written with into TEACHBACK_SECRET_KEYS" in result.line


def test_a_fault_of_ours_says_its_place_and_nothing_that_was_read(
    settled: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*_: object) -> None:
        raise KeyError("the words of a ticket")

    monkeypatch.setattr("connector.commands.site.import_file.read_issue", fail)
    result = settled.run("import", settled.write("one.jsonl", "{}"), "--site", SITE, status=1)
    assert "internal error, please report it: KeyError at " in result.line
    assert "words" not in result.err
