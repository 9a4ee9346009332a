"""The visibility matrix of measurement (f), role by surface, in Jira's frame and by a signed link: default deny."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace
from werkzeug.test import Client, TestResponse

from connector.auth.access import LINKED, MATRIX
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.consents import insert_consent
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.access_links import insert_access_link, save_revoked, select_access_links
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL, StorySite
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    DAY,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
    copy_of,
)
from tests.pages.html_reader import Reader
from webhooks.generations import measure_pending

PLAIN_MEMBER = "Ruben Adeyemi"
Q3 = {"from": "2026-07-01", "to": "2026-09-30"}
Get = Callable[..., TestResponse]


@dataclass
class MatrixCaller:
    """Somebody who looks: the page, and any address behind it."""

    story_site: StorySite
    get: Get
    page: str = field(init=False)
    objectives: str = field(init=False)

    def __post_init__(self) -> None:
        query = urlencode({"project.key": "GROW", "engagement": ACME, "tab": "overview"})
        self.page = self.get(f"/pages/project/content?{query}").text
        self.objectives = self.get(f"/pages/objectives?{urlencode({'engagement': ACME})}").text

    def offers(self, figure: str) -> bool:
        """Whether the page links to a figure of the score."""
        return f"/pages/figure?engagement={ACME}&amp;figure={figure}&" in self.page + self.objectives

    def has_tab(self, key: str) -> bool:
        return bool(re.search(rf'id="tab-{key}"[^>]*engagement={ACME}&', self.page))

    def opens(self, path: str, **query: str) -> bool:
        answer = self.get(f"{path}?{urlencode({'engagement': ACME, **Q3, **query})}")
        assert answer.status_code in {200, 404}, (path, query, answer.status)
        return answer.status_code == 200

    def ladder(self, part: str) -> bool:
        answer = self.get(f"/pages/learning?{urlencode({'engagement': ACME})}")
        assert answer.status_code in {200, 404}, answer.status
        return answer.status_code == 200 and part in answer.text

    def names_tickets(self) -> bool:
        drawer = self.get(f"/pages/figure?{urlencode({'engagement': ACME, 'figure': 'total', **Q3})}").text
        score = self.get(f"/pages/figure?{urlencode({'engagement': ACME, 'figure': 'taught_through', **Q3})}").text
        return bool(re.search(r"\b(GROW|SHOP)-\d", drawer + score))

    def lists_tickets(self) -> bool:
        query = urlencode({"engagement": ACME, "period": "2026Q3"})
        answers = [self.get(f"/pages/tickets{file}?{query}").text for file in ("", "/export")]
        named = [bool(re.search(r"\b(GROW|SHOP)-\d", answer)) for answer in answers]
        assert len(set(named)) == 1
        return named[0]


SURFACES: dict[str, Callable[[MatrixCaller], bool]] = {
    "name on the page": lambda matrix_caller: "Growth and Acme" in Reader(matrix_caller.page).text,
    "ratios on the page": lambda matrix_caller: f"/pages/figure?engagement={ACME}" in matrix_caller.page,
    "coverage on the page": lambda matrix_caller: matrix_caller.offers("objectives.ab-design.coverage"),
    "score on the page": lambda matrix_caller: matrix_caller.offers("score"),
    "owners on the page": lambda matrix_caller: matrix_caller.offers("owners.client"),
    "cells on the page": lambda matrix_caller: (
        "people_at_rung" in matrix_caller.objectives and matrix_caller.offers("exit_coverage.two_holders")
    ),
    "next on the page": lambda matrix_caller: f"/pages/next?engagement={ACME}" in matrix_caller.page,
    "ladder on the page": lambda matrix_caller: matrix_caller.has_tab("learning"),
    "together on the page": lambda matrix_caller: matrix_caller.has_tab("together"),
    "together": lambda matrix_caller: matrix_caller.opens("/pages/together"),
    "agency on the page": lambda matrix_caller: matrix_caller.has_tab("agency"),
    "agency": lambda matrix_caller: matrix_caller.opens("/pages/agency"),
    "readiness": lambda matrix_caller: (
        "What the in-house team owes" in matrix_caller.get(f"/pages/agency?engagement={ACME}").text
    ),
    "own ladder": lambda matrix_caller: matrix_caller.ladder("My ladder"),
    "signing": lambda matrix_caller: matrix_caller.ladder('id="sign"'),
    "units": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="taught"),
    "score": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="score"),
    "component": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="taught_through"),
    "owner": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="owners.client"),
    "objectives": lambda matrix_caller: matrix_caller.opens("/pages/objectives"),
    "coverage": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="objectives.ab-design.coverage"),
    "exit coverage": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="exit_coverage.two_holders"),
    "cells": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="objectives.ab-design.people_at_rung"),
    "progress by week": lambda matrix_caller: matrix_caller.opens("/pages/objectives/progress"),
    "burn-up": lambda matrix_caller: matrix_caller.opens("/pages/figure", figure="objectives.ab-design.burn_up"),
    "next": lambda matrix_caller: matrix_caller.opens("/pages/next"),
    "evidence": lambda matrix_caller: matrix_caller.opens(
        "/pages/evidence", issue=str(matrix_caller.story_site.ids["t0110"])
    ),
    "tickets": MatrixCaller.names_tickets,
    "list of tickets": lambda matrix_caller: matrix_caller.opens("/pages/tickets"),
    "tickets by name": MatrixCaller.lists_tickets,
}
RATIOS = {"name on the page", "ratios on the page", "units"}
COVERAGE = {"coverage on the page", "coverage", "exit coverage", "objectives"}
SCORES = {"score on the page", "owners on the page", "score", "component", "owner"}
CELLS = {"cells on the page", "cells", "burn-up", "progress by week"}
NEXT = {"next on the page", "next", "list of tickets"}
TICKETS = {"evidence", "tickets", "tickets by name"}
LADDER = {"ladder on the page", "own ladder"}
SIGNING = {"ladder on the page", "signing"}
AGENCY = {"agency on the page", "agency"}
BETWEEN = AGENCY | {"readiness", "together on the page", "together"}
GATEKEEPING = {"name on the page"}
LEADS = RATIOS | COVERAGE | SCORES | CELLS | NEXT
MEMBERS = RATIOS | COVERAGE | NEXT

IN_JIRA: dict[str, tuple[str, set[str]]] = {
    "in-house lead": (LEAD, LEADS | TICKETS | LADDER | SIGNING | BETWEEN),
    "agency lead": (AGENCY_LEAD, LEADS | TICKETS | SIGNING | BETWEEN),
    "learner": (LEARNER, MEMBERS | SCORES | TICKETS | LADDER),
    "in-house member": (PLAIN_MEMBER, MEMBERS | TICKETS | LADDER),
    "agency member": (AGENCY_MEMBER, MEMBERS | TICKETS | SIGNING | AGENCY),
    "administrator": (STRANGER, RATIOS | COVERAGE | SCORES | CELLS),
    # Their own page alone, which names the engagement.
    "gatekeeper": (GATEKEEPER, GATEKEEPING),
    # Their pages are the program and its review; the line that says so names the engagement.
    "sponsor": ("Dana Quist", {"name on the page"}),
    "other agency": (OTHER_LEAD, set()),
    "who moved to another agency": ("Jamal Whitcombe", set()),
    "stranger": ("Portal visitor 17", set()),
    "in-house member who may not browse": (SHUT_OUT, set()),
}
BY_LINK: dict[str, set[str]] = {
    "inhouse_lead": LEADS,
    "agency_lead": LEADS,
    "inhouse_member": MEMBERS,
    "agency_member": MEMBERS,
    "sponsor": set(),
    # Nobody can make these without naming an account: were there one all the same, it would show nothing.
    "learner": set(),
    "gatekeeper": set(),
    "admin": set(),
    "owner": set(),
}


@pytest.fixture(scope="module")
def directory(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The story with an administrator, a sponsor, somebody who learns nothing, and all who agree to be named."""
    with copy_of(story_site, tmp_path_factory.mktemp("matrix")) as page_client:
        agree_with_sponsor(page_client.story_site)
        name_all(page_client.story_site)
        page_client.story_site.site.admins.add(account_of(STRANGER))
        yield page_client
        page_client.story_site.site.admins.discard(account_of(STRANGER))


