"""Measurement (g) 1 to 3: which tickets count, when, and with what start values."""

from datetime import date

import pytest
from msgspec.structs import replace

from mappings.measure.model.engagement import Units
from tests.measure.builders import POINTS, Story, at, hours, lens_of, units
from tests.measure.webhook_checks import entry, measure
from tests.measure.whole_measure import measure_ticket


def done(**more) -> Story:
    return Story(**{"assignee": "ann", "points": "5", **more}).move("In Progress", "2026-03-02 09:00")


def signs(story: Story, **more) -> list[int]:
    return [entry.sign for entry in measure(story, lens_of(**more)).entries]


def test_g1_project_is_the_front_of_the_key_at_the_entry() -> None:
    story = done(key="OTHER-7").move("Done", "2026-03-03 12:00")
    story.change("2026-03-04 12:00", "ina", ("Key", "GROW-1", "OTHER-7"), ("project", "Growth", "Other"))
    assert (signs(story), entry(story).project) == ([1], "GROW")


def test_g1_ticket_moved_in_after_done_does_not_count() -> None:
    story = done(key="GROW-1").move("Done", "2026-03-03 12:00")
    assert signs(story.change("2026-03-04 12:00", "ina", ("Key", "OTHER-7", "GROW-1"))) == []


def test_g1_a_move_that_finishes_counts_in_the_project_it_moves_to() -> None:
    story = done(key="GROW-1").move("Done", "2026-03-03 12:00", "ina", ("Key", "OTHER-7", "GROW-1"))
    assert signs(story) == [1]


@pytest.mark.parametrize(
    ("when", "counts"),
    [("2026-02-28 23:59", []), ("2026-03-01 00:00", [1]), ("2026-03-31 23:59", [1]), ("2026-04-01 00:00", [])],
)
def test_g1_entries_lie_in_the_engagement_half_open(when: str, counts: list[int]) -> None:
    story = Story(created="2026-01-02 09:00", assignee="ann").move("Done", when)
    assert signs(story, starts=date(2026, 3, 1), ends=date(2026, 4, 1)) == counts


def test_g1_active_time_before_the_start_counts() -> None:
    story = done().move("Done", "2026-03-03 17:00")
    assert hours(entry(story, lens_of(starts=date(2026, 3, 3)))) == {"agency": 16.0}


def test_g1_reopening_after_the_end_takes_nothing_back() -> None:
    story = done().move("Done", "2026-03-03 12:00").move("In Progress", "2026-04-02 12:00")
    assert signs(story, ends=date(2026, 4, 1)) == [1]


@pytest.mark.parametrize(
    ("more", "counts"),
    [
        ({"level": 0, "type_name": "Epic"}, [1]),
        ({"level": 1}, []),
        ({"level": -1, "subtask": True}, []),
        ({"level": None, "type_name": "Task"}, [1]),
        ({"level": None, "type_name": "epic"}, []),
        ({"level": None, "subtask": True}, []),
    ],
)
def test_g1_one_level_counts(more: dict, counts: list[int]) -> None:
    assert signs(done(more=more).move("Done", "2026-03-03 12:00")) == counts


def test_g1_subtask_work_counts_for_its_parent_but_its_done_does_not() -> None:
    child = Story("ELSE-2", assignee="ben", number=2).move("In Progress", "2026-03-02 09:00")
    child.move("Done", "2026-03-02 13:00").log("ben", 1, "2026-03-02 10:00")
    story = done().child(child).move("Done", "2026-03-02 17:00")
    assert signs(story) == [1]
    assert hours(entry(story)) == {"agency": 8.0, "inhouse": 4.0}


def test_g1_an_open_subtask_works_until_the_parents_done_moment() -> None:
    child = Story("GROW-2", assignee="ben", number=2).move("In Progress", "2026-03-02 15:00")
    story = done().child(child).move("Done", "2026-03-02 17:00")
    assert hours(entry(story)) == {"agency": 8.0, "inhouse": 2.0}


def test_g2_reopening_takes_back_what_its_done_entry_gave() -> None:
    story = done().move("Done", "2026-03-03 12:00").size("8", "2026-03-04 09:00")
    story.move("In Progress", "2026-03-04 10:00").assign("ben", "2026-03-04 10:01").move("Done", "2026-03-05 10:00")
    gave, took, again = measure(story).entries
    assert (took.sign, took.at, took.done) == (-1, at("2026-03-04 10:00"), gave.number)
    same = replace(took, number=gave.number, sign=1, at=gave.at)
    assert same == gave
    assert [units(ledger_entry.units) for ledger_entry in (gave, took, again)] == [5, 5, 8]


def test_g2_reopening_counts_after_a_move_out_of_the_projects() -> None:
    story = (
        done(key="OTHER-9")
        .move("Done", "2026-03-03 12:00")
        .change("2026-03-04 9:00".replace(" 9", " 09"), "ina", ("Key", "GROW-1", "OTHER-9"))
    )
    story.move("In Progress", "2026-03-05 12:00").move("Done", "2026-03-06 12:00")
    assert signs(story) == [1, -1]


def test_g2_done_to_done_is_no_entry() -> None:
    assert signs(done().move("Done", "2026-03-03 12:00").move("Closed", "2026-03-04 12:00")) == [1]


