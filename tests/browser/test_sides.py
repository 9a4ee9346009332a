"""The tabs of the two sides by keyboard alone: a note in the closed room and its answer, a question that is folded."""

from collections.abc import Callable

import pytest
from playwright.sync_api import Frame, Page, expect

from mappings.events.times import DAY
from mappings.records.agreement.consents import insert_consent, save_consent_withdrawn
from mappings.records.sql.scope import AgreementScope
from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT, UNFOLD, findings, sideways
from tests.jira.servers import Stack
from tests.jira.story.people import account_of

AGENCY_LEAD, LEARNER = account_of("Callum Rhodes"), account_of("Priya Raman")
HELPED = account_of("Aylin Kessler")


def check(page: Page, frame: Frame) -> None:
    for width in (1280, 320):
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)


def test_leads_write_answer_and_sign_by_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=together")
    frame = framed(page, "#together .room")
    frame.locator("#new-note summary").focus()
    for text in ("Enter", "Tab"):
        page.keyboard.press(text)
    page.keyboard.type("Reviews in July")
    page.keyboard.press("Tab")
    page.keyboard.type("Is it the holidays?")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(frame.locator(".notes h3")).to_have_text(["Reviews in July"])
    expect(frame.locator(".room [role=status]", has_text="Sent")).to_be_visible()
    frame.locator(".statement summary").first.focus()
    for key in ("Enter", "Tab"):
        page.keyboard.press(key)
    page.keyboard.type("Reviews were slow in July.")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    frame.locator("button[aria-label^='Sign the joint statement']").press("Enter")
    expect(frame.locator(".statement", has_text="you signed")).to_be_visible()
    frame.evaluate(UNFOLD)
    check(page, frame)
    other = opened(f"{PROJECT}#!tab=together", "dark", AGENCY_LEAD)
    answering = framed(other, "#together .room")
    answering.get_by_label("Answer on Reviews in July").fill("It is.")
    answering.get_by_label("Answer on Reviews in July").press("Enter")
    expect(answering.locator(".says-in")).to_have_count(2)
    answering.evaluate(UNFOLD)
    check(other, answering)


def test_the_agency_begins_with_what_each_side_owes(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT, "dark", AGENCY_LEAD)
    frame = framed(page, "#agency .owes")
    # Both columns begin at one height: no head breaks where the other does not.
    below = "heads => heads.map(({children: [name, count]}) => count.offsetTop >= name.offsetTop + name.offsetHeight)"
    assert frame.locator(".owes .side-head").evaluate_all(below) == [True, True]
    question = frame.locator(".reply-box > summary").first
    question.press("Enter")
    expect(frame.locator(".reply-box textarea").first).to_be_focused()
    page.keyboard.press("Escape")
    expect(question).to_be_focused()
    question.press("Enter")
    frame.locator(".reply-box textarea").first.fill("We note each call in the ticket now.")
    frame.get_by_role("button", name="Save the reply").first.press("Enter")
    expect(frame.locator("#agency [role=status]", has_text="Saved for the review")).to_be_focused()
    expect(frame.locator(".reply-box textarea").first).to_be_hidden()
    # What comes later within the tab comes again with what was saved.
    expect(frame.locator("#agency .nearest div.later")).not_to_contain_text("Looking at")
    frame.evaluate(UNFOLD)
    check(page, frame)


