"""`report` and `explain`: what the story planted, ticket by ticket, from its dump alone."""

import csv
import gzip
import io
import json
from collections.abc import Callable
from datetime import date
from fractions import Fraction
from typing import Any

import pytest

from mappings.records.operations.inbox import insert_statement
from mappings.records.sql.engine import open_engine
from tests.cli.conftest import APPLY, SITE, User, agreement, dump, played_story
from tests.jira.story.people import MOVER, account_of
from tests.jira.story.story import planted_report

AS_OF = "2026-11-23T09:00:00Z"
PARTS = ("done_only", "taught", "handed_over", "inhouse_own")
SIDES = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
ENGAGEMENTS = ("growth-acme", "growth-bolt")


@pytest.fixture(scope="module")
def measured(tmp_path_factory: pytest.TempPathFactory) -> User:
    """Somebody who imported the story, and then applied both engagements."""
    folder = tmp_path_factory.mktemp("measured")
    user = User(folder, {"TEACHBACK_DATABASE_URL": f"sqlite:///{folder}/teachback.db"})
    user.run("import", user.write("story.jsonl.gz", dump()), "--site", SITE)
    for key in ENGAGEMENTS:
        user.run(*APPLY, user.write(f"{key}.yaml", agreement(key)), "--site", SITE)
    return user


def exact(row: dict[str, Any]) -> dict[str, Any]:
    """A planted row with the floats that its fractions are nearest to."""
    plain = {name: float(value) if isinstance(value, Fraction) else value for name, value in row.items()}
    for name in ("shares", "active_hours"):
        plain[name] = {side: float(amount) for side, amount in row[name].items()}
    return plain


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_every_ticket_counts_as_the_story_planted_it(measured: User, engagement: str) -> None:
    made = measured.report("--quarter", "2026Q3", "--as-of", AS_OF, engagement=engagement)
    planted = planted_report(played_story()[0], engagement, date(2026, 7, 1), date(2026, 10, 1), panel=False)
    assert len(made["issues"]) == len(planted["issues"]) > 200
    for ours, theirs in zip(made["issues"], map(exact, planted["issues"]), strict=True):
        assert {name: ours[name] for name in theirs if name not in PARTS} == {
            name: value for name, value in theirs.items() if name not in PARTS
        }
        assert all(abs(ours[name] - theirs[name]) < 2e-9 for name in PARTS)


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_the_units_are_those_that_the_story_planted(measured: User, engagement: str) -> None:
    made = measured.report("--from", "2026-01-01", "--to", "2027-01-01", engagement=engagement)["units"]
    planted = planted_report(played_story()[0], engagement, date(2026, 1, 1), date(2027, 1, 1), panel=False)["units"]
    assert made["unsized_issues"] == planted.pop("unsized_issues")
    assert {name: pytest.approx(float(value), abs=1e-6) for name, value in planted.items()} == {
        name: made[name] for name in planted
    }


def test_two_quarters_make_the_half_year(measured: User) -> None:
    whole = measured.report("--from", "2026-04-01", "--to", "2026-10-01", "--as-of", AS_OF)
    parts = [measured.report("--quarter", quarter, "--as-of", AS_OF) for quarter in ("2026Q2", "2026Q3")]
    assert [row for part in parts for row in part["issues"]] == whole["issues"]
    for name in (*SIDES, *PARTS, "total"):
        assert whole["units"][name] == pytest.approx(sum(part["units"][name] for part in parts), abs=1e-9)


