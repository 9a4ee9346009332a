"""One story through Connect, Forge and direct: one report, one page, whatever Forge loses; access ends with the app."""

import json
import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from connector.jobs.forge import SILENT_FOR, end_silent_installations
from connector.jobs.runner import JobRunner
from connector.platforms.direct.link_sessions import digest_of, make_token
from mappings.records.operations.access_links import insert_access_link
from mappings.records.operations.jobs import save_due
from tests.connector.platforms.direct_site import DirectSite, direct_site
from tests.connector.platforms.forge_site import READING, ForgeSite, forge_site, report_of
from tests.jira.apps.forge import ForgeOnSite, Losses
from tests.jira.apps.installs import AppOnSite, InstallRefused
from tests.jira.apps.transport import through_client
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, FORGE_APP, Together, together
from webhooks.generations import measure_pending

ACME = "growth-acme"
LEAD, AGENCY_LEAD, STRANGER = account_of("Maren Vogt"), account_of("Callum Rhodes"), account_of("Viktor Amsel")
MEMBER = account_of("Priya Raman")
DAY = 86_400_000_000
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def both(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Together]:
    """A site with the Connect app, and its story not told yet."""
    folder = tmp_path_factory.mktemp("connect")
    with together(f"sqlite:///{folder / 'teachback.db'}", tickets=40) as opened:
        opened.clock.at = opened.story.end - 400 * DAY
        yield opened


