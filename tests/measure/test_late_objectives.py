"""What was set late waits for the other side: who that is, and until when (measurement (g) 11, gaming table)."""

from datetime import date

import pytest
from msgspec.structs import replace

from mappings.measure.model.engagement import Objective, TicketRule
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import Tag
from mappings.measure.ticket.late_objectives import may_confirm, pending_objectives
from mappings.measure.ticket.prepared import PreparedEngagement, prepare
from tests.measure.builders import BOOK, DAY, PEOPLE, Story, agree, at, entry, lens_of, measure, stays
from tests.measure.clauses.test_edges_figures import DONE, finished, led

LATE, NOW = "2026-03-10 12:00", at("2026-03-20 12:00")
EVERYBODY = ("ann", "abe", "ben", "ina", "gus", "oli", "zoe")


def labelled(*by: str, when: str = LATE) -> Story:
    """A ticket that was done without the label; each of these people set it at the same instant."""
    story = finished(led(labels=()))
    story.labels = ("ab",)
    for place, author in enumerate(by):
        story.change(when, author, ("labels", "", "ab") if place == 0 else ("components", None, "x"))
    return story


def by_hand(story: Story, account: str, since: str = LATE) -> Story:
    story.tags.append(Tag("ab", at(since), account))
    return story


def confirmers(story: Story, prepared: PreparedEngagement | None = None, now: int = NOW) -> list[str]:
    prepared = prepared or lens_of()
    waits = pending_objectives(prepared, story.ticket(), now)
    return [account for account in EVERYBODY for wait in waits if may_confirm(prepared, wait, account, now)]


@pytest.mark.parametrize(
    ("by", "others"),
    [
        (("ann",), ["ben", "ina"]),
        (("ina",), ["ann", "abe"]),
        (("gus",), []),
        (("oli",), []),
        (("zoe",), []),
        (("ann", "ina"), []),
        (("ann", "ann"), ["ben", "ina"]),
    ],
)
def test_the_other_side_is_that_of_whoever_did_not_change_the_field(by: tuple[str, ...], others: list[str]) -> None:
    assert confirmers(labelled(*by)) == others


def test_what_an_app_set_nobody_confirms() -> None:
    assert confirmers(labelled("ann"), lens_of(bots=frozenset({"ann"}))) == []


def test_where_a_field_and_a_hand_set_it_the_other_side_of_either_may() -> None:
    """What neither side's field said somebody of a side can say by hand; the time runs from the first."""
    assert confirmers(by_hand(labelled("gus"), "ina", "2026-03-12 12:00")) == ["ann", "abe"]
    labelled_ticket = by_hand(labelled("ann"), "ina", "2026-03-12 12:00")
    assert confirmers(labelled_ticket) == ["ann", "abe", "ben", "ina"]
    (pending,) = pending_objectives(lens_of(), labelled_ticket.ticket(), NOW)
    assert (pending.since, pending.until) == (at(LATE), at(LATE) + 30 * DAY)


def test_a_side_is_where_somebody_stood_when_they_set_it_and_stands_when_they_confirm() -> None:
    moved = [person for person in PEOPLE if person.account != "ann"]
    moved += [stays("ann", "agency", "2025-01-01", "2026-03-15"), stays("ann", "inhouse", "2026-03-15")]
    prepared = lens_of(people=tuple(moved))
    assert confirmers(labelled("ann"), prepared) == ["ann", "ben", "ina"]
    assert confirmers(labelled("ina"), prepared) == ["abe"]


@pytest.mark.parametrize("days", [30, 10])
def test_it_waits_as_long_as_the_rules_say_to_the_instant(days: int) -> None:
    prepared = prepare(agree(), BOOK, ruleset=replace(DEFAULT, retro_days=days))
    last = at(LATE) + days * DAY
    assert [bool(pending_objectives(prepared, labelled("ann").ticket(), now)) for now in (last, last + 1)] == [
        True,
        False,
    ]


def test_nothing_waits_on_what_is_open_reopened_confirmed_taken_off_or_over() -> None:
    prepared, over = lens_of(), lens_of(ends=date(2026, 3, 16))
    stories = (
        (labelled("ann").move("In Progress", "2026-03-12 12:00"), prepared),
        (led(labels=()).change(LATE, "ann", ("labels", "", "ab")), prepared),
        (labelled("ann").change("2026-03-12 12:00", "ann", ("labels", "ab", "")), prepared),
        (finished(led(labels=())).tag("ab", LATE, confirmed="2026-03-11 12:00"), prepared),
        (labelled("ann"), over),
    )
    assert [pending_objectives(each, story.ticket(), NOW) for story, each in stories] == [()] * 5


def confirmed(story: Story, when: str) -> Story:
    """The word for what a field set: a tag that ends where it begins."""
    story.tags.append(Tag("ab", at(when), "ina", at(when), at(when)))
    return story


def test_a_word_for_what_a_field_set_counts_from_then_on() -> None:
    plain, back, again = measure(confirmed(labelled("ann"), "2026-03-11 12:00")).entries
    assert (plain.objectives, back.sign, again.objectives) == ((), -1, ("ab",))
    assert (back.at, again.at) == (at("2026-03-11 12:00"),) * 2


def test_such_a_word_sets_nothing_by_itself() -> None:
    for when in (DONE, "2026-03-11 12:00"):
        assert entry(confirmed(finished(led(labels=())), when)).objectives == ()
    assert entry(confirmed(finished(led(labels=())), "2026-03-11 12:00")).retro == ()


def test_of_two_words_the_first_that_came_in_time_counts() -> None:
    story = confirmed(confirmed(confirmed(labelled("ann"), "2026-03-09 12:00"), "2026-03-11 12:00"), "2026-03-12 12:00")
    assert measure(story).entries[-1].at == at("2026-03-11 12:00")


def test_a_field_that_the_changelog_names_without_an_id_is_seen_to_be_set_late() -> None:
    goal = Objective("ab", "Ab", TicketRule(fields={"Skill": ("Testing",)}))
    story = finished(led(labels=(), more={"fields": {"Skill": ("Testing",)}})).change(
        LATE, "ann", ("Skill", "", "Testing")
    )
    story.changes[-1] = replace(story.changes[-1], field_id=None)
    assert entry(story, lens_of(objectives=(goal,))).retro == ("ab",)
    assert confirmers(story, lens_of(objectives=(goal,))) == ["ben", "ina"]
