"""The reader and writer of ruleset files."""

import difflib
from collections.abc import Callable, Iterable, Mapping
from fractions import Fraction
from typing import Any

import msgspec
import yaml
from msgspec import Struct

from mappings.formats.engagement_file.document import Document, Path, YamlDocument, YamlError
from mappings.formats.engagement_file.errors import Problem, RulesetError
from mappings.measure.model.ruleset import DEFAULT, FEWEST_PEOPLE, WEIGHTS, Ruleset

LONGEST = 64


class Limit(Struct, frozen=True):
    """The range of a value, both ends included."""

    low: float
    high: float


# Shares of the work, 0 to 1 with at most three decimals, so that comparisons are exact.
SHARES: Mapping[str, Limit] = dict.fromkeys(("drives", "learner_drives", "helps", "leads"), Limit(0.001, 1))

WHOLE: Mapping[str, Limit] = {
    "trace_seconds": Limit(1, 86_400),
    "shadow_days": Limit(1, 30),
    "letters": Limit(1, 10_000),
    "letters_cjk": Limit(1, 10_000),
    "duplicate_days": Limit(0, 365),
    "comment_days": Limit(0, 90),
    "sticky_days": Limit(0, 90),
    "retro_days": Limit(1, 90),
    "lookback_days": Limit(1, 730),
    "span_days": Limit(0, 365),
    "grace_days": Limit(0, 3650),
    "half_life_days": Limit(1, 3650),
    "window_days": Limit(28, 730),
    "crisis_days": Limit(28, 1095),
    "people": Limit(FEWEST_PEOPLE, 1000),
    "review_hours": Limit(1, 1000),
    "question_hours": Limit(1, 1000),
    "crisis_minutes": Limit(1, 10_080),
    "touch_days": Limit(1, 100),
    "acted_days": Limit(1, 365),
    "undecided_days": Limit(1, 730),
    "proposals_tickets": Limit(1, 1000),
    "dimensions": Limit(1, len(WEIGHTS)),
    "covered": Limit(1, 100),
}

REAL: Mapping[str, Limit] = {
    "fresh": Limit(0, 1),
    "prior": Limit(0.01, 0.99),
    "prior_weight": Limit(1, 1000),
    "prior_weight_rare": Limit(1, 1000),
    "interval": Limit(0.5, 0.99),
    "proposals_per_hundred": Limit(0.1, 100),
    "proposals_prior": Limit(0.01, 10),
    "uneven": Limit(0, 100),
    "floor": Limit(0.1, 50),
}

_TICKETS, _WEIGHT, _WHOLE_WEIGHT = Limit(1, 100), Limit(0, 100), 100


class _Wrong(Exception):
    """A value that cannot be used: where below its field, what is wrong, and a hint."""

    def __init__(self, what: str, hint: str = "correct the value", below: Path = ()) -> None:
        super().__init__(what)
        self.what, self.hint, self.below = what, hint, below


def read_ruleset(text: str) -> Ruleset:
    """Read a ruleset in YAML or JSON: `name`, and what differs from the defaults.

    Raises RulesetError with every problem at once: line, field, what, hint.
    """
    try:
        document = YamlDocument(text)
    except YamlError as cause:
        raise RulesetError((Problem(cause.line, cause.field, cause.what, cause.hint),)) from cause
    if not isinstance(document.value, dict):
        raise RulesetError((Problem(1, "", "the file is not a mapping", "begin with name:"),))
    values, problems = _values(document)
    problems = problems or list(_between(msgspec.structs.replace(DEFAULT, **values), document))
    if problems:
        raise RulesetError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.field))))
    return msgspec.structs.replace(DEFAULT, **values)


def _values(document: Document) -> tuple[dict[str, Any], list[Problem]]:
    values: dict[str, Any] = {}
    problems: list[Problem] = []
    for name, value in document.value.items():
        try:
            values[name] = _read(name, value)
        except _Wrong as wrong:
            path = (name, *wrong.below)
            problems.append(Problem(document.line(path), ".".join(map(str, path)), wrong.what, wrong.hint))
    if "name" not in document.value:
        problems.append(Problem(1, "name", "is required and missing", "add it"))
    return values, problems


