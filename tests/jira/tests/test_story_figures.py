"""What the story planted adds up, and follows from who did what."""

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from tests.jira.site import Site
from tests.jira.story import actions as acts
from tests.jira.story.clock import DAY, HOUR, WorkClock
from tests.jira.story.expected_figures import BUCKETS, Entry, walk_ledger
from tests.jira.story.people import SIDES, Directory
from tests.jira.story.story import EPICS, Ids, Plan, plan, planted_report, play, populate

ENGAGEMENTS = ("growth-acme", "growth-bolt")
EVER = (date(2020, 1, 1), date(2040, 1, 1))
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(scope="module")
def story() -> Plan:
    return plan()


@pytest.fixture(scope="module")
def played(story: Plan) -> tuple[Site, Ids]:
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    return site, play(site, story)


def done_entries(story: Plan, engagement: str) -> list[Entry]:
    return [entry for ticket in story.planted.values() for entry in ticket.ledger(engagement) if entry.sign > 0]


def entry_of(story: Plan, scene: str, engagement: str = "growth-acme") -> list[Entry]:
    return [entry for ticket in story.planted.values() if ticket.scene == scene for entry in ticket.ledger(engagement)]


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_shares_of_each_entry_add_up_to_one(story: Plan, engagement: str) -> None:
    assert all(sum(entry.shares.values()) == 1 for entry in done_entries(story, engagement))


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
@pytest.mark.parametrize("panel", [True, False])
def test_the_buckets_of_each_row_add_up_to_its_sides(story: Plan, engagement: str, panel: bool) -> None:
    for row in planted_report(story, engagement, *EVER, panel=panel)["issues"]:
        assert row["done_only"] + row["taught"] == row["units"] * row["shares"]["agency"]
        assert row["handed_over"] + row["inhouse_own"] == row["units"] * row["shares"]["inhouse"]


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_the_totals_are_the_sums_of_the_rows(story: Plan, engagement: str) -> None:
    report = planted_report(story, engagement, *EVER)
    for name in BUCKETS:
        assert report["units"][name] == sum(row[name] for row in report["issues"])
    assert report["units"]["total"] == sum(row["units"] for row in report["issues"])
    assert sum(report["units"][side] for side in SIDES) == report["units"]["total"]


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_the_parts_of_a_period_are_the_whole(story: Plan, engagement: str) -> None:
    cuts = [date(2020, 1, 1), date(2026, 7, 1), date(2026, 10, 1), date(2040, 1, 1)]
    parts = [planted_report(story, engagement, *cut) for cut in pairwise(cuts)]
    whole = planted_report(story, engagement, *EVER)
    assert [row for part in parts for row in part["issues"]] == whole["issues"]


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_a_reopening_takes_back_what_was_given(story: Plan, engagement: str) -> None:
    given: dict[str, dict[str, Any]] = {}
    taken = 0
    for row in planted_report(story, engagement, *EVER)["issues"]:
        if row["entry"] == "done":
            given[row["key"]] = row
            continue
        taken += 1
        before, names = given.pop(row["key"]), ("method", "shares", "active_hours", "objectives", "evidence")
        assert {name: row[name] for name in names} == {name: before[name] for name in names}
        assert all(row[name] == -before[name] for name in ("units", *BUCKETS))
    assert taken >= 8


def test_what_is_reopened_within_fourteen_days_leaves_exposure_at_most(story: Plan) -> None:
    for scene in ("reopened_soon", "alone_reopened_soon"):
        first, back, second = entry_of(story, scene)[:3]
        assert back.at - first.at <= 14 * DAY
        assert {kind for _, kind in first.evidence} == {"exposed"}
        assert {kind for _, kind in second.evidence} <= {"shadowed", "independent"}


def test_what_is_reopened_later_keeps_its_evidence(story: Plan) -> None:
    first, back, _ = entry_of(story, "reopened_late")[:3]
    assert back.at - first.at > 14 * DAY
    assert {kind for _, kind in first.evidence} == {"shadowed"}


@pytest.mark.parametrize("engagement", ENGAGEMENTS)
def test_only_who_was_taught_before_takes_over(story: Plan, engagement: str) -> None:
    taught: set[tuple[str, str]] = set()
    handed = 0
    for _, entry, parts in walk_ledger(story, engagement, panel=True):
        alone = [account for account, kind in entry.evidence if kind == "independent"]
        ready = any((goal, account) in taught for goal in entry.goals(panel=True) for account in alone)
        assert bool(parts["handed_over"]) <= ready or entry.sign < 0
        handed += bool(parts["handed_over"])
        learners = [account for account, kind in entry.evidence if kind in ("shadowed", "assisted")]
        taught |= {(goal, account) for goal in entry.goals(panel=True) for account in learners}
    assert handed >= 3


