"""Health for operators' tools: closed unless a token is set, and counts alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from connector.app import create_app
from connector.container import EXTENSION, Container
from mappings.records.sql.engine import upgrade
from tests.jira.story_site import settings_for

TOKEN = "only-for-tools"


@pytest.fixture
def visitors(tmp_path: Path) -> Iterator[tuple[Client, Client]]:
    """Somebody at an installation without a token for metrics, and at one with it."""
    url = f"sqlite:///{tmp_path / 'teachback.db'}"
    upgrade(url)
    settings = settings_for(url, "http://127.0.0.1:1", "http://127.0.0.1:1")
    apps = [create_app(one) for one in (settings, replace(settings, metrics_token=TOKEN))]
    yield Client(apps[0]), Client(apps[1])
    for app in apps:
        here: Container = app.extensions[EXTENSION]
        here.engine.dispose()
        here.reader.dispose()


def test_without_a_token_set_there_is_no_such_page(visitors: tuple[Client, Client]) -> None:
    closed, _ = visitors
    assert closed.get("/metrics").status_code == 404
    assert closed.get("/metrics", headers={"Authorization": "Bearer "}).status_code == 404


@pytest.mark.parametrize("given", ["", "Bearer", "Bearer another", f"Basic {TOKEN}", TOKEN])
def test_another_token_is_refused(visitors: tuple[Client, Client], given: str) -> None:
    assert visitors[1].get("/metrics", headers={"Authorization": given}).status_code == 401


def test_the_token_opens_counts(visitors: tuple[Client, Client]) -> None:
    answer = visitors[1].get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"})
    assert answer.status_code == 200
    assert "teachback_inbox_deliveries 0.0" in answer.text
    assert "teachback_unmeasured_tickets 0.0" in answer.text


def test_readiness_tells_how_much_waits(visitors: tuple[Client, Client]) -> None:
    found = visitors[0].get("/readyz").json
    assert found == {"status": "ready", "schema": "current", "waiting": 0, "unmeasured": 0}
