"""Who sees what: tickets as Jira shows them, engagements as they say, and nothing that tells of another agency."""

import re
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import TestResponse

from mappings.formats.engagement_file.reader import read_engagement
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
    Desk,
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


def secured(desk: Desk) -> tuple[str, str]:
    """The ticket of the story that only the leads may see: its reference and its key."""
    return next(
        (planted_ticket.ref, planted_ticket.key)
        for planted_ticket in desk.both.story.planted.values()
        if planted_ticket.scene == "secured"
    )


def asked(desk: Desk, who: str, figure: str, days: dict[str, str]) -> Reader:
    answer = desk.both.ask(account_of(who), "/pages/figure", figure=figure, engagement=ACME, **days)
    return desk.read(answer)


def test_who_may_not_see_a_ticket_gets_one_row_in_its_place(desk: Desk):
    _, key = secured(desk)
    whole, part = asked(desk, LEAD, "total", Q2), asked(desk, MEMBER, "total", Q2)
    row = next(row for row in whole.tables[0].rows if row[0] == key)
    hidden = part.tables[0].rows[-2]
    assert key not in part.text
    assert row[1].partition("done")[0] not in part.text
    assert hidden[0] == "1 ticket"
    assert "may not browse" in hidden[1]
    assert value(hidden[2]) == value(row[2])
    assert part.tables[0].rows[-1] == whole.tables[0].rows[-1]


@pytest.mark.parametrize("path", ["/pages/evidence", "/pages/panel/tag"])
def test_a_ticket_one_may_not_see_is_not_found(desk: Desk, path: str):
    ref, key = secured(desk)
    method, form = ("POST", {"objective": "ab-design"}) if path.endswith("tag") else ("GET", None)
    there = {"engagement": ACME, "issue": str(desk.both.ids[ref])}
    answer = desk.both.ask(account_of(MEMBER), path, method, form, **there)
    assert answer.status_code == 404
    assert key not in answer.text


def test_the_panel_of_a_ticket_one_may_not_see_says_no_more(desk: Desk):
    answer = desk.panel(MEMBER, secured(desk)[0])
    assert answer.status_code == 404
    assert desk.panel(LEAD, secured(desk)[0]).status_code == 200


def test_without_browse_permission_there_are_no_figures(desk: Desk):
    page = desk.read(desk.open(SHUT_OUT))
    assert "You may not browse this project" in page.text
    assert page.figures == []
    drawer = asked(desk, SHUT_OUT, "total", Q3)
    assert "GROW-" not in drawer.text


def test_a_signed_id_beside_another_projects_key_opens_nothing(desk: Desk):
    context = {"project.id": str(desk.both.site.project("SHOP").id), "project.key": "GROW"}
    page = desk.read(desk.both.page(account_of(SHUT_OUT), "teachback-project", context))
    assert "You may not browse this project" in page.text


@pytest.mark.parametrize("who", [STRANGER])
def test_without_a_side_nothing_tells_that_an_engagement_exists(desk: Desk, who: str):
    page = desk.open(who)
    assert "can add you." in desk.read(page).text
    assert not re.search("acme|bolt|growth-", page.text.replace(desk.both.jira.url, ""), re.IGNORECASE)
    there = {"engagement": ACME, "figure": "taught", **Q3}
    nowhere = there | {"engagement": "no-such-engagement"}
    first, second = (desk.both.ask(account_of(who), "/pages/figure", **each) for each in (there, nowhere))
    assert (first.status_code, first.text) == (second.status_code, second.text)
    assert first.status_code == 404


def test_an_agency_member_sees_its_engagement_and_changes_nothing(desk: Desk):
    page = desk.read(desk.open(AGENCY_MEMBER))
    assert "Growth and Acme" in page.text
    assert "Growth and Bolt" not in page.text
    there = {"engagement": ACME, "issue": str(desk.both.ids["t0110"])}
    answer = desk.both.ask(account_of(AGENCY_MEMBER), "/pages/panel/tag", "POST", {"objective": "tracking"}, **there)
    assert answer.status_code == 403


@pytest.mark.parametrize("who", TRACES)
def test_no_answer_to_an_agency_tells_of_the_other(desk: Desk, who: str):
    begin = [desk.content(who, period=period) for period in QUARTERS]
    panels = [desk.panel(who, ref) for ref in desk.both.ids if ref.startswith("t") and "/" not in ref]
    answers = crawl(lambda address: desk.follow(who, address), [], [*begin, *panels], skip=same_again)
    check_apart(desk, answers, who, least=400)


@pytest.mark.parametrize("link", [{"role": "agency_lead", "tickets": True}, {"account": account_of(AGENCY_LEAD)}])
def test_no_answer_to_an_agencys_link_tells_of_the_other(desk: Desk, link: dict[str, Any]):
    eyes = visitor(desk.both, **link)
    check_apart(desk, crawl(eyes.get, ["/direct/project"], skip=same_again), AGENCY_LEAD, least=200)


def same_again(address: str) -> bool:
    """Files of drawers, but those of the third quarter's units and of teaching: they are made from the same rows."""
    asked = dict(parse_qsl(urlsplit(address).query))
    made_from_other_rows = re.fullmatch("total|.*teaching", asked.get("figure", ""))
    third_quarter = (asked.get("from"), asked.get("to")) == ("2026-07-01", "2026-09-30")
    return "/export?" in address and not (third_quarter and made_from_other_rows)