def test_g2_created_done_counts_at_creation() -> None:
    story = Story(status="Done", assignee="ben", points="3")
    done_entry = entry(story)
    assert (done_entry.at, done_entry.method, units(done_entry.units)) == (at("2026-03-02 09:00"), "assignee", 3)


def test_g2_points_are_those_at_the_done_moment() -> None:
    story = (
        done(points="3").size("13", "2026-03-03 11:00").move("Done", "2026-03-03 12:00").size("1", "2026-03-03 13:00")
    )
    assert units(entry(story).units) == 13


@pytest.mark.parametrize("text", ["", "1e3", "-3", "3 points", "5,0", "1.2.3", ".", "²", None])
def test_g2_anything_but_digits_with_one_point_is_unsized(text: str | None) -> None:
    done_entry = entry(done(points=text).move("Done", "2026-03-03 12:00"))
    assert (done_entry.units, done_entry.sized, done_entry.parts) == (0, False, (0,) * 6)


@pytest.mark.parametrize(("text", "amount"), [("0", 0), ("8.0", 8), ("0.5", 0.5), ("13", 13), (".25", 0.25), ("2.", 2)])
def test_g2_digits_with_one_point_are_points(text: str, amount: float) -> None:
    done_entry = entry(done(points=text).move("Done", "2026-03-03 12:00"))
    assert (units(done_entry.units), done_entry.sized) == (amount, True)


def test_g2_removed_points_are_unsized() -> None:
    story = done(points="8").size(None, "2026-03-03 11:00").move("Done", "2026-03-03 12:00")
    assert not entry(story).sized


def test_g2_points_by_name_only_where_the_change_has_no_id() -> None:
    story = (
        done(points=None)
        .move("Done", "2026-03-03 12:00")
        .change("2026-03-03 11:00", "ina", ("Story Points", None, "5"))
    )
    assert units(entry(story).units) == 5
    named = replace(story.changes[-1], field_id="customfield_99999")
    other = replace(story.ticket(), changes=(*story.changes[:-1], named))
    assert not measure_ticket(lens_of(), other).entries[0].sized


def test_g2_hours_come_from_worklogs_started_before_done() -> None:
    story = (
        done().log("ann", 2, "2026-03-02 10:00").log("ben", 0.5, "2026-03-03 11:59").log("ann", 4, "2026-03-03 12:00")
    )
    done_entry = entry(story.move("Done", "2026-03-03 12:00"), lens_of(units=Units("hours")))
    assert units(done_entry.units) == 2.5


def test_g2_a_ticket_counts_one_by_count() -> None:
    assert units(entry(done(points=None).move("Done", "2026-03-03 12:00"), lens_of(units=Units("count"))).units) == 1


def test_g3_start_values_are_the_from_of_the_first_change() -> None:
    story = Story(assignee="ben", status="In Progress", points="1")
    story.change("2026-03-02 13:00", "ina", ("assignee", "ann", "ben")).change(
        "2026-03-02 14:00", "ina", (POINTS, "5", "1")
    )
    story.change("2026-03-02 17:00", "ina", ("status", "In Progress", "Done"))
    story.now["status"] = "Done"
    assert hours(entry(story)) == {"agency": 4.0, "inhouse": 4.0}


def test_g3_without_a_change_the_current_value_is_the_start_value() -> None:
    story = Story(assignee="ann", status="In Progress", points="5").move("Done", "2026-03-02 17:00")
    done_entry = entry(story)
    assert (hours(done_entry), units(done_entry.units)) == ({"agency": 8.0}, 5)


def test_g3_changes_of_one_instant_go_by_history_id_then_place() -> None:
    story = done().move("Done", "2026-03-03 12:00")
    back = story.change("2026-03-03 12:00", "ina", ("status", "Done", "In Progress"), ("status", "In Progress", "Done"))
    forward = measure(back).entries
    assert [ledger_entry.sign for ledger_entry in forward] == [1, -1, 1]
    turned = replace(back.ticket(), changes=tuple(reversed(back.changes)))
    assert measure_ticket(lens_of(), turned).entries == forward


def test_g3_history_ids_are_numbers() -> None:
    story = done()
    story.history = 998
    story.move("Done", "2026-03-03 12:00").move("In Progress", "2026-03-03 12:00").move("Done", "2026-03-03 12:00")
    assert signs(story) == [1, -1, 1]


def test_g3_points_and_objectives_of_the_done_instant_count() -> None:
    story = done(points="1", labels=("ab",)).move("Done", "2026-03-03 12:00")
    story.size("8", "2026-03-03 12:00").change("2026-03-03 12:00", "ina", ("labels", "", "ab"))
    done_entry = entry(story)
    assert (units(done_entry.units), done_entry.objectives) == (8, ("ab",))


def test_g2_hours_of_bots_count_nowhere() -> None:
    story = done().log("bot", 2, "2026-03-02 10:00").log("ann", 1, "2026-03-02 10:00").move("Done", "2026-03-03 12:00")
    assert units(entry(story, lens_of(units=Units("hours"), bots=frozenset({"bot"}))).units) == 1
