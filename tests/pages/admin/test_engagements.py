"""Engagements on the administrators' page: state, what waits, drafts, and who may begin one."""

import html
import re
from collections.abc import Iterator
from urllib.parse import urlencode

import pytest

from mappings.records.facts.projects import delete_projects
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_MEMBER, BOLT, LEAD, MEMBER, STRANGER, PageClient
from tests.pages.html_reader import Reader, text_of

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


def test_in_a_narrow_window_each_cell_has_the_heading_of_its_column(hall: PageClient) -> None:
    hall.press(LEAD, BEGIN)
    for table in section(hall).split("<table")[1:3]:
        headings = re.findall(r'<th scope="col">([^<]+)<', table)
        assert set(re.findall(r'data-label="([^"]+)"', table)) == set(headings[2 if "State" in table else 1 :])


def rows(page_client: PageClient, who: str = STRANGER, **query: str) -> dict[str, str]:
    """What waits, by the engagement."""
    answer = page_client.follow(who, f"{PLACE}?{urlencode(query)}")
    [table] = [table for table in page_client.read(answer).tables if table.rows[0][0] == "Engagement"]
    return {row[0]: row[3] for row in table.rows[1:]}


def test_what_waits_in_an_engagement_is_named(hall: PageClient) -> None:
    assert rows(hall)["Growth and Acme"] == "10 confirmations of objectives: 5 in-house, 5 by the agency"
    assert rows(hall)["Growth and Bolt"] == "6 confirmations of objectives: 3 in-house, 3 by the agency"
    # As the page counted them; what no number is, or no engagement's, is nothing.
    known = rows(hall, undecided=f"2 {ACME}:2 {BOLT}:-1 none:7 {BOLT}")
    assert known["Growth and Acme"].startswith("2 people need a side; 10 confirmations")
    assert "a side" not in known["Growth and Bolt"]
    hall.press(LEAD, f"/pages/objectives/confirm?engagement={ACME}&confirm=tracking")
    assert rows(hall)["Growth and Acme"].startswith("9 confirmations of objectives: 4 in-house")
    waits = r'/pages/settings/page\?engagement=[^"]*"[^>]*showTarget:#waits">9 confirmations of objectives'
    assert re.search(waits, section(hall))
    # A lead comes to where they confirm them, at once.
    hall.story_site.site.admins.add(account_of(LEAD))
    own = rf'#!{html.escape(f"tab=objectives&engagement={ACME}")}" [^>]*data-project="GROW">9 confirmations'
    led = hall.follow(LEAD, PLACE).text
    hall.story_site.site.admins.discard(account_of(LEAD))
    assert re.search(own, led)
    # Leads confirm them: an administrator has nothing to do about it.
    assert "confirm" not in hall.follow(STRANGER, PLACE).text.partition('id="histories"')[0]


def test_what_is_opened_there_has_an_address_that_opens_it_again(hall: PageClient) -> None:
    """Settings and drafts had none: the step back from them left the administrators' page."""
    settings = f"tab=settings&engagement={ACME}"
    begun = hall.press(STRANGER, f"{BEGIN}&from=admin").text
    draft = Reader(begun).all("main")[0]["data-state"] or ""
    opened = hall.follow(STRANGER, f"/pages/settings/page?engagement={ACME}&from=admin").text
    for page, state in ((begun, draft), (opened, settings)):
        (main,) = Reader(page).all("main")
        assert main["data-state"] == state
        again = Reader(hall.follow(STRANGER, f"{main['data-address']}&{state}").text)
        assert [each["data-state"] for each in again.all("main")] == [state]
    assert 'data-state="tab=runs"' in hall.follow(STRANGER, f"{PLACE}?whole=1&from=admin&tab=runs").text
    # Whoever may see neither is told of neither, by this address, too.
    assert hall.story_site.ask(account_of(MEMBER), f"{PLACE}?whole=1&from=admin&{settings}").status_code == 404
    number = draft.partition("=")[2]
    assert hall.press(STRANGER, f"/pages/setup/discard?project.key=GROW&draft={number}").status_code == 200


def test_the_way_to_the_figures_stands_there_for_who_sees_them(hall: PageClient) -> None:
    assert "Their figures stand on Program" in text_of(section(hall))
    assert "/io.teachback.jira/teachback-program" in section(hall)
    assert "Growth and Acme" in hall.follow(STRANGER, "/pages/program/content").text
    hall.story_site.site.admins.add(account_of(AGENCY_MEMBER))
    page = hall.follow(AGENCY_MEMBER, PLACE).text
    hall.story_site.site.admins.discard(account_of(AGENCY_MEMBER))
    assert "teachback-program" not in page


