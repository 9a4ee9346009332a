"""Health for operators' tools: closed unless a token is set, and counts alone."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from werkzeug.test import Client

from connector.app import create_app
from connector.auth.guess_limit import GUESSES_A_SECOND
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
    apps = [create_app(settings_used) for settings_used in (settings, replace(settings, metrics_token=TOKEN))]
    yield Client(apps[0]), Client(apps[1])
    for app in apps:
        app_container: Container = app.extensions[EXTENSION]
        app_container.engine.dispose()
        app_container.reader.dispose()


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


def test_readiness_tells_a_stranger_nothing_more(visitors: tuple[Client, Client]) -> None:
    assert visitors[0].get("/readyz").json == {"status": "ready"}


def test_guesses_of_the_token_are_answered_so_many_a_second_and_the_token_always(
    visitors: tuple[Client, Client],
) -> None:
    guesses = [visitors[1].get("/metrics", headers={"Authorization": f"Bearer {n}"}).status_code for n in range(60)]
    assert guesses[:GUESSES_A_SECOND] == [401] * GUESSES_A_SECOND
    assert 429 in guesses
    assert visitors[1].get("/metrics", headers={"Authorization": f"Bearer {TOKEN}"}).status_code == 200
