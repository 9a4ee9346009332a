"""A site comes, comes again, pauses and leaves: on both databases."""

import pytest
from sqlalchemy.exc import IntegrityError

from connector.config import Settings
from connector.jira.client import JiraError
from connector.platforms.connect import views
from mappings.records.operations.tenants import insert_tenant
from tests.connector.atlassian_signer import NOW, Site, header
from tests.connector.installed_sites import ACME, GLOBEX, PAGE_URL, XHR_URL, open_installed_app

MINUTE = 60

FRESH = Site(secret="fresh-secret-" * 4)
IMPORTED = Site("client-acme-after-import", ACME.base_url, "imported-secret-" * 3)


def turn(installed_app, site, event, **claims):
    if event in {"installed", "uninstalled"}:
        return installed_app.lifecycle(site, event, **claims).status_code
    url = f"/connect/{event}"
    return installed_app.post(url, site.machine("POST", url, **claims), {}).status_code


def opens(installed_app, site=ACME):
    return installed_app.get(
        site.page(PAGE_URL, iat=installed_app.clock[0], exp=installed_app.clock[0] + 180)
    ).status_code


def test_an_installed_site_opens_its_frames(installed_app_on_each):
    answer = installed_app_on_each.get(ACME.page(PAGE_URL))
    assert answer.json == {"tenant": 1, "account": ACME.account, "kind": "person"}
    answer = installed_app_on_each.post(XHR_URL, GLOBEX.context(), {})
    assert answer.json == {"tenant": 2, "account": GLOBEX.account, "kind": "context"}


def test_the_secret_is_encrypted_at_rest(installed_app_on_each):
    for secret, key in installed_app_on_each.rows("SELECT secret, digest_key FROM tenant"):
        assert ACME.secret.encode() not in bytes(secret)
        assert bytes(secret) != bytes(key)


def test_a_reinstall_takes_the_fresh_secret_at_once_and_keeps_the_tenant(installed_app_on_each):
    assert turn(installed_app_on_each, FRESH, "installed", iat=NOW + 1) == 204
    assert (opens(installed_app_on_each, FRESH), opens(installed_app_on_each)) == (200, 401)
    assert installed_app_on_each.get(FRESH.page(PAGE_URL)).json["tenant"] == 1
    assert len(installed_app_on_each.rows("SELECT tenant_id FROM tenant")) == 2


def test_a_webhook_on_its_way_is_taken_with_the_previous_secret_for_ten_minutes(installed_app_on_each):
    turn(installed_app_on_each, FRESH, "installed")
    installed_app_on_each.clock[0] += 10 * MINUTE - 1
    claims = {"iat": installed_app_on_each.clock[0], "exp": installed_app_on_each.clock[0] + 180}
    assert installed_app_on_each.deliver(ACME, **claims).status_code == 204
    assert installed_app_on_each.deliver(FRESH, **claims).status_code == 204
    installed_app_on_each.clock[0] += 1
    assert installed_app_on_each.deliver(ACME, **claims).status_code == 401


def test_the_same_install_twice_keeps_the_previous_secret_as_it_was(installed_app_on_each):
    turn(installed_app_on_each, FRESH, "installed")
    turn(installed_app_on_each, FRESH, "installed")
    assert installed_app_on_each.deliver(ACME).status_code == 204


def test_a_site_that_left_is_shut_and_keeps_its_row_for_its_return(installed_app_on_each):
    assert turn(installed_app_on_each, ACME, "uninstalled") == 204
    assert opens(installed_app_on_each) == 401
    assert installed_app_on_each.state(ACME) == "uninstalled"
    turn(installed_app_on_each, FRESH, "installed")
    assert opens(installed_app_on_each, FRESH) == 200
    assert installed_app_on_each.get(FRESH.page(PAGE_URL)).json["tenant"] == 1


def test_a_paused_site_is_shut_until_it_is_enabled(installed_app_on_each):
    assert turn(installed_app_on_each, ACME, "disabled") == 204
    assert (installed_app_on_each.state(ACME), opens(installed_app_on_each)) == ("disabled", 401)
    assert turn(installed_app_on_each, ACME, "enabled") == 204
    assert opens(installed_app_on_each) == 200


@pytest.mark.parametrize("event", ["enabled", "disabled"])
def test_a_late_turn_does_not_bring_back_a_site_that_left(installed_app_on_each, event):
    turn(installed_app_on_each, ACME, "uninstalled")
    assert turn(installed_app_on_each, ACME, event) == 204
    assert installed_app_on_each.state(ACME) == "uninstalled"


def test_disabled_without_a_token_after_an_uninstall_is_refused_and_harmless(installed_app_on_each):
    turn(installed_app_on_each, ACME, "uninstalled")
    assert installed_app_on_each.post("/connect/disabled", {}, ACME.body("disabled")).status_code == 401
    assert installed_app_on_each.state(ACME) == "uninstalled"


def test_an_uninstall_of_nobody_we_know_is_answered(installed_app_on_each):
    assert turn(installed_app_on_each, Site("client-nobody", "https://nobody.atlassian.net"), "uninstalled") == 204
    assert installed_app_on_each.state(Site("client-nobody")) == "unknown"


