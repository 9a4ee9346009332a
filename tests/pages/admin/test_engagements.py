"""Engagements on the administrators' page: state, what waits, drafts, and who may begin one."""

from collections.abc import Iterator

import pytest

from mappings.records.facts.projects import delete_projects
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_MEMBER, LEAD, MEMBER, STRANGER, PageClient

PLACE = "/pages/admin/content"
BEGIN = "/pages/setup/begin?project.key=GROW"


@pytest.fixture
def hall(apart: PageClient) -> Iterator[PageClient]:
    """The story with an administrator of the site."""
    apart.story_site.site.admins.add(account_of(STRANGER))
    yield apart
    apart.story_site.site.admins.discard(account_of(STRANGER))


def section(page_client: PageClient) -> str:
    text = page_client.follow(STRANGER, PLACE).text
    return text[text.index('id="engagements"') : text.index('id="people"')]


def test_engagements_stand_with_their_state_and_nobody_is_named(hall: PageClient) -> None:
    page = section(hall)
    assert "2 engagements are running." in page
    assert page.count("Running, kept as a file") == 2
    assert f"/pages/settings/page?engagement={ACME}" in page
    assert LEAD not in page
    assert "712020:" not in page


def test_drafts_stand_with_what_waits_and_a_project_that_is_gone(hall: PageClient) -> None:
    assert hall.press(LEAD, BEGIN).status_code == 200
    page = section(hall)
    assert "1 is a draft" in page
    assert "fields to set" in page
    assert "removed from Jira" not in page
    number = str(hall.story_site.site.project("GROW").id)
    with hall.story_site.container.engine.begin() as connection:
        delete_projects(connection, hall.story_site.tenant_id, [number])
    assert "GROW: not read yet, or removed from Jira" in section(hall)
    assert hall.press(STRANGER, "/pages/setup/discard?project.key=GROW&draft=1").status_code == 200
    assert "2 engagements are running." in section(hall)


def test_who_may_begin_is_for_administrators_of_the_site_to_say(hall: PageClient) -> None:
    assert hall.press(LEAD, "/pages/admin/setup/admins").status_code == 403
    page = hall.press(STRANGER, "/pages/admin/setup/admins").text
    assert "Only administrators of the site may begin" in page
    refused = hall.press(LEAD, BEGIN)
    assert (refused.status_code, "only administrators of Jira, or a group" in refused.text) == (403, True)
    assert "New engagement here" not in hall.follow(LEAD, f"/pages/settings?engagement={ACME}").text
    assert hall.press(STRANGER, BEGIN).status_code == 200
    assert "Who may set up changed" in hall.follow(STRANGER, PLACE).text
    hall.press(STRANGER, "/pages/admin/setup/project_admins")
    assert hall.press(LEAD, BEGIN).status_code == 200


def test_a_group_that_an_administrator_chose_sets_up_on_what_it_browses(hall: PageClient) -> None:
    site, path = hall.story_site.site, "/pages/admin/setup/group"
    site.add_group("teachback", [account_of(MEMBER), account_of(AGENCY_MEMBER)])
    assert hall.press(MEMBER, path, group="teachback").status_code == 403
    hall.press(STRANGER, "/pages/admin/setup/admins")
    assert hall.press(MEMBER, BEGIN).status_code == 403
    assert "Members of “teachback” may set engagements up" in hall.press(STRANGER, path, group=" teachback ").text
    assert "Group that may set up changed" in hall.follow(STRANGER, PLACE).text
    hall.story_site.clock.at += 120_000_000
    assert hall.press(MEMBER, BEGIN).status_code == 200
    assert hall.press(AGENCY_MEMBER, BEGIN).status_code == 403
    assert "No group sets engagements up" in hall.press(STRANGER, path, group="").text
    assert hall.press(MEMBER, BEGIN).status_code == 403
    del site.groups["teachback"]


def test_an_administrator_of_an_agency_reads_of_no_draft(hall: PageClient) -> None:
    hall.press(LEAD, BEGIN)
    hall.story_site.site.admins.add(account_of(AGENCY_MEMBER))
    page = hall.follow(AGENCY_MEMBER, PLACE).text
    hall.story_site.site.admins.discard(account_of(AGENCY_MEMBER))
    assert "1 engagement is running." in page
    assert "growth-bolt" not in page
