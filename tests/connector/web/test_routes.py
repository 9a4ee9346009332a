"""The building as it stands: every route is shut unless listed, and the descriptor names what is there."""

import json
import re
from pathlib import Path

import pytest

from connector.app import BLUEPRINTS, create_app
from connector.auth.tenant_cache import CachedTenant
from connector.config import Settings
from connector.platforms.forge.calls import ENDPOINTS
from connector.platforms.forge.events import PATH as EVENTS
from connector.web.gate import AUTHENTICATE, FORGE
from tests.connector.atlassian_signer import BASE
from tests.connector.installed_sites import ACME, GLOBEX, KEY, PAGE_URL, XHR_URL
from webhooks.receive import PATH

ROOT = Path(__file__).resolve().parents[3]
DESCRIPTOR = json.loads((ROOT / "atlassian-connect.json").read_text())
RULES = {endpoint: rule for _, rules in BLUEPRINTS for endpoint, rule in rules.items()}


@pytest.fixture(scope="module")
def app(sqlite_template):
    settings = Settings(base_url=BASE, database_url=f"sqlite:///{sqlite_template}", secret_keys=(KEY,))
    made = create_app(settings)
    yield made
    made.extensions["teachback"].engine.dispose()
    made.extensions["teachback"].reader.dispose()


def routes(app):
    return list(app.url_map.iter_rules())


def test_every_route_is_in_a_table_and_every_table_names_routes(app):
    assert {rule.endpoint for rule in routes(app)} == set(RULES)
    assert set(RULES.values()) <= set(AUTHENTICATE)


def test_every_route_refuses_an_unsigned_call_unless_listed(app):
    client = app.test_client()
    for rule in routes(app):
        for method in rule.methods:
            url = rule.build(dict.fromkeys(rule.arguments, "x"))[1]
            with client.open(url, method=method) as answer:
                is_open = RULES[rule.endpoint] == "open"
                assert (answer.status_code == 401) is not is_open, f"{method} {url}: {answer.status_code}"


def test_every_route_of_forge_itself_has_an_endpoint_in_the_manifest(app):
    # The front answers events itself, as it does webhooks.
    assert {rule.rule for rule in routes(app) if RULES[rule.endpoint] == FORGE} | {EVENTS} == set(ENDPOINTS)


def test_only_what_holds_nothing_of_anybody_is_open(app):
    open_to_all = {rule.rule for rule in routes(app) if RULES[rule.endpoint] == "open"}
    # A link's address holds its own secret, and the page behind it nothing until it is traded for a session; metrics
    # have a token of their own, which no tenant knows.
    assert open_to_all == {
        "/", "/static/<path:filename>", "/atlassian-connect.json", "/healthz", "/readyz", "/version", "/direct/<token>",
        "/metrics",
    }  # fmt: skip


def addresses():
    modules = DESCRIPTOR["modules"]
    yield from DESCRIPTOR["lifecycle"].values()
    yield from (module["url"] for module in modules["webhooks"])
    for kind, listed in modules.items():
        # Two kinds are one object each.
        for module in [listed] if isinstance(listed, dict) else listed if kind != "webhooks" else ():
            yield from filter(None, (module.get("url"), module.get("iconUrl"), module.get("target", {}).get("url")))
            yield from filter(None, (module.get("thumbnailUrl"),))
            yield from filter(None, (module.get("icon", {}).get("url"),))


@pytest.mark.parametrize("address", sorted(set(addresses())))
def test_every_address_of_the_descriptor_has_a_route(app, address):
    path = address.partition("?")[0]
    if path == PATH:
        return
    method = "POST" if path in DESCRIPTOR["lifecycle"].values() else "GET"
    endpoint, values = app.url_map.bind("").match(path, method)
    if endpoint == "static":
        assert (ROOT / "connector" / "static" / values["filename"]).is_file()


def test_frames_are_pages_and_lifecycle_calls_are_not(app):
    for address in set(addresses()):
        path = address.partition("?")[0]
        if "{" in address:
            endpoint, _ = app.url_map.bind("").match(path)
            assert RULES[endpoint] == "page"
        # A path with encoded parts is hashed differently by Jira (Atlassian: query string hash).
        assert re.fullmatch(r"[/a-z.-]+", path)


def test_the_descriptor_asks_for_no_more_than_it_needs():
    assert DESCRIPTOR["scopes"] == ["READ", "WRITE"]
    assert DESCRIPTOR["apiMigrations"] == {"signed-install": True, "context-qsh": True, "gdpr": True}
    assert DESCRIPTOR["authentication"] == {"type": "jwt"}


def test_every_event_of_the_descriptor_has_a_reader():
    from mappings.events.webhook import READERS

    events = [module["event"] for module in DESCRIPTOR["modules"]["webhooks"]]
    assert len(events) == len(set(events))
    assert set(events) <= set(READERS)


def test_tenants_never_meet_at_the_door(installed_app_on_each):
    """Each person's token opens their own site, whatever else the call says of the other's."""
    for own, other in ((ACME, GLOBEX), (GLOBEX, ACME)):
        mine = installed_app_on_each.container.tenants.find(own.client_key)
        assert isinstance(mine, CachedTenant)
        page = installed_app_on_each.get(own.page(f"{PAGE_URL}&clientKey={other.client_key}"))
        xhr = installed_app_on_each.post(XHR_URL, own.context(), {"clientKey": other.client_key})
        installed_app_on_each.deliver(own, json.dumps({"clientKey": other.client_key}).encode(), named="same")
        assert page.json["tenant"] == xhr.json["tenant"] == mine.tenant_id
        assert other.base_url not in page.headers["Content-Security-Policy"]
    assert [row[0] for row in installed_app_on_each.waiting()] == [ACME.client_key, GLOBEX.client_key]