def _read(name: str, value: Any) -> Any:
    for limits, read in ((SHARES, _share), (WHOLE, _whole), (REAL, _real)):
        if name in limits:
            return read(value, limits[name])
    if name not in _OTHERS:
        near = difflib.get_close_matches(name, Ruleset.__struct_fields__, n=1)
        hint = f"did you mean {near[0]}?" if near else "take it out; teachback ruleset show prints all keys"
        raise _Wrong("is not a known key", hint)
    return _OTHERS[name](value)


def _number(value: Any, limit: Limit, kind: str) -> int | float:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise _Wrong(f"must be {kind}")
    if not limit.low <= value <= limit.high:
        raise _Wrong(f"must be from {limit.low:g} to {limit.high:g}")
    return value


def _whole(value: Any, limit: Limit) -> int:
    number = _number(value, limit, "a whole number")
    if not isinstance(number, int):
        raise _Wrong("must be a whole number")
    return number


def _real(value: Any, limit: Limit) -> float:
    return float(_number(value, limit, "a number"))


def _share(value: Any, limit: Limit) -> int:
    thousandths = Fraction(str(_number(value, limit, "a share from 0 to 1"))) * 1000
    if thousandths.denominator != 1:
        raise _Wrong("has more than three decimals", "round it")
    return int(thousandths)


def _named(value: Any) -> str:
    if not isinstance(value, str) or not value.strip():
        raise _Wrong("must be a text")
    if len(value.strip()) > LONGEST:
        raise _Wrong(f"is longer than {LONGEST} characters", "shorten it")
    return value.strip()


def _yes_or_no(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Wrong("must be true or false")
    return value


def _rungs(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != len(DEFAULT.rung_tickets):
        raise _Wrong(f"must be a list of {len(DEFAULT.rung_tickets)} whole numbers, one for each rung")
    return tuple(_below(place, tickets, _TICKETS) for place, tickets in enumerate(value))


def _weights(value: Any) -> dict[str, int]:
    if not isinstance(value, dict):
        raise _Wrong("must be a mapping")
    strange = next((key for key in value if key not in WEIGHTS), None)
    if strange is not None:
        raise _Wrong("is not a dimension", f"use {', '.join(WEIGHTS)}", (strange,))
    missing = [key for key in WEIGHTS if key not in value]
    if missing:
        raise _Wrong(f"lacks {', '.join(missing)}", "give each dimension its weight, 0 for none")
    weights = {key: _below(key, value[key], _WEIGHT) for key in WEIGHTS}
    if sum(weights.values()) != _WHOLE_WEIGHT:
        raise _Wrong(f"add up to {sum(weights.values())}", f"make them {_WHOLE_WEIGHT} together")
    return weights


def _below(place: str | int, value: Any, limit: Limit) -> int:
    try:
        return _whole(value, limit)
    except _Wrong as wrong:
        raise _Wrong(wrong.what, wrong.hint, (place,)) from wrong


_OTHERS: Mapping[str, Callable[[Any], Any]] = {
    "name": _named,
    "rung_tickets": _rungs,
    "weights": _weights,
    "works_council": _yes_or_no,
}


def _between(rules: Ruleset, document: Document) -> Iterable[Problem]:
    # Rules that only make sense in one order.
    for low, high in (("helps", "learner_drives"), ("learner_drives", "drives"), ("comment_days", "sticky_days")):
        if getattr(rules, low) > getattr(rules, high):
            name, what = (low, f"is more than {high}") if low in document.value else (high, f"is less than {low}")
            yield Problem(document.line((name,)), name, what, "change one of the two")
    if rules.name == DEFAULT.name and rules != DEFAULT:
        what = f"{DEFAULT.name} is the name of the rules that come with this release"
        yield Problem(document.line(("name",)), "name", what, "give yours another name")


def write_ruleset(rules: Ruleset) -> str:
    """Return all rules as a file that reads back equal."""
    text: str = yaml.safe_dump(ruleset_values(rules), sort_keys=False, allow_unicode=True)
    return text


def ruleset_values(rules: Ruleset) -> dict[str, Any]:
    """Return all rules as their file has them."""
    values: dict[str, Any] = msgspec.to_builtins(rules)
    values |= {name: values[name] / 1000 for name in SHARES}
    values["rung_tickets"] = list(values["rung_tickets"])
    return values