def test_what_waits_on_agency_is_settled_in_its_place(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=agency", "light", AGENCY_LEAD)
    frame = framed(page, "#agency .waiting")
    before = int(frame.locator("#tab-objectives .count").inner_text().split()[0])
    # Several of a kind are folded under what confirms them all.
    expect(frame.get_by_role("button", name="Confirm Design an A/B test")).to_be_hidden()
    frame.locator("#waits-each > summary").press("Enter")
    frame.get_by_role("button", name="Confirm Design an A/B test").press("Enter")
    notice = frame.locator("#agency .said", has_text="Confirmed for your side: Design an A/B test.")
    expect(notice).to_be_focused()
    expect(frame.locator("#tab-objectives .count")).to_contain_text(str(before - 1))
    notice.get_by_role("button", name="Undo").press("Enter")
    expect(frame.get_by_role("button", name="Confirm Design an A/B test")).to_be_visible()
    frame.get_by_role("button", name="Answer: Q3 2026: how well did the two sides work together?").press("Enter")
    expect(frame.locator("#agency .waiting .five").first).to_be_visible()
    check(page, frame)
    frame.get_by_role("link", name="All of it on Together").first.click()
    expect(frame.locator("#together #pulse")).to_be_focused()


@pytest.mark.parametrize("tab", ["overview", "agency"])
def test_a_double_click_confirms_one_objective(tab: str, opened: Callable[..., Page]) -> None:
    """The answer stands where the row stood, so that the next row does not come under the pointer."""
    page = opened(f"{PROJECT}#!tab={tab}", "light", AGENCY_LEAD)
    frame = framed(page, ".waiting")
    before = int(frame.locator("#tab-objectives .count").inner_text().split()[0])
    frame.locator("#waits-each > summary").click()
    button, answer = frame.locator("#waits-each [type=submit]").first, frame.locator(".answered .said")
    button.scroll_into_view_if_needed()
    place = button.bounding_box()
    assert place
    # A second press that comes once the answer is there.
    for _ in range(2):
        page.mouse.click(place["x"] + place["width"] / 2, place["y"] + place["height"] / 2)
        expect(answer).to_contain_text("Confirmed for your side:")
        expect(frame.locator(".htmx-request")).to_have_count(0)
    expect(frame.locator("#tab-objectives .count")).to_contain_text(str(before - 1))
    answer.get_by_role("button", name="Undo").click()
    expect(frame.locator("#tab-objectives .count")).to_contain_text(str(before))
    button.dblclick()
    expect(answer).to_contain_text("Confirmed for your side:")
    expect(answer).to_be_focused()
    expect(frame.locator(".htmx-request")).to_have_count(0)
    expect(frame.locator("#tab-objectives .count")).to_contain_text(str(before - 1))


@pytest.mark.parametrize(
    ("tab", "link", "goal"),
    [
        ("objectives", "a[data-goes-to=step-ab-design]", "step-ab-design"),
        ("agency", "a[href='#filed']", "filed"),
        ("agency", "a[data-goes-to=sign-learner]", "sign-learner"),
        ("agency", "a[data-goes-to=opened]", "opened"),
    ],
)
def test_a_link_goes_to_its_place_and_stays_there(
    opened: Callable[..., Page], stack_alone: Stack, tab: str, link: str, goal: str
) -> None:
    """Also after the parts above the place came, which are loaded later and push it down."""
    page = opened(f"{stack_alone.host_url}{PROJECT}#!tab={tab}", "light", AGENCY_LEAD)
    page.set_viewport_size({"width": 1280, "height": 700})
    frame = framed(page, "#waits-each" if goal == "opened" else link)
    if goal == "opened":
        frame.locator("#waits-each > summary").click()
    # Whatever is loaded for the tab takes its time, so that the place is there first.
    page.route("**/pages/next?*", lambda route: (page.wait_for_timeout(400), route.continue_()))
    frame.locator(link).first.click()
    place = frame.locator(f"#{goal}")
    expect(place).to_be_focused()
    expect(frame.locator("#content")).not_to_contain_text("Looking at")
    expect(place).to_be_in_viewport()
    if goal == "filed":
        expect(frame.locator("#file textarea")).to_be_visible()
        page.mouse.wheel(0, -700)
        expect(place).not_to_be_in_viewport()


def test_where_a_rung_comes_from_opens_the_tickets_behind_it(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", LEARNER)
    frame = framed(page, "#learning .mine")
    link = frame.locator("a[href^='#tickets-']").first
    place = frame.locator(f"#{(link.get_attribute('href') or '').removeprefix('#')}")
    expect(place).to_be_hidden()
    link.press("Enter")
    expect(place).to_be_focused()
    expect(place).to_be_in_viewport()
    check(page, frame)


def test_the_tickets_behind_a_rung_open_where_the_browser_opens_no_fold(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", LEARNER)
    frame = framed(page, "#learning .mine")
    frame.evaluate("document.addEventListener('click', event => event.target.closest('a') && event.preventDefault())")
    link = frame.locator("a[href^='#tickets-']").first
    place = frame.locator(f"#{(link.get_attribute('href') or '').removeprefix('#')}")
    link.press("Enter")
    expect(place).to_be_focused()
    # The heading is no button of a row: a press on it does nothing.
    place.click()
    expect(place).to_be_visible()


def test_the_arrow_of_a_select_stands_in_its_box(opened: Callable[..., Page]) -> None:
    frame = framed(opened(f"{PROJECT}#!tab=agency", "light", AGENCY_LEAD), "#agency #file")
    frame.locator("#file > summary").press("Enter")
    box, select = frame.locator("#file .pick").bounding_box(), frame.locator("#file select").bounding_box()
    assert box
    assert select
    # The arrow stands at the end of the box.
    assert abs(box["x"] + box["width"] - select["x"] - select["width"]) < 2


def test_a_question_about_ones_own_rung_is_folded_by_escape(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", LEARNER)
    frame = framed(page, "#learning .mine")
    question = frame.locator(".veto summary").first
    # It opens under the whole row: below the window, where the row ends there.
    question.evaluate("summary => scrollBy(0, summary.closest('li').getBoundingClientRect().bottom - innerHeight)")
    question.press("Enter")
    expect(frame.locator(".veto .question > p").first).to_be_focused()
    expect(frame.get_by_role("button", name="Take it back").first).to_be_in_viewport(ratio=1)
    page.keyboard.press("Tab")
    expect(frame.get_by_role("button", name="Take it back").first).to_be_focused()
    check(page, frame)
    page.keyboard.press("Escape")
    expect(question).to_be_focused()
    question.press("Enter")
    frame.get_by_role("button", name="Take it back").first.press("Enter")
    answer = frame.locator(".mine > li:first-child [role=status]", has_text="lowered by one")
    expect(answer).to_be_focused()
    expect(answer).to_be_in_viewport()
    check(page, frame)
    frame.locator(".mine > li:first-child [data-undo]").press("Enter")
    expect(frame.locator(".mine > li:first-child [role=status]", has_text="Undone.")).to_be_visible()


def test_explaining_back_is_answered_in_its_row_which_stays_in_sight(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=learning", "light", HELPED)
    frame = framed(page, "#learning .mine")
    frame.locator("#own-tickets > summary").click()
    press = frame.get_by_role("button", name="I explained it back").last
    row = frame.locator("#own-tickets li", has_text=(press.get_attribute("aria-label") or "").split()[-1])
    press.scroll_into_view_if_needed()
    before = row.bounding_box()
    press.press("Enter")
    expect(row.locator("[role=status]", has_text="Saved.")).to_be_focused()
    after = row.bounding_box()
    assert before is not None
    assert after is not None
    assert abs(after["y"] - before["y"]) < 100
    check(page, frame)
    row.locator("[data-undo]").press("Enter")
    expect(row.locator("[role=status]", has_text="Undone.")).to_be_focused()


def test_a_teach_back_is_answered_with_not_yet_and_explained_again(stack: Stack, opened: Callable[..., Page]) -> None:
    """By keyboard, in the list and on Learning; the answer has the focus, and undoing it brings the row back."""
    with stack.container.engine.begin() as connection:
        scope = AgreementScope(connection, stack.tenant_id, "growth-acme")
        insert_consent(scope, HELPED, kind="named", at=stack.clock() - DAY)
    page = opened(f"{PROJECT}#!tab=learning", "light", HELPED)
    frame = framed(page, "#learning .mine")
    frame.locator("#own-tickets > summary").click()
    frame.get_by_role("button", name="I explained it back").first.press("Enter")
    expect(frame.locator("[role=status]", has_text="Saved.")).to_be_focused()
    lead = opened(f"{PROJECT}#!tab=overview")
    listed = framed(lead, ".waiting")
    listed.get_by_role("button", name="Answer: Teach-back of").press("Enter")
    answer = listed.get_by_role("button", name="Not yet")
    expect(answer).to_be_visible()
    check(lead, listed)
    answer.press("Enter")
    expect(listed.locator("[role=status]", has_text="Not accepted yet")).to_be_focused()
    listed.locator(".waiting [data-undo]").press("Enter")
    expect(listed.locator("[role=status]", has_text="Undone.")).to_be_focused()
    signs = opened(f"{PROJECT}#!tab=learning")
    form = framed(signs, "#sign")
    check(signs, form)
    form.get_by_role("button", name="Not yet: the explanation").press("Enter")
    expect(form.locator("[role=status]", has_text="Not accepted yet")).to_be_focused()
    check(signs, form)
    page.reload()
    frame = framed(page, "#learning .mine")
    frame.locator("#own-tickets > summary").click()
    check(page, frame)
    frame.get_by_role("button", name="I explained it again").press("Enter")
    expect(frame.locator("[role=status]", has_text="Saved.")).to_be_focused()
    frame.locator("#own-tickets [data-undo]").press("Enter")
    expect(frame.locator("[role=status]", has_text="Undone.")).to_be_focused()
    with stack.container.engine.begin() as connection:
        scope = AgreementScope(connection, stack.tenant_id, "growth-acme")
        save_consent_withdrawn(scope, HELPED, kind="named", at=stack.clock())
