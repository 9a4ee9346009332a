"""The fields of a draft's sections as a form has them: each a name and a text."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from copy import deepcopy
from typing import Any, Final

from connector.actions.errors import ActionRefused
from mappings.formats.engagement_file.draft_sections import slug
from mappings.formats.engagement_file.schema import DAYS
from mappings.formats.engagement_file.signal_fields import read_signal_fields, with_signal_field
from mappings.formats.engagement_file.validation import STATUS_LISTS
from mappings.translation import gettext

Body = dict[str, Any]
Texts = dict[str, str]

OTHER = "other"
"""The side of a person of another agency, as the form has it; the file says it by the agency's key."""
_HEAD = ("key", "name", "timezone", "starts", "ends", "model")
_TARGET = ("people", "rung", "by")
_HOURS = {"days": "mon tue wed thu fri", "from": "09:00", "to": "17:00", "holidays": ""}


def read_fields(section: str, body: Mapping[str, Any]) -> Texts:
    """Return the fields of a section, "" for what is not set."""
    return _READ[section](body)


def with_field(section: str, body: Mapping[str, Any], field: str, text: str) -> Body:
    """Return a section with one field set. Raises ActionRefused for a field that the section does not have."""
    changed: Body = deepcopy(dict(body))
    _WRITE[section](changed, field, text)
    return changed


def _set(values: Body, key: str, value: Any) -> None:
    if value in ("", [], None):
        values.pop(key, None)
    else:
        values[key] = value


def _unknown(field: str) -> ActionRefused:
    return ActionRefused(
        gettext("There is no field %(field)s here. Load the page again.", field=field.partition(" ")[0])
    )


def _read_basics(body: Mapping[str, Any]) -> Texts:
    head, agency = body.get("engagement", {}), body.get("agency", {})
    fields = {name: str(head.get(name) or "") for name in _HEAD}
    return fields | {"projects": ", ".join(head.get("projects", ())), "agency": str(agency.get("name") or "")}


def _write_basics(body: Body, field: str, text: str) -> None:
    head = body.setdefault("engagement", {})
    if field == "agency":
        # The key of an agency stays when its name changes: its people stand under it.
        key = {name: value for name, value in body.get("agency", {}).items() if name == "key"}
        body["agency"] = {**key, "name": text} if text else key
    elif field == "projects":
        keys = (key.strip().upper() for key in text.replace(";", ",").split(","))
        _set(head, "projects", list(dict.fromkeys(key for key in keys if key)))
    elif field in _HEAD:
        _set(head, field, text)
    else:
        raise _unknown(field)


def stay_names(people: Iterable[Mapping[str, Any]]) -> list[str]:
    """Return what names each stay in fields: the account, and from a person's second stay on its number, too."""
    counts: Counter[str] = Counter()
    names = []
    for person in people:
        account = str(person["account"])
        counts[account] += 1
        names.append(account if counts[account] == 1 else f"{account} {counts[account]}")
    return names


def _side_of(person: Mapping[str, Any]) -> str:
    return OTHER if person.get("agency") else str(person.get("side") or "")


def _read_people(body: Mapping[str, Any]) -> Texts:
    fields: Texts = {}
    for who, person in zip(stay_names(body.get("people", ())), body.get("people", ()), strict=True):
        team = person.get("team") or person.get("agency") or ""
        values = {"side": _side_of(person), "team": team, "from": person.get("from", ""), "to": person.get("to", "")}
        fields |= {f"{name} {who}": str(value) for name, value in values.items()}
    return fields


def _write_people(body: Body, field: str, text: str) -> None:
    name, _, who = field.partition(" ")
    if name not in {"side", "team", "from", "to"} or not who:
        raise _unknown(field)
    people = body.setdefault("people", [])
    person = next((each for each, stay in zip(people, stay_names(people), strict=True) if stay == who), None)
    if person is None:
        person = {"account": who.partition(" ")[0]}
        people.append(person)
    _set_person(person, name, text)
    # Who has no side stands in no file: what else was set of them waits for the side.
    body["people"] = [each for each in people if each.get("side")]


def _set_person(person: Body, name: str, text: str) -> None:
    other = _side_of(person) == OTHER
    team = person.pop("agency", "") if other else person.pop("team", "")
    if name == "side":
        other = text == OTHER
        _set(person, "side", "agency" if other else text)
    elif name == "team":
        team = text
    else:
        _set(person, name, text)
    if other:
        person["agency"] = slug(team) if team else OTHER
    elif person.get("side") in {"inhouse", "gatekeeper"}:
        _set(person, "team", team)


