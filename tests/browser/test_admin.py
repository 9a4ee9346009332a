"""The administrators' page driven as people do: by the keyboard, while it looks again by itself."""

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser, Frame, Page, expect
from sqlalchemy import update

from mappings.records.operations.sync_listings import Listing, delete_listing, save_listing
from mappings.records.tables import job
from tests.browser.chromium import until, window
from tests.browser.test_accessibility import ADMIN, WIDTHS, administration, findings, sideways
from tests.jira.servers import Stack

MINUTE = 60_000_000
LOOKS_AGAIN = 5_000
"""Milliseconds after which the page looks again while something is running."""


@pytest.fixture
def open_synced_site(stack: Stack) -> Iterator[Callable[[int], None]]:
    """Has so many tickets of GROW's thousand be read."""

    def read(done: int) -> None:
        now = stack.clock()
        listing = Listing(
            "history", "GROW", jql="x", token="t", started=now - 6 * MINUTE, done=done, total=1000, changed_at=now
        )
        with stack.container.engine.begin() as connection:
            save_listing(connection, stack.tenant_id, listing)

    yield read
    with stack.container.engine.begin() as connection:
        delete_listing(connection, stack.tenant_id, "history", "GROW")


def focused(frame: Frame) -> str:
    return str(frame.evaluate("document.activeElement.id"))


def test_a_history_is_paused_and_resumed_by_the_keyboard(
    opened: Callable[..., Page], open_synced_site: Callable[[int], None]
) -> None:
    open_synced_site(630)
    frame = administration(opened(ADMIN))
    button, status = frame.locator("#turn-GROW"), frame.locator("#said")
    button.focus()
    for words, message in (("Resume", "Reading GROW is paused."), ("Pause", "Reading GROW continues")):
        frame.page.keyboard.press("Enter")
        expect(button).to_have_text(words)
        expect(status).to_contain_text(message)
        assert focused(frame) == "turn-GROW"


def test_reading_anew_is_asked_first_and_escape_leaves_it(
    opened: Callable[..., Page], open_synced_site: Callable[[int], None]
) -> None:
    open_synced_site(630)
    frame = administration(opened(ADMIN))
    button, dialog = frame.locator("#ask-anew-GROW"), frame.locator("dialog")
    button.focus()
    frame.page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Nothing is deleted")
    expect(dialog).to_have_attribute("aria-label", "Read GROW again?")
    assert findings(frame) == []
    frame.page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(button).to_be_focused()
    frame.page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Read again").click()
    expect(dialog).to_be_hidden()
    expect(frame.locator("#said")).to_contain_text("GROW is being read again from the start")
    expect(frame.locator("#history-GROW")).to_contain_text("waits for its turn")


def test_it_moves_by_itself_and_keeps_place_focus_and_height(
    opened: Callable[..., Page], open_synced_site: Callable[[int], None]
) -> None:
    open_synced_site(400)
    frame = administration(opened(ADMIN, set_clock=True))
    frame.locator("#ask-cancel-GROW").focus()
    before = frame.evaluate("[document.documentElement.scrollHeight, scrollY]")
    open_synced_site(700)
    frame.page.clock.run_for(LOOKS_AGAIN)
    until(frame, "document.getElementById('progress-GROW').value === 70")
    assert focused(frame) == "ask-cancel-GROW"
    assert frame.evaluate("[document.documentElement.scrollHeight, scrollY]") == before
    expect(frame.locator("#news")).to_contain_text("GROW being read, past 70")
    expect(frame.locator("#sides summary")).to_be_visible()
    open_synced_site(900)
    frame.page.clock.run_for(LOOKS_AGAIN)
    until(frame, "document.getElementById('progress-GROW').value === 90")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_what_went_wrong_is_accessible_too(
    stack: Stack, opened: Callable[..., Page], open_synced_site: Callable[[int], None], theme: str
) -> None:
    open_synced_site(630)
    with stack.container.engine.begin() as connection:
        row = (job.c.tenant_id == stack.tenant_id) & (job.c.name == "sync")
        connection.execute(update(job).where(row).values(attempts=2, error="JiraError: answered 403"))
    frame = administration(opened(ADMIN, theme))
    expect(frame.locator("#history-GROW .hint")).to_contain_text("Jira refused to answer (403)")
    for width in WIDTHS:
        frame.page.set_viewport_size({"width": width, "height": 900})
        assert (width, findings(frame), sideways(frame)) == (width, [], 0)


