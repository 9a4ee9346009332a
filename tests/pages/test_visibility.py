"""Who sees what: tickets as Jira shows them, engagements as they say, and nothing that tells of another agency."""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from connector.pages.drawer import views
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.explain.rule_texts_score import COMPONENTS
from mappings.measure.model.engagement import Engagement
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file, planted_report
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    LEAD,
    MEMBER,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
)
from tests.pages.crawl import crawl
from tests.pages.html_reader import Reader, query, value
from tests.pages.test_matrix import visitor
from tests.pages.test_numbers import QUARTERS, TENTH

MINUTE = 60_000_000
GOOGOL = "9" * 30
Q2 = {"from": "2026-04-01", "to": "2026-06-30", "all": "1"}
Q3 = {"from": "2026-07-01", "to": "2026-09-30", "all": "1"}
TRACES = {
    AGENCY_LEAD: ("growth-bolt", "bolt", account_of(OTHER_LEAD), OTHER_LEAD, account_of("Jamal Whitcombe"), "Jamal"),
    OTHER_LEAD: ("growth-acme", "acme", account_of(AGENCY_LEAD), AGENCY_LEAD, account_of(AGENCY_MEMBER)),
}
OWN = {AGENCY_LEAD: ACME, OTHER_LEAD: BOLT}


def secured(page_client: PageClient) -> tuple[str, str]:
    """The ticket of the story that only the leads may see: its reference and its key."""
    return next(
        (planted_ticket.ref, planted_ticket.key)
        for planted_ticket in page_client.story_site.story.planted.values()
        if planted_ticket.scene == "secured"
    )


def asked(page_client: PageClient, who: str, figure: str, days: dict[str, str]) -> Reader:
    answer = page_client.story_site.ask(account_of(who), "/pages/figure", figure=figure, engagement=ACME, **days)
    return page_client.read(answer)


def test_who_may_not_see_a_ticket_gets_one_row_in_its_place(page_client: PageClient):
    _, key = secured(page_client)
    whole, part = asked(page_client, LEAD, "total", Q2), asked(page_client, MEMBER, "total", Q2)
    row = next(row for row in whole.tables[0].rows if row[0] == key)
    hidden = part.tables[0].rows[-2]
    assert key not in part.text
    assert row[1].partition("done")[0] not in part.text
    assert hidden[0] == "1 ticket"
    assert hidden[1] == "You may not browse it in Jira. Its part is in the figure, it is not in this list."
    assert value(hidden[2]) == value(row[2])
    assert part.tables[0].rows[-1] == whole.tables[0].rows[-1]


@pytest.mark.parametrize(
    ("tickets", "words"), [(1, "An older one, not listed yet."), (2, "Older ones, not listed yet.")]
)
def test_what_is_not_listed_yet_is_told_by_its_number(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, tickets: int, words: str
) -> None:
    whole = asked(page_client, LEAD, "total", Q2).tables[0].rows
    listed = sum(row[0].startswith("GROW-") for row in whole)
    monkeypatch.setattr(views, "SHOWN", listed - tickets)
    first = asked(page_client, LEAD, "total", {key: day for key, day in Q2.items() if key != "all"})
    row = next(row for row in first.tables[0].rows if row[0].endswith(" more"))
    assert row[:2] == [f"{tickets} more", words]


def test_the_list_of_tickets_and_its_file_tell_of_a_ticket_by_its_number(page_client: PageClient) -> None:
    listed = page_client.follow(MEMBER, f"/pages/tickets?engagement={ACME}&period=2026Q2").text
    row = re.search(r'class="hidden-row">.*?</tr>', listed, re.DOTALL)
    assert row is not None
    assert ("1 ticket<" in row[0], "You may not browse it in Jira." in row[0]) == (True, True), row[0]
    file = page_client.follow(MEMBER, f"/pages/tickets/export?engagement={ACME}&period=2026Q2").text
    assert re.search(r'"hidden","","1 ticket",.*,"You may not browse it in Jira\."', file), file[-500:]


@pytest.mark.parametrize("path", ["/pages/evidence", "/pages/panel/tag"])
def test_a_ticket_one_may_not_see_is_not_found(page_client: PageClient, path: str):
    ref, key = secured(page_client)
    method, form = ("POST", {"objective": "ab-design"}) if path.endswith("tag") else ("GET", None)
    there = {"engagement": ACME, "issue": str(page_client.story_site.ids[ref])}
    answer = page_client.story_site.ask(account_of(MEMBER), path, method, form, **there)
    assert answer.status_code == 404
    assert key not in answer.text


