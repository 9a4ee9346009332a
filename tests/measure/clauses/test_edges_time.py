"""Measurement (g) 4 to 8: statuses, segments, business hours, sides and methods."""

from datetime import date

import pytest
from msgspec.structs import replace

from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Hours
from mappings.measure.model.status_kinds import Statuses
from mappings.measure.model.ticket import StatusBook
from tests.measure.builders import BOOK, HOUR, PEOPLE, WORKFLOW, Story, at, hours, lens_of, open_all_week, shares, stays
from tests.measure.webhook_checks import entry, measure, row

ALL_DAY = Hours(days=(1, 2, 3, 4, 5, 6, 7), start=0, end=1440)


def test_g4_a_name_means_every_id_that_ever_carried_it() -> None:
    book = replace(BOOK, names={**BOOK.names, "77": frozenset({"fertig", "done"})}, categories={"77": "new"})
    assert Statuses(WORKFLOW, book).kind("77") == "done"


def test_g4_names_are_compared_case_folded() -> None:
    workflow = replace(WORKFLOW, active=("STRASSE in progress",))
    assert Statuses(workflow, StatusBook({"5": frozenset({"Straße In Progress"})})).kind("5") == "active"


@pytest.mark.parametrize(
    ("category", "kind"), [("done", "done"), ("indeterminate", "active"), ("new", "todo"), (None, "none")]
)
def test_g4_an_id_named_nowhere_takes_its_category(category: str | None, kind: str) -> None:
    book = StatusBook({"50": frozenset({"elsewhere"})}, {"50": category} if category else {})
    assert Statuses(WORKFLOW, book).kind("50") == kind


def test_g4_a_status_named_nowhere_but_indeterminate_is_active_time() -> None:
    story = Story(assignee="ann").move("Cooking", "2026-03-02 09:00").move("Done", "2026-03-02 12:00")
    assert hours(entry(story)) == {"agency": 3.0}


def test_g5_only_active_statuses_are_active_time() -> None:
    story = Story(assignee="ann").move("In Progress", "2026-03-02 10:00").move("In Review", "2026-03-02 11:00")
    story.move("Legal review", "2026-03-02 12:00").move("Waiting for agency", "2026-03-02 13:00")
    assert hours(entry(story.move("Done", "2026-03-02 16:00"))) == {"agency": 1.0}


def test_g5_active_time_before_an_earlier_done_counts_again() -> None:
    story = Story(assignee="ann").move("In Progress", "2026-03-02 09:00").move("Done", "2026-03-02 11:00")
    story.move("In Progress", "2026-03-02 13:00").assign("ben", "2026-03-02 13:00").move("Done", "2026-03-02 14:00")
    first, _, again = measure(story).entries
    assert (hours(first), hours(again)) == ({"agency": 2.0}, {"agency": 2.0, "inhouse": 1.0})


def test_g5_first_active_instant_opens_the_window_whoever_is_assigned() -> None:
    story = Story(assignee=None, created="2026-03-01 09:00", labels=("ab",)).say("ben", "2026-03-01 18:00")
    story.move("In Progress", "2026-03-01 20:00").assign("ann", "2026-03-02 09:00").say("ben", "2026-03-01 21:00")
    assert row(story.say("ben", "2026-03-02 12:00").move("Done", "2026-03-02 12:00"), "ben").kind == 2


def test_g5_a_subtask_may_be_first_active() -> None:
    child = Story("GROW-2", number=2, assignee="ann").move("In Progress", "2026-03-02 09:00")
    story = Story(labels=("ab",), assignee="ann").child(child)
    story.say("ben", "2026-03-02 10:00").say("ben", "2026-03-03 10:00")
    story.move("In Progress", "2026-03-03 16:00").move("Done", "2026-03-03 17:00")
    assert row(story, "ben").kind == 2


