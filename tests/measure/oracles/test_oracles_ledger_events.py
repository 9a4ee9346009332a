"""Worked examples a to d of the ledger by their id, brought in by webhooks and read from the report."""

from datetime import date
from itertools import pairwise
from typing import Any

import pytest
from msgspec.structs import replace

from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.figures.day_sums import select_sums
from mappings.records.sql.scope import Scope
from tests.measure.builders import PEOPLE, Story, at, goal, lens_of, units
from tests.measure.test_examples import MOVERS, b1, d1_tickets, logged
from tests.measure.webhook_site import NOW, Site, bring

SPRING = (date(2026, 1, 1), date(2026, 7, 1))


def rows(site: Site, first: date = SPRING[0], end: date = SPRING[1]) -> list[dict[str, Any]]:
    return site.report(end, NOW, first)["issues"]


def row(story: Story, prepared: PreparedEngagement | None = None) -> dict[str, Any]:
    """The only row of a report over a ticket."""
    (issue_rows,) = rows(bring(prepared or lens_of(), story.ticket()), date(2025, 12, 1))
    return issue_rows


def whose(account: str, day: str) -> str:
    """The side that has the whole of a ticket on which an account worked one day long."""
    story = Story(created=f"{day} 09:00", assignee=account, status="In Progress").move("Done", f"{day} 17:00")
    shares = row(story, lens_of(people=MOVERS, agency="Acme"))["shares"]
    (side,) = [side for side, share in shares.items() if share == 1]
    return side


def test_a1_half_open() -> None:
    days = ("2025-12-31", "2026-01-01", "2026-03-31", "2026-04-01")
    assert [whose("u1", day) for day in days] == ["unknown", "agency", "agency", "inhouse"]


def test_a1_a_ticket_over_the_bound_is_cut_at_midnight() -> None:
    story = Story(created="2026-03-31 09:00", assignee="u1", status="In Progress").move("Done", "2026-04-01 11:00")
    hours = row(story, lens_of(people=MOVERS, agency="Acme"))["active_hours"]
    assert (hours["agency"], hours["inhouse"]) == (8, 2)


def test_a2_conflict() -> None:
    assert [whose("u3", day) for day in ("2026-05-14", "2026-05-15", "2026-06-01")] == ["other", "conflict", "agency"]


def test_a3_unknown() -> None:
    assert whose("u9", "2026-03-02") == "unknown"


def test_b1_hours_share_and_split() -> None:
    evidence_row = row(b1())
    assert (evidence_row["active_hours"]["agency"], evidence_row["active_hours"]["inhouse"]) == (12, 6)
    assert round(evidence_row["shares"]["agency"], 4) == 0.6667
    split = bring(lens_of(), b1().ticket()).report(SPRING[1], NOW)["units"]
    assert [round(split[side], 4) for side in ("agency", "inhouse", "total")] == [5.3333, 2.6667, 8]


def test_b2_move_mid_issue() -> None:
    moving = (replace(PEOPLE[0], end=at("2026-03-03")), replace(PEOPLE[2], account="ann", start=at("2026-03-03")))
    evidence_row = row(b1(), lens_of(people=(*moving, *PEOPLE[1:])))
    assert (evidence_row["active_hours"]["agency"], evidence_row["active_hours"]["inhouse"]) == (8, 10)
    assert round(evidence_row["shares"]["agency"], 4) == 0.4444


def test_b3_paused_excluded() -> None:
    story = Story(assignee="ann", points="8").move("In Progress", "2026-03-02 09:00")
    story.move("Waiting for client", "2026-03-02 13:00").move("In Progress", "2026-03-02 17:00")
    evidence_row = row(story.assign("ben", "2026-03-03 13:00").move("Done", "2026-03-04 11:00"))
    hours = (
        evidence_row["active_hours"]["agency"],
        evidence_row["active_hours"]["inhouse"],
        evidence_row["paused_on_client_hours"],
    )
    assert (hours, round(evidence_row["shares"]["agency"], 4)) == ((8, 6, 4), 0.5714)


def test_b4_worklog_share() -> None:
    evidence_row = row(logged(), lens_of(attribution="worklog"))
    assert [round(evidence_row["shares"][side], 4) for side in ("agency", "inhouse", "unknown")] == [
        0.7143,
        0.2143,
        0.0714,
    ]


def test_b5_weekend() -> None:
    story = Story(created="2026-03-06 15:00", assignee="ann", status="In Progress").move("Done", "2026-03-09 11:00")
    assert row(story)["active_hours"]["agency"] == 4


def test_b6_two_objectives() -> None:
    story = b1()
    story.labels = ("ab", "seo")
    site = bring(lens_of(objectives=(goal("ab"), goal("seo"))), story.ticket())
    with site.site_tenant.engine.connect() as connection:
        sums = select_sums(Scope(connection, *site.place), date(2026, 1, 1), date(2026, 12, 31))
    assert [round(units(sums[key][0][2].agency), 4) for key in ("ab", "seo")] == [2.6667, 2.6667]