@pytest.fixture(scope="module")
def forge(both: Together, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    """The story, told by webhooks to Connect and by events to Forge: a third lost, a third doubled, all shuffled."""
    folder = tmp_path_factory.mktemp("forge")
    losses = Losses(lost=1 / 3, doubled=1 / 3, shuffled=True)
    with forge_site(both, f"sqlite:///{folder / 'teachback.db'}", losses=losses) as opened:
        both.agree(ACME)
        opened.agree(ACME)
        opened.read("sync")
        read_with_connect(both, "sync")
        both.tell()
        both.clock.at = both.story.end + HOUR
        opened.forge.settle()
        opened.drain()
        opened.read("reread")
        assert opened.forge.lost > 100
        assert opened.forge.tick().status == 202
        opened.read("reread", "reconcile")
        read_with_connect(both, "reread", "reconcile")
        yield opened


def read_with_connect(both: Together, *jobs: str) -> None:
    """Run the jobs that read Jira for the Connect tenant."""
    runner = JobRunner(both.house)
    runner.insert_missing()
    for name in jobs or READING:
        with both.house.engine.begin() as connection:
            save_due(connection, both.tenant_id, name, both.clock.now())
        while (done := runner.run_now(both.tenant_id, name)) is not None and done.due_at <= both.clock.now():
            assert done.message is None, done
    both.drain()
    measure_pending(both.house.engine, both.tenant_id, both.clock.now())


@pytest.fixture(scope="module")
def pulled(forge: ForgeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[ForgeSite]:
    """A development installation beside it that heard no event and read the whole site."""
    folder = tmp_path_factory.mktemp("pulled")
    with forge_site(forge.both, f"sqlite:///{folder / 'teachback.db'}", environment="DEVELOPMENT") as opened:
        opened.agree(ACME)
        opened.read("sync")
        yield opened


@pytest.fixture(scope="module")
def direct(forge: ForgeSite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[DirectSite]:
    """The same site read from outside with somebody's token."""
    with direct_site(forge.both, tmp_path_factory.mktemp("direct"), ACME) as opened:
        yield opened


def test_events_webhooks_and_reading_alone_give_one_report(
    both: Together, forge: ForgeSite, pulled: ForgeSite, direct: DirectSite
) -> None:
    sites = (
        (both.house, both.tenant_id), (forge.container, forge.tenant_id), (pulled.container, pulled.tenant_id),
        (direct.container, direct.tenant_id),
    )  # fmt: skip
    reports = [json.loads(report_of(*site, ACME, both.clock.now())) for site in sites]
    connect, events, *readings = reports
    assert connect["units"]["total"] > 0
    # A ticket that moved to a project that nobody reads is known to those alone who heard of it before it left.
    for report in reports:
        report["issues"] = [row for row in report["issues"] if row["key"].startswith("GROW-")]
    assert events == connect
    # Exit coverage weighs what the agency delivered of each objective: that ticket was finished and reopened.
    for report in readings:
        # The hash is of the file as it stands: this one was applied by the command.
        report["engagement_hash"] = connect["engagement_hash"]
        assert report | {"exit_coverage": None} == connect | {"exit_coverage": None}


PAGES: dict[str, dict[str, str]] = {
    "/pages/project/content": {"project.key": "GROW"},
    "/pages/learning": {"engagement": ACME},
    "/pages/together": {"engagement": ACME},
    "/pages/next": {"engagement": ACME},
}


@pytest.mark.parametrize("account", [LEAD, AGENCY_LEAD, STRANGER])
@pytest.mark.parametrize("address", PAGES)
def test_each_page_is_that_of_connect_to_the_byte(both: Together, forge: ForgeSite, address: str, account: str) -> None:
    through_forge = forge.page(account, address, **PAGES[address])
    through_connect: TestResponse = both.ask(account, address, **PAGES[address])
    assert through_forge["status"] == through_connect.status_code
    assert unversioned(through_forge["body"]) == unversioned(through_connect.text)


@pytest.mark.usefixtures("forge")
def test_a_page_behind_a_link_is_that_of_connect_to_the_byte(both: Together) -> None:
    token, now = make_token(), both.clock.now()
    with both.house.engine.begin() as connection:
        insert_access_link(
            connection, both.tenant_id, digest=digest_of(token), engagement=ACME, account=MEMBER, role=None,
            tickets=True, made_at=now, expires_at=now + DAY,
        )  # fmt: skip
    browser = Client(both.app)
    assert browser.post(f"/direct/{token}", base_url=APP_URL).status_code == 303
    query = PAGES["/pages/project/content"] | {"engagement": ACME}
    shown = browser.get("/pages/project/content", query_string=query, base_url=APP_URL)
    assert shown.status_code == 200
    # Outside a frame a tab has the address of its page, which a new window can open.
    as_framed = re.sub(
        r' hx-push-url="[^"]*"', "", re.sub(r'href="/direct/project[^"]*"', 'href="#content"', shown.text)
    )
    assert unversioned(as_framed) == unversioned(both.ask(MEMBER, "/pages/project/content", **query).text)


def unversioned(page: str) -> str:
    """A page without the version of its figures, which counts what this one database went through."""
    return re.sub(r"\d{8,}(\.\d+)+", "VERSION", page)


def test_a_page_opens_without_a_head_of_its_own(forge: ForgeSite) -> None:
    opened = forge.page(LEAD, "/pages/project", **{"project.key": "GROW"})
    assert opened["status"] == 200
    assert '<div id="content">' in opened["body"]
    assert "<html" not in opened["body"]
    assert "<script" not in opened["body"]


@pytest.fixture
def fresh(both: Together, tmp_path: Path) -> Iterator[ForgeSite]:
    """A new database on the same site, with the Forge app and nothing else."""
    with forge_site(both, f"sqlite:///{tmp_path / 'teachback.db'}") as opened:
        yield opened


def test_a_page_is_bound_to_the_page_that_its_token_is_for(fresh: ForgeSite) -> None:
    """A user of one project calls the address of another from the browser's console."""
    other = fresh.forge.ui(LEAD, "teachback-project", "/pages/project?project.key=OPS", fresh.project_extension())
    assert other["status"] == 403
    panel = fresh.forge.ui(LEAD, "teachback-panel", "/pages/panel?issue.id=2", {"issue": {"id": "1", "key": "GROW-1"}})
    assert panel["status"] == 403


@pytest.mark.parametrize(
    "address", ["/healthz", "/forge/ui", "/pages/../forge/tick", "//evil.example/pages/", "https://evil.example/pages/"]
)
def test_the_envelope_opens_pages_alone(fresh: ForgeSite, address: str) -> None:
    assert fresh.forge.ui(LEAD, "teachback-project", address, fresh.project_extension())["status"] == 404


@pytest.mark.parametrize("path", ["/forge/events", "/forge/lifecycle", "/forge/tick", "/forge/uninstall"])
def test_a_person_calls_no_machine_route(fresh: ForgeSite, path: str) -> None:
    forge = fresh.forge
    claims = forge.claims(module={"type": "core:endpoint", "key": "teachback-events"}, account=LEAD)
    assert forge.send("POST", path, forge.headers(claims), b"{}").status == 401


@pytest.mark.parametrize("path", ["/forge/events", "/forge/lifecycle", "/forge/tick", "/forge/uninstall", "/forge/ui"])
def test_nobody_gets_in_unsigned_or_by_another_app(fresh: ForgeSite, path: str) -> None:
    forge, stranger = fresh.forge, replace(fresh.forge, app_id="ari:cloud:ecosystem::app/" + "1" * 36)
    assert forge.send("POST", path, {"Content-Type": "application/json"}, b"{}").status == 401
    claims = stranger.claims(module={"type": "core:endpoint", "key": "teachback-events"})
    assert forge.send("POST", path, stranger.headers(claims), b"{}").status == 401


def test_one_event_counts_once_however_often_it_is_tried(fresh: ForgeSite) -> None:
    event = {"eventType": "avi:jira:updated:issue", "timestamp": "1790000000000", "issue": {"id": "1", "key": "GROW-1"}}
    for number in range(3):
        retried = event | ({"retryContext": {"retryCount": number}} if number else {})
        assert fresh.forge.call("/forge/events", "teachback-events", retried).status == 202
    assert fresh.rows("SELECT count(*) FROM inbox") == [(1,)]


def test_a_body_that_is_no_event_is_refused(fresh: ForgeSite) -> None:
    assert fresh.forge.call("/forge/events", "teachback-events", [1]).status == 400
    assert fresh.rows("SELECT count(*) FROM inbox") == [(0,)]


def test_uninstalled_means_no_access_until_it_is_installed_again(fresh: ForgeSite) -> None:
    fresh.agree(ACME)
    tenant_id = fresh.tenant_id
    assert fresh.forge.uninstall().status == 202
    assert fresh.rows("SELECT state FROM tenant") == [("uninstalled",)]
    assert fresh.rows("SELECT count(*) FROM forge_token") == [(0,)]
    again = replace(fresh.forge, number=2)
    assert again.install().status == 202
    assert fresh.rows("SELECT tenant_id, state FROM tenant") == [(tenant_id, "installed")]
    assert fresh.rows("SELECT count(*) FROM engagement") == [(1,)]
    fresh.both.site.unsubscribe(again.take)


def test_an_uninstall_that_nobody_told_ends_access_after_three_days(fresh: ForgeSite) -> None:
    end_silent_installations(fresh.container, 0, fresh.both.clock.now() + SILENT_FOR - HOUR)
    assert fresh.rows("SELECT state FROM tenant") == [("installed",)]
    end_silent_installations(fresh.container, 0, fresh.both.clock.now() + SILENT_FOR + HOUR)
    assert fresh.rows("SELECT state FROM tenant") == [("uninstalled",)]
    assert fresh.forge.tick().status == 202
    assert fresh.rows("SELECT state FROM tenant") == [("installed",)]


def test_a_call_without_token_leaves_the_stored_one(fresh: ForgeSite) -> None:
    before = fresh.rows("SELECT token, expires_at FROM forge_token")
    claims = fresh.forge.claims(module={"type": "core:endpoint", "key": "teachback-tick"})
    assert fresh.forge.send("POST", "/forge/tick", fresh.forge.headers(claims), b"{}").status == 202
    assert fresh.rows("SELECT token, expires_at FROM forge_token") == before
    assert len(before) == 1


def test_development_and_production_of_one_site_never_meet(fresh: ForgeSite) -> None:
    development = replace(fresh.forge, environment="DEVELOPMENT")
    assert development.install().status == 202
    assert fresh.rows("SELECT count(DISTINCT tenant_id) FROM forge_installation") == [(2,)]
    fresh.both.site.unsubscribe(development.take)


def test_a_connect_site_moves_to_forge_with_all_its_figures(both: Together, forge: ForgeSite, tmp_path: Path) -> None:
    """On a copy of Connect's database: the app's next call is Forge's."""
    url = f"sqlite:///{tmp_path / 'copy.db'}"
    source = str(both.house.engine.url.database)
    with closing(sqlite3.connect(source)) as old, closing(sqlite3.connect(tmp_path / "copy.db")) as new:
        old.backup(new)
    before = report_of(both.house, both.tenant_id, ACME, both.clock.now())
    with forge_site(both, url) as moved:
        assert moved.rows("SELECT count(*), max(platform) FROM tenant") == [(1, "forge")]
        assert moved.tenant_id == both.tenant_id
        assert report_of(moved.container, moved.tenant_id, ACME, both.clock.now()) == before
        page = moved.page(LEAD, "/pages/project/content", **PAGES["/pages/project/content"])
        shown = both.ask(LEAD, "/pages/project/content", **PAGES["/pages/project/content"]).text
        assert unversioned(page["body"]) == unversioned(shown)


def test_going_back_to_connect_is_refused_with_what_to_do(both: Together, tmp_path: Path) -> None:
    with forge_site(both, f"sqlite:///{tmp_path / 'teachback.db'}") as moved:
        connect = AppOnSite(both.site, both.connected.keys, through_client(moved.client, APP_URL))
        with pytest.raises(InstallRefused, match="409"):
            connect.install()
        assert b"uninstall the Forge app first" in connect.replies[-1][1].body
        moved.forge.uninstall()
        connect.install()
        assert moved.rows("SELECT count(*), max(platform), max(state) FROM tenant") == [(1, "connect", "installed")]
    both.connected.install()


def test_taking_the_connect_app_away_leaves_a_site_that_moved(tmp_path: Path) -> None:
    with together(f"sqlite:///{tmp_path / 'teachback.db'}", tickets=10) as both:
        both.tell()
        both.agree(ACME)
        forge = ForgeOnSite(
            both.site, both.connected.keys, through_client(both.client, APP_URL), FORGE_APP, both.jira.url
        )
        assert forge.install().status == 202
        both.connected.uninstall()
        project = both.site.project("GROW")
        extension = {"project": {"id": str(project.id), "key": "GROW"}}
        page = forge.ui(LEAD, "teachback-project", "/pages/project?project.key=GROW", extension)
        assert page["status"] == 200
        with both.house.reader.connect() as connection:
            line = connection.exec_driver_sql("SELECT state, platform, client_key, secret FROM tenant").all()
        assert [tuple(row) for row in line] == [("installed", "forge", None, None)]
