"""Measurement (f), works-council mode: how many people are behind a latency, in time or late."""

import pytest

from mappings.measure.score.latencies import LATENCIES, answerers, fewest
from mappings.measure.ticket.work_shares import AGENCY, GATEKEEPER, INHOUSE
from tests.measure.builders import Story, look
from tests.measure.clauses.test_clauses_agency import finished, led, until
from tests.measure.clauses.test_clauses_client import asked
from tests.measure.webhook_checks import YEAR


def people(key: str, story: Story, window=YEAR) -> set[tuple[int, str]]:
    return set(answerers(look(story), key, window))


@pytest.mark.parametrize("when", ["2026-03-03 10:00", "2026-03-20 10:00"])
def test_whoever_came_first_answered_a_review_in_time_or_late(when: str) -> None:
    story = asked().say("gus", "2026-03-02 16:00").say("ben", when).say("ina", "2026-03-21 10:00")
    assert people("reviews_in_time", story) == {(INHOUSE, "ben")}


def test_a_request_outside_the_window_and_one_without_an_answer_have_nobody() -> None:
    answered = asked().say("ben", "2026-03-03 10:00")
    assert people("reviews_in_time", answered, until("2026-03-02")) == set()
    assert people("reviews_in_time", asked()) == set()
    assert people("reviews_in_time", answered, until("2026-03-10", "2026-03-03")) == set()


def test_questions_are_waiting_for_the_client_and_comments_that_mention() -> None:
    story = led().move("Waiting for client", "2026-03-02 15:00", "ann").say("ben", "2026-03-03 10:00")
    story.say("ann", "2026-03-04 10:00", mentions=("ina",)).say("ina", "2026-03-04 11:00")
    assert people("questions_answered", story) == {(INHOUSE, "ben"), (INHOUSE, "ina")}


def test_of_a_finished_ticket_each_side_has_its_first() -> None:
    story = led(creator="ina").say("gus", "2026-03-03 10:00")
    assert people("earliness", story) == set()
    done = finished(story.say("ben", "2026-03-03 11:00"))
    assert people("earliness", done) == {(GATEKEEPER, "gus")}
    assert people("crisis", done) == {(AGENCY, "ann"), (INHOUSE, "ina")}
    assert people("crisis_inhouse", done) == {(INHOUSE, "ina")}


def test_who_comes_after_it_is_done_did_not_come() -> None:
    assert people("earliness", finished(led()).say("gus", "2026-03-09 10:00")) == set()


def test_of_both_sides_the_smaller_one_counts() -> None:
    accounts = {(AGENCY, "ann"), (INHOUSE, "ben"), (INHOUSE, "ina")}
    assert {key: fewest(accounts, key) for key in LATENCIES} == {
        "reviews_in_time": 2, "questions_answered": 2, "earliness": 0,
        "crisis": 1, "crisis_agency": 1, "crisis_inhouse": 2,
    }  # fmt: skip