def test_a_job_is_paused_where_one_looks_and_resumed_where_it_stands_then(opened: Callable[..., Page]) -> None:
    frame = administration(opened(ADMIN))
    button, well, answer = frame.locator("#turn-retention"), frame.locator("#jobs-well"), frame.locator("#here")
    expect(button).to_be_hidden()
    well.locator("summary").press("Enter")
    button.focus()
    top = "node => node.getBoundingClientRect().top"
    place = button.evaluate(top)
    for words, message in (("Resume", "is paused until you resume it"), ("Pause", "is resumed")):
        frame.page.keyboard.press("Enter")
        expect(button).to_have_text(words)
        # It stays where it was pressed, so that the next press meets the same job, with the answer below it.
        expect(well.locator("#turn-retention")).to_be_focused()
        assert button.evaluate(top) == place
        expect(answer).to_contain_text(message)
        expect(answer).to_be_in_viewport()
    expect(frame.locator("#deeds")).to_contain_text("Job paused")
    # A table's title is that of what it is folded under, which counts what was paused there.
    assert well.locator("caption").text_content() == well.locator("summary").text_content()
    button.press("Enter")
    expect(button).to_have_text("Resume")
    frame.locator("#look").click()
    expect(frame.locator("#jobs > table #turn-retention")).to_have_count(1)
    expect(answer).to_have_count(0)
    frame.locator("#turn-retention").click()
    expect(frame.locator("#turn-retention")).to_have_text("Pause")


def test_a_shorter_time_is_asked_about_and_a_refused_one_stays_with_its_reason(opened: Callable[..., Page]) -> None:
    frame = administration(opened(ADMIN, set_clock=True))
    frame.locator("#keeping summary").click()
    field, dialog = frame.locator("#keep input"), frame.locator("dialog")
    assert (field.get_attribute("min"), field.get_attribute("max")) == ("7", "1200")
    field.fill("24")
    field.press("Enter")
    reason = frame.locator("#keep .error")
    expect(reason).to_contain_text("They are kept for 24 months already.")
    field.fill("25")
    frame.page.clock.run_for(60_000)
    expect(reason).to_be_visible()
    expect(field).to_have_value("25")
    field.fill("12")
    field.press("Enter")
    expect(dialog).to_contain_text("This cannot be undone")
    assert findings(frame) == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(frame.locator("#keeping summary")).to_contain_text("24 months")
    field.fill("30")
    field.press("Enter")
    dialog.get_by_role("button", name="Keep for 30 months").click()
    expect(frame.locator("#here")).to_contain_text("are kept for 30 months from now on")
    expect(frame.locator("#here")).to_be_in_viewport()


def test_a_narrow_page_begins_with_what_waits_and_folds_what_is_seldom_needed(opened: Callable[..., Page]) -> None:
    page = opened(ADMIN)
    frame = administration(page)
    page.set_viewport_size({"width": 320, "height": 900})
    assert sideways(frame) == 0
    # All that is unfolded would be four times as long.
    assert frame.evaluate("document.documentElement.scrollHeight") < 3200
    top = "node => node.getBoundingClientRect().top"
    assert frame.locator("#needs").evaluate(top) < frame.locator("#histories").evaluate(top) < 900
    for summary in frame.locator("details > summary").all():
        summary.press("Enter")
    assert frame.locator("details:not([open])").count() == 0
    assert (findings(frame), sideways(frame)) == ([], 0)


