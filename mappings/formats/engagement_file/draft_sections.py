"""A draft of an engagement: the document of an engagement file in sections, with the file's own refusals by field."""

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any, Final

from msgspec import Struct

from mappings.formats.engagement_file.errors import EngagementError, Problem
from mappings.formats.engagement_file.proposed_side import key_of
from mappings.formats.engagement_file.reader import read_engagement_values
from mappings.formats.engagement_file.signal_fields import field_of
from mappings.formats.engagement_file.validation import STATUS_LISTS
from mappings.formats.engagement_file.writer import engagement_document
from mappings.measure.model.engagement import Engagement

Body = Mapping[str, Any]
Bodies = Mapping[str, Body]

SECTIONS: Final[Mapping[str, tuple[str, ...]]] = {
    "basics": ("engagement", "agency"),
    "people": ("people", "groups"),
    "workflow": ("workflow",),
    "units": ("units", "attribution"),
    "objectives": ("objectives",),
    "leads": ("leads",),
    "more": ("signals", "checks", "on_call", "ruleset"),
}
"""The keys of the file that each section holds. What else a section's body holds is the draft's own, such as
the proposals about people."""

_SUBSTITUTES: Final[Mapping[str, Mapping[str, Body]]] = {
    "basics": {
        "engagement": {"name": "-", "timezone": "UTC", "starts": "1970-01-01", "projects": ["-"]},
        "agency": {"name": "-"},
    },
    "workflow": {"workflow": {"active": ["\u2025"], "done": ["\u2026"]}},
}
"""What stands for the required keys that are not set yet, while others are checked."""


class FieldProblem(Struct, frozen=True):
    """What is wrong in a draft: the section and field where it is put right, what is wrong, and what to do."""

    section: str
    field: str
    what: str
    hint: str


def document_of(bodies: Bodies) -> dict[str, Any]:
    """Return the document that an engagement file would be, from the sections of a draft."""
    keys = [(section, key) for section, owned in SECTIONS.items() for key in owned]
    document = {key: bodies[section][key] for section, key in keys if bodies.get(section, {}).get(key) is not None}
    document.setdefault("people", [])
    return document | {key: _with_key(document.get(key, {})) for key in SECTIONS["basics"]}


def _with_key(named: Body) -> Body:
    return {"key": slug(named["name"]), **named} if named.get("name") else named


def bodies_of(engagement: Engagement) -> dict[str, dict[str, Any]]:
    """Return the sections of an engagement that exists: those that read back as the same engagement."""
    # A draft is JSON: its days are texts.
    document = _with_texts(engagement_document(engagement))
    return {section: {key: document[key] for key in owned if key in document} for section, owned in SECTIONS.items()}


def _with_texts(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _with_texts(below) for key, below in value.items()}
    if isinstance(value, list | tuple):
        return [_with_texts(below) for below in value]
    return value.isoformat() if isinstance(value, date) else value


def read_draft(bodies: Bodies) -> Engagement:
    """Return the engagement that a draft describes. Raises EngagementError, as a file does."""
    return read_engagement_values(document_of(bodies))


def problems_of(bodies: Bodies) -> tuple[FieldProblem, ...]:
    """Return what the file of a draft would be refused for, each at the field where it is put right."""
    return read_with_problems(bodies)[1]


def read_with_problems(bodies: Bodies) -> tuple[Engagement | None, tuple[FieldProblem, ...]]:
    """Return the engagement that a draft describes, None where it has problems, and these as `problems_of` does."""
    try:
        return read_draft(bodies), ()
    except EngagementError as error:
        document = document_of(bodies)
        problems = (problem for problem in error.problems if not _comes_with_name(problem, document))
        return None, tuple(_field_problem(problem, document) for problem in problems)


def _comes_with_name(problem: Problem, document: Body) -> bool:
    # A key that nobody wrote is made from the name: while that is missing, the name alone is to be set.
    head = document["engagement"]
    return problem.field == "engagement.key" and not head.get("key") and not head.get("name")


def refusals_of(bodies: Bodies) -> frozenset[FieldProblem]:
    """Return what is wrong with what is set in a draft; what is not set yet is no reason to refuse a change."""
    return frozenset(problems_of({**bodies, **{section: _filled(bodies, section) for section in _SUBSTITUTES}}))


def _filled(bodies: Bodies, section: str) -> Body:
    body = dict(bodies.get(section, {}))
    for key, substitutes in _SUBSTITUTES[section].items():
        body[key] = {**substitutes, **{name: value for name, value in body.get(key, {}).items() if value}}
    return body


def slug(name: str) -> str:
    """Return the key that a name gives: "acme-experiments" for "Acme Experiments"."""
    return key_of("-".join(name.lower().replace(".", " ").split()))


def _field_problem(problem: Problem, document: Body) -> FieldProblem:
    path = problem.field.split(".")
    section = next((name for name, owned in SECTIONS.items() if path[0] in owned), "basics")
    return FieldProblem(section, _PLACES[section](path, document), problem.what, problem.hint)


def _basics_field(path: list[str], _: Body) -> str:
    if path[0] == "agency":
        return "agency"
    return path[1] if len(path) > 1 else "name"


def _people_field(path: list[str], document: Body) -> str:
    if len(path) == 1 or path[0] == "groups":
        return ""
    field = {"account": "side", "agency": "team"}.get(path[2], path[2]) if len(path) > 2 else "side"
    place, people = int(path[1]), document["people"]
    account = people[place]["account"]
    # From a person's second stay on its number belongs to the name of the field.
    number = sum(person["account"] == account for person in people[: place + 1])
    return f"{field} {account}" + (f" {number}" if number > 1 else "")


def _workflow_field(path: list[str], document: Body) -> str:
    if len(path) > 1 and path[1] == "business_hours":
        return path[2] if len(path) > 2 else "days"
    statuses = document["workflow"].get(path[1], ()) if len(path) > 2 and path[1] in STATUS_LISTS else ()
    return f"status {statuses[int(path[2])]}" if statuses else ""


def _units_field(path: list[str], _: Body) -> str:
    return path[1] if len(path) > 1 else {"units": "field"}.get(path[0], path[0])


def _objectives_field(path: list[str], document: Body) -> str:
    if len(path) == 1:
        return ""
    key = document["objectives"][int(path[1])].get("key", "")
    field = path[3] if len(path) > 3 and path[2] == "target" else path[2] if len(path) > 2 else "name"
    return f"{field} {key}"


def _leads_field(path: list[str], _: Body) -> str:
    return path[1] if len(path) > 1 else "inhouse"


def _more_field(path: list[str], _: Body) -> str:
    return field_of(path)


_PLACES: Final[Mapping[str, Callable[[list[str], Body], str]]] = {
    "basics": _basics_field,
    "people": _people_field,
    "workflow": _workflow_field,
    "units": _units_field,
    "objectives": _objectives_field,
    "leads": _leads_field,
    "more": _more_field,
}
