"""The report as JSON: the example of the documents, and what its form promises."""

import json
from datetime import date
from typing import Any

import pytest
from msgspec.structs import replace

from mappings.formats.explain.index import explain, explained
from mappings.formats.explain.model import sentence_of
from mappings.formats.explain.units import BUCKETS, rule_of
from mappings.formats.export.numbers import instant_text
from mappings.formats.report.json_report import for_agency, report, report_bytes
from mappings.formats.report.source import ReportSource, Row
from mappings.measure.model.engagement import SIDES, Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Measured
from mappings.measure.ticket.handover import handed_parts
from tests.measure.builders import PEOPLE, Story, agree, at, lens_of, measure, stays

AS_OF = at("2026-10-02 10:00")


def shared(number: int, points: str, *, agency: int = 0, inhouse: int = 0, key: str | None = None) -> Story:
    """A ticket worked on by ann of the agency, then by ben, a day each per hour; done on its own Friday in July."""
    begun = f"2026-07-{7 * number - 6:02}"
    story = Story(key or f"GROW-{number}", f"{begun} 08:00", points=points, labels=("ab",), number=10000 + number)
    story.assign("ann" if agency else "ben", f"{begun} 08:30").move("In Progress", f"{begun} 09:00")
    if agency and inhouse:
        story.assign("ben", f"{begun} {9 + agency:02}:00")
    return story.move("Done", f"{begun} {9 + agency + inhouse:02}:00", "ann" if agency else "ben")


def example() -> list[Story]:
    """Example d1: (points, agency share, best teaching) (5,1,E2) (8,.75,E3) (3,1,–) (5,1,E1) (8,.25,E3) (3,0,E4)."""
    first = shared(1, "5", agency=4).role("ben", "shadow", "2026-07-01").say("ben", "2026-07-01 10:00")
    second = shared(2, "8", agency=3, inhouse=1).role("ben", "learner", "2026-07-08")
    third = shared(3, "3", agency=4)
    fourth = shared(4, "5", agency=4).say("ben", "2026-07-22 10:00")
    fifth = shared(5, "8", agency=1, inhouse=3)
    sixth = Story("GROW-6", "2026-07-30 08:00", points="3", labels=("ab",), number=10006)
    sixth.assign("ben", "2026-07-30 08:30").move("In Progress", "2026-07-30 09:00").move(
        "Done", "2026-07-30 13:00", "ben"
    )
    return [first, second, third, fourth, fifth, sixth]


def rows_of(stories: list[Story], **more: Any) -> list[Row]:
    prepared = lens_of(**more)
    rows: list[tuple[Story, Measured]] = [(story, measure(story, prepared)) for story in stories]
    first: dict[tuple[str, str], int] = {}
    for evidence in sorted(
        (evidence_row for _, m in rows for evidence_row in m.evidence if evidence_row.kind in {2, 3}),
        key=lambda e: e.at,
    ):
        first.setdefault((evidence.objective, evidence.account), evidence.at)
    return [Row(story.number, story.key, entry, handed_parts(entry, first)) for story, m in rows for entry in m.entries]


def review(stories: list[Story], *, engagement: Engagement | None = None, **more: Any) -> ReportSource:
    plain = {"start": date(2026, 7, 1), "end": date(2026, 10, 1), "as_of": AS_OF, "rows": rows_of(stories), **more}
    return ReportSource(engagement or agree(), "sha256:abc", **plain)


def test_the_example_of_the_documents_is_given_as_it_stands_there() -> None:
    made = report(review(example()))
    assert made["units"] == {
        "by": "story_points", "attribution": "active_time", "total": 32.0, "agency": 21.0, "other": 0.0,
        "inhouse": 11.0, "gatekeeper": 0.0, "unknown": 0.0, "conflict": 0.0, "unsized_issues": 0, "done_only": 8.0,
        "taught": 13.0, "handed_over": 3.0, "inhouse_own": 8.0,
    }  # fmt: skip
    share = made["taught_share"]
    assert (share["value"], share["n"], share["published"]) == (13 / 21, 5, True)
    assert (round(share["low"], 4), round(share["high"], 4)) == (0.3329, 0.8411)


def test_keys_stand_in_the_order_of_the_documents() -> None:
    made = report(review(example()))
    assert list(made) == [
        "format", "engagement", "from", "to", "timezone", "as_of", "ruleset", "engagement_hash", "evidence", "complete",
        "units", "taught_share", "issues", "marks",
    ]  # fmt: skip
    assert list(made["units"]) == [
        "by", "attribution", "total", "agency", "other", "inhouse", "gatekeeper", "unknown", "conflict",
        "unsized_issues", "done_only", "taught", "handed_over", "inhouse_own",
    ]  # fmt: skip
    assert list(made["issues"][0]) == [
        "id", "key", "entry", "at", "units", "method", "shares", "active_hours", "paused_on_client_hours", "objectives",
        "evidence", "done_only", "taught", "handed_over", "inhouse_own", "retro",
    ]  # fmt: skip


