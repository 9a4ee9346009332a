"""What an open ticket would count as, and what would lift it."""

from collections.abc import Sequence
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.times import HOUR
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.people.teaching_opportunities import Reaches, TeachingOpportunity, teaching_opportunities_of
from mappings.measure.ticket import possible_steps
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.next_steps import MOST_WORK, missing_work, next_steps_of
from mappings.measure.ticket.prepared import prepare
from tests.measure.builders import BOOK, Story, agree, at, goal, lens_of
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
        "log": 2,
        "help": 2,
        "learner_and_drive": 3,
    }


def test_who_said_something_once_needs_another_day_or_a_role() -> None:
    story = open_ticket().say("ben", "2026-03-02 10:00")
    assert lifts(story, "ben", at("2026-03-02 15:00")) == {
        "shadow_only": 2,
        "comment_on_another_day": 2,
        "shadow_and_comment": 2,
        "learner": 2,
        "log": 2,
        "help": 2,
        "learner_and_drive": 3,
        "drive": 3,
    }
    # Now is another day, and one more comment is one on another day.
    later = lifts(story, "ben")
    assert later["comment_on_another_day"] == 2
    assert "comment" not in later


@pytest.mark.parametrize("named", ["ben", "ina"])
def test_who_said_something_once_takes_the_role_from_nobody(named: str) -> None:
    story = open_ticket().say("ben", "2026-03-02 10:00")
    assert next(iter(lifts(story, "ben"))) == "shadow_only"
    assert "shadow_only" not in lifts(story.role(named, "shadow", "2026-03-02"), "ben")


def test_to_be_exposed_is_no_step() -> None:
    assert lifts(open_ticket(), "ina") == {"shadow_and_comment": 2, "log": 2, "help": 2, "learner_and_drive": 3}


@pytest.mark.parametrize(
    "story",
    [
        # Nobody has worked on it.
        open_ticket(assignee=None),
        # In-house people have done more of it than the agency.
        open_ticket().assign("ina", "2026-03-02 15:00"),
    ],
)
def test_what_no_agency_leads_is_shadowed_by_no_work(story: Story) -> None:
    assert not {"log", "help"} & lifts(story, "ben").keys()


def test_help_by_which_the_agency_would_lead_it_no_more_shadows_nothing() -> None:
    # 11 of the 20 hours are the agency's; 2.3 more would leave it less than half.
    story = open_ticket().assign("ina", "2026-03-03 12:00")
    assert lifts(story, "ben", at("2026-03-04 13:00")).keys() & {"log", "help"} == {"log"}


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
        (open_ticket(), "help"),
    ],
)
def test_who_works_as_long_as_a_step_says_gets_its_kind_and_not_in_less(story: Story, step: str) -> None:
    prepared, ticket = lens_of(), story.ticket()
    # Half of more than two working days is more than anybody takes on.
    now = at("2026-03-03 12:00")
    outcome = measure_if_done(prepared, ticket, now)
    assert outcome is not None
    steps = {item.name: item for item in next_steps_of(prepared, ticket, outcome, ("ben",), now=now)}
    # The whole grows with their own part: 30 % are 30 / 70 of what others did, half are as much as that.
    parts = {"drive": prepared.ruleset.drives, "help": prepared.ruleset.helps}
    part = parts.get(step, prepared.ruleset.learner_drives)
    missing = part * outcome.moment.share.total / (1000 - part)
    assert missing <= steps[step].work < missing + HOUR / 10
    assert steps[step].kind == (2 if step == "help" else 3)
    # Who is named already is not told to be named.
    assert ("learner_and_drive" in steps) != ("learner_drives" in steps)


PEOPLE = ("ann", "ben", "ina")
WHEN = st.builds("2026-03-0{} {:02}:00".format, st.integers(2, 4), st.integers(9, 11))
ACTS = st.one_of(
    st.tuples(st.just("say"), st.sampled_from(PEOPLE), WHEN),
    st.tuples(st.just("role"), st.sampled_from(PEOPLE), st.sampled_from(("shadow", "learner", "mentor")), WHEN),
    st.tuples(st.just("assign"), st.sampled_from((*PEOPLE, None)), WHEN),
    st.tuples(st.just("move"), st.sampled_from(("In Progress", "In Review", "To Do")), WHEN, st.sampled_from(PEOPLE)),
    st.tuples(st.just("log"), st.sampled_from(PEOPLE), st.sampled_from((0.2, 0.5, 4)), WHEN),
)


