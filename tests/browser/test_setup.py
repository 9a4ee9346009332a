"""From an installed app to the first figure on pages alone: an engagement set up, agreed to by both leads, changed."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import framed, until
from tests.browser.settings_walk import change_and_agree
from tests.browser.test_accessibility import PROJECT, WIDTHS, findings, sideways
from tests.jira.servers import Stack, StackOptions, StoryClock, build
from tests.jira.story.people import account_of
from tests.jira.story.story import plan, play

TICKETS = 60
LEAD, AGENCY_LEAD = account_of("Maren Vogt"), account_of("Callum Rhodes")
PICTURES = os.environ.get("SETUP_PICTURES", "")


@pytest.fixture(scope="module")
def stack(browser_path: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Stack]:
    """A site whose story happened, with the app and no engagement; a database of its own."""
    story = plan(tickets=TICKETS)
    made = build(StackOptions(tmp_path_factory.mktemp("setup")), story, StoryClock(story.start))
    try:
        made.clock.at = story.end
        made.app.install(by=LEAD)
        play(made.site, story)
        made.settle()
        yield made
    finally:
        made.stop()


def take_picture(frame: Frame, name: str) -> None:
    if PICTURES:
        width = (frame.page.viewport_size or {"width": 1280})["width"]
        frame.page.set_viewport_size({"width": width, "height": 4200})
        frame.page.screenshot(path=str(Path(PICTURES) / f"{name}.png"))
        frame.page.set_viewport_size({"width": width, "height": 900})


def section_saved(frame: Frame, section: str, words: str = "Saved.") -> None:
    expect(frame.locator(f"#{section} .saved")).to_contain_text(words)


def begin(opened: Callable[..., Page], theme: str = "light") -> Frame:
    frame = framed(opened(PROJECT, theme, LEAD), "h1")
    frame.get_by_role("button", name="Begin an engagement").or_(
        frame.get_by_role("button", name="Go on setting up")
    ).click()
    expect(frame.locator("#basics")).to_be_visible()
    return frame


def opened_again(frame: Frame) -> Frame:
    """The draft by its own address."""
    frame.page.wait_for_url("**#!draft=1")
    frame.page.reload()
    return framed(frame.page, "#agreement")


def fill_in(frame: Frame, label: str, text: str) -> None:
    field = frame.get_by_label(label, exact=True)
    field.fill(text)
    field.press("Tab")


def test_an_engagement_is_set_up_agreed_and_measured(stack: Stack, opened: Callable[..., Page]) -> None:
    frame = framed(opened(PROJECT, person=LEAD), "h1")
    take_picture(frame, "start-1280")
    frame = begin(opened)
    fill_in(frame, "Name", "Growth and Acme")
    section_saved(frame, "basics")
    fill_in(frame, "Agency", "Acme")
    fill_in(frame, "Ends", "2020-01-01")
    expect(frame.locator("#basics .error")).to_contain_text("Does not lie after starts")
    take_picture(frame, "error-1280")
    fill_in(frame, "Ends", "")
    expect(frame.locator("#basics .error")).to_have_count(0)
    frame.get_by_role("button", name="Accept all").click()
    section_saved(frame, "people", "set.")
    assert frame.evaluate("document.activeElement.className") == "saved"
    frame.get_by_label("Select Dana Quist").check()
    frame.locator("#bulk select").select_option("inhouse")
    frame.get_by_role("button", name="Set them").click()
    section_saved(frame, "people", "1 person set.")
    assert frame.locator("#people [name=pick]:checked").count() == 0
    frame.locator("#library summary", has_text="Experimentation").click()
    frame.get_by_label("Design an A/B test").check()
    frame.get_by_label("Analyse the results of a test").check()
    frame.locator("#trade-1").get_by_role("button", name="Add the ticked ones").click()
    section_saved(frame, "objectives", "2 objectives added.")
    frame.get_by_label("Write an objective").fill("Keep the tracking plan")
    frame.get_by_label("Write an objective").press("Enter")
    section_saved(frame, "objectives", "1 objective added.")
    expect(frame.get_by_label("Write an objective")).to_have_value("")
    frame.locator("#objective-keep-the-tracking-plan summary").click()
    word = frame.locator("#objective-keep-the-tracking-plan input[name=text]:not([type=hidden])")
    word.fill("tracking")
    word.press("Enter")
    expect(frame.locator("#objective-keep-the-tracking-plan .chip")).to_contain_text("tracking")
    frame.locator("#objective-design-an-a-b-test summary").click()
    frame.locator("#objective-design-an-a-b-test .preview").scroll_into_view_if_needed()
    expect(frame.locator("#objective-design-an-a-b-test .preview")).to_contain_text("Finds")
    frame.get_by_label("In-house lead").select_option(label="Maren Vogt")
    section_saved(frame, "leads")
    frame.get_by_label("Agency lead").select_option(label="Callum Rhodes")
    expect(frame.locator("#agreement")).to_contain_text("Callum Rhodes")
    frame = opened_again(frame)
    take_picture(frame, "draft-1280")
    for width in WIDTHS:
        frame.page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)
        take_picture(frame, f"draft-{width}")
    frame.page.set_viewport_size({"width": 1280, "height": 900})
    frame.get_by_role("button", name="Agree for the in-house side").click()
    expect(frame.locator("#setup-lead")).to_contain_text("You agreed. It waits for")
    read_and_agree(stack, opened)


def read_and_agree(stack: Stack, opened: Callable[..., Page]) -> None:
    """The agency's lead reads and agrees; then the first figure stands on the page."""
    frame = framed(opened(PROJECT, "dark", AGENCY_LEAD), "h1")
    frame.get_by_role("button", name="Read and agree").click()
    expect(frame.locator("h1")).to_contain_text("Growth and Acme")
    take_picture(frame, "read-dark")
    frame.get_by_role("button", name="Agree for the agency").click()
    expect(frame.locator("main")).to_contain_text("Both sides agreed")
    stack.settle()
    frame.get_by_role("button", name="Open the figures").click()
    # An agency reads first what it owes.
    frame.locator("#tab-overview").click()
    expect(frame.locator("main")).to_contain_text("Acme delivered")
    take_picture(frame, "figures-dark")
    until(frame, "document.querySelector('.numbers') !== null")
    change_and_agree(opened, LEAD, AGENCY_LEAD, take_picture)


def test_what_two_write_at_once_is_shown_to_the_second(stack: Stack, opened: Callable[..., Page]) -> None:
    stack.site.grant(account_of("Priya Raman"), "SHOP", "ADMINISTER_PROJECTS")
    shop = PROJECT.replace("GROW", "SHOP")
    first = framed(opened(shop, person=LEAD), "h1")
    first.get_by_role("button", name="Begin an engagement").click()
    expect(first.locator("#basics")).to_be_visible()
    second = framed(opened(shop, "dark", account_of("Priya Raman")), "h1")
    second.get_by_role("button", name="Go on setting up").click()
    expect(second.locator("#basics")).to_be_visible()
    fill_in(first, "Name", "Shop and Acme")
    section_saved(first, "basics")
    fill_in(second, "Name", "Acme at Shop")
    expect(second.locator("#basics .conflict")).to_contain_text("Maren Vogt changed this")
    expect(second.get_by_label("Name", exact=True)).to_have_value("Shop and Acme")
    for width in WIDTHS:
        second.page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(second), sideways(second)) == (width, [], 0)
    take_picture(second, "conflict-dark")
    second.get_by_role("button", name="Keep yours").click()
    section_saved(second, "basics")
    expect(second.get_by_label("Name", exact=True)).to_have_value("Acme at Shop")
