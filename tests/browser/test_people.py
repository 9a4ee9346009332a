"""What each person comes for, by mouse and by keyboard; and pages in colours of the reader's own, and on paper."""

import csv
import gzip
import io
import re
from collections.abc import Callable, Iterator, Sequence
from datetime import date

import pytest
from msgspec.structs import replace
from playwright.sync_api import Browser, Frame, Locator, Page, Response, expect

from connector.jobs.snapshots import take_snapshot
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.engagement import Engagement
from mappings.measure.period.snapshot_spans import span_of
from mappings.records.agreement.engagements import save_engagement
from tests.browser.chromium import framed, window
from tests.browser.test_accessibility import PROGRAM, PROJECT, findings, sideways
from tests.jira.servers import Stack
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from webhooks.generations import measure_pending

LEARNER = account_of("Priya Raman")
SPONSORED = "growth-bolt"
# Of each person: where they begin, what they reach and press one after the other, what they come for, and at most so
# many stops of the Tab key on the way. Who is not here has a walk of their own beside this file.
WALKS = {
    "lead": (
        "Maren Vogt", PROJECT, ("#overview .numbers a.fig", "dialog a.fig", "dialog [data-back]"), "#drawer .big", 50,
    ),
    "agency member": ("Noor Haddad", PROJECT, ("#tab-tickets", "[data-opens]"), ".opened", 45),
    "other agency": ("Petra Zielinski", PROJECT, ("#agency .owes a.fig",), "dialog .drawer-foot", 40),
    "gatekeeper": ("Henrike Osei", PROJECT, (".numbers a.fig",), "dialog tfoot", 24),
    "administrator": ("Maren Vogt", PROGRAM, ("a.fig",), "dialog table", 20),
    "stranger": ("Viktor Amsel", PROJECT, (), "main p:has-text('who leads the in-house side')", 0),
}  # fmt: skip
MOST_BYTES = 60_000

BORDERS = """([selector, side]) => [...document.querySelectorAll(selector)].map(each =>
    getComputedStyle(each)[`border${side}Color`] + getComputedStyle(each)[`border${side}Width`])"""
FILLED_IN = """() => [...document.querySelectorAll("main :is(input:not([type=hidden]), textarea, button, select)")]
    .filter(each => each.checkVisibility() && !each.closest(".head"))"""

# Where the middle of each number's text is, row by row.
MIDDLES = """rows => [...document.querySelectorAll(rows)].map(row => [...row.querySelectorAll("td.num")].map(each => {
    const text = document.createRange();
    text.selectNodeContents(each.querySelector(".fig") || each);
    const { top, bottom } = text.getBoundingClientRect();
    return (top + bottom) / 2;
}))"""

PATHS = "links => links.map(link => link.getAttribute('hx-get'))"
# The tables of the open drawer that are wider than the box they stand in, by its title.
WIDE_TABLES = """[...document.querySelectorAll("dialog[open] table")].map(each => each.parentElement)
    .filter(each => each.scrollWidth > each.clientWidth)
    .map(each => each.closest("dialog").querySelector("h2").innerText)"""


def stops_to(frame: Frame, wanted: Locator) -> int:
    """Press Tab until the focus is there, and return how often."""
    wanted.wait_for()
    element = wanted.element_handle()
    for stops in range(100):
        if frame.evaluate("each => document.activeElement === each", element):
            return stops
        frame.page.keyboard.press("Tab")
    raise AssertionError(f"no way by Tab to {wanted}")


def walk(frame: Frame, pressed: Sequence[str], wanted: str, most: int) -> None:
    """Reach each by Tab and press it; at the end `wanted` is there, after at most so many stops."""
    stops = 0
    for selector in pressed:
        stops += stops_to(frame, frame.locator(selector).first)
        frame.page.keyboard.press("Enter")
    expect(frame.locator(wanted).first).to_be_visible()
    assert stops <= most


@pytest.mark.parametrize("who", WALKS)
def test_each_person_comes_to_what_they_came_for_by_the_keyboard(who: str, opened: Callable[..., Page]) -> None:
    name, path, pressed, wanted, most = WALKS[who]
    walk(framed(opened(path, "light", account_of(name)), "main"), pressed, wanted, most)


