"""Every attack on signed links is refused for its own reason, and gets in once what stops it is taken out."""

import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client

from tests.connector.attacks.link_attacks import ACME, ATTACKS, BOLT, CookieHolder, LinkAttack, forget
from tests.jira.story_site import APP_URL, StorySite, open_story_site


@pytest.fixture(scope="module")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorySite]:
    folder: Path = tmp_path_factory.mktemp("attacked")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=40) as pair:
        pair.tell()
        pair.agree(ACME)
        pair.agree(BOLT)
        yield pair


@pytest.fixture
def cookie_holder(story_site: StorySite) -> Iterator[CookieHolder]:
    thief_browser = CookieHolder(story_site)
    yield thief_browser
    forget(thief_browser)


def codes(caplog: pytest.LogCaptureFixture) -> list[str]:
    return [record.code for record in caplog.records if record.message == "refused"]


def test_there_are_enough_of_them_and_none_twice() -> None:
    assert len({attack.name for attack in ATTACKS}) == len(ATTACKS) > 20


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_attack(cookie_holder: CookieHolder, attack: LinkAttack, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        assert attack.act(cookie_holder) == attack.refused
    assert codes(caplog) == ([attack.code] if attack.code else [])


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.name)
def test_without_its_check_the_attack_gets_in(
    cookie_holder: CookieHolder, attack: LinkAttack, monkeypatch: pytest.MonkeyPatch
) -> None:
    attack.off(monkeypatch, cookie_holder)
    assert attack.act(cookie_holder) in {200, 204, 303}


def test_with_the_cookie_alone_its_owner_gets_in(cookie_holder: CookieHolder) -> None:
    """So that none of the attacks fails since the cookie is no good."""
    assert cookie_holder.get(f"/pages/figure?engagement={ACME}&figure=total&from=2026-07-01&to=2026-09-30") == 200


def test_a_browser_does_not_send_the_cookie_for_another_sites_page(cookie_holder: CookieHolder) -> None:
    answer = Client(cookie_holder.story_site.client.application).post(
        f"/direct/{cookie_holder.token}", base_url=APP_URL
    )
    attributes = {attribute.strip().lower() for attribute in answer.headers["Set-Cookie"].split(";")[1:]}
    assert {"httponly", "samesite=strict", "path=/"} <= attributes
