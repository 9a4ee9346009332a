"""History and a review in Jira's frame, by the keyboard: opened, read, asked in, and an exit date chosen."""

from collections.abc import Callable
from datetime import date
from typing import Literal

from playwright.sync_api import Page, expect

from connector.jobs.snapshots import take_snapshot
from mappings.measure.period.snapshot_spans import span_of
from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT, WIDTHS, findings, sideways
from tests.jira.servers import Stack

MEDIA: tuple[Literal["print", "screen"], ...] = ("print", "screen")
QUARTERS = (date(2026, 4, 1), date(2026, 7, 1))

SCROLLED = """Math.max(...[...document.querySelectorAll(".report .scrolls")].map(
    each => each.scrollWidth - each.clientWidth
))"""
# The smallest distance from the top, by column.
COLUMN_TOPS = """Object.values(Object.groupBy(
    [...document.querySelectorAll(".contents li")].map(each => each.getBoundingClientRect()), each => each.left
)).map(column => Math.min(...column.map(each => each.top)))"""
# The cells of the quarters that reach beyond their frame.
CUT = """[...document.querySelectorAll(".quarters :is(th, td)")]
    .filter(each => each.closest("thead") === null && each.getBoundingClientRect().right > innerWidth)
    .map(each => each.textContent)"""
# A quarter that was restated in several figures says so in a sentence, which no quarter of the story has.
LENGTHEN = """document.querySelectorAll(".quarters .restated-words").forEach(
    each => each.textContent = "taught share and Integration the same; Joint 46, now 47 (Pulses given 25 → 38); " +
        "Agency 58, now 59 (Learners taught 40 → 42)")"""
DAYS_WIDTH = "document.querySelector('.quarters tbody th').clientWidth"
STARS = """[...document.querySelectorAll(".chart.ink text")]
    .filter(each => each.textContent.includes("*") && each.getClientRects().length).length"""
# What of the axis of weeks has a star and is not below all numbers of the axis.
BESIDE_NUMBERS = """(() => {
    const shown = [...document.querySelectorAll(".chart.ink:not(.tall) text[text-anchor=middle]")]
        .filter(each => each.getClientRects().length);
    const lowest = Math.max(...shown.filter(each => /^[0-9]+$/.test(each.textContent))
        .map(each => each.getBoundingClientRect().bottom));
    return shown.filter(each => each.textContent.includes("*") && each.getBoundingClientRect().top < lowest - 1)
        .map(each => each.textContent);
})()"""


def freeze(stack: Stack) -> None:
    for first in QUARTERS:
        stores = (stack.container.engine, stack.container.reader)
        span = span_of("quarter", first)
        take_snapshot(stores, stack.tenant_id, "growth-acme", span=span, now=stack.clock())


def test_history_opens_a_review_and_both_read_well_at_each_width(stack: Stack, opened: Callable[..., Page]) -> None:
    freeze(stack)
    page = opened(f"{PROJECT}#!tab=history&engagement=growth-acme&period=2026Q3")
    frame = framed(page, "#exit-readiness .says")
    before = frame.locator("#exit-readiness .says").inner_text()
    frame.locator("#by").fill("2027-06-30")
    frame.locator("#by").dispatch_event("change")
    expect(frame.locator("#exit-readiness .says")).to_contain_text("30 Jun 2027")
    assert frame.locator("#exit-readiness .says").inner_text() != before
    read_all(page, "#exit-readiness .says")
    # Beside Jira's navigation the frame is narrower than its columns, and each row is a list of its cells.
    page.set_viewport_size({"width": 900, "height": 900})
    assert sideways(frame) == 0
    assert frame.evaluate(CUT) == []
    frame.evaluate(LENGTHEN)
    for wide in (1024, 1280, 1600):
        page.set_viewport_size({"width": wide, "height": 900})
        assert (wide, sideways(frame)) == (wide, 0)
        assert frame.evaluate(DAYS_WIDTH) >= 100
    page.set_viewport_size({"width": 900, "height": 900})
    frame.get_by_label("Read the review of Q3 2026").focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**#!tab=review&*")
    page.reload()
    frame = framed(page, "article.report")
    expect(frame.locator("#tab-history")).to_have_attribute("aria-current", "page")
    read_all(page, "article.report")
    # The columns of the contents begin at one height.
    assert len(set(frame.evaluate(COLUMN_TOPS))) == 1
    # In a narrow window, too, every table shows its numbers without being scrolled.
    stars = frame.evaluate(STARS)
    for media in MEDIA:
        page.emulate_media(media=media)
        assert (frame.evaluate(STARS), frame.evaluate(BESIDE_NUMBERS)) == (stars, [])
    page.set_viewport_size({"width": 320, "height": 900})
    assert frame.evaluate(SCROLLED) == 0
    # Each week of little evidence keeps the star that the legend explains, also where its number has no room.
    assert frame.evaluate(STARS) == stars > 0
    assert frame.evaluate(BESIDE_NUMBERS) == []
    frame.get_by_label("What", exact=True).fill("Pair on each test design")
    frame.get_by_label("Until").fill("2027-01-31")
    frame.get_by_label("Until").press("Enter")
    expect(frame.locator("article.report")).to_contain_text("Pair on each test design")
    expect(frame.locator("[role=status].said:not(:empty)")).to_contain_text("Asked.")
    frame.get_by_label("Take back: Pair on each test design").press("Enter")
    expect(frame.locator("[role=status].said:not(:empty)")).to_contain_text("Taken back.")


def read_all(page: Page, within: str) -> None:
    for theme, width in (("light", WIDTHS[0]), ("dark", WIDTHS[-1])):
        page.select_option("#theme", theme)
        page.set_viewport_size({"width": width, "height": 900})
        frame = framed(page, within)
        assert (theme, width, findings(frame)) == (theme, width, [])
        assert (width, sideways(frame)) == (width, 0)
