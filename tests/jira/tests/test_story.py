"""The story of the stand-in: the same from the same seed, full of variety, and sure of its own figures."""

from collections import Counter
from datetime import date, datetime
from itertools import islice, pairwise
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import yaml

from tests.jira.site import Site
from tests.jira.story import actions as acts
from tests.jira.story.clock import DAY
from tests.jira.story.expected_figures import KINDS, Entry
from tests.jira.story.people import SIDES, account_of
from tests.jira.story.scenes_paths import OPEN
from tests.jira.story.scenes_teaching import ORDINARY, TAUGHT
from tests.jira.story.story import EARLY_SCENES, Ids, Plan, engagement_file, live, plan, planted_report, play, populate

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


def test_the_same_seed_tells_the_same_story_to_the_byte(story: Plan) -> None:
    again = plan()
    first, told_again = (
        repr(
            (
                plan_read.actions,
                plan_read.roles,
                plan_read.tags,
                plan_read.planted,
                engagement_file(plan_read, "growth-acme"),
            )
        ).encode()
        for plan_read in (story, again)
    )
    assert first == told_again


def test_another_seed_tells_another_story(story: Plan) -> None:
    assert plan(8).actions != story.actions


def test_it_is_half_a_year_of_about_six_hundred_tickets(story: Plan) -> None:
    assert 580 <= len(story.planted) <= 620
    assert (story.end - story.start) // DAY in range(179, 183)
    assert all(story.start - 4 * DAY <= action.at <= story.end for action in story.actions)


def test_everything_happens_in_order_of_time_at_whole_milliseconds(story: Plan) -> None:
    assert all(first.at <= second.at for first, second in pairwise(story.actions))
    assert not any(action.at % 1000 for action in story.actions)


def test_every_scene_occurs(story: Plan) -> None:
    scenes = Counter(ticket.scene for ticket in story.planted.values())
    wanted = {scene.__name__ for scene in (*EARLY_SCENES, *TAUGHT, *ORDINARY, *OPEN)}
    assert {name for name in wanted if not scenes[name]} == set()


def test_every_kind_of_evidence_method_and_side_is_planted(story: Plan) -> None:
    entries = done_entries(story, "growth-acme")
    assert {kind for entry in entries for _, kind in entry.kinds(panel=True)} == set(KINDS)
    assert {entry.method for entry in entries} == {"active_time", "worklog", "assignee", "transition_author", "none"}
    assert {side for entry in entries for side, part in entry.shares.items() if part} == set(SIDES) - {"conflict"}


def test_a_small_story_still_has_every_planted_scene() -> None:
    small = plan(3, tickets=60)
    accounts = {ticket.scene for ticket in small.planted.values()}
    assert {scene.__name__ for scene in (*EARLY_SCENES, *TAUGHT, *OPEN)} <= accounts
    assert len(small.planted) < 200


@pytest.mark.parametrize("end", [datetime(2026, 3, 13, 18, tzinfo=BERLIN), datetime(2027, 8, 4, 9, 30, tzinfo=BERLIN)])
def test_it_can_end_at_any_time(end: datetime) -> None:
    other = plan(11, end=end, tickets=200)
    assert max(action.at for action in other.actions) <= other.end
    assert planted_report(other, "growth-acme", *EVER)["units"]["total"] > 0


def test_it_plays_on_the_stand_in_and_gets_the_keys_it_foretold(story: Plan, played: tuple[Site, Ids]) -> None:
    site, ids = played
    keys = {ref: site.issue(ids[ref]).key for ref, ticket in story.planted.items() if not ticket.gone}
    assert keys == {ref: ticket.key for ref, ticket in story.planted.items() if not ticket.gone}
    assert len(site.issues) == len(keys)


