"""Disputes on the pages: who files and reads them, how long they stand, and what they do to figures."""

import html
import re
from collections import Counter
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from werkzeug.test import Client, TestResponse

from connector.pages.review.texts import disputes_lead
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.formats.explain.marks import bulk_edit_text
from mappings.measure.period.disputes import OPEN
from mappings.records.agreement.engagements import select_engagement
from mappings.records.facts.issues import select_labels
from mappings.records.figures.entries import select_period
from mappings.records.operations.access_links import insert_access_link
from mappings.records.sql.scope import Scope
from tests.audit_log import select_acts
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL
from tests.measure.builders import Story, at, entry
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    NASTY,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
)
from tests.pages.html_reader import Reader

Q3 = {"from": "2026-07-01", "to": "2026-09-30"}
WHY = "Nobody of ours was there"


def taught(page_client: PageClient) -> tuple[int, str]:
    """A ticket of the quarter that counts as taught, and its objective; done once, and open to who may browse GROW."""
    story_site = page_client.story_site
    with story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, story_site.tenant_id, ACME)
        assert stored is not None
        assert stored.generation is not None
        rows = select_period(
            Scope(connection, story_site.tenant_id, ACME, stored.generation), at("2026-07-01"), at("2026-10-01")
        )
        labels = select_labels(connection, story_site.tenant_id, [row.issue_id for row in rows])
    times = Counter(row.issue_id for row in rows)
    return next(
        (row.issue_id, row.stored.entry.objectives[0])
        for row in rows
        if times[row.issue_id] == 1 and row.stored.entry.taught and not labels[row.issue_id].secured
    )


def taught_ref(page_client: PageClient) -> str:
    issue = taught(page_client)[0]
    return next(ref for ref, number in page_client.story_site.ids.items() if number == issue)


def objective_name(page_client: PageClient, key: str) -> str:
    story_site = page_client.story_site
    with story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, story_site.tenant_id, ACME)
    assert stored is not None
    return next(objective.name for objective in stored.engagement.objectives if objective.key == key)


def withdrawal(page_client: PageClient, who: str) -> str:
    """Return where somebody withdraws their dispute of the ticket."""
    buttons = page_client.read(drawer(page_client, who)).all("button")
    addresses = [button["hx-post"] or "" for button in buttons if "/withdraw" in (button.get("hx-post") or "")]
    return html.unescape(addresses[0])


def file(
    page_client: PageClient, who: str, *, reason: str = WHY, objective: str | None = None, engagement: str = ACME
) -> TestResponse:
    issue, goal = taught(page_client)
    there = urlencode({"engagement": engagement, "issue": issue})
    return page_client.press(
        who, f"/pages/dispute/file?{there}", objective=goal if objective is None else objective, reason=reason
    )


def drawer(page_client: PageClient, who: str, engagement: str = ACME) -> TestResponse:
    return page_client.follow(
        who, f"/pages/evidence?{urlencode({'engagement': engagement, 'issue': taught(page_client)[0]})}"
    )


def figure(page_client: PageClient, who: str, name: str = "taught_share") -> str:
    return page_client.read(
        page_client.follow(who, f"/pages/figure?{urlencode({'engagement': ACME, 'figure': name, 'all': 1, **Q3})}")
    ).text


def without(message: str) -> list[str]:
    return re.findall(r"Without the disputed tickets (\S+)", message)


@pytest.mark.parametrize("who", [LEAD, MEMBER, LEARNER, AGENCY_LEAD, AGENCY_MEMBER])
def test_the_people_of_both_sides_dispute_where_they_look(apart: PageClient, who: str) -> None:
    form = [element.get("hx-post") for element in apart.read(drawer(apart, who)).all("form")]
    assert any("/pages/dispute/file" in (element or "") for element in form)
    answer = apart.read(file(apart, who))
    assert "Disputed for 30 days." in answer.text
    side = "the agency" if who in {AGENCY_LEAD, AGENCY_MEMBER} else "the in-house team"
    for other in (LEAD, AGENCY_MEMBER):
        assert f", by {side}, until" in apart.read(drawer(apart, other)).text
        assert WHY in apart.read(drawer(apart, other)).text


