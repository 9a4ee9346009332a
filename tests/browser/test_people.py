"""What each person comes for, by mouse and by keyboard; and pages in colours of the reader's own, and on paper."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT
from tests.jira.story.people import account_of

LEARNER = account_of("Priya Raman")

BORDERS = """([selector, side]) => [...document.querySelectorAll(selector)].map(each =>
    getComputedStyle(each)[`border${side}Color`] + getComputedStyle(each)[`border${side}Width`])"""
FILLED_IN = """() => [...document.querySelectorAll("main :is(input:not([type=hidden]), textarea, button, select)")]
    .filter(each => each.checkVisibility() && !each.closest(".head"))"""


def test_what_a_ground_tells_has_an_edge_in_colours_of_the_readers_own(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", LEARNER)
    frame = framed(page, "#learning .rungs")
    page.emulate_media(forced_colors="active")
    tabs = frame.evaluate(BORDERS, [".tabs a", "Bottom"])
    current = [tab.get_attribute("aria-current") for tab in frame.locator(".tabs a").all()].index("page")
    assert tabs.count(tabs[current]) == 1
    reached, ahead = (frame.evaluate(BORDERS, [f".rungs {name}", "Top"]) for name in (".now", "li:last-child"))
    assert set(reached).isdisjoint(ahead)
    page.emulate_media(forced_colors="none", contrast="more")
    colours = frame.evaluate("['.note', '.lead'].map(each => getComputedStyle(document.querySelector(each)).color)")
    assert colours[0] == colours[1]


def test_a_tab_on_paper_says_of_whom_and_when_it_is_and_asks_for_nothing(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning")
    frame = framed(page, "#sign-off")
    for tab in ("learning", "tickets", "together"):
        frame.locator(f"#tab-{tab}").click()
        expect(frame.locator("main p.intro", has_text="Loading")).to_have_count(0)
        page.emulate_media(media="print")
        expect(frame.locator(".head select[name=period]")).to_be_visible()
        assert frame.evaluate(f"({FILLED_IN})().map(each => each.outerHTML.slice(0, 120))") == []
        expect(frame.locator(".tabs")).to_be_hidden()
        page.emulate_media(media="screen")
