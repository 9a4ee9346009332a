"""Settings of an engagement by keyboard alone: a change begun, read and agreed to by both leads."""

from collections.abc import Callable

from playwright.sync_api import Frame, Page, expect

from tests.browser.chromium import framed
from tests.browser.test_accessibility import PROJECT, WIDTHS, findings, sideways

Take = Callable[[Frame, str], None]


def press(frame: Frame, name: str) -> None:
    """Go to a button by keyboard and press it."""
    button = frame.get_by_role("button", name=name, exact=True)
    button.focus()
    frame.page.keyboard.press("Enter")


def check_seen(frame: Frame) -> None:
    """What an act became stands where it was pressed, and the focus is on it."""
    expect(frame.locator("#settings .said")).to_be_in_viewport()
    expect(frame.locator("#settings .said")).to_be_focused()


def open_settings(frame: Frame) -> None:
    """Go to the tab by keyboard and open it."""
    frame.locator("#tab-settings").focus()
    frame.page.keyboard.press("Enter")
    expect(frame.locator("#settings #ending")).to_be_visible()


def check_widths(frame: Frame, name: str, take_picture: Take) -> None:
    for width in WIDTHS:
        frame.page.set_viewport_size({"width": width, "height": 900})
        state = width, findings(frame), sideways(frame)
        assert state == (width, [], 0), state
        take_picture(frame, f"{name}-{width}")
    frame.page.set_viewport_size({"width": 1280, "height": 900})


def change_and_agree(opened: Callable[..., Page], lead: str, agency_lead: str, take_picture: Take) -> None:
    """The in-house lead changes a target and asks for agreement; the agency's lead agrees."""
    frame = framed(opened(PROJECT, person=lead), "h1")
    open_settings(frame)
    check_widths(frame, "settings", take_picture)
    press(frame, "Change it")
    expect(frame.locator("#setup-lead")).to_contain_text("Nothing is changed yet")
    summary = frame.locator("#objective-design-an-a-b-test > summary")
    summary.focus()
    frame.page.keyboard.press("Enter")
    people = frame.locator('[id="objectives-people-design-an-a-b-test"]')
    people.focus()
    frame.page.keyboard.press("Control+a")
    frame.page.keyboard.type("3")
    frame.page.keyboard.press("Tab")
    expect(frame.locator("#objectives .saved")).to_contain_text("Saved.")
    expect(frame.locator("#setup-lead")).to_contain_text("1 waits for you")
    check_widths(frame, "change", take_picture)
    press(frame, "Agree for the in-house side")
    expect(frame.locator("#settings .said")).to_contain_text("You agreed")
    frame = framed(opened(PROJECT, "dark", agency_lead), "h1")
    open_settings(frame)
    expect(frame.locator("#settings .lead")).to_contain_text("1 change waits for you")
    expect(frame.locator("#settings .effect")).to_contain_text("taught share")
    for folded in ("#decline-objectives", "#trial-table"):
        frame.locator(f"{folded} > summary").focus()
        frame.page.keyboard.press("Enter")
    check_widths(frame, "settings-dark", take_picture)
    frame.get_by_label("Why? The other side reads it.").fill("Two are enough.")
    press(frame, "Decline it")
    expect(frame.locator("#part-objectives .declined")).to_contain_text("The agency declined this")
    take_picture(frame, "declined-dark-1280")
    # Who declined may think better of it; the other lead is asked anew.
    press(frame, "Agree")
    frame = framed(opened(PROJECT, person=lead), "h1")
    open_settings(frame)
    take_picture(frame, "settings-waits-1280")
    press(frame, "Agree")
    expect(frame.locator("#settings .said")).to_contain_text("Both sides agreed")
    end_and_go_on(framed(opened(PROJECT, person=lead), "h1"), take_picture)


def end_and_go_on(frame: Frame, take_picture: Take) -> None:
    """The in-house lead sets an end, takes it back, and proposes a smallest group."""
    open_settings(frame)
    press(frame, "End…")
    expect(frame.locator("#drawer")).to_contain_text("left today")
    take_picture(frame, "end-1280")
    assert findings(frame) == []
    press(frame, "End it")
    expect(frame.locator("#settings .said")).to_contain_text("It ends")
    check_seen(frame)
    expect(frame.locator("#drawer")).to_be_hidden()
    press(frame, "Keep it running")
    expect(frame.locator("#settings .said")).to_contain_text("It runs on")
    check_seen(frame)
    frame.get_by_label("Smallest group shown").fill("6")
    press(frame, "Propose to both leads")
    expect(frame.locator("#settings .said")).to_contain_text("Both leads approve it under Together")
    check_seen(frame)
