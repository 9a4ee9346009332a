"""Forge: calls that are signed by Atlassian and still not what they say are refused, each by a check of its own."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import pytest
from werkzeug.wrappers import Response

from connector import body_limits
from connector.auth.invocation_tokens import Invocation, Module
from connector.config import Settings
from connector.platforms.forge import views
from connector.platforms.forge.calls import ENDPOINTS, ENVIRON_KEY, ForgeCall, cached
from mappings.records.operations.forge_installations import select_system_token
from mappings.records.operations.tenants import select_tenant
from tests.connector.platforms.forge_site import ForgeSite
from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.signing import sign_hs256
from tests.jira.apps.transport import through_client
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, FORGE_APP

LEAD = account_of("Maren Vogt")
HOUR, SECOND = 3_600_000_000, 1_000_000
PAGE = "/pages/project?project.key=GROW"


def post(forge: ForgeOnSite, path: str, claims: Mapping[str, Any], body: Any = None, **headers: str) -> int:
    sent = forge.headers(claims) | headers
    return forge.send("POST", path, sent, json.dumps(body or {}).encode()).status


def machine(key: str, kind: str = "core:endpoint") -> dict[str, str]:
    return {"type": kind, "key": key}


@pytest.mark.parametrize("path", ENDPOINTS)
def test_a_person_calls_no_machine_route_by_its_own_endpoint(quiet_site: ForgeSite, path: str) -> None:
    """From the browser's console: invokeRemote reaches any path of ours with a token that Atlassian signed."""
    forge = quiet_site.forge
    assert post(forge, path, forge.claims(module=machine(ENDPOINTS[path]), account=LEAD)) == 401
    assert post(forge, path, forge.claims(module=machine(ENDPOINTS[path], "jira:projectPage"))) == 401


@pytest.mark.parametrize("path", ENDPOINTS)
def test_the_token_of_one_endpoint_calls_no_other(quiet_site: ForgeSite, path: str) -> None:
    forge = quiet_site.forge
    for other in set(ENDPOINTS) - {path}:
        assert post(forge, path, forge.claims(module=machine(ENDPOINTS[other]))) == 401
    assert quiet_site.rows("SELECT state FROM tenant") == [("installed",)]


def test_forge_itself_opens_no_page(quiet_site: ForgeSite) -> None:
    """Nobody is behind its token, so nobody's permissions could be asked."""
    forge = quiet_site.forge
    assert post(forge, "/forge/ui", forge.claims(module=machine("teachback-ui")), {"address": PAGE}) == 401


@pytest.mark.parametrize("scheme", ["JWT", "Basic", "bearerx", ""])
def test_a_token_comes_as_a_bearer_token_alone(quiet_site: ForgeSite, scheme: str) -> None:
    forge = quiet_site.forge
    claims = forge.claims(module=machine("teachback-tick"))
    token = forge.headers(claims)["Authorization"].partition(" ")[2]
    assert post(forge, "/forge/tick", claims, Authorization=f"{scheme} {token}") == 401
    assert post(forge, "/forge/tick", claims, Authorization=f"Bearer {token}") == 202


def test_an_installation_without_an_app_id_takes_nobodys_token(quiet_site: ForgeSite) -> None:
    assert Settings(base_url="https://x.example", database_url="sqlite://").forge_app_id == ""
    nobody = replace(quiet_site.forge, app_id="")
    assert post(nobody, "/forge/tick", nobody.claims(module=machine("teachback-tick"))) == 401


EXTENSION = {"project": {"id": "10000", "key": "GROW"}, "issue": {"id": "10001", "key": "GROW-1"}}


@pytest.mark.parametrize(
    "address",
    [
        "/pages/project?project.key=OPS", "/pages/project?project.id=10001&project.key=GROW",
        "/pages/panel?issue.id=10002", "/pages/panel/content?issue=10002", "/pages/panel?issue.id=10001&project.id=7",
        "/pages/project?project.key=OPS&project.key=GROW",
    ],
)  # fmt: skip
def test_an_address_names_no_other_page_than_the_token(quiet_site: ForgeSite, address: str) -> None:
    answer = quiet_site.forge.ui(LEAD, "teachback-panel", address, EXTENSION)
    assert (answer["status"], "another page" in answer["body"]) == (403, False)


def call_of(site: ForgeSite) -> ForgeCall:
    with site.container.reader.connect() as connection:
        tenant = select_tenant(connection, site.tenant_id)
    assert tenant is not None
    token = Invocation("i", "PRODUCTION", "c", "", "", Module("jira:page", "teachback-project"), LEAD, {})
    return ForgeCall(cached(tenant), token)


