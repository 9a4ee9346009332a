"""A headless Chromium for pages that are opened by a program: its flags, and a window onto the stand-in's host."""

import time
from collections.abc import Iterator
from contextlib import contextmanager

from playwright.sync_api import Browser, Frame, Page, expect, sync_playwright

FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


@contextmanager
def browsing(path: str) -> Iterator[Browser]:
    """The Chromium at `path`, until the end of the block."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


def window(browser: Browser, host_url: str, theme: str, person: str = "", *, wide: int = 1280) -> Page:
    """A page of its own context: whom one acts as and the theme are cookies of the host."""
    context = browser.new_context(viewport={"width": wide, "height": 900}, reduced_motion="reduce")
    chosen = {"theme": theme} | ({"person": person} if person else {})
    context.add_cookies([{"name": name, "value": value, "url": host_url} for name, value in chosen.items()])
    return context.new_page()


def framed(page: Page, within: str) -> Frame:
    """The frame that Jira's page holds, once it shows `within` (a selector) and its scripts have run."""
    page.wait_for_selector("iframe[src]")
    element = page.query_selector("iframe[src]")
    frame = element.content_frame() if element else None
    assert frame is not None
    frame.wait_for_selector(within)
    # A link that is pressed before the scripts ran opens as a page of its own, not in the drawer.
    frame.wait_for_load_state("load")
    # A part that is still to come moves what stands below it, or has not been looked at when a test looks.
    expect(frame.locator(".htmx-request")).to_have_count(0)
    return frame


def until(frame: Frame, condition: str, seconds: float = 10) -> None:
    """Wait until a condition holds there, asked from outside: Playwright's own waiting needs `eval` in the page."""
    deadline = time.monotonic() + seconds
    while not frame.evaluate(condition):
        assert time.monotonic() < deadline, condition
        time.sleep(0.05)
