"""The pages in the language that Jira says of a person, in Chromium, whose own language is English."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import ADMIN, CUT_TABLES, PROGRAM, PROJECT
from tests.jira.story.people import account_of

# Buttons and tables that reach beyond the text's edge, and names that two columns of a table share as they are seen.
BEYOND = """() => { const main = document.querySelector("main.page"), edge =
    main.getBoundingClientRect().right - parseFloat(getComputedStyle(main).paddingRight) + 1;
    return [...main.querySelectorAll(".button, table")].filter(each => each.checkVisibility() &&
        each.getBoundingClientRect().right > edge).map(each => each.innerText) }"""
ALIKE = """() => [...document.querySelectorAll("main table")].flatMap(table => {
    const heads = [...table.querySelectorAll("thead th")].filter(each => each.checkVisibility());
    const names = heads.map(each => each.innerText);
    return names.filter((name, place) => name.trim() && names.indexOf(name) !== place) })"""


def in_german(page: Page, until: str) -> Frame:
    """Return the frame of an opened page as it comes again for a person whose Jira is German."""
    page.locator("#locale").select_option("de_DE")
    frame = framed(page, until)
    expect(frame.locator("html")).to_have_attribute("lang", "de")
    return frame


@pytest.mark.parametrize("path", [PROGRAM, ADMIN])
def test_in_a_narrow_window_columns_differ_by_name_and_nothing_stands_out(
    path: str, opened: Callable[..., Page]
) -> None:
    page = opened(path)
    page.set_viewport_size({"width": 320, "height": 800})
    frame = in_german(page, "main.page")
    assert (frame.evaluate(ALIKE), frame.evaluate(BEYOND)) == ([], [])


def test_a_page_speaks_the_language_of_the_person_in_jira_and_fits_a_narrow_window(
    opened: Callable[..., Page],
) -> None:
    page = opened(PROJECT)
    expect(framed(page, "nav.tabs").locator("h1")).to_have_text("Knowledge transfer")
    frame = in_german(page, "nav.tabs")
    expect(frame.locator("h1")).to_have_text("Wissenstransfer")
    page.set_viewport_size({"width": 320, "height": 800})
    headings = {
        "objectives": "Wer was weiterführen kann", "tickets": "Als was jedes zählt",
        "agency": "Was Acme Experiments schuldet",
    }  # fmt: skip
    for tab, heading in headings.items():
        frame.locator(f"#tab-{tab}").click()
        expect(frame.get_by_role("heading", name=heading)).to_be_visible()
        assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")
    # A longer figure goes below the heading that it stands beside.
    frame.locator(".owes .side-head > span").first.evaluate("figure => { figure.textContent += ', 12 vermittelt'; }")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_the_table_of_weeks_shows_its_share_at_each_width(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = in_german(page, "svg.chart")
    frame.locator(".by-week summary").click()
    expect(frame.locator(".by-week table")).to_be_visible()
    for width in (1600, 1280, 1024, 900, 641, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert (width, frame.evaluate(CUT_TABLES)) == (width, [])


def test_the_weeks_of_a_quarter_are_not_cut_at_any_width(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = in_german(page, "nav.tabs")
    frame.locator("#tab-history").click()
    frame.locator("#weeks summary").click()
    expect(frame.locator("#weeks table")).to_be_visible()
    for width in (1280, 900, 641, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert (width, frame.evaluate(CUT_TABLES), frame.evaluate(BEYOND)) == (width, [], [])


def test_no_name_of_a_rung_reaches_into_the_next(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, person=account_of("Priya Raman"))
    frame = in_german(page, "nav.tabs")
    frame.locator("#tab-learning").click()
    rungs = frame.locator("#learning .rungs li")
    expect(rungs.first).to_be_visible()
    for width in (1280, 1000, 640, 320):
        page.set_viewport_size({"width": width, "height": 800})
        long = "each => each.filter(rung => rung.scrollWidth > rung.clientWidth + 1).map(rung => rung.innerText)"
        assert (width, rungs.evaluate_all(long)) == (width, [])
        assert (width, frame.evaluate("document.documentElement.scrollWidth <= innerWidth")) == (width, True)
    # Where the five names do not fit, a line says where one is and what is next.
    line = frame.locator("#learning ol.rungs").first.evaluate("list => getComputedStyle(list, '::after').content")
    assert re.search(r"Stufe \d von 5: .+; als Nächstes: ", line)
    # A longer one breaks, and moves no rung beyond the edge.
    longer = "list => { list.dataset.line += list.dataset.line; const edge = list.getBoundingClientRect().right + 1; "
    inside = "return [...list.children].every(rung => rung.getBoundingClientRect().right <= edge) }"
    assert frame.locator("#learning ol.rungs").first.evaluate(longer + inside)


@pytest.mark.parametrize(
    ("path", "who", "words"),
    [
        (PROJECT, "Henrike Osei", "Was auf Sie wartet"),
        (PROJECT, "Viktor Amsel", "Bitten Sie Maren Vogt"),
        (PROGRAM, "Maren Vogt", "Aufträge nebeneinander"),
        (ADMIN, "Maren Vogt", "Teachback: wie es läuft"),
        ("/browse/GROW-8", "Maren Vogt", "Nur erledigt: keine interne Person"),
        ("/jira/dashboards", "Maren Vogt", "Lehranteil"),
    ],
)
def test_every_page_comes_again_in_the_language_that_jira_says(
    path: str, who: str, words: str, opened: Callable[..., Page]
) -> None:
    page = opened(path, "light", account_of(who))
    page.locator("#locale").select_option("de_DE")
    expect(framed(page, "main").locator("main")).to_contain_text(words)