def test_g5_a_segment_without_business_time_is_no_trace_and_no_touch() -> None:
    story = Story(assignee="ben", labels=("ab",), created="2026-03-06 17:00").move("In Progress", "2026-03-06 18:00")
    story.assign("ann", "2026-03-08 12:00").move("Done", "2026-03-09 12:00")
    assert measure(story).evidence == ()


def spring(hours: Hours = ALL_DAY) -> Calendar:
    return Calendar("Europe/Berlin", hours)


def test_g6_a_day_with_a_clock_change_has_the_hours_it_had() -> None:
    calendar = spring()
    days = [("2026-03-29", "2026-03-30"), ("2026-10-25", "2026-10-26"), ("2026-06-01", "2026-06-02")]
    assert [calendar.business(at(first), at(last)) / HOUR for first, last in days] == [23, 25, 24]


def test_g6_a_window_edge_in_the_spring_gap_moves_forward_by_the_gap() -> None:
    calendar = spring(replace(ALL_DAY, start=150, end=300))
    assert calendar.at(date(2026, 3, 29), 150) == at("2026-03-29 03:30")
    assert calendar.business(at("2026-03-29"), at("2026-03-30")) == 1.5 * HOUR


def test_g6_of_a_doubled_edge_it_is_the_first() -> None:
    closing, opening = spring(replace(ALL_DAY, end=150)), spring(replace(ALL_DAY, start=150, end=240))
    day = at("2026-10-25"), at("2026-10-26")
    assert closing.business(*day) == 2.5 * HOUR
    assert opening.business(*day) == 2.5 * HOUR


def test_g6_24_00_is_midnight() -> None:
    calendar = spring(replace(ALL_DAY, start=1380))
    assert calendar.at(date(2026, 3, 28), 1440) == calendar.midnight(date(2026, 3, 29))
    assert calendar.business(at("2026-03-28"), at("2026-03-30")) == 2 * HOUR


def test_g6_midnight_in_the_gap_moves_forward() -> None:
    calendar = Calendar("Africa/Cairo", ALL_DAY)
    assert calendar.midnight(date(2026, 4, 24)) == at("2026-04-24 01:00", "Africa/Cairo")


def test_g6_a_window_that_the_gap_swallows_is_empty_not_negative() -> None:
    calendar = spring(replace(ALL_DAY, start=150, end=195))
    assert calendar.business(at("2026-03-29"), at("2026-03-30")) == 0


def test_g6_no_instant_is_in_two_windows_where_a_zone_left_out_a_day() -> None:
    calendar = Calendar("Pacific/Apia", Hours(days=(1, 2, 3, 4, 5, 6, 7)))
    span = at("2011-12-29", "Pacific/Apia"), at("2012-01-01", "Pacific/Apia")
    assert calendar.business(*span) == 16 * HOUR


def test_g6_holidays_have_no_business_hours() -> None:
    hours = Hours(holidays=(date(2026, 4, 3), date(2026, 4, 6)))
    assert Calendar("Europe/Berlin", hours).business(at("2026-04-02 16:00"), at("2026-04-07 10:00")) == 2 * HOUR


def test_g6_business_time_adds_up_over_years_whichever_is_asked_first() -> None:
    fresh, used = Calendar("Europe/Berlin", Hours()), Calendar("Europe/Berlin", Hours())
    used.business(at("2026-01-05"), at("2026-01-06"))
    used.business(at("2023-05-01"), at("2023-05-09"))
    span = at("2022-12-30 12:00"), at("2027-01-04 12:00")
    assert used.business(*span) == fresh.business(*span)


def test_g6_weeks_are_iso_weeks_of_the_zone() -> None:
    calendar = Calendar("Pacific/Auckland", Hours())
    assert calendar.week(at("2026-01-04 12:00", "UTC")) == (2026, 2)


