"""Measurement (h): what each component of the dimensions counts, on tickets with their histories."""

from fractions import Fraction

import pytest
from msgspec.structs import replace

from mappings.events.types import Link
from mappings.measure.model.engagement import Checks, Signals
from mappings.measure.model.opportunity import Opportunity, Window, count
from mappings.measure.people.ladder import Row
from mappings.measure.score.challenge import agency_done, proposals, uptake
from mappings.measure.score.dimensions import score_component
from mappings.measure.score.embedding import applicable, workflow_checks
from mappings.measure.score.reciprocity import brief_stable, questions_answered, reviews_in_time
from mappings.measure.score.teaching import learners_offered, met, progression, taught_through
from mappings.measure.score.ticket_view import TicketView
from tests.measure.builders import DAY, Story, at, goal, lens_of, xs
from tests.measure.webhook_checks import look, measure
from tests.measure.whole_measure import pairs_met

DONE = "2026-03-06 12:00"
YEAR = Window(at("2026-01-01"), at("2027-01-01"), at("2027-01-01"))


def led(by: str = "ann", **more) -> Story:
    story = Story(**{"assignee": by, "points": "3", "labels": ("ab",), "creator": "ann", **more})
    return story.move("In Progress", "2026-03-02 09:00", by)


def finished(story: Story) -> Story:
    return story.move("Done", DONE, "ann")


LEARNING = lens_of(objectives=(goal(learners=("ben",)),))


def test_h_d1a_needs_an_enrolled_learner_and_counts_their_e2_or_e3() -> None:
    taught, not_taught = (
        finished(led().log("ben", 1, "2026-03-03 10:00")),
        finished(led().log("ina", 1, "2026-03-03 10:00")),
    )
    assert [xs(taught_through(look(story, LEARNING))) for story in (taught, not_taught)] == [[1], [0]]
    assert taught_through(look(taught)) == []


def test_h_learners_offered_is_counted_on_every_agency_led_ticket_with_an_objective() -> None:
    story = finished(led())
    assert [xs(learners_offered(look(story, prepared))) for prepared in (LEARNING, lens_of())] == [[1], [0]]
    assert learners_offered(look(finished(led(labels=())))) == []


def test_h_agency_led_is_at_least_half() -> None:
    half = led().assign("ben", "2026-03-04 10:30")
    less = led().assign("ben", "2026-03-04 10:29")
    assert [len(agency_done(look(finished(story)))) for story in (half, less)] == [1, 0]


def test_h_a_done_ticket_is_one_that_no_reopening_took_back_inside_the_window() -> None:
    story = finished(led()).move("In Progress", "2026-05-02 12:00")
    done_tickets = agency_done(look(story))
    windows = [Window(at("2026-01-01"), at(end), at(end)) for end in ("2026-05-02", "2026-05-03")]
    assert [count(done_tickets, "agency_done", window) for window in windows] == [(1, 1), (0, 0)]


def climbing() -> tuple[list[TicketView], dict[tuple[str, str], list[Row]]]:
    """Two tickets of March on which ben shadows, the second of which brings rung 2."""
    stories = [finished(led(number=number).log("ben", 1, "2026-03-03 10:00")) for number in (1, 2)]
    looks = [look(story, LEARNING) for story in stories]
    return looks, {
        ("ab", "ben"): [
            (this_story.number, row) for this_story in stories for row in measure(this_story, LEARNING).evidence
        ]
    }


def test_h_d1b_counts_pairs_met_below_rung_4_with_the_agencys_credit() -> None:
    looks, rows = climbing()
    chances = [opportunity for each in looks for opportunity in met(each)]
    pairs = pairs_met(chances, YEAR)
    assert pairs == {("ab", "ben")}
    assert progression(pairs, rows, "acme", YEAR) == (1, 1)
    assert progression(pairs, rows, "bolt", YEAR) == (0, 1)
    assert pairs_met(chances, Window(at("2026-04-01"), at("2026-05-01"), at("2026-05-01"))) == frozenset()


def test_h_d2_checks_by_model_and_setting() -> None:
    checks = Checks(required_fields=("description",), links=("implements",), sprint=True)
    models = ("full_service", "hybrid", "embedded", None)
    numbers = [sorted(applicable(look(led(), lens_of(model=model, checks=checks)))) for model in models]
    assert numbers == [[1, 6], [1, 3, 4, 6], [1, 2, 3, 4, 5, 6], [1, 2, 3, 4, 5, 6]]
    assert sorted(applicable(look(led(), lens_of(model="embedded")))) == [1, 3, 6]


