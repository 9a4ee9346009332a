"""The dashboard gadget: what each viewer's own part allows, the figures of the project's page, and its settings."""

import re

import pytest

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, GATEKEEPER, LEAD, OTHER_LEAD, STRANGER, Desk

CONTENT, EDIT = "/pages/gadget/content", "/pages/gadget/edit"


def gadget(desk: Desk, who: str, path: str = CONTENT, **query: str) -> str:
    answer = desk.both.ask(account_of(who), path, **query)
    assert answer.status_code == 200
    return answer.text


def plain(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]*>", " ", page))


@pytest.mark.parametrize("size", ["small", "medium", "large"])
def test_a_gadget_shows_the_figures_of_the_projects_page(desk: Desk, size: str) -> None:
    shown = plain(gadget(desk, LEAD, engagement=ACME, period="full", size=size))
    page = plain(desk.content(LEAD, engagement=ACME, period="2026Q3").text)
    (share,) = set(re.findall(r"Taught share (\d+ %)", page))
    assert share in shown
    assert f"g-{size}" in gadget(desk, LEAD, engagement=ACME, size=size)


def test_each_viewer_sees_what_their_own_part_allows(desk: Desk) -> None:
    """One dashboard, one setting: a member sees no score, and who has no part nothing of anybody."""
    for who in (LEAD, AGENCY_LEAD):
        assert "Integration" in gadget(desk, who, engagement=ACME)
    assert "Integration" not in gadget(desk, AGENCY_MEMBER, engagement=ACME)
    for who in (STRANGER, GATEKEEPER, OTHER_LEAD):
        page = gadget(desk, who, engagement=ACME)
        assert "You have no part in this engagement" in page
        assert not re.search(r"Acme|Growth|\d %", page)


def test_the_form_offers_the_engagements_of_whoever_sets_it_up(desk: Desk) -> None:
    offered = re.findall(r'<option value="(growth-\w+)"', gadget(desk, AGENCY_LEAD, EDIT))
    assert offered == [ACME]
    assert re.findall(r'<option value="(growth-\w+)"( selected)?', gadget(desk, LEAD, EDIT, engagement=BOLT)) == [
        (ACME, ""), (BOLT, " selected"),
    ]  # fmt: skip
    assert "<option" not in gadget(desk, STRANGER, EDIT)


def test_settings_that_are_none_are_as_if_nobody_chose(desk: Desk) -> None:
    odd = {"period": "never", "size": "huge", "figures": "rank <b>"}
    assert gadget(desk, LEAD, engagement=ACME, **odd) == gadget(desk, LEAD, engagement=ACME)
    # Nobody set it up yet: whoever looks sees the first engagement of theirs.
    assert "Growth and Acme" in gadget(desk, AGENCY_LEAD)


def test_the_figures_that_were_chosen_are_shown(desk: Desk) -> None:
    names = re.findall(r"<dt>([^<]+)", gadget(desk, LEAD, engagement=ACME, figures="exit share"))
    assert names == ["Taught share", "Exit coverage"]


def test_a_frame_of_the_dashboard_knows_where_its_settings_are(desk: Desk) -> None:
    context = {"dashboard.id": "10100", "dashboardItem.id": "10200"}
    page = desk.both.page(account_of(LEAD), "teachback-gadget", context)
    assert page.status_code == 200
    assert 'data-dashboard="10100" data-item="10200"' in page.text
