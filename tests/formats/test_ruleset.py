"""A file of rules: what it says holds, what it leaves out is the default, and each problem has its line and field."""

import json

import msgspec
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from mappings.formats.engagement_file.difference import render_change, ruleset_difference
from mappings.formats.engagement_file.errors import RulesetError
from mappings.formats.engagement_file.ruleset import (
    REAL,
    SHARES,
    WHOLE,
    read_ruleset,
    write_ruleset,
)
from mappings.formats.engagement_file.ruleset_labels import RULE_NAMES
from mappings.measure.model.ruleset import DEFAULT, WEIGHTS, Ruleset, hash_of

OTHERS = {"name", "rung_tickets", "weights", "works_council"}


def problems(text: str) -> list[str]:
    with pytest.raises(RulesetError) as caught:
        read_ruleset(text)
    return str(caught.value).splitlines()


def test_what_is_left_out_is_the_default() -> None:
    assert read_ruleset("name: strict\nletters: 60\n") == Ruleset(name="strict", letters=60)
    assert read_ruleset("name: default") == DEFAULT


def test_every_rule_can_stand_in_a_file() -> None:
    assert {*SHARES, *WHOLE, *REAL, *OTHERS} == set(Ruleset.__struct_fields__)


def test_json_says_the_same_as_yaml() -> None:
    values = {"name": "strict", "drives": 0.6, "prior_weight": 8, "rung_tickets": [1, 2, 3, 3, 1]}
    rules = read_ruleset(json.dumps(values, indent=1))
    assert rules == Ruleset(name="strict", drives=600, rung_tickets=(1, 2, 3, 3, 1))
    assert hash_of(rules) == hash_of(read_ruleset(write_ruleset(rules)))


def rulesets() -> st.SearchStrategy[Ruleset]:
    whole = {name: st.integers(int(limit.low), int(limit.high)) for name, limit in WHOLE.items()}
    real = {name: st.floats(limit.low, limit.high) for name, limit in REAL.items()}
    given_name = st.text("abcä é7", min_size=1, max_size=64).map(str.strip).filter(bool)
    return st.fixed_dictionaries({"name": given_name, **whole, **real}).map(
        lambda values: msgspec.structs.replace(DEFAULT, **values | {"sticky_days": values["comment_days"]})
    )


@given(rulesets())
def test_what_is_written_reads_back_under_the_same_hash(rules: Ruleset) -> None:
    again = read_ruleset(write_ruleset(rules))
    assert again == rules
    assert hash_of(again) == hash_of(rules)


@pytest.mark.parametrize(
    ("line", "problem"),
    [
        ("letter: 5", "letter is not a known key; did you mean letters?"),
        ("zzz: 5", "zzz is not a known key; take it out; teachback ruleset show prints all keys"),
        ("people: 2", "people must be from 3 to 1000; correct the value"),
        ("people: 5.5", "people must be a whole number; correct the value"),
        ("letters: true", "letters must be a whole number; correct the value"),
        ("fresh: high", "fresh must be a number; correct the value"),
        ("prior: .nan", "prior must be from 0.01 to 0.99; correct the value"),
        ("drives: 1.5", "drives must be from 0.001 to 1; correct the value"),
        ("drives: 500", "drives must be from 0.001 to 1; correct the value"),
        ("drives: 0.3333", "drives has more than three decimals; round it"),
        ("helps: 0.4", "helps is more than learner_drives; change one of the two"),
        ("sticky_days: 2", "sticky_days is less than comment_days; change one of the two"),
        ("works_council: maybe", "works_council must be true or false; correct the value"),
        ("rung_tickets: [1, 2]", "rung_tickets must be a list of 5 whole numbers, one for each rung;"),
        ("rung_tickets: [1, 2, 0, 2, 1]", "rung_tickets.2 must be from 1 to 100; correct the value"),
        ("weights: 7", "weights must be a mapping; correct the value"),
        ("weights: {teaching: 100}", "lacks embedding"),
        ("weights: {luck: 100}", f"weights.luck is not a dimension; use {', '.join(WEIGHTS)}"),
    ],
)  # fmt: skip
def test_a_problem_names_its_line_its_field_and_what_to_do(line: str, problem: str) -> None:
    (problem_list,) = problems(f"# ours\nname: strict\n{line}\n")
    assert problem_list.startswith("line 3: ")
    assert problem in problem_list


def test_weights_are_a_hundred_together() -> None:
    weights = json.dumps(WEIGHTS | {"teaching": 30})
    assert problems(f"name: a\nweights: {weights}") == ["line 2: weights add up to 105; make them 100 together"]
    zero = json.dumps(dict.fromkeys(WEIGHTS, 0))
    assert problems(f"name: a\nweights: {zero}") == ["line 2: weights add up to 0; make them 100 together"]


def test_all_problems_come_at_once_in_order_of_line() -> None:
    assert [line.split()[1] for line in problems("people: 1\nletters: none\n")] == ["1:", "1:", "2:"]
    assert problems("- a") == ["line 1: the file is not a mapping; begin with name:"]
    assert problems("name: [") == ["line 1: expected the node content, but found '<stream end>'; fix the YAML"]


def test_the_name_default_is_that_of_the_release() -> None:
    assert "is the name of the rules that come with this release" in problems("name: default\nletters: 60")[0]


def test_a_change_is_said_in_plain_lines() -> None:
    new = read_ruleset("name: strict\ndrives: 0.6\nweights: " + json.dumps(WEIGHTS | {"teaching": 30, "embedding": 10}))
    assert tuple(map(render_change, ruleset_difference(DEFAULT, new))) == (
        "name: default -> strict",
        "drives: 0.5 -> 0.6",
        "weights.teaching: 25 -> 30",
        "weights.embedding: 15 -> 10",
    )


def test_every_number_of_the_rules_has_a_name_for_people() -> None:
    """Who agrees to a change must know what it is: no rule is shown by its short name alone."""
    other = {name: value for name, value in yaml.safe_load(write_ruleset(DEFAULT)).items() if name != "weights"}
    assert RULE_NAMES.keys() == other.keys() | {f"weights.{key}" for key in WEIGHTS}
    assert len(set(RULE_NAMES.values())) == len(RULE_NAMES)


def test_works_council_mode_needs_ten_and_names_nobody() -> None:
    council = read_ruleset("name: council\nworks_council: true")
    assert (council.k, council.names) == (10, False)
    assert (DEFAULT.k, DEFAULT.names) == (5, True)
    assert Ruleset(people=1).k == 3
    assert Ruleset(people=12, works_council=True).k == 12
