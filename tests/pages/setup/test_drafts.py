"""Several drafts on one project: each is gone on with, told apart, and what is asked for them is loaded once."""

import re
from html import unescape

import pytest
from werkzeug.test import TestResponse

from mappings.records.agreement.drafts import Draft, select_drafts
from tests.jira.story.people import account_of
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
)
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.html_reader import text_of
from tests.pages.overview.test_overview import counts, waiting
from tests.pages.setup.conftest import OTHER_ADMIN
from tests.pages.setup.fields import address
from tests.pages.setup.settings_pages import address as settings_address
from tests.pages.setup.settings_pages import send

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


def test_a_draft_waits_for_each_lead_it_names_in_every_engagement_there(setup_client: PageClient) -> None:
    """Both lead or work in an engagement on the project already, and so see no Get started."""
    draft = copy_for_both(setup_client, inhouse=MEMBER)
    address_of = {}
    for who in (MEMBER, AGENCY_LEAD):
        page = setup_client.content(who, engagement=ACME, tab="overview").text
        [address_of[who]] = [urls for label, urls in waiting(page) if label == f"Read and agree: {NEW} {ASKS}"]
        assert counts(page)["overview"] == 1
    assert f"Read and agree: {NEW}" in setup_client.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text
    for who in (LEAD, AGENCY_MEMBER, LEARNER, GATEKEEPER):
        assert NEW not in setup_client.content(who, tab="overview").text, who
    for who in (MEMBER, AGENCY_LEAD):
        # The address says the same as the way from the list, and nothing to anybody else.
        sent = f"/pages/project/content?{GROW}&draft={draft}"
        [listed] = address_of[who]
        page = setup_client.follow(who, listed).text
        assert f'data-state="draft={draft}"' in page
        assert text_of(setup_client.follow(who, sent).text) == text_of(page)
        assert setup_client.follow(AGENCY_MEMBER, sent).status_code == 404
        answer = agree(setup_client, who, draft)
        assert f"{NEW} {ASKS}" not in setup_client.content(who, engagement=ACME, tab="overview").text
    assert "Both sides agreed" in answer.text


def test_administrators_read_whose_agreement_a_draft_lacks(setup_client: PageClient) -> None:
    draft = copy_for_both(setup_client, inhouse=LEAD)
    setup_client.story_site.site.admins.add(account_of(STRANGER))
    for who, lacking in ((None, "both leads’ agreement"), (AGENCY_LEAD, "the in-house lead’s agreement")):
        if who:
            agree(setup_client, who, draft)
        needs = text_of(setup_client.follow(STRANGER, "/pages/admin/content").text)
        assert re.search(rf"{NEW} on GROW.*?; {lacking}", needs), needs[:600]
    setup_client.story_site.site.admins.discard(account_of(STRANGER))


def test_an_agency_that_is_measured_there_already_would_count_twice(setup_client: PageClient) -> None:
    draft = copy_for_both(setup_client, inhouse=LEAD)
    twice = "Growth and Acme measures Acme Experiments on GROW already: its tickets would count in both."
    address = f"/pages/setup/draft?{GROW}&draft={draft}"
    assert twice not in text_of(setup_client.follow(LEAD, address).text)
    send(setup_client, draft, "basics", {"agency": ("Zest", "acme experiments")})
    assert twice in text_of(setup_client.follow(LEAD, address).text)
    # The agency's lead leads that one, and may know of no other.
    assert twice in text_of(setup_client.follow(AGENCY_LEAD, address).text)
    send(setup_client, draft, "basics", {"agency": ("acme experiments", "Bolt Studio")})
    assert "Growth and Bolt measures" in text_of(setup_client.follow(LEAD, address).text)
    assert "Growth and Bolt" not in text_of(setup_client.follow(AGENCY_LEAD, address).text)