def test_how_long_facts_are_kept_is_changed_by_administrators_on_no_agencys_side(hall: PageClient) -> None:
    path = "/pages/admin/keep"
    assert "24 months, for raw facts of the whole site" in hall.follow(STRANGER, PLACE).text
    assert hall.press(LEAD, path, months="30").status_code == 403
    for months in ("", "0", "2.5", "9999999"):
        assert hall.press(STRANGER, path, months=months).status_code == 422, months
    asked = hall.follow(STRANGER, f"{path}/ask?months=12").text
    # To the first of the month: the job counts whole months.
    assert "Of tickets that last changed before 1 Nov 2025 the next job “Retention” deletes title, chan" in text_of(
        asked
    )
    assert f'hx-post="{path}?months=12"' in asked
    longer = hall.follow(STRANGER, f"{path}/ask?months=30").text
    assert ("are deleted" in longer, f'hx-post="{path}?months=30"' in longer) == (False, True)
    for months in ("", "6", "24", "9999999", "9999999999999"):
        assert hall.follow(STRANGER, f"{path}/ask?months={months}").status_code == 422, months
    assert hall.follow(LEAD, f"{path}/ask?months=12").status_code == 403
    assert "24 months, for raw facts" in hall.follow(STRANGER, PLACE).text
    what_became = "are kept for 30 months from now on; the job “Retention” deletes the older."
    assert what_became in hall.press(STRANGER, path, months="30").text
    assert "Retention changed" in hall.follow(STRANGER, PLACE).text
    hall.story_site.site.admins.add(account_of(AGENCY_MEMBER))
    page, refused = hall.follow(AGENCY_MEMBER, PLACE).text, hall.press(AGENCY_MEMBER, path, months="1")
    hall.story_site.site.admins.discard(account_of(AGENCY_MEMBER))
    assert ("30 months, for raw facts" in page, path in page, refused.status_code) == (True, False, 403)
    settings = hall.follow(LEAD, f"/pages/settings?engagement={ACME}&project.key=GROW").text
    assert "Raw facts of the whole site are kept for 30 months" in settings
    assert "months" not in re.findall(r'name="(\w+)"', settings)


def test_drafts_stand_with_what_waits_and_a_project_that_is_gone(hall: PageClient) -> None:
    assert hall.press(LEAD, BEGIN).status_code == 200
    page = section(hall)
    assert "1 is a draft" in page
    # Of a draft there are no figures.
    assert "The figures of all but the drafts stand on Program" in text_of(page)
    assert "fields to set" in page
    assert "no leads ; both leads’ agreement" in text_of(page)
    # Each thing that waits leads to the section where it is settled, and each project to its page in Jira.
    for part, words in (("basics", "2 fields to set"), ("leads", "no leads"), ("agreement", "both leads’ agreement")):
        assert re.search(rf'/pages/setup[^"]*draft=1[^"]*"[^>]*showTarget:#{part}">{words}</a>', page), part
    assert 'data-project="GROW">GROW</a>' in page
    assert "removed from Jira" not in page
    number = str(hall.story_site.site.project("GROW").id)
    with hall.story_site.container.engine.begin() as connection:
        delete_projects(connection, hall.story_site.tenant_id, [number])
    assert "GROW: not read yet, or removed from Jira" in section(hall)
    assert 'data-project="GROW"' not in section(hall).partition("Drafts of new engagements")[2]
    assert hall.press(STRANGER, "/pages/setup/discard?project.key=GROW&draft=1").status_code == 200
    assert "2 engagements are running." in section(hall)
    assert "Begin one on a project’s page “Knowledge transfer”, or in the Settings of one that" in section(hall)


def test_who_may_begin_is_for_administrators_of_the_site_to_say(hall: PageClient) -> None:
    assert hall.press(LEAD, "/pages/admin/setup/admins").status_code == 403
    page = hall.press(STRANGER, "/pages/admin/setup/admins").text
    assert "Only administrators of the site may begin" in page
    assert "Administrators of the site begin engagements; those of projects only go on with drafts" in page
    refused = hall.press(LEAD, BEGIN)
    assert (refused.status_code, "only administrators of Jira, or a group" in refused.text) == (403, True)
    assert "New engagement here" not in hall.follow(LEAD, f"/pages/settings?engagement={ACME}").text
    assert hall.press(STRANGER, BEGIN).status_code == 200
    assert "Who may set up changed" in hall.follow(STRANGER, PLACE).text
    page = hall.press(STRANGER, "/pages/admin/setup/project_admins").text
    assert "Administrators of projects, on their own projects, and administrators of the site begin" in page
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