def test_the_head_says_what_was_measured_and_how() -> None:
    made = report(review(example()))
    head = {name: made[name] for name in ("format", "engagement", "from", "to", "timezone", "as_of", "evidence")}
    assert head == {
        "format": "teachback-report/1", "engagement": "growth-acme", "from": "2026-07-01", "to": "2026-10-01",
        "timezone": "Europe/Berlin", "as_of": "2026-10-02T08:00:00Z", "evidence": "Jira only",
    }  # fmt: skip
    assert made["ruleset"]["name"] == "default"
    assert made["ruleset"]["hash"].startswith("sha256:")
    assert made["engagement_hash"] == "sha256:abc"


def test_a_row_is_the_ticket_as_it_counted() -> None:
    row = report(review(example()))["issues"][0]
    nothing = dict.fromkeys(SIDES, 0.0)
    assert row == {
        "id": "10001", "key": "GROW-1", "entry": "done", "at": "2026-07-01T11:00:00Z", "units": 5.0,
        "method": "active_time", "shares": nothing | {"agency": 1.0},
        "active_hours": nothing | {"agency": 4.0, "unassigned": 0.0}, "paused_on_client_hours": 0.0,
        "objectives": ["ab"], "evidence": ["shadowed"], "done_only": 0.0, "taught": 5.0, "handed_over": 0.0,
        "inhouse_own": 0.0, "retro": [],
    }  # fmt: skip


def test_a_reopening_repeats_its_row_with_what_it_takes_back() -> None:
    story = shared(2, "8", agency=3, inhouse=1).role("ben", "learner", "2026-07-08")
    story.move("In Progress", "2026-08-03 10:00")
    done, back = report(review([story]))["issues"]
    turned = ("units", "done_only", "taught", "handed_over", "inhouse_own")
    assert back == done | {name: -done[name] for name in turned} | {"entry": "reopened", "at": "2026-08-03T08:00:00Z"}
    assert (back["units"], back["taught"], back["inhouse_own"]) == (-8.0, -6.0, -2.0)


def test_rows_are_in_order_of_time_then_of_the_id_as_a_number() -> None:
    numbers = (10, 9, 100)
    stories = []
    for number in numbers:
        story = shared(1, "1", agency=1)
        story.number = number
        stories.append(story)
    made = report(review([*stories, shared(2, "1", agency=1)]))
    assert [row["id"] for row in made["issues"]] == ["9", "10", "100", "10002"]


@pytest.mark.parametrize(
    ("at", "text"),
    [
        (1782986400_000_000, "2026-07-02T10:00:00Z"),
        (1782986400_250_000, "2026-07-02T10:00:00.250Z"),
        (1782986400_007_000, "2026-07-02T10:00:00.007Z"),
    ],
)
def test_an_instant_has_three_decimals_only_where_they_are_not_zero(at: int, text: str) -> None:
    assert instant_text(at) == text


def test_a_report_in_which_something_can_still_change_is_not_complete() -> None:
    assert report(review(example()))["complete"]
    assert not report(review(example(), as_of=at("2026-08-01 00:00")))["complete"]
    assert not report(review(example(), whole=False))["complete"]


def test_what_is_not_sized_is_counted_as_issues() -> None:
    story = shared(1, "many", agency=1)
    story.move("In Progress", "2026-07-03 10:00").move("Done", "2026-07-03 11:00")
    made = report(review([story]))
    assert (made["units"]["unsized_issues"], made["units"]["total"], len(made["issues"])) == (1, 0.0, 3)


def test_a_share_of_nothing_is_null_and_not_published() -> None:
    made = report(review([]))
    assert made["taught_share"] == {"value": None, "n": 0, "low": None, "high": None, "published": False}
    assert made["units"]["total"] == 0.0


def test_what_waits_for_the_other_side_is_listed_for_thirty_days() -> None:
    def retro_at(as_of: str) -> list[str]:
        story = shared(1, "5", agency=1)
        story.labels = ()
        story.tag("ab", "2026-07-10 09:00")
        return report(review([story], as_of=at(as_of)))["issues"][0]["retro"]

    assert retro_at("2026-07-09 09:00") == []
    assert retro_at("2026-07-10 09:00") == ["ab"]
    assert retro_at("2026-08-09 09:00") == ["ab"]
    assert retro_at("2026-08-09 09:01") == []


def test_f_works_council_mode_tells_no_hours_and_no_clock_times() -> None:
    council = Ruleset(works_council=True)
    made = report(review(example(), rules=council))
    assert made["issues"][0]["at"] == "2026-07-01"
    assert {row["active_hours"] for row in made["issues"]} == {None}
    assert {row["paused_on_client_hours"] for row in made["issues"]} == {None}
    assert "T11:00" not in explain(review(example(), rules=council), "taught")
    assert for_agency(made)["issues"][0]["active_hours"] is None


