"""A teach-back that does not convince is answered with "not yet": it waits no more until it is explained again."""

import re
from html import unescape

import pytest

from connector.pages.learning.sign_offs import value_of
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, LEAD, LEARNER, MEMBER, PageClient
from tests.pages.html_reader import Reader, squeeze, text_of
from tests.pages.learning.test_ladder import PLACE, TRACKING, act, acts, button, ladder, row_of
from tests.pages.learning.test_ladder_export import rows
from tests.pages.overview.test_overview import entries, overview
from tests.pages.overview.test_waiting import sent, undo
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all
from tests.pages.translation.test_pseudo_locale import ask

KEY = "GROW-98"
GIVE, AGAIN = f"I explained it back: {KEY}", f"I explained it again: {KEY}"
ANSWERED = "explained back, answered “not yet” on "
NOTICE = f"Not accepted yet: {LEARNER}, {TRACKING}."
AGENCY = f"/pages/agency?engagement={ACME}"
PLANTED_MENTOR = (("mentor", AGENCY_MEMBER), ("shadow", LEARNER))


@pytest.fixture
def waits(apart: PageClient) -> PageClient:
    """The learner explained a ticket back, and somebody of the agency is their mentor."""
    name_all(apart.story_site)
    planted = apart.story_site.story.planted.values()
    ref = next(ticket.ref for ticket in planted if ticket.scene == "never_begun")
    for role, who in PLANTED_MENTOR:
        press_panel(apart, LEAD, "role", ref, role=role, account=account_of(who))
    apart.press(LEARNER, button(ladder(apart, LEARNER), GIVE))
    return apart


def issue_of(page_client: PageClient) -> str:
    return str(next(issue.id for issue in page_client.story_site.site.issues.values() if issue.key == KEY))


def listed(page: str) -> list[str]:
    """The buttons that answer it, wherever they are."""
    return re.findall(rf'aria-label="(Answer: [^"]*{KEY})"', page)


def pages_of(page_client: PageClient, who: str) -> str:
    return overview(page_client, who) if who == LEAD else page_client.follow(who, AGENCY).text


def question(page_client: PageClient, who: str) -> str:
    [source] = [part for name, part in entries(pages_of(page_client, who)) if KEY in name]
    [address] = re.findall(r'data-opens.*?hx-get="([^"]*)"', source)
    return page_client.follow(who, unescape(address)).text


def decline(page_client: PageClient, who: str = LEAD) -> str:
    """Answer with "not yet" on Learning; return the page that came."""
    address = button(ladder(page_client, who), f"Not yet: the explanation of {LEARNER} on {KEY}")
    return page_client.press(who, address).text


@pytest.mark.parametrize("who", [LEAD, AGENCY_MEMBER])
def test_it_is_answered_where_it_waits_and_undone_there(waits: PageClient, who: str) -> None:
    """In the list, as the in-house lead and as a mentor of the agency."""
    before = listed(pages_of(waits, who))
    assert before == [f"Answer: Teach-back of {KEY}"]
    form = question(waits, who)
    [address] = re.findall(r'type="button" hx-post="([^"]*)"[^>]*>Not yet<', form)
    answer = waits.press(who, unescape(address), **sent(form))
    assert answer.status_code == 200, answer.text
    assert NOTICE in text_of(answer.text)
    assert listed(answer.text) == []
    undone = waits.press(who, undo(answer.text))
    assert ">Undone." in undone.text
    assert listed(undone.text) == before
    assert waits.press(who, undo(answer.text)).status_code == 422


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, AGENCY_MEMBER])
def test_it_is_answered_on_learning_and_undone_for_a_minute(waits: PageClient, who: str) -> None:
    page = decline(waits, who)
    assert NOTICE in text_of(page)
    assert "Accept the explanation" not in page
    assert acts(waits)[0].act == "teach-back declined"
    undone = waits.press(who, undo(page)).text
    assert "Accept the explanation" in undone
    assert acts(waits)[0].act == "teach-back declined, undone"
    page = decline(waits, who)
    waits.story_site.clock.at += 61_000_000
    assert waits.press(who, undo(page)).status_code == 422


