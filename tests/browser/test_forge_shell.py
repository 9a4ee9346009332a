"""The Forge shell in a browser, under Forge's policy: every page, by Atlassian's own bridge, and no other host."""

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import quote

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.chromium import until
from tests.browser.conftest import WATCH
from tests.browser.test_accessibility import PROJECT
from tests.browser.test_people import WALKS, walk
from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.apps.forge_host import BRIDGE, SHELL, ForgeFrame, serve_shell
from tests.jira.server import Running
from tests.jira.story.people import account_of
from tests.jira.story_site import open_story_site

ACME, BOLT = "growth-acme", "growth-bolt"
LEAD = account_of("Maren Vogt")
# Who has a walk of their own through Connect.
OWN_WALKS = {
    "in-house member": ("Tomasz Lindqvist", PROJECT, ("#tab-tickets", "[data-opens]"), ".opened", 60),
    "learner": (
        "Priya Raman", PROJECT, ("#tab-learning", "#own-tickets summary", "#own-tickets a.fig"), "dialog h2", 60,
    ),
    "agency lead": (
        "Callum Rhodes", PROJECT, ("#agency .section-head button.button", "dialog .found a"), "dialog textarea", 80,
    ),
}  # fmt: skip

# The history that Jira gives to a page, as the package "history" makes it: it begins with a page before ours.
HISTORY = """{
const steps = ["before", "SEARCH"], listeners = [], bridged = globalThis.__bridge.callBridge;
let place = 1;
const moves = { listen: listener => listeners.push(listener) };
const tell = action => {
  const location = { pathname: "/", search: steps[place], hash: "" };
  listeners.forEach(listener => listener(location, action));
};
Object.assign(moves, {
  location: { pathname: "/", search: steps[place], hash: "" },
  push: path => { steps.splice(++place, steps.length, path.slice(1)); tell("PUSH"); },
  replace: path => { steps[place] = path.slice(1); tell("REPLACE"); },
});
globalThis.__bridge.callBridge = (name, payload) => name === "createHistory" ? moves : bridged(name, payload);
globalThis.steps = steps;
globalThis.goBack = () => { place -= 1; tell("POP"); };
}"""

pytestmark = pytest.mark.skipif(
    not (SHELL / "shell.js").is_file(), reason="the Forge shell is not built: make .forge/static/shell/shell.js"
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    folder = tmp_path_factory.mktemp("shell")
    with open_story_site(f"sqlite:///{folder / 'connect.db'}", tickets=60) as story_site:
        story_site.tell()
        # Before anything is asked: what Jira says of a person's rights is kept for a while.
        story_site.site.admins.add(LEAD)
        with forge_site(story_site, f"sqlite:///{folder / 'forge.db'}") as opened:
            opened.agree(ACME)
            opened.agree(BOLT)
            opened.read("sync")
            yield opened


@pytest.fixture(scope="module")
def shell() -> Iterator[Running]:
    running = serve_shell()
    yield running
    running.stop()


class Shown:
    """A module open in the browser; `wrong` collects what the policy refused and what failed."""

    def __init__(self, chromium: Browser, url: str, frame: ForgeFrame, width: int = 1280, search: str = "") -> None:
        self.frame, self.wrong, self.hosts = frame, [], set()
        self.page: Page = chromium.new_context(viewport={"width": width, "height": 900}).new_page()
        self.page.expose_function("forgeHost", frame.answer)
        history = HISTORY.replace("SEARCH", search) if search else ""
        self.page.add_init_script(WATCH + BRIDGE + history)
        self.page.on("console", lambda row: self.wrong.append(row.text) if row.type == "error" else None)
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("request", lambda request: self.hosts.add(request.url.split("/")[2]))
        self.page.goto(url)

    def check_layout(self) -> None:
        """One page has one main landmark, in no other, and nothing has to be scrolled sideways."""
        assert self.page.evaluate(
            "[document.querySelectorAll('main').length, !document.querySelector('main main')]"
        ) == [1, True]
        assert self.page.evaluate("document.documentElement.scrollWidth <= innerWidth")

    def go_back(self) -> None:
        """Take the browser's step back, once nothing is asked any more."""
        expect(self.page.locator(".htmx-request")).to_have_count(0)
        self.page.evaluate("goBack()")

    def close(self) -> None:
        self.check_layout()
        self.wrong += self.page.evaluate("window.refused")
        self.page.context.close()
        assert self.wrong == []
        assert len(self.hosts) == 1, self.hosts


def project_frame(site: ForgeSite, **more: str) -> ForgeFrame:
    return ForgeFrame(site.forge, LEAD, "teachback-project", site.project_extension(), **more)


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 1280])
def test_the_project_page_opens_with_all_its_parts(
    site: ForgeSite, shell: Running, chromium: Browser, theme: str, width: int
) -> None:
    shown = Shown(chromium, shell.url, project_frame(site, theme=theme), width)
    shown.page.wait_for_selector("svg.chart")
    assert shown.page.evaluate("document.documentElement.dataset.colorMode") == theme
    tabs = [tab.get_attribute("id") for tab in shown.page.locator(".tabs a").all()]
    assert len(tabs) > 5
    for number, tab in enumerate(tabs):
        link = shown.page.locator(f"#{tab}")
        if number % 2:
            link.click()
        else:
            link.focus()
            shown.page.keyboard.press("Enter")
        expect(link).to_have_attribute("aria-current", "page")
        expect(shown.page.locator("main p.intro", has_text="Loading")).to_have_count(0)
        shown.check_layout()
    shown.close()


