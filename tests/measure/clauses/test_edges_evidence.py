"""Measurement (g) 9 and 10: buckets and evidence."""

import pytest
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.ticket import BILLION
from mappings.measure.ticket.handover import handed_parts
from tests.measure.builders import DAY, PEOPLE, Story, at, goal, lens_of, stays
from tests.measure.webhook_checks import entry, kinds, measure, row
from tests.measure.whole_measure import measure_ticket

DONE = "2026-03-04 12:00"


def led(by: str = "ann", **more) -> Story:
    """A ticket on objective ab, worked on by one person from Monday 9:00 until `finished`."""
    story = Story(**{"assignee": by, "points": "8", "labels": ("ab",), **more})
    return story.move("In Progress", "2026-03-02 09:00")


def finished(story: Story) -> Story:
    return story.move("Done", DONE, "ann")


def test_g9_taught_when_an_inhouse_person_has_e2_or_e3() -> None:
    done_entry = entry(finished(led().log("ben", 0.5, "2026-03-02 10:00")))
    assert (done_entry.taught, done_entry.done_only) == (8 * BILLION, 0)


def test_g9_e1_is_done_only() -> None:
    done_entry = entry(finished(led().say("ben", "2026-03-02 10:00")))
    assert (done_entry.kinds, done_entry.taught, done_entry.done_only) == ((1,), 0, 8 * BILLION)


def test_g9_without_objective_done_only() -> None:
    done_entry = entry(finished(led(labels=()).log("ben", 2, "2026-03-02 10:00")))
    assert (done_entry.objectives, done_entry.kinds, done_entry.done_only) == ((), (), 8 * BILLION)


def test_g9_other_agencies_part_is_no_bucket_of_ours_but_their_people_teach() -> None:
    story = led("oli").assign("ann", "2026-03-03 09:00").log("ben", 1, "2026-03-03 10:00")
    done_entry = entry(finished(story))
    assert done_entry.parts[0] + done_entry.parts[1] == 8 * BILLION
    assert done_entry.taught == done_entry.parts[0] < 8 * BILLION


def test_g9_handed_over_objective_by_objective_in_equal_parts() -> None:
    prepared = lens_of(objectives=(goal("ab"), goal("seo")))
    done_entry = entry(finished(led("ben", labels=("ab", "seo"), points="3")), prepared)
    before: dict[tuple[str, str], Instant] = {("ab", "ben"): done_entry.done_at - DAY}
    assert handed_parts(done_entry, before) == (1_500_000_000, 0)
    assert handed_parts(done_entry, {**before, ("seo", "ben"): done_entry.done_at - 1}) == done_entry.inhouse_parts


@pytest.mark.parametrize("pair", [("ab", "ina"), ("seo", "ben")])
def test_g9_own_when_somebody_else_or_something_else_was_taught(pair: tuple[str, str]) -> None:
    assert handed_parts(entry(finished(led("ben"))), {pair: 0}) == ()


def test_g9_teaching_must_lie_before() -> None:
    done_entry = entry(finished(led("ben")))
    assert handed_parts(done_entry, {("ab", "ben"): done_entry.done_at}) == ()


def test_g10_an_open_ticket_has_no_evidence() -> None:
    assert measure(led().log("ben", 2, "2026-03-02 10:00")).evidence == ()


def test_g10_evidence_is_dated_at_the_done_moment_and_e1_at_its_first_touch() -> None:
    story = finished(
        led().say("ina", "2026-03-03 15:00").log("ina", 0.1, "2026-03-03 10:00").log("ben", 1, "2026-03-02 10:00")
    )
    assert (row(story, "ben").at, row(story, "ina").at) == (at(DONE), at("2026-03-03 10:00"))


def test_g10_one_kind_for_each_objective_person_and_entry() -> None:
    story = finished(led().log("ben", 1, "2026-03-02 10:00")).move("In Progress", "2026-04-01 12:00")
    rows = measure(story.move("Done", "2026-04-02 12:00")).evidence
    assert [(row.account, row.kind, row.entry) for row in rows] == [("ben", 2, 0), ("ben", 2, 2)]


@pytest.mark.parametrize(("reopened", "kind"), [("2026-03-18 12:00", 1), ("2026-03-18 12:01", 2)])
def test_g10_evidence_falls_by_a_reopening_within_14_days_limit_included(reopened: str, kind: int) -> None:
    story = finished(led().log("ben", 1, "2026-03-02 10:00")).move("In Progress", reopened)
    assert row(story, "ben").kind == kind


