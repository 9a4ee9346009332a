"""Tabs in Jira's frame: by the keyboard, with an address that a link or a reload opens again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT


def test_a_tab_opens_by_the_keyboard_and_again_after_a_reload_and_by_its_link(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    tab = framed(page, "nav.tabs").locator("#tab-together")
    tab.focus()
    page.keyboard.press("Enter")
    expect(tab).to_have_attribute("aria-current", "page")
    expect(tab).to_be_focused()
    expect(framed(page, "#together form").locator("#together form").first).to_be_visible()
    page.wait_for_url("**#!tab=together&*")
    page.reload()
    frame = framed(page, "#together form")
    expect(frame.locator("#tab-together")).to_have_attribute("aria-current", "page")
    frame.locator("#tab-learning").click()
    page.wait_for_url("**#!tab=learning&*")
    page.go_back()
    expect(framed(page, "#together form").locator("#tab-together")).to_have_attribute("aria-current", "page")
    other = opened(page.url.replace("tab=together", "tab=learning"))
    expect(framed(other, "#sign-off").locator("#tab-learning")).to_have_attribute("aria-current", "page")
