"""What somebody does is undone where they did it, for a minute, as long as nobody else has acted on it."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.audit_log import select_acts
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, LEARNER, Desk
from tests.pages.html_reader import text_of
from tests.pages.learning.test_ladder import button, ladder
from tests.pages.overview.test_waiting import undo
from tests.pages.panel.test_panel import KEY, done_ticket
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_disputes import drawer, taught
from tests.pages.test_disputes import file as file_dispute
from tests.pages.test_matrix import name_all
from tests.pages.together.test_together import file as file_feedback
from tests.pages.together.test_together import hidden, propose

TOO_LATE = "its minute is over, or somebody has acted on it meanwhile."
PLACE = f"?engagement={ACME}"


def press(desk: Desk, who: str, address: str, **form: str) -> TestResponse:
    answer = desk.press(who, address, **form)
    assert answer.status_code == 200, (address, answer.text)
    return answer


def answer_there(desk: Desk) -> TestResponse:
    file_dispute(desk, AGENCY_LEAD)
    source = drawer(desk, LEAD).text
    reply = re.search(r'hx-post="([^"]*/pages/dispute/answer[^"]*)"', source)
    assert reply
    return press(desk, LEAD, unescape(reply[1]), verdict="keep", words="It was ours")


def withdraw_there(desk: Desk, where: str) -> TestResponse:
    file_dispute(desk, AGENCY_LEAD)
    place = f"{PLACE}&issue={taught(desk)[0]}&dispute=1"
    return press(desk, AGENCY_LEAD, f"/pages/{where}/withdraw{place}")


def confirm_there(desk: Desk) -> TestResponse:
    press_panel(desk, AGENCY_LEAD, "tag", done_ticket(desk), objective=KEY)
    return press_panel(desk, LEAD, "confirm", done_ticket(desk), objective=KEY)


def explain_there(desk: Desk) -> TestResponse:
    return press(desk, LEARNER, button(ladder(desk, LEARNER), "I explained back what GROW-98"))


def accept_there(desk: Desk) -> TestResponse:
    name_all(desk.both)
    explain_there(desk)
    return press(desk, LEAD, button(ladder(desk, LEAD), "Accept the explanation"))


def tie_there(desk: Desk) -> TestResponse:
    file_feedback(desk, AGENCY_LEAD, "reviews")
    number = hidden(desk, LEAD, "number")
    return press(desk, LEAD, f"/pages/together/tie{PLACE}", number=number, action="A second reviewer")


def approve_there(desk: Desk) -> TestResponse:
    propose(desk)
    return press(desk, LEAD, f"/pages/together/approve{PLACE}", version=hidden(desk, LEAD, "version"))


# By what the audit calls it: who does it how.
EACH = {
    "dispute filed": (AGENCY_LEAD, lambda desk: file_dispute(desk, AGENCY_LEAD)),
    "dispute answered": (LEAD, answer_there),
    "dispute withdrawn": (AGENCY_LEAD, lambda desk: withdraw_there(desk, "dispute")),
    "late objective confirmed": (LEAD, confirm_there),
    "teach-back given": (LEARNER, explain_there),
    "teach-back accepted": (LEAD, accept_there),
    "definition agree": (LEAD, lambda desk: press(desk, LEAD, f"/pages/learning/agree{PLACE}", objective=KEY)),
    "feedback filed": (AGENCY_LEAD, lambda desk: file_feedback(desk, AGENCY_LEAD, "reviews")),
    "feedback acted on": (LEAD, tie_there),
    "ruleset approved": (LEAD, approve_there),
}


@pytest.mark.parametrize("act", EACH)
def test_what_was_done_is_undone_there_once_and_in_the_audit(apart: Desk, act: str) -> None:
    who, do = EACH[act]
    done = do(apart)
    address = undo(done.text)
    undone = press(apart, who, address)
    assert re.search(r"Undone\.|waits for a confirmation again\.", text_of(undone.text)), act
    again = apart.press(who, address)
    assert again.status_code == 422, act
    assert "data-undo" not in undone.text
    with apart.both.house.reader.connect() as connection:
        assert select_acts(connection, apart.both.tenant_id, 1)[0].act == f"{act}, undone"
    # As if it had not been: the same can be done again.
    if act in {"dispute filed", "teach-back given", "definition agree"}:
        assert "data-undo" in do(apart).text


def test_nothing_is_undone_after_its_minute_or_after_somebody_acted_on_it(apart: Desk) -> None:
    name_all(apart.both)
    acts = {
        AGENCY_LEAD: (file_feedback(apart, AGENCY_LEAD, "reviews"), file_dispute(apart, AGENCY_LEAD)),
        LEARNER: (explain_there(apart),),
    }
    press(apart, LEAD, button(ladder(apart, LEAD), "Accept the explanation"))
    number = hidden(apart, LEAD, "number")
    press(apart, LEAD, f"/pages/together/tie{PLACE}", number=number, action="A second reviewer")
    reply = re.search(r'hx-post="([^"]*/pages/dispute/answer[^"]*)"', drawer(apart, LEAD).text)
    assert reply
    press(apart, LEAD, unescape(reply[1]), verdict="accept", words="Its role is set")
    for who, answers in acts.items():
        for answer in answers:
            late = apart.press(who, undo(answer.text))
            assert (late.status_code, TOO_LATE in late.text) == (422, True), who
    withdrawn = withdraw_there(apart, "agency")
    apart.both.clock.at += 61_000_000
    late = apart.press(AGENCY_LEAD, undo(withdrawn.text))
    assert (late.status_code, TOO_LATE in late.text) == (422, True)