def test_g7_sides_of_a_segment() -> None:
    story = Story(assignee="ann").move("In Progress", "2026-03-02 09:00")
    for hour, account in enumerate(("oli", "ben", "gus", "stranger", "twice", None, "bot"), start=10):
        story.assign(account, f"2026-03-02 {hour}:00")
    people = (*PEOPLE, stays("twice", "agency", "2025-01-01"), stays("twice", "inhouse", "2025-01-01"))
    done_entry = entry(story.move("Done", "2026-03-02 17:00"), lens_of(people=people, bots=frozenset({"bot"})))
    sides = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
    assert hours(done_entry) == {**dict.fromkeys(sides, 1.0), "unassigned": 2.0}
    assert set(shares(done_entry).values()) == {round(1 / 6, 4)}


def test_g7_segments_are_cut_at_midnight_of_the_zone() -> None:
    zone = "America/New_York"
    moves = (stays("ann", "agency", "2025-01-01"),)
    moving = (
        replace(moves[0], end=at("2026-03-03", zone)),
        replace(moves[0], side="inhouse", start=at("2026-03-03", zone)),
    )
    story = Story(assignee="ann", zone=zone, created="2026-03-01 00:00").move("In Progress", "2026-03-02 00:00")
    done_entry = entry(story.move("Done", "2026-03-04 00:00"), open_all_week(zone=zone, people=moving))
    assert hours(done_entry) == {"agency": 24.0, "inhouse": 24.0}


def test_g7_another_agencys_person_in_an_agency_row_is_other() -> None:
    story = Story(assignee="oli").move("In Progress", "2026-03-02 09:00").move("Done", "2026-03-02 10:00")
    assert hours(entry(story)) == {"other": 1.0}


def test_a_a_persons_word_wins_over_a_group_rule() -> None:
    group = stays("ann", "inhouse", "2025-06-01", source="group")
    story = Story(assignee="ann").move("In Progress", "2026-03-02 09:00").move("Done", "2026-03-02 10:00")
    people = (stays("ann", "agency", "2025-01-01", "2026-03-02"), group)
    assert hours(entry(story, lens_of(people=people))) == {"inhouse": 1.0}
    assert hours(entry(story, lens_of(people=(stays("ann", "agency", "2025-01-01", source="hand"), group)))) == {
        "agency": 1.0
    }


def test_a_two_groups_in_one_organisation_are_no_conflict() -> None:
    people = (
        stays("ann", "agency", "2025-01-01", source="group"),
        stays("ann", "agency", "2025-02-01", source="group"),
    )
    story = Story(assignee="ann").move("In Progress", "2026-03-02 09:00").move("Done", "2026-03-02 10:00")
    assert hours(entry(story, lens_of(people=people))) == {"agency": 1.0}


def quick(assignee: str | None, by: str = "ina", *also: tuple[str, str | None, str | None]) -> Story:
    return Story(assignee=assignee).move("Done", "2026-03-02 12:00", by, *also)


def test_g8_worklogs_where_nobody_assigned_has_active_time() -> None:
    done_entry = entry(quick(None).log("ben", 1, "2026-03-02 11:00").log("ann", 3, "2026-03-02 12:00"))
    assert (done_entry.method, shares(done_entry)) == ("worklog", {"inhouse": 1.0})


def test_g8_unassigned_active_time_alone_is_no_active_time() -> None:
    story = Story(assignee=None).move("In Progress", "2026-03-02 09:00").log("ann", 1, "2026-03-02 10:00")
    done_entry = entry(story.move("Done", "2026-03-02 12:00"))
    assert (done_entry.method, hours(done_entry)) == ("worklog", {"unassigned": 3.0})


def test_g8_active_time_where_worklog_is_chosen_but_nobody_logged() -> None:
    story = Story(assignee="ann").move("In Progress", "2026-03-02 09:00").move("Done", "2026-03-02 12:00")
    assert entry(story, lens_of(attribution="worklog")).method == "active_time"


def test_g8_worklogs_of_bots_are_left_out() -> None:
    prepared = lens_of(bots=frozenset({"bot"}))
    assert entry(quick("ann").log("bot", 1, "2026-03-02 11:00"), prepared).method == "assignee"