def test_the_tables_name_every_role() -> None:
    assert len(IN_JIRA) == len(MATRIX) + 4
    assert set(MATRIX) <= set(BY_LINK)
    assert {role for role, seen in BY_LINK.items() if seen} == LINKED - {"sponsor"}


@pytest.mark.parametrize("role", IN_JIRA)
def test_a_role_sees_in_jira_what_the_matrix_says(directory: PageClient, role: str) -> None:
    who, expected = IN_JIRA[role]
    matrix_caller = MatrixCaller(directory.story_site, lambda address: directory.follow(who, address))
    assert {name for name, sees in SURFACES.items() if sees(matrix_caller)} == expected


@pytest.mark.parametrize("tickets", [False, True])
@pytest.mark.parametrize("role", BY_LINK)
def test_a_link_shows_what_its_role_sees_and_tickets_only_where_it_says_so(
    directory: PageClient, role: str, tickets: bool
) -> None:
    matrix_caller = visitor(directory.story_site, role=role, tickets=tickets)
    expected = BY_LINK[role] | (TICKETS if tickets and BY_LINK[role] else set())
    assert {name for name, sees in SURFACES.items() if sees(matrix_caller)} == expected


def test_a_link_for_a_role_has_no_list_of_ones_own_tickets(page_client: PageClient) -> None:
    """Nobody took part whom it does not name: the list was always empty."""
    for link, offers in ({"role": "inhouse_member"}, 0), ({"account": account_of(MEMBER)}, 1):
        holder = visitor(page_client.story_site, tickets=True, **link)
        for show in ("open", "finished"):
            answer = holder.get(f"/pages/tickets?{urlencode({'engagement': ACME, 'show': show})}").text
            assert 'name="objective"' in answer
            assert answer.count("I took part") == offers, (link, show)