def test_b7_methods_are_printed_beside_the_number() -> None:
    last = Story(assignee="ben", points="8").move("Done", "2026-03-04 11:00")
    rows = [row(logged()), row(logged(), lens_of(attribution="worklog")), row(last)]
    assert [(line["method"], round(line["shares"]["agency"], 4)) for line in rows] == [
        ("active_time", 0.6667), ("worklog", 0.7143), ("assignee", 0.0),
    ]  # fmt: skip


def test_b8_reopen_ledger() -> None:
    story = Story(created="2026-02-02 09:00", assignee="ann", points="5").move("Done", "2026-02-10 10:00")
    story.move("In Progress", "2026-04-20 10:00").move("Done", "2026-05-02 10:00")
    site, quarters = bring(lens_of(), story.ticket()), (date(2026, 1, 1), date(2026, 4, 1), date(2026, 7, 1))
    totals = [site.report(end, NOW, first)["units"]["total"] for first, end in pairwise(quarters)]
    assert (totals, site.report(quarters[2], NOW, quarters[0])["units"]["total"]) == ([5, 0], 5)


def led(**more: Any) -> Story:
    return Story(**{"assignee": "ann", "labels": ("ab",), **more}).move("In Progress", "2026-03-02 09:00", "ann")


def alone(assist: bool = False) -> Story:
    story = led(assignee="ben")
    return story.say("ann", "2026-03-02 10:00") if assist else story


def spoke(*days: int) -> Story:
    story = led()
    for place, day in enumerate(days):
        story.say("ben", f"2026-03-0{day} 1{place}:00")
    return story


DONE = "2026-03-03 17:00"
TRUTH: dict[str, tuple[Story, str | None]] = {
    "watch only, agency-led": (led().say("ben", "2026-03-02 10:00", 2).move("Done", DONE), "exposed"),
    "role shadow, no trace": (led().role("ben", "shadow", "2026-03-02").move("Done", DONE), "exposed"),
    "role shadow + 1 comment": (spoke(2).role("ben", "shadow", "2026-03-02").move("Done", DONE), "shadowed"),
    "no role, comments on 2 days": (spoke(2, 2, 3).move("Done", DONE), "shadowed"),
    "no role, comments on 1 day": (spoke(2, 2, 2).move("Done", DONE), "exposed"),
    "p 40% agency 60%": (led().assign("ben", "2026-03-02 15:00").move("Done", "2026-03-03 11:00"), "shadowed"),
    "p drives 75%, agency 25%": (led().assign("ben", "2026-03-02 11:00").move("Done", "2026-03-02 17:00"), "assisted"),
    "p drives alone, agency substantive comment": (alone(assist=True).move("Done", DONE), "assisted"),
    "p drives alone, no agency": (alone().move("Done", DONE), "independent"),
    "same but reopened in 14 d": (alone().move("Done", DONE).move("To Do", "2026-03-17 17:00"), "exposed"),
    "learner role 35%, agency 65%": (
        led().role("ben", "learner", "2026-03-02").assign("ben", "2026-03-02 15:30").move("Done", "2026-03-03 11:00"),
        "assisted",
    ),
    "in-house mentor, in-house driver, no agency": (
        alone().role("ina", "mentor", "2026-03-02").say("ina", "2026-03-02 10:00").move("Done", DONE),
        "teaches",
    ),
    "untouched": (led().move("Done", DONE), None),
}


@pytest.mark.parametrize("name", TRUTH)
def test_c0_truth_table(name: str) -> None:
    story, kind = TRUTH[name]
    first, *_ = rows(bring(lens_of(), story.ticket()))
    assert first["evidence"][-1:] == ([kind] if kind else [])


def test_d1() -> None:
    printed = bring(lens_of(), *(story.ticket() for story in d1_tickets())).report(SPRING[1], NOW)
    names = ("agency", "taught", "done_only", "inhouse", "handed_over", "inhouse_own", "total")
    assert [printed["units"][name] for name in names] == [21, 13, 8, 11, 3, 8, 32]
    assert [row["evidence"][-1:] for row in printed["issues"]] == [
        ["shadowed"], ["shadowed"], [], ["exposed"], ["assisted"], ["independent"],
    ]  # fmt: skip


def test_d1_headline() -> None:
    share = bring(lens_of(), *(story.ticket() for story in d1_tickets())).report(SPRING[1], NOW)["taught_share"]
    assert (round(share["value"], 3), share["n"], share["published"]) == (0.619, 5, True)
    assert (round(share["low"], 4), round(share["high"], 4)) == (0.3329, 0.8411)