@given(
    assignee=st.sampled_from((*PEOPLE, None)),
    acts=st.lists(ACTS, max_size=8),
    days=st.integers(1, 3),
    by=st.sampled_from(("active_time", "worklog")),
)
# A comment of who has a role, one of who wrote before, and a role of who logged time; a comment on the day after, when
# the agency leads the work, and the role of who has a part of work that no agency leads.
@example(
    assignee="ina", acts=[("say", "ben", "2026-03-02 10:00"), ("assign", "ann", "2026-03-03 11:00")], days=2,
    by="active_time",
)  # fmt: skip
@example(
    assignee="ina", acts=[("say", "ann", "2026-03-03 10:00"), ("assign", "ben", "2026-03-03 11:00")], days=2,
    by="active_time",
)  # fmt: skip
@example(assignee="ann", acts=[("role", "ben", "shadow", "2026-03-02 09:00")], days=2, by="active_time")
@example(assignee="ann", acts=[("say", "ben", "2026-03-02 10:00")], days=2, by="active_time")
@example(assignee="ann", acts=[("log", "ben", 0.5, "2026-03-02 10:00")], days=2, by="worklog")
def test_a_step_that_is_not_measured_would_add_nothing(
    assignee: str | None, acts: list[tuple[Any, ...]], days: int, by: str
) -> None:
    story = Story(assignee=assignee, points="8", labels=("ab",)).move("In Progress", "2026-03-02 09:00")
    for name, *of in sorted(acts, key=lambda act: act[-1] if act[0] != "move" else act[2]):
        getattr(story, name)(*of)
    prepared = prepare(agree(attribution=by), BOOK, ruleset=replace(DEFAULT, shadow_days=days))
    ticket = story.ticket()
    outcome = measure_if_done(prepared, ticket, NOW)
    assert outcome is not None
    steps = next_steps_of(prepared, ticket, outcome, PEOPLE, now=NOW, long=True)
    for least in range(1, 6):
        wanted = next_steps_of(prepared, ticket, outcome, PEOPLE, now=NOW, long=True, least=least)
        assert wanted == tuple(step for step in steps if step.kind >= least)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(possible_steps, "ADDS", {})
        assert next_steps_of(prepared, ticket, outcome, PEOPLE, now=NOW, long=True) == steps


def driving_of(days: int, hour: int, own: int) -> tuple[set[float], set[float]]:
    """The hours of driving as the learner: among the steps of a ticket, and by what the ticket could teach."""
    prepared = lens_of(objectives=(goal(learners=("ben",)),))
    story = open_ticket()
    if own:
        story.change("2026-03-02 09:00", "ina", ("assignee", "ann", "ben"))
        story.change(f"2026-03-02 {9 + own:02}:00", "ina", ("assignee", "ben", "ann"))
    ticket, now = story.ticket(), at(f"2026-03-{2 + days:02} {hour:02}:00")
    outcome = measure_if_done(prepared, ticket, now)
    assert outcome is not None
    steps = next_steps_of(prepared, ticket, outcome, ("ben",), now=now, names=("learner_and_drive",))
    openings = teaching_opportunities_of(
        prepared, 1, outcome, reaches=Reaches(prepared, {}), learners=[("ab", "ben")], nearer=True, viewer="ben"
    )
    learner = prepared.ruleset.learner_drives
    if reaches(outcome.moment.share.people.get("ben", 0), outcome.moment.share.total, learner):
        return set(), set()
    drives = [opening for opening in openings if opening.part == "driver"]
    return (
        {step.work / HOUR for step in steps},
        {missing_work(outcome, "ben", learner) / HOUR for _ in drives},
    )


@given(days=st.integers(0, 10), hour=st.integers(10, 17), own=st.integers(0, 7))
@example(days=10, hour=17, own=0)
@example(days=0, hour=12, own=0)
def test_what_a_ticket_could_teach_takes_as_much_work_as_its_steps_and_never_more_than_two_days(
    days: int, hour: int, own: int
) -> None:
    steps, openings = driving_of(days, hour, min(own, 8 * days + hour - 10))
    assert steps == openings
    assert all(work <= 16 for work in steps)


def test_whether_others_could_drive_a_ticket_is_told_as_if_they_had_no_hours() -> None:
    prepared = lens_of(objectives=(goal(learners=("ben",)),))
    story = open_ticket().change("2026-03-02 09:00", "ina", ("assignee", "ann", "ben"))
    story.change("2026-03-02 15:00", "ina", ("assignee", "ben", "ann"))
    now = at("2026-03-06 17:00")
    outcome = measure_if_done(prepared, story.ticket(), now)
    assert outcome is not None
    own, without = (missing_work(outcome, account, prepared.ruleset.learner_drives) for account in ("ben", ""))
    assert own <= MOST_WORK < without

    def openings(viewer: str, *, long: bool = False) -> Sequence[TeachingOpportunity]:
        learners, reaches = [("ab", "ben")], Reaches(prepared, {})
        return teaching_opportunities_of(
            prepared, 1, outcome, reaches=reaches, learners=learners, nearer=True, viewer=viewer, long=long
        )

    parts = {viewer: [opening.part for opening in openings(viewer)] for viewer in ("ben", "ann")}
    assert ("driver" in parts["ben"], "driver" in parts["ann"]) == (True, False)
    # What is left out is known with what is not: the ticket is looked at once.
    long = {
        viewer: [opening.is_long for opening in openings(viewer, long=True) if opening.part == "driver"]
        for viewer in ("ben", "ann")
    }
    assert long == {"ben": [False], "ann": [True]}


def test_in_works_council_mode_no_step_is_left_out_for_its_hours() -> None:
    offered: dict[bool, set[float]] = {}
    for is_council in (False, True):
        rules = replace(DEFAULT, works_council=is_council)
        prepared = prepare(agree(objectives=(goal(learners=("ben",)),)), BOOK, ruleset=rules)
        ticket, now = open_ticket().ticket(), at("2026-03-20 17:00")
        outcome = measure_if_done(prepared, ticket, now)
        assert outcome is not None
        steps = next_steps_of(prepared, ticket, outcome, ("ben",), now=now, names=("drive",))
        openings = teaching_opportunities_of(
            prepared, 1, outcome, reaches=Reaches(prepared, {}), learners=[("ab", "ben")], nearer=True
        )
        offered[is_council] = {step.work / HOUR for step in steps}
        assert ("driver" in [opening.part for opening in openings]) is is_council
    assert not offered[False]
    assert min(offered[True]) > 16


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
