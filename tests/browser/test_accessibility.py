"""Every page at each width, in light and in dark: axe finds nothing, and nothing has to be scrolled sideways."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Frame, Page

from tests.browser.chromium import framed, until
from tests.jira.servers import Stack
from tests.jira.story.people import account_of

WIDTHS = (320, 720, 1280)
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]
AXE = Path(__file__).parents[2] / "node_modules" / "axe-core" / "axe.min.js"
PROJECT = "/jira/projects/GROW/apps/teachback-project"
ADMIN = "/jira/apps/teachback-admin"
PROGRAM = "/jira/apps/teachback-program"

WIDER = """Math.max(...[document.documentElement, ...document.querySelectorAll("dialog[open]")]
    .map(each => each.scrollWidth - each.clientWidth))"""

# The tables of figures whose main column, the last, lies beyond their box; of objectives by week each column is one.
CUT_TABLES = """[...(document.querySelector("dialog[open]") ?? document).querySelectorAll(".scroll > table")]
    .filter(each => each.getClientRects().length && !each.closest("#progress-table"))
    .filter(each => [...each.rows].some(row =>
        row.lastElementChild.getBoundingClientRect().right > each.parentElement.getBoundingClientRect().right + 1))
    .map(each => each.parentElement.getAttribute("aria-label"))"""

# Every fold and question of a page, unfolded; a menu would cover the tabs below it.
UNFOLD = "document.querySelectorAll('details:not(.menu)').forEach(each => { each.open = true; })"

EngagementFacts = Callable[[Page], Frame]


def project_page(page: Page) -> Frame:
    return framed(page, "svg.chart")


def figure_drawer(page: Page) -> Frame:
    frame = framed(page, "a.fig")
    frame.locator("a.fig").first.click()
    frame.wait_for_selector("dialog[open] .drawer-foot")
    return frame


def evidence_drawer(page: Page) -> Frame:
    frame = figure_drawer(page)
    frame.locator("dialog a.fig", has_text="See the evidence").first.click()
    frame.wait_for_selector("dialog h2:has-text('counts as')")
    return frame


def ladder(page: Page) -> Frame:
    """The own ladder and what a lead signs: it comes after the page, and its tickets are unfolded."""
    frame = framed(page, "#sign-off")
    frame.locator("#own-tickets summary").first.click()
    return frame


def learners_ladder(page: Page) -> Frame:
    return framed(page, "#learning .mine")


def objectives(page: Page) -> Frame:
    """The tab with its pictures of progress, which come after it, and their table."""
    frame = framed(page, "svg.burn")
    frame.locator("#progress-table summary").click()
    return frame


def issue_panel(page: Page) -> Frame:
    return framed(page, "form.tagging")


def issue_context(page: Page) -> Frame:
    """The narrow context of the right column, unfolded."""
    page.locator("aside details.box > summary").click()
    element = page.wait_for_selector("aside iframe[src]")
    frame = element.content_frame() if element else None
    assert frame is not None
    frame.wait_for_selector("main.context li")
    return frame


def administration(page: Page) -> Frame:
    frame = framed(page, "#admin .histories")
    frame.wait_for_selector("#sides summary")
    return frame


def program(page: Page) -> Frame:
    return framed(page, "table.engagements")


def program_drawer(page: Page) -> Frame:
    frame = program(page)
    frame.locator("a.fig[hx-get]").first.click()
    frame.wait_for_selector("dialog[open] table")
    return frame


def state(page: Page) -> Frame:
    return framed(page, "main > p:last-child, main > .states")


def host_alone(page: Page) -> Frame:
    return page.main_frame


SURFACES: dict[str, tuple[str, str, EngagementFacts]] = {
    "project page": (PROJECT, "", project_page),
    "figure drawer": (PROJECT, "", figure_drawer),
    "evidence drawer": (PROJECT, "", evidence_drawer),
    "objectives": (f"{PROJECT}#!tab=objectives", "", objectives),
    "ladder": (f"{PROJECT}#!tab=learning", "", ladder),
    "ladder of a learner": (f"{PROJECT}#!tab=learning", account_of("Priya Raman"), learners_ladder),
    "issue panel": ("/browse/GROW-8", "", issue_panel),
    "issue context": ("/browse/GROW-8", "", issue_context),
    "program": (PROGRAM, "", program),
    "drawer of the program": (PROGRAM, "", program_drawer),
    "administration": (ADMIN, "", administration),
    "administration of somebody else": (ADMIN, account_of("Viktor Amsel"), state),
    "nothing to see": (PROJECT, account_of("Viktor Amsel"), state),
    "board": ("/jira/projects/GROW/board", "", host_alone),
    "list": ("/jira/projects/GROW/list", "", host_alone),
    "dashboard": ("/jira/dashboards", "", host_alone),
    "apps": ("/jira/settings/apps", "", host_alone),
}


def findings(frame: Frame, **run_only: Any) -> list[str]:
    """What axe finds, each with its first place. Of a page below an open drawer, the drawer alone.

    It is put in as a debugger would, so that the page's policy holds.
    """
    if not frame.evaluate("'axe' in window"):
        frame.evaluate(AXE.read_text())
    rules = run_only or {"type": "tag", "values": TAGS}
    options: dict[str, Any] = {"runOnly": rules, "resultTypes": ["violations"]}
    if frame.parent_frame is None:
        options["iframes"] = False
    result = frame.evaluate("options => axe.run(document.querySelector('dialog[open]') ?? document, options)", options)
    return [f"{each['id']}: {each['nodes'][0]['html'][:200]}" for each in result["violations"]]


def sideways(frame: Frame) -> int:
    """By how much the page, or the drawer over it, is wider than its place."""
    return int(frame.evaluate(WIDER))


@pytest.mark.parametrize("surface", SURFACES)
def test_page_is_accessible_at_each_width(surface: str, opened: Callable[..., Page]) -> None:
    path, person, look = SURFACES[surface]
    page = opened(path, "light", person)
    frame = look(page)
    if frame.parent_frame:
        frame.evaluate(UNFOLD)
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame)) == (width, [])
        assert (width, sideways(frame), sideways(page.main_frame)) == (width, 0, 0)
        assert (width, frame.evaluate(CUT_TABLES)) == (width, [])
    page.select_option("#theme", "dark")
    until(frame, "document.documentElement.dataset.colorMode === 'dark'")
    # Nothing but colours differs in the dark.
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame, type="rule", values=["color-contrast"])) == (width, [])


def test_page_that_may_not_be_seen_says_so(stack: Stack, opened: Callable[..., Page]) -> None:
    project = stack.site.project("GROW")
    stranger = account_of("Dana Quist")
    stack.site.deny(stranger, "GROW", "BROWSE_PROJECTS")
    place = {"project.id": str(project.id), "project.key": project.key}
    page = opened(stack.app.page_url("teachback-project", stranger, place))
    assert findings(page.main_frame) == []
    assert page.locator("h2").inner_text() == "You may not browse this project"


def test_theme_of_the_frame_follows_the_host(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = project_page(page)
    page.select_option("#theme", "dark")
    until(frame, "document.documentElement.dataset.colorMode === 'dark'")
    assert frame.evaluate("getComputedStyle(document.body).color") != "rgb(41, 42, 46)"