@pytest.mark.parametrize("who", [STRANGER, GATEKEEPER, OTHER_LEAD, SHUT_OUT])
def test_nobody_else_disputes_or_reads_of_it(apart: PageClient, who: str) -> None:
    assert file(apart, who).status_code in {403, 404}
    file(apart, LEAD)
    assert drawer(apart, who).status_code == 404


def test_what_may_not_be_said_is_answered_in_words_and_changes_nothing(apart: PageClient) -> None:
    assert file(apart, MEMBER, reason=" ").status_code == 422
    assert file(apart, MEMBER, objective="landing").status_code == 422
    assert file(apart, MEMBER).status_code == 200
    again = file(apart, LEAD)
    assert (again.status_code, "already" in again.text) == (422, True)


def test_a_figure_says_what_it_is_without_and_does_not_move(apart: PageClient) -> None:
    before = {name: figure(apart, LEAD, name) for name in ("taught_share", "taught", "total")}
    file(apart, MEMBER)
    for name, row in before.items():
        after = figure(apart, LEAD, name)
        assert (without(row), len(without(after))) == ([], 1), name
        assert after.split("Inputs")[0] == row.split("Inputs")[0], name
        assert "disputed until" in after
        assert WHY not in after


def test_a_bucket_that_the_ticket_is_not_in_says_nothing(apart: PageClient) -> None:
    file(apart, MEMBER)
    assert without(figure(apart, LEAD, "done_only")) == []


def test_the_score_opens_with_its_range(apart: PageClient) -> None:
    file(apart, MEMBER)
    address = f"/pages/figure?{urlencode({'engagement': ACME, 'figure': 'score', **Q3})}"
    assert len(without(apart.read(apart.follow(LEAD, address)).text)) == 1


def test_the_page_says_the_range_as_the_figure_does(apart: PageClient) -> None:
    before = apart.read(apart.content(LEAD, engagement=ACME, period="2026Q3")).text
    file(apart, MEMBER)
    after = apart.read(apart.content(LEAD, engagement=ACME, period="2026Q3")).text
    match = re.search(r"1 ticket is disputed; without it the taught share is (\S+) ?%\.", after)
    assert match is not None
    assert [match[1]] == without(figure(apart, LEAD))
    assert after.replace(f"{match[0]} ", "") == before
    assert "disputed" not in apart.read(apart.content(LEAD, engagement=ACME, period="2026Q4")).text


def own_of_client(page_client: PageClient) -> int:
    """A ticket of the quarter that gives the taught share nothing: in-house people did it alone."""
    story_site = page_client.story_site
    with story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, story_site.tenant_id, ACME)
        assert stored is not None
        assert stored.generation is not None
        scope = Scope(connection, story_site.tenant_id, ACME, stored.generation)
        rows = select_period(scope, at("2026-07-01"), at("2026-10-01"))
        labels = select_labels(connection, story_site.tenant_id, [row.issue_id for row in rows])
    entries = [(row.issue_id, row.stored.entry) for row in rows if not labels[row.issue_id].secured]
    return next(
        issue for issue, of in entries if of.sign > 0 and not (of.taught or of.done_only) and of.method != "none"
    )