def test_a_name_that_runs_already_is_better_another(setup_client: PageClient) -> None:
    draft = copy_for_both(setup_client, inhouse=LEAD)
    better = "Basics : Choose another name: an engagement of this name runs already."
    send(setup_client, draft, "basics", {"name": (NEW, "growth and acme "), "key": ("", "another")})
    assert better in text_of(setup_client.follow(LEAD, f"/pages/setup/draft?{GROW}&draft={draft}").text)
    # Who reads it from one side may know of no other engagement.
    assert "runs already" not in setup_client.follow(AGENCY_LEAD, f"/pages/setup/draft?{GROW}&draft={draft}").text
    send(setup_client, draft, "basics", {"name": ("growth and acme", NEW)})
    assert better not in text_of(setup_client.follow(LEAD, f"/pages/setup/draft?{GROW}&draft={draft}").text)


def test_a_draft_that_cannot_be_agreed_to_waits_for_nobody(setup_client: PageClient) -> None:
    draft = copy_for_both(setup_client, inhouse=LEAD)
    assert NEW in setup_client.content(LEAD, engagement=ACME, tab="overview").text
    send(setup_client, draft, "basics", {"agency": ("Zest", "")})
    assert NEW not in setup_client.content(LEAD, engagement=ACME, tab="overview").text
    send(setup_client, draft, "basics", {"agency": ("", "Zest")})
    page = setup_client.follow(AGENCY_LEAD, f"/pages/setup/draft?{GROW}&draft={draft}").text
    setup_client.press(
        AGENCY_LEAD, f"/pages/setup/decline?{GROW}&draft={draft}", hash=hash_of(page), reason="Two people are missing"
    )
    for who in (LEAD, AGENCY_LEAD):
        assert NEW not in setup_client.content(who, engagement=ACME, tab="overview").text


NEW, ASKS = "Growth and Zest", "waits for your agreement"


def copy_for_both(page_client: PageClient, inhouse: str) -> str:
    """Copy the engagement to one with the same agency's lead; return the number of its draft."""
    page_client.press(LEAD, settings_address("copy"))
    [number] = [str(each.number) for each in drafts_of(page_client) if each.engagement is None]
    lead = account_of(AGENCY_LEAD)
    send(page_client, number, "basics", {"name": ("", NEW), "agency": ("", "Zest")})
    send(page_client, number, "people", {f"side {lead}": ("", "agency")})
    leads = {"agency": ("", lead), "inhouse": (account_of(LEAD), account_of(inhouse))}
    assert "Saved." in send(page_client, number, "leads", leads).text
    return number


def hash_of(page: str) -> str:
    read_hash = re.search(r'name="hash" value="([^"]+)"', page)
    assert read_hash is not None, page
    return read_hash[1]


def agree(page_client: PageClient, who: str, number: str) -> TestResponse:
    query = f"{GROW}&draft={number}"
    page = page_client.follow(who, f"/pages/setup/draft?{query}").text
    return page_client.press(who, f"/pages/setup/agree?{query}", hash=hash_of(page))


@pytest.mark.parametrize("press", ["copy", "begin"])
def test_the_way_back_from_a_draft_is_the_tab_from_which_it_was_opened(apart: PageClient, press: str) -> None:
    """Of engagements kept as files, too: their lead sees no Get started."""
    settings = apart.follow(LEAD, f"/pages/settings?{GROW}&engagement={BOLT}").text
    [opened] = [unescape(each) for each in re.findall(rf'hx-post="([^"]*/{press}\?[^"]*)"', settings)]
    draft = apart.press(LEAD, opened, another="yes").text
    [back] = [unescape(each) for each in re.findall(r'hx-get="([^"]*)"[^>]*>Back</button>', draft)]
    page = apart.follow(LEAD, back).text
    assert 'id="tab-overview"' in page
    [state] = re.findall(r'data-state="([^"]*)"', page)
    assert unescape(state).startswith(f"tab=settings&engagement={BOLT}&")
    [asked] = [unescape(each) for each in re.findall(r'hx-get="([^"]*/discard\?[^"]*)"', draft)]
    [discard] = re.findall(r'hx-post="([^"]*/discard\?[^"]*)"', apart.follow(LEAD, asked).text)
    [after] = re.findall(r'hx-get="([^"]*)"', apart.press(LEAD, unescape(discard)).text)
    page = apart.follow(LEAD, unescape(after)).text
    assert re.search(r'role="status"[^>]*>The draft is discarded\.', page)
    assert re.findall(r'data-state="([^"]*)"', page) == [state]
