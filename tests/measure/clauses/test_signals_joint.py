"""Measurement (h): the components that both sides own, and windows."""

from datetime import date
from fractions import Fraction

import pytest

from mappings.measure.model.engagement import Hours, Signals
from mappings.measure.model.opportunity import window_of
from mappings.measure.score.cocreation import Definition, cocreated
from mappings.measure.score.crisis import both_sides, crisis
from mappings.measure.score.embedding import applicable
from mappings.measure.score.gatekeepers import earliness, first_pass
from tests.measure.builders import DAY, HOUR, POINTS, Story, at, lens_of, xs
from tests.measure.webhook_checks import look

DONE = "2026-03-06 12:00"


def led(by: str = "ann", **more) -> Story:
    story = Story(**{"assignee": by, "points": "3", "labels": ("ab",), "creator": "ann", **more})
    return story.move("In Progress", "2026-03-02 09:00", by)


def finished(story: Story) -> Story:
    return story.move("Done", DONE, "ann")


def days(met: int | None, lasted: int = 20) -> list[float]:
    """A ticket that takes `lasted` days and meets a gatekeeper on day `met`, all in elapsed time."""
    start = at("2026-05-04 09:00")
    story = Story(assignee="ann", created="2026-04-01 09:00", labels=("needs-legal",))
    story.change(start, "ann", ("status", "To Do", "In Progress"))
    if met is not None:
        story.say("gus", start + met * DAY, 2)
    story.change(start + lasted * DAY, "ann", ("status", "In Progress", "Done"))
    story.now["status"] = "Done"
    prepared = lens_of(signals=Signals(gatekeeper={"labels": ("needs-legal",)}))
    return xs(earliness(look(story, prepared)))


def test_h_d5_earliness_in_elapsed_time() -> None:
    assert [days(met) for met in (2, 15, None, -3)] == [[0.9], [0.25], [0.0], [1.0]]


def test_h_d5_assignment_to_a_gatekeeper_is_a_meeting_and_makes_it_count() -> None:
    story = finished(led().assign("gus", "2026-03-04 10:30").assign("ann", "2026-03-04 11:00"))
    assert xs(earliness(look(story))) == [0.5]
    assert earliness(look(finished(led()))) == []


def test_h_d5_done_at_once_is_1_if_touched() -> None:
    story = Story(status="Done", assignee="gus", creator="gus")
    assert xs(earliness(look(story))) == [1.0]


@pytest.mark.parametrize(
    ("status", "x"), [("In Progress", [0]), ("To Do", [0]), ("In Review", [1]), ("Done", [1]), (None, [])]
)
def test_h_d5_first_pass(status: str | None, x: list[float]) -> None:
    story = led().move("Legal review", "2026-03-03 10:00")
    if status:
        story.move(status, "2026-03-04 10:00")
    assert xs(first_pass(look(story))) == x


INCIDENTS = Signals(
    incidents={"types": ("Incident",)}, incident_review={"labels": ("postmortem",), "links": ("reviewed by",)}
)


def incident(labels: tuple[str, ...] = (), **more) -> Story:
    """Created on a Sunday at 20:00, done 20 hours later."""
    story = Story(created="2026-03-01 20:00", creator="stranger", labels=labels, more={"type_name": "Incident"}, **more)
    return story.move("Done", "2026-03-02 16:00", "stranger")


def test_h_d6_first_touch_presence_and_review_of_both_sides() -> None:
    story = (
        incident(("postmortem",), assignee="ann").say("ann", "2026-03-01 21:00", 2).say("ben", "2026-03-01 21:01", 2)
    )
    view = look(story, lens_of(signals=INCIDENTS))
    both = both_sides(view, view.done_entries[0])
    assert [float(side.x) for side in (both.agency, both.inhouse)] == [1.0, 0.2]
    assert xs(crisis(view)) == [0.6, 1.0, 0.2]
    assert crisis(look(led(), lens_of(signals=INCIDENTS))) == []


@pytest.mark.parametrize(("touched", "share"), [("2026-03-02 11:00", 0.3), ("2026-03-02 10:59", 0.0)])
def test_h_d6_present_in_the_last_quarter(touched: str, share: float) -> None:
    view = look(incident().say("ben", touched, 2), lens_of(signals=INCIDENTS))
    assert float(both_sides(view, view.done_entries[0]).inhouse.x) == share


def test_h_d6_minutes_are_counted_inside_on_call() -> None:
    story = incident().say("ben", "2026-03-02 09:30", 2)
    lenses = [lens_of(signals=INCIDENTS, on_call=on_call) for on_call in (None, Hours())]
    shares = [
        both_sides(lense, lense.done_entries[0]).inhouse.x for lense in (look(story, prepared) for prepared in lenses)
    ]
    assert [float(share) for share in shares] == [0.0, 0.5]


@pytest.mark.parametrize(
    ("edits", "agency_edits", "together", "x"),
    [(4, 2, True, 1.0), (4, 1, True, 0.8), (4, 4, False, 0.0), (5, 3, True, 0.92)],
)
def test_h_d7_cocreation(edits: int, agency_edits: int, together: bool, x: float) -> None:
    agreed = date(2026, 3, 1) if together else date(2026, 3, 2)
    definition = Definition(date(2026, 2, 1), agreed, edits, agency_edits)
    assert float(cocreated(definition, date(2026, 3, 2))) == pytest.approx(x)


def test_h_d7_no_edits_and_one_side_alone() -> None:
    assert cocreated(Definition(date(2026, 1, 1), date(2026, 1, 1)), None) == Fraction(3, 5)
    assert cocreated(Definition(agency=date(2026, 1, 1)), date(2026, 3, 1)) == 0


def test_h_a_window_is_cut_at_the_engagements_start() -> None:
    assert window_of(1000 * DAY, 180 * DAY, 900 * DAY) == (900 * DAY, 1000 * DAY)
    assert window_of(1000 * DAY, 180 * DAY, 0)[0] == 820 * DAY


def test_h_touches_of_subtasks_count_in_hours_of_the_estimate_field() -> None:
    child = Story("GROW-2", number=2, creator="ann").say("ina", "2026-03-03 11:00", 2)
    story = led().size("5", "2026-03-03 10:00", "ann").child(child)
    view = look(finished(story), lens_of(model="full_service"))
    assert POINTS in view.histories
    assert view.touches[-1].at - view.touches[0].at >= HOUR
    assert applicable(view)[6](view, view.done_entries[0])
