"""What somebody does is undone where they did it, for a minute, as long as nobody else has acted on it."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from tests.audit_log import select_acts
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, LEARNER, PageClient
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


def press(page_client: PageClient, who: str, address: str, **form: str) -> TestResponse:
    answer = page_client.press(who, address, **form)
    assert answer.status_code == 200, (address, answer.text)
    return answer


def answer_there(page_client: PageClient) -> TestResponse:
    file_dispute(page_client, AGENCY_LEAD)
    source = drawer(page_client, LEAD).text
    reply = re.search(r'hx-post="([^"]*/pages/dispute/answer[^"]*)"', source)
    assert reply
    return press(page_client, LEAD, unescape(reply[1]), verdict="keep", words="It was ours")


def withdraw_there(page_client: PageClient, where: str) -> TestResponse:
    file_dispute(page_client, AGENCY_LEAD)
    place = f"{PLACE}&issue={taught(page_client)[0]}&dispute=1"
    return press(page_client, AGENCY_LEAD, f"/pages/{where}/withdraw{place}")


def confirm_there(page_client: PageClient) -> TestResponse:
    press_panel(page_client, AGENCY_LEAD, "tag", done_ticket(page_client), objective=KEY)
    return press_panel(page_client, LEAD, "confirm", done_ticket(page_client), objective=KEY)


def explain_there(page_client: PageClient) -> TestResponse:
    return press(page_client, LEARNER, button(ladder(page_client, LEARNER), "I explained it back: GROW-98"))


def accept_there(page_client: PageClient) -> TestResponse:
    name_all(page_client.story_site)
    explain_there(page_client)
    return press(page_client, LEAD, button(ladder(page_client, LEAD), "Accept the explanation"))


def decline_there(page_client: PageClient) -> TestResponse:
    name_all(page_client.story_site)
    explain_there(page_client)
    return press(page_client, LEAD, button(ladder(page_client, LEAD), "Not yet: the explanation"))


def tie_there(page_client: PageClient) -> TestResponse:
    file_feedback(page_client, AGENCY_LEAD, "reviews")
    number = hidden(page_client, LEAD, "number")
    return press(page_client, LEAD, f"/pages/together/tie{PLACE}", number=number, action="A second reviewer")


def approve_there(page_client: PageClient) -> TestResponse:
    propose(page_client)
    return press(page_client, LEAD, f"/pages/together/approve{PLACE}", version=hidden(page_client, LEAD, "version"))


def name_there(page_client: PageClient) -> TestResponse:
    ref = done_ticket(page_client)
    press_panel(page_client, LEAD, "role", ref, role="shadow", account=account_of(LEARNER))
    answer = press_panel(page_client, LEAD, "role", ref, role="shadow", account=account_of(LEAD))
    assert f"Shadows: {LEAD}." in text_of(answer.text)
    return answer


# By what the audit calls it: who does it how.
EACH = {
    "dispute filed": (AGENCY_LEAD, lambda page_client: file_dispute(page_client, AGENCY_LEAD)),
    "dispute answered": (LEAD, answer_there),
    "dispute withdrawn": (AGENCY_LEAD, lambda page_client: withdraw_there(page_client, "dispute")),
    "late objective confirmed": (LEAD, confirm_there),
    "panel tag": (
        LEAD,
        lambda page_client: press_panel(page_client, LEAD, "tag", done_ticket(page_client), objective=KEY),
    ),
    "panel role": (LEAD, name_there),
    "teach-back given": (LEARNER, explain_there),
    "teach-back accepted": (LEAD, accept_there),
    "teach-back declined": (LEAD, decline_there),
    "definition agree": (
        LEAD,
        lambda page_client: press(page_client, LEAD, f"/pages/objectives/confirm{PLACE}&confirm={KEY}"),
    ),
    "feedback filed": (AGENCY_LEAD, lambda page_client: file_feedback(page_client, AGENCY_LEAD, "reviews")),
    "feedback acted on": (LEAD, tie_there),
    "ruleset approved": (LEAD, approve_there),
}


@pytest.mark.parametrize("act", EACH)
def test_what_was_done_is_undone_there_once_and_in_the_audit(apart: PageClient, act: str) -> None:
    who, do = EACH[act]
    done = do(apart)
    address = undo(done.text)
    undone = press(apart, who, address)
    if act == "panel role":
        assert f"Undone. Shadows: {LEARNER}." in text_of(undone.text)
    assert re.search(r"Undone\.|waits for a confirmation again\.", text_of(undone.text)), act
    again = apart.press(who, address)
    assert again.status_code == 422, act
    assert "data-undo" not in undone.text
    with apart.story_site.container.reader.connect() as connection:
        assert select_acts(connection, apart.story_site.tenant_id, 1)[0].act == f"{act}, undone"
    # As if it had not been: the same can be done again.
    if act in {"dispute filed", "teach-back given", "definition agree"}:
        assert "data-undo" in do(apart).text


def test_what_is_explained_again_and_undone_is_answered_as_before(apart: PageClient) -> None:
    decline_there(apart)
    before = ladder(apart, LEARNER)
    assert "answered “not yet” on" in before.text
    apart.story_site.clock.at += 120_000_000
    again = press(apart, LEARNER, button(before, "I explained it again: GROW-98"))
    assert "waits to be accepted" in text_of(again.text)
    press(apart, LEARNER, undo(again.text))
    after = ladder(apart, LEARNER)
    assert "answered “not yet” on" in after.text
    # So it can be given again.
    assert "waits to be accepted" in text_of(press(apart, LEARNER, button(after, "I explained it again: GROW-98")).text)


def test_nothing_is_undone_after_its_minute_or_after_somebody_acted_on_it(apart: PageClient) -> None:
    name_all(apart.story_site)
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
    apart.story_site.clock.at += 61_000_000
    late = apart.press(AGENCY_LEAD, undo(withdrawn.text))
    assert (late.status_code, TOO_LATE in late.text) == (422, True)


def write_note(page_client: PageClient) -> TestResponse:
    return press(page_client, LEAD, f"/pages/together/room/start{PLACE}", subject="Reviews", words="They are late")


# By tab: who does it how, and what the answer says.
SHOWN_AGAIN = {
    "together": [
        (LEAD, tie_there, "Saved. The agency sees it here."),
        (LEAD, approve_there, "Approved for your side."),
        (LEAD, write_note, "Sent, to the leads alone."),
    ],
    "agency": [
        (AGENCY_LEAD, lambda page_client: file_feedback(page_client, AGENCY_LEAD, "reviews"), "Filed."),
        (AGENCY_LEAD, lambda page_client: withdraw_there(page_client, "agency"), "Withdrawn."),
    ],
}


@pytest.mark.parametrize(
    ("tab", "place"), [(tab, place) for tab, acts in SHOWN_AGAIN.items() for place in range(len(acts))]
)
def test_a_tab_that_is_opened_again_undoes_for_the_rest_of_the_minute(apart: PageClient, tab: str, place: int) -> None:
    who, do, text = SHOWN_AGAIN[tab][place]
    address = undo(do(apart).text)
    apart.story_site.clock.at += 20_000_000
    again = apart.follow(who, f"/pages/{tab}{PLACE}").text
    assert text in text_of(again)
    assert undo(again) == address
    assert 'data-rest="40"' in again
    other = LEAD if who == AGENCY_LEAD else AGENCY_LEAD
    assert "data-undo" not in apart.follow(other, f"/pages/{tab}{PLACE}").text
    apart.story_site.clock.at += 50_000_000
    assert "data-undo" not in apart.follow(who, f"/pages/{tab}{PLACE}").text


def test_after_a_dispute_it_is_undone_before_an_older_act(apart: PageClient) -> None:
    """The undo of what was done before stood there, as if it were that of the dispute just filed."""
    undo(file_feedback(apart, AGENCY_LEAD, "reviews").text)
    apart.story_site.clock.at += 5_000_000
    assert "data-undo" in apart.follow(AGENCY_LEAD, f"/pages/agency{PLACE}").text
    assert "data-undo" in file_dispute(apart, AGENCY_LEAD).text
    shown = apart.follow(AGENCY_LEAD, f"/pages/agency{PLACE}").text
    assert "is disputed for 30 days" in text_of(shown)
    undone = press(apart, AGENCY_LEAD, undo(shown)).text
    assert "Undone." in text_of(undone)
    # What is older than that is offered again.
    again = apart.follow(AGENCY_LEAD, f"/pages/agency{PLACE}").text
    assert "Filed. The in-house leads see it on Together." in text_of(again)


def test_a_dispute_that_was_answered_is_not_offered_to_be_undone(apart: PageClient) -> None:
    answer_there(apart)
    assert "data-undo" not in apart.follow(AGENCY_LEAD, f"/pages/agency{PLACE}").text