def test_the_panel_of_a_ticket_one_may_not_see_says_no_more(page_client: PageClient):
    answer = page_client.panel(MEMBER, secured(page_client)[0])
    assert answer.status_code == 404
    assert page_client.panel(LEAD, secured(page_client)[0]).status_code == 200


def test_without_browse_permission_there_are_no_figures(page_client: PageClient):
    page = page_client.read(page_client.open(SHUT_OUT))
    assert "You may not browse this project" in page.text
    assert page.figures == []


# One's own rows, which are theirs also after they left a project.
OWN_ROWS = "/pages/learning/export"


def test_who_may_not_browse_a_project_reads_no_figure_behind_any_address(page_client: PageClient) -> None:
    who, issue = account_of(SHUT_OUT), str(page_client.story_site.ids["t0110"])
    place = {
        "project.id": str(page_client.story_site.site.project("GROW").id),
        "project.key": "GROW",
        "issue.id": issue,
    }
    answers = {module: page_client.story_site.page(who, module, place) for module in FRAMES}
    for rule in page_client.story_site.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule.startswith("/pages/"):
            answers[rule.rule] = page_client.story_site.ask(who, rule.rule, issue=issue, **ASKED)
    assert len(answers) > 40
    acme, bolt = agreements(page_client)
    # They may browse a project of the other engagement, in which they have a part.
    names = set(names_of(acme)) - set(names_of(bolt))
    assert answers.pop(OWN_ROWS).status_code == 200
    for path, answer in answers.items():
        text = answer.text.replace(page_client.story_site.jira.url, "")
        assert [name for name in names if name in text] == [], path
        assert not re.search(r"growth-acme|GROW-\d", text), path


def test_a_project_of_an_engagement_is_enough_and_each_counts_as_jira_says(page_client: PageClient) -> None:
    for who, expected in ((SHUT_OUT, 200), (LEAD, 200), (STRANGER, 404)):
        days = {name: Q3[name] for name in ("from", "to")}
        answer = page_client.story_site.ask(account_of(who), "/pages/figure", figure="taught", engagement=BOLT, **days)
        assert answer.status_code == expected, who


def test_what_the_page_asked_of_jira_serves_what_it_opens(apart: PageClient) -> None:
    apart.open(MEMBER)
    before = questions(apart)
    for path in ("objectives", "history", "agency"):
        apart.follow(MEMBER, f"/pages/{path}?engagement={ACME}")
    assert questions(apart) == before
    # Where nothing is known it is one question for all projects of an engagement, and none for a minute after.
    apart.story_site.clock.at += MINUTE + 1
    for _ in range(3):
        apart.read(apart.follow(MEMBER, f"/pages/history?engagement={BOLT}"))
    assert questions(apart) == before + 1


def questions(page_client: PageClient) -> int:
    """How often Jira was asked what somebody may see."""
    return len(page_client.story_site.site.faults.calls_of("POST", "permissions/check"))


def test_a_signed_id_beside_another_projects_key_opens_nothing(page_client: PageClient):
    context = {"project.id": str(page_client.story_site.site.project("SHOP").id), "project.key": "GROW"}
    page = page_client.read(page_client.story_site.page(account_of(SHUT_OUT), "teachback-project", context))
    assert "You may not browse this project" in page.text


@pytest.mark.parametrize("who", [STRANGER])
def test_without_a_side_nothing_tells_that_an_engagement_exists(page_client: PageClient, who: str):
    page = page_client.open(who)
    assert "Ask Maren Vogt, who leads the in-house side, to have you put on a side." in page_client.read(page).text
    assert not re.search("acme|bolt|growth-", page.text.replace(page_client.story_site.jira.url, ""), re.IGNORECASE)
    there = {"engagement": ACME, "figure": "taught", **Q3}
    nowhere = there | {"engagement": "no-such-engagement"}
    first, second = (page_client.story_site.ask(account_of(who), "/pages/figure", **each) for each in (there, nowhere))
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.status_code == 404


def test_an_agency_member_sees_its_engagement_and_changes_nothing(page_client: PageClient):
    page = page_client.read(page_client.open(AGENCY_MEMBER))
    assert "Growth and Acme" in page.text
    assert "Growth and Bolt" not in page.text
    there = {"engagement": ACME, "issue": str(page_client.story_site.ids["t0110"])}
    answer = page_client.story_site.ask(
        account_of(AGENCY_MEMBER), "/pages/panel/tag", "POST", {"objective": "tracking"}, **there
    )
    assert answer.status_code == 403


