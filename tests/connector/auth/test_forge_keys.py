"""Forge's public keys: fetched once, kept when Forge's host is away, and never a weak one."""

import json
from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa

from connector.auth.forge_keys import FRESH_FOR, REFETCH_AFTER, ForgeKeys, read_key_set
from connector.auth.token_parsing import TokenError
from connector.jira.errors import JiraError

URL = "https://forge.example/jwks.json"
FIRST, SECOND_KEY = (rsa.generate_private_key(public_exponent=65537, key_size=2048).public_key() for _ in range(2))
WEAK = rsa.generate_private_key(public_exponent=65537, key_size=1024).public_key()


def key_set(**keys: Any) -> str:
    return json.dumps(
        {"keys": [json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key)) | {"kid": kid} for kid, key in keys.items()]}
    )


class Host:
    """Forge's key host: `text` is what it publishes, None while it is away. `saved` is what the database holds."""

    def __init__(self, text: str | None) -> None:
        self.text, self.asked, self.saved, self.now = text, 0, "", 0

    def fetch(self, url: str) -> str | None:
        assert url == URL
        self.asked += 1
        if self.text is None:
            raise JiraError("away", permanent=False)
        return self.text

    def keys(self) -> ForgeKeys:
        def save(text: str) -> None:
            self.saved = text

        return ForgeKeys(URL, self.fetch, lambda: self.now, load=lambda: self.saved, save=save)


def test_a_key_is_fetched_once_a_day() -> None:
    host = Host(key_set(k1=FIRST))
    keys = host.keys()
    assert keys.find("k1") == keys.find("k1") == keys.find_in_memory("k1")
    assert host.asked == 1
    host.now += FRESH_FOR
    assert keys.find_in_memory("k1") is None
    assert keys.find("k1") == FIRST
    assert host.asked == 2


def test_the_last_good_keys_serve_another_process_while_the_host_is_away() -> None:
    host = Host(key_set(k1=FIRST))
    host.keys().find("k1")
    host.text = None
    assert host.keys().find("k1") == FIRST


@pytest.mark.parametrize("text", [None, "", "[]", "{", '{"keys": []}', '{"keys": [{"kty": "RSA"}]}'])
def test_what_is_no_key_set_takes_no_good_one_away(text: str | None) -> None:
    host = Host(key_set(k1=FIRST))
    keys = host.keys()
    keys.find("k1")
    host.text, host.now = text, FRESH_FOR
    assert keys.find("k1") == FIRST
    assert host.saved == key_set(k1=FIRST)


def test_a_new_key_is_found_and_an_unknown_one_makes_no_call_each_time() -> None:
    host = Host(key_set(k1=FIRST))
    keys = host.keys()
    keys.find("k1")
    host.text = key_set(k1=FIRST, k2=SECOND_KEY)
    for _ in range(5):
        with pytest.raises(TokenError, match="unknown key"):
            keys.find("k2")
    assert host.asked == 1
    host.now += REFETCH_AFTER
    assert keys.find("k2") == SECOND_KEY


@pytest.mark.parametrize(
    "keys", [lambda: key_set(k1=WEAK), lambda: key_set(k1=FIRST).replace('"kid": "k1"', '"kid": ""')]
)
def test_a_weak_key_and_one_without_a_name_are_no_keys(keys: Callable[[], str]) -> None:
    assert read_key_set(keys()) == {}


def test_without_any_key_ever_nothing_is_verified() -> None:
    with pytest.raises(JiraError, match="could not be fetched"):
        Host(None).keys().find("k1")