@pytest.mark.parametrize("who", [*WALKS, *OWN_WALKS])
def test_each_person_comes_to_what_they_came_for(site: ForgeSite, shell: Running, chromium: Browser, who: str) -> None:
    name, path, pressed, wanted, most = (WALKS | OWN_WALKS)[who]
    extension = site.project_extension() if path == PROJECT else {}
    frame = ForgeFrame(site.forge, account_of(name), path.rpartition("/")[2], extension)
    shown = Shown(chromium, shell.url, frame)
    shown.page.locator("main").first.wait_for()
    walk(shown.page.main_frame, pressed, wanted, most)
    shown.close()


def test_the_way_back_leads_past_an_address_that_the_page_corrected(
    site: ForgeSite, shell: Running, chromium: Browser
) -> None:
    shown = Shown(chromium, shell.url, project_frame(site), search="?tab=nothing")
    current = shown.page.locator(".tabs a[aria-current]")
    until(shown.page.main_frame, "steps.at(-1).includes('tab=overview')")
    assert shown.page.evaluate("steps.length") == 2
    shown.page.locator("#tab-learning").click()
    until(shown.page.main_frame, "steps.length === 3 && steps[2].includes('tab=learning')")
    shown.go_back()
    expect(current).to_have_id("tab-overview")
    shown.close()


def test_what_is_chosen_in_the_program_stands_in_the_address(
    site: ForgeSite, shell: Running, chromium: Browser
) -> None:
    frame = ForgeFrame(site.forge, LEAD, "teachback-program", {})
    shown = Shown(chromium, shell.url, frame, search="?period=2026Q3")
    chosen = shown.page.locator("select[name=period]")
    expect(chosen).to_have_value("2026Q3")
    shown.page.locator("select[name=engagement]").select_option(BOLT)
    until(shown.page.main_frame, f"steps.at(-1) === '?period=2026Q3&engagement={BOLT}'")
    shown.go_back()
    expect(shown.page.locator("select[name=engagement]")).to_have_value("")
    expect(chosen).to_have_value("2026Q3")
    shown.close()


def test_a_figure_opens_by_the_keyboard_and_closes_again(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, project_frame(site))
    figure = shown.page.locator("a.fig").first
    figure.wait_for()
    figure.focus()
    shown.page.keyboard.press("Enter")
    expect(shown.page.locator("#drawer h2")).to_be_visible()
    shown.page.keyboard.press("Escape")
    expect(shown.page.locator("#drawer")).to_be_hidden()
    shown.close()