@pytest.mark.parametrize("who", TRACES)
def test_no_answer_to_an_agency_tells_of_the_other(page_client: PageClient, who: str):
    begin = [page_client.content(who, period=period) for period in QUARTERS]
    panels = [
        page_client.panel(who, ref) for ref in page_client.story_site.ids if ref.startswith("t") and "/" not in ref
    ]
    answers = crawl(lambda address: page_client.follow(who, address), [], [*begin, *panels], skip=same_again)
    check_apart(page_client, answers, who, least=400)


@pytest.mark.parametrize("link", [{"role": "agency_lead", "tickets": True}, {"account": account_of(AGENCY_LEAD)}])
def test_no_answer_to_an_agencys_link_tells_of_the_other(page_client: PageClient, link: dict[str, Any]):
    matrix_caller = visitor(page_client.story_site, **link)
    check_apart(page_client, crawl(matrix_caller.get, ["/direct/project"], skip=same_again), AGENCY_LEAD, least=200)


@pytest.mark.parametrize("link", [{"role": "agency_member", "tickets": True}, {"account": account_of(AGENCY_MEMBER)}])
def test_no_answer_to_an_agencys_member_names_a_part_of_the_score(page_client: PageClient, link: dict[str, Any]):
    """No member of an agency reads the score, so that its parts stand nowhere else on their pages."""
    refs = [ref for ref in page_client.story_site.ids if ref.startswith("t") and "/" not in ref]
    panels = [page_client.panel(AGENCY_MEMBER, ref) for ref in refs]
    get = visitor(page_client.story_site, **link).get
    answers = crawl(get, ["/direct/project"], panels, skip=lambda address: "/export?" in address)
    assert {"/pages/next", "/pages/tickets"} <= {address.partition("?")[0] for address in answers}
    check_unnamed(answers.values())


def check_unnamed(answers: Iterable[TestResponse]) -> None:
    parts = re.compile("|".join(re.escape(rule.title) for rule in COMPONENTS.values()))
    for answer in answers:
        match = parts.search(answer.text)
        assert match is None, answer.text[max(0, match.start() - 200) : match.end() + 100] if match else ""


def same_again(address: str) -> bool:
    """Files of drawers, but those of the third quarter's units and of teaching: they are made from the same rows."""
    asked = dict(parse_qsl(urlsplit(address).query))
    made_from_other_rows = re.fullmatch("total|.*teaching", asked.get("figure", ""))
    third_quarter = (asked.get("from"), asked.get("to")) == ("2026-07-01", "2026-09-30")
    return "/export?" in address and not (third_quarter and made_from_other_rows)


def check_apart(page_client: PageClient, report: dict[str, TestResponse], who: str, *, least: int) -> None:
    traces = re.compile("|".join(map(re.escape, TRACES[who])), re.IGNORECASE)
    paths = {address.partition("?")[0] for address in report}
    assert {"/pages/figure", "/pages/next", "/pages/figure/export"} <= paths
    assert len(report) > least
    for address, answer in report.items():
        match = traces.search(answer.text.replace(page_client.story_site.jira.url, ""))
        assert match is None, (address, answer.text[max(0, match.start() - 200) : match.end() + 100] if match else "")


def test_an_agency_gets_one_bucket_for_all_others(page_client: PageClient):
    page = page_client.content(AGENCY_LEAD, period="2026Q3")
    planted = planted_report(page_client.story_site.story, ACME, *QUARTERS["2026Q3"], panel=False)["units"]
    match = re.search(r"figure=rest[^>]*>([^<]*)</a></li>", page.text)
    assert match is not None
    assert abs(value(match[1]) - sum(planted[side] for side in ("other", "unknown", "conflict"))) <= TENTH
    assert not re.search("unknown|conflict|side not known|other agency", Reader(page.text).text, re.IGNORECASE)


@pytest.mark.parametrize("figure", ["other", "unknown", "conflict", "not_known"])
def test_an_agency_may_not_open_what_it_may_not_tell_apart(page_client: PageClient, figure: str):
    answer = page_client.story_site.ask(account_of(AGENCY_LEAD), "/pages/figure", figure=figure, engagement=ACME, **Q3)
    assert answer.status_code == 404


def test_an_administrator_sees_the_figures_and_no_tickets(apart: PageClient):
    who = account_of(STRANGER)
    apart.story_site.site.admins.add(who)
    page = apart.read(apart.open(STRANGER))
    drawer = asked(apart, STRANGER, "total", Q3)
    apart.story_site.site.admins.discard(who)
    assert "Acme Experiments delivered" in page.text
    assert "GROW-" not in drawer.text
    assert "Aggregates only" in drawer.text


