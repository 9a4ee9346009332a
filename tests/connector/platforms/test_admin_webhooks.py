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
from tests.connector.installed_sites import ACME, GLOBEX, SECOND, Town
from webhooks import receive
from webhooks.receive import PROVED_BY_BODY

SECRET = "It's a Secret to Everybody"
BODY = b'{"webhookEvent": "jira:issue_updated", "timestamp": 1}'


def enter(town: Town, site: Site = ACME, secret: str = SECRET) -> str:
    """The path of a new webhook of a site."""
    address = admin_webhooks.make_address()
    with town.house.engine.begin() as connection:
        insert_admin_webhook(connection, tenant_of(town, site), address=address, secret=secret, vault=town.house.vault,
                             now=NOW * SECOND)  # fmt: skip
    return PROVED_BY_BODY + address


def tenant_of(town: Town, site: Site) -> int:
    return int(town.rows("SELECT tenant_id FROM tenant WHERE client_key = :key", key=site.client_key)[0][0])


def signature(body: bytes = BODY, secret: str = SECRET, algorithm: str = "sha256") -> str:
    return f"{algorithm}={hmac.new(secret.encode(), body, algorithm).hexdigest()}"


def deliver(town: Town, path: str, body: bytes = BODY, signed: str | None = None, **headers: str) -> int:
    signed = signature(body) if signed is None else signed
    named = {"X-Hub-Signature": signed} if signed else {}
    return town.post(path, {**named, **headers}, body).status_code


def test_the_signature_is_the_one_that_atlassian_documents() -> None:
    documented = "sha256=a4771c39fbe90f317c7824e83ddef3caae9cb3d976c214ace1f2937e133263c9"
    assert admin_webhooks.is_signed(b"Hello World!", documented, b"It's a Secret to Everybody")
    assert not admin_webhooks.is_signed(b"Hello World?", documented, b"It's a Secret to Everybody")


def test_a_signed_body_is_kept_for_its_site_alone(town: Town) -> None:
    assert deliver(town, enter(town)) == 204
    assert town.waiting() == [(ACME.client_key, hashlib.sha256(BODY).hexdigest(), BODY)]


def test_a_repeated_body_is_kept_once_whatever_its_headers_say(town: Town) -> None:
    path = enter(town)
    for name in ("a", "b"):
        assert deliver(town, path, **{"X-Atlassian-Webhook-Identifier": name}) == 204
    assert len(town.waiting()) == 1


def test_each_webhook_has_a_secret_of_its_own_that_the_database_does_not_show(town: Town) -> None:
    ours, theirs = enter(town), enter(town, GLOBEX, "another")
    assert deliver(town, ours) == 204
    assert deliver(town, theirs) == 401
    assert deliver(town, theirs, signed=signature(secret="another")) == 204
    assert [row[0] for row in town.waiting()] == [ACME.client_key, GLOBEX.client_key]
    assert all(SECRET.encode() not in bytes(row[0]) for row in town.rows("SELECT secret FROM admin_webhook"))


def test_a_site_that_left_is_told_to_stop_and_nothing_is_kept(town: Town) -> None:
    path = enter(town)
    with town.house.engine.begin() as connection:
        save_tenant(connection, tenant_of(town, ACME), state="uninstalled")
    assert (deliver(town, path), town.waiting()) == (204, [])


def test_what_is_too_large_is_refused_unread(town: Town) -> None:
    environ = {"PATH_INFO": enter(town), "CONTENT_LENGTH": str(receive.BODY_LIMIT + 1), "HTTP_X_HUB_SIGNATURE": "x"}
    assert town.raw(environ) == 413


class Unread:
    """A body that nobody may touch."""

    def read(self, _: int) -> bytes:
        raise AssertionError("read before anybody was known")


@pytest.mark.parametrize("signed", ["sha256=0", None])
def test_a_stranger_makes_us_read_nothing(town: Town, signed: str | None) -> None:
    path = enter(town) if signed is None else PROVED_BY_BODY + "A" * 22
    environ = {"PATH_INFO": path, "CONTENT_LENGTH": "9", "wsgi.input": Unread()}
    assert town.raw(environ | ({"HTTP_X_HUB_SIGNATURE": signed} if signed else {})) == 401


def test_the_log_names_neither_address_nor_secret(town: Town) -> None:
    path = enter(town)
    deliver(town, path, signed="sha256=00")
    text = json.dumps([vars(record) for record in town.log.records], default=str)
    assert town.codes() == ["signature"]
    assert path.removeprefix(PROVED_BY_BODY) not in text
    assert SECRET not in text


class Attack(NamedTuple):
    """What is tried on a webhook's path, and the check that stops it."""

    name: str
    act: Callable[[Town, str], int]
    off: Callable[[pytest.MonkeyPatch], Any]


def revoked(town: Town, path: str) -> int:
    with town.house.engine.begin() as connection:
        (number,) = town.rows("SELECT webhook_id FROM admin_webhook")[0]
        save_webhook_revoked(connection, tenant_of(town, ACME), number, NOW * SECOND)
    return deliver(town, path)


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
    town: Town, monkeypatch: pytest.MonkeyPatch, attack: Attack
) -> None:
    assert attack.act(town, enter(town)) == 401
    with town.house.engine.begin() as connection:
        connection.exec_driver_sql("DELETE FROM admin_webhook")
    attack.off(monkeypatch)
    assert attack.act(town, enter(town)) == 204


@pytest.mark.parametrize("path", ["", "short", "A" * 22 + "/x", "../connect/installed", "A" * 22 + "%00"])
def test_only_an_address_that_was_made_is_one(town: Town, path: str) -> None:
    enter(town)
    assert town.raw({"PATH_INFO": PROVED_BY_BODY + path, "CONTENT_LENGTH": "2", "HTTP_X_HUB_SIGNATURE": "x"}) == 401