def test_an_agency_reads_the_others_as_one_rest() -> None:
    oli = shared(1, "3", agency=1)
    oli.now["assignee"] = "ann"
    oli.assign("oli", "2026-07-01 10:00").move("In Progress", "2026-07-01 10:00").move("Done", "2026-07-01 12:00")
    made = for_agency(report(review([oli])))
    assert "rest" in made["units"]
    assert made["units"]["rest"] > 0
    assert {name for row in made["issues"] for name in (*row["shares"], *row["active_hours"])} == {
        "agency", "inhouse", "gatekeeper", "rest", "unassigned",
    }  # fmt: skip
    assert not {"other", "unknown", "conflict"} & set(made["units"])


def test_equal_reports_are_equal_bytes_and_read_back() -> None:
    made = report(review(example()))
    assert report_bytes(made) == report_bytes(report(review(list(reversed(example())))))
    assert json.loads(report_bytes(made)) == made


def test_full_precision_is_kept() -> None:
    share = report(review(example()))["taught_share"]
    assert json.loads(report_bytes({"value": share["value"]}))["value"] == 13 / 21


def test_rows_add_up_to_the_units_of_the_report() -> None:
    made = report(review(example()))
    for name in ("done_only", "taught", "handed_over", "inhouse_own"):
        assert made["units"][name] == sum(row[name] for row in made["issues"])
    assert made["units"]["total"] == sum(row["units"] for row in made["issues"])


@pytest.mark.parametrize("name", BUCKETS)
def test_every_bucket_opens_into_its_rule_and_tickets(name: str) -> None:
    read_review = review(example())
    text = explain(read_review, name)
    assert f"Rule: {sentence_of(rule_of(name), read_review)}" in text
    assert " lines, in points:" in text
    assert text.endswith("  sum\n")


def test_the_headline_is_explained_by_its_tickets() -> None:
    lines = explain(review(example()), "taught_share").splitlines()
    assert lines[1] == "62 %, 80 % interval 33 to 84 %"
    assert lines[2] == "13 of 21 points"
    why = "active_time: agency 75 %, inhouse 25 %; ab"
    assert [line for line in lines if "GROW-2" in line] == [
        f"         6  GROW-2  6 points  2026-07-08  finished, shadowed  {why}"
    ]
    assert lines[-1] == "        13  sum"


def test_a_headline_that_is_not_published_says_why() -> None:
    assert "not published: not enough evidence: 1 of the 4 tickets needed" in explain(
        review(example()[:1]), "taught_share"
    )


def test_a_person_on_no_side_is_explained_as_unknown() -> None:
    people = (*PEOPLE, stays("zoe", "inhouse", "2020-01-01", "2021-01-01"))
    story = Story("GROW-9", "2026-07-01 08:00", points="2", number=9)
    story.assign("zoe", "2026-07-01 08:30").move("In Progress", "2026-07-01 09:00").move("Done", "2026-07-01 12:00")
    read_review = review([story], engagement=agree(people=people), rows=rows_of([story], people=people))
    assert "GROW-9" in explain(read_review, "unknown")


def test_what_has_no_known_side_says_why_and_what_would_move_each_kind() -> None:
    people = (*PEOPLE, stays("zoe", "inhouse", "2020-01-01", "2021-01-01"))
    worked = Story("GROW-8", "2026-07-01 08:00", points="2", number=8)
    worked.assign("zoe", "2026-07-01 08:30").move("In Progress", "2026-07-01 09:00").move("Done", "2026-07-01 12:00")
    closed = Story("GROW-9", "2026-07-02 08:00", points="13", number=9).move("Done", "2026-07-02 12:00", "zoe")
    stories = [worked, closed]
    for name in ("unknown", "not_known"):
        source = review(stories, engagement=agree(people=people), rows=rows_of(stories, people=people))
        figure = explained(source, f"units.{name}")
        assert [line.why.rpartition("; ")[2] for line in figure.lines] == [
            "people on no side worked on it", "nobody held it in an active status, or logged time on it",
        ]  # fmt: skip
        nobody, no_side = figure.moves
        assert nobody.startswith("Assign a ticket before work on it begins, or log the time it took.")
        assert nobody.endswith("once they are on a side. That concerns 13 of 15 points.")
        assert no_side.startswith("Give the people who are on no side one: their work then counts there. An in-house")
        assert no_side.endswith("whoever runs Teachback does. That concerns 2 of 15 points.")
        # Of one kind its step alone is told.
        (move,) = explained(replace(source, rows=source.rows[:1]), f"units.{name}").moves
        assert move.startswith("Give the people who are on no side one")
        assert "That concerns" not in move


def test_the_evidence_of_a_share_counts_what_was_taken_back_apart() -> None:
    again = shared(1, "5", agency=4, key="GROW-7").move("In Progress", "2026-08-14 10:00")
    again.number = 10007
    inputs = dict(explained(review([*example(), again]), "taught_share").inputs)
    assert inputs["Evidence"] == "5 tickets count, 1 taken back; published from 4"
    assert dict(explained(review(example()), "taught_share").inputs)["Evidence"] == "5 tickets; published from 4"