def test_g8_assignee_is_who_held_it_before_the_history_of_the_transition() -> None:
    done_entry = entry(quick("ann", "ina", ("assignee", "ann", "ben")))
    assert (done_entry.method, shares(done_entry)) == ("assignee", {"agency": 1.0})


def test_g8_else_whom_that_history_sets() -> None:
    done_entry = entry(quick(None, "ina", ("assignee", None, "ben")))
    assert (done_entry.method, shares(done_entry)) == ("assignee", {"inhouse": 1.0})


@pytest.mark.parametrize("assignee", [None, "stranger", "bot", "twice"])
def test_g8_else_the_author_of_the_transition(assignee: str | None) -> None:
    people = (*PEOPLE, stays("twice", "agency", "2025-01-01"), stays("twice", "inhouse", "2025-01-01"))
    done_entry = entry(quick(assignee, "ann"), lens_of(people=people, bots=frozenset({"bot"})))
    assert (done_entry.method, shares(done_entry)) == ("transition_author", {"agency": 1.0})


@pytest.mark.parametrize(("assignee", "side"), [(None, "unknown"), ("stranger", "unknown"), ("twice", "conflict")])
def test_g8_else_none_unknown_or_conflict(assignee: str | None, side: str) -> None:
    people = (*PEOPLE, stays("twice", "agency", "2025-01-01"), stays("twice", "inhouse", "2025-01-01"))
    done_entry = entry(quick(assignee, "somebody"), lens_of(people=people))
    assert (done_entry.method, shares(done_entry)) == ("none", {side: 1.0})


def test_g8_side_of_the_assignee_is_that_at_the_done_moment() -> None:
    moving = (stays("ann", "agency", "2025-01-01", "2026-03-03"), stays("ann", "inhouse", "2026-03-03"))
    done_entry = entry(Story(assignee="ann").move("Done", "2026-03-03 00:00"), lens_of(people=moving))
    assert shares(done_entry) == {"inhouse": 1.0}


def test_g8_the_named_person_has_the_whole_ticket() -> None:
    story = Story(assignee="ben", labels=("ab",)).move("Done", "2026-03-02 12:00")
    assert row(story, "ben").kind == 4


def test_g8_paused_on_client_hours_are_the_tickets_own() -> None:
    child = Story("GROW-2", number=2, assignee="ben").move("Waiting for client", "2026-03-02 09:00")
    story = Story(assignee="ann").child(child).move("Waiting for client", "2026-03-02 10:00")
    assert entry(story.move("Done", "2026-03-02 12:00")).paused_on_client == 2 * HOUR


def test_g6_a_far_instant_costs_its_windows_once() -> None:
    calendar = Calendar("Europe/Berlin", Hours())
    far = at("2190-01-01") * 3
    calendar.business(0, far)
    table = calendar._table
    assert calendar.business(at("2026-03-02"), far) > 0
    assert calendar._table is table


@pytest.mark.parametrize(
    ("start", "count", "end"),
    [
        ("2026-03-02 15:00", 8, "2026-03-03 15:00"),
        ("2026-03-02 15:00", 2, "2026-03-02 17:00"),
        ("2026-03-06 16:00", 16, "2026-03-10 16:00"),
        ("2026-03-07 12:00", 1, "2026-03-09 10:00"),
    ],
)
def test_g6_business_hours_later(start: str, count: int, end: str) -> None:
    calendar = Calendar("Europe/Berlin", Hours())
    assert calendar.later(at(start), count * HOUR) == at(end)
    assert calendar.business(at(start), at(end)) == count * HOUR


def test_g8_who_held_it_before_the_history_not_before_the_item() -> None:
    story = Story(assignee="ann").change(
        "2026-03-02 12:00", "ina", ("assignee", "ann", "ben"), ("status", "To Do", "Done")
    )
    story.now = {**story.now, "assignee": "ben", "status": "Done"}
    assert shares(entry(story)) == {"agency": 1.0}
