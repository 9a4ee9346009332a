"""Disputing a ticket where its evidence is read: by the keyboard, and back again."""

from collections.abc import Callable

from playwright.sync_api import Page, expect

from tests.browser.chromium import framed
from tests.browser.setup_walk import Walk
from tests.browser.test_accessibility import PROJECT, WIDTHS, evidence_drawer, findings, sideways
from tests.jira.story.people import account_of

# The rows in which the state is not below all else that the row says.
BESIDE_STATE = """[...document.querySelectorAll(".disputes tbody tr")].filter(row =>
    row.lastElementChild.getBoundingClientRect().top < row.children[1].getBoundingClientRect().bottom - 1)
    .map(row => row.innerText)"""


def test_a_ticket_is_disputed_and_taken_back_by_the_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    drawer = evidence_drawer(page).locator("dialog")
    this_status = drawer.locator("[role=status]")
    drawer.locator("summary", has_text="Dispute this ticket").focus()
    page.keyboard.press("Enter")
    drawer.locator("textarea[name=reason]").focus()
    page.keyboard.type("Nobody of ours was there")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(this_status).to_contain_text("Disputed for 30 days.")
    expect(this_status).to_be_focused()
    expect(drawer).to_contain_text("Nobody of ours was there")
    drawer.get_by_role("button", name="Withdraw").focus()
    page.keyboard.press("Enter")
    expect(this_status).to_contain_text("Withdrawn.")
    expect(drawer).to_be_visible()
    assert_states_have_lines(opened(f"{PROJECT}#!tab=tickets"))


def assert_states_have_lines(page: Page) -> None:
    """On a phone the state of a dispute is no column beside the key, which the longest of its words would cover."""
    frame = framed(page, "#tickets")
    frame.locator(".segments a", has_text="Disputed").click()
    expect(frame.locator(".disputes tbody td:last-child", has_text="Withdrawn").first).to_be_visible()
    page.set_viewport_size({"width": 320, "height": 900})
    assert (sideways(frame), frame.evaluate(BESIDE_STATE)) == (0, [])


def test_a_ticket_is_disputed_where_it_is_listed_and_undone_by_the_keyboard(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=agency", "dark", account_of("Callum Rhodes"))
    frame = framed(page, "#agency .owes")
    # How old the figures are stands below the sentence of the tab.
    expect(frame.locator(".tab .lead + #age .live")).to_be_visible()
    frame.get_by_role("button", name="Dispute a ticket").press("Enter")
    frame.get_by_role("link", name="All finished tickets").press("Enter")
    # The question is over, and what comes next is that of the new tab.
    expect(frame.locator("dialog")).to_be_hidden()
    expect(frame.locator("#tickets")).to_be_visible()
    offer = frame.get_by_role("button", name="Dispute GROW").first
    ticket = (offer.get_attribute("aria-label") or "").removeprefix("Dispute ")
    offer.press("Enter")
    drawer = frame.locator("dialog")
    expect(drawer.locator("textarea")).to_be_focused()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)
    page.keyboard.type("A call taught it")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    notice = frame.locator("#tickets .said")
    expect(notice).to_contain_text(f"{ticket} is disputed for 30 days.")
    expect(drawer).to_be_hidden()
    expect(notice).to_be_focused()
    expect(frame.locator(".tab .lead + #age")).to_be_visible()
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(notice).to_have_text("Undone.")
    expect(frame.get_by_role("button", name=f"Dispute {ticket}", exact=True)).to_be_visible()


def test_a_ticket_is_disputed_from_agency_in_three_presses_and_two_fields(opened: Callable[..., Page]) -> None:
    page = opened(f"{PROJECT}#!tab=agency", "light", account_of("Callum Rhodes"))
    frame = framed(page, "#agency .owes")
    walk = Walk(frame, by_keyboard=True)
    walk.press("Dispute a ticket")
    drawer = frame.locator("dialog")
    expect(drawer.locator("input[type=search]")).to_be_focused()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)
    label = drawer.locator(".found li", has_text="counts as taught").locator("a").first.inner_text()
    key = label.split()[0]
    walk.fill("Key or words of its title", key)
    expect(drawer.locator(".found a")).to_have_count(1)
    walk.follow(label)
    expect(drawer.locator("textarea")).to_be_focused()
    # What mending would make of it is told of what is chosen alone.
    objective = drawer.locator("option").first.get_attribute("value") or ""
    for choice, shown, hidden in (("", ".of-split", ".of-objective"), (objective, ".of-objective", ".of-split")):
        drawer.locator("select").select_option(choice)
        expect(drawer.locator(shown)).to_be_visible()
        expect(drawer.locator(hidden)).to_be_hidden()
    walk.fill("Why", "A call taught it")
    walk.press("Dispute", within="dialog form")
    notice = frame.locator("#agency .said:not(:empty)")
    expect(notice).to_contain_text(f"{key} is disputed for 30 days.")
    expect(drawer).to_be_hidden()
    expect(notice).to_be_focused()
    assert walk.presses == 5
    walk.press("Undo")
    expect(notice).to_have_text("Undone.")


def test_the_form_is_accessible_at_each_width(opened: Callable[..., Page]) -> None:
    page = opened(PROJECT)
    frame = evidence_drawer(page)
    frame.locator("dialog summary", has_text="Dispute this ticket").click()
    for width in WIDTHS:
        page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame)) == (width, [])
        assert (width, sideways(frame)) == (width, 0)
