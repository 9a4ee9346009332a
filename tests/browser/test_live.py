"""An open page keeps itself up to date: it offers new figures, and a panel shows what one just did."""

from collections.abc import Callable

from playwright.sync_api import Page, Route, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT
from tests.browser.test_keyboard import choose_status, lead, moment
from tests.jira.servers import Stack
from tests.pages.conftest import MEMBER

FOCUS = "dispatchEvent(new Event('focus'))"


def test_a_page_offers_new_figures_and_shows_them(stack: Stack, opened: Callable[..., Page]) -> None:
    frame = framed(opened(PROJECT, set_clock=True), "[data-live]")
    offer = frame.locator("[data-live-show]")
    expect(offer).to_be_hidden()
    issue = stack.site.create_issue("GROW", "Task", "Seen while the page is open", by=lead(), at=moment(stack))
    stack.settle()
    assert issue.key
    frame.page.clock.run_for(2100)
    frame.evaluate(FOCUS)
    expect(offer).to_be_visible()
    offer.click()
    expect(offer).to_be_hidden()


def test_a_panel_shows_at_once_what_happened_in_jira(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Moved while the panel is open", by=lead(), at=moment(stack))
    stack.settle()
    page = opened(f"/browse/{issue.key}", set_clock=True)
    frame = framed(page, "form.tagging")
    before = frame.locator(".lead").first.inner_text()
    for status in ("In Progress", "Done"):
        choose_status(stack, page, status)
    assert stack.clock.at is not None
    stack.clock.at += 2_000_000
    stack.settle()
    frame = framed(page, "form.tagging")
    frame.page.clock.run_for(2100)
    frame.evaluate(FOCUS)
    expect(frame.locator(".lead").first).not_to_have_text(before)


def test_of_a_tickets_two_frames_one_asks_and_both_show_it(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Looked at in two frames", by=lead(), at=moment(stack))
    stack.settle()
    page = opened(f"/browse/{issue.key}", set_clock=True)
    page.locator("aside details.box > summary").click()
    context = page.wait_for_selector("aside iframe[src]").content_frame()
    assert context
    frames = [framed(page, "form.tagging"), context]
    assert len({frame.locator("[data-live]").get_attribute("data-live") for frame in frames}) == 1
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if "/pages/live" in request.url else None)
    for frame in frames:
        frame.evaluate("document.querySelector('[data-live] .live').textContent = '?'")
    page.clock.run_for(10_500)
    for frame in frames:
        expect(frame.locator("[data-live] .live")).not_to_have_text("?")
    assert len(asked) == 1, asked


def test_a_panels_own_look_leaves_the_undo_of_what_one_just_did(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Taken on while it changes", by=lead(), at=moment(stack))
    stack.settle()
    page = opened(f"/browse/{issue.key}", set_clock=True)
    frame = framed(page, "form.tagging")
    held: list[Route] = []

    def hold(route: Route) -> None:
        held.append(route)

    # One alone: another that came meanwhile would wait for ever, and run out of time by the clock that is moved on.
    page.route("**/pages/panel/content**", hold, times=1)
    # The look is asked for before the act, and answered after it.
    frame.evaluate("document.querySelector('[data-live-show]').click()")
    page.wait_for_timeout(300)
    assert held
    frame.locator("select[name=account]").first.select_option(index=1)
    undo = frame.get_by_role("button", name="Undo")
    expect(undo).to_be_visible()
    with page.expect_response("**/pages/panel/content**") as answer:
        held.pop().continue_()
    answer.value.finished()
    expect(frame.locator(".htmx-request")).to_have_count(0)
    # So is one that is asked for after it, as something else changed.
    before = frame.locator("[data-live]").get_attribute("data-version")
    assert stack.clock.at is not None
    stack.clock.at += 2_000_000
    stack.site.transition(issue.id, "In Progress", by=lead(), at=moment(stack))
    stack.settle()
    frame.page.clock.run_for(12_000)
    expect(frame.locator("[data-live-show]")).to_be_hidden()
    expect(undo).to_be_visible()
    assert frame.locator("[data-live]").get_attribute("data-version") == before
    expect(frame.locator(".htmx-request")).to_have_count(0)
    frame.page.clock.run_for(48_500)
    expect(undo).to_be_hidden()
    # No longer than the look takes: a request would run out of time by the clock that is moved on.
    frame.page.clock.run_for(2100)
    frame.evaluate(FOCUS)
    expect(frame.locator("[data-live]")).not_to_have_attribute("data-version", before or "")


def test_a_refused_undo_shows_what_somebody_else_made_of_it_meanwhile(
    stack: Stack, opened: Callable[..., Page]
) -> None:
    """The panel went on showing what it was for up to 70 s."""
    issue = stack.site.create_issue("GROW", "Task", "Two people act on it", by=lead(), at=moment(stack))
    stack.settle()
    pages = [opened(f"/browse/{issue.key}", "light", person) for person in ("", MEMBER)]
    frames = [framed(page, "form.tagging") for page in pages]
    own, other = (frame.locator("select[name=account]").first for frame in frames)
    undo = frames[0].get_by_role("button", name="Undo")
    own.select_option(index=1)
    expect(undo).to_be_visible()
    other.select_option(index=2)
    expect(frames[1].get_by_role("button", name="Undo")).to_be_visible()
    chosen = other.input_value()
    assert chosen != own.input_value()
    undo.click()
    expect(pages[0].locator("#flags > *")).to_have_count(1)
    expect(own).to_have_value(chosen)
    expect(undo).to_be_hidden()
