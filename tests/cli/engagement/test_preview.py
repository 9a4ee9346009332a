"""`teachback engagement preview`: it says what a file tags once it is applied, and writes nothing."""

import re
import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import APPLY, SITE, User, agreement, dump

EVER = ("--from", "2026-01-01", "--to", "2027-01-01")
LINE = re.compile(
    r"(?P<key>[\w-]+): (?P<done>[\d,]+) done, (?P<open>[\d,]+) open( \((?P<keys>.*)\))?(; (?P<changes>.*))?"
)


@pytest.fixture
def reader(user: User) -> User:
    """Somebody who has read the story, without an agreement on it."""
    user.run("import", user.write("dump.jsonl", dump()), "--site", SITE)
    return user


def preview(user: User, text: str) -> dict[str, Any]:
    """What it says of each objective."""
    out = user.run("engagement", "preview", user.write("engagement.yaml", text), "--site", SITE).out
    *lines, bare = out.splitlines()
    assert bare.startswith("without an objective: ")
    rows = [LINE.fullmatch(line) for line in lines]
    return {row["key"]: row for row in rows if row}


def apply(user: User, text: str) -> dict[str, set[str]]:
    """Make it hold; returns which done tickets then have each objective."""
    user.run(*APPLY, user.write("engagement.yaml", text), "--site", SITE)
    standing = {row["key"]: row for row in user.report(*EVER)["issues"]}
    having: dict[str, set[str]] = {}
    for key, row in standing.items():
        for objective in row["objectives"] if row["entry"] == "done" else ():
            having.setdefault(objective, set()).add(key)
    return having


def still_open(user: User) -> dict[str, int]:
    query = "SELECT objective, COUNT(*) FROM open_ticket WHERE objective <> '' GROUP BY objective"
    with closing(sqlite3.connect(user.folder / "teachback.db")) as connection:
        return dict(connection.execute(query).fetchall())


def database_rows(folder: Path) -> str:
    with closing(sqlite3.connect(folder / "teachback.db")) as connection:
        return "\n".join(connection.iterdump())


def numbers(report: dict[str, Any], name: str) -> dict[str, int]:
    return {key: many for key, row in report.items() if (many := int(row[name].replace(",", "")))}


def test_it_says_what_applying_then_tags(reader: User) -> None:
    outcome = preview(reader, agreement())
    having = apply(reader, agreement())
    assert set(outcome["ab-design"]["keys"].split(", ")) - {"…"} <= having["ab-design"]
    assert numbers(outcome, "done") == {key: len(issues) for key, issues in having.items()}
    assert numbers(outcome, "open") == still_open(reader)
    assert len(having) > 3


def test_a_changed_mapping_says_what_is_new_and_what_is_lost(reader: User) -> None:
    before, were_open = apply(reader, agreement())["ab-design"], still_open(reader)["ab-design"]
    changed = agreement().replace("[Experiment design]", "[Tracking]")
    outcome = preview(reader, changed)
    after, are_open = apply(reader, changed)["ab-design"], still_open(reader)["ab-design"]
    assert [key for key, row in outcome.items() if row["changes"]] == ["ab-design"]
    fresh, lost = (many_of(outcome["ab-design"]["changes"], words) for words in ("newly", "no longer"))
    assert fresh >= len(after - before) > 0
    assert lost >= len(before - after) > 0
    assert fresh - lost == len(after) + are_open - len(before) - were_open


def many_of(changes: str, words: str) -> int:
    """How many tickets change so; the first keys stand behind it."""
    match = re.search(rf"(\d+) {words} \(\w+-\d+[^)]*\)", changes)
    assert match is not None
    return int(match[1])


def test_an_objective_that_the_file_drops_loses_all_of_its_tickets(reader: User) -> None:
    before, opened = apply(reader, agreement()), still_open(reader)
    head, _, tail = agreement().partition("- key: tracking\n")
    rest = re.split(r"(?m)^(?=- key: )", tail, maxsplit=1)[1]
    outcome = preview(reader, head + rest)["tracking"]
    lost = len(before["tracking"]) + opened.get("tracking", 0)
    assert (outcome["done"], outcome["open"]) == ("0", "0")
    assert outcome["changes"].startswith(f"{lost} no longer (")


def test_looking_writes_nothing(reader: User) -> None:
    apply(reader, agreement())
    before = database_rows(reader.folder)
    preview(reader, agreement().replace("[Experiment design]", "[Tracking]"))
    assert database_rows(reader.folder) == before


def test_a_file_with_a_mistake_is_refused_as_lint_does(reader: User) -> None:
    path = reader.write("engagement.yaml", agreement().replace("timezone:", "timzone:"))
    message = reader.run("engagement", "preview", path, "--site", SITE, status=2).err
    assert message == reader.run("engagement", "lint", path, status=2).err
