"""Tabs in Jira's frame: by the keyboard, with an address that a link or a reload opens again."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import framed, until
from tests.browser.test_accessibility import PROJECT, sideways
from tests.jira.servers import Stack
from tests.jira.story.people import account_of

WEEK = 7 * 86_400_000_000


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
    frame = framed(other, "#sign-off")
    expect(frame.locator("#tab-learning")).to_have_attribute("aria-current", "page")
    frame.locator("#tab-overview").click()
    frame.locator("nav.segments a", has_text="Hours").click()
    other.wait_for_url("**&unit=hours")
    other.reload()
    expect(framed(other, "nav.segments").locator(".segments a[aria-current]")).to_have_text("Hours")


def test_the_way_back_leads_past_an_address_that_the_page_corrected(opened: Callable[..., Page]) -> None:
    """The address in its place was another step, from which the way back led to the wrong one, and here again."""
    page = opened("/jira/projects/GROW/board", person=account_of("Callum Rhodes"))
    before = page.url
    page.goto(before.replace("/jira/projects/GROW/board", f"{PROJECT}#!tab=gatekeeping&engagement=growth-none"))
    page.wait_for_url("**#!tab=agency&engagement=growth-acme&*")
    frame = framed(page, "#agency .owes")
    frame.locator("#tab-history").click()
    page.wait_for_url("**#!tab=history&*")
    page.go_back()
    page.wait_for_url("**#!tab=agency&*")
    expect(framed(page, "#agency .owes").locator("#tab-agency")).to_have_attribute("aria-current", "page")
    page.go_back()
    page.wait_for_url(before)


def test_the_way_back_leads_to_the_address_that_says_nothing(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = framed(page, "#overview .numbers")
    frame.locator("#tab-learning").click()
    page.wait_for_url("**#!tab=learning&*")
    page.go_back()
    expect(framed(page, "#overview .numbers").locator("#tab-overview")).to_have_attribute("aria-current", "page")
    page.wait_for_url("**#!tab=overview&*")
    page.go_forward()
    page.wait_for_url("**#!tab=learning&*")


def test_a_gatekeepers_engagement_and_window_outlast_a_reload_and_go_by_a_link(opened: Callable[..., Page]) -> None:
    gatekeeper = account_of("Henrike Osei")
    page = opened(PROJECT, person=gatekeeper)
    frame = framed(page, "select[name=period]")
    frame.locator("select[name=period]").select_option("2026Q3")
    page.wait_for_url("**#!tab=gatekeeping&*period=2026Q3")
    page.reload()
    frame = framed(page, "main[data-state*='2026Q3']")
    expect(frame.locator("select[name=period]")).to_have_value("2026Q3")
    frame.locator("select[name=engagement]").select_option("growth-bolt")
    page.wait_for_url("**engagement=growth-bolt&*")
    page.goto("about:blank")
    page.go_back()
    expect(framed(page, "main[data-state*=bolt]").locator("select[name=engagement]")).to_have_value("growth-bolt")
    linked = opened(f"{PROJECT}#!tab=gatekeeping&engagement=growth-bolt&period=2026Q3", person=gatekeeper)
    frame = framed(linked, "main[data-state*=bolt]")
    expect(frame.locator("select[name=engagement]")).to_have_value("growth-bolt")
    expect(frame.locator("select[name=period]")).to_have_value("2026Q3")


def test_filters_and_the_opened_objective_outlast_a_reload_a_change_of_the_period_and_go_by_a_link(
    opened: Callable[..., Page],
) -> None:
    page = opened(f"{PROJECT}#!tab=tickets")
    framed(page, "#tickets select").locator("select[name=kind]").select_option("done_only")
    page.wait_for_url(re.compile("kind=done_only"))
    page.reload()
    frame = framed(page, "#tickets select")
    expect(frame.locator("select[name=kind]")).to_have_value("done_only")
    frame.locator("select[name=period]").select_option(index=1)
    page.wait_for_url(re.compile("period=2026Q3.*kind=done_only"))
    expect(frame.locator("select[name=kind]")).to_have_value("done_only")
    frame.locator("select[name=kind]").select_option("")
    page.wait_for_url(lambda address: "kind" not in address)
    page.go_back()
    expect(framed(page, "#tickets select").locator("select[name=kind]")).to_have_value("done_only")
    frame.locator("#tab-objectives").click()
    framed(page, "#opened").locator("a.fig[data-tab]", has_text="Keep the tracking plan").first.click()
    page.wait_for_url(re.compile("tab=objectives.*objective=tracking"))
    other = opened(page.url)
    expect(framed(other, "#opened").locator("#opened")).to_have_text("Keep the tracking plan")


def test_the_page_of_a_list_outlasts_a_reload_goes_by_a_link_and_ends_with_another_choice(
    stack: Stack, opened: Callable[..., Page]
) -> None:
    place = f"before={stack.clock() - 3 * WEEK}-1"
    page = opened(f"{PROJECT}#!tab=tickets&{place}")
    frame = framed(page, "#tickets table")
    older = frame.locator("#tickets tbody th").all_inner_texts()
    assert older
    newest = frame.get_by_role("link", name="Newest tickets")
    newest.click()
    page.wait_for_url(lambda address: "before" not in address)
    expect(newest).to_have_count(0)
    page.go_back()
    frame = framed(page, "#tickets table")
    expect(frame.get_by_role("link", name="Newest tickets")).to_be_visible()
    assert frame.locator("#tickets tbody th").all_inner_texts() == older
    page.reload()
    expect(framed(page, "#tickets table").get_by_role("link", name="Newest tickets")).to_be_visible()
    assert place in page.url
    # Another choice has another list, which begins with its first page.
    framed(page, "#tickets table").locator("select[name=kind]").select_option("done_only")
    page.wait_for_url(lambda address: "kind=done_only" in address and "before" not in address)
    page.go_back()
    page.wait_for_url(lambda address: place in address)
    framed(page, "#tickets table").locator("select[name=period]").select_option(index=1)
    page.wait_for_url(lambda address: "period=2026Q3" in address and "before" not in address)


def test_an_objective_that_is_opened_is_in_sight(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=objectives")
    frame = framed(page, "#opened")
    frame.locator(".heat a.fig[data-tab]", has_text="Personalise by segment").click()
    heading = frame.locator("#opened")
    expect(heading).to_have_text("Personalise by segment")
    expect(heading).to_be_focused()
    page.wait_for_load_state("networkidle")
    expect(heading).to_be_in_viewport()


def wait_for_more(frame: Frame) -> None:
    """Let six things wait and more."""
    frame.evaluate(
        """() => {
            const list = document.querySelector(".to-do > .waiting > ul");
            for (const _ of Array(6)) list.append(list.lastElementChild.cloneNode(true));
        }"""
    )
    assert frame.locator(".to-do > .waiting > ul > li").count() >= 6


def test_where_much_waits_the_rest_stands_below_the_chart(opened: Callable[..., Page]) -> None:
    """Beside the chart it made a column that was longer by half a screen, with nothing to its left."""
    page = opened(PROJECT)
    page.set_viewport_size({"width": 1600, "height": 900})
    frame = framed(page, "#my-ladder")
    wait_for_more(frame)
    chart, waiting, rest = (
        frame.locator(place).bounding_box() for place in (".by-week", ".waiting", ".waiting + .nearest h2")
    )
    assert chart
    assert waiting
    assert rest
    assert rest["y"] > chart["y"] + chart["height"]
    assert (rest["x"], waiting["x"] > chart["x"] + chart["width"]) == (chart["x"], True)
    # With nothing beside it the rest takes the width of the chart.
    of_agency = opened(PROJECT + "#!tab=overview", "light", account_of("Callum Rhodes"))
    of_agency.set_viewport_size({"width": 1600, "height": 900})
    frame = framed(of_agency, "#next")
    wait_for_more(frame)
    chart, nearest = (frame.locator(place).bounding_box() for place in (".by-week", ".to-do > .nearest"))
    assert chart
    assert nearest
    assert (nearest["x"], nearest["width"]) == (chart["x"], chart["width"])


TOPS = """() => ["#disputes", "#filed"].map(
    name => document.querySelector(`#agency > section:has(${name})`)?.getBoundingClientRect().top)"""
# On the site of all browser tests somebody may have disputed a ticket or filed feedback: with a list they stand alone.
BOTH_THERE = f"""(() => {{
    document.querySelectorAll("#agency :is(.cases, .feedback, blockquote)").forEach(list => list.remove());
    return ({TOPS})().every(top => top !== undefined);
}})()"""


# What begins a column, of what each reader has below one another.
BROKEN = """parts => { const left = part => part.getClientRects()[0].left;
    return parts.filter((part, at) => at && left(part) > left(parts[at - 1])).map(part => part.innerHTML); }"""
LISTS = """<h3 class="note">First</h3><ul class="bullets"><li>One</li><li>Two</li><li>Three</li></ul>
    <p class="note">Of the list</p>
    <p class="note">Others</p><ul class="bullets"><li>Four</li></ul><p class="foot-row">All</p>"""


def test_on_the_agency_s_page_what_belongs_to_a_list_stays_in_its_column(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=agency", "light", account_of("Callum Rhodes"))
    frame = framed(page, "#agency .nearest .later ul")
    later = frame.locator("#agency > .nearest > .later").last
    later.evaluate("(part, lists) => { part.innerHTML = lists; }", LISTS)
    for width in (1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert later.locator("> *").evaluate_all(BROKEN) == ["Others"]


def test_of_the_agency_s_page_what_is_short_stands_beside_what_follows(opened: Callable[..., Page]) -> None:
    """Half of the page was empty to the right of two sentences and of a short list."""
    page = opened(f"{PROJECT}#!tab=agency", "light", account_of("Noor Haddad"))
    frame = framed(page, "#agency .nearest .later ul")
    for width, beside in ((1280, True), (900, False), (320, False)):
        page.set_viewport_size({"width": width, "height": 900})
        # Asked at once: what is loaded above them moves both.
        until(frame, BOTH_THERE)
        disputes, filed = frame.evaluate(TOPS)
        assert (width, disputes == filed) == (width, beside)
        parts = [part.bounding_box() for part in frame.locator("#agency .nearest .later > *").all()]
        assert (width, len({part["x"] for part in parts if part}) > 1) == (width, beside)
        assert (width, sideways(frame)) == (width, 0)


# The links that begin below the words before them, as far as those do not fill their line.
APART = """() => [...document.querySelectorAll(".waiting li > div > a")].filter(link => {
    const words = document.createRange();
    words.setStart(link.parentElement, 0);
    words.setEndBefore(link);
    return words.toString().trim() && link.getClientRects()[0].top > [...words.getClientRects()].pop().bottom - 4;
}).map(link => link.innerText)"""


def test_what_waits_names_its_objective_beside_the_verb_however_long_the_name(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = framed(page, "#waits-each")
    frame.locator("#waits-each > summary").click()
    for width in (320, 900, 1280, 1600):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, frame.evaluate(APART)) == (width, [])


def test_an_address_of_the_tab_that_is_shown_first_asks_for_nothing_twice(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=agency", "light", account_of("Callum Rhodes"))
    frame = framed(page, "#agency .owes")
    expect(frame.locator(".tab .lead + #age .live")).to_be_visible()
    # What was asked together with the tab was asked before what is asked now.
    frame.locator("#tab-history").click()
    framed(page, "#content-history table")
    asked = frame.evaluate("performance.getEntriesByType('resource').map(entry => entry.name)")
    assert [address for address in set(asked) if asked.count(address) > 1] == []
    assert any("/pages/agency?" in address for address in asked)


def test_what_is_settled_in_a_tab_is_counted_no_longer_above_it(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=objectives"), "#confirmations")
    above = frame.locator("#tab-objectives .count")
    number = int(above.inner_text().split()[0])
    frame.locator("#confirmations >> xpath=../.. >> button", has_text=re.compile(r"^\s*Confirm\s*$")).first.click()
    expect(frame.locator("#confirmations .count")).to_contain_text(str(number - 1))
    expect(above).to_contain_text(str(number - 1))
    expect(frame.locator("nav.tabs")).to_have_count(1)
    frame.locator("[data-undo]").first.click()
    expect(above).to_contain_text(str(number))


LINES = """ladders => ladders.map(ladder => [
  getComputedStyle(ladder, "::after").content, ladder.scrollWidth, ladder.clientWidth
])"""


def test_in_a_narrow_window_the_next_rung_keeps_its_name(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", account_of("Priya Raman"))
    page.set_viewport_size({"width": 320, "height": 900})
    frame = framed(page, "#learning .rungs")
    lines = frame.locator("#learning .rungs:has(.next)").evaluate_all(LINES)
    assert lines
    # The five names have no room: the line below says which rung it is, and the next.
    for text, width, room in lines:
        assert re.fullmatch(r'"Rung \d of 5: \w+; next: \w+"', text)
        assert width <= room


HELPING = "[hx-get^='/pages/next']"
OVERLAPPING = """part => {
    const texts = document.createTreeWalker(part, NodeFilter.SHOW_TEXT), lines = [];
    for (let text; text = texts.nextNode();) {
        const range = document.createRange(), block = text.parentElement.closest("p, li, h3, span.note, span.if");
        range.selectNodeContents(text);
        for (const line of range.getClientRects()) if (line.width) lines.push({block, line, words: text.data});
    }
    return lines.flatMap((one, place) => lines.slice(place + 1).filter(two => one.block !== two.block
        && one.line.top + 2 < two.line.bottom && two.line.top + 2 < one.line.bottom
        && one.line.left < two.line.right && two.line.left < one.line.right).map(two => [one.words, two.words]));
}"""
# What follows a note where nothing is the reader’s own, and no ticket helps.
WITHOUT_OWN = """part => {
    const note = part.querySelector(":scope > p.note");
    while (note.nextSibling) note.nextSibling.remove();
    note.insertAdjacentHTML("afterend", "<p class=intro>18 open agency tickets</p>");
}"""


@pytest.mark.parametrize("tab", ["overview", "objectives"])
def test_no_two_lines_of_the_tickets_that_would_help_overlap(opened: Callable[..., Page], tab: str) -> None:
    for who in ("Aylin Kessler", "Ruben Adeyemi"):
        frame = framed(opened(f"{PROJECT}#!tab={tab}", person=account_of(who)), f"{HELPING} .teach")
        part = frame.locator(HELPING).element_handle()
        assert part.evaluate(OVERLAPPING) == []
        if who == "Aylin Kessler":
            part.evaluate(WITHOUT_OWN)
            assert part.evaluate(OVERLAPPING) == []


def test_a_button_with_the_name_of_an_objective_stays_within_a_narrow_window(opened: Callable[..., Page]) -> None:
    """The button to the plan of the agency was wider than the page, which scrolled sideways."""
    page = opened(f"{PROJECT}#!tab=objectives", "light", account_of("Petra Zielinski"))
    page.set_viewport_size({"width": 320, "height": 900})
    frame = framed(page, "#objectives-page a.button[data-goes-to]")
    button = frame.locator("#objectives-page a.button[data-goes-to]")
    button.evaluate("link => { link.textContent += ' of all of the people on both sides'; }")
    assert sideways(frame) == 0
    box = button.bounding_box()
    assert box
    assert box["height"] > 40
