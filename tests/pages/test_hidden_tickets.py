"""What somebody may not browse in Jira: every surface is walked as each role and by each kind of link."""

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
from werkzeug.test import Client, TestResponse

from connector.pages.tickets import finished
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.records.operations.access_links import insert_access_link
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, StorySite, open_story_site
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    DAY,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    PageClient,
)
from tests.pages.crawl import Get, Skip, crawl, crawled
from tests.pages.html_reader import Reader, value
from tests.pages.test_numbers import TENTH

HOUR = 3_600_000_000
ADMIN, TEAMMATE = "Dana Quist", "Ruben Adeyemi"
SATURDAY, NEXT_SATURDAY = 1_786_752_000_000_000, 1_787_356_800_000_000
"""Midnights of 15 and 22 August 2026: nothing else of the story is finished on a Saturday."""
PLANTED = ("2026-08-10", "2026-08-23")
"""The first and the last day of the weeks in which tickets were planted that count."""
SECURED = {"Zanzibar ledger": 731, "Quokka harbour": 517}
ELSEWHERE = {"Okapi lantern": 643, "Numbat parade": 429}
OPEN = "Axolotl drawbridge"
ROLES = {
    "in-house lead": LEAD,
    "agency lead": AGENCY_LEAD,
    "the other agency's lead": OTHER_LEAD,
    "learner": LEARNER,
    "in-house member": MEMBER,
    "agency member": AGENCY_MEMBER,
    "administrator": ADMIN,
}


@dataclass
class HiddenTickets:
    """The story with tickets that nobody of the cast may browse: three behind a level, two in a shut project."""

    story_site: StorySite
    keys: dict[str, str] = field(default_factory=dict)

    @property
    def page_client(self) -> PageClient:
        return PageClient(self.story_site)


@pytest.fixture(scope="module")
def hiding(tmp_path_factory: pytest.TempPathFactory) -> Iterator[HiddenTickets]:
    url = f"sqlite:///{tmp_path_factory.mktemp('hidden') / 'teachback.db'}"
    with open_story_site(url, tickets=40) as story_site:
        story_site.tell()
        made = HiddenTickets(story_site)
        story_site.site.add_level("Nobody here")
        for title, points in SECURED.items():
            plant(made, ("GROW", title, points), by=AGENCY_MEMBER, learner=LEARNER, at=SATURDAY)
        for title, points in ELSEWHERE.items():
            plant(made, ("SHOP", title, points), by=OTHER_LEAD, learner=TEAMMATE, at=NEXT_SATURDAY)
        plant(made, ("GROW", OPEN, 3), by=AGENCY_MEMBER, learner=LEARNER, at=story_site.story.end, done=False)
        story_site.deliverer.settle()
        story_site.drain()
        story_site.agree(ACME)
        story_site.agree(BOLT)
        story_site.site.admins.add(account_of(ADMIN))
        for person in story_site.story.people:
            story_site.site.deny(account_of(person.name), "SHOP", "BROWSE_PROJECTS")
        yield made


def plant(
    into: HiddenTickets, what: tuple[str, str, int], *, by: str, learner: str, at: int, done: bool = True
) -> None:
    """A ticket that the agency did, on two days of which a learner commented; finished on a Saturday."""
    project, title, points = what
    site, who = into.story_site.site, account_of(by)
    label = "tracking-plan" if done else "ab-design"
    marks = {"labels": (label,), "security": "Nobody here"} if project == "GROW" else {}
    marks |= {"components": ("Checkout",)} if project == "SHOP" else {}
    issue = site.create_issue(project, "Task", title, by=who, at=at - 44 * HOUR, points=points, assignee=who, **marks)
    into.keys[title] = issue.key
    site.transition(issue.id, "In Progress", by=who, at=at - 40 * HOUR)
    for hours in (38, 14) if done else ():
        text = f"What {title} showed me is how the events of a step hang together, {hours}."
        site.add_comment(issue.id, by=account_of(learner), at=at - hours * HOUR, text=text)
    if done:
        site.transition(issue.id, "Done", by=who, at=at + 9 * HOUR + 17 * 60_000_000)


def walk(hiding: HiddenTickets, who: str) -> Iterator[tuple[str, TestResponse]]:
    """All that a person comes to from both projects' pages, and the panels of the latest tickets, the hidden ones'."""
    page_client = hiding.page_client
    begin = [page_client.open(who, project) for project in ("GROW", "SHOP")]
    begin += [page_client.follow(who, f"/pages/tickets?engagement={key}&period=2026Q3") for key in (ACME, BOLT)]
    panels = [panel(hiding, who, issue) for issue in list(hiding.story_site.site.issues)[-12:]]
    skip = far if who == LEAD else far_of_others
    return crawled(lambda address: page_client.follow(who, address), [], [*begin, *panels], skip=skip)