def check_apart(desk: Desk, report: dict[str, TestResponse], who: str, *, least: int) -> None:
    traces = re.compile("|".join(map(re.escape, TRACES[who])), re.IGNORECASE)
    paths = {address.partition("?")[0] for address in report}
    assert {"/pages/figure", "/pages/next", "/pages/figure/export"} <= paths
    assert len(report) > least
    for address, answer in report.items():
        match = traces.search(answer.text.replace(desk.both.jira.url, ""))
        assert match is None, (address, answer.text[max(0, match.start() - 200) : match.end() + 100] if match else "")


def test_an_agency_gets_one_bucket_for_all_others(desk: Desk):
    page = desk.content(AGENCY_LEAD, period="2026Q3")
    planted = planted_report(desk.both.story, ACME, *QUARTERS["2026Q3"], panel=False)["units"]
    match = re.search(r"figure=rest[^>]*>([^<]*)</a></li>", page.text)
    assert match is not None
    assert abs(value(match[1]) - sum(planted[side] for side in ("other", "unknown", "conflict"))) <= TENTH
    assert not re.search("unknown|conflict|side not known|other agency", Reader(page.text).text, re.IGNORECASE)


@pytest.mark.parametrize("figure", ["other", "unknown", "conflict", "not_known"])
def test_an_agency_may_not_open_what_it_may_not_tell_apart(desk: Desk, figure: str):
    answer = desk.both.ask(account_of(AGENCY_LEAD), "/pages/figure", figure=figure, engagement=ACME, **Q3)
    assert answer.status_code == 404


def test_an_administrator_sees_the_figures_and_no_tickets(apart: Desk):
    who = account_of(STRANGER)
    apart.both.site.admins.add(who)
    page = apart.read(apart.open(STRANGER))
    drawer = asked(apart, STRANGER, "total", Q3)
    apart.both.site.admins.discard(who)
    assert "Acme Experiments delivered" in page.text
    assert "GROW-" not in drawer.text
    assert "Aggregates only" in drawer.text


def texts_of(desk: Desk, who: str) -> list[str]:
    """What a person reads of both engagements, but for how old the figures are."""
    pages = [desk.open(who), *(desk.content(who, engagement=key) for key in (ACME, BOLT))]
    return [re.sub(r"Live, [^·]*", "", desk.read(page).text) for page in pages]


@pytest.mark.parametrize("who", [AGENCY_LEAD, AGENCY_MEMBER, OTHER_LEAD])
def test_to_administer_shows_an_agencys_people_nothing_more(apart: Desk, who: str):
    before = texts_of(apart, who)
    apart.both.site.admins.add(account_of(who))
    apart.both.clock.at = apart.both.clock.now() + MINUTE + 1
    after = texts_of(apart, who)
    operation = [apart.read(apart.follow(who, f"/pages/admin/{part}")).text for part in ("content", "people")]
    apart.both.site.admins.discard(account_of(who))
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
def test_a_wrong_question_is_answered_as_such(desk: Desk, wrong: dict[str, str], status: int):
    answer = desk.both.ask(account_of(MEMBER), "/pages/figure", **{"engagement": ACME, "figure": "taught"} | wrong)
    assert answer.status_code == status
    assert len(answer.text) > 20


@pytest.mark.parametrize("issue", ["", "x", "-1", "1e3", "9" * 18, GOOGOL])
def test_a_ticket_that_does_not_exist_is_not_found(desk: Desk, issue: str):
    answer = desk.both.ask(account_of(MEMBER), "/pages/evidence", engagement=ACME, issue=issue)
    assert answer.status_code == 404


def test_the_evidence_names_nobody_but_the_viewer(desk: Desk):
    drawer = asked(desk, MEMBER, "taught", Q3)
    answers = [desk.follow(MEMBER, figure).text for figure in drawer.figures if query(figure).get("issue")]
    names = {person.name for person in desk.both.story.people} - {MEMBER}
    assert len(answers) > 10
    assert not [name for name in names for answer in answers if name in answer]
    assert any(MEMBER in answer for answer in answers)


# Whatever a stranger opens: each kind of frame, and each address that a frame may ask.
FRAMES = ("teachback-project", "teachback-panel", "teachback-context", "teachback-gadget", "teachback-program")
ASKED = {
    "engagement": ACME, "project.key": "GROW", "period": "2026Q3", "figure": "taught", "objective": "tracking",
    "tab": "settings", "format": "json", "q": "test", "words": "test", "part": "people", **Q3,
}  # fmt: skip


def test_a_stranger_reads_no_name_in_any_frame_or_behind_any_address(desk: Desk) -> None:
    who, issue, project = account_of(STRANGER), str(desk.both.ids["t0110"]), desk.both.site.project("GROW")
    place = {"project.id": str(project.id), "project.key": "GROW", "issue.id": issue}
    answers = {module: desk.both.page(who, module, place) for module in FRAMES}
    for rule in desk.both.app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and not rule.arguments and rule.rule.startswith("/pages/"):
            answers[rule.rule] = desk.both.ask(who, rule.rule, issue=issue, **ASKED)
    assert len(answers) > 40
    names = [text for engagement in agreements(desk) for text in names_of(engagement)]
    for path, answer in answers.items():
        text_and_headers = f"{answer.headers} {answer.text}".replace(desk.both.jira.url, "")
        assert [text for text in names if text in text_and_headers] == [], path
        assert not re.search(r"growth-(acme|bolt)|(GROW|SHOP)-\d", text_and_headers), path


def agreements(desk: Desk) -> list[Engagement]:
    return [read_engagement(engagement_file(desk.both.story, key)) for key in (ACME, BOLT)]


def names_of(engagement: Engagement) -> list[str]:
    return [engagement.name, engagement.agency_name, *(objective.name for objective in engagement.objectives)]
