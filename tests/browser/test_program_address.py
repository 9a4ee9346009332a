"""The program in Jira's frame: what is chosen there outlasts a reload, goes by a link, and is left by the way back."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROGRAM


def test_what_is_chosen_outlasts_a_reload_goes_by_a_link_and_is_left_by_the_way_back(
    opened: Callable[..., Page],
) -> None:
    page = opened(PROGRAM)
    frame = framed(page, "main.program")
    frame.locator("select[name=period]").select_option("2026Q3")
    page.wait_for_url("**#!period=2026Q3")
    frame.locator("select[name=engagement]").select_option("growth-bolt")
    page.wait_for_url("**#!period=2026Q3&engagement=growth-bolt")
    frame.locator("select[name=figures]").select_option("recorded")
    page.wait_for_url("**#!period=2026Q3&engagement=growth-bolt&figures=recorded")
    page.reload()
    check_choice(page, "growth-bolt", "2026Q3", "recorded")
    check_choice(opened(page.url), "growth-bolt", "2026Q3", "recorded")
    page.go_back()
    check_choice(page, "growth-bolt", "2026Q3", "")
    page.go_back()
    check_choice(page, "", "2026Q3", "")
    page.go_back()
    check_choice(page, "", "2026Q4", "")
    # What was never chosen is left by the same step, in the fields as they stand.
    framed(page, "main.program").locator("select[name=engagement]").select_option("growth-bolt")
    page.wait_for_url("**#!period=2026Q4&engagement=growth-bolt")
    check_choice(page, "growth-bolt", "2026Q4", "")
    page.go_back()
    check_choice(page, "", "2026Q4", "")


def check_choice(page: Page, engagement: str, period: str, figures: str) -> None:
    frame = framed(page, "main.program")
    for name, value in (("engagement", engagement), ("period", period), ("figures", figures)):
        expect(frame.locator(f"select[name={name}]")).to_have_value(value)


def test_the_review_is_opened_by_its_address_and_left_by_the_way_back(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROGRAM}#!tab=review&period=2026Q3&back=2026Q4")
    frame = framed(page, "main.program-review")
    page.reload()
    framed(page, "main.program-review").get_by_text("Back to the program").click()
    frame = framed(page, "main.program")
    expect(frame.locator("select[name=period]")).to_have_value("2026Q4")
    page.wait_for_url("**#!period=2026Q4")
    page.go_back()
    framed(page, "main.program-review")


def test_a_choice_that_is_none_is_replaced_in_the_address(opened: Callable[..., Page]) -> None:
    page = opened("/jira/projects/GROW/board")
    before = page.url
    page.goto(before.replace("/jira/projects/GROW/board", f"{PROGRAM}#!engagement=none&period=1999Q1"))
    page.wait_for_url("**#!period=2026Q4")
    page.go_back()
    page.wait_for_url(before)


def test_an_engagement_that_is_opened_is_one_step_of_the_history(opened: Callable[..., Page]) -> None:
    page = opened("/jira/projects/GROW/board")
    before = page.url
    page.goto(before.replace("/jira/projects/GROW/board", PROGRAM))
    frame = framed(page, "main.program")
    frame.locator("table.engagements").get_by_role("link", name="Growth and Bolt", exact=True).click()
    page.wait_for_url("**engagement=growth-bolt")
    page.go_back()
    check_choice(page, "", "2026Q4", "")
    framed(page, "main.program").locator("select[name=period]").select_option("2026Q3")
    page.wait_for_url("**#!period=2026Q3")
    page.go_back()
    check_choice(page, "", "2026Q4", "")
    page.go_back()
    page.wait_for_url(before)