def check(number: int, story: Story, **links) -> bool:
    checks = Checks(required_fields=("description",), links=("implements",), sprint=True)
    view = look(finished(story), lens_of(model="embedded", checks=checks))
    view = replace(view, ticket=replace(view.ticket, **links))
    return applicable(view)[number](view, view.done_entries[0])


def test_h_d2_1_passed_through_a_review_status() -> None:
    assert [check(1, story) for story in (led(), led().move("In Review", "2026-03-03 10:00"))] == [False, True]


def test_h_d2_2_required_fields_filled_at_the_first_active_instant() -> None:
    late = led(more={"described": True}).change("2026-03-02 09:01", "ina", ("description", None, "…"))
    early = led(more={"described": True}).change("2026-03-02 08:59", "ina", ("description", None, "…"))
    never, always = led(), led(more={"described": True})
    assert [check(2, story) for story in (late, early, never, always)] == [False, True, False, True]


@pytest.mark.parametrize(("touched", "passes"), [("2026-03-06 17:00", True), ("2026-03-06 16:59", False)])
def test_h_d2_3_active_time_without_a_touch_lasts_5_business_days_at_most(touched: str, passes: bool) -> None:
    story = led("abe", created="2026-03-02 09:00").say("abe", touched).move("Done", "2026-03-13 17:00", "ina")
    view = look(story, lens_of(model="embedded"))
    assert applicable(view)[3](view, view.done_entries[0]) is passes


def test_h_d2_4_a_parent_or_a_link_of_the_type() -> None:
    link = Link(1, 1, 2, "GROW-2", "Implements", "implements", outward=True)
    other = replace(link, type_name="Blocks", name="blocks")
    assert [check(4, led(), links=(issue_link,)) for issue_link in (link, other)] == [True, False]
    assert check(4, led(more={"parent_key": "GROW-90"}))


def test_h_d2_5_in_a_sprint_at_the_first_active_instant() -> None:
    early, late = (led().change(f"2026-03-02 {hour}", "ina", ("Sprint", "", "Sprint 1")) for hour in ("08:00", "10:00"))
    assert [check(5, story) for story in (early, late, led())] == [True, False, False]


def test_h_d2_6_scope_changes_by_the_agency_are_seen_by_the_client() -> None:
    changed = led().size("5", "2026-03-03 10:00", "ann")
    before = led(points="1").size("5", "2026-03-02 08:00", "ann")
    seen = led().size("5", "2026-03-03 10:00", "ann").say("ina", "2026-03-03 11:00", 2)
    assert [check(6, story) for story in (changed, before, seen)] == [False, True, True]


def test_h_d2_x_is_the_share_of_applicable_checks_passed() -> None:
    assert workflow_checks(look(finished(led()), lens_of(model="full_service")))[0].x == Fraction(1, 2)


PROPOSING = lens_of(signals=Signals(proposals={"labels": ("proposal",), "declined": ("Won't do",)}))


def proposal(**more) -> Story:
    return Story(
        **{"created": "2026-03-02 09:00", "labels": ("proposal",), "creator": "ann", "assignee": "ben", **more}
    )


def test_h_d3a_proposals_are_this_agencys_and_dated_at_creation() -> None:
    rows = [proposals(look(proposal(creator=who), PROPOSING)) for who in ("ann", "oli", "ina")]
    assert [[opportunity.at for opportunity in each] for each in rows] == [[at("2026-03-02 09:00")], [], []]
    assert score_component("proposal_rate", 3, 40).value == 1.0


def decided(resolution: str | None, *comments: tuple[str, str]) -> list[Opportunity]:
    story = proposal().move("Done", "2026-03-10 12:00", "ina", ("resolution", None, resolution))
    story.more["resolution"] = resolution
    for who, when in comments:
        story.say(who, when)
    return uptake(look(story, PROPOSING))


def test_h_d3b_adopted_declined_with_a_reason_and_dropped() -> None:
    adopted, dropped = decided("Done"), decided("Won't do", ("ann", "2026-03-10 13:00"))
    reason, late = decided("won't do", ("ina", "2026-03-13 12:00")), decided("Won't do", ("ina", "2026-03-13 12:01"))
    assert [xs(opportunities) for opportunities in (adopted, dropped, reason, late)] == [[1], [0], [0.5], [0]]


