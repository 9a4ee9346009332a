"""Measurement (h), clause by clause: what both sides are measured by, from tickets as they were told."""

from fractions import Fraction

import pytest

from mappings.measure.model.engagement import Hours, Signals
from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import GRID, measure_with_opportunities
from tests.measure.builders import Story, at, lens_of
from tests.measure.clauses.test_clauses_agency import finished, led, until
from tests.measure.webhook_checks import active, counted, opportunities_of

LEGAL = lens_of(signals=Signals(gatekeeper={"labels": ("legal",)}))


def test_d5_earliness_required_by_a_label_or_met_counts_for_every_done_ticket_whoever_led_it() -> None:
    stories = [finished(led("ben", labels=labels)) for labels in (("legal",), ("ab",))]
    assert [counted("earliness", story, LEGAL) for story in stories] == [(0, 1), (0, 0)]


def test_d5_earliness_starts_at_the_first_active_instant_else_at_creation() -> None:
    story = Story(created="2026-03-02 00:00", assignee="ann", labels=("legal",)).say("gus", "2026-03-04 00:00", 2)
    assert counted("earliness", story.move("Done", "2026-03-06 00:00"), LEGAL) == (0.5, 1)


def test_d5_earliness_after_the_done_moment_is_never() -> None:
    assert counted("earliness", finished(led(labels=("legal",))).say("gus", "2026-03-07 09:00", 2), LEGAL) == (0, 1)


def test_d5_earliness_is_kept_to_one_part_of_the_grid() -> None:
    story = finished(led(labels=("legal",)).say("gus", "2026-03-03 09:07", 2))
    (opportunity,) = [
        opportunity for opportunity in opportunities_of(story, LEGAL) if opportunity.component == "earliness"
    ]
    start, met, done = at("2026-03-02 09:00"), at("2026-03-03 09:07"), at("2026-03-06 12:00")
    assert GRID % opportunity.x.denominator == 0
    assert abs(opportunity.x - (1 - Fraction(met - start, done - start))) <= Fraction(1, 2 * GRID)


@pytest.mark.parametrize(("back", "x"), [("In Progress", 0), ("Done", 1)])
def test_d5_first_pass_looks_at_the_first_exit_alone(back: str, x: float) -> None:
    story = led().move("Legal review", "2026-03-03 10:00").move(back, "2026-03-04 10:00")
    story.move("Legal review", "2026-03-05 10:00").move("Done" if back != "Done" else "To Do", "2026-03-06 10:00")
    assert counted("first_pass", story) == (x, 1)


def test_d5_first_pass_is_not_counted_before_it_left() -> None:
    story = led().move("Legal review", "2026-03-03 10:00").move("Done", "2026-03-10 10:00")
    assert [
        counted("first_pass", story, window=until("2026-03-20", now))[1] for now in ("2026-03-10", "2026-03-11")
    ] == [0, 1]


INCIDENTS = Signals(incidents={"types": ("Incident",)}, incident_review={"labels": ("postmortem",)})


def incident(done: str = "2026-03-02 16:00", **more) -> Story:
    plain = {"created": "2026-03-01 20:00", "creator": "stranger", "more": {"type_name": "Incident"}}
    story = Story(**{**plain, **more})
    story.done = done
    return story


def sides(story: Story, prepared=None) -> list[tuple[float, int]]:
    prepared = prepared or lens_of(signals=INCIDENTS)
    story.move("Done", story.done, "stranger")
    return [counted(key, story, prepared) for key in ("crisis", "crisis_agency", "crisis_inhouse")]


def test_d6_both_sides_are_shown_beside_their_mean() -> None:
    story = incident(assignee="ann").say("ann", "2026-03-01 20:30", 2)
    assert sides(story) == [(0.4, 1), (0.8, 1), (0, 1)]


def test_d6_who_opens_the_incident_has_touched_it() -> None:
    assert sides(incident(creator="ben"))[2] == (0.5, 1)


