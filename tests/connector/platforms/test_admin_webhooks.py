"""A webhook that an admin entered by hand: taken when its body is signed as was agreed, and from nobody else."""

import hashlib
import hmac
import json
from collections.abc import Callable
from typing import Any, NamedTuple

import pytest

from connector.platforms.direct import admin_webhooks
from mappings.records.operations.admin_webhooks import insert_admin_webhook, save_webhook_revoked, select_webhook_secret
from mappings.records.operations.tenants import save_tenant
from tests.connector.atlassian_signer import NOW, Site
from tests.connector.installed_sites import ACME, GLOBEX, SECOND, InstalledApp
from webhooks import receive
from webhooks.receive import PROVED_BY_BODY

SECRET = "It's a Secret to Everybody"
BODY = b'{"webhookEvent": "jira:issue_updated", "timestamp": 1}'


def enter(installed_app: InstalledApp, site: Site = ACME, secret: str = SECRET) -> str:
    """The path of a new webhook of a site."""
    address = admin_webhooks.make_address()
    with installed_app.container.engine.begin() as connection:
        insert_admin_webhook(
            connection,
            tenant_of(installed_app, site),
            address=address,
            secret=secret,
            vault=installed_app.container.vault,
            now=NOW * SECOND,
        )
    return PROVED_BY_BODY + address


def tenant_of(installed_app: InstalledApp, site: Site) -> int:
    return int(installed_app.rows("SELECT tenant_id FROM tenant WHERE client_key = :key", key=site.client_key)[0][0])