@pytest.mark.parametrize(("message", "kind"), [("2026-03-07 12:00", 2), ("2026-03-07 12:01", 1)])
def test_g10_comments_count_up_to_3_days_after_done_limit_included(message: str, kind: int) -> None:
    story = finished(led().say("ben", "2026-03-03 10:00").say("ben", message))
    assert row(story, "ben").kind == kind


def test_g10_a_comment_after_the_window_is_no_touch() -> None:
    assert kinds(finished(led().say("ben", "2026-03-07 12:01"))) == {}


def test_g10_comments_before_the_first_active_instant_touch_but_do_not_count() -> None:
    story = Story(assignee="ann", labels=("ab",), created="2026-02-01 09:00").say("ben", "2026-02-02 10:00")
    story.say("ben", "2026-02-03 10:00").move("In Progress", "2026-03-02 09:00")
    assert (kinds(finished(story)), row(story, "ben").at) == ({"ben": 1}, at("2026-02-02 10:00"))


def test_g10_days_are_counted_in_the_zone() -> None:
    story = finished(led().say("ben", "2026-03-02 23:59").say("ben", "2026-03-03 00:01"))
    assert row(story, "ben").kind == 2


@pytest.mark.parametrize("help_by", ["ann", "oli"])
def test_g10_agency_assist_by_worklog_comment_or_review(help_by: str) -> None:
    logged = finished(led("ben").log(help_by, 0.1, "2026-03-03 10:00"))
    ticket_story = finished(led("ben").say(help_by, "2026-03-03 10:00"))
    reviewed = led("ben").move("In Review", "2026-03-03 10:00").move("Done", DONE, help_by)
    assert [row(story, "ben").kind for story in (logged, ticket_story, reviewed)] == [3, 3, 3]


def test_g10_an_agency_review_after_done_is_no_assist() -> None:
    story = (
        led("ben")
        .move("Done", DONE, "ben")
        .move("In Review", "2026-04-04 12:00")
        .move("In Progress", "2026-04-05 12:00", "ann")
    )
    assert row(story, "ben").kind == 4


def test_g10_short_agency_comments_are_no_assist() -> None:
    assert row(finished(led("ben").say("ann", "2026-03-03 10:00", 39)), "ben").kind == 4


def test_g10_a_reviewer_with_a_trace_shadows() -> None:
    story = led().move("In Review", "2026-03-03 10:00").say("ben", "2026-03-03 11:00").move("Done", DONE, "ben")
    assert row(story, "ben").kind == 2


def test_g10_a_reviewer_without_a_trace_is_exposed_without_weight() -> None:
    story = led().move("In Review", "2026-03-03 10:00").move("Done", DONE, "ben")
    assert (row(story, "ben").kind, row(story, "ben").trace) == (1, False)


def test_g10_a_mere_transition_is_no_touch() -> None:
    assert kinds(led().move("Done", DONE, "ben")) == {}


def test_g10_a_role_set_by_the_done_moment_and_not_unset_before_counts() -> None:
    late = finished(led().role("ben", "shadow", "2026-03-04 12:01").say("ben", "2026-03-03 10:00"))
    unset = finished(led().role("ben", "shadow", "2026-03-02", "2026-03-04 11:59").say("ben", "2026-03-03 10:00"))
    held = finished(led().role("ben", "shadow", "2026-03-04 12:00").say("ben", "2026-03-03 10:00"))
    assert [row(story, "ben").kind for story in (late, unset, held)] == [1, 1, 2]


def test_g10_a_role_for_one_objective_says_nothing_of_another() -> None:
    prepared = lens_of(objectives=(goal("ab"), goal("seo")))
    story = finished(
        led(labels=("ab", "seo")).role("ben", "shadow", "2026-03-02", objective="seo").say("ben", "2026-03-03 10:00")
    )
    assert [(evidence_row.objective, evidence_row.kind) for evidence_row in measure(story, prepared).evidence] == [
        ("ab", 1),
        ("seo", 2),
    ]


def test_g10_an_empty_role_weighs_nothing() -> None:
    evidence_row = row(finished(led().role("ben", "shadow", "2026-03-02")), "ben")
    assert (evidence_row.kind, evidence_row.trace, evidence_row.at) == (1, False, at("2026-03-02"))


def test_g10_roles_and_comments_on_a_subtask_count_for_its_parent() -> None:
    child = Story("GROW-2", number=2).role("ben", "shadow", "2026-03-02").say("ben", "2026-03-03 10:00")
    assert row(finished(led().child(child)), "ben").kind == 2


