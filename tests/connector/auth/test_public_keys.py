"""Atlassian's keys are fetched once each, from the listed hosts alone."""

import pytest

from connector.auth.public_keys import KEPT, MISSES_A_MINUTE, RESERVE, PublicKeys
from connector.auth.token_parsing import TokenError
from connector.jira.client import JiraError

PEM = "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"
HOSTS = ("new.example.com", "old.example.com")


class KeyHosts:
    """Key hosts, by address; an exception is raised."""

    def __init__(self, **held):
        self.held, self.asked, self.now, self.stored = held, [], 1_000_000_000, {}

    def fetch(self, address):
        self.asked.append(address)
        answer = self.held.get(address.removeprefix("https://"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def keys(self):
        def save(kid, pem):
            self.stored[kid] = pem

        return PublicKeys(HOSTS, self.fetch, lambda: self.now, load=self.stored.get, save=save)


def test_a_key_is_asked_for_once():
    key_hosts = KeyHosts(**{"new.example.com/k1": PEM})
    keys = key_hosts.keys()
    assert [keys.fetch("k1"), keys.fetch("k1")] == [PEM, PEM]
    assert key_hosts.asked == ["https://new.example.com/k1"]


@pytest.mark.parametrize(
    "trouble", [None, "<html>", JiraError("503", permanent=False), JiraError("403", permanent=True)]
)
def test_the_older_host_is_asked_second(trouble):
    key_hosts = KeyHosts(**{"new.example.com/k1": trouble, "old.example.com/k1": PEM})
    assert key_hosts.keys().fetch("k1") == PEM


@pytest.mark.parametrize("answer", [None, JiraError("403", permanent=True)])
def test_a_key_that_nobody_has_is_refused_and_not_asked_for_again_within_a_minute(answer):
    key_hosts = KeyHosts(**{f"{host}/k1": answer for host in HOSTS})
    keys = key_hosts.keys()
    for _ in range(3):
        with pytest.raises(TokenError, match="unknown key"):
            keys.fetch("k1")
    assert len(key_hosts.asked) == 2
    key_hosts.now += 60_000_001
    key_hosts.held["new.example.com/k1"] = PEM
    assert keys.fetch("k1") == PEM


def test_a_host_that_does_not_answer_is_no_refusal():
    key_hosts = KeyHosts(**{"new.example.com/k1": JiraError("no answer", permanent=False)})
    with pytest.raises(JiraError):
        key_hosts.keys().fetch("k1")


@pytest.mark.parametrize(
    "kid", ["../k1", "k1/../../x", "/k1", "https://evil.example/k", "k..1", "", None, 7, "a" * 129, "k\n"]
)
def test_a_kid_is_a_name_and_no_path(kid):
    key_hosts = KeyHosts()
    with pytest.raises(TokenError, match="key id"):
        key_hosts.keys().fetch(kid)
    assert not key_hosts.asked


def test_inventing_kids_does_not_make_us_knock_for_ever():
    key_hosts = KeyHosts()
    keys = key_hosts.keys()
    refusals = [refusal_of(keys, f"k{number}") for number in range(MISSES_A_MINUTE + 5)]
    assert refusals.count(JiraError) == 5
    assert len(key_hosts.asked) == 2 * MISSES_A_MINUTE


def test_a_key_that_was_found_once_is_used_by_every_process_whatever_is_invented():
    key_hosts = KeyHosts(**{"new.example.com/k1": PEM})
    key_hosts.keys().fetch("k1")
    other = key_hosts.keys()
    for number in range(2 * MISSES_A_MINUTE):
        refusal_of(other, f"invented-{number}")
    key_hosts.held.clear()
    assert other.fetch("k1") == PEM


def test_a_customer_with_a_new_key_has_a_reserve():
    key_hosts = KeyHosts(**{"new.example.com/new": PEM})
    keys = key_hosts.keys()
    for number in range(MISSES_A_MINUTE + 5):
        refusal_of(keys, f"invented-{number}")
    assert refusal_of(keys, "new") is JiraError
    assert keys.fetch("new", is_customer=lambda: True) == PEM
    refusals = [refusal_of(keys, f"own-{number}", is_customer=lambda: True) for number in range(RESERVE + 1)]
    assert refusals == [TokenError] * RESERVE + [JiraError]


def refusal_of(keys, kid, **options):
    try:
        keys.fetch(kid, **options)
    except (TokenError, JiraError) as refusal:
        return type(refusal)


def test_few_keys_are_held_in_memory():
    key_hosts = KeyHosts(**{f"new.example.com/k{number}": PEM for number in range(KEPT + 1)})
    keys = key_hosts.keys()
    for number in range(KEPT + 1):
        keys.fetch(f"k{number}")
    assert keys.find_in_memory("k0") is None
    assert keys.fetch("k0") == PEM
    assert key_hosts.asked.count("https://new.example.com/k0") == 1