@pytest.fixture
def sponsor(stack: Stack) -> Iterator[str]:
    """Somebody without another part, whom an engagement's file names as its sponsor while the test runs."""
    agreed = read_engagement(engagement_file(stack.plan, SPONSORED))
    somebody = account_of("Viktor Amsel")
    agree(stack, replace(agreed, leads={**agreed.leads, "sponsor": (somebody,)}))
    stores, span = (stack.container.engine, stack.container.reader), span_of("quarter", date(2026, 7, 1))
    take_snapshot(stores, stack.tenant_id, SPONSORED, span=span, now=stack.clock())
    yield somebody
    agree(stack, agreed)


def agree(stack: Stack, engagement: Engagement) -> None:
    """What `teachback engagement apply` does with a file."""
    with stack.container.engine.begin() as connection:
        name = engagement_hash(engagement)
        save_engagement(connection, stack.tenant_id, engagement, name, now=stack.clock(), by=None)
    measure_pending(stack.container.engine, stack.tenant_id, stack.clock())


def test_a_sponsor_comes_from_a_project_to_jiras_page_of_the_program(sponsor: str, opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, person=sponsor)
    before = page.url
    framed(page, "main").get_by_role("link", name="Read the review of Q3 2026").click()
    page.wait_for_url(f"**{PROGRAM}#!tab=review&period=2026Q3**")
    page.reload()
    framed(page, "main.program-review")
    page.go_back()
    page.wait_for_url(before)
    framed(page, "main").get_by_role("link", name="Open Program").click()
    page.wait_for_url(f"**{PROGRAM}")
    framed(page, "main.program")


def test_a_review_that_is_read_in_the_program_is_one_step_of_the_history(
    sponsor: str, opened: Callable[..., Page]
) -> None:
    page = opened("/jira/projects/GROW/board", person=sponsor)
    before = page.url
    page.goto(before.replace("/jira/projects/GROW/board", PROGRAM))
    for period in ("2026Q4", "2026Q3"):
        frame = framed(page, "main.program")
        if period == "2026Q3":
            frame.locator("select[name=period]").select_option(period)
            page.wait_for_url(f"**#!period={period}")
        frame.get_by_role("link", name=re.compile("^(Read: |Review of )")).first.click()
        framed(page, "main.program-review")
        page.wait_for_url(f"**#!tab=review&*back={period}")
        page.go_back()
        expect(framed(page, "main.program").locator("select[name=period]")).to_have_value(period)
    page.go_back()
    expect(framed(page, "main.program").locator("select[name=period]")).to_have_value("2026Q4")
    page.go_back()
    page.wait_for_url(before)


def test_an_undo_goes_with_its_minute_wherever_its_page_is_opened_again(
    stack: Stack, sponsor: str, opened: Callable[..., Page]
) -> None:
    page = opened(f"{PROGRAM}#!tab=review&period=2026Q3", person=sponsor, set_clock=True)
    framed(page, "main.program-review").get_by_role("button", name="I have read it").click()
    framed(page, "main.program-review [data-undo]")
    stack.clock.at = stack.clock() + 20_000_000
    page.reload()
    undo = framed(page, "main.program-review [data-undo]").locator("[data-undo]")
    page.clock.run_for(37_000)
    expect(undo).to_be_visible()
    page.clock.run_for(4_000)
    expect(undo).to_be_hidden()
    # As it was before, for whoever reads it next.
    page.reload()
    frame = framed(page, "main.program-review [data-undo]")
    frame.locator("[data-undo]").click()
    expect(frame.get_by_role("button", name="I have read it")).to_be_visible()


