"""What an open ticket would count as, and what would lift it."""

import pytest

from mappings.events.times import HOUR
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
    assert lifts(story, "ben") == {
        "comment": 2,
        "comment_on_another_day": 2,
        "shadow_and_comment": 2,
        "learner_and_drive": 3,
        "drive": 3,
    }


def test_who_said_something_once_needs_another_day_or_a_role() -> None:
    story = open_ticket().say("ben", "2026-03-02 10:00")
    assert lifts(story, "ben", at("2026-03-02 15:00")) == {
        "comment_on_another_day": 2,
        "shadow_and_comment": 2,
        "learner": 2,
        "learner_and_drive": 3,
        "drive": 3,
    }
    # Now is another day.
    assert lifts(story, "ben")["comment"] == 2


def test_to_be_exposed_is_no_step() -> None:
    assert lifts(open_ticket(), "ina") == {"shadow_and_comment": 2, "learner_and_drive": 3, "drive": 3}


def test_a_learner_with_a_third_of_the_work_would_be_assisted() -> None:
    story = open_ticket().assign("ben", "2026-03-03 17:00")
    story.change("2026-03-03 17:00", "ina", ("assignee", "ben", "ann")).change(
        "2026-03-04 09:00", "ina", ("assignee", "ann", "ben")
    )
    assert lifts(story, "ben", at("2026-03-04 17:00")) == {"learner": 3, "drive": 3}


@pytest.mark.parametrize(
    ("story", "step"),
    [
        (open_ticket(), "learner_and_drive"),
        (open_ticket().role("ben", "learner", "2026-03-02"), "learner_drives"),
        (open_ticket(), "drive"),
    ],
)
def test_who_works_as_long_as_a_step_says_gets_its_kind_and_not_in_less(story: Story, step: str) -> None:
    prepared, ticket = lens_of(), story.ticket()
    outcome = measure_if_done(prepared, ticket, NOW)
    assert outcome is not None
    steps = {item.name: item for item in next_steps_of(prepared, ticket, outcome, ("ben",), now=NOW)}
    # The whole grows with their own part: 30 % are 30 / 70 of what others did, half are as much as that.
    part = prepared.ruleset.drives if step == "drive" else prepared.ruleset.learner_drives
    missing = part * outcome.moment.share.total / (1000 - part)
    assert missing <= steps[step].work < missing + HOUR / 10
    assert steps[step].kind == 3
    # Who is named already is not told to be named.
    assert ("learner_and_drive" in steps) != ("learner_drives" in steps)


def test_where_nobody_has_worked_yet_the_role_of_a_learner_adds_nothing() -> None:
    unassigned = open_ticket(assignee=None)
    assert lifts(unassigned, "ben") == {"drive": 4}


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
