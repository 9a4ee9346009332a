"""Webhooks at the front: verified once, named by Jira's own key, of the tenant that signed."""

import pytest
from werkzeug.test import EnvironBuilder

from connector.auth import tokens
from connector.platforms.connect.webhook_auth import read_delivery_key, verify_webhook
from mappings.records.sql.engine import StoreError
from tests.connector.atlassian_signer import NOW, header
from tests.connector.installed_sites import ACME, GLOBEX
from webhooks.receive import Verified


def test_a_verified_webhook_is_kept_under_jiras_key(installed_app_on_each):
    assert installed_app_on_each.deliver(ACME, b'{"a": 1}', named="delivery-1").status_code == 204
    deliveries = installed_app_on_each.waiting()
    assert [(key, name, bytes(body)) for key, name, body in deliveries] == [
        (ACME.client_key, "delivery-1", b'{"a": 1}')
    ]


def test_a_repeated_delivery_is_kept_once(installed_app_on_each):
    for _ in range(3):
        assert installed_app_on_each.deliver(ACME, named="delivery-1").status_code == 204
    assert len(installed_app_on_each.waiting()) == 1


def test_the_same_key_of_two_sites_is_two_deliveries(installed_app_on_each):
    for site in (ACME, GLOBEX):
        installed_app_on_each.deliver(site, named="delivery-1")
    assert [row[0] for row in installed_app_on_each.waiting()] == [ACME.client_key, GLOBEX.client_key]


def test_without_jiras_key_the_body_is_the_key(installed_app):
    for body in (b'{"a": 1}', b'{"a": 1}', b'{"a": 2}'):
        installed_app.deliver(ACME, body)
    assert len(installed_app.waiting()) == 2


def test_a_webhook_of_a_paused_site_is_kept(installed_app):
    installed_app.post("/connect/disabled", ACME.machine("POST", "/connect/disabled"), {})
    assert (installed_app.deliver(ACME).status_code, len(installed_app.waiting())) == (204, 1)


def test_the_address_may_hold_what_jira_adds(installed_app):
    url = "/webhooks/jira?user_id=712020%3Aa&user_key=712020:a"
    assert installed_app.post(url, ACME.machine("POST", url), {}).status_code == 204


def test_a_body_is_not_read_before_it_is_verified(installed_app):
    class Unread:
        def read(self, *_):
            raise AssertionError("read")

    assert installed_app.raw({"CONTENT_LENGTH": "10", "wsgi.input": Unread()}) == 401


def test_a_database_that_is_away_is_answered_so_that_jira_tries_again(installed_app, monkeypatch):
    def away(_):
        raise StoreError("the database does not answer", "see whether it runs")

    monkeypatch.setattr(installed_app.container.tenants, "find", away)
    answer = installed_app.deliver(ACME)
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")


def test_a_webhook_is_verified_with_one_look_at_its_signature(installed_app, monkeypatch):
    looks = []
    verify = tokens.verify_signature
    monkeypatch.setattr(tokens, "verify_signature", lambda *given: (looks.append(1), verify(*given)))
    assert installed_app.deliver(ACME).status_code == 204
    assert len(looks) == 1


def test_a_tenant_is_read_from_the_database_once_in_half_a_minute(installed_app, monkeypatch):
    loads = []
    load = installed_app.container.tenants._load
    monkeypatch.setattr(installed_app.container.tenants, "_load", lambda key: (loads.append(key), load(key))[1])
    installed_app.container.tenants.forget(ACME.client_key)
    for second in (0, 10, 29, 30):
        installed_app.clock[0] = NOW + second
        installed_app.deliver(ACME, iat=NOW + second, exp=NOW + second + 180)
    assert len(loads) == 2


@pytest.mark.parametrize(
    ("name", "stored"),
    [("delivery-1", True), ("", None), (None, None), ("x" * 200, True), ("x" * 201, False), ("a b", False)],
)
def test_jiras_key_is_kept_where_it_is_plain_and_short(name, stored):
    delivery_key = read_delivery_key({"HTTP_X_ATLASSIAN_WEBHOOK_IDENTIFIER": name} if name is not None else {})
    assert delivery_key == name if stored else delivery_key is None if stored is None else len(delivery_key) == 64


@pytest.mark.parametrize(
    "server", [{}, {"RAW_URI": "/webhooks/jira"}, {"REQUEST_URI": "https://teachback.example.com/webhooks/jira"}]
)
def test_every_servers_way_of_telling_the_path_is_understood(installed_app, server):
    environ = EnvironBuilder(
        "/webhooks/jira", method="POST", headers=header(ACME.token("POST", "/webhooks/jira"))
    ).get_environ()
    for name in ("RAW_URI", "REQUEST_URI"):
        environ.pop(name, None)
    assert verify_webhook(installed_app.container, {**environ, **server}) == Verified(1, None)


def test_a_path_with_encoded_letters_is_bound_decoded(installed_app):
    token = ACME.token("GET", "/test/page", sub=ACME.account)
    assert installed_app.get(f"/test/p%61ge?jwt={token}").status_code == 200


@pytest.mark.parametrize("signed", ["/webhooks/jir%61", "/webhooks/jira"])
def test_where_a_server_shows_the_raw_path_either_is_bound(installed_app, signed):
    environ = EnvironBuilder("/webhooks/jira", method="POST", headers=header(ACME.token("POST", signed))).get_environ()
    assert verify_webhook(installed_app.container, {**environ, "RAW_URI": "/webhooks/jir%61"}) == Verified(1, None)