def test_a_sponsor_comes_from_the_program_to_a_frozen_review_and_its_files_by_the_keyboard(
    sponsor: str, opened: Callable[..., Page]
) -> None:
    page = opened(PROGRAM, "light", sponsor)
    frame = framed(page, "main.program")
    expect(frame.locator("main")).to_contain_text("Bolt")
    expect(frame.locator("main")).not_to_contain_text("Acme")
    stops = stops_to(frame, frame.locator("a.fig").first)
    page.keyboard.press("Enter")
    expect(frame.locator("dialog table")).to_contain_text("Growth and Bolt")
    page.keyboard.press("Escape")
    expect(frame.locator("dialog")).to_be_hidden()
    # The review waits for them, and nothing else does.
    expect(frame.locator(".waiting li")).to_have_count(1)
    page.reload()
    frame = framed(page, "main.program")
    stops += stops_to(frame, frame.locator(".waiting li a.button"))
    page.keyboard.press("Enter")
    expect(frame.locator("#review-title")).to_be_visible()
    for width in (320, 1280):
        page.set_viewport_size({"width": width, "height": 900})
        assert (findings(frame), sideways(frame)) == ([], 0)
    expect(frame.locator("article")).not_to_contain_text("GROW-")
    button = frame.locator("[data-save*='format=csv']")
    stops += stops_to(frame, button)
    with page.expect_download() as coming:
        page.keyboard.press("Enter")
    rows = list(csv.reader(io.StringIO(coming.value.path().read_text("utf-8-sig"), newline="")))
    assert any("growth-bolt" in row for row in rows)
    assert not any("growth-acme" in row for row in rows)
    # The PDF stands with the other files wherever its library is installed.
    if (paper := frame.locator("[data-save*='format=pdf']")).count():
        with page.expect_download() as coming:
            paper.press("Enter")
        assert coming.value.path().read_bytes().startswith(b"%PDF")
    stops += stops_to(frame, frame.get_by_role("button", name="I have read it"))
    page.keyboard.press("Enter")
    expect(frame.locator("[role=status].said:not(:empty)")).to_contain_text("It waits for you no longer.")
    assert stops <= 70


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
    # The signs of the legend have the ladder's colour.
    signs = frame.evaluate(
        "['fill', 'stroke'].map(of => getComputedStyle(document.querySelector("
        "of === 'fill' ? '.legend .taught' : '.legend .half'))[of])"
    )
    line = frame.evaluate("getComputedStyle(document.querySelector('.rungs .now')).borderTopColor")
    assert signs == [line, line]
    page.emulate_media(forced_colors="none", contrast="more")
    colours = frame.evaluate("['.note', '.lead'].map(each => getComputedStyle(document.querySelector(each)).color)")
    assert colours[0] == colours[1]


