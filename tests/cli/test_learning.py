"""`teachback learning` and `exit`: who may say what, what it moves, and what would be left without the agency."""

import json

import pytest

from tests.cli.conftest import APPLY, Cloud
from tests.jira.story.people import account_of

LEAD, LEARNER, AGENCY, STRANGER = (
    account_of(name) for name in ("Maren Vogt", "Priya Raman", "Callum Rhodes", "Viktor Amsel")
)
PERIOD = ("--from", "2026-01-01", "--to", "2027-01-01", "--as-of", "2027-02-01T12:00:00Z")


@pytest.fixture
def ready(cloud: Cloud) -> Cloud:
    """The site read and the engagement measured."""
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    report(cloud)
    return cloud


def report(cloud: Cloud) -> dict[str, dict[str, object]]:
    return json.loads(cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out)


def say(cloud: Cloud, act: str, account: str, *more: str, status: int = 0) -> str:
    place = ("growth-acme", "--site", cloud.host, "--as", account)
    result = cloud.user.run("learning", act, *place, *more, status=status)
    return result.err if status else result.out


def test_a_stranger_says_nothing(ready: Cloud) -> None:
    for act, more in (
        ("attest", ("--objective", "ab-design", "--learner", LEARNER, "--rung", "shadowed")),
        ("feedback", ("--about", "reviews", "--words", "Reviews take long")),
        ("pulse", ("--quarter", "2026Q4", "--answer", "4")),
        ("agree", ("--objective", "ab-design")),
        ("consent", ("--to", "named")),
    ):
        assert "refused (" in say(ready, act, STRANGER, *more, status=2), act


def test_nobody_signs_for_themselves(ready: Cloud) -> None:
    more = ("--objective", "ab-design", "--learner", LEAD, "--rung", "exposed")
    assert "refused (" in say(ready, "attest", LEAD, *more, status=2)


def test_feedback_is_the_agencys_and_the_action_is_the_clients(ready: Cloud) -> None:
    assert "Item" in say(ready, "feedback", AGENCY, "--about", "reviews", "--words", "Reviews take two weeks")
    assert "refused (" in say(ready, "act", AGENCY, "--item", "1", "--words", "none", status=2)
    assert say(ready, "act", LEAD, "--item", "1", "--words", "A reviewer each day") == "Saved\n"
    assert "refused (" in say(ready, "act", LEAD, "--item", "1", "--words", "again", status=2)


def test_a_consent_is_given_once_and_withdrawn(ready: Cloud) -> None:
    assert "withdrawn at any time" in say(ready, "consent", LEARNER, "--to", "named")
    assert "already" in say(ready, "consent", LEARNER, "--to", "named", status=2)
    assert say(ready, "withdraw", LEARNER, "--to", "named") == "Withdrawn\n"


def test_an_exit_says_coverage_and_what_to_teach(ready: Cloud) -> None:
    output = ready.user.run("exit", "growth-acme", "--site", ready.host, "--on", "2031-01-01").out
    assert "fewest tickets" in output or "carried alone by at least two" in output
    assert "is past" in ready.user.run("exit", "growth-acme", "--site", ready.host, "--on", "2020-01-01", status=2).line


def test_a_teach_back_is_declined_and_given_again(ready: Cloud) -> None:
    about = ("--objective", "tracking", "--ticket", "GROW-98")
    assert "counts once somebody accepts" in say(ready, "teach-back", LEARNER, *about)
    answer = (*about, "--learner", LEARNER)
    assert "refused (" in say(ready, "decline", LEARNER, *answer, status=2)
    assert "can explain it again" in say(ready, "decline", LEAD, *answer)
    assert "refused (" in say(ready, "accept", LEAD, *answer, status=2)
    assert "counts once somebody accepts" in say(ready, "teach-back", LEARNER, *about)
    assert say(ready, "accept", LEAD, *answer) == "Accepted\n"
