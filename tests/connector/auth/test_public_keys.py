"""Atlassian's keys are fetched once each, from the listed hosts alone."""

import pytest

from connector.auth.public_keys import FETCHES_A_MINUTE, KEPT, PublicKeys
from connector.auth.token_parsing import TokenError
from connector.jira.client import JiraError

PEM = "-----BEGIN PUBLIC KEY-----\nx\n-----END PUBLIC KEY-----\n"
HOSTS = ("new.example.com", "old.example.com")


class Shelf:
    """Key hosts, by address; an exception is raised."""

    def __init__(self, **held):
        self.held, self.asked, self.now = held, [], 1_000_000_000

    def fetch(self, address):
        self.asked.append(address)
        answer = self.held.get(address.removeprefix("https://"))
        if isinstance(answer, Exception):
            raise answer
        return answer

    def keys(self):
        return PublicKeys(HOSTS, self.fetch, lambda: self.now)


def test_a_key_is_asked_for_once():
    shelf = Shelf(**{"new.example.com/k1": PEM})
    keys = shelf.keys()
    assert [keys.fetch("k1"), keys.fetch("k1")] == [PEM, PEM]
    assert shelf.asked == ["https://new.example.com/k1"]


@pytest.mark.parametrize(
    "trouble", [None, "<html>", JiraError("503", permanent=False), JiraError("403", permanent=True)]
)
def test_the_older_host_is_asked_second(trouble):
    shelf = Shelf(**{"new.example.com/k1": trouble, "old.example.com/k1": PEM})
    assert shelf.keys().fetch("k1") == PEM


@pytest.mark.parametrize("answer", [None, JiraError("403", permanent=True)])
def test_a_key_that_nobody_has_is_refused_and_not_asked_for_again_within_a_minute(answer):
    shelf = Shelf(**{f"{host}/k1": answer for host in HOSTS})
    keys = shelf.keys()
    for _ in range(3):
        with pytest.raises(TokenError, match="unknown key"):
            keys.fetch("k1")
    assert len(shelf.asked) == 2
    shelf.now += 60_000_001
    shelf.held["new.example.com/k1"] = PEM
    assert keys.fetch("k1") == PEM


def test_a_host_that_does_not_answer_is_no_refusal():
    shelf = Shelf(**{"new.example.com/k1": JiraError("no answer", permanent=False)})
    with pytest.raises(JiraError):
        shelf.keys().fetch("k1")


@pytest.mark.parametrize(
    "kid", ["../k1", "k1/../../x", "/k1", "https://evil.example/k", "k..1", "", None, 7, "a" * 129, "k\n"]
)
def test_a_kid_is_a_name_and_no_path(kid):
    shelf = Shelf()
    with pytest.raises(TokenError, match="key id"):
        shelf.keys().fetch(kid)
    assert not shelf.asked


def test_inventing_kids_does_not_make_us_knock_for_ever():
    shelf = Shelf()
    keys = shelf.keys()
    refusals = [refusal_of(keys, f"k{number}") for number in range(FETCHES_A_MINUTE + 5)]
    assert refusals.count(JiraError) == 5
    assert len(shelf.asked) == 2 * FETCHES_A_MINUTE


def refusal_of(keys, kid):
    try:
        keys.fetch(kid)
    except (TokenError, JiraError) as refusal:
        return type(refusal)


def test_few_keys_are_kept():
    shelf = Shelf(**{f"new.example.com/k{number}": PEM for number in range(KEPT + 1)})
    keys = shelf.keys()
    for number in range(KEPT + 1):
        shelf.now += 60_000_000
        keys.fetch(f"k{number}")
    keys.fetch("k0")
    assert shelf.asked.count("https://new.example.com/k0") == 2
