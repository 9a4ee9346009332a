"""Works-council mode: no hour and no clock time of anybody's work, and nobody's name, on any surface, for any role."""

import re
from collections.abc import Iterator, Mapping

import pytest
from sqlalchemy import text
from werkzeug.test import TestResponse

from mappings.measure.model.ruleset import Ruleset
from mappings.records.agreement.rulesets import insert_ruleset
from mappings.records.operations.tenants import renew_agreement_token
from tests.jira.story.people import account_of
from tests.jira.story_site import StorySite
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    STRANGER,
    PageClient,
    copy_of,
    go_on,
)
from tests.pages.crawl import crawl, crawled
from tests.pages.html_reader import Reader, text_of
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all, visitor

COUNCIL = Ruleset(name="council", works_council=True)
TICKETS = ("t0110", "t0101", "t0098", "t0120")
ROLES = {
    "in-house lead": LEAD,
    "agency lead": AGENCY_LEAD,
    "learner": LEARNER,
    "in-house member": MEMBER,
    "agency member": AGENCY_MEMBER,
    "administrator": STRANGER,
}
HOURS = re.compile(r"\d\s?h\b|\bhours? of\b")
CLOCK = re.compile(r"\b\d{1,2}:\d{2}\b")
AS_OF = re.compile(r"As of \S+")
"""When a figure was made tells nothing of anybody's work."""