def test_another_client_key_at_the_same_address_is_a_new_tenant_without_the_old_ones_data(installed_app_on_each):
    assert turn(installed_app_on_each, IMPORTED, "installed") == 204
    rows = installed_app_on_each.rows("SELECT client_key, site, state FROM tenant ORDER BY tenant_id")
    assert rows == [
        (ACME.client_key, "acme.atlassian.net#1", "uninstalled"),
        (GLOBEX.client_key, "globex.atlassian.net", "installed"),
        (IMPORTED.client_key, "acme.atlassian.net", "installed"),
    ]
    assert (opens(installed_app_on_each), opens(installed_app_on_each, IMPORTED)) == (401, 200)


def test_a_site_that_moved_keeps_its_tenant(installed_app_on_each):
    moved = Site(base_url="https://acme-new.atlassian.net")
    turn(installed_app_on_each, moved, "installed")
    assert installed_app_on_each.rows("SELECT site FROM tenant WHERE tenant_id = 1") == [("acme-new.atlassian.net",)]
    assert installed_app_on_each.get(moved.page(PAGE_URL)).json["tenant"] == 1


def test_a_site_that_was_imported_from_a_file_is_taken_over_by_its_install(installed_app_on_each):
    with installed_app_on_each.container.engine.begin() as connection:
        tenant_id = insert_tenant(
            connection,
            client_key=None,
            site="imported.atlassian.net",
            base_url="https://imported.atlassian.net",
            display_url=None,
            platform="direct",
            state="installed",
            now=0,
            vault=installed_app_on_each.container.vault,
        )
    site = Site("client-imported", "https://imported.atlassian.net", "another-secret-" * 3)
    assert turn(installed_app_on_each, site, "installed") == 204
    assert installed_app_on_each.get(site.page(PAGE_URL)).json["tenant"] == tenant_id


def test_a_secret_replaced_by_another_process_is_taken_within_a_second(migrated_url, caplog):
    with (
        open_installed_app(migrated_url, caplog) as installed_app,
        open_installed_app(migrated_url, caplog, fresh=False) as there,
    ):
        assert opens(there) == 200
        turn(installed_app, FRESH, "installed")
        there.clock[0] += 1
        assert there.deliver(FRESH).status_code == 204


def test_an_install_in_another_process_is_known_within_a_second(migrated_url, caplog):
    stranger = Site("client-new", "https://new.atlassian.net", "new-secret-" * 4)
    with (
        open_installed_app(migrated_url, caplog) as installed_app,
        open_installed_app(migrated_url, caplog, fresh=False) as there,
    ):
        assert opens(there, stranger) == 401
        turn(installed_app, stranger, "installed")
        there.clock[0] += 1
        assert opens(there, stranger) == 200


def test_two_first_installs_at_once_both_succeed(installed_app_on_each, monkeypatch):
    site, tries, save = Site("client-new", "https://new.atlassian.net", "new-secret-" * 4), [], views.save_install

    def overtaken(*given, **named):
        tries.append(1)
        if len(tries) == 1:
            raise IntegrityError("INSERT", {}, Exception("duplicate key"))
        return save(*given, **named)

    monkeypatch.setattr(views, "save_install", overtaken)
    assert installed_app_on_each.install(site).status_code == 204
    assert (installed_app_on_each.state(site), len(tries)) == ("installed", 2)


def test_a_key_host_that_does_not_answer_is_no_refusal(installed_app_on_each):
    def away(address):
        raise JiraError("no answer", permanent=False)

    installed_app_on_each.atlassian.fetch = away
    installed_app_on_each.container.keys._fetch = away
    answer = installed_app_on_each.install(FRESH, kid="key-2")
    assert (answer.status_code, answer.headers["Retry-After"]) == (503, "30")
    assert installed_app_on_each.secret(ACME) == ACME.secret


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"null", b'{"key": 1}', b"\xff", b'{"clientKey": "a\\u0000b"}'])
def test_a_body_that_is_not_jiras_is_not_accepted(installed_app, body):
    answer = installed_app.post("/connect/installed", header(installed_app.atlassian.token(ACME, "installed")), body)
    assert answer.status_code == 400
    assert installed_app.secret(ACME) == ACME.secret


def test_the_base_address_with_a_slash_and_in_capitals_is_the_same_site(installed_app):
    assert turn_with(installed_app, baseUrl="https://Acme.atlassian.net/") == 204
    assert installed_app.rows("SELECT base_url FROM tenant WHERE tenant_id = 1") == [("https://acme.atlassian.net",)]


def turn_with(installed_app, **body):
    return installed_app.install(ACME, body=body).status_code


def test_an_audience_with_a_slash_and_a_list_of_two_are_ours(installed_app):
    assert installed_app.install(ACME, aud="https://teachback.example.com/").status_code == 204
    assert (
        installed_app.install(ACME, aud=["https://other.example.com", "https://teachback.example.com"]).status_code
        == 204
    )


def test_a_base_address_below_a_path_is_stripped_before_the_hash(sqlite_url, caplog):
    settings = Settings(base_url="https://teachback.example.com/app")
    with open_installed_app(sqlite_url, caplog, settings=settings) as installed_app:
        signed = ACME.token("GET", PAGE_URL, sub=ACME.account)
        assert installed_app.get(f"/app{PAGE_URL}&jwt={signed}").status_code == 200
        assert installed_app.get(f"{PAGE_URL}&jwt={signed}").status_code == 200
        token = ACME.machine("POST", "/webhooks/jira")
        assert installed_app.post("/app/webhooks/jira", token, {}).status_code == 204