def test_a_share_that_prints_alike_without_the_ticket_stays_as_it_is(apart: PageClient) -> None:
    """It read that the share is 60 % without it, below a headline of 60 %, as if that told of a change."""
    before = apart.read(apart.content(LEAD, engagement=ACME, period="2026Q3")).text
    there = urlencode({"engagement": ACME, "issue": own_of_client(apart)})
    assert apart.press(MEMBER, f"/pages/dispute/file?{there}", objective="", reason=WHY).status_code == 200
    after = apart.read(apart.content(LEAD, engagement=ACME, period="2026Q3")).text
    match = re.search(r"1 ticket is disputed; without it the taught share stays (\S+) ?%\.", after)
    assert match is not None
    assert f"{match[1]} %" in before.replace("\N{NO-BREAK SPACE}", " ")
    agency = apart.read(apart.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}&period=2026Q3")).text
    assert match[0] in agency
    listed = apart.follow(LEAD, f"/pages/tickets?engagement={ACME}&period=2026Q3&show=disputed").text
    cells = re.findall(
        r'<td data-label="Taught share without it">([^<]*)</td>', listed.replace("\N{NO-BREAK SPACE}", " ")
    )
    assert cells == [f"stays {match[1]} %"]


def test_the_review_says_of_shares_that_print_alike_that_it_stays() -> None:
    def lead(value: float) -> str:
        share = {"value": 0.604, "published": True, "without_disputed": {"value": value, "published": True}}
        return disputes_lead({"marks": {"disputed_tickets": 1}, "taught_share": share}).replace(
            "\N{NO-BREAK SPACE}", " "
        )

    assert lead(0.598).startswith("1 ticket is disputed. Without, the taught share stays 60 %; no figure changes")
    assert lead(0.59).startswith(
        "1 ticket is disputed. Without, the taught share is 59 %, with 60 %; no figure changes"
    )


def test_it_expires_by_itself(apart: PageClient) -> None:
    file(apart, MEMBER)
    apart.story_site.clock.at = apart.story_site.clock.now() + OPEN
    assert WHY in apart.read(drawer(apart, LEAD)).text
    apart.story_site.clock.at = apart.story_site.clock.now() + 1
    assert WHY not in apart.read(drawer(apart, LEAD)).text
    assert without(figure(apart, LEAD)) == []


def test_whoever_filed_it_takes_it_back_and_nobody_else(apart: PageClient) -> None:
    file(apart, MEMBER)
    press = [
        element
        for element in apart.read(drawer(apart, MEMBER)).all("button")
        if "withdraw" in (element.get("hx-post") or "")
    ]
    address = html.unescape(press[0]["hx-post"] or "")
    assert "Withdraw" not in apart.read(drawer(apart, LEAD)).text
    assert apart.press(LEAD, address).status_code == 422
    assert "Withdrawn." in apart.read(apart.press(MEMBER, address)).text
    assert WHY not in apart.read(drawer(apart, MEMBER)).text


def test_a_disputed_ticket_says_so_in_its_own_panel_as_the_list_does(apart: PageClient) -> None:
    ref, about = taught_ref(apart), objective_name(apart, taught(apart)[1])
    people = (LEAD, MEMBER, LEARNER, AGENCY_LEAD, AGENCY_MEMBER)
    before = {who: apart.read(apart.panel(who, ref)).text for who in people}
    assert not any("isputed" in text for text in before.values())
    file(apart, MEMBER)
    for page in (apart.panel, apart.narrow):
        for who in people:
            panel = apart.read(page(who, ref))
            assert f"Disputed by the in-house team since 20 Nov, 30 days left: {about}." in panel.text
            assert WHY not in panel.text
            [link] = [item for item in panel.all("a") if "show=disputed" in (item.get("data-choice") or "")]
            assert (link["data-project"], f"engagement={ACME}" in (link["data-choice"] or "")) == ("GROW", True)
    listed = apart.read(apart.follow(LEAD, f"/pages/tickets?engagement={ACME}&show=disputed")).text
    assert re.search(r"the in-house team, 20 Nov .*30 days left", listed)
    apart.story_site.clock.at = apart.story_site.clock.now() + 26 * 3600 * 1_000_000
    forms = [item.get("hx-post") or "" for item in apart.read(drawer(apart, AGENCY_LEAD)).all("form")]
    address = next(html.unescape(form) for form in forms if "/pages/dispute/answer" in form)
    assert apart.press(AGENCY_LEAD, address, verdict="keep", words="It was there").status_code == 200
    for who in people:
        text = apart.read(apart.panel(who, ref)).text
        assert f"since 20 Nov, 29 days left: {about}. The agency keeps it as it is, 21 Nov." in text
        assert "It was there" not in text
    apart.press(MEMBER, withdrawal(apart, MEMBER))
    listed = apart.read(apart.follow(LEAD, f"/pages/tickets?engagement={ACME}&show=disputed")).text
    assert "Withdrawn 21 Nov" in listed
    for who in people:
        text = apart.read(apart.panel(who, ref)).text
        assert f"Disputed by the in-house team on 20 Nov: {about}. Withdrawn 21 Nov." in text
    # It leaves the panel when it leaves the list.
    apart.story_site.clock.at = apart.story_site.clock.now() + OPEN
    assert {who: "isputed" in apart.panel(who, ref).text for who in people} == dict.fromkeys(people, False)