def far(address: str) -> bool:
    """Files of drawers that hold none of the planted tickets, and the score of the quarter that holds their half-year
    a second time, are left out: the same code answers, and the walk stays short.
    """
    # A row of the list opens what the drawer of the ticket's evidence shows.
    if address.startswith("/pages/tickets/evidence"):
        return True
    # The file of an engagement, for those who agree to it, is the agreement as it was written.
    if address.startswith("/pages/settings/file"):
        return True
    weeks, asked = ("from=2026-08-10", "from=2026-08-17"), dict(parse_qsl(urlsplit(address).query))
    score = address.startswith("/pages/figure") and ("." in asked.get("figure", "") or asked.get("figure") == "score")
    if "/export?" in address and "ladder" not in address:
        near = any(part in address for part in (*weeks, *(() if "format=json" in address else ("from=2026-07-01",))))
        return not near or (score and "dimensions.teaching" not in address)
    # Nothing was planted before July: each of those drawers was the same if the planted tickets did not exist.
    return "from=2026-04-01" in address or (score and "from=2026-10-01" in address)


def far_of_others(address: str) -> bool:
    """Of the quarter and the weeks in which nothing was planted, the in-house lead's walk, who sees most, has all."""
    asked = dict(parse_qsl(urlsplit(address).query))
    first, last = asked.get("from", ""), asked.get("to", "")
    is_other = bool(first and last) and (last < PLANTED[0] or first > PLANTED[1])
    return far(address) or asked.get("period") == "2026Q2" or (is_other and address.startswith("/pages/figure?"))


def panel(hiding: HiddenTickets, who: str, issue_id: int) -> TestResponse:
    there = {"issue.id": str(issue_id), "project.id": str(hiding.story_site.site.project("GROW").id)}
    return hiding.story_site.page(account_of(who), "teachback-panel", there)


def visit(story_site: StorySite, *, tickets: Any, role: Any = None, account: Any = None) -> Get:
    """The browser of somebody who traded a signed link for a session."""
    token, now, browser = make_token(), story_site.clock.now(), Client(story_site.app)
    with story_site.container.engine.begin() as connection:
        insert_access_link(
            connection, story_site.tenant_id, digest=digest_of(token), engagement=ACME, account=account, role=role,
            tickets=tickets, made_at=now, expires_at=now + 30 * DAY,
        )  # fmt: skip
    assert browser.post(f"/direct/{token}", base_url=APP_URL).status_code == 303
    return lambda address: browser.get(address, base_url=APP_URL)


def traces_of(hiding: HiddenTickets, titles: Mapping[str, int], day: str, iso: str) -> re.Pattern[str]:
    """Whatever would tell of hidden tickets: key, title, the day they were finished, the units of each."""
    keys = "|".join(rf"\b{hiding.keys[title]}\b" for title in titles)
    words = "|".join(re.escape(title) for title in titles)
    units = "|".join(str(points) for points in titles.values())
    return re.compile(rf"{keys}|{words}|\b{day} Aug|{iso}|(?<![\d.,])(?:{units})(?!\d|\.[1-9]|%)")


def secured_traces(hiding: HiddenTickets) -> re.Pattern[str]:
    traces = traces_of(hiding, SECURED, "(?:15|29)", "2026-08-(?:15|29)")
    return re.compile(f"{traces.pattern}|{hiding.keys[OPEN]}\\b|{OPEN}")


def shut_traces(hiding: HiddenTickets) -> re.Pattern[str]:
    """Of a project that one may not browse no key at all may be seen."""
    traces = traces_of(hiding, ELSEWHERE, "22", "2026-08-22")
    return re.compile(rf"{traces.pattern}|\bSHOP-\d")


def trace_in(address: str, answer: TestResponse, traces: re.Pattern[str]) -> str | None:
    """Where an answer tells of a hidden ticket, None where it does not."""
    source = answer.text.replace("\N{NO-BREAK SPACE}", " ")
    match = traces.search(re.sub(r"sha256:[0-9a-f]+|<(path|rect|polyline)[^>]*>", "", source))
    return f"{address}: {match[0]}" if match else None


def leaks(answers: Mapping[str, TestResponse], *traces: re.Pattern[str]) -> list[str]:
    told_all = (trace_in(address, answer, trace) for address, answer in answers.items() for trace in traces)
    return [trace for trace in told_all if trace]


def wrong_sums(answers: Mapping[str, TestResponse]) -> list[str]:
    """The drawers whose rows, the hidden ones' row among them, do not add up to their sum."""
    wrong = []
    for address, answer in answers.items():
        has_sum = re.search(r">\s*Sum\s*<", answer.text) is not None
        tables = [
            this_table
            for this_table in (Reader(answer.text).tables if has_sum else ())
            if this_table.rows[-1] and this_table.rows[-1][0] == "Sum"
        ]
        for table in tables:
            *rows, total = [value(row[-1]) for row in table.rows[1:]]
            if abs(sum(rows) - total) > TENTH * (len(rows) + 1):
                wrong.append(address)
    return wrong


@pytest.mark.parametrize("role", ROLES)
def test_a_role_learns_nothing_of_tickets_it_may_not_browse(hiding: HiddenTickets, role: str) -> None:
    answers = dict(walk(hiding, ROLES[role]))
    assert len(answers) > 80
    assert {answer.status_code for answer in answers.values()} <= {200, 404}
    assert not leaks(answers, secured_traces(hiding), shut_traces(hiding))
    assert not wrong_sums(answers)
    assert not leaks(drawers_of(answers), people_but(hiding, ROLES[role]))


