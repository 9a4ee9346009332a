"""The gadget on a dashboard of Connect: set up by its form, kept by Jira, and shown with what was chosen."""

from collections.abc import Callable

from playwright.sync_api import Page, Route

from tests.browser.chromium import until
from tests.browser.test_accessibility import findings, sideways
from tests.jira.servers import Stack
from tests.jira.story.people import account_of

ACME = "growth-acme"
LEAD = account_of("Maren Vogt")
PLACE = {"dashboard.id": "10100", "dashboardItem.id": "10200"}
PROPERTY = "/rest/api/3/dashboard/10100/items/10200/properties/teachback"
# What Jira's script offers to a gadget: a token, requests as the person who looks, and the wish to set it up.
JIRA = """
window.stored = STORED;
window.AP = {
  context: { getToken: callback => callback("TOKEN") },
  theming: { initializeTheming: () => {} },
  jira: { DashboardItem: { onDashboardItemEdit: callback => { window.edit = callback; } } },
  request: async ({ url, type, data }) => {
    if (type === "PUT") { window.stored[url] = JSON.parse(data); return { body: "" }; }
    if (!(url in window.stored)) throw new Error("404");
    return { body: JSON.stringify({ key: "teachback", value: window.stored[url] }) };
  },
};
"""


def gadget(stack: Stack, opened: Callable[..., Page], stored: str) -> Page:
    script = JIRA.replace("TOKEN", stack.app.context_token(LEAD)).replace("STORED", stored)

    def answer(route: Route) -> None:
        route.fulfill(content_type="text/javascript", body=script)

    page = opened("/jira/dashboards")
    page.route("**/connect/all.js", answer)
    page.goto(stack.app.page_url("teachback-gadget", LEAD, PLACE))
    return page


def test_a_gadget_is_set_up_on_its_dashboard(stack: Stack, opened: Callable[..., Page]) -> None:
    page = gadget(stack, opened, "{}")
    page.locator("main.g-medium").wait_for()
    until(page.main_frame, "Boolean(window.edit)")
    page.evaluate("() => window.edit()")
    page.get_by_label("Engagement").select_option(ACME)
    page.get_by_label("Integration").uncheck()
    page.get_by_label("Large").check()
    assert findings(page.main_frame) == []
    page.get_by_role("button", name="Save").press("Enter")
    page.locator("main.g-large").wait_for()
    stored = page.evaluate(f"window.stored['{PROPERTY}']")
    assert stored == {"engagement": ACME, "period": "running", "size": "large", "figures": "share exit"}


def test_a_gadget_that_was_set_up_shows_what_was_chosen(stack: Stack, opened: Callable[..., Page]) -> None:
    stored = f'{{ "{PROPERTY}": {{ engagement: "{ACME}", period: "full", size: "large", figures: "share" }} }}'
    page = gadget(stack, opened, stored)
    page.locator("main.g-large").wait_for()
    for width in (302, 702):
        page.set_viewport_size({"width": width, "height": 400})
        assert (width, findings(page.main_frame), sideways(page.main_frame)) == (width, [], 0)