def touches_of(story: Plan, ref: str, until: int) -> set[str]:
    """Who wrote, or logged and kept, or held the ticket: read from the actions alone."""
    family = {ref} | {
        this_action.ref
        for this_action in story.actions
        if isinstance(this_action, acts.CreateIssue) and this_action.parent == ref
    }
    mine = [action for action in story.actions if action.ref in family]
    gone = {action.name for action in mine if isinstance(action, acts.DeleteComment | acts.DeleteWorklog)}
    rows = [change for change in mine if isinstance(change, acts.AddComment) and change.at <= until + 3 * DAY]
    rows += [change for change in mine if isinstance(change, acts.AddWorklog) and change.started < until]
    return {action.by for action in rows if action.name not in gone}


def test_whoever_touched_a_ticket_in_house_has_evidence_planted(story: Plan) -> None:
    directory = Directory(story.people, story.clock)
    for ticket in story.planted.values():
        for entry in ticket.ledger("growth-acme"):
            if entry.sign < 0 or not entry.objectives:
                continue
            touched = touches_of(story, ticket.ref, entry.at)
            inhouse = {
                this_account
                for this_account in touched
                if directory.side_at(this_account, entry.at, "acme") == "inhouse"
            }
            assert inhouse <= {account for account, _ in entry.bare}, (ticket.scene, ticket.key)


def test_roles_and_tags_of_the_panel_change_what_is_planted(story: Plan) -> None:
    with_panel, without = (planted_report(story, "growth-acme", *EVER, panel=panel) for panel in (True, False))
    changed = [row["key"] for row, other in zip(with_panel["issues"], without["issues"], strict=True) if row != other]
    assert len(changed) >= 10
    assert with_panel["units"]["agency"] == without["units"]["agency"]


def test_roles_are_set_before_done_by_people_who_are_in_house(story: Plan) -> None:
    directory = Directory(story.people, story.clock)
    assert {role.role for role in story.roles} == {"shadow", "learner", "mentor"}
    for role in story.roles:
        assert directory.group_at(role.account, role.at) == "growth"
        assert all(role.at < entry.at for entry in story.planted[role.ref].entries)


def test_a_tag_after_done_waits_thirty_days_and_is_gone(story: Plan) -> None:
    tag = next(entry for entry in entry_of(story, "labelled_after_done") if entry.late)
    goal, at = tag.late[0]
    assert tag.retro(panel=False, as_of=at) == [goal]
    assert tag.retro(panel=False, as_of=at + 31 * DAY) == []
    assert goal not in tag.goals(panel=True)


def test_deleted_tickets_count_for_nothing(story: Plan, played: tuple[Site, Ids]) -> None:
    gone = [ticket for ticket in story.planted.values() if ticket.gone]
    assert len(gone) >= 2
    assert not any(ticket.entries for ticket in gone)
    assert not any(played[1][ticket.ref] in played[0].issues for ticket in gone)


def test_epics_and_sub_tasks_count_for_nothing(story: Plan) -> None:
    small = {
        action.ref
        for action in story.actions
        if isinstance(action, acts.CreateIssue) and action.type_name in ("Epic", "Sub-task")
    }
    assert len(small) > len(EPICS)
    assert not any(story.planted[ref].entries for ref in small)


def test_a_ticket_counts_where_its_key_is_when_it_is_done(story: Plan) -> None:
    assert entry_of(story, "moved_out") == []
    assert len(entry_of(story, "moved_in")) >= 2
    assert [entry.sign for entry in entry_of(story, "moved_after_done")][:2] == [1, -1]


def test_who_changes_sides_on_a_ticket_leaves_hours_on_both(story: Plan) -> None:
    sides = {
        "convert_midway": {"agency", "inhouse"},
        "leaver_midway": {"inhouse", "unknown"},
        "mover_midway": {"agency", "other"},
    }
    for scene, wanted in sides.items():
        for entry in entry_of(story, scene):
            assert {side for side, hours in entry.active.items() if hours} == wanted


def test_the_clock_change_lies_inside_and_is_worked_across(story: Plan) -> None:
    sunday = date(2026, 10, 25)
    assert story.clock.at(sunday + timedelta(days=1)) - story.clock.at(sunday) == 25 * HOUR
    refs = [ticket.ref for ticket in story.planted.values() if ticket.scene == "across_the_clock_change"]
    for ref in refs:
        days = [story.clock.day(action.at) for action in story.actions if action.ref == ref]
        assert days[0] < sunday < days[-1]


def test_a_walk_of_working_hours_skips_nights_weekends_and_holidays() -> None:
    clock = WorkClock("Europe/Berlin", (date(2026, 10, 26),))
    friday = clock.at(date(2026, 10, 23), 15)
    assert clock.walk(friday, Fraction(4)) == clock.at(date(2026, 10, 27), 11)
    assert clock.walk_back(clock.at(date(2026, 10, 27), 11), Fraction(4)) == friday


def test_a_hold_without_working_time_is_no_touch(story: Plan) -> None:
    for entry in entry_of(story, "parked_over_the_weekend"):
        assert entry.shares["agency"] + entry.shares["other"] == 1
        assert entry.evidence == ()


def test_a_report_before_the_end_of_the_story_is_refused(story: Plan) -> None:
    with pytest.raises(ValueError, match="as of its end"):
        planted_report(story, "growth-acme", *EVER, as_of=story.end - DAY)
