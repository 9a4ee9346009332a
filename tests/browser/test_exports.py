"""A drawer's rows as a file, by the keyboard: in Jira's frame by a token, on our own address by the cookie."""

import csv
import io
import json
from collections.abc import Callable
from typing import Literal

import pytest
from playwright.sync_api import Browser, Download, Frame, Page

from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.records.operations.access_links import insert_access_link
from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT, WIDTHS, figure_drawer, findings, sideways
from tests.jira.servers import Stack

DAY = 86_400_000_000


def score_drawer(page: Page) -> Frame:
    frame = framed(page, "a.fig[hx-get*='figure=score']")
    frame.locator("a.fig[hx-get*='figure=score']").first.click()
    frame.wait_for_selector("dialog[open] .drawer-foot")
    return frame


def saved(frame: Frame, form: str) -> Download:
    """Press the drawer's button by the keyboard."""
    button = frame.locator(f"dialog button[data-save$='format={form}']")
    button.focus()
    with frame.page.expect_download() as coming:
        frame.page.keyboard.press("Enter")
    return coming.value


def test_the_rows_of_a_drawer_come_as_a_file_in_jiras_frame(opened: Callable[..., Page]) -> None:
    frame = figure_drawer(opened(PROJECT))
    # The file has amounts as they are, so nothing is rounded in it.
    listed = frame.locator("dialog tbody tr").filter(has_not_text="Rounding").count()
    table, whole = saved(frame, "csv"), saved(frame, "json")
    assert table.suggested_filename.endswith(".csv")
    rows = list(csv.DictReader(io.StringIO(table.path().read_text("utf-8-sig"), newline="")))
    made = json.loads(whole.path().read_text())
    assert made["format"] == "teachback-figure/1"
    assert len(made["rows"]) == len(rows) - 2 >= listed > 0
    assert rows[-1]["kind"] == "sum"


def test_a_figure_of_the_score_comes_as_a_file(opened: Callable[..., Page]) -> None:
    made = json.loads(saved(score_drawer(opened(PROJECT)), "json").path().read_text())
    assert made["figure"] == "score"


def test_by_a_link_the_file_comes_by_the_cookie_and_names_no_ticket(stack: Stack, opened: Callable[..., Page]) -> None:
    page = opened(f"{stack.container.settings.base_url}/direct/{link(stack)}")
    enter(page)
    page.locator("a.fig[hx-get*='figure=agency']").first.click()
    page.wait_for_selector("dialog[open] .drawer-foot")
    text = saved(page.main_frame, "csv").path().read_text("utf-8-sig")
    assert "hidden" in text
    assert "GROW-" not in text


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_by_a_link_the_page_is_light_or_dark_as_the_visitor_has_it(
    stack: Stack, chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(color_scheme=scheme)
    page = context.new_page()
    page.goto(f"{stack.container.settings.base_url}/direct/{link(stack)}")
    modes = [page.get_attribute("html", "data-color-mode")]
    enter(page)
    modes.append(page.get_attribute("html", "data-color-mode"))
    context.close()
    assert modes == [scheme, scheme]


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_score_drawer_with_its_files_is_accessible_at_each_width(theme: str, opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, theme)
    frame = score_drawer(page)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame)) == (width, [])
        assert (width, sideways(frame)) == (width, 0)


def enter(page: Page) -> None:
    """Go from the link's page to the project page, until its scripts have run."""
    with page.expect_navigation():
        page.get_by_role("button").first.click()
    page.wait_for_selector("a.fig")


def link(stack: Stack) -> str:
    """The token of a signed link to the engagement that names no tickets."""
    token, now = make_token(), stack.container.clock()
    with stack.container.engine.begin() as connection:
        insert_access_link(
            connection, stack.tenant_id, digest=digest_of(token), engagement="growth-acme", account=None,
            role="inhouse_lead", tickets=False, made_at=now, expires_at=now + 30 * DAY,
        )  # fmt: skip
    return token