def test_ids_rise_in_the_order_the_plan_numbers_its_tickets(story: Plan, played: tuple[Site, Ids]) -> None:
    _, ids = played
    in_order = sorted(story.planted.values(), key=lambda ticket: ticket.place)
    assert all(ids[first.ref] < ids[second.ref] for first, second in pairwise(in_order))


def test_it_can_be_played_up_to_a_moment_and_on(story: Plan, played: tuple[Site, Ids]) -> None:
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    halfway = story.start + 80 * DAY
    ids = play(site, story, until=halfway)
    assert site.now() <= halfway
    for action in story.actions:
        if action.at > halfway:
            action.apply(site, ids)
    assert ids == played[1]


def read_file(story: Plan, key: str) -> dict[str, Any]:
    return dict(yaml.safe_load(engagement_file(story, key)))


@pytest.mark.parametrize("key", ENGAGEMENTS)
def test_an_engagement_file_names_each_person_without_overlap(story: Plan, key: str) -> None:
    stays: dict[str, list[tuple[date, date]]] = {}
    for line in read_file(story, key)["people"]:
        stays.setdefault(line["account"], []).append((line["from"], line.get("to", date.max)))
    assert len(stays) == 7 + 1 + 9 + 2
    assert all(first[1] <= second[0] for rows in stays.values() for first, second in pairwise(sorted(rows)))


def test_agency_tickets_are_split_between_the_two_engagements(story: Plan) -> None:
    acme, bolt = (planted_report(story, key, date(2026, 7, 1), date(2026, 10, 1)) for key in ENGAGEMENTS)
    mirrored = {row["key"]: row["shares"] for row in acme["issues"]}
    mirrored_rows = [row for row in bolt["issues"] if row["key"] in mirrored]
    assert len(mirrored_rows) > 100
    assert all(row["shares"]["agency"] == mirrored[row["key"]]["other"] for row in mirrored_rows)


def test_marks_of_the_file_find_the_epics(story: Plan, played: tuple[Site, Ids]) -> None:
    site, _ = played
    epics = [
        epic
        for objective in read_file(story, "growth-acme")["objectives"]
        for epic in objective["mapping"].get("epics", ())
    ]
    assert [site.issue(epic).summary for epic in epics] == ["Listen to customers"]


def test_the_bulk_edit_is_twenty_tickets_in_ten_minutes(story: Plan) -> None:
    edits = [
        action for action in story.actions if isinstance(action, acts.EditIssue) and ("bulk", True) in action.changes
    ]
    assert len(edits) >= 20
    assert edits[-1].at - edits[0].at < 600 * 1_000_000


def test_the_leavers_account_is_closed_and_does_nothing_afterwards(story: Plan, played: tuple[Site, Ids]) -> None:
    leaver = account_of("Jonas Brandt")
    closed = next(action.at for action in story.actions if isinstance(action, acts.CloseAccount))
    assert played[0].user(leaver).closed
    assert not any(action.at > closed and getattr(action, "by", "") == leaver for action in story.actions)


def test_work_goes_on_after_the_end_the_same_from_the_same_seed(story: Plan) -> None:
    sites = [Site("Growth", "https://growth.example") for _ in range(2)]
    first, second = (list(islice(live(site, story, 5), 300)) for site in sites)
    assert first == second
    assert all(before[1].at <= after[1].at for before, after in pairwise(first))
    assert all(0.2 <= delay <= 4.0 for delay, _ in first)


def test_live_work_plays_on_the_same_site(story: Plan) -> None:
    site = Site("Growth", "https://growth.example")
    populate(site, story)
    ids = play(site, story)
    before = len(site.issues)
    for _, action in islice(live(site, story), 300):
        action.apply(site, ids)
    assert len(site.issues) >= before + 20


def test_live_work_waits_for_the_clock_it_is_given(story: Plan) -> None:
    site = Site("Growth", "https://growth.example")
    deeds = islice(live(site, story, clock=lambda: story.end), 50)
    assert all(story.end + delay * 1_000_000 >= action.at for delay, action in deeds)