def test_the_period_is_changed_in_place(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, project_frame(site))
    chosen = shown.page.locator("select[name=period]")
    chosen.wait_for()
    before = chosen.input_value()
    other = [option.get_attribute("value") for option in chosen.locator("option").all()]
    wanted = next(value for value in other if value != before)
    chosen.select_option(wanted)
    until(shown.page.main_frame, f"document.querySelector('select[name=period]').value === '{wanted}'")
    assert any("period=" in call[1]["body"]["address"] + call[1]["body"]["form"]
               for call in shown.frame.calls if call[0] == "invoke")  # fmt: skip
    shown.close()


def test_the_shell_speaks_the_language_of_the_person_in_jira(
    site: ForgeSite, shell: Running, chromium: Browser
) -> None:
    person = site.forge.site.users[LEAD]
    person.locale = "de_DE"
    shown = Shown(chromium, shell.url, project_frame(site))
    expect(shown.page.locator("h1")).to_have_text("Wissenstransfer")
    expect(shown.page.locator("html")).to_have_attribute("lang", "de")
    expect(shown.page.locator("#drawer")).to_have_attribute("aria-label", "Wie diese Zahl entsteht")
    person.locale = "en_GB"
    shown.close()


def test_a_ticket_is_opened_by_jira(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, project_frame(site))
    shown.page.locator("a.fig").first.wait_for()
    shown.page.locator("a.fig").first.click()
    ticket = shown.page.locator("#drawer a[data-issue]").first
    ticket.wait_for()
    key = ticket.get_attribute("data-issue")
    ticket.click()
    until(shown.page.main_frame, "true")
    navigations = [payload for name, payload in shown.frame.calls if name == "navigate"]
    assert navigations == [{"url": f"/browse/{key}", "type": "same-tab"}]
    shown.close()


