"""Pages driven as people do: by the keyboard, by choosing, by tagging, and by what happens in Jira meanwhile."""

import re
from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import framed, until
from tests.browser.test_accessibility import PROJECT, findings
from tests.jira.servers import Stack
from tests.jira.story.people import account_of


def test_a_figure_opens_by_enter_and_escape_gives_the_focus_back(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = framed(page, "a.fig")
    figure = frame.locator("a.fig").first
    figure.focus()
    page.keyboard.press("Enter")
    expect(frame.locator("dialog .drawer-foot")).to_be_visible()
    page.keyboard.press("Escape")
    expect(frame.locator("dialog")).to_be_hidden()
    expect(figure).to_be_focused()


def test_another_period_can_be_chosen_again_and_again(opened: Callable[..., Page]) -> None:
    frame = framed(opened(PROJECT), "svg.chart")
    choice = frame.locator("select[name=period]")
    periods = choice.locator("option").evaluate_all("all => all.map(each => each.value)")
    assert len(periods) > 1
    for period in (periods[-1], periods[0], periods[-1]):
        with frame.page.expect_response(lambda answer: "/pages/project/content" in answer.url) as answered:
            choice.select_option(period)
        assert answered.value.status == 200
        expect(choice).to_have_value(period)


def test_a_tag_changes_what_a_ticket_counts_as(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Pair on the next test", by=lead(), at=moment(stack))
    stack.settle()
    frame = framed(opened(f"/browse/{issue.key}"), "form.tagging")
    form = frame.locator("form.tagging").first
    before = frame.locator(".lead").first.inner_text()
    name = form.locator("option").first.evaluate("each => each.value")
    form.locator("input[name=objective]").fill(name)
    form.locator("input[name=objective]").press("Enter")
    expect(frame.locator("li.tag").first).to_contain_text(name)
    assert frame.locator(".lead").first.inner_text() != before


def test_what_confirms_a_late_tag_is_whole_on_a_phone(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Finished before", by=lead(), at=moment(stack))
    stack.site.transition(issue.id, "Done", by=lead(), at=moment(stack))
    stack.settle()
    form = framed(opened(f"/browse/{issue.key}"), "form.tagging").locator("form.tagging").first
    form.locator("input[name=objective]").fill(form.locator("option").first.evaluate("each => each.value"))
    form.locator("input[name=objective]").press("Enter")
    expect(form.locator("li.tag .why").first).to_contain_text("after it was done")
    page = opened(f"/browse/{issue.key}", person=account_of("Callum Rhodes"))
    page.set_viewport_size({"width": 320, "height": 900})
    frame = framed(page, "form.tagging")
    expect(frame.locator("li.tag button.link").first).to_have_text("Confirm")
    cut = "each => each.getBoundingClientRect().right > each.closest('li').getBoundingClientRect().right"
    assert not frame.locator("li.tag button.link").first.evaluate(cut)
    assert frame.locator("li.tag button.link").first.evaluate("each => each.scrollWidth <= each.clientWidth")
    assert frame.evaluate("document.documentElement.scrollWidth <= innerWidth")


def test_a_name_that_is_refused_stands_at_its_field_until_another_is_sent(
    stack: Stack, opened: Callable[..., Page]
) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Pair on the third test", by=lead(), at=moment(stack))
    stack.settle()
    page = opened(f"/browse/{issue.key}")
    frame = framed(page, "form.tagging")
    field = frame.locator("form.tagging input[name=objective]").first
    field.fill("Design a house")
    field.press("Enter")
    expect(frame.locator("form.tagging .error[role=alert]")).to_contain_text("has that name. Choose one from the list.")
    expect(field).to_have_attribute("aria-invalid", "true")
    expect(field).to_be_focused()
    assert findings(frame) == []
    expect(page.locator("#flags > *")).to_have_count(0)
    # What begins as the only one does is meant.
    field.fill("pers")
    field.press("Enter")
    expect(frame.locator("li.tag").first).to_contain_text("Personalise by segment")
    expect(frame.locator(".error[role=alert]")).to_have_count(0)
    expect(frame.locator("[aria-invalid]")).to_have_count(0)


def test_what_is_done_in_jira_moves_the_panel(stack: Stack, opened: Callable[..., Page]) -> None:
    issue = stack.site.create_issue("GROW", "Task", "Measure it", by=lead(), at=moment(stack), points=3)
    stack.settle()
    page = opened(f"/browse/{issue.key}")
    before = framed(page, "form.tagging").locator(".lead").first.inner_text()
    for status in ("In Progress", "Done"):
        choose_status(stack, page, status)
    stack.settle()
    page.reload()
    expect(framed(page, "form.tagging").locator(".lead").first).not_to_have_text(before)


def choose_status(stack: Stack, page: Page, status: str) -> None:
    """Choose it on the ticket's page, which loads anew: what is chosen before that would be lost with the old page."""
    # A webhook's times are some milliseconds off: two changes within them could come in the other order.
    stack.site.touch(stack.site.now() + 1_000_000)
    with page.expect_navigation():
        page.select_option("select[name=status]", status)
    expect(page.locator("select[name=status]")).to_have_value(status)


def test_a_ticket_of_a_drawer_opens_in_jira(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = framed(page, "a.fig")
    frame.locator("a.fig").first.click()
    ticket = frame.locator("dialog a[data-issue]").first
    key = ticket.inner_text()
    ticket.click()
    page.wait_for_url(f"**/browse/{key}")


def test_the_panel_is_as_tall_as_what_it_shows(opened: Callable[..., Page]) -> None:
    page = opened("/browse/GROW-8")
    frame = framed(page, "form.tagging")
    frame.locator("details summary").first.click()
    until(frame, "document.documentElement.scrollHeight <= innerHeight")


def test_a_lead_takes_back_and_signs_in_the_page(stack: Stack, opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=learning"), "#sign-off")
    form = frame.locator("#sign-off")
    for pressed, answer in (("Lower to this rung", "Lowered: "), ("Sign off", "Signed: ")):
        with frame.page.expect_response(lambda reply: "/pages/learning/learners" in reply.url):
            form.locator("select[name=objective]").select_option(index=1)
        learner = form.locator("select[name=learner]")
        expect(learner.locator("option").nth(1)).to_be_attached()
        frame.page.wait_for_timeout(200)
        learner.select_option(index=1)
        form.locator("select[name=rung]").select_option("1")
        if not form.locator("#lower").evaluate("each => each.open"):
            form.locator("#lower summary").click()
        form.locator("input[name=reason]").fill("Only watched so far")
        form.get_by_role("button", name=pressed).click()
        expect(form.get_by_role("status")).to_contain_text(answer)
        expect(form.locator("input[name=reason]")).to_have_value("")


def test_a_press_hands_its_focus_to_what_became_of_it_and_never_to_the_next_button(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=objectives"), "#confirmations")
    buttons = frame.locator(".asks [id^=confirm-]")
    before = buttons.count()
    buttons.first.focus()
    frame.page.keyboard.press("Enter")
    expect(buttons).to_have_count(before - 1)
    expect(frame.locator("#objectives-page p[role=status]:not(:empty)")).to_be_focused()


def test_a_drawer_within_a_drawer_has_the_focus(opened: Callable[..., Page]) -> None:
    frame = framed(opened(PROJECT), "a.fig")
    frame.locator("a.fig").first.click()
    frame.locator("dialog a.fig", has_text="See the evidence").first.click()
    expect(frame.locator("dialog h2")).to_contain_text("counts as")
    expect(frame.locator("dialog h2")).to_be_focused()


def test_another_period_keeps_what_comes_after_the_page(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=objectives"), "#confirmations")
    choice = frame.locator("select[name=period]")
    with frame.page.expect_response(lambda answer: "/pages/project/content" in answer.url):
        choice.select_option(index=1)
    expect(frame.locator("#confirmations")).to_be_visible()
    for part in frame.locator(".later").all():
        expect(part).not_to_contain_text("Looking at")


def test_another_engagement_brings_its_own_ladder(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=learning"), "#sign-off")
    expect(frame.locator("#sign-off")).to_have_attribute("hx-post", re.compile("growth-acme"))
    frame.locator("select[name=engagement]").select_option("growth-bolt")
    expect(frame.locator("#sign-off")).to_have_attribute("hx-post", re.compile("growth-bolt"))


def test_somebody_else_sees_with_their_own_eyes(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    framed(page, "svg.chart")
    page.select_option("#person", account_of("Viktor Amsel"))
    framed(page, "main > p:last-child")


def lead() -> str:
    return account_of("Maren Vogt")


def moment(stack: Stack) -> int:
    return stack.site.now() + 1000


def test_ones_own_rows_come_as_a_file(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=learning"), "#learning button[data-save]")
    with frame.page.expect_download() as coming:
        frame.locator("#learning button[data-save*=csv]").click()
    assert coming.value.suggested_filename == "growth-acme-my-ladder.csv"
    assert coming.value.path().read_text("utf-8-sig").startswith('"what","objective","ticket",')
