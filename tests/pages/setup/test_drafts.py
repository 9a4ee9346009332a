"""Several drafts on one project: each is gone on with, told apart, and what is asked for them is loaded once."""

import re
from html import unescape

from mappings.records.agreement.drafts import Draft, select_drafts
from tests.jira.story.people import account_of
from tests.pages.conftest import AGENCY_LEAD, LEAD, STRANGER, PageClient
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.html_reader import text_of
from tests.pages.setup.conftest import OTHER_ADMIN
from tests.pages.setup.fields import address
from tests.pages.setup.settings_pages import address as settings_address

GROW = "project.key=GROW"


def test_get_started_loads_engagements_once_for_all_drafts(apart: PageClient) -> None:
    for _ in range(3):
        assert apart.press(LEAD, f"/pages/setup/begin?{GROW}", another="yes").status_code == 200
    with statements(apart.story_site.container.reader) as tables:
        page = apart.read(apart.follow(LEAD, f"/pages/setup/start?{GROW}"))
    assert page.text.count("Go on setting up") == 3
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}


def drafts_of(page_client: PageClient) -> tuple[Draft, ...]:
    with page_client.story_site.container.reader.connect() as connection:
        return select_drafts(connection, page_client.story_site.tenant_id)


def test_a_second_press_goes_on_with_the_draft_that_is_as_it_was_begun(fresh: PageClient) -> None:
    fresh.press(LEAD, address("begin"))
    again = fresh.press(LEAD, address("begin"))
    assert "You began this draft just now: go on with it. Begin another" in text_of(again.text)
    assert len(drafts_of(fresh)) == 1
    # What is filled in from what was read is nobody's choice; it is begun anew on demand, or where something is chosen.
    fresh.press(LEAD, address("fill"))
    fresh.press(LEAD, address("begin"))
    assert len(drafts_of(fresh)) == 1
    [another] = {unescape(each) for each in re.findall(r'hx-post="([^"]*begin[^"]*)"', again.text)}
    assert "You began" not in fresh.press(LEAD, another, another="yes").text
    assert len(drafts_of(fresh)) == 2
    for draft in ("1", "2"):
        form = {"f.name": "Growth", "was.name": ""}
        fresh.press(LEAD, address("change", section="basics", draft=draft), **form)
    assert "You began" not in fresh.press(LEAD, address("begin")).text
    assert len(drafts_of(fresh)) == 3
    # Somebody else goes on with their own.
    assert "You began" not in fresh.press(OTHER_ADMIN, address("begin")).text


def test_drafts_are_led_to_from_the_settings_and_told_apart_in_what_is_to_do(setup_client: PageClient) -> None:
    setup_client.press(LEAD, address("begin"))
    for _ in range(2):
        copied = setup_client.press(LEAD, settings_address("copy"))
    assert "You began this draft just now" in copied.text
    page = setup_client.follow(LEAD, settings_address())
    assert text_of(page.text).count("Go on with New engagement, changed just now") == 2
    [first, _] = [unescape(each) for each in re.findall(r'hx-get="([^"]*setup/draft[^"]*)"', page.text)]
    assert "Discard draft" in setup_client.follow(LEAD, first).text
    assert "Go on with" not in text_of(setup_client.follow(AGENCY_LEAD, settings_address()).text)
    setup_client.story_site.site.admins.add(account_of(STRANGER))
    needs = text_of(setup_client.follow(STRANGER, "/pages/admin/content").text)
    setup_client.story_site.site.admins.discard(account_of(STRANGER))
    assert "New engagement on GROW, changed just now: " in needs
