"""One story through Connect, Forge and direct: one report, one page, whatever Forge loses; access ends with the app."""

import json
import re
import sqlite3
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from flask import Flask
from werkzeug.test import Client, TestResponse

from connector.container import Container
from connector.jobs.runner import JobRunner
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.records.operations.access_links import insert_access_link
from mappings.records.operations.jobs import save_due
from tests.connector.platforms.direct_site import DirectSite, direct_site
from tests.connector.platforms.forge_site import READING, ForgeSite, forge_site, report_of
from tests.jira.apps.forge import EventLosses, ForgeOnSite
from tests.jira.apps.installs import AppOnSite, InstallRefused
from tests.jira.apps.transport import through_client
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, FORGE_APP, StorySite, open_story_site
from tests.pages.crawl import addresses
from webhooks.generations import measure_pending

ACME = "growth-acme"
LEAD, AGENCY_LEAD, STRANGER = account_of("Maren Vogt"), account_of("Callum Rhodes"), account_of("Viktor Amsel")
MEMBER = account_of("Priya Raman")
DAY = 86_400_000_000
HOUR = 3_600_000_000
AGREED = 400 * DAY
"""So long before the story's end the engagement is recorded: quarters that were over by then get no review."""


@pytest.fixture(scope="module")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorySite]:
    """A site with the Connect app, and its story not told yet."""
    folder = tmp_path_factory.mktemp("connect")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=40) as opened:
        opened.clock.at = opened.story.end - AGREED
        yield opened


@pytest.fixture(scope="module")
def forge(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    """The story, told by webhooks to Connect and by events to Forge: a third lost, a third doubled, all shuffled."""
    folder = tmp_path_factory.mktemp("forge")
    losses = EventLosses(lost=1 / 3, doubled=1 / 3, shuffled=True)
    with forge_site(story_site, f"sqlite:///{folder / 'teachback.db'}", losses=losses) as opened:
        story_site.agree(ACME)
        opened.agree(ACME)
        opened.read("sync")
        story_site.tell()
        story_site.clock.at = story_site.story.end + HOUR
        opened.forge.settle()
        opened.drain()
        opened.read("reread")
        assert opened.forge.lost > 100
        assert opened.forge.tick().status == 202
        opened.read("reread", "reconcile")
        yield opened


@pytest.fixture(scope="module")
def told_by_webhooks_alone(story_site: StorySite, forge: ForgeSite) -> bytes:
    """The report of the Connect site, of which nothing was read; then it is read as every site is."""
    report = report_of(story_site.container, story_site.tenant_id, ACME, forge.story_site.clock.now())
    read_with_connect(story_site)
    return report


def read_with_connect(story_site: StorySite, *jobs: str) -> None:
    """Run the jobs that read Jira for the Connect tenant."""
    runner = JobRunner(story_site.container)
    runner.insert_missing()
    for name in jobs or READING:
        with story_site.container.engine.begin() as connection:
            save_due(connection, story_site.tenant_id, name, story_site.clock.now())
        while (
            done := runner.run_now(story_site.tenant_id, name)
        ) is not None and done.due_at <= story_site.clock.now():
            assert done.message is None, done
    story_site.drain()
    measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())