def test_a_report_is_the_same_bytes_each_time_and_with_the_engagement_applied_first(measured: User, user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    user.run("import", user.write("story.jsonl", dump()), "--site", SITE)
    words = ("report", "growth-acme", "--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF)
    assert user.run(*words).out == measured.run(*words).out == measured.run(*words).out


def test_csv_has_the_figures_and_the_entries_of_the_json_and_the_same_bytes_each_time(measured: User) -> None:
    words = ("report", "growth-acme", "--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF, "--format", "csv")
    output, made = measured.run(*words).out, measured.report("--quarter", "2026Q3", "--as-of", AS_OF)
    rows = list(csv.DictReader(io.StringIO(output.removeprefix("\ufeff"), newline="")))
    entries = [row for row in rows if row["section"] == "issues"]
    figures = {(row["section"], row["figure"]): row["value"] for row in rows if row["section"] != "issues"}
    assert [row["id"] for row in entries] == [line["id"] for line in made["issues"]]
    assert [float(row["units"]) for row in entries] == [line["units"] for line in made["issues"]]
    assert {row["section"] for row in rows} == set(made)
    assert float(figures["units", "taught"]) == made["units"]["taught"]
    assert float(figures["score", "value"]) == made["score"]["value"]
    assert measured.run(*words).out == output


def test_postgresql_gives_the_same_bytes(measured: User, user_of: Callable[[str], User], migrated_url: str) -> None:
    user = user_of(migrated_url)
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    user.run("import", user.write("story.jsonl", dump()), "--site", SITE)
    words = ("report", "growth-acme", "--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF)
    assert user.run(*words).out == measured.run(*words).out


def test_g14_a_period_ends_before_its_last_day(measured: User) -> None:
    day = measured.report("--from", "2026-07-01", "--to", "2026-07-02", "--as-of", AS_OF)
    assert day["issues"]
    assert {row["at"][:10] for row in day["issues"]} <= {"2026-06-30", "2026-07-01"}


def test_without_a_word_it_is_the_quarter_of_as_of(measured: User) -> None:
    made = measured.report("--as-of", AS_OF)
    assert (made["from"], made["to"], made["as_of"]) == ("2026-10-01", "2027-01-01", AS_OF)


def test_g14_a_period_that_can_still_change_is_not_complete(measured: User) -> None:
    assert measured.report("--from", "2026-06-01", "--to", "2026-07-01", "--as-of", "2026-11-23T09:00:00Z")["complete"]
    assert not measured.report("--quarter", "2026Q3", "--as-of", "2026-10-01T00:00:00Z")["complete"]


def test_another_agreement_changes_the_report(user: User) -> None:
    user.run("import", user.write("story.jsonl", dump()), "--site", SITE)
    text = agreement()
    user.run(*APPLY, user.write("acme.yaml", text), "--site", SITE)
    before = user.report("--quarter", "2026Q3", "--as-of", AS_OF)
    other = text.replace("by: story_points, field: customfield_10016", "by: count")
    result = user.run(*APPLY, user.write("acme.yaml", other), "--site", SITE)
    assert "units.by: story_points -> count" in result.out.splitlines()
    after = user.report("--quarter", "2026Q3", "--as-of", AS_OF)
    assert after["engagement_hash"] != before["engagement_hash"]
    assert after["units"]["total"] == sum(1 if row["entry"] == "done" else -1 for row in before["issues"])


def cut_short(line: str) -> str:
    """An issue whose changelog is shorter than its total."""
    whole = json.loads(line)
    whole["changelog"]["total"] += 1
    return json.dumps(whole)


@pytest.mark.parametrize(("key", "complete"), [("GROW-4", False), ("SHOP-2", True)])
def test_g14_a_history_that_is_not_whole_shows_where_its_ticket_may_count(user: User, key: str, complete: bool) -> None:
    line = next(line for line in dump().splitlines() if f'"key":"{key}"' in line[:400])
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    words = ("--quarter", "2026Q2", "--as-of", AS_OF)
    user.run("import", user.write("one.jsonl", line), "--site", SITE)
    assert user.report(*words)["complete"]
    user.run("import", user.write("one.jsonl", cut_short(line)), "--site", SITE)
    assert user.report(*words)["complete"] is complete


def test_g14_a_report_while_history_is_importing_is_not_complete(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    path = user.write("story.jsonl.gz", "")
    (user.folder / "story.jsonl.gz").write_bytes(gzip.compress(dump().encode())[:200_000])
    user.run("import", path, "--site", SITE, status=1)
    assert not user.report("--quarter", "2026Q2", "--as-of", AS_OF)["complete"]


def test_g14_a_report_takes_in_first_what_waits(user: User) -> None:
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"])
    with engine.begin() as connection:
        driver = connection.connection.driver_connection
        assert driver is not None
        driver.execute(insert_statement(engine), (1, "delivery 1", 1, b"no JSON"))
    engine.dispose()
    user.report("--quarter", "2026Q3", "--as-of", AS_OF)
    assert len(user.run("dead-letters", "list", "--site", SITE).out.splitlines()) == 1


def test_a_figure_opens_into_the_tickets_that_add_up_to_it(measured: User) -> None:
    words = ("--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF)
    lines = measured.run("explain", "growth-acme", "taught", *words).out.splitlines()
    made = measured.report("--quarter", "2026Q3", "--as-of", AS_OF)
    taught = [row["key"] for row in made["issues"] if row["taught"]]
    assert [line.split()[1] for line in lines if "  GROW-" in line] == taught
    assert lines[-1].split()[0] == f"{made['units']['taught']:.1f}"


def test_a_figure_may_be_named_with_its_place_in_the_report(measured: User) -> None:
    words = ("--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF)
    named = measured.run("explain", "growth-acme", "units.taught", *words).out
    assert named == measured.run("explain", "growth-acme", "taught", *words).out


@pytest.mark.parametrize(
    ("figure", "title", "first"),
    [
        ("total", "Delivered", "2026-07-01"),
        ("score", "Integration score", "2026-05-25"),
        ("dimensions.teaching", "Teaching", "2026-05-25"),
        ("uptake", "Proposals taken up", "2026-05-25"),
        ("owners.client", "Client", "2026-05-25"),
        ("objectives.ab-design.coverage", "Coverage, Design an A/B test", "2026-09-30"),
        ("exit_coverage", "Exit coverage", "2026-07-03"),
    ],
)
def test_every_kind_of_figure_opens_with_its_days(measured: User, figure: str, title: str, first: str) -> None:
    words = ("--site", SITE, "--quarter", "2026Q3", "--as-of", AS_OF)
    lines = measured.run("explain", "growth-acme", figure, *words).out.splitlines()
    assert lines[0].startswith(f"{title}, {first} to 2026-10-01 (end not included)")
    assert "What would move it:" in lines


def test_a_figure_that_no_report_has_is_refused_with_the_nearest(measured: User) -> None:
    result = measured.run("explain", "growth-acme", "teachin", "--site", SITE, status=2)
    assert "did you mean teaching?" in result.line


def test_people_stand_as_they_are_agreed_on(measured: User) -> None:
    lines = measured.run("people", "--site", SITE).out.splitlines()
    assert lines[0] == "people:"
    assert any("side: agency" in line and line.endswith("as it stands") for line in lines)
    movers = [line for line in lines if account_of(MOVER) in line]
    assert ["agency: acme" in line for line in movers] == [True, False]
    assert any(line.startswith("  # - ") and line.endswith("a bot, counts nowhere") for line in lines)