def test_numbers_of_a_row_stand_on_one_line_whether_they_open_or_not(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=objectives"), "table.stacked .num .fig")
    rows = frame.evaluate(MIDDLES, "table.stacked tbody tr")
    assert rows
    for middles in rows:
        assert max(middles) - min(middles) < 1, middles


def test_a_tab_on_paper_says_of_whom_and_when_it_is_and_asks_for_nothing(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning")
    frame = framed(page, "#sign-off")
    for tab in ("learning", "tickets", "together"):
        frame.locator(f"#tab-{tab}").click()
        expect(frame.locator("main p.intro", has_text="Loading")).to_have_count(0)
        page.emulate_media(media="print")
        # What no period changes says its day.
        when = "#as-of" if tab == "learning" else "select[name=period]"
        expect(frame.locator(f".head {when}")).to_be_visible()
        assert frame.evaluate(f"({FILLED_IN})().map(each => each.outerHTML.slice(0, 120))") == []
        expect(frame.locator(".tabs")).to_be_hidden()
        page.emulate_media(media="screen")


# The texts of each figure that lie over one another.
OVERLAPS = """() => [...document.querySelectorAll(".numbers > div")].flatMap(figure => {
    const boxes = [...figure.children].filter(each => each.checkVisibility()).map(each => {
        const text = document.createRange();
        text.selectNodeContents(each);
        return { words: each.innerText, box: text.getBoundingClientRect() };
    });
    return boxes.flatMap((one, place) => boxes.slice(place + 1).filter(other =>
        one.box.left < other.box.right - 1 && other.box.left < one.box.right - 1
        && one.box.top < other.box.bottom - 4 && other.box.top < one.box.bottom - 4
    ).map(other => [one.words, other.words]));
})"""


# The numbers that do not stand above the words that go on from them, and the pictures that are not drawn.
APART = """() => [...document.querySelectorAll(".numbers > div")].flatMap(figure => {
    const number = figure.querySelector(".big").getBoundingClientRect();
    const after = [...figure.querySelectorAll("dd:not(.big)")].filter(each =>
        each.getBoundingClientRect().top < number.bottom - 4).map(each => each.innerText);
    return [...after, ...[...figure.querySelectorAll(".track")].filter(each =>
        !each.checkVisibility() || each.getBoundingClientRect().width < 100).map(each => each.textContent)];
})"""


@pytest.mark.parametrize(
    ("name", "path"),
    [("Henrike Osei", PROJECT), ("Maren Vogt", PROJECT), ("Tomasz Lindqvist", PROJECT), ("Maren Vogt", PROGRAM)],
)
def test_the_texts_of_the_figures_lie_beside_one_another_at_each_width(
    name: str, path: str, opened: Callable[..., Page]
) -> None:
    page = opened(path, "light", account_of(name))
    frame = framed(page, ".numbers .big")
    for width in (320, 400, 480, 640, 900):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, frame.evaluate(OVERLAPS)) == (width, [])
        # Where the number followed the words, "with two holders" read as the number behind it.
        assert (width, frame.evaluate(APART)) == (width, [])
        # A line of words is not squeezed into a column of single ones.
        narrow = (
            "() => Math.min(...[...document.querySelectorAll('.numbers dd.note')].map(each => each.clientWidth || 999))"
        )
        assert frame.evaluate(narrow) > 100, width


def test_a_change_stands_on_a_line_of_its_own_below_its_label_in_a_narrow_window(opened: Callable[..., Page]) -> None:
    page = opened(PROGRAM, "light", account_of("Maren Vogt"))
    frame = framed(page, ".numbers .big")
    label = "() => getComputedStyle(document.querySelector('.four td:not(.num)'), '::before').display"
    assert frame.evaluate(label) != "block"
    page.set_viewport_size({"width": 320, "height": 900})
    assert frame.evaluate(label) == "block"


def wide_tables(page: Page, frame: Frame) -> list[tuple[int, str]]:
    """Open each drawer of a page, and return the widths at which a table of it is wider than its box."""
    wide = []
    figures = frame.locator("a.fig[hx-get]:visible")
    for place in {path: place for place, path in enumerate(figures.evaluate_all(PATHS))}.values():
        figures.nth(place).click()
        frame.wait_for_selector("dialog[open] .drawer-head")
        for width in (320, 1280):
            page.set_viewport_size({"width": width, "height": 900})
            wide += [(width, title) for title in frame.evaluate(WIDE_TABLES)]
        page.keyboard.press("Escape")
        expect(frame.locator("dialog")).to_be_hidden()
    return wide


@pytest.mark.parametrize(
    ("name", "path"),
    [("Maren Vogt", PROGRAM), ("Viktor Amsel", PROGRAM), ("Henrike Osei", PROJECT)],
)
@pytest.mark.usefixtures("sponsor")
def test_no_table_of_a_drawer_is_wider_than_its_box(name: str, path: str, opened: Callable[..., Page]) -> None:
    page = opened(path, "light", account_of(name))
    assert wide_tables(page, framed(page, "a.fig[hx-get]")) == []


# Of the figures' table in the open drawer: what of its width each reason has, and where each column of numbers ends.
REASONS = """[...document.querySelectorAll("dialog[open] .scroll tbody tr > :nth-child(2)")].map(each =>
    each.getBoundingClientRect().width / each.closest("table").getBoundingClientRect().width)"""
ENDS = """[2, 3].map(place => new Set(
    [...document.querySelectorAll("dialog[open] .scroll :is(tbody, tfoot) tr")].map(row =>
        Math.round(row.children[place].getBoundingClientRect().right))
).size)"""


def test_in_a_narrow_drawer_a_reason_has_a_line_of_its_own(opened: Callable[..., Page]) -> None:
    """Beside two numbers it had a third of the width, and broke after each word."""
    page = opened(PROJECT)
    page.set_viewport_size({"width": 320, "height": 900})
    frame = framed(page, "#overview .numbers a.fig")
    frame.locator("a.fig[hx-get*='figure=score'], a.fig[hx-get*='taught_share']").first.click()
    frame.wait_for_selector("dialog[open] .scroll tbody tr")
    widths = frame.evaluate(REASONS)
    assert widths
    assert min(widths) > 0.99
    assert frame.evaluate(ENDS) == [1, 1]
    assert (findings(frame), sideways(frame)) == ([], 0)
    page.set_viewport_size({"width": 1280, "height": 900})
    assert max(frame.evaluate(REASONS)) < 0.8