@pytest.mark.parametrize("who", [STRANGER, GATEKEEPER, OTHER_LEAD, SHUT_OUT])
def test_whoever_reads_no_dispute_in_the_list_reads_none_in_the_panel(apart: PageClient, who: str) -> None:
    ref = taught_ref(apart)
    before = (apart.panel(who, ref).text, apart.narrow(who, ref).text)
    file(apart, LEAD)
    assert (apart.panel(who, ref).text, apart.narrow(who, ref).text) == before


ONCE = "It can do so once for each time that a ticket is done: again once this one is opened again and finished."


def test_what_may_not_be_disputed_again_is_said_with_when_it_may(apart: PageClient) -> None:
    issue, goal = taught(apart)
    there = urlencode({"engagement": ACME, "issue": issue})
    asked = [f"/pages/evidence?{there}", f"/pages/tickets/evidence?{there}", f"/pages/tickets/dispute?{there}"]
    file(apart, MEMBER)
    assert not any(ONCE in apart.read(apart.follow(MEMBER, address)).text for address in asked)
    apart.press(MEMBER, withdrawal(apart, MEMBER))
    about = f"what it counts as for {objective_name(apart, goal)}"
    for who in (MEMBER, LEAD):
        for address in asked:
            page = apart.read(apart.follow(who, address))
            assert f"Your side disputed {about} on 20 Nov and withdrew that on 20 Nov. {ONCE}" in page.text, address
            # The other part of it can be disputed still.
            assert [item.get("value") for item in page.all("option")] == ([] if "tickets/ev" in address else [""])
    assert not any(ONCE in apart.follow(AGENCY_LEAD, address).text for address in asked)
    file(apart, LEAD, objective="")
    apart.story_site.clock.at = apart.story_site.clock.now() + OPEN + 1
    split = f"Your side disputed how the work is split between the sides on 20 Nov; that ended on 20 Dec. {ONCE}"
    for address in (*asked, f"/pages/agency/dispute/ticket?{there}"):
        answer = apart.follow(LEAD, address)
        assert (answer.status_code, split in Reader(answer.text).text) == (422 if "/dispute" in address else 200, True)


def waits(page_client: PageClient, who: str) -> bool:
    return "Answer: Dispute of" in page_client.content(who, engagement=ACME, tab="overview").text


