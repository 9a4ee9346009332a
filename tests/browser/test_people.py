"""What each person comes for, by mouse and by keyboard; and pages in colours of the reader's own, and on paper."""

import gzip
from collections.abc import Callable

import pytest
from playwright.sync_api import Browser, Frame, Locator, Page, Response, expect

from tests.browser.chromium import framed, window
from tests.browser.test_accessibility import PROGRAM, PROJECT
from tests.jira.servers import Stack
from tests.jira.story.people import account_of

LEARNER = account_of("Priya Raman")
# Of each person: where they begin, what they reach and press one after the other, what they come for, and at most so
# many stops of the Tab key on the way. Who is not here has a walk of their own beside this file.
WALKS = {
    "lead": (
        "Maren Vogt", PROJECT, ("#overview .numbers a.fig", "dialog a.fig", "dialog [data-back]"), "#drawer .big", 50,
    ),
    "agency member": ("Noor Haddad", PROJECT, ("#tab-tickets", "[data-opens]"), ".opened", 40),
    "other agency": ("Petra Zielinski", PROJECT, ("#agency .owes a.fig",), "dialog .drawer-foot", 40),
    "gatekeeper": ("Henrike Osei", PROJECT, (), "main table.early td.num", 0),
    "sponsor": ("Maren Vogt", PROGRAM, ("a.fig",), "dialog table", 20),
    "stranger": ("Viktor Amsel", PROJECT, (), "main .note:has-text('can add you')", 0),
}  # fmt: skip
MOST_BYTES = 60_000

BORDERS = """([selector, side]) => [...document.querySelectorAll(selector)].map(each =>
    getComputedStyle(each)[`border${side}Color`] + getComputedStyle(each)[`border${side}Width`])"""
FILLED_IN = """() => [...document.querySelectorAll("main :is(input:not([type=hidden]), textarea, button, select)")]
    .filter(each => each.checkVisibility() && !each.closest(".head"))"""


def stops_to(frame: Frame, wanted: Locator) -> int:
    """Press Tab until the focus is there, and return how often."""
    wanted.wait_for()
    element = wanted.element_handle()
    for stops in range(100):
        if frame.evaluate("each => document.activeElement === each", element):
            return stops
        frame.page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {wanted}")


@pytest.mark.parametrize("who", WALKS)
def test_each_person_comes_to_what_they_came_for_by_the_keyboard(who: str, opened: Callable[..., Page]) -> None:
    name, path, pressed, wanted, most = WALKS[who]
    page = opened(path, "light", account_of(name))
    frame = framed(page, "main")
    stops = 0
    for selector in pressed:
        stops += stops_to(frame, frame.locator(selector).first)
        page.keyboard.press("Enter")
    expect(frame.locator(wanted).first).to_be_visible()
    assert stops <= most


def test_the_whole_overview_is_light(stack: Stack, chromium: Browser) -> None:
    """All that Teachback itself sends for it, as a server that compresses sends it."""
    page = window(chromium, stack.host_url, "light")
    answers: list[Response] = []
    page.on("response", lambda answer: answers.append(answer) if answer.url.startswith(stack.servers[1].url) else None)
    page.goto(f"{stack.host_url}{PROJECT}")
    framed(page, ".nearest li, .nearest p:not(:has-text('Looking'))")
    weights = {answer.url.partition("?")[0]: len(gzip.compress(answer.body(), 6)) for answer in answers}
    page.context.close()
    assert len(weights) > 8
    assert sum(weights.values()) < MOST_BYTES, weights


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
