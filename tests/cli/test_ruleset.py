"""`ruleset`: shown as a file, proposed, agreed on by one lead of each side, and looked back on."""

import re

import pytest
import yaml

from mappings.formats.engagement_file.ruleset import read_ruleset
from mappings.measure.model.ruleset import DEFAULT
from tests.cli.conftest import APPLY, SITE, User, agreement

WORDS = ("--site", SITE)


def lead(side: str) -> str:
    """The account of a side's lead in the story."""
    return yaml.safe_load(agreement())["leads"][side][0]


@pytest.fixture
def agreed(user: User) -> User:
    """Somebody whose engagement is applied."""
    user.run(*APPLY, user.write("acme.yaml", agreement()), *WORDS)
    return user


def propose(user: User, text: str = "name: strict\nletters: 60\n") -> list[str]:
    return user.run("ruleset", "propose", "growth-acme", user.write("rules.yaml", text), *WORDS).out.splitlines()


def approve(user: User, account: str, *more: str, status: int = 0):
    return user.run("ruleset", "approve", "growth-acme", *WORDS, "--as", account, *more, status=status)


def history(user: User) -> list[str]:
    return user.run("ruleset", "history", "growth-acme", *WORDS).out.splitlines()


def test_the_rules_are_shown_as_a_file_that_can_be_proposed(agreed: User) -> None:
    shown = agreed.run("ruleset", "show", "growth-acme", *WORDS).out
    assert read_ruleset(shown) == DEFAULT
    assert agreed.run("ruleset", "show").out.splitlines()[1:] == shown.splitlines()[1:]
    assert propose(agreed, shown) == ["growth-acme: nothing changed"]


def test_a_proposal_says_what_it_changes_and_changes_nothing_yet(agreed: User) -> None:
    first, *changes = propose(agreed)
    assert re.fullmatch(r"version 1 sha256:[0-9a-f]{64}", first)
    assert changes == ["name: default -> strict", "letters: 40 -> 60"]
    assert read_ruleset(agreed.run("ruleset", "show", "growth-acme", *WORDS).out) == DEFAULT
    assert read_ruleset(agreed.run("ruleset", "show", "growth-acme", *WORDS, "--version", "1").out).letters == 60
    assert propose(agreed) == ["growth-acme: nothing changed"]


def test_both_leads_have_to_agree(agreed: User) -> None:
    propose(agreed)
    assert approve(agreed, lead("inhouse")).out.endswith(": waits for the agency's lead\n")
    assert "applies from 20" in approve(agreed, lead("agency")).out
    assert [line.split()[:4] for line in history(agreed)] == [
        ["version", "0", "in", "force"],
        ["version", "1", "agreed", "strict"],
    ]


@pytest.mark.parametrize(
    ("account", "why"),
    [("nobody", "leads neither side"), ("inhouse", "belongs to the side that agreed already")],
)
def test_nobody_else_can_agree(agreed: User, account: str, why: str) -> None:
    propose(agreed)
    approve(agreed, lead("inhouse"))
    assert why in approve(agreed, account if account == "nobody" else lead(account), status=2).line
    assert "proposed" in history(agreed)[1]


def test_only_the_newest_version_can_be_agreed_on(agreed: User) -> None:
    assert "nothing is proposed" in approve(agreed, lead("agency"), status=2).line
    propose(agreed)
    propose(agreed, "name: stricter\nletters: 80\n")
    assert "which another replaced" in approve(agreed, lead("agency"), "--version", "1", status=2).line
    assert "which is not there" in approve(agreed, lead("agency"), "--version", "7", status=2).line
    approve(agreed, lead("agency"), "--version", "2")
    assert [line.split()[2] for line in history(agreed)] == ["in", "replaced", "proposed"]


def test_a_file_with_problems_is_refused_line_by_line(agreed: User) -> None:
    path = agreed.write("rules.yaml", "name: strict\npeople: 2\nletter: 3\n")
    result = agreed.run("ruleset", "propose", "growth-acme", path, *WORDS, status=2)
    assert result.err.splitlines() == [
        "teachback: line 2: people must be from 3 to 1000; correct the value",
        "teachback: line 3: letter is not a known key; did you mean letters?",
    ]


def test_what_is_not_there_is_named(agreed: User) -> None:
    assert "ENGAGEMENT needs its site" in agreed.run("ruleset", "show", "growth-acme", status=2).line
    assert "no engagement 'x' on this site" in agreed.run("ruleset", "history", "x", *WORDS, status=2).line
    result = agreed.run("ruleset", "show", "growth-acme", *WORDS, "--version", "3", status=2)
    assert "has no version 3" in result.line


def test_an_engagement_names_rules_that_are_known(agreed: User) -> None:
    text = agreement().replace("ruleset: default", "ruleset: strict")
    path = agreed.write("acme.yaml", text if "ruleset: strict" in text else text + "ruleset: strict\n")
    assert "no rules named 'strict'" in agreed.run(*APPLY, path, *WORDS, status=2).line
    propose(agreed)
    assert "ruleset: default -> strict" in agreed.run(*APPLY, path, *WORDS).out


COUNCIL = "name: council\nworks_council: true\n"


def test_works_council_mode_is_refused_where_units_are_hours(user: User) -> None:
    hours = re.sub(r"units: .*", "units: {by: hours}", agreement())
    user.run(*APPLY, user.write("acme.yaml", hours), *WORDS)
    refused = user.run("ruleset", "propose", "growth-acme", user.write("rules.yaml", COUNCIL), *WORDS, status=2)
    assert "growth-acme counts units by hours: count tickets or story points" in refused.line


def test_units_by_hours_are_refused_once_works_council_mode_is_proposed(agreed: User) -> None:
    propose(agreed, COUNCIL)
    hours = re.sub(r"units: .*", "units: {by: hours}", agreement())
    refused = agreed.run(*APPLY, agreed.write("acme.yaml", hours), *WORDS, status=2)
    assert "units by hours are hours: count tickets or story points" in refused.line
