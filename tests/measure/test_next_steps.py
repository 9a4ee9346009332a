"""What an open ticket would count as, and what would lift it."""

import pytest

from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.next_steps import next_steps_of
from tests.measure.builders import Story, at, goal, lens_of
from tests.measure.whole_measure import measure_ticket

NOW = at("2026-03-04 12:00")


def open_ticket(**more) -> Story:
    return Story(**{"assignee": "ann", "points": "8", "labels": ("ab",), **more}).move(
        "In Progress", "2026-03-02 09:00"
    )


def preview(story: Story, **more) -> Preview:
    this_preview = measure_if_done(lens_of(**more), story.ticket(), NOW)
    assert this_preview is not None
    return this_preview


def lifts(story: Story, account: str, now: int = NOW) -> dict[str, int]:
    prepared, ticket = lens_of(), story.ticket()
    outcome = measure_if_done(prepared, ticket, now)
    assert outcome is not None
    return {step.name: step.kind for step in next_steps_of(prepared, ticket, outcome, (account,), now=now)}


def test_an_open_ticket_would_count_as_what_it_would_if_done_now() -> None:
    story = open_ticket().assign("ben", "2026-03-03 13:00")
    done = measure_ticket(lens_of(), story.move("Done", "2026-03-04 12:00", "ben").ticket())
    story.changes.pop()
    story.now["status"] = "In Progress"
    outcome = preview(story)
    assert (outcome.entry, outcome.evidence) == (done.entries[0], done.evidence)
    assert measure_ticket(lens_of(), story.ticket()).entries == ()


@pytest.mark.parametrize(
    "story", [open_ticket(key="ELSE-1"), open_ticket().move("Done", "2026-03-03 12:00"), open_ticket(more={"level": 1})]
)
def test_what_would_not_count_has_no_preview(story: Story) -> None:
    assert measure_if_done(lens_of(), story.ticket(), NOW) is None


def test_a_shadow_needs_one_more_trace() -> None:
    story = open_ticket().role("ben", "shadow", "2026-03-02")
    assert lifts(story, "ben") == {"comment": 2, "comment_on_another_day": 2, "shadow_and_comment": 2, "drive": 3}


def test_who_said_something_once_needs_another_day_or_a_role() -> None:
    story = open_ticket().say("ben", "2026-03-02 10:00")
    assert lifts(story, "ben", at("2026-03-02 15:00")) == {
        "comment_on_another_day": 2,
        "shadow_and_comment": 2,
        "learner": 2,
        "drive": 3,
    }
    # Now is another day.
    assert lifts(story, "ben")["comment"] == 2


def test_to_be_exposed_is_no_step() -> None:
    assert lifts(open_ticket(), "ina") == {"shadow_and_comment": 2, "drive": 3}


def test_a_learner_with_a_third_of_the_work_would_be_assisted() -> None:
    story = open_ticket().assign("ben", "2026-03-03 17:00")
    story.change("2026-03-03 17:00", "ina", ("assignee", "ben", "ann")).change(
        "2026-03-04 09:00", "ina", ("assignee", "ann", "ben")
    )
    assert lifts(story, "ben", at("2026-03-04 17:00")) == {"learner": 3, "drive": 3}


def test_each_objective_is_lifted_apart() -> None:
    prepared = lens_of(objectives=(goal("ab"), goal("seo", min_size=13)))
    ticket = open_ticket(labels=("ab", "seo"), assignee=None).ticket()
    outcome = measure_if_done(prepared, ticket, NOW)
    assert outcome is not None
    steps = next_steps_of(prepared, ticket, outcome, ("ben",), now=NOW)
    # Under the least size of an objective nobody is independent.
    assert {step.objective: step.kind for step in steps} == {"ab": 4}


def test_whoever_reviews_in_the_end_is_not_known_yet() -> None:
    story = (
        Story(assignee="ben", labels=("ab",))
        .move("In Progress", "2026-03-02 09:00")
        .move("In Review", "2026-03-03 09:00")
    )
    assert [row.kind for row in preview(story.assign("ann", "2026-03-03 10:00")).evidence] == [4]
