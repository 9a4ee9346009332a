"""Links to our own pages of a project, in Jira's frame: each opens that page, with what it says there."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Page, expect

from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.events.times import DAY
from mappings.records.operations.access_links import insert_access_link, save_revoked
from tests.browser.chromium import framed
from tests.browser.test_accessibility import ADMIN, PROGRAM, PROJECT
from tests.jira.servers import Stack
from tests.jira.story.people import account_of


def test_a_gatekeepers_panel_opens_their_page_of_its_engagement(stack: Stack, opened: Callable[..., Page]) -> None:
    key = next(issue.key for issue in stack.site.issues.values() if issue.key.startswith("GROW-"))
    page = opened(f"/browse/{key}", person=account_of("Henrike Osei"))
    framed(page, "main.gatekept").get_by_role("link", name="Knowledge transfer of GROW").click()
    page.wait_for_url(f"**{PROJECT}#!tab=gatekeeping&engagement=growth-acme**")
    frame = framed(page, "main[data-state*=gatekeeping]")
    expect(frame.locator("select[name=engagement]")).to_have_value("growth-acme")


def test_an_administrator_comes_from_the_settings_to_the_objectives(opened: Callable[..., Page]) -> None:
    page = opened(ADMIN)
    framed(page, "#admin").get_by_role("link", name="Growth and Bolt").first.click()
    framed(page, "#waits, #to-confirm").get_by_role("link", name="Open the project").click()
    page.wait_for_url(f"**{PROJECT}#!tab=objectives&engagement=growth-bolt**")
    frame = framed(page, "#objectives-page")
    expect(frame.locator("#tab-objectives")).to_have_attribute("aria-current", "page")


def test_the_administrators_page_leads_to_jiras_page_of_the_program(opened: Callable[..., Page]) -> None:
    page = opened(ADMIN)
    framed(page, "#engagements").get_by_role("link", name="Program", exact=True).click()
    page.wait_for_url(f"**{PROGRAM}")
    framed(page, "main.program")


def test_who_leads_comes_from_how_it_runs_to_where_they_confirm(opened: Callable[..., Page]) -> None:
    page = opened(ADMIN)
    framed(page, "#engagements").get_by_role("link", name=re.compile("confirmation")).first.click()
    page.wait_for_url("**#!tab=objectives&engagement=growth-acme*")
    framed(page, "#confirm-all")


def test_the_settings_that_an_administrator_opens_are_one_step_of_the_history(opened: Callable[..., Page]) -> None:
    page = opened("/jira/projects/GROW/board")
    before = page.url
    page.goto(before.replace("/jira/projects/GROW/board", ADMIN))
    framed(page, "#engagements").locator("#settings-growth-acme").click()
    page.wait_for_url("**#!tab=settings&engagement=growth-*")
    page.reload()
    frame = framed(page, "h1.title")
    expect(frame.locator("h1")).to_contain_text("Settings of Growth and")
    page.go_back()
    framed(page, "#admin #engagements")
    page.go_forward()
    framed(page, "h1.title")
    page.go_back()
    framed(page, "#admin #engagements")
    page.go_back()
    page.wait_for_url(before)


PRESS, LOOK = "document.getElementById('tab-history').click()", "document.dispatchEvent(new Event('visibilitychange'))"


@pytest.mark.parametrize("act", [PRESS, LOOK], ids=["a press", "a look for news"])
def test_a_page_that_is_open_when_its_link_is_revoked_closes_at_the_next_press(
    stack: Stack, chromium: Browser, act: str
) -> None:
    """The figures stayed under “Live, just now”, and the refusal was a line that went away."""
    token, now = make_token(), stack.clock()
    with stack.container.engine.begin() as connection:
        number = insert_access_link(
            connection, stack.tenant_id, digest=digest_of(token), engagement="growth-acme", account=None,
            role="inhouse_member", tickets=False, made_at=now, expires_at=now + DAY,
        )  # fmt: skip
    page = chromium.new_context().new_page()
    page.goto(f"{stack.container.settings.base_url}/direct/{token}")
    page.get_by_role("button", name="Open the figures").click()
    expect(page.locator("#tab-history")).to_be_visible()
    # What is read after the page would close it by itself.
    page.wait_for_load_state("networkidle")
    with stack.container.engine.begin() as connection:
        assert save_revoked(connection, stack.tenant_id, number, stack.clock())
    # Not by the pointer, which looks for news itself, and after the answer: either closes the page.
    page.evaluate(f"setTimeout(() => {act})")
    expect(page.locator(".lead")).to_have_text("This page is not open here any more.")
    expect(page.locator("#tab-history")).to_have_count(0)
