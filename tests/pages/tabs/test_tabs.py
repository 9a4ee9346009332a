"""The tabs of the project page: who sees which, what opens by itself, and that choices outlast a change of the tab."""

import json
import re
from html import unescape
from itertools import product
from pathlib import Path

import pytest

import connector
from connector.pages.tabs import TABS
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, GATEKEEPER, LEAD, LEARNER, MEMBER, PageClient
from tests.pages.crawl import addresses, repeated
from tests.pages.html_reader import text_of

VISIBLE = {
    LEAD: ["overview", "objectives", "learning", "tickets", "agency", "together"],
    MEMBER: ["overview", "objectives", "learning", "tickets"],
    LEARNER: ["overview", "objectives", "learning", "tickets"],
    AGENCY_LEAD: ["agency", "overview", "objectives", "learning", "tickets", "together"],
    AGENCY_MEMBER: ["agency", "overview", "objectives", "learning", "tickets"],
}


def tabs_shown(text: str) -> list[str]:
    return re.findall(r'<a id="tab-(\w+)"', text)


def current(text: str) -> list[str]:
    return re.findall(r'<a id="tab-(\w+)"[^>]*aria-current="page"', text)


@pytest.mark.parametrize("who", VISIBLE)
def test_each_sees_the_tabs_that_hold_something_for_them(page_client: PageClient, who: str) -> None:
    text = page_client.open(who).text
    assert [key for key in tabs_shown(text) if key in VISIBLE[LEAD]] == VISIBLE[who]
    assert current(text) == [tabs_shown(text)[0]]


def test_every_tab_opens_for_whoever_sees_it_and_keeps_engagement_and_period(page_client: PageClient) -> None:
    periods = re.findall(r'<option value="(\d{4}Q\d)"', page_client.content(LEAD, engagement=BOLT).text)
    for tab in (tab for tab in TABS if tab.key in tabs_shown(page_client.content(LEAD, engagement=BOLT).text)):
        text = page_client.content(LEAD, engagement=BOLT, tab=tab.key, period=periods[-1]).text
        assert current(text) == [tab.key]
        links = re.findall(r'data-tab hx-get="([^"]+)"', text)
        assert all(f"engagement={BOLT}" in link and f"period={periods[-1]}" in link for link in links)
        # Where a period says nothing none is offered, and the chosen one is kept.
        place = f'<option value="{periods[-1]}" selected>' if tab.of_period else f'name="period" value="{periods[-1]}"'
        assert place in text
        assert ('id="as-of">As of today, ' in text) is not tab.of_period
        assert ('<select name="period">' in text) is ("Ended on" in text) is tab.of_period
        loaded = re.findall(r'<div class="later tab" id="[\w-]+" hx-get="([^"]+)" hx-trigger="load, again"', text)
        loaded = [link for link in loaded if tab.endpoint]
        assert all(page_client.follow(LEAD, link.replace("&amp;", "&")).status_code == 200 for link in loaded)
        assert bool(loaded) == bool(tab.endpoint)


@pytest.mark.parametrize("who", VISIBLE)
def test_no_link_has_a_parameter_twice(frozen: PageClient, who: str) -> None:
    """Each tab of each period, and what loads in it; what opens from there is walked elsewhere by the same rule."""
    for tab, period in product([*tabs_shown(frozen.open(who).text), "review"], ("2026Q4", "2026Q3", "2026Q2")):
        shown = frozen.content(who, tab=tab, period=period).text
        for address in re.findall(r'class="later[^"]*"[^>]* hx-get="([^"]+)"', shown):
            shown += frozen.follow(who, unescape(address)).text
        links = addresses(shown)
        assert len(links) > 5
        assert [link for link in links if repeated(link)] == []


def test_a_tab_that_somebody_may_not_see_is_not_opened_by_its_name(page_client: PageClient) -> None:
    text = page_client.content(MEMBER, engagement=ACME, tab="together").text
    assert current(text) == ["overview"]
    # Who follows a colleague's link reads why another opens.
    assert "Together is for the leads of both sides. Here is Overview." in text_of(text)


@pytest.mark.parametrize("who", VISIBLE)
def test_whom_a_tab_is_for_is_said_to_who_does_not_have_it_alone(page_client: PageClient, who: str) -> None:
    shown = {tab.key: page_client.content(who, engagement=ACME, tab=tab.key).text for tab in TABS}
    own = tabs_shown(shown["overview"])
    closed = {key for key, text in shown.items() if "Here is " in text_of(text)}
    assert closed == {tab.key for tab in TABS if not tab.within} - {*own}


def test_what_a_tab_is_asked_for_stands_in_its_address(page_client: PageClient) -> None:
    asked = {"objective": "tracking", "kind": "taught", "late": "1"}
    text = page_client.content(LEAD, engagement=ACME, tab="tickets", period="2026Q3", **asked).text
    [state] = re.findall(r'data-state="([^"]*)"', text)
    assert state.endswith("&amp;objective=tracking&amp;kind=taught&amp;late=1")
    [address] = re.findall(r'id="content-tickets" hx-get="([^"]+)"', text)
    listed = page_client.follow(LEAD, address.replace("&amp;", "&")).text
    assert dict(re.findall(r'form="choice" name="(\w+)" value="(\w+)"', listed)) == asked
    # The objective of another engagement is none of this one's, and another tab has no filters.
    others = page_client.content(LEAD, engagement=BOLT, tab="tickets", **asked | {"objective": "ab-design"}).text
    assert "objective" not in re.findall(r'data-state="([^"]*)"', others)[0]
    assert (
        "late" not in re.findall(r'data-state="([^"]*)"', page_client.content(LEAD, engagement=ACME, **asked).text)[0]
    )


def test_a_gatekeeper_who_administers_jira_sees_both(apart: PageClient) -> None:
    assert tabs_shown(apart.content(GATEKEEPER, engagement=ACME).text) == []
    apart.story_site.site.admins.add(account_of(GATEKEEPER))
    # Jira's answer is asked for a minute.
    apart.story_site.clock.at = apart.story_site.clock.now() + 61_000_000
    text = apart.content(GATEKEEPER, engagement=ACME, tab="gatekeeping").text
    apart.story_site.site.admins.discard(account_of(GATEKEEPER))
    assert {"overview", "gatekeeping"} <= set(tabs_shown(text))
    assert current(text) == ["gatekeeping"]


def test_a_link_or_a_reload_carries_all_that_a_tab_keeps() -> None:
    script = (Path(connector.__file__).parent / "static" / "page.js").read_text()
    match = re.search(r"const KEPT = (\[[^]]*\]);", script)
    assert match is not None
    assert set(json.loads(match[1])) == {name for tab in TABS for name in tab.keeps}
