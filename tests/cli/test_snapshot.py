"""`snapshot` and `report --as-recorded`: a quarter as it was frozen, beside what is known of it today."""

import json

import pytest

from tests.cli.conftest import APPLY, SITE, User, agreement, dump

WORDS = ("--site", SITE)
Q3 = ("--quarter", "2026Q3")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> User:
    """Somebody who imported the story, froze its third quarter and then changed how work is attributed."""
    folder = tmp_path_factory.mktemp("frozen")
    user = User(folder, {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
    user.run("import", user.write("story.jsonl.gz", dump()), *WORDS)
    user.run(*APPLY, user.write("acme.yaml", agreement()), *WORDS)
    user.first = user.run("report", "growth-acme", *WORDS, *Q3, "--as-of", "2026-09-30T22:00:00Z").out
    user.run("snapshot", "take", "growth-acme", *Q3, *WORDS)
    other = agreement().replace("attribution: active_time", "attribution: worklog")
    assert "attribution" in user.run(*APPLY, user.write("other.yaml", other), *WORDS).out
    return user


def test_as_recorded_is_what_the_report_was_and_restated_what_it_is(measured: User) -> None:
    recorded = measured.run("report", "growth-acme", *WORDS, *Q3, "--as-recorded").out
    restated = measured.run("report", "growth-acme", *WORDS, *Q3, "--as-of", "2026-09-30T22:00:00Z").out
    assert recorded == measured.first != restated
    assert json.loads(recorded)["engagement_hash"] != json.loads(restated)["engagement_hash"]


def test_without_a_word_as_recorded_is_the_latest_quarter(measured: User) -> None:
    assert measured.run("report", "growth-acme", *WORDS, "--as-recorded").out == measured.first
    words = ("--from", "2026-07-01", "--to", "2026-10-01", "--as-recorded")
    assert measured.run("report", "growth-acme", *WORDS, *words).out == measured.first


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("--quarter", "2026Q2"), "2026-04-01 to 2026-07-01 was not frozen as a quarter: see teachback snapshot list"),
        (("--from", "2026-09-01", "--to", "2026-10-01"), "2026-09-01 to 2026-10-01 was not frozen as a quarter"),
        (("--as-of", "2026-10-02T08:00:00Z"), "--as-of stands beside --as-recorded"),
    ],
)
def test_what_was_not_frozen_is_refused_with_what_to_do(measured: User, words: tuple[str, ...], why: str) -> None:
    assert why in measured.run("report", "growth-acme", *WORDS, "--as-recorded", *words, status=2).line


def test_what_is_frozen_is_listed_with_its_hashes(measured: User) -> None:
    (line,) = measured.run("snapshot", "list", "growth-acme", *WORDS).out.splitlines()
    made = json.loads(measured.first)
    assert line.startswith("quarter  2026-07-01 to 2026-10-01  taken ")
    assert f"ruleset {made['ruleset']['hash']}  engagement {made['engagement_hash']}  inputs sha256:" in line


def test_a_quarter_is_frozen_once(measured: User) -> None:
    result = measured.run("snapshot", "take", "growth-acme", *Q3, *WORDS, status=2)
    assert "the quarter is frozen already" in result.line


@pytest.mark.parametrize(
    ("words", "why"),
    [
        (("growth-acme", "--quarter", "2099Q1"), "the quarter is not over: it can be frozen from 2099-04-01 on"),
        (("growth-acme",), "ENGAGEMENT and --quarter belong together"),
        (("nobody", *Q3), "no engagement 'nobody' on this site"),
    ],
)
def test_what_cannot_be_frozen_is_refused_with_what_to_do(measured: User, words: tuple[str, ...], why: str) -> None:
    assert why in measured.run("snapshot", "take", *words, *WORDS, status=2).line


def test_figures_are_built_before_a_quarter_is_frozen(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), *WORDS)
    assert "figures are being computed" in user.run("snapshot", "take", "growth-acme", *Q3, *WORDS, status=2).line
    user.report("--quarter", "2026Q3")
    assert user.run("snapshot", "take", "growth-acme", *Q3, *WORDS).err == "1 snapshots taken\n"


def test_nothing_is_due_for_an_engagement_of_today(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), *WORDS)
    user.report("--quarter", "2026Q3")
    result = user.run("snapshot", "take", *WORDS)
    assert (result.out, result.err) == ("", "0 snapshots taken\n")
