"""A new site with the Forge app: what a call may do, one event once, and access that ends with the app."""

import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.jobs.forge import SILENT_FOR, end_silent_installations
from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.story.people import account_of
from tests.jira.story_site import StorySite, open_story_site

ACME = "growth-acme"
LEAD = account_of("Maren Vogt")
HOUR = 3_600_000_000


@pytest.fixture(scope="module")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorySite]:
    """A site whose story is not told yet."""
    folder = tmp_path_factory.mktemp("connect")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=10) as opened:
        yield opened


@pytest.fixture
def fresh(story_site: StorySite, sqlite_template: Path, tmp_path: Path) -> Iterator[ForgeSite]:
    """A new database on the same site, with the Forge app and nothing else."""
    shutil.copyfile(sqlite_template, tmp_path / "teachback.db")
    with forge_site(story_site, f"sqlite:///{tmp_path / 'teachback.db'}") as opened:
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
    fresh.story_site.site.unsubscribe(again.take)


def test_an_uninstall_that_nobody_told_ends_access_after_three_days(fresh: ForgeSite) -> None:
    end_silent_installations(fresh.container, 0, fresh.story_site.clock.now() + SILENT_FOR - HOUR)
    assert fresh.rows("SELECT state FROM tenant") == [("installed",)]
    end_silent_installations(fresh.container, 0, fresh.story_site.clock.now() + SILENT_FOR + HOUR)
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
    fresh.story_site.site.unsubscribe(development.take)