def test_g10_bots_leave_nothing() -> None:
    prepared = lens_of(people=(*PEOPLE, stays("bot", "inhouse", "2025-01-01")), bots=frozenset({"bot"}))
    story = led().say("bot", "2026-03-02 10:00").say("bot", "2026-03-03 10:00").log("bot", 2, "2026-03-03 10:00")
    assert kinds(finished(story.role("bot", "shadow", "2026-03-02")), prepared) == {}


def test_g10_who_left_the_team_before_done_was_exposed_only() -> None:
    people = (*PEOPLE[:2], stays("ben", "inhouse", "2025-01-01", "2026-03-04"))
    assert kinds(finished(led().log("ben", 4, "2026-03-03 10:00")), lens_of(people=people)) == {"ben": 1}


def test_g10_work_done_for_the_agency_is_not_learning() -> None:
    people = (stays("ann", "agency", "2025-01-01", "2026-03-04"), stays("ann", "inhouse", "2026-03-04"))
    evidence_row = row(finished(led()), "ann", lens_of(people=people))
    assert (evidence_row.kind, evidence_row.agencies[0][0]) == (2, "acme")


def test_g10_minimum_size_keeps_tiny_tickets_from_e4() -> None:
    prepared = lens_of(objectives=(goal(min_size=2),))
    small, big = finished(led("ben", points="1.9")), finished(led("ben", points="2"))
    assert (kinds(small, prepared), kinds(big, prepared)) == ({"ben": 1}, {"ben": 4})


def test_g10_a_mentor_with_a_trace_takes_the_credit_where_no_agency_helped() -> None:
    story = finished(led("ben").role("ina", "mentor", "2026-03-02").say("ina", "2026-03-03 10:00"))
    assert (kinds(story), row(story, "ben").mentors, row(story, "ina").mentors) == ({"ben": 4, "ina": 5}, ("ina",), ())


@pytest.mark.parametrize(("since", "kind"), [("2026-03-02 13:00", 2), ("2026-03-02 12:59", 1)])
def test_c_shadowing_needs_agencies_with_half_of_the_ticket(since: str, kind: int) -> None:
    """Ina takes it over after four hours of eight; ben speaks on two days."""
    story = led().assign("ina", since).say("ben", "2026-03-02 10:00").say("ben", "2026-03-03 10:00")
    assert row(story.move("Done", "2026-03-02 17:00", "ina"), "ben").kind == kind


def test_c_what_a_mentors_trace_is_follows_the_rules_in_force() -> None:
    """Half an hour is a trace by the rules of the release, and none where both sides agreed on two hours."""
    story = finished(led("ben").role("ina", "mentor", "2026-03-02").log("ina", 0.5, "2026-03-03 10:00"))
    prepared = lens_of()
    strict = replace(prepared, ruleset=replace(prepared.ruleset, trace_seconds=7200))
    lines = [measure_ticket(this_rules, story.ticket()).evidence for this_rules in (prepared, strict)]
    assert [{row.account: row.mentors for row in rows}["ben"] for rows in lines] == [("ina",), ()]


def shared(since: str, *roles: str) -> int:
    """What ben's part shows of a ticket from Monday 9:00 to Friday 9:00, 32 hours, which he takes over `since`."""
    story = led().assign("ben", since)
    for role in roles:
        story.role("ben", role, "2026-03-02")
    return row(story.move("Done", "2026-03-06 09:00", "ann"), "ben").kind


def test_c_limits_of_shares_are_included() -> None:
    half, learner, tenth = ("2026-03-04 09:00", "2026-03-04 15:24", "2026-03-05 13:48")
    assert [shared(half), shared("2026-03-04 09:01")] == [3, 2]
    assert [shared(learner, "learner"), shared("2026-03-04 15:25", "learner")] == [3, 2]
    assert [shared(tenth), shared("2026-03-05 13:49")] == [2, 1]


def test_g10_a_role_unset_at_the_done_moment_still_counts() -> None:
    story = finished(led().role("ben", "shadow", "2026-03-02", DONE).say("ben", "2026-03-03 10:00"))
    assert row(story, "ben").kind == 2


def test_g10_a_worklog_started_at_the_done_moment_is_no_touch() -> None:
    assert kinds(finished(led().log("ben", 1, DONE))) == {}
    assert row(finished(led("ben").log("ann", 1, DONE)), "ben").kind == 4


def test_g10_without_active_time_the_window_opens_at_creation() -> None:
    child = Story("GROW-2", number=2, created="2026-03-20 09:00").move("In Progress", "2026-03-20 09:00")
    story = (
        Story(assignee="ann", labels=("ab",)).child(child).say("ben", "2026-03-02 10:00").say("ben", "2026-03-03 10:00")
    )
    assert row(finished(story), "ben").kind == 2
