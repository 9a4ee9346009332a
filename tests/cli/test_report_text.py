"""`teachback report --format text`: the report's figures in words and lines, each part adding up to its whole."""

import json
import re
from decimal import Decimal
from pathlib import Path

import pytest

from tests.cli.conftest import APPLY, SITE, User, agreement, dump, type_answer

WORDS = ("report", "growth-acme", "--site", SITE, "--quarter", "2026Q3", "--as-of", "2026-11-23T09:00:00Z")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> User:
    folder = tmp_path_factory.mktemp("text")
    user = User(folder, {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
    user.run("import", user.write("story.jsonl.gz", dump()), "--site", SITE)
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    user.run(*WORDS)
    return user


def numbers(line: str) -> list[Decimal]:
    return [Decimal(number.replace(",", "")) for number in re.findall(r"\d[\d,]*(?:\.\d+)?", line)]


def line_of(text: str, start: str) -> str:
    return next(line for line in text.splitlines() if line.lstrip().startswith(start))


def test_it_says_what_the_json_says_and_adds_up(measured: User) -> None:
    whole = json.loads(measured.run(*WORDS, "--format", "json").out)
    text = measured.run(*WORDS, "--format", "text").out
    assert text.startswith(
        "Growth and Acme (growth-acme)\n1 Jul to 30 Sep 2026, Europe/Berlin, as of 2026-11-23T09:00:00Z"
    )
    share = whole["taught_share"]
    assert f"{share['value'] * 100:.0f} % of what the agency delivered" in line_of(text, "Taught share")
    (delivered,) = numbers(line_of(text, "Delivered"))
    assert delivered == round(Decimal(whole["units"]["total"]), 1)
    agency, taught, done_only = numbers(line_of(text, "Agency"))
    inhouse, handed_over, own = numbers(line_of(text, "In-house").replace("In-house", ""))
    assert (taught + done_only, handed_over + own) == (agency, inhouse)
    beside = [line_of(text, name) for name in ("Other", "Gatekeepers", "Unknown", "Conflict") if f"\n  {name}" in text]
    assert agency + inhouse + sum(numbers(line)[0] for line in beside) == delivered
    assert f"{whole['score']['value']:.1f} (" in line_of(text, "Integration")
    for objective in whole["objectives"]:
        assert (objective["coverage"] or "not shown") in line_of(text, objective["key"])
    assert "not published" not in text
    assert all(len(line) <= 110 for line in text.splitlines())


def test_a_quarter_as_recorded_is_text_too(measured: User) -> None:
    taken = measured.run("snapshot", "take", "growth-acme", "--quarter", "2026Q3", "--site", SITE)
    assert "1 snapshots taken" in taken.err
    text = measured.run(
        "report", "growth-acme", "--site", SITE, "--quarter", "2026Q3", "--as-recorded", "--format", "text"
    )
    assert text.out.startswith("Growth and Acme (growth-acme)\n1 Jul to 30 Sep 2026")


def test_the_review_is_a_document_of_the_same_figures(measured: User) -> None:
    whole = json.loads(measured.run(*WORDS, "--format", "json").out)
    document = measured.run(*WORDS, "--format", "html").out
    assert document.startswith("<!doctype html>")
    assert f"{whole['taught_share']['value'] * 100:.0f}\N{NO-BREAK SPACE}%" in document
    assert "Not frozen, as of 23 Nov 2026" in document
    # A document that is opened from a folder loads nothing.
    assert not re.search(r'(src|href)="(?!#)', document)


def test_a_terminal_gets_text_and_a_pipe_json(measured: User, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])
    status, shown = type_answer(measured, "", *WORDS)
    assert status == 0
    assert "Taught share   " in shown
    assert json.loads(measured.run(*WORDS).out)["format"] == "teachback-report/1"


def test_a_period_without_tickets_says_so(measured: User) -> None:
    words = ("report", "growth-acme", "--site", SITE, "--from", "2020-01-01", "--to", "2020-02-01", "--format", "text")
    text = measured.run(*words).out
    assert "Taught share   not shown: too little was finished (0 tickets with an agency part)" in text
    assert "Delivered      0 points" in text
