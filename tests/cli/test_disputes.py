"""`teachback dispute`: who may dispute what, who withdraws it, and who reads why."""

import json
from typing import Any

import pytest

from tests.cli.conftest import Cloud
from tests.cli.test_learning import AGENCY, LEAD, LEARNER, PERIOD, STRANGER, ready
from tests.jira.story.people import account_of

GATEKEEPER, OTHER_AGENCY = account_of("Henrike Osei"), account_of("Petra Zielinski")
__all__ = ["ready"]


def report(cloud: Cloud) -> dict[str, Any]:
    output: dict[str, Any] = json.loads(cloud.user.run("report", "growth-acme", "--site", cloud.host, *PERIOD).out)
    return output


def tagged(cloud: Cloud) -> tuple[str, str]:
    """A done ticket with an objective and a part of the agency."""
    row = next(r for r in report(cloud)["issues"] if r["objectives"] and r["taught"] > 0)
    return row["key"], row["objectives"][0]


def say(cloud: Cloud, act: str, account: str, *more: str, status: int = 0) -> str:
    place = ("growth-acme", "--site", cloud.host, "--as", account)
    result = cloud.user.run("dispute", act, *place, *more, status=status)
    return result.err if status else result.out


def dispute(cloud: Cloud, account: str, *more: str, status: int = 0) -> str:
    key, objective = tagged(cloud)
    words = ("--ticket", key, "--objective", objective, "--reason", "Nobody of ours was there")
    return say(cloud, "file", account, *words, *more, status=status)


@pytest.mark.parametrize("who", [STRANGER, GATEKEEPER, OTHER_AGENCY])
def test_only_the_two_sides_dispute_and_read_why(ready: Cloud, who: str) -> None:
    assert "two sides" in dispute(ready, who, status=2)
    dispute(ready, LEARNER)
    assert "two sides" in say(ready, "list", who, status=2)


def test_a_dispute_needs_a_reason(ready: Cloud) -> None:
    assert "the reason is missing" in dispute(ready, AGENCY, "--reason", "  ", status=2)


def test_a_side_disputes_a_ticket_once_and_the_other_may_too(ready: Cloud) -> None:
    assert "open until" in dispute(ready, LEARNER)
    assert "already" in dispute(ready, LEAD, status=2)
    assert "open until" in dispute(ready, AGENCY)


def test_a_lead_of_the_other_side_answers_once_and_both_sides_read_it(ready: Cloud) -> None:
    dispute(ready, AGENCY)
    words = ("--dispute", "1", "--keep", "--words", "Ada reviewed it")
    assert "refused (" in say(ready, "answer", LEARNER, *words, status=2)
    assert say(ready, "answer", LEAD, *words) == "Dispute 1: kept as it stands\n"
    assert "waits for an answer" in say(ready, "answer", LEAD, *words, status=2)
    assert "    kept: Ada reviewed it\n" in say(ready, "list", AGENCY)


def test_only_what_a_done_ticket_counts_for_is_disputed(ready: Cloud) -> None:
    key, objective = tagged(ready)
    other = next(
        objective_row["key"] for objective_row in report(ready)["objectives"] if objective_row["key"] != objective
    )
    words = ("--ticket", key, "--reason", "Not so")
    assert "does not count for" in say(ready, "file", LEAD, *words, "--objective", other, status=2)
    assert "no such objective" in say(ready, "file", LEAD, *words, "--objective", "landing", status=2)
    assert "no ticket" in say(ready, "file", LEAD, "--ticket", "GROW-9999", "--reason", "Not so", status=2)


def test_whoever_filed_it_withdraws_it_and_nobody_else(ready: Cloud) -> None:
    dispute(ready, LEARNER)
    assert "refused (" in say(ready, "withdraw", LEAD, "--dispute", "1", status=2)
    assert "Nobody of ours was there" in say(ready, "list", AGENCY)
    assert say(ready, "withdraw", LEARNER, "--dispute", "1") == "Withdrawn\n"
    assert "withdrawn" in say(ready, "list", AGENCY)
