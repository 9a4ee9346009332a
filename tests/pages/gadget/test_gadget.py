"""The dashboard gadget: what each viewer's own part allows, the figures of the project's page, and its settings."""

import re
from html import unescape

import pytest

from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
)

CONTENT, EDIT = "/pages/gadget/content", "/pages/gadget/edit"


def gadget(page_client: PageClient, who: str, path: str = CONTENT, **query: str) -> str:
    answer = page_client.story_site.ask(account_of(who), path, **query)
    assert answer.status_code == 200
    return answer.text


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_a_gadget_shows_the_figures_of_the_projects_page(page_client: PageClient, size: str) -> None:
    shown = plain(gadget(page_client, LEAD, engagement=ACME, period="full", size=size))
    page = plain(page_client.content(LEAD, engagement=ACME, period="2026Q3").text)
    (share,) = set(re.findall(r"Taught share (\d+ %)", page))
    assert share in shown
    assert f"g-{size}" in gadget(page_client, LEAD, engagement=ACME, size=size)


def test_each_viewer_sees_what_their_own_part_allows(page_client: PageClient) -> None:
    """One dashboard, one setting: a member sees no score, and who has no part nothing of anybody."""
    for who in (LEAD, AGENCY_LEAD):
        assert "Integration" in gadget(page_client, who, engagement=ACME)
    assert "Integration" not in gadget(page_client, AGENCY_MEMBER, engagement=ACME)
    for who in (STRANGER, GATEKEEPER, OTHER_LEAD, SHUT_OUT):
        page = gadget(page_client, who, engagement=ACME)
        assert not re.search(r"Acme|Growth|\d %", page)
    # Who has another part, or may not browse, does not learn which of the two it is.
    for who in (OTHER_LEAD, SHUT_OUT):
        page = gadget(page_client, who, engagement=ACME)
        assert "You have no part in this engagement, or Jira does not let you browse its projects." in page


def test_who_has_no_part_reads_the_sentence_of_the_projects_page(page_client: PageClient) -> None:
    line = re.search(r'<p class="g-line">(.*?)</p>', gadget(page_client, STRANGER, engagement=ACME))
    assert line is not None
    assert line[1] in page_client.open(STRANGER).text
    # A gatekeeper reads it in a gadget that nobody set up, too, and where it leads.
    for key, line, own in (
        (ACME, "GROW and do not see its figures", [("GROW", ACME)]),
        ("", "GROW and SHOP and do not see their figures", [("GROW", ACME), ("SHOP", BOLT)]),
    ):
        page = gadget(page_client, GATEKEEPER, engagement=key)
        assert f"You are a gatekeeper in {line}" in page
        ways = re.findall(r'data-choice="([^"]*)" data-project="(\w+)">([^<]*)<', unescape(page))
        assert ways == [(f"tab=gatekeeping&engagement={of}", name, f"Knowledge transfer of {name}") for name, of in own]
    assert "data-project" not in gadget(page_client, STRANGER, engagement=ACME)
    assert f"Ask {LEAD}, who leads the in-house side, to have" in gadget(page_client, STRANGER, engagement=ACME)
    chosen = gadget(page_client, STRANGER)
    assert "You are on no side here. The project’s page names whom to ask." in chosen
    ways = [(project, f"Knowledge transfer of {project}") for project in ("GROW", "SHOP")]
    assert re.findall(r'data-project="(\w+)">([^<]*)<', chosen) == ways
    # Of no engagement that there is, nothing is told.
    assert LEAD not in gadget(page_client, STRANGER, engagement="growth-none")


def test_the_form_offers_the_engagements_of_whoever_sets_it_up(page_client: PageClient) -> None:
    offered = re.findall(r'<option value="(growth-\w+)"', gadget(page_client, AGENCY_LEAD, EDIT))
    assert offered == [ACME]
    assert re.findall(
        r'<option value="(growth-\w+)"( selected)?', gadget(page_client, LEAD, EDIT, engagement=BOLT)
    ) == [
        (ACME, ""),
        (BOLT, " selected"),
    ]
    assert "<option" not in gadget(page_client, STRANGER, EDIT)


def test_settings_that_are_none_are_as_if_nobody_chose(page_client: PageClient) -> None:
    odd = {"period": "never", "size": "huge", "figures": "rank <b>"}
    assert gadget(page_client, LEAD, engagement=ACME, **odd) == gadget(page_client, LEAD, engagement=ACME)
    # Nobody set it up yet: whoever looks sees the first engagement of theirs.
    assert "Growth and Acme" in gadget(page_client, AGENCY_LEAD)


def test_the_figures_that_were_chosen_are_shown(page_client: PageClient) -> None:
    names = re.findall(r"<dt>([^<]+)", gadget(page_client, LEAD, engagement=ACME, figures="exit share"))
    assert names == ["Taught share", "Exit coverage"]


def test_a_frame_of_the_dashboard_knows_where_its_settings_are(page_client: PageClient) -> None:
    context = {"dashboard.id": "10100", "dashboardItem.id": "10200"}
    page = page_client.story_site.page(account_of(LEAD), "teachback-gadget", context)
    assert page.status_code == 200
    assert 'data-dashboard="10100" data-item="10200"' in page.text