def test_the_learner_reads_it_without_a_name_and_explains_again(waits: PageClient) -> None:
    decline(waits)
    waits.story_site.clock.at += 1
    own = waits.follow(LEARNER, PLACE).text
    assert ANSWERED in row_of(own, KEY)
    assert LEAD not in row_of(own, KEY)
    assert "data-undo" not in row_of(own, KEY)
    # Above the fold, beside what is next; one click leads to the ticket's row.
    assert "What you explained back was answered “not yet”. Explain it again" in squeeze(text_of(own))
    [line] = rows(waits, LEARNER, "teach-back")
    assert line["value"].startswith("not accepted yet, answered on ")
    panel = f"/pages/panel/content?issue={issue_of(waits)}"
    text = text_of(waits.follow(LEARNER, panel).text)
    assert "You explained it back; the answer was “not yet”." in text
    assert "I explained it again" in text
    assert "the answer was" not in text_of(waits.follow(LEAD, panel).text)
    again = waits.press(LEARNER, button(ladder(waits, LEARNER), AGAIN)).text
    assert "Saved. It counts when a lead or a mentor accepts it" in row_of(again, KEY)
    assert "was answered “not yet”" not in again
    assert "explained back, waits to be accepted" in row_of(again, KEY)
    assert listed(overview(waits, LEAD)) == [f"Answer: Teach-back of {KEY}"]
    accepted = waits.press(LEAD, button(ladder(waits, LEAD), f"Accept the explanation of {LEARNER}"))
    assert f"Accepted: {LEARNER}, {TRACKING}." in text_of(accepted.text)


def test_the_panel_takes_it_again(waits: PageClient) -> None:
    decline(waits)
    panel = f"/pages/panel/content?issue={issue_of(waits)}"
    given = waits.press(LEARNER, button(waits.read(waits.follow(LEARNER, panel)), "I explained it again: ")).text
    assert "You explained it back. It counts when a lead or a mentor accepts it." in text_of(given)
    assert "I explained it again" not in given


def test_no_figure_changes_by_it(waits: PageClient) -> None:
    def figures() -> list[object]:
        with waits.story_site.container.reader.connect() as connection:
            tables = ("day_sum", "evidence", "entry", "measured")
            return [connection.exec_driver_sql(f"SELECT * FROM {table}").all() for table in tables]

    before = figures()
    decline(waits)
    assert figures() == before


def test_who_may_not_accept_answers_nothing(waits: PageClient) -> None:
    form = {"issue": issue_of(waits), "pair": value_of(("tracking", account_of(LEARNER)))}
    before = acts(waits)
    for who in (LEARNER, MEMBER):
        assert act(waits, who, "decline", **form).status_code == 403
        assert waits.press(who, f"/pages/waiting/decline?engagement={ACME}", **form).status_code == 403
    # Of somebody whom they do not mentor.
    other = form | {"pair": value_of(("tracking", account_of(MEMBER)))}
    assert act(waits, AGENCY_MEMBER, "decline", **other).status_code == 422
    assert acts(waits) == before
    assert listed(overview(waits, LEAD))
    decline(waits)
    # It waits no more: a page that was opened before answers so.
    for name in ("accept", "decline"):
        assert act(waits, AGENCY_LEAD, name, **form).status_code == 422
    place = f"engagement={ACME}&issue={form['issue']}&pair={form['pair'].replace(' ', '+')}"
    assert "This waits no more" in waits.follow(LEAD, f"/pages/waiting/accept?{place}").text


def test_all_of_it_is_in_german(waits: PageClient) -> None:
    page = ask(waits, LEAD, PLACE).text
    assert re.search(r"Die Annahme macht [\d,]+ Punkte? von „nur erledigt“ zu „vermittelt“\.", text_of(page))
    answer = ask(waits, LEAD, button(Reader(page), f"Noch nicht: Teach-back von {LEARNER}"), method="POST")
    assert f"Noch nicht angenommen: {LEARNER}, " in text_of(answer.text)
    own = row_of(ask(waits, LEARNER, PLACE).text, KEY)
    assert re.search(r"Teach-back gegeben, am [^<]* mit „noch nicht“ beantwortet", own)
    assert "Erneut Teach-back melden" in own


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_what_accepting_moves_is_said_before_as_it_is_measured(waits: PageClient, who: str) -> None:
    page = text_of(waits.follow(who, PLACE).text)
    moves = re.search(r"Accepting moves ([\d.]+) points? from done only to taught\.", page)
    assert moves, page
    if who == LEAD:
        assert moves[0] in text_of(question(waits, who))
    taught = "SELECT SUM(taught), SUM(done_only) FROM day_sum WHERE unit = '' AND objective = ''"
    with waits.story_site.container.reader.connect() as connection:
        [before] = connection.exec_driver_sql(taught).all()
    waits.press(who, button(ladder(waits, who), f"Accept the explanation of {LEARNER}"))
    with waits.story_site.container.reader.connect() as connection:
        [after] = connection.exec_driver_sql(taught).all()
    assert [new - old for old, new in zip(before, after, strict=True)] == [
        sign * round(float(moves[1]) * 1_000_000_000) for sign in (1, -1)
    ]