@pytest.mark.parametrize("path", ["/forge/tick", "/forge/uninstall", "/forge/ui", "/direct/project", "/healthz"])
def test_a_call_from_an_envelope_opens_nothing_but_pages(quiet_site: ForgeSite, path: str) -> None:
    """Even if an address got past the envelope: the gate knows which rules a page of Forge may use."""
    client = quiet_site.app.test_client()
    method = "POST" if path.startswith("/forge") else "GET"
    answer = client.open(path, method=method, environ_overrides={ENVIRON_KEY: call_of(quiet_site)})
    assert answer.status_code == 401


def answered(**headers: str) -> Response:
    return Response("", 302 if "Location" in headers else 200, headers)


@pytest.mark.parametrize("location", ["https://evil.example/pages/x", "//evil.example/pages/x", "/forge/tick", "x"])
def test_an_envelope_follows_no_redirect_out_of_the_pages(
    quiet_site: ForgeSite, monkeypatch: pytest.MonkeyPatch, location: str
) -> None:
    monkeypatch.setattr(views, "_call_inside", lambda _: answered(Location=location))
    assert quiet_site.page(LEAD, "/pages/project")["status"] == 404


def test_an_envelope_follows_no_circle(quiet_site: ForgeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[Any] = []
    monkeypatch.setattr(views, "_call_inside", lambda given: (calls.append(given), answered(Location=PAGE))[1])
    assert quiet_site.page(LEAD, "/pages/project")["status"] == 302
    assert len(calls) == views.MOST_REDIRECTS + 1


def test_no_cookie_and_no_policy_of_an_answer_goes_to_the_page(
    quiet_site: ForgeSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    headers = {"Set-Cookie": "a=b", "Content-Security-Policy": "x", "HX-Trigger": "y", "Content-Type": "text/html"}
    monkeypatch.setattr(views, "_call_inside", lambda _: answered(**headers))
    passed = quiet_site.page(LEAD, "/pages/project")["headers"]
    assert {name.lower() for name in passed} == {"content-type", "hx-trigger"}


def test_an_envelope_brings_no_header_but_those_of_htmx(quiet_site: ForgeSite, monkeypatch: pytest.MonkeyPatch) -> None:
    environs: list[Mapping[str, Any]] = []
    call = views._call_inside
    monkeypatch.setattr(views, "_call_inside", lambda environ: (environs.append(environ), call(environ))[1])
    headers = {"Authorization": "JWT x", "Cookie": "session=x", "X-Forwarded-For": "1.2.3.4", "HX-Request": "true"}
    extension = quiet_site.project_extension()
    quiet_site.forge.ui(
        LEAD, "teachback-project", PAGE, extension, headers=headers | {"Accept-Language": "fr"}, locale="de_DE"
    )
    (environ,) = environs
    passed = {name for name in environ if name.startswith("HTTP_")} - {"HTTP_HOST"}
    assert passed == {"HTTP_HX_REQUEST", "HTTP_ACCEPT_LANGUAGE"}
    assert environ["HTTP_ACCEPT_LANGUAGE"] == "de-DE"


@pytest.mark.parametrize(
    "changes",
    [
        {"headers": {"HX-Request": "a\r\nSet-Cookie: b"}}, {"method": "GET\r\nX: y"}, {"locale": "de\r\nX: y"},
        {"address": "/pages/\x00"},
        {"address": "/pages/%00"}, {"address": "/pages/%2e%2e/forge/tick"}, {"address": "/pages/project?a=\ud83d"},
        {"address": "/pages/project#x"}, {"form": "\x00"}, {"form": "a=%ff"}, {"method": ""}, {"address": "/pages/[::"},
    ],
)  # fmt: skip
def test_whatever_stands_in_an_envelope_is_answered_inside_it(quiet_site: ForgeSite, changes: dict[str, Any]) -> None:
    envelope = {"address": PAGE, "method": "GET", "form": "", "headers": {}} | changes
    forge = quiet_site.forge
    claims = forge.claims(module=machine("teachback-project", "jira:projectPage"), account=LEAD)
    reply = forge.send("POST", "/forge/ui", forge.headers(claims), json.dumps(envelope).encode())
    assert reply.status == 200, reply.body
    answer = json.loads(reply.body)
    assert answer["status"] < 500
    assert "Set-Cookie" not in answer["headers"]


def test_an_envelope_has_the_limit_of_forge(quiet_site: ForgeSite) -> None:
    forge = quiet_site.forge
    claims = forge.claims(module=machine("teachback-project", "jira:projectPage"), account=LEAD)
    assert post(forge, "/forge/ui", claims, {"address": PAGE, "form": "x" * 450_000}) == 200
    assert post(forge, "/forge/ui", claims, {"address": PAGE, "form": "x" * body_limits.FORGE_CALL}) == 413


def test_a_page_without_the_persons_own_token_shows_nothing_as_the_app_sees_it(quiet_site: ForgeSite) -> None:
    forge = quiet_site.forge
    claims = forge.claims(module=machine("teachback-admin", "jira:adminPage"), account=LEAD)
    sent = forge.headers(claims) | {"x-forge-oauth-system": forge.access_token(forge.account)}
    quiet_site.story_site.site.admins.add(LEAD)
    asked = len(quiet_site.story_site.site.faults.calls)
    reply = forge.send("POST", "/forge/ui", sent, json.dumps({"address": "/pages/admin"}).encode())
    quiet_site.story_site.site.admins.discard(LEAD)
    assert json.loads(reply.body)["status"] in {403, 503} or "does not answer" in json.loads(reply.body)["body"]
    assert len(quiet_site.story_site.site.faults.calls) == asked


def tick_with(site: ForgeSite, **token: Any) -> None:
    forge = site.forge
    claims = forge.claims(module=machine("teachback-tick"))
    sent = sign_hs256({"account": forge.account, **token}, "any")
    assert post(forge, "/forge/tick", claims, **{"x-forge-oauth-system": sent}) == 202


def stored_expiry(site: ForgeSite) -> int:
    return int(site.rows("SELECT expires_at FROM forge_token")[0][0])


@pytest.mark.parametrize("expires", [-1, 0, 1, "soon", None, True, 1 << 41])
def test_a_token_that_has_ended_or_does_not_say_when_is_not_kept(quiet_site: ForgeSite, expires: Any) -> None:
    before = stored_expiry(quiet_site)
    tick_with(quiet_site, exp=expires)
    assert stored_expiry(quiet_site) == before


def test_an_older_token_never_takes_the_place_of_a_newer_one(quiet_site: ForgeSite) -> None:
    newer = stored_expiry(quiet_site) + HOUR
    tick_with(quiet_site, exp=newer // SECOND)
    tick_with(quiet_site, exp=newer // SECOND - 60)
    assert stored_expiry(quiet_site) == newer // SECOND * SECOND


def test_a_persons_token_is_never_stored(quiet_site: ForgeSite) -> None:
    quiet_site.page(LEAD, "/pages/project")
    container = quiet_site.container
    with container.reader.connect() as connection:
        token = select_system_token(connection, quiet_site.tenant_id, container.clock(), vault=container.vault)
    assert token is not None
    assert quiet_site.story_site.site.tokens.get(token) in {None, quiet_site.forge.account}
    assert token != quiet_site.forge.access_token(LEAD)


def test_a_site_takes_the_figures_of_no_other_site_by_naming_its_address(quiet_site: ForgeSite) -> None:
    """Its own cloud id, signed, beside the address of another site: it becomes a site of its own."""
    forge = quiet_site.forge
    claims = forge.claims(module=machine("teachback-lifecycle"))
    other = "00000000-0d2c-4f63-8b07-1a2b3c4d5e6f"
    claims["app"] |= {
        "apiBaseUrl": f"{forge.api_url}/ex/jira/{other}",
        "installationId": f"ari:cloud:ecosystem::installation/{other}",
    }
    claims["context"] |= {"cloudId": other}
    assert post(forge, "/forge/lifecycle", claims) == 202
    assert quiet_site.rows("SELECT count(DISTINCT tenant_id) FROM forge_installation") == [(2,)]
    with quiet_site.container.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM forge_installation WHERE cloud_id = ?", (other,))


def test_a_developers_installation_takes_over_no_site_of_the_connect_app(quiet_site: ForgeSite) -> None:
    story_site = quiet_site.story_site
    send = through_client(story_site.client, APP_URL)
    forge = ForgeOnSite(
        story_site.site, story_site.connected.keys, send, FORGE_APP, story_site.jira.url, environment="DEVELOPMENT"
    )
    assert forge.install().status == 202
    story_site.site.unsubscribe(forge.take)
    with story_site.container.reader.connect() as connection:
        tenants = connection.exec_driver_sql("SELECT platform, state FROM tenant ORDER BY tenant_id").all()
    assert [tuple(row) for row in tenants] == [("connect", "installed"), ("forge", "installed")]


def test_a_page_that_is_still_open_does_not_bring_a_removed_app_back(quiet_site: ForgeSite) -> None:
    assert quiet_site.forge.uninstall().status == 202
    # The page that is open asks each minute whether its figures changed.
    quiet_site.story_site.clock.at += HOUR
    forge = quiet_site.forge
    answer = forge.ui(LEAD, "teachback-project", PAGE, quiet_site.project_extension())
    assert answer["status"] == 403
    assert quiet_site.rows("SELECT max(state) FROM tenant JOIN forge_token USING (tenant_id)") == [(None,)]
    assert forge.tick().status == 202