@pytest.mark.parametrize(("verdict", "says", "act"), [
    ("accept", "Accepted by the agency on", "accepted"),
    ("keep", "The agency keeps it as it is", "kept"),
])  # fmt: skip
def test_a_lead_of_the_other_side_answers_once_and_both_sides_read_it(
    apart: PageClient, verdict: str, says: str, act: str
) -> None:
    words = "Callum sets the role of Priya today"
    file(apart, MEMBER)
    before = {name: figure(apart, LEAD, name) for name in ("taught_share", "total")}
    assert waits(apart, AGENCY_LEAD)
    forms = [item.get("hx-post") or "" for item in apart.read(drawer(apart, AGENCY_LEAD)).all("form")]
    address = next(html.unescape(form) for form in forms if "/pages/dispute/answer" in form)
    for who in (LEAD, MEMBER, AGENCY_MEMBER):
        assert "/pages/dispute/answer" not in drawer(apart, who).text
    assert apart.press(LEAD, address, verdict=verdict, words=words).status_code == 422
    assert apart.press(AGENCY_LEAD, address, verdict=verdict, words=" ").status_code == 422
    assert apart.press(AGENCY_LEAD, address, verdict=verdict, words=words).status_code == 200
    assert apart.press(AGENCY_LEAD, address, verdict=verdict, words=words).status_code == 422
    for who in (LEAD, AGENCY_LEAD, MEMBER, AGENCY_MEMBER):
        text = apart.read(drawer(apart, who)).text
        assert says in text
        assert words in text
    for address in (f"/pages/agency?engagement={ACME}", f"/pages/tickets?engagement={ACME}&show=disputed"):
        assert words in apart.follow(LEAD, address).text
    assert not waits(apart, AGENCY_LEAD)
    assert {name: figure(apart, LEAD, name) for name in before} == before
    with apart.story_site.container.reader.connect() as connection:
        audited = select_acts(connection, apart.story_site.tenant_id, 1)[0]
    assert (audited.account, audited.act, audited.after) == (account_of(AGENCY_LEAD), "dispute answered", act)


def test_another_agencys_dispute_shows_nowhere(apart: PageClient) -> None:
    before = (drawer(apart, OTHER_LEAD, BOLT).text, apart.content(OTHER_LEAD, engagement=BOLT).text)
    file(apart, AGENCY_LEAD)
    assert (drawer(apart, OTHER_LEAD, BOLT).text, apart.content(OTHER_LEAD, engagement=BOLT).text) == before


def test_a_signed_link_shows_that_it_is_disputed_and_neither_why_nor_a_form(apart: PageClient) -> None:
    file(apart, MEMBER)
    token, story_site = make_token(), apart.story_site
    browser, now = Client(story_site.app), story_site.clock.now()
    with story_site.container.engine.begin() as connection:
        insert_access_link(
            connection,
            story_site.tenant_id,
            digest=digest_of(token),
            engagement=ACME,
            account=account_of(MEMBER),
            role=None,
            tickets=True,
            made_at=now,
            expires_at=now + OPEN,
        )
    assert browser.post(f"/direct/{token}", base_url=APP_URL).status_code == 303
    there = urlencode({"engagement": ACME, "issue": taught(apart)[0]})
    page = apart.read(browser.get(f"/pages/evidence?{there}", base_url=APP_URL))
    assert "Disputed" in page.text
    assert WHY not in page.text
    assert page.all("form") == []
    answer = browser.post(f"/pages/dispute/file?{there}", base_url=APP_URL, data={"reason": "x", "objective": ""})
    assert answer.status_code == 401


def test_the_audit_keeps_the_act_and_not_the_words(apart: PageClient) -> None:
    file(apart, MEMBER)
    with apart.story_site.container.reader.connect() as connection:
        act = select_acts(connection, apart.story_site.tenant_id, 1)[0]
    assert (act.account, act.act, act.after) == (account_of(MEMBER), "dispute filed", taught(apart)[1])
    assert WHY not in str(act)


def test_a_row_that_was_closed_with_many_says_so_and_names_nobody() -> None:
    done_entry = entry(Story(assignee="ann", status="In Progress").move("Done", "2026-03-06 12:00", "ina"))
    assert bulk_edit_text(done_entry, 25) == "closed with 24 other tickets within 10 minutes"
    assert bulk_edit_text(replace(done_entry, sign=-1), 25) == "reopened with 24 other tickets within 10 minutes"


def test_words_are_text(apart: PageClient) -> None:
    file(apart, MEMBER, reason=NASTY)
    page = drawer(apart, LEAD).text
    assert "<script>alert" not in page
    assert [tag for tag in Reader(page).tags if "onload" in tag[1]] == []