@pytest.mark.parametrize(("touched", "x"), [("2026-03-01 21:00", 0.5), ("2026-03-01 21:01", 0)])
def test_d6_first_touch_within_60_minutes(touched: str, x: float) -> None:
    assert sides(incident().say("ben", touched, 2))[2] == (x, 1)


def test_d6_on_call_of_office_hours_begins_in_the_morning() -> None:
    prepared = lens_of(signals=INCIDENTS, on_call=Hours())
    assert sides(incident(done="2026-03-06 16:00").say("ben", "2026-03-02 10:00", 2), prepared)[2] == (0.5, 1)


def test_d6_present_as_assignee_at_done_whoever_the_done_transition_sets() -> None:
    story = incident(assignee="ben")
    story.move("Done", "2026-03-02 16:00", "stranger", ("assignee", "ben", "ann"))
    story.now["assignee"] = "ann"
    prepared = lens_of(signals=INCIDENTS)
    assert [counted(key, story, prepared)[0] for key in ("crisis_agency", "crisis_inhouse")] == [0, 0.3]


def test_d6_a_review_counts_for_both_and_other_types_for_nobody() -> None:
    assert sides(incident(labels=("postmortem",))) == [(0.2, 1)] * 3
    assert sides(incident(more={"type_name": "Bug"})) == [(0, 0)] * 3


def test_d7_first_active_instant_of_a_mapped_ticket_open_or_done() -> None:
    start = at("2026-03-02 09:00")
    assert [active(story)[0] for story in (led(), finished(led()), led(labels=()), Story(labels=("ab",)))] == [
        start,
        start,
        None,
        None,
    ]


@pytest.mark.parametrize(
    ("start", "end", "inside"),
    [
        ("2026-03-06", "2026-04-01", True),
        ("2026-03-06 12:00", "2026-04-01", False),
        ("2026-02-01", "2026-03-02 09:00", False),
        ("2026-02-01", "2026-03-02 09:01", True),
        ("2026-03-03", "2026-03-04", True),
    ],
)
def test_d7_active_in_the_window(start: str, end: str, inside: bool) -> None:
    assert active(finished(led()), Window(at(start), at(end), at(end)))[1] is inside


def test_d7_paused_through_the_window_is_not_active_and_open_work_is() -> None:
    later = Window(at("2026-04-01"), at("2026-05-01"), at("2026-05-01"))
    assert active(led().move("To Do", "2026-03-03 09:00"), later)[1] is False
    assert active(led(), later)[1] is True


def test_d7_a_subtask_makes_its_ticket_active() -> None:
    child = Story("GROW-2", number=2, assignee="ann").move("In Progress", "2026-03-02 10:00", "ann")
    assert active(Story(labels=("ab",)).child(child))[0] == at("2026-03-02 10:00")


def test_d7_work_before_the_engagement_and_elsewhere_is_none_of_its() -> None:
    story = led(created="2024-12-01 09:00")
    story.changes.clear()
    story.now["status"] = "To Do"
    story.move("In Progress", "2024-12-20 09:00", "ann")
    assert active(story)[0] == at("2025-01-01")
    assert active(led(key="ELSE-1"))[0] is None


def test_d7_an_objective_set_after_done_waits_for_its_confirmation() -> None:
    waiting = finished(led(labels=())).tag("ab", "2026-03-10 12:00")
    confirmed = finished(led(labels=())).tag("ab", "2026-03-10 12:00", confirmed="2026-03-20 12:00")
    assert [active(story)[0] is None for story in (waiting, confirmed)] == [True, False]


def test_every_x_lies_on_the_grid() -> None:
    story = finished(led(labels=("ab", "legal")).say("gus", "2026-03-03 09:07", 2))
    opportunities = measure_with_opportunities(LEGAL, story.ticket())[1]
    assert opportunities
    assert all(GRID % row.x.denominator == 0 for row in opportunities)