def signature(body: bytes = BODY, secret: str = SECRET, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def deliver(
    installed_app: InstalledApp, path: str, body: bytes = BODY, signed: str | None = None, **headers: str
) -> int:
    signed = signature(body) if signed is None else signed
    named = {"X-Hub-Signature": signed} if signed else {}
    return installed_app.post(path, {**named, **headers}, body).status_code


def test_the_signature_is_the_one_that_atlassian_documents() -> None:
    documented = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    assert admin_webhooks.is_signed(b"Hello World!", documented, b"It's a Secret to Everybody")
    assert not admin_webhooks.is_signed(b"Hello World?", documented, b"It's a Secret to Everybody")


def test_a_signed_body_is_kept_for_its_site_alone(installed_app: InstalledApp) -> None:
    assert deliver(installed_app, enter(installed_app)) == 204
    assert installed_app.waiting() == [(ACME.client_key, hashlib.sha256(BODY).hexdigest(), BODY)]


def test_a_repeated_body_is_kept_once_whatever_its_headers_say(installed_app: InstalledApp) -> None:
    path = enter(installed_app)
    for name in ("a", "b"):
        assert deliver(installed_app, path, **{"X-Atlassian-Webhook-Identifier": name}) == 204
    assert len(installed_app.waiting()) == 1


def test_each_webhook_has_a_secret_of_its_own_that_the_database_does_not_show(installed_app: InstalledApp) -> None:
    ours, theirs = enter(installed_app), enter(installed_app, GLOBEX, "another")
    assert deliver(installed_app, ours) == 204
    assert deliver(installed_app, theirs) == 401
    assert deliver(installed_app, theirs, signed=signature(secret="another")) == 204
    assert [row[0] for row in installed_app.waiting()] == [ACME.client_key, GLOBEX.client_key]
    assert all(SECRET.encode() not in bytes(row[0]) for row in installed_app.rows("SELECT secret FROM admin_webhook"))


def test_a_site_that_left_is_told_to_stop_and_nothing_is_kept(installed_app: InstalledApp) -> None:
    path = enter(installed_app)
    with installed_app.container.engine.begin() as connection:
        save_tenant(connection, tenant_of(installed_app, ACME), state="uninstalled")
    assert (deliver(installed_app, path), installed_app.waiting()) == (204, [])


def test_what_is_too_large_is_refused_unread(installed_app: InstalledApp) -> None:
    environ = {
        "PATH_INFO": enter(installed_app),
        "CONTENT_LENGTH": str(receive.BODY_LIMIT + 1),
        "HTTP_X_HUB_SIGNATURE": "x",
    }
    assert installed_app.raw(environ) == 413


class Unread:
    """A body that nobody may touch."""

    def read(self, _: int) -> bytes:
        raise AssertionError("read before anybody was known")


@pytest.mark.parametrize("signed", ["sha256=0", None])
def test_a_stranger_makes_us_read_nothing(installed_app: InstalledApp, signed: str | None) -> None:
    path = enter(installed_app) if signed is None else PROVED_BY_BODY + "A" * 22
    environ = {"PATH_INFO": path, "CONTENT_LENGTH": "9", "wsgi.input": Unread()}
    assert installed_app.raw(environ | ({"HTTP_X_HUB_SIGNATURE": signed} if signed else {})) == 401


def test_the_log_names_neither_address_nor_secret(installed_app: InstalledApp) -> None:
    path = enter(installed_app)
    deliver(installed_app, path, signed="sha256=00")
    text = json.dumps([vars(record) for record in installed_app.log.records], default=str)
    assert installed_app.codes() == ["signature"]
    assert path.removeprefix(PROVED_BY_BODY) not in text
    assert SECRET not in text


class Attack(NamedTuple):
    """What is tried on a webhook's path, and the check that stops it."""

    name: str
    act: Callable[[InstalledApp, str], int]
    off: Callable[[pytest.MonkeyPatch], Any]


def revoked(installed_app: InstalledApp, path: str) -> int:
    with installed_app.container.engine.begin() as connection:
        (number,) = installed_app.rows("SELECT webhook_id FROM admin_webhook")[0]
        save_webhook_revoked(connection, tenant_of(installed_app, ACME), number, NOW * SECOND)
    return deliver(installed_app, path)


def believed(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(admin_webhooks, "is_signed", lambda *_: True)


def obeyed(patch: pytest.MonkeyPatch) -> None:
    """The algorithm that the caller names."""

    def is_signed(body: bytes, signed: str, key: bytes) -> bool:
        algorithm, _, digest = signed.partition("=")
        return hmac.compare_digest(hmac.new(key, body, algorithm).hexdigest(), digest)

    patch.setattr(admin_webhooks, "is_signed", is_signed)


def for_ever(patch: pytest.MonkeyPatch) -> None:
    """A look for the address that does not ask whether it was revoked."""
    rows: list[Any] = []

    def remember(connection: Any, address: str) -> Any:
        webhook_secret = select_webhook_secret(connection, address)
        rows.extend([webhook_secret] if webhook_secret else [])
        return rows[0]

    patch.setattr(admin_webhooks, "select_webhook_secret", remember)


def cut_off(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(admin_webhooks, "hmac", type("Loose", (), {
        "new": hmac.new, "compare_digest": staticmethod(lambda ours, given: ours.startswith(given)),
    }))  # fmt: skip


def anything_goes(patch: pytest.MonkeyPatch) -> None:
    patch.setattr(admin_webhooks, "refuse_query_token", lambda _: None)


ATTACKS = (
    Attack("signed with another secret", lambda t, p: deliver(t, p, signed=signature(secret="guess")), believed),
    Attack("signed for another body", lambda t, p: deliver(t, p, b"{}", signature()), believed),
    Attack("signed with a weaker algorithm", lambda t, p: deliver(t, p, signed=signature(algorithm="sha1")), obeyed),
    Attack("half a signature", lambda t, p: deliver(t, p, signed=signature()[:20]), cut_off),
    Attack("not ASCII", lambda t, p: deliver(t, p, signed="sha256=\xff"), believed),
    Attack("token in the address", lambda t, p: deliver(t, f"{p}?jwt=x"), anything_goes),
    Attack("revoked", lambda t, p: [deliver(t, p, b"1"), revoked(t, p)][1], for_ever),
)


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_an_attack_is_refused_and_gets_in_without_its_check(
    installed_app: InstalledApp, monkeypatch: pytest.MonkeyPatch, attack: Attack
) -> None:
    assert attack.act(installed_app, enter(installed_app)) == 401
    with installed_app.container.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM admin_webhook")
    attack.off(monkeypatch)
    assert attack.act(installed_app, enter(installed_app)) == 204


@pytest.mark.parametrize("path", ["", "short", "A" * 22 + "/x", "../connect/installed", "A" * 22 + "%00"])
def test_only_an_address_that_was_made_is_one(installed_app: InstalledApp, path: str) -> None:
    enter(installed_app)
    assert (
        installed_app.raw({"PATH_INFO": PROVED_BY_BODY + path, "CONTENT_LENGTH": "2", "HTTP_X_HUB_SIGNATURE": "x"})
        == 401
    )
