"""Measurement (h), clause by clause: what the agency is measured by, in windows, from tickets as they were told."""

import pytest
from msgspec.structs import replace

from mappings.measure.model.engagement import Checks, Signals
from mappings.measure.model.opportunity import Window
from mappings.measure.score.dimensions import score_component
from mappings.measure.score.embedding import applicable
from mappings.measure.score.opportunities import measure_with_opportunities
from tests.measure.builders import DAY, Story, at, goal, lens_of, stays
from tests.measure.webhook_checks import YEAR, counted, look, opportunities_of
from tests.measure.whole_measure import measure_ticket

LEARNING = lens_of(objectives=(goal(learners=("ben",)),))


def led(by: str = "ann", **more) -> Story:
    story = Story(**{"assignee": by, "points": "3", "labels": ("ab",), "creator": "ann", **more})
    return story.move("In Progress", "2026-03-02 09:00", by)


def finished(story: Story, when: str = "2026-03-06 12:00", by: str = "ann") -> Story:
    return story.move("Done", when, by)


def until(text: str, as_of: str | None = None) -> Window:
    return replace(YEAR, end=at(text), as_of=at(as_of or text))


def test_one_pass_gives_what_two_give() -> None:
    ticket, prepared = finished(led()).ticket(), lens_of()
    measured = measure_ticket(prepared, ticket)
    assert measure_with_opportunities(prepared, ticket)[0] == measured


@pytest.mark.parametrize(
    ("reopened", "end", "n"),
    [(None, "2026-03-07", 1), ("2026-03-10 12:00", "2026-03-10", 1), ("2026-03-10 12:00", "2026-03-11", 0)],
)
def test_done_ticket_is_one_that_no_reopening_took_back_inside_the_window(reopened, end, n) -> None:
    story = finished(led())
    if reopened:
        story.move("In Progress", reopened)
    assert counted("agency_done", story, window=until(end))[1] == n


def test_done_ticket_reopened_at_the_windows_end_counts_still() -> None:
    """Half-open: what happens at the end is not inside."""
    story = finished(led()).move("In Progress", "2026-03-11 00:00")
    assert [counted("agency_done", story, window=until(end))[1] for end in ("2026-03-11", "2026-03-12")] == [1, 0]


def test_done_ticket_finished_again_counts_once() -> None:
    story = finished(led()).move("In Progress", "2026-03-10 12:00").move("Done", "2026-03-11 12:00")
    assert counted("agency_done", story) == (1, 1)


def test_done_ticket_with_an_objective_confirmed_late_is_dated_then_and_judged_as_it_was_done() -> None:
    """(g) 11 with (h): a change of the brief between done and confirmation is none before done."""
    story = finished(led(labels=())).tag("ab", "2026-03-10 12:00", confirmed="2026-03-20 12:00")
    story.change("2026-03-12 12:00", "ina", ("summary", "a", "b"))
    assert counted("brief_stable", story, window=until("2026-03-15")) == (1, 1)
    assert counted("brief_stable", story) == (1, 1)
    assert counted("learners_offered", story, window=until("2026-03-15"))[1] == 0
    assert counted("learners_offered", story)[1] == 1


def test_d1a_keeps_its_success_in_windows_before_a_late_confirmation_of_another_objective() -> None:
    prepared = lens_of(objectives=(goal(learners=("ben",)), goal("cd", learners=("ben",))))
    story = finished(led().log("ben", 1, "2026-03-03 10:00"))
    story.tag("cd", "2026-03-10 12:00", confirmed="2026-03-20 12:00")
    assert [counted("taught_through", story, prepared, until(end)) for end in ("2026-03-15", "2026-04-15")] == [
        (1, 1)
    ] * 2


def test_d1a_agency_led_alone_and_only_this_engagements_agency() -> None:
    stories = [finished(led(who)) for who in ("ann", "oli", "ina")]
    assert [counted("taught_through", story, LEARNING)[1] for story in stories] == [1, 0, 0]


