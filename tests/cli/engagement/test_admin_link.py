"""Setting up by an administrator’s link: a site of files, from the command to a measured engagement, by pages alone."""

import re
from dataclasses import dataclass
from urllib.parse import urlencode

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from connector.app import ROUTES, create_app
from connector.config import read_settings
from connector.container import EXTENSION, Container
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.sql.scope import AgreementScope
from tests.cli.conftest import APPLY, SITE, User, agreement, dump
from tests.jira.story.people import account_of
from webhooks.generations import measure_pending

APP_URL = "https://teachback.example"
ADMIN, AGENCY_LEAD = account_of("Maren Vogt"), account_of("Callum Rhodes")
OWN = {"Sec-Fetch-Site": "same-origin"}
EVIL = {"Sec-Fetch-Site": "cross-site"}


@dataclass
class Browser:
    """Somebody who opened a link, on our own address."""

    client: Client

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, base_url=APP_URL)

    def post(self, path: str, headers: dict[str, str] = OWN, **form: str) -> TestResponse:
        return self.client.post(path, base_url=APP_URL, headers=headers, data=form)

    def send(self, section: str, **texts: tuple[str, str]) -> TestResponse:
        """Send fields of a section, each with what the page showed and what was typed."""
        form = {f"f.{name}": after for name, (_, after) in texts.items()}
        form |= {f"was.{name}": before for name, (before, _) in texts.items()}
        return self.post(address("change", section=section), **form)


def address(name: str, **query: str) -> str:
    return f"/pages/setup/{name}?{urlencode({'project.key': 'GROW', 'draft': '1', **query})}"


@pytest.fixture
def imported(user: User) -> User:
    user.environ |= {
        "TEACHBACK_BASE_URL": APP_URL,
        "TEACHBACK_SECRET_KEYS": "B9n8Rj1DZbcQoBwVp5VYqfsCr7ppEjUbXJQ4oR0nU8k=",
    }
    user.run("import", user.write("issues.jsonl", dump()), "--site", SITE)
    return user


REFUSED = (
    (("--admin",), "one account and the whole site"),
    (("--admin", "--account", "nobody"), "was seen on this site"),
    (("--admin", "--account", ADMIN, "--days", "8"), "a week at most"),
    (("growth-acme", "--admin", "--account", ADMIN), "the whole site"),
    (("--role", "agency_lead"), "shows one engagement"),
)


def test_a_link_of_an_administrator_is_for_a_person_who_was_seen_and_a_week(imported: User) -> None:
    for words, line in REFUSED:
        assert line in imported.run("link", "create", "--site", SITE, *words, status=2).err


def browser_of(user: User, app: Flask, *words: str) -> Browser:
    made = user.run("link", "create", "--site", SITE, *words).out.strip()
    browser = Browser(Client(app))
    path = made.removeprefix(APP_URL)
    assert browser.post(path).status_code == 303
    return browser


def test_an_engagement_is_set_up_by_an_administrators_link(imported: User) -> None:
    app = create_app(read_settings(imported.environ))
    container: Container = app.extensions[EXTENSION]
    browser = browser_of(imported, app, "--admin", "--account", ADMIN, "--days", "1")
    assert "You hold an administrator’s link" in browser.get("/direct/setup").text
    # Another site's page cannot make the browser send anything, and no other route is open to it.
    assert browser.post("/pages/setup/begin?project.key=GROW", EVIL).status_code == 401
    closed = ("/pages/admin/content", "/pages/panel/tag", "/pages/learning/sign", "/pages/settings/trial")
    assert {browser.get(path).status_code for path in closed} <= {401, 405}
    assert browser.post("/pages/panel/tag").status_code == 401
    assert browser.post("/pages/setup/begin?project.key=GROW").status_code == 200
    browser.send("basics", name=("", "Growth and Acme"), agency=("", "Acme"))
    check_lost_session(imported, app, browser)
    check_every_route(imported, app)
    people = {f"side {ADMIN}": ("", "inhouse"), f"side {AGENCY_LEAD}": ("", "agency")}
    assert "Saved." in browser.send("people", **people).text
    browser.post(address("objectives/library"), pick="design-an-a-b-test")
    browser.send("leads", inhouse=("", ADMIN), agency=("", AGENCY_LEAD))
    page = browser.get(address("draft")).text
    read_hash = re.search(r'name="hash" value="([^"]+)"', page)
    assert read_hash is not None
    # Whoever holds the link agrees for no side, though it was made for a lead.
    assert browser.post(address("agree"), hash=read_hash[1]).status_code == 422
    begun = browser.post(address("force"), hash=read_hash[1])
    assert "It is in force" in begun.text
    now = container.clock()
    with container.reader.connect() as connection:
        # Nobody agreed for a side, so each has its objectives still to confirm.
        assert select_definition_edits(AgreementScope(connection, 1, "growth-and-acme"), as_of=now) == ()
    measure_pending(container.engine, 1, now)
    assert (
        imported.report("--from", "2026-07-01", "--to", "2026-10-01", engagement="growth-and-acme")["units"]["total"]
        > 0
    )
    settings = f"/pages/settings/page?{urlencode({'engagement': 'growth-and-acme', 'project.key': 'GROW'})}"
    assert "Growth and Acme is running" in browser.get(settings).text
    # It shows no figures.
    assert browser.get("/pages/project/content?project.key=GROW&tab=overview").text.count('class="fig') == 0
    asks = re.search(r'hx-get="(/pages/setup/site/revoke[^"]*)"', browser.get("/direct/setup").text)
    assert asks is not None
    asked = browser.get(asks[1]).text
    assert "You hold this link" in asked
    (pressed,) = re.findall(r'hx-post="([^"]*)"', asked)
    browser.post(pressed)
    assert browser.get("/direct/setup").status_code == 401
    container.engine.dispose()
    container.reader.dispose()


def check_lost_session(user: User, app: Flask, browser: Browser) -> None:
    """Whose session ended is told so, nothing is saved, and the draft is there for whoever opens a link again."""
    other = browser_of(user, app, "--admin", "--account", ADMIN)
    user.run("link", "revoke", "2", "--site", SITE)
    lost = other.send("basics", name=("Growth and Acme", "Lost"))
    assert (lost.status_code, "Open your link again" in lost.text) == (401, True)
    assert 'value="Growth and Acme"' in browser.get(address("draft")).text


def check_every_route(user: User, app: Flask) -> None:
    """On the routes of set-up an administrator's link acts, on all others it does not; a figures' link acts on none."""
    user.run(*APPLY, user.write("acme.yaml", agreement()), "--site", SITE)
    admin = browser_of(user, app, "--admin", "--account", ADMIN)
    reader = browser_of(user, app, "growth-acme", "--role", "inhouse_lead")
    answers: dict[str, set[tuple[bool, bool]]] = {}
    for rule in app.url_map.iter_rules():
        kind = app.extensions[ROUTES].get(rule.endpoint, "")
        if "POST" in (rule.methods or ()) and rule.rule.startswith("/pages/"):
            path = rule.rule.replace("<act>", "none")
            acts = tuple(browser.post(f"{path}?engagement=none").status_code != 401 for browser in (admin, reader))
            answers.setdefault(kind, set()).add(acts)
    assert answers.pop("setup") == {(True, False)}
    assert set().union(*answers.values()) == {(False, False)}
