"""Forge's events at the front: verified before the body is read, stored before the answer, none of a removed app."""

import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from connector import body_limits
from connector.jira.errors import JiraError
from connector.platforms.forge import events
from connector.platforms.forge.events import PATH
from mappings.records.sql.engine import StoreError
from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.apps.signing import sign_rs256
from tests.jira.story.people import account_of

ENDPOINT = "teachback-events"
LEAD = account_of("Maren Vogt")
MACHINE = {"type": "core:endpoint", "key": ENDPOINT}
HOUR = 3_600_000_000


def event(number: int = 1) -> dict[str, Any]:
    issue = {"id": str(number), "key": f"GROW-{number}"}
    return {"eventType": "avi:jira:updated:issue", "timestamp": "1790000000000", "issue": issue}


@pytest.fixture
def quiet(quiet_site: ForgeSite) -> ForgeSite:
    """A site with an empty inbox."""
    with quiet_site.container.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM inbox")
    return quiet_site


def waiting(site: ForgeSite) -> int:
    return int(site.rows("SELECT count(*) FROM inbox")[0][0])


class UnreadBody:
    def read(self, *_: int) -> bytes:
        raise AssertionError("read")


def status_of(site: ForgeSite, headers: dict[str, str], **environ: Any) -> int:
    """The status of an event as a server hands it over, its body unread."""
    named = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
    base = {
        "REQUEST_METHOD": "POST", "PATH_INFO": PATH, "QUERY_STRING": "", "CONTENT_LENGTH": "10",
        "wsgi.input": UnreadBody(),
    }  # fmt: skip
    started: list[str] = []
    list(site.client.application({**base, **named, **environ}, lambda status, _: started.append(status)))
    return int(started[0][:3])


def test_a_body_is_not_read_before_its_token_is_verified(quiet: ForgeSite) -> None:
    forge = quiet.forge
    person = forge.headers(forge.claims(module=MACHINE, account=LEAD))
    other_endpoint = forge.headers(forge.claims(module=MACHINE | {"key": "teachback-tick"}))
    machine = forge.headers(forge.claims(module=MACHINE))
    for headers in ({}, person, other_endpoint):
        assert status_of(quiet, headers) == 401
    assert status_of(quiet, machine, CONTENT_LENGTH=str(body_limits.FORGE_EVENT + 1)) == 413
    assert status_of(quiet, machine, REQUEST_METHOD="GET") == 405
    with pytest.raises(AssertionError, match="read"):
        status_of(quiet, machine)


def test_a_database_that_is_away_is_answered_so_that_forge_tries_again(
    quiet: ForgeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_: Any) -> None:
        raise StoreError("the database does not answer", "see whether it runs")

    monkeypatch.setattr("connector.platforms.forge.events.select_installation", away)
    assert quiet.forge.call(PATH, ENDPOINT, event()).status == 503
    monkeypatch.undo()
    assert quiet.forge.call(PATH, ENDPOINT, event()).status == 202


def test_an_event_is_tried_again_while_nobody_has_forges_keys(
    quiet: ForgeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """401 would read as if the token were bad, and the event would be lost."""

    def find(_: str) -> None:
        raise JiraError("Forge's keys could not be fetched", permanent=False)

    forge = quiet.forge
    token = sign_rs256(forge.claims(module=MACHINE), forge.keys.keys[forge.keys.kid], "a-new-key")
    monkeypatch.setattr(quiet.container.forge_keys, "find", find)
    assert status_of(quiet, {"Authorization": f"Bearer {token}"}) == 503


def test_an_event_of_a_removed_app_is_answered_and_not_stored_until_the_hourly_call_comes_back(
    quiet: ForgeSite,
) -> None:
    assert quiet.forge.uninstall().status == 202
    # Even much later: an event alone does not show that the app was not removed.
    quiet.story_site.clock.at += HOUR
    assert quiet.forge.call(PATH, ENDPOINT, event()).status == 202
    assert (waiting(quiet), quiet.rows("SELECT state FROM tenant")) == (0, [("uninstalled",)])
    assert quiet.rows("SELECT count(*) FROM forge_token") == [(0,)]
    assert quiet.forge.tick().status == 202
    assert quiet.forge.call(PATH, ENDPOINT, event()).status == 202
    assert (waiting(quiet), quiet.rows("SELECT state FROM tenant")) == (1, [("installed",)])


def test_a_token_that_comes_with_an_event_is_kept_once_a_minute(
    quiet: ForgeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Background jobs live on it; writing it with each event would cost each a transaction."""
    quiet.story_site.clock.at += HOUR
    assert quiet.forge.call(PATH, ENDPOINT, event(1)).status == 202
    before = quiet.rows("SELECT token, seen_at FROM forge_token JOIN forge_installation USING (tenant_id)")
    monkeypatch.delattr(events, "save_verified_call")
    assert quiet.forge.call(PATH, ENDPOINT, event(2)).status == 202
    assert before[0][1] == quiet.story_site.clock.now()


def test_events_under_load_are_answered_well_before_forge_gives_up(quiet_site: ForgeSite, migrated_url: str) -> None:
    """400 events from 40 threads at once, on each database. Forge waits five seconds."""
    with forge_site(quiet_site.story_site, migrated_url) as site:
        waits = deliver_at_once(site, events=400, threads=40)
        assert waiting(site) == 400
    waits.sort()
    print(f"median {waits[200]:.3f} s, slowest {waits[-1]:.3f} s")
    assert waits[-1] < 2.5


def deliver_at_once(site: ForgeSite, *, events: int, threads: int) -> list[float]:
    """Return how long each event waited for its answer, in seconds."""
    headers = site.forge.headers(site.forge.claims(module=MACHINE))

    def deliver(number: int) -> float:
        began = time.monotonic()
        assert site.forge.send("POST", PATH, headers, json.dumps(event(number)).encode()).status == 202
        return time.monotonic() - began

    with ThreadPoolExecutor(threads) as pool:
        return list(pool.map(deliver, range(events)))