def test_a_page_whose_link_was_revoked_is_closed_with_a_page_and_its_parts_with_a_line(apart: PageClient) -> None:
    holder = visitor(apart.story_site, role="inhouse_member")
    html_wanted, part = {"Accept": "text/html"}, {"Accept": "text/html", "HX-Request": "true"}
    assert holder.get("/direct/project", headers=html_wanted).status_code == 200
    with apart.story_site.container.engine.begin() as connection:
        tenant_id = apart.story_site.tenant_id
        number = select_access_links(connection, tenant_id)[-1].link_id
        assert save_revoked(connection, tenant_id, number, apart.story_site.clock.now())
    closed = holder.get("/direct/project", headers=html_wanted)
    assert (closed.status_code, closed.mimetype) == (401, "text/html")
    assert "This page is not open here any more." in closed.text
    assert "Open your link again." in closed.text
    assert ACME not in closed.text
    line = holder.get("/direct/project", headers=part)
    assert (line.status_code, line.text) == (401, "Not accepted. Open your link again.")


# Of whoever holds a link Jira is not asked; an administrator has no part that a link could show.
BY_OWN_LINK = IN_JIRA.keys() - {"administrator", "in-house member who may not browse"}


@pytest.mark.parametrize("role", sorted(BY_OWN_LINK))
def test_a_link_for_a_person_shows_what_they_see_in_jira_but_tickets(directory: PageClient, role: str) -> None:
    who, expected = IN_JIRA[role]
    own = LADDER & expected if "own ladder" in expected else set()
    # A gatekeeper's page is for themselves, and for no link.
    expected = set() if expected == GATEKEEPING else expected
    matrix_caller = visitor(directory.story_site, account=account_of(who))
    assert {
        name for name, sees in SURFACES.items() if sees(matrix_caller)
    } == expected - TICKETS - SIGNING - BETWEEN | own


@pytest.mark.parametrize("role", IN_JIRA)
def test_a_learner_who_agreed_is_named_to_the_leads_and_to_nobody_else(directory: PageClient, role: str) -> None:
    who = IN_JIRA[role][0]
    answer = directory.follow(who, f"/pages/next?{urlencode({'engagement': ACME})}").text
    named = {name for name in team_of(directory.story_site) if name in answer}
    assert named if who in {LEAD, AGENCY_LEAD} else named <= {who}


def visitor(
    story_site: StorySite, *, role: str | None = None, account: str | None = None, tickets: bool = False
) -> MatrixCaller:
    """Somebody who traded a signed link for a session."""
    token, now, browser = make_token(), story_site.clock.now(), Client(story_site.app)
    with story_site.container.engine.begin() as connection:
        insert_access_link(
            connection, story_site.tenant_id, digest=digest_of(token), engagement=ACME, account=account, role=role,
            tickets=tickets, made_at=now, expires_at=now + 30 * DAY,
        )  # fmt: skip
    assert browser.post(f"/direct/{token}", base_url=APP_URL).status_code == 303
    return MatrixCaller(story_site, lambda address, **more: browser.get(address, base_url=APP_URL, **more))


def team_of(story_site: StorySite) -> set[str]:
    """The names of everybody in-house."""
    return {person.name for person in story_site.story.people if any(stay.group == "growth" for stay in person.stays)}


def name_all(story_site: StorySite) -> None:
    """Everybody in-house agrees to be named."""
    with story_site.container.engine.begin() as connection:
        for name in team_of(story_site):
            insert_consent(
                AgreementScope(connection, story_site.tenant_id, ACME),
                account_of(name),
                kind="named",
                at=story_site.story.end - DAY,
            )


def agree_with_sponsor(story_site: StorySite) -> None:
    """Agree to the same engagement with a sponsor, and with one learner less."""
    engagement = read_engagement(engagement_file(story_site.story, ACME))
    goals = tuple(
        replace(objective, learners=tuple(who for who in objective.learners if who != account_of(PLAIN_MEMBER)))
        for objective in engagement.objectives
    )
    leads = {**engagement.leads, "sponsor": (account_of("Dana Quist"),)}
    agreed = replace(engagement, leads=leads, objectives=goals)
    with story_site.container.engine.begin() as connection:
        save_engagement(
            connection, story_site.tenant_id, agreed, engagement_hash(agreed), now=story_site.clock.now(), by=None
        )
    measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())