def texts_of(page_client: PageClient, who: str) -> list[str]:
    """What a person reads of both engagements, but for how old the figures are."""
    pages = [page_client.open(who), *(page_client.content(who, engagement=key) for key in (ACME, BOLT))]
    return [re.sub(r"Live, [^·]*", "", page_client.read(page).text) for page in pages]


@pytest.mark.parametrize("who", [AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD])
def test_to_administer_shows_an_agencys_people_nothing_more(apart: PageClient, who: str):
    before = texts_of(apart, who)
    apart.story_site.site.admins.add(account_of(who))
    apart.story_site.clock.at = apart.story_site.clock.now() + MINUTE + 1
    after = texts_of(apart, who)
    operation = [apart.read(apart.follow(who, f"/pages/admin/{part}")).text for part in ("content", "people")]
    apart.story_site.site.admins.discard(account_of(who))
    assert after == before
    assert "does not administer" not in operation[0]
    other = "Acme" if who == OTHER_LEAD else "Bolt"
    assert not any(other in text for text in operation)


WRONG = [
    ({"from": "2026-09-30", "to": "2026-07-01"}, 400),
    ({"from": "0001-01-01", "to": "0001-01-31"}, 400),
    ({"from": "9999-12-01", "to": "9999-12-31"}, 400),
    ({"from": GOOGOL, "to": "2026-01-01"}, 400),
    ({}, 400),
    ({"figure": "best", **Q3}, 404),
    ({"objective": "none", **Q3}, 404),
    ({"engagement": "growth-acm", **Q3}, 404),
]


@pytest.mark.parametrize(("wrong", "status"), WRONG)
def test_a_wrong_question_is_answered_as_such(page_client: PageClient, wrong: dict[str, str], status: int):
    answer = page_client.story_site.ask(
        account_of(MEMBER), "/pages/figure", **{"engagement": ACME, "figure": "taught"} | wrong
    )
    assert answer.status_code == status
    assert len(answer.text) > 20


@pytest.mark.parametrize("issue", ["", "x", "-1", "1e3", "9" * 18, GOOGOL])
def test_a_ticket_that_does_not_exist_is_not_found(page_client: PageClient, issue: str):
    answer = page_client.story_site.ask(account_of(MEMBER), "/pages/evidence", engagement=ACME, issue=issue)
    assert answer.status_code == 404


def test_the_evidence_names_nobody_but_the_viewer(page_client: PageClient):
    drawer = asked(page_client, MEMBER, "taught", Q3)
    answers = [page_client.follow(MEMBER, figure).text for figure in drawer.figures if query(figure).get("issue")]
    names = {person.name for person in page_client.story_site.story.people}
    assert len(answers) > 10
    assert not [name for name in names for answer in answers if name in answer]
    # Of their own acts the viewer reads as "you".
    assert any("you shadowed it" in answer or "you drove it" in answer for answer in answers)


# Whatever a stranger opens: each kind of frame, and each address that a frame may ask.
FRAMES = ("teachback-project", "teachback-panel", "teachback-context", "teachback-gadget", "teachback-program")
ASKED = {
    "engagement": ACME, "project.key": "GROW", "period": "2026Q3", "figure": "taught", "objective": "tracking",
    "tab": "settings", "format": "json", "q": "test", "words": "test", "part": "people", **Q3,
}  # fmt: skip


def test_a_stranger_reads_no_name_in_any_frame_or_behind_any_address(page_client: PageClient) -> None:
    who, issue, project = (
        account_of(STRANGER),
        str(page_client.story_site.ids["t0110"]),
        page_client.story_site.site.project("GROW"),
    )
    place = {"project.id": str(project.id), "project.key": "GROW", "issue.id": issue}
    answers = {module: page_client.story_site.page(who, module, place) for module in FRAMES}
    for rule in page_client.story_site.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule.startswith("/pages/"):
            answers[rule.rule] = page_client.story_site.ask(who, rule.rule, issue=issue, **ASKED)
    assert len(answers) > 40
    names = [text for engagement in agreements(page_client) for text in names_of(engagement)]
    for path, answer in answers.items():
        text_and_headers = f"{answer.headers} {answer.text}".replace(page_client.story_site.jira.url, "")
        assert [text for text in names if text in text_and_headers] == [], path
        assert not re.search(r"growth-(acme|bolt)|(GROW|SHOP)-\d", text_and_headers), path


def agreements(page_client: PageClient) -> list[Engagement]:
    return [read_engagement(engagement_file(page_client.story_site.story, key)) for key in (ACME, BOLT)]


def names_of(engagement: Engagement) -> list[str]:
    return [engagement.name, engagement.agency_name, *(objective.name for objective in engagement.objectives)]
