"""Differences between two engagement files and between two rulesets, field by field."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import yaml

from mappings.formats.engagement_file.ruleset import ruleset_values
from mappings.formats.engagement_file.writer import engagement_document
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset


class Changed(NamedTuple):
    """A field that differs; `before` or `after` is None where a file does not have it.

    `part` is the part of the agreement to which the field belongs, "" for a ruleset; it names nobody.
    """

    name: str
    before: str | None
    after: str | None
    part: str = ""


# The part of an agreement by section, or by section and field; all others are terms.
PARTS: Mapping[str, str] = {
    "workflow.business_hours": "hours",
    "on_call": "hours",
    "workflow": "workflow",
    "people": "people",
    "groups": "people",
    "leads": "leads",
    "objectives": "objectives and their mapping",
    "signals": "signals",
    "checks": "checks",
    "units": "units",
    "attribution": "attribution",
}
TERMS = "terms"


class Field(NamedTuple):
    """A field's value as the file has it, and its part of the agreement."""

    value: Any
    part: str


def engagement_difference(old: Engagement, new: Engagement) -> tuple[Changed, ...]:
    """Return the fields that differ: people by account and first day, objectives by key."""
    return _difference(_engagement_fields(old), _engagement_fields(new), _in_one_line)


def ruleset_difference(old: Ruleset, new: Ruleset) -> tuple[Changed, ...]:
    return _difference(_ruleset_fields(old), _ruleset_fields(new), str)


def changed_parts(changes: Sequence[Changed]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(change.part for change in changes))


def render_change(change: Changed) -> str:
    if change.before is None:
        return f"added {change.name}: {change.after}"
    if change.after is None:
        return f"removed {change.name}"
    return f"{change.name}: {change.before} -> {change.after}"


def _difference(
    before: Mapping[str, Field], after: Mapping[str, Field], text_of: Callable[[Any], str]
) -> tuple[Changed, ...]:
    # The order of keys says nothing: pages and files may have another.
    changed = [
        Changed(name, text_of(before[name].value), text_of(field.value), field.part)
        for name, field in after.items()
        if name in before and before[name].value != field.value
    ]
    added = [(name, field) for name, field in after.items() if name not in before]
    removed = [(name, field) for name, field in before.items() if name not in after]
    changed += [Changed(name, None, text_of(field.value), field.part) for name, field in added]
    changed += [Changed(name, text_of(field.value), None, field.part) for name, field in removed]
    return tuple(changed)


def _in_one_line(value: Any) -> str:
    text: str = yaml.safe_dump(value, default_flow_style=True, width=10_000, sort_keys=False, allow_unicode=True)
    return text.removesuffix("...\n").strip()


def _engagement_fields(engagement: Engagement) -> dict[str, Field]:
    file = engagement_document(engagement)
    people, objectives = file.pop("people"), file.pop("objectives", [])
    fields = {
        f"{section}.{name}".rstrip("."): Field(value, _part(section, name))
        for section, values in file.items()
        for name, value in _items(values)
    }
    for person in people:
        name = f"person {person.pop('account')} from {person.pop('from')}"
        fields[name] = Field(person, PARTS["people"])
    for objective in objectives:
        name = f"objective {objective.pop('key')}"
        fields[name] = Field(objective, PARTS["objectives"])
    return fields


def _part(section: str, name: str) -> str:
    return PARTS.get(f"{section}.{name}") or PARTS.get(section, TERMS)


def _items(values: Any) -> Iterable[tuple[str, Any]]:
    return values.items() if isinstance(values, dict) else [("", values)]


def _ruleset_fields(ruleset: Ruleset) -> dict[str, Field]:
    # A page asks this wherever rules wait for approval: writing and reading YAML would take most of its time.
    values = ruleset_values(ruleset)
    weights = {f"weights.{key}": weight for key, weight in values.pop("weights").items()}
    return {name: Field(value, "") for name, value in (values | weights).items()}