@pytest.fixture(scope="module")
def plain(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The story where everybody agreed to be named and a ticket names a learner and a mentor, under the usual rules."""
    with copy_of(story_site, tmp_path_factory.mktemp("usual")) as page_client:
        prepare(page_client)
        yield page_client
        page_client.story_site.site.admins.discard(account_of(STRANGER))


@pytest.fixture(scope="module")
def council(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The same in works-council mode."""
    with copy_of(story_site, tmp_path_factory.mktemp("council")) as page_client:
        prepare(page_client)
        rule(page_client, COUNCIL)
        yield page_client
        page_client.story_site.site.admins.discard(account_of(STRANGER))


def prepare(page_client: PageClient) -> None:
    name_all(page_client.story_site)
    for role, who in (("learner", LEARNER), ("mentor", AGENCY_MEMBER)):
        assert press_panel(page_client, LEAD, "role", "t0110", role=role, account=account_of(who)).status_code == 200
    page_client.story_site.site.admins.add(account_of(STRANGER))


def rule(page_client: PageClient, rules: Ruleset) -> None:
    """Let rules be those that everything was measured by: of works-council mode no unit depends."""
    story_site = page_client.story_site
    change = text("UPDATE engagement SET ruleset = :v, shown_ruleset = :v WHERE tenant_id = :t AND key = :k")
    with story_site.container.engine.begin() as connection:
        for key in (ACME, BOLT):
            made = insert_ruleset(connection, story_site.tenant_id, key, rules, now=story_site.clock.now(), by=None)
            connection.execute(change, {"v": made.version, "t": story_site.tenant_id, "k": key})
        renew_agreement_token(connection, story_site.tenant_id)


def walk(page_client: PageClient, who: str) -> Iterator[tuple[str, TestResponse]]:
    """All that somebody comes to from the engagement's page and the panels of some of its tickets."""
    begin = [page_client.content(who, engagement=ACME), *(page_client.panel(who, ref) for ref in TICKETS)]
    begin += [page_client.narrow(who, ref) for ref in TICKETS]
    ids = tuple(f"issue={page_client.story_site.ids[ref]}" for ref in TICKETS)

    def is_far(address: str) -> bool:
        # Of the rows of the list of tickets those of some open.
        is_row = address.startswith("/pages/tickets/evidence") and not address.endswith(ids)
        # The settings hold the agreed hours of work and who is on which side: they measure nobody.
        return is_row or address.startswith("/pages/settings") or is_same_code(address, is_lead=who == LEAD)

    return crawled(lambda address: page_client.follow(who, address), [], begin, skip=is_far)


def is_same_code(address: str, *, is_lead: bool = False) -> bool:
    """Files of drawers for other days than one quarter and one week: they hold the rows that a walked drawer shows.

    Drawers of the other quarters, and the pages of the second agency, are walked by the in-house lead, who sees most.
    """
    if "/figure/export?" in address:
        return not re.search("from=2026-(07-01|08-10)", address) or (not is_lead and BOLT in address)
    is_other_quarter = "/pages/figure?" in address and re.search("from=2026-(04|10)-01&", address) is not None
    return not is_lead and (is_other_quarter or f"engagement={BOLT}" in address)


def names_of(page_client: PageClient) -> re.Pattern[str]:
    return re.compile("|".join(re.escape(person.name) for person in page_client.story_site.story.people))


def told_of(answers: Mapping[str, TestResponse], *traces: re.Pattern[str]) -> list[tuple[str, str]]:
    """Where an answer tells what it should not, and what."""
    # Several addresses give the same answer, which is read once.
    distinct = {answer.text: address for address, answer in answers.items()}
    words = {address: AS_OF.sub("", text_of(source)) for source, address in distinct.items()}
    return [(address, hit[0]) for address, word in words.items() for trace in traces for hit in trace.finditer(word)]


@pytest.mark.parametrize("role", ROLES)
def test_no_role_reads_an_hour_a_clock_time_or_a_name(council: PageClient, role: str) -> None:
    answers = dict(walk(council, ROLES[role]))
    assert len(answers) > 60
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    assert told_of(answers, HOURS, CLOCK, names_of(council)) == []


@pytest.mark.parametrize("role", ["inhouse_lead", "agency_lead", "inhouse_member"])
def test_no_link_shows_them_either(council: PageClient, role: str) -> None:
    matrix_caller = visitor(council.story_site, role=role, tickets=True)
    answers = crawl(
        matrix_caller.get, [f"/pages/project/content?project.key=GROW&engagement={ACME}"], skip=is_same_code
    )
    assert len(answers) > 60
    assert told_of(answers, HOURS, CLOCK, names_of(council)) == []


def test_the_program_shows_none_of_them_to_an_administrator(council: PageClient) -> None:
    page = council.follow(STRANGER, "/pages/program/content?period=2026Q3")
    assert "Growth and Acme" in page.text
    assert told_of({"program": page}, HOURS, CLOCK, names_of(council)) == []


def test_under_the_usual_rules_the_walk_finds_all_three(plain: PageClient) -> None:
    """The control of the walks above, of the role that sees most: it ends when it found them."""
    traces, wanted = set[str](), {LEARNER, AGENCY_MEMBER, LEAD}
    for answer in walk(plain, LEAD):
        traces |= {word for _, word in told_of(dict([answer]), HOURS, names_of(plain))}
        if wanted <= traces and any(HOURS.fullmatch(word) for word in traces):
            return
    raise AssertionError(f"the walk finds {traces} alone")


def test_a_latency_opens_into_quarters_and_other_components_into_tickets(council: PageClient) -> None:
    """Five people are fewer than ten."""
    days = "from=2026-07-01&to=2026-09-30"
    answers = {
        key: council.follow(LEAD, f"/pages/figure?engagement={ACME}&figure={key}&{days}").text
        for key in ("reviews_in_time", "questions_answered", "brief_stable")
    }
    assert [bool(re.search(r"\bGROW-\d", answer)) for answer in answers.values()] == [False, False, True]
    assert re.search(r"Q3 2026.*\d+ met, \d+ not met", answers["reviews_in_time"], re.DOTALL)


def test_which_tickets_wait_for_an_answer_is_not_listed(council: PageClient, plain: PageClient) -> None:
    """Few people answer: who has not yet would be told by the ticket."""
    for page_client, listed in ((plain, True), (council, False)):
        agency = page_client.follow(LEAD, f"/pages/agency?engagement={ACME}").text
        for place in ("/pages/agency/asks", "/pages/agency/own-asks"):
            assert (place in agency) is listed
            asked = page_client.follow(LEAD, f"{place}?engagement={ACME}")
            assert asked.status_code == (200 if listed else 404)


def test_no_panel_says_what_waits_for_an_answer(lively_alone: PageClient) -> None:
    site, by, at = lively_alone.story_site.site, account_of(AGENCY_MEMBER), go_on(lively_alone, 24)
    issue = site.create_issue("GROW", "Task", "Which of the two?", by=by, at=at, labels=("ab-design",), assignee=by)
    site.transition(issue.id, "Waiting for client", by=by, at=go_on(lively_alone, 1))
    go_on(lively_alone, 0)
    address, asked = f"/pages/panel/content?issue={issue.id}", "A question of Acme Experiments waits"
    assert asked in lively_alone.follow(LEAD, address).text
    rule(lively_alone, COUNCIL)
    panel = lively_alone.follow(LEAD, address).text
    assert "Design an A/B test" in panel
    assert asked not in panel


def test_in_the_panel_a_role_is_mine_or_somebodys_and_others_are_given_by_account(council: PageClient) -> None:
    drives = next(element for element in council.read(council.panel(LEAD, "t0110")).all("select"))
    page = council.panel(LEAD, "t0110").text
    assert drives
    assert account_of(LEARNER) not in page
    assert ("Somebody in-house" in page, "Somebody of Acme" in page) == (True, True)
    assert ">Me</option>" in page
    given = press_panel(council, LEAD, "role", "t0110", role="shadow", account=account_of(MEMBER))
    assert given.status_code == 200
    assert account_of(MEMBER) not in given.text
    assert ">Me</option>" in council.panel(MEMBER, "t0110").text
    wrong = press_panel(council, LEAD, "role", "t0110", role="shadow", account="nobody")
    assert (wrong.status_code, "side of this engagement" in wrong.text) == (422, True)


def test_ones_own_ladder_is_there_all_the_same(council: PageClient) -> None:
    page = council.read(council.follow(LEARNER, f"/pages/learning?engagement={ACME}"))
    assert "Keep the tracking plan" in page.text
    assert LEARNER not in page.text


def test_the_settings_name_nobody(plain: PageClient, council: PageClient) -> None:
    pages = [
        page_client.follow(LEAD, f"/pages/settings?engagement={ACME}&project.key=GROW")
        for page_client in (plain, council)
    ]
    usual, silent = ({str(page.status_code): page} for page in pages)
    assert told_of(usual, names_of(plain))
    assert told_of(silent, names_of(council)) == []


def test_a_gatekeeper_reads_of_their_answers_whether_they_were_in_time_alone(
    plain: PageClient, council: PageClient
) -> None:
    address = f"/pages/gatekeeping?engagement={ACME}&period=2026Q3"
    usual, text = (Reader(page_client.follow(GATEKEEPER, address).text).text for page_client in (plain, council))
    assert "median of 2 answers" in usual
    assert "2 of 2 within 16" in text
    assert "median" not in text
    assert not CLOCK.search(text)
    figure = f"/pages/gatekeeping/figure?engagement={ACME}&from=2026-07-01&to=2026-09-30&figure="
    opened = Reader(council.follow(GATEKEEPER, f"{figure}answers").text).text
    assert "2 of 2 within 16" in opened
    assert not CLOCK.search(opened)
    file = council.follow(GATEKEEPER, f"{figure}answers&format=csv".replace("figure?", "figure/export?")).text
    assert '"in time"' in file
    assert not HOURS.search(file.replace("within 16", ""))
    # How early few people came opens by quarter alone, as for the leads.
    early = Reader(council.follow(GATEKEEPER, f"{figure}early").text).text
    assert "How early" in early
    assert not re.search(r"GROW-\d", early)
    assert re.search(r"Q3 2026|\d+ met", early), early