def test_h_d3b_undecided_after_90_days_counts_as_0_on_that_day() -> None:
    opportunities = uptake(look(proposal(), PROPOSING))
    day = at("2026-03-02 09:00") + 90 * DAY
    assert ([row.at for row in opportunities], xs(opportunities)) == ([day], [0])
    assert [count(opportunities, "uptake", Window(0, day + 1, as_of))[1] for as_of in (day - 1, day)] == [0, 1]


def review(*steps: tuple[str, str, str]) -> list[Opportunity]:
    """In review at Monday 15:00 by ann, then (status or comment, when, by whom)."""
    story = Story(assignee="ann", creator="ann").move("In Progress", "2026-03-02 09:00", "ann")
    story.move("In Review", "2026-03-02 15:00", "ann")
    for what, when, who in steps:
        _ = story.say(who, when, 2) if what == "says" else story.move(what, when, who)
    return reviews_in_time(look(story))


@pytest.mark.parametrize(
    ("steps", "x"),
    [
        ([("says", "2026-03-04 15:00", "ben")], [1]),
        ([("says", "2026-03-04 15:01", "ben")], [0]),
        ([("Done", "2026-03-03 10:00", "ben")], [1]),
        ([("Done", "2026-03-03 10:00", "gus")], [1]),
        ([("In Progress", "2026-03-03 10:00", "ann")], []),
        ([("says", "2026-03-03 09:00", "ben"), ("In Progress", "2026-03-03 10:00", "ann")], [1]),
        ([("In Progress", "2026-03-06 10:00", "ann")], [0]),
        ([], [0]),
    ],
)
def test_h_d4_reviews_in_time(steps: list[tuple[str, str, str]], x: list[float]) -> None:
    assert xs(review(*steps)) == x


def test_h_d4_what_is_younger_than_its_limit_and_open_is_not_yet_counted() -> None:
    limit = at("2026-03-04 15:00")
    windows = [Window(0, limit, as_of) for as_of in (limit - 1, limit)]
    assert [count(review(), "reviews_in_time", window) for window in windows] == [(0, 0), (0, 1)]


def test_h_d4_a_review_by_the_client_is_no_request() -> None:
    story = Story(assignee="ann").move("In Review", "2026-03-02 15:00", "ben")
    assert reviews_in_time(look(story)) == []


@pytest.mark.parametrize(("answer", "x"), [("2026-03-03 15:00", 1), ("2026-03-03 15:01", 0)])
def test_h_d4_questions_are_mentions_and_waiting_for_the_client(answer: str, x: float) -> None:
    asked = Story(creator="ann").say("ann", "2026-03-02 15:00", mentions=("ben",)).say("ina", answer, 2)
    waiting = Story(creator="ann").move("Waiting for client", "2026-03-02 15:00", "ann").move("To Do", answer, "ben")
    assert [xs(questions_answered(look(story))) for story in (asked, waiting)] == [[x], [x]]


def test_h_d4_a_mention_of_a_colleague_is_no_question() -> None:
    assert questions_answered(look(Story(creator="ann").say("ann", "2026-03-02 15:00", mentions=("abe", "oli")))) == []


def test_h_d4_brief_stable_without_inhouse_changes_after_the_start() -> None:
    by_client, by_agency = (finished(led().size("5", "2026-03-03 10:00", who)) for who in ("ina", "ann"))
    renamed = finished(led().change("2026-03-03 10:00", "ina", ("summary", "a", "b")))
    before = finished(led().change("2026-03-02 08:00", "ina", ("summary", "a", "b")))
    stories = (by_client, by_agency, renamed, before, finished(led("ben")))
    assert [xs(brief_stable(look(story))) for story in stories] == [[0], [1], [0], [1], []]


def test_h_a_request_belongs_to_the_window_in_which_it_was_made() -> None:
    read_review = review(("says", "2026-03-04 15:00", "ben"))
    monday = Window(at("2026-03-02"), at("2026-03-03"), at("2026-03-05"))
    assert count(read_review, "reviews_in_time", monday) == (1, 1)
    assert count(read_review, "reviews_in_time", replace(monday, start=monday.end, end=at("2026-03-05"))) == (0, 0)