@pytest.mark.parametrize(("people", "n"), [("2026-03-06", 1), ("2026-03-07", 0)])
def test_d1a_a_learner_is_in_house_at_the_done_moment(people: str, n: int) -> None:
    prepared = lens_of(
        objectives=(goal(learners=("new",)),),
        people=(stays("ann", "agency", "2025-01-01"), stays("new", "inhouse", people)),
    )
    assert counted("taught_through", finished(led()), prepared)[1] == n
    assert counted("learners_offered", finished(led()), prepared) == (n, 1)


def test_d1a_a_learner_who_did_it_alone_was_not_taught_through_it() -> None:
    """E4 is no E2 or E3; a ticket that the agency led has no E4, so one that nobody shadowed has x = 0."""
    assert counted("taught_through", finished(led()), LEARNING) == (0, 1)
    assert counted("taught_through", finished(led().log("ben", 1, "2026-03-03 10:00")), LEARNING) == (1, 1)


def test_d1b_met_is_a_pair_for_each_enrolled_learner_of_each_objective() -> None:
    prepared = lens_of(objectives=(goal(learners=("ben", "ina", "oli")), goal("cd", learners=("ben",)), goal("ef")))
    met = [
        opportunity
        for opportunity in opportunities_of(finished(led(labels=("ab", "cd", "ef"))), prepared)
        if opportunity.component == "met"
    ]
    assert [(opportunity.objective, opportunity.account) for opportunity in met] == [
        ("ab", "ben"),
        ("ab", "ina"),
        ("cd", "ben"),
    ]


def test_gaming_client_withholds_learners_and_the_agency_is_not_counted_down() -> None:
    """e4: no learner on the ticket: not in D1a's n, but in learners offered."""
    counts = [counted(key, finished(led())) for key in ("taught_through", "learners_offered")]
    assert counts == [(0, 0), (0, 1)]


STRICT = Checks(required_fields=("components",), links=("Implements",), sprint=True)


def passes(number: int, story: Story, prepared=None) -> bool:
    view = look(finished(story), prepared or lens_of(model="embedded", checks=STRICT))
    return applicable(view)[number](view, view.done_entries[0])


@pytest.mark.parametrize(("items", "held"), [((("A", None),), True), ((("A", None), ("B", None)), False)])
def test_d2_check_2_fields_whose_values_come_and_go_one_by_one(items, held: bool) -> None:
    """Two components at first, taken off before the start: with one left the field is filled."""
    story = Story(assignee="ann", creator="ann", labels=("ab",), more={"components": () if len(items) == 2 else ("B",)})
    for old, new in items:
        story.change("2026-03-02 08:00", "ina", ("Component", old, new))
    story.changes[:] = [replace(change, field_id="components") for change in story.changes]
    assert passes(2, story.move("In Progress", "2026-03-02 09:00", "ann")) is held


def test_d2_check_6_ends_with_the_done_moment_included() -> None:
    last = led().move("Done", "2026-03-06 12:00", "ann", ("description", "…", "…"))
    after = finished(led()).change("2026-03-07 12:00", "ann", ("description", "…", "…"))
    prepared = lens_of(model="full_service")
    rows = [look(story, prepared) for story in (last, after)]
    assert [applicable(row)[6](row, row.done_entries[0]) for row in rows] == [False, True]


def test_d2_check_6_wants_the_touch_later_than_the_change() -> None:
    seen = led().say("ina", "2026-03-03 10:00", 2).change("2026-03-03 11:00", "ann", ("description", "…", "…"))
    assert not passes(6, seen)
    assert passes(6, seen.say("ina", "2026-03-03 12:00", 2))


def test_d2_check_6_a_touch_in_the_instant_of_the_change_is_none_after_it() -> None:
    seen = led().say("ina", "2026-03-03 11:00", 2).change("2026-03-03 11:00", "ann", ("description", "…", "…"))
    assert not passes(6, seen)