def drawers_of(answers: Mapping[str, TestResponse]) -> dict[str, TestResponse]:
    """All but the pages on which people are chosen, or lead: they are named there."""
    named = ("/pages/learning", "/pages/together", "/pages/panel", "/pages/settings")
    return {at: answer for at, answer in answers.items() if at.startswith("/pages/") and not at.startswith(named)}


def people_but(hiding: HiddenTickets, who: str) -> re.Pattern[str]:
    """The name and the account of everybody else."""
    others = [person.name for person in hiding.story_site.story.people if person.name != who]
    return re.compile("|".join(re.escape(word) for name in others for word in (name, account_of(name))))


LINKS = {
    "an in-house lead's": {"role": "inhouse_lead", "tickets": False},
    "an in-house lead's with tickets": {"role": "inhouse_lead", "tickets": True},
    "an agency lead's with tickets": {"role": "agency_lead", "tickets": True},
    "an agency member's": {"role": "agency_member", "tickets": False},
    "a learner's by name": {"account": account_of(LEARNER), "tickets": False},
    "a member's by name with tickets": {"account": account_of(MEMBER), "tickets": True},
}


@pytest.mark.parametrize("link", LINKS)
def test_a_link_never_tells_of_a_secured_ticket(hiding: HiddenTickets, link: str) -> None:
    skip = far if link == "an in-house lead's with tickets" else far_of_others
    check_link(hiding, visit(hiding.story_site, **LINKS[link]), skip, tickets=LINKS[link]["tickets"])


def check_link(hiding: HiddenTickets, get: Get, skip: Skip, *, tickets: bool) -> None:
    answers = crawl(get, ["/direct/project"], skip=skip)
    assert len(answers) > 60
    assert not leaks(answers, secured_traces(hiding))
    assert not wrong_sums(answers)
    named = leaks(answers, re.compile(r"\bGROW-\d"))
    assert bool(named) is tickets
    if not tickets:
        titles = {issue.summary for issue in hiding.story_site.site.issues.values()} - {""}
        assert not leaks(answers, re.compile("|".join(re.escape(title) for title in titles)))


def test_the_hidden_row_holds_what_is_hidden_and_no_more(hiding: HiddenTickets) -> None:
    asked = {"engagement": ACME, "figure": "taught", "from": "2026-08-10", "to": "2026-08-16"}
    drawer = Reader(hiding.story_site.ask(account_of(MEMBER), "/pages/figure", **asked).text)
    row = next(row for row in drawer.tables[0].rows if "may not browse" in row[1])
    assert (row[0], value(row[2])) == ("2 tickets", sum(SECURED.values()))


def test_pages_of_a_list_are_whole_and_the_last_one_alone_holds_what_is_hidden(
    hiding: HiddenTickets, monkeypatch: pytest.MonkeyPatch
) -> None:
    def pages() -> list[str]:
        answers = [hiding.page_client.follow(MEMBER, f"/pages/tickets?engagement={ACME}&period=2026Q3").text]
        while older := re.search(r'<a class="button" href="([^"]*)"[^>]*>Older tickets', answers[-1]):
            answers.append(hiding.page_client.follow(MEMBER, html.unescape(older[1])).text)
        return answers

    def issue_ids(answers: list[str]) -> list[str]:
        return re.findall(r'id="evidence-(\d+)"', "".join(answers))

    def hidden_rows(answers: list[str]) -> list[str]:
        rows = [re.findall(r'class="hidden-row">.*?(\d+) tickets</span>', part, re.DOTALL) for part in answers]
        assert [len(row) for row in rows] == [0] * (len(rows) - 1) + [1]
        return rows[-1]

    whole = pages()
    monkeypatch.setattr(finished, "PAGE", 2)
    parts = pages()
    assert issue_ids(parts) == issue_ids(whole)
    # The hidden ones lie between those that are listed, and no page is shorter for them.
    assert {len(issue_ids([part])) for part in parts[:-1]} == {2}
    assert hidden_rows(parts) == hidden_rows(whole)
    assert int(hidden_rows(parts)[0]) >= len(SECURED)


@pytest.mark.parametrize("who", [LEAD])
def test_who_may_browse_them_is_told_all_of_it(hiding: HiddenTickets, who: str) -> None:
    """So that the walk would find what it looks for, and looks where it stands: it ends when it found all."""
    story_site = hiding.story_site
    story_site.site.admit("Nobody here", account_of(who))
    story_site.clock.at = story_site.story.end + 2 * 60_000_000
    unseen = {*SECURED, OPEN, *(hiding.keys[title] for title in SECURED), "15 Aug", "2026-08-15", "731", "517"}
    for _, answer in walk(hiding, who):
        text = answer.text.replace("\N{NO-BREAK SPACE}", " ")
        unseen = {trace for trace in unseen if trace not in text}
        if not unseen:
            break
    story_site.site.dismiss("Nobody here", account_of(who))
    story_site.clock.at = story_site.story.end + 4 * 60_000_000
    assert not unseen
