"""Measurement (h), clause by clause: what the client is measured by, from tickets as they were told."""

import pytest

from mappings.measure.score.opportunities import measure_with_opportunities
from tests.measure.builders import Story, at, lens_of
from tests.measure.clauses.test_clauses_agency import finished, led, until
from tests.measure.webhook_checks import counted


def asked(**more) -> Story:
    """In review by ann at Monday 15:00: due at Wednesday 15:00."""
    story = Story(**{"assignee": "ann", "creator": "ann", **more}).move("In Progress", "2026-03-02 09:00", "ann")
    return story.move("In Review", "2026-03-02 15:00", "ann")


def reviews(story: Story, window=None, prepared=None) -> tuple[float, int]:
    return counted("reviews_in_time", story, prepared, *([window] if window else []))


@pytest.mark.parametrize(("left", "n"), [("2026-03-04 15:00", 0), ("2026-03-04 15:01", 1)])
def test_d4_reviews_withdrawn_by_the_agency_leave_n_unless_the_limit_has_passed(left: str, n: int) -> None:
    assert reviews(asked().move("In Progress", left, "ann")) == (0, n)


def test_d4_reviews_an_answer_before_the_agency_takes_it_back_counts() -> None:
    story = asked().say("ben", "2026-03-03 09:30", 2).move("In Progress", "2026-03-03 10:00", "abe")
    assert reviews(story) == (1, 1)


@pytest.mark.parametrize(("by", "x"), [("ben", 1), ("gus", 1), ("stranger", 1), ("oli", 1)])
def test_d4_reviews_left_by_somebody_else_than_the_agency(by: str, x: float) -> None:
    assert reviews(asked().move("To Do", "2026-03-04 14:00", by)) == (x, 1)


@pytest.mark.parametrize("touch", ["comment", "worklog", "change"])
def test_d4_reviews_any_touch_of_the_client_answers(touch: str) -> None:
    story = asked()
    if touch == "comment":
        story.say("ben", "2026-03-03 10:00", 2)
    elif touch == "worklog":
        story.log("ben", 0.1, "2026-03-03 10:00")
    else:
        story.change("2026-03-03 10:00", "ben", ("priority", "Low", "High"))
    assert reviews(story) == (1, 1)


def test_d4_reviews_of_open_tickets_count_too_and_belong_to_the_window_of_the_request() -> None:
    windows = [until(end, "2026-04-01") for end in ("2026-03-02", "2026-03-03")]
    assert [reviews(asked(), window) for window in windows] == [(0, 0), (0, 1)]


def test_d4_reviews_wait_in_business_hours_over_a_weekend_and_a_clock_change() -> None:
    """(g) 6: asked on Friday 15:00 before the clocks change, due on Tuesday 15:00."""
    story = Story(assignee="ann", creator="ann").move("In Review", "2026-03-27 15:00", "ann")
    (opportunity,) = [
        opportunity
        for opportunity in measure_with_opportunities(lens_of(), story.ticket())[1]
        if opportunity.component == "reviews_in_time"
    ]
    assert opportunity.known == at("2026-03-31 15:00")


def test_d4_reviews_outside_the_engagements_projects_are_none() -> None:
    assert reviews(asked(key="ELSE-1"))[1] == 0


def test_d4_reviews_by_a_bot_are_no_requests_and_its_touch_is_none() -> None:
    prepared = lens_of(bots=frozenset({"ann"}))
    assert reviews(asked(), prepared=prepared)[1] == 0
    assert reviews(asked().say("ben", "2026-03-03 10:00"), prepared=lens_of(bots=frozenset({"ben"}))) == (0, 1)


def test_gaming_client_withholds_reviews_and_it_shows_on_the_client_alone() -> None:
    """Reviews are in client readiness: a request never answered is a miss of the client, and nothing of the agency."""
    story = finished(asked(labels=("ab",)), "2026-03-20 12:00")
    assert reviews(story) == (0, 1)
    assert counted("workflow_checks", story, lens_of(model="full_service")) == (1, 1)


def test_d4_questions_withdrawn_likewise() -> None:
    story = Story(creator="ann").move("Waiting for client", "2026-03-02 15:00", "ann")
    assert counted("questions_answered", story.move("In Progress", "2026-03-03 10:00", "ann"))[1] == 0


def test_d4_questions_on_a_subtask_are_the_tickets() -> None:
    child = Story("GROW-2", number=2).say("ann", "2026-03-02 15:00", mentions=("ben",))
    assert counted("questions_answered", Story(creator="ann").child(child)) == (0, 1)


@pytest.mark.parametrize(
    ("when", "x"), [("2026-03-02 09:00", 1), ("2026-03-02 09:01", 0), ("2026-03-06 12:00", 0), ("2026-03-06 12:01", 1)]
)
def test_d4_brief_stable_from_the_first_active_instant_to_the_done_moment(when: str, x: float) -> None:
    story = led().change(when, "ina", ("timeoriginalestimate", "1", "2"))
    assert counted("brief_stable", finished(story)) == (x, 1)


@pytest.mark.parametrize(
    "field", ["summary", "description", "timeoriginalestimate", "customfield_10016", "Story Points"]
)
def test_d4_brief_stable_summary_description_and_estimate(field: str) -> None:
    assert counted("brief_stable", finished(led().change("2026-03-03 10:00", "ina", (field, "1", "2")))) == (0, 1)


def test_gaming_watchers_add_no_opportunity_and_no_success() -> None:
    """A watch is no touch: what today's list of watchers holds enters nothing."""
    plain, watched = finished(led()), finished(led())
    watched.more["fields"] = {"customfield_10016": ("3",), "watches": ("3",)}
    rows = [measure_with_opportunities(lens_of(), story.ticket())[1] for story in (plain, watched)]
    assert rows[0] == rows[1]