@pytest.mark.parametrize(("given", "held"), [("2026-03-06 12:00", True), ("2026-03-06 12:01", False)])
def test_d2_check_4_asks_for_the_parent_at_the_done_moment(given: str, held: bool) -> None:
    story = led(more={"parent_key": "GROW-90"}).change(given, "ina", ("IssueParentAssociation", None, "GROW-90"))
    assert passes(4, story) is held


@pytest.mark.parametrize(("model", "settings", "n"), [("full_service", Checks(), 1), ("project", Checks(), 1)])
def test_d2_a_check_whose_setting_is_missing_does_not_apply(model, settings, n) -> None:
    prepared = lens_of(model=None if model == "project" else model, checks=settings)
    assert counted("workflow_checks", finished(led()), prepared)[1] == n
    assert counted("workflow_checks", finished(led("ben")), prepared)[1] == 0


PROPOSING = lens_of(signals=Signals(proposals={"labels": ("proposal",), "declined": ("Won't do",)}))


def proposal(**more) -> Story:
    plain = {"created": "2026-03-02 09:00", "labels": ("proposal",), "creator": "ann", "assignee": "ben"}
    return Story(**{**plain, **more})


def declined(story: Story, when: str) -> Story:
    story.more["resolution"] = "Won't do"
    return story.move("Done", when, "ina", ("resolution", None, "Won't do"))


def test_d3a_counts_in_the_window_of_creation_and_watches_the_engagements_dates() -> None:
    assert counted("proposals", proposal(), PROPOSING, until("2026-03-02"))[1] == 0
    assert counted("proposals", proposal(), PROPOSING, until("2026-03-03"))[1] == 1
    assert counted("proposals", proposal(created="2024-12-31 09:00"), PROPOSING, replace(YEAR, start=0))[1] == 0


def test_d3a_a_flood_of_proposals_is_capped_and_does_not_help_uptake() -> None:
    """Gaming: a hundred proposals are worth what five in a hundred tickets are; dropped, they cost uptake."""
    assert score_component("proposal_rate", 100, 40).value == score_component("proposal_rate", 3, 40).value == 1
    flood = [counted("uptake", proposal(number=number), PROPOSING) for number in range(1, 6)]
    assert flood == [(0, 1)] * 5


def test_d3b_proposals_count_whenever_created() -> None:
    prepared = lens_of(
        signals=Signals(proposals={"labels": ("proposal",)}), people=(stays("ann", "agency", "2024-01-01"),)
    )
    story = proposal(created="2024-12-20 09:00").move("Done", "2025-01-10 12:00", "ina")
    window = Window(at("2025-01-01"), at("2025-02-01"), at("2025-02-01"))
    assert [counted(key, story, prepared, window)[1] for key in ("proposals", "uptake")] == [0, 1]


def test_d3b_a_decision_taken_back_counts_until_then() -> None:
    story = proposal().move("Done", "2026-03-10 12:00", "ina").move("To Do", "2026-03-20 12:00")
    declined(story, "2026-04-01 12:00")
    ends = ("2026-03-15", "2026-03-25", "2026-04-15")
    assert [counted("uptake", story, PROPOSING, until(end)) for end in ends] == [(1, 1), (0, 0), (0, 1)]


def test_d3b_a_decline_is_known_when_its_reason_comes_or_can_no_longer_come() -> None:
    silent = declined(proposal(), "2026-03-10 12:00")
    assert [
        counted("uptake", silent, PROPOSING, until("2026-03-20", now))[1] for now in ("2026-03-13", "2026-03-14")
    ] == [0, 1]
    silent.say("ina", "2026-03-12 12:00")
    assert counted("uptake", silent, PROPOSING, until("2026-03-20", "2026-03-13")) == (0.5, 1)


@pytest.mark.parametrize(("days", "x"), [(90, 1), (91, 0)])
def test_d3b_decided_after_90_days_stays_undecided(days: int, x: float) -> None:
    when = at("2026-03-02 09:00") + days * DAY
    story = proposal().change(when, "ina", ("status", "To Do", "Done"))
    story.now["status"] = "Done"
    assert counted("uptake", story, PROPOSING) == (x, 1)