def test_a_look_that_fails_is_said_once_and_the_page_stays(
    stack: Stack, chromium: Browser, open_synced_site: Callable[[int], None]
) -> None:
    open_synced_site(400)
    page = window(chromium, stack.host_url, "light")
    page.clock.install()
    page.goto(f"{stack.host_url}{ADMIN}")
    frame = administration(page)
    page.route("**/pages/admin/content*", lambda route: route.fulfill(status=502, body="Bad gateway"))
    for _ in range(2):
        with page.expect_event("response", lambda answer: answer.status == 502):
            page.clock.run_for(LOOKS_AGAIN)
    expect(page.locator("#flags > *")).to_have_count(1)
    expect(frame.locator("#history-GROW")).to_be_visible()
    page.context.close()


@pytest.mark.parametrize("link", ["#settings-growth-acme", "#engagements a[hx-get]"])
def test_what_was_opened_from_the_page_leads_back_to_it(opened: Callable[..., Page], link: str) -> None:
    frame = administration(opened(ADMIN))
    back = frame.get_by_role("button", name="Back to how it runs")
    expect(back).to_have_count(0)
    frame.locator(link).first.click()
    expect(back).to_have_count(1)
    back.click()
    expect(frame.locator("#engagements")).to_be_visible()
    expect(frame.locator("#admin")).to_have_count(1)
    expect(back).to_have_count(0)


def test_buckets_are_shown_after_a_question_by_the_keyboard(opened: Callable[..., Page]) -> None:
    frame = administration(opened(ADMIN))
    frame.locator("#mirror-projects summary").click()
    button, dialog = frame.locator("#bucket-SHOP"), frame.locator("dialog")
    expect(button).to_have_text("Show buckets…")
    button.focus()
    frame.page.keyboard.press("Enter")
    expect(dialog).to_contain_text("to whoever may see it, the agency included")
    assert findings(frame) == []
    frame.page.keyboard.press("Escape")
    expect(button).to_be_focused()
    frame.page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Show buckets").focus()
    frame.page.keyboard.press("Enter")
    expect(dialog).to_be_hidden()
    expect(button).to_have_text("Hide buckets")
    expect(frame.locator("#mirror .intro")).to_contain_text("their objectives and their bucket")
    button.focus()
    frame.page.keyboard.press("Enter")
    expect(button).to_have_text("Show buckets…")


def test_a_draft_is_discarded_with_what_it_became_in_sight_and_in_focus(opened: Callable[..., Page]) -> None:
    frame = administration(opened(ADMIN))
    frame.locator("#settings-growth-bolt").click()
    frame.get_by_role("button", name="New engagement here").click()
    expect(frame.get_by_role("button", name="Discard draft")).to_be_visible()
    frame.get_by_role("button", name="Back to how it runs").click()
    frame.locator("[id^=discard-]").last.focus()
    frame.page.keyboard.press("Enter")
    frame.locator("dialog").get_by_role("button", name="Discard").focus()
    frame.page.keyboard.press("Enter")
    expect(frame.locator("#here")).to_have_text("The draft is discarded.")
    expect(frame.locator("#here")).to_be_focused()
    expect(frame.locator("#here")).to_be_in_viewport()


def test_a_link_is_revoked_after_a_question(opened: Callable[..., Page]) -> None:
    frame = administration(opened(ADMIN))
    frame.locator("#settings-growth-bolt").click()
    frame.locator("#make-link summary").click()
    for _ in range(2):
        frame.locator("#make-link").evaluate("node => { node.open = true; }")
        frame.get_by_role("button", name="Make the link").click()
        expect(frame.locator("#new-link-address")).to_be_visible()
    buttons, dialog = frame.locator("[id^=revoke-]"), frame.locator("dialog")
    expect(buttons).to_have_count(2)
    buttons.first.focus()
    frame.page.keyboard.press("Enter")
    expect(dialog).to_contain_text("Revoke this link?")
    assert findings(frame) == []
    frame.page.keyboard.press("Escape")
    expect(buttons.first).to_be_focused()
    frame.page.keyboard.press("Enter")
    dialog.get_by_role("button", name="Revoke").focus()
    frame.page.keyboard.press("Enter")
    expect(buttons).to_have_count(1)
    expect(frame.locator("#settings .said:not(:empty)")).to_be_focused()