def test_a_group_that_jira_does_not_have_is_refused_with_what_to_do(hall: PageClient) -> None:
    site, path = hall.story_site.site, "/pages/admin/setup/group"
    site.add_group("jira-admins", [])
    for wrong, message in (
        ("nosuchgroup", "Jira has no group “nosuchgroup”. Write its name as Jira shows it."),
        ("Jira-Admins", "Jira writes that group “jira-admins”. Write it the same way."),
        ("jira", "Jira has no group “jira”."),
    ):
        refused = hall.press(STRANGER, path, group=wrong)
        assert (refused.status_code, message in refused.text) == (422, True)
    assert "Members of the group" not in section(hall)
    answer = hall.press(STRANGER, path, group="jira-admins").text
    assert "could not be checked" not in answer
    assert "Members of the group “jira-admins” begin them on projects that they browse." in section(hall)
    # Where Jira does not say, it is kept and said.
    site.faults.fail("groups/picker", status=403, times=1)
    assert "could not be checked" in hall.press(STRANGER, path, group="nosuchgroup").text
    assert "Members of the group “nosuchgroup”" in section(hall)
    for number in range(30):
        site.add_group(f"team-{number}-alike", [])
    assert "could not be checked" in hall.press(STRANGER, path, group="alike").text
    hall.press(STRANGER, path, group="")
    site.groups.clear()


def test_an_administrator_of_an_agency_reads_of_no_draft(hall: PageClient) -> None:
    hall.press(LEAD, BEGIN)
    hall.story_site.site.admins.add(account_of(AGENCY_MEMBER))
    page = hall.follow(AGENCY_MEMBER, PLACE).text
    hall.story_site.site.admins.discard(account_of(AGENCY_MEMBER))
    assert "1 engagement is running." in page
    assert "growth-bolt" not in page


BACK = re.compile(r'hx-get="([^"]*)" hx-target="#content"[^>]*>Back to how it runs<')


def test_what_is_opened_on_the_administrators_page_leads_back_to_it(hall: PageClient) -> None:
    opened = re.search(rf'hx-get="(/pages/settings/page\?engagement={ACME}[^"]*)"', section(hall))
    assert opened
    settings = hall.follow(STRANGER, html.unescape(opened[1])).text
    assert "Back to the tabs" not in settings
    # There are no tabs in that frame: what waits is said, and leads to none.
    assert "tab=objectives" not in settings
    # What is changed on this page is a link to it, opened there.
    change = re.search(r'hx-get="([^"]*open=keeping)" hx-target="#content"[^>]*>Change that<', settings)
    assert change
    assert '<details class="data" id="keeping" open>' in hall.follow(STRANGER, html.unescape(change[1])).text
    assert 'hx-swap="innerHTML show:top showTarget:#keeping-head"' in settings
    assert '<h2 id="keeping-head" tabindex="-1">How long facts are kept</h2>' in hall.follow(STRANGER, PLACE).text
    in_project = hall.follow(STRANGER, f"/pages/settings/page?engagement={ACME}&project.key=GROW").text
    assert (
        "You change that in Jira under Apps, on the page “Teachback: how it runs”, under “How long facts are kept”."
        in in_project
    )
    hall.story_site.site.admins.add(account_of(LEAD))
    led = hall.follow(LEAD, html.unescape(opened[1])).text
    hall.story_site.site.admins.discard(account_of(LEAD))
    state = html.escape(f"tab=objectives&engagement={ACME}")
    way = rf'<a href="[^"]*/projects/GROW\?[^"]*#!{state}" [^>]*data-project="GROW">Open the project<'
    assert re.search(rf"You confirm them on the project’s page, under Objectives\. {way}", led)
    # With the objectives that wait for the reader, not below those of the other side.
    assert (
        led.index("5 objectives wait for your")
        < led.index("You confirm them")
        < led.index("5 objectives wait for conf")
    )
    assert "You confirm them" not in settings
    back = BACK.search(settings)
    assert back
    assert hall.follow(STRANGER, html.unescape(back[1])).text.count('<div id="admin"') == 1
    begun = hall.press(STRANGER, f"{BEGIN}&from=admin").text
    assert BACK.search(begun)
    discard = re.search(r'hx-get="(/pages/setup/discard[^"]*)"', begun)
    assert discard
    gone = hall.press(STRANGER, html.unescape(discard[1])).text
    (came_back,) = re.findall(r'hx-get="([^"]*/pages/admin/content[^"]*)"', gone)
    shown = hall.follow(STRANGER, html.unescape(came_back)).text
    assert '<p class="said" id="here" tabindex="-1">The draft is discarded.</p>' in shown
    assert shown.index('id="engagements"') < shown.index('id="here"') < shown.index('id="people"')
    assert re.search(r'id="said" role="status">The draft is discarded\.<', shown)
    # In the project's own frame the way back are its tabs, as before.
    assert "Back to the tabs" in hall.follow(LEAD, f"/pages/settings/page?engagement={ACME}&project.key=GROW").text


def test_the_settings_are_spaced_alike_wherever_they_are_opened(hall: PageClient) -> None:
    page = hall.follow(STRANGER, f"/pages/settings/page?engagement={ACME}&project.key=GROW&from=admin").text
    assert '<div class="tab" id="settings">' in page