def _read_workflow(body: Mapping[str, Any]) -> Texts:
    workflow = body.get("workflow", {})
    fields = {f"status {status}": kind for kind in STATUS_LISTS for status in workflow.get(kind, ())}
    hours = workflow.get("business_hours", {})
    days = " ".join(hours.get("days", _HOURS["days"].split()))
    holidays = ", ".join(map(str, hours.get("holidays", ())))
    spans = {name: str(hours.get(name, _HOURS[name])) for name in ("from", "to")}
    return fields | {"days": days, "holidays": holidays} | spans


def _write_workflow(body: Body, field: str, text: str) -> None:
    workflow = body.setdefault("workflow", {})
    name, _, status = field.partition(" ")
    if name == "status" and status:
        for kind in STATUS_LISTS:
            _set(workflow, kind, [each for each in workflow.get(kind, ()) if each != status])
        if text:
            workflow.setdefault(text, []).append(status)
        return
    if field not in _HOURS:
        raise _unknown(field)
    hours = workflow.setdefault("business_hours", {})
    words = text.replace(",", " ").split()
    if field == "days":
        words = sorted(words, key=lambda day: DAYS.index(day) if day in DAYS else len(DAYS))
    _set(hours, field, words if field in {"days", "holidays"} else text)
    _set(workflow, "business_hours", hours or None)


def _read_units(body: Mapping[str, Any]) -> Texts:
    units = body.get("units", {})
    attribution = body.get("attribution", "active_time")
    return {"by": units.get("by", "count"), "field": units.get("field", ""), "attribution": attribution}


def _write_units(body: Body, field: str, text: str) -> None:
    if field == "attribution":
        body["attribution"] = text
    elif field in {"by", "field"}:
        _set(body.setdefault("units", {"by": "count"}), field, text)
    else:
        raise _unknown(field)


def _read_objectives(body: Mapping[str, Any]) -> Texts:
    fields: Texts = {}
    for objective in body.get("objectives", ()):
        target = objective.get("target", {})
        values = {"name": objective.get("name", ""), **{name: str(target.get(name) or "") for name in _TARGET}}
        values["learners"] = " ".join(objective.get("learners", ()))
        fields |= {f"{name} {objective['key']}": text for name, text in values.items()}
    return fields


def _write_objectives(body: Body, field: str, text: str) -> None:
    name, _, key = field.partition(" ")
    objective = next((each for each in body.get("objectives", ()) if each.get("key") == key), None)
    if objective is None:
        raise ActionRefused(gettext("This objective was removed meanwhile. Load the page again."))
    if name == "name":
        objective["name"] = text
    elif name == "learners":
        _set(objective, "learners", text.split())
    elif name in _TARGET:
        is_number = name == "people" and text.isdecimal() and len(text) < 6
        _set(objective.setdefault("target", {}), name, int(text) if is_number else text)
    else:
        raise _unknown(field)


def _read_leads(body: Mapping[str, Any]) -> Texts:
    leads = body.get("leads", {})
    return {side: " ".join(leads.get(side, ())) for side in ("inhouse", "agency", "sponsor")}


def _write_leads(body: Body, field: str, text: str) -> None:
    if field not in {"inhouse", "agency", "sponsor"}:
        raise _unknown(field)
    _set(body.setdefault("leads", {}), field, text.split())


def _write_more(body: Body, field: str, text: str) -> None:
    try:
        changed = with_signal_field(body, field, text)
    except KeyError as cause:
        raise _unknown(field) from cause
    body.clear()
    body.update(changed)


_READ: Final[Mapping[str, Callable[[Mapping[str, Any]], Texts]]] = {
    "basics": _read_basics,
    "people": _read_people,
    "workflow": _read_workflow,
    "units": _read_units,
    "objectives": _read_objectives,
    "more": read_signal_fields,
    "leads": _read_leads,
}
_WRITE: Final[Mapping[str, Callable[[Body, str, str], None]]] = {
    "basics": _write_basics,
    "people": _write_people,
    "workflow": _write_workflow,
    "units": _write_units,
    "objectives": _write_objectives,
    "more": _write_more,
    "leads": _write_leads,
}
