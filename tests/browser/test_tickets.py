"""The Tickets tab, Gatekeeping and a ticket's panel by keyboard, with axe on each, in light and dark."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT, findings, sideways
from tests.jira.story.people import account_of

WIDE = """[...document.querySelectorAll("*")].filter(each => each.getBoundingClientRect().right > innerWidth)
    .map(each => each.outerHTML.slice(0, 80))"""

# Whether the bar of selected tickets hides what is focused.
COVERED = """(() => {
    const [bar, own] = [document.querySelector(".selection"), document.activeElement];
    const [top, row] = [bar.getBoundingClientRect(), own.getBoundingClientRect()];
    return !bar.contains(own) && row.top < top.bottom - 1 && row.bottom > top.top + 1;
})()"""


def test_tickets_are_selected_tagged_and_undone_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, "dark")
    frame = framed(page, "a.fig")
    frame.locator("#tab-tickets").focus()
    page.keyboard.press("Enter")
    boxes = frame.locator("input[name=issue]")
    boxes.first.focus()
    page.keyboard.press("Space")
    expect(frame.locator(".selection [role=status]").first).to_have_text("1 selected")
    choice = frame.locator("#tag-with")
    choice.select_option("tracking")
    expect(frame.locator("#tag-selected")).to_be_visible()
    assert findings(frame) == []
    frame.locator("#tag-selected").focus()
    page.keyboard.press("Enter")
    undo = frame.locator("#tickets [data-undo]")
    expect(undo).to_be_visible()
    expect(boxes.first).to_be_checked()
    undo.focus()
    page.keyboard.press("Enter")
    expect(frame.locator("#tickets [role=status]", has_text="Undone.")).to_be_visible()
    opens = frame.locator("[data-opens]").first
    opens.focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".opened").first).to_be_visible()
    expect(opens).to_have_attribute("aria-expanded", "true")
    page.set_viewport_size({"width": 320, "height": 900})
    assert findings(frame) == []
    assert sideways(frame) == 0, frame.evaluate(WIDE)


def test_what_is_done_next_has_an_undo_for_its_own_minute(opened: Callable[..., Page]) -> None:
    """A morph makes the button of the last undo that of the next."""
    page = opened(f"{PROJECT}#!tab=tickets", set_clock=True)
    frame = framed(page, "input[name=issue]")
    frame.locator("input[name=issue]").first.check()
    frame.locator("#tag-with").select_option("tracking")
    for press, text in (("#tag-selected", "Keep the tracking plan"), ("#untag-selected", "objective removed")):
        frame.locator(press).click()
        expect(frame.locator("#tickets .said", has_text=text)).to_be_visible()
        page.clock.run_for(40_000)
    expect(frame.locator("#tickets [data-undo]")).to_be_visible()


def test_where_nothing_can_be_selected_no_room_is_kept_for_it(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, "light", account_of("Noor Haddad"))
    frame = framed(page, "a.fig")
    frame.locator("#tab-tickets").focus()
    page.keyboard.press("Enter")
    expect(frame.locator(".tickets th a").first).to_be_visible()
    assert frame.locator("input[name=issue]").count() == 0
    page.set_viewport_size({"width": 320, "height": 900})
    left = "document.querySelector('{}').getBoundingClientRect().left"
    assert frame.evaluate(left.format(".tickets > tbody > tr > th")) == frame.evaluate(left.format(".tickets"))
    assert sideways(frame) == 0, frame.evaluate(WIDE)


def test_a_gatekeepers_figure_opens_accessibly_at_each_width(opened: Callable[..., Page]) -> None:
    frame = framed(opened(PROJECT, "dark", account_of("Henrike Osei")), "dl.numbers a.fig")
    frame.locator("dl.numbers a.fig").first.press("Enter")
    expect(frame.locator("dialog tfoot")).to_contain_text("Sum")
    for width in (320, 1280):
        frame.page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)


def test_the_gatekeepers_page_and_the_panel_are_accessible(opened: Callable[..., Page]) -> None:
    for path, person, part in (
        (PROJECT, "Henrike Osei", "dl.numbers"),
        ("/browse/GROW-8", "Tomasz Lindqvist", ".record"),
    ):
        page = opened(path, "light", account_of(person))
        frame = framed(page, "main")
        frame.locator("details summary").evaluate_all("all => all.forEach(each => { each.parentElement.open = true; })")
        expect(frame.locator(part).first).to_be_visible()
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            assert findings(frame) == [], (path, width)
            assert sideways(frame) == 0, frame.evaluate(WIDE)


def test_a_number_stands_beside_its_label_where_a_table_turns_into_lines(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, "light")
    frame = framed(page, "a.fig")
    frame.locator("#tab-objectives").click()
    number = frame.locator('td[data-label="Done only"] > .fig').first
    expect(number).to_have_css("text-align", "right")
    page.set_viewport_size({"width": 320, "height": 900})
    expect(number).to_have_css("text-align", "left")


@pytest.mark.parametrize("width", [1280, 320])
def test_the_bar_of_selected_tickets_stays_in_sight_and_covers_no_focused_row(
    opened: Callable[..., Page], width: int
) -> None:
    page = opened(PROJECT, "light")
    frame = framed(page, "a.fig")
    page.set_viewport_size({"width": width, "height": 700})
    frame.locator("#tab-tickets").focus()
    page.keyboard.press("Enter")
    boxes = frame.locator("input[name=issue]")
    boxes.last.focus()
    page.keyboard.press("Space")
    bar = frame.locator(".selection")
    expect(bar).to_contain_text("1 selected")
    frame.locator("#tag-with").select_option("tracking")
    expect(frame.locator("#tag-selected")).to_be_in_viewport(ratio=1)
    expect(frame.locator(".selection .preview")).to_be_in_viewport()
    # Back through the rows above: each scrolls into sight below the bar.
    boxes.last.focus()
    for _ in range(30):
        page.keyboard.press("Shift+Tab")
        assert frame.evaluate(COVERED) is False
    expect(bar).to_be_in_viewport(ratio=1)