def test_a_project_is_opened_at_our_own_page_of_it(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    (row,) = site.rows("SELECT max(issue_id) FROM issue WHERE key LIKE 'GROW-%'")
    shown = Shown(chromium, shell.url, replace(panel_frame(site, row[0]), account=account_of("Henrike Osei")))
    shown.page.get_by_role("link", name="Knowledge transfer of GROW").click()
    until(shown.page.main_frame, "true")
    (place,) = [payload for name, payload in shown.frame.calls if name == "navigate"]
    path = f"/?tab=gatekeeping&engagement={ACME}"
    there = {"target": "module", "moduleKey": "teachback-project", "projectKey": "GROW", "path": path}
    assert place == there | {"type": "same-tab"}
    shown.close()


def test_a_list_of_tickets_is_opened_by_jira(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, project_frame(site), search="?tab=tickets&show=open")
    listed = shown.page.locator("a[data-search]")
    listed.wait_for()
    search = listed.get_attribute("data-search") or ""
    listed.click()
    until(shown.page.main_frame, "true")
    navigations = [payload for name, payload in shown.frame.calls if name == "navigate"]
    assert navigations == [{"url": f"/issues/?jql={quote(search, safe='()')}", "type": "same-tab"}]
    shown.close()


def panel_frame(site: ForgeSite, issue_id: int, module: str = "teachback-panel") -> ForgeFrame:
    issue = site.story_site.site.issue(issue_id)
    extension = {"issue": {"id": str(issue.id), "key": issue.key}, **site.project_extension()}
    return ForgeFrame(site.forge, LEAD, module, extension)


def test_an_objective_is_set_and_taken_off_in_the_panel(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    # One that counts: what was finished before the engagement began takes no objective.
    (row,) = site.rows("SELECT min(issue_id) FROM entry WHERE engagement = 'growth-acme'")
    shown = Shown(chromium, shell.url, panel_frame(site, row[0]))
    field = shown.page.locator("input[name=objective]").first
    field.wait_for()
    field.fill("interviews")
    field.press("Enter")
    shown.page.locator("[role=status]:not(:empty)").first.wait_for()
    assert site.rows("SELECT count(*) FROM tag WHERE issue_id = :i AND objective = 'interviews'", i=row[0]) == [(1,)]
    shown.close()


def test_a_panel_and_the_context_show_what_was_set_in_another(
    site: ForgeSite, shell: Running, chromium: Browser
) -> None:
    (row,) = site.rows("SELECT max(issue_id) FROM issue WHERE key LIKE 'GROW-%'")
    watched, used = (Shown(chromium, shell.url, panel_frame(site, row[0])) for _ in range(2))
    narrow = Shown(chromium, shell.url, panel_frame(site, row[0], "teachback-context"), width=300)
    places = ((watched, "li.tag"), (narrow, "main.context li"))
    for shown, _ in places:
        shown.page.locator("[data-live]").first.wait_for(state="attached")
    field = used.page.locator("input[name=objective]").first
    field.fill("interviews")
    field.press("Enter")
    used.page.locator("[role=status]:not(:empty)").first.wait_for()
    for shown, place in places:
        # Looking again so soon would be one look too many.
        shown.page.clock.install()
        shown.page.clock.fast_forward(2100)
        shown.page.evaluate("dispatchEvent(new Event('focus'))")
        expect(shown.page.locator(place, has_text="interviews").first).to_be_visible()
    for shown in (watched, narrow, used):
        shown.close()


def test_the_administrators_page_opens(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, ForgeFrame(site.forge, LEAD, "teachback-admin", {}))
    shown.page.locator("h1").wait_for()
    assert "Teachback" in shown.page.locator("h1").inner_text()
    shown.close()


def test_the_program_is_opened_at_its_own_page(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    shown = Shown(chromium, shell.url, ForgeFrame(site.forge, LEAD, "teachback-admin", {}))
    shown.page.locator("#engagements").get_by_role("link", name="Program", exact=True).click()
    until(shown.page.main_frame, "true")
    places = [payload for name, payload in shown.frame.calls if name == "navigate"]
    assert places == [{"target": "module", "moduleKey": "teachback-program", "type": "same-tab"}]
    shown.close()


def test_a_gadget_is_set_up_and_shown_with_what_was_chosen(site: ForgeSite, shell: Running, chromium: Browser) -> None:
    gadget = {"gadget": {"id": "1"}, "dashboard": {"id": "2"}}
    form = Shown(chromium, shell.url, ForgeFrame(site.forge, LEAD, "teachback-gadget", gadget | {"entryPoint": "edit"}))
    form.page.get_by_label("Engagement").select_option(ACME)
    form.page.get_by_label("Large").check()
    form.page.get_by_label("Integration").uncheck()
    form.page.get_by_role("button", name="Save").press("Enter")
    until(form.page.main_frame, "true")
    (saved,) = [payload for name, payload in form.frame.calls if name == "submit"]
    form.close()
    chosen = {"engagement": ACME, "period": "running", "size": "large", "figures": "share exit", "refresh": 15}
    assert saved == chosen
    extension = gadget | {"gadgetConfiguration": saved}
    shown = Shown(chromium, shell.url, ForgeFrame(site.forge, LEAD, "teachback-gadget", extension), 320)
    shown.page.locator("main.g-large svg.chart").wait_for()
    assert shown.page.locator("dt").all_inner_texts()[0].startswith("Taught share")
    shown.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_program_and_the_other_pages_of_the_manifest_open(
    site: ForgeSite, shell: Running, chromium: Browser, theme: str
) -> None:
    for module, extension in (
        ("teachback-program", {}), ("teachback-get-started", {}), ("teachback-settings", site.project_extension()),
    ):  # fmt: skip
        shown = Shown(chromium, shell.url, ForgeFrame(site.forge, LEAD, module, extension, theme=theme), 320)
        shown.page.locator("h1").first.wait_for()
        shown.close()