@pytest.fixture(scope="module")
def pulled(forge: ForgeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    """A development installation beside it that heard no event and read the whole site."""
    folder = tmp_path_factory.mktemp("pulled")
    with forge_site(forge.story_site, f"sqlite:///{folder / 'teachback.db'}", environment="DEVELOPMENT") as opened:
        clock = forge.story_site.clock
        now, clock.at = clock.at, forge.story_site.story.end - AGREED
        opened.agree(ACME)
        clock.at = now
        opened.read("sync")
        yield opened


@pytest.fixture(scope="module")
def direct(forge: ForgeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DirectSite]:
    """The same site read from outside with somebody's token."""
    with direct_site(forge.story_site, tmp_path_factory.mktemp("direct"), ACME) as opened:
        yield opened


def test_webhooks_alone_events_alone_and_reading_alone_give_one_report_to_the_byte(
    story_site: StorySite, told_by_webhooks_alone: bytes, forge: ForgeSite, pulled: ForgeSite, direct: DirectSite
) -> None:
    sites = (
        (story_site.container, story_site.tenant_id),
        (forge.container, forge.tenant_id),
        (pulled.container, pulled.tenant_id),
        (direct.container, direct.tenant_id),
    )
    reports = [report_of(*site, ACME, story_site.clock.now()) for site in sites]
    whole = json.loads(told_by_webhooks_alone)
    assert whole["units"]["total"] > 0
    # A ticket that moved out of the project after it was finished there, and was reopened elsewhere.
    assert any(not row["key"].startswith("GROW-") for row in whole["issues"])
    assert reports == [told_by_webhooks_alone] * len(sites)


BEGIN = f"/pages/project/content?project.key=GROW&engagement={ACME}"


@pytest.fixture(scope="module")
def settled(
    told_by_webhooks_alone: bytes, story_site: StorySite, pulled: ForgeSite, direct: DirectSite
) -> Iterator[None]:
    """An hour after all that was done: a page's version counts what was done in the last minutes.

    The commands of the direct site took their time from this machine.
    """
    before = story_site.clock.now()
    story_site.clock.at = max(before, time.time_ns() // 1000) + HOUR
    yield
    story_site.clock.at = before


@pytest.mark.usefixtures("settled")
@pytest.mark.parametrize("account", [LEAD, AGENCY_LEAD, MEMBER, STRANGER])
def test_each_page_is_the_same_to_the_byte_through_connect_and_forge_and_read_alone(
    story_site: StorySite, forge: ForgeSite, pulled: ForgeSite, account: str
) -> None:
    through_connect: TestResponse = story_site.ask(account, BEGIN)
    waiting = [BEGIN, *dict.fromkeys(addresses(through_connect.text))]
    assert len(waiting) > 10 or account == STRANGER
    for address in waiting[:MOST_PAGES]:
        asked = story_site.ask(account, address)
        for site in (forge, pulled):
            answer = site.forge.ui(account, "teachback-project", address, site.project_extension())
            assert (answer["status"], answer["body"]) == (asked.status_code, asked.text), address


MOST_PAGES = 40
LINKS_REASON = "A link shows no tickets with a security level."


@pytest.mark.usefixtures("settled")
def test_a_page_behind_a_link_is_that_of_connect_to_the_byte_but_for_what_a_link_says_of_itself(
    story_site: StorySite, direct: DirectSite
) -> None:
    """The direct site, of which everything was read with somebody's token, beside the one that Connect told."""
    browser = opened_link(direct.app, direct.container, direct.tenant_id, story_site.clock.now())
    in_frame = story_site.ask(MEMBER, BEGIN).text
    for address in [BEGIN, *dict.fromkeys(addresses(in_frame))][:MOST_PAGES]:
        framed, linked = story_site.ask(MEMBER, address), browser.get(address, base_url=APP_URL)
        shown = of_nobody(framed.text, story_site)
        assert (linked.status_code, as_framed(linked.text)) == (framed.status_code, shown), address


def opened_link(app: Flask, container: Container, tenant_id: int, now: int) -> Client:
    token = make_token()
    with container.engine.begin() as connection:
        insert_access_link(
            connection, tenant_id, digest=digest_of(token), engagement=ACME, account=MEMBER, role=None,
            tickets=True, made_at=now, expires_at=now + DAY,
        )  # fmt: skip
    browser = Client(app)
    assert browser.post(f"/direct/{token}", base_url=APP_URL).status_code == 303
    return browser


def of_nobody(page: str, story_site: StorySite) -> str:
    """The page as somebody reads it who is no person of Jira: without names, with what a link says."""
    page = re.sub(r"<li><button [^>]*my-ladder[^>]*>[^<]*</button></li>", "", page)
    page = re.sub(r'<details class="menu"><summary>Export</summary><ul></ul></details>', "", page)
    for person in story_site.story.people:
        page = page.replace(person.name, "an in-house person")
    return re.sub(r"You may not browse (it|them) in Jira\.", LINKS_REASON, page)


def as_framed(page: str) -> str:
    """The page without what a link has of its own: its tabs' addresses."""
    return re.sub(r' hx-push-url="[^"]*"', "", re.sub(r'href="/direct/project[^"]*"', 'href="#content"', page))


def test_a_page_opens_without_a_head_of_its_own(forge: ForgeSite) -> None:
    opened = forge.page(LEAD, "/pages/project", **{"project.key": "GROW"})
    assert opened["status"] == 200
    assert '<div id="content" ' in opened["body"]
    assert "<html" not in opened["body"]
    assert "<script" not in opened["body"]


def test_a_connect_site_moves_to_forge_with_all_its_figures(
    story_site: StorySite, forge: ForgeSite, tmp_path: Path
) -> None:
    """On a copy of Connect's database: the app's next call is Forge's."""
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    source = str(story_site.container.engine.url.database)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(tmp_path / "copy.db")) as new:
        old.backup(new)
    before = report_of(story_site.container, story_site.tenant_id, ACME, story_site.clock.now())
    with forge_site(story_site, url) as moved:
        assert moved.rows("SELECT count(*), max(platform) FROM tenant") == [(1, "forge")]
        assert moved.tenant_id == story_site.tenant_id
        assert report_of(moved.container, moved.tenant_id, ACME, story_site.clock.now()) == before
        page = moved.forge.ui(LEAD, "teachback-project", BEGIN, moved.project_extension())
        shown = story_site.ask(LEAD, BEGIN).text
        assert page["body"] == shown


def test_going_back_to_connect_is_refused_with_what_to_do(story_site: StorySite, tmp_path: Path) -> None:
    with forge_site(story_site, f"sqlite:///{tmp_path / 'teachback.db'}") as moved:
        connect = AppOnSite(story_site.site, story_site.connected.keys, through_client(moved.client, APP_URL))
        with pytest.raises(InstallRefused, match="409"):
            connect.install()
        assert b"uninstall the Forge app first" in connect.replies[-1][1].body
        moved.forge.uninstall()
        connect.install()
        assert moved.rows("SELECT count(*), max(platform), max(state) FROM tenant") == [(1, "connect", "installed")]
    story_site.connected.install()


def test_taking_the_connect_app_away_leaves_a_site_that_moved(tmp_path: Path) -> None:
    with open_story_site(f"sqlite:///{tmp_path / 'teachback.db'}", tickets=10) as story_site:
        story_site.tell()
        story_site.agree(ACME)
        forge = ForgeOnSite(
            story_site.site,
            story_site.connected.keys,
            through_client(story_site.client, APP_URL),
            FORGE_APP,
            story_site.jira.url,
        )
        assert forge.install().status == 202
        story_site.connected.uninstall()
        project = story_site.site.project("GROW")
        extension = {"project": {"id": str(project.id), "key": "GROW"}}
        page = forge.ui(LEAD, "teachback-project", "/pages/project?project.key=GROW", extension)
        assert page["status"] == 200
        with story_site.container.reader.connect() as connection:
            line = connection.exec_driver_sql("SELECT state, platform, client_key, secret FROM tenant").all()
        assert [tuple(row) for row in line] == [("installed", "forge", None, None)]
