"""Readers of an issue's `fields`, which REST and webhooks give in the same form."""

import re
from collections.abc import Mapping
from typing import TypeAlias

from mappings.events.items import keep_short
from mappings.events.json_values import (
    Accounts,
    Shape,
    read_account,
    read_array,
    read_id,
    read_instant,
    read_name,
    read_needed,
    read_object,
    read_optional,
    read_short_id,
    read_text,
)
from mappings.events.names import clean_text
from mappings.events.types import PROSE, Issue, Status

# System fields that a mapping or a check may name, besides custom fields and attributes of Issue.
_NAMED = frozenset(
    {
        "priority",
        "fixVersions",
        "versions",
        "duedate",
        "timeoriginalestimate",
        "timeestimate",
        "environment",
        "sprint",
    }
)

FieldTexts: TypeAlias = Mapping[str, tuple[str, ...]]

_RANK = re.compile(r"\d\|[0-9a-z]+:[0-9a-z]*")
_OLD_SPRINT = re.compile(r"com\.atlassian\.greenhopper\.service\.sprint\.Sprint@[^\[]*\[.*?\bname=([^,\]]*)")


def read_fields(shape: Shape, accounts: Accounts, path: str = "") -> Issue:
    """Read an issue with `id`, `key` and `fields`. Raises UnreadableBody with the path of what is wrong."""
    fields_path = f"{path}.fields" if path else "fields"
    fields = read_object(shape, "fields", path)
    kind = read_optional(fields, "issuetype", fields_path) or {}
    project = read_optional(fields, "project", fields_path) or {}
    parent = read_optional(fields, "parent", fields_path) or _epic(fields.get("epic"))
    level = kind.get("hierarchyLevel")
    values, ids = _read_values(fields)
    return Issue(
        issue_id=read_id(shape, "id", path),
        key=read_needed(shape, "key", path),
        created=read_instant(fields, "created", fields_path),
        updated=read_instant(fields, "updated" if fields.get("updated") else "created", fields_path),
        project_id=read_short_id(project, "id", f"{fields_path}.project"),
        project_key=read_name(project, "key", f"{fields_path}.project"),
        type_id=read_name(kind, "id", f"{fields_path}.issuetype"),
        type_name=read_name(kind, "name", f"{fields_path}.issuetype"),
        level=level if type(level) is int and -100 < level < 100 else None,
        subtask=kind.get("subtask") is True,
        parent_id=None if parent.get("id") is None else read_id(parent, "id", f"{fields_path}.parent"),
        parent_key=read_name(parent, "key", f"{fields_path}.parent"),
        summary=read_text(fields, "summary", fields_path) or "",
        creator=read_account(fields, "creator", fields_path, accounts=accounts),
        reporter=read_account(fields, "reporter", fields_path, accounts=accounts),
        assignee=read_account(fields, "assignee", fields_path, accounts=accounts),
        status=read_status(fields, "status", fields_path),
        resolution=_read_name(fields, "resolution", fields_path),
        labels=_read_names(fields, "labels", fields_path),
        components=_read_names(fields, "components", fields_path),
        described=_is_filled(fields.get("description")),
        security=_read_name(fields, "security", fields_path),
        fields=values,
        ids=ids,
    )


def _epic(value: object) -> Shape:
    # An object in the Agile API, a key in the export of an archive.
    if isinstance(value, str) and value:
        return {"key": value}
    return value if isinstance(value, dict) else {}


def read_status(shape: Shape, name: str, path: str) -> Status | None:
    """Read a status; None where there is none, or one without an id."""
    status = read_optional(shape, name, path)
    if not status:
        return None
    status_path = f"{path}.{name}"
    status_id = read_short_id(status, "id", status_path)
    if not status_id:
        return None
    category = read_optional(status, "statusCategory", status_path) or {}
    key = read_short_id(category, "key", f"{status_path}.statusCategory")
    return Status(status_id, read_name(status, "name", status_path) or "", key)


def _read_name(shape: Shape, name: str, path: str) -> str | None:
    value = shape.get(name)
    # Jira gives some of these as the id alone.
    if isinstance(value, dict):
        return read_text(value, "name" if value.get("name") else "id", f"{path}.{name}")
    return None if value is None else read_text(shape, name, path)


def _read_names(shape: Shape, name: str, path: str) -> tuple[str, ...]:
    values = read_array(shape, name, path)
    if not values:
        return ()
    names = [_read_name({"": value}, "", f"{path}.{name}[{index}]") for index, value in enumerate(values)]
    return tuple([text for text in names if text])


def _is_filled(value: object) -> bool:
    if isinstance(value, dict):
        # A document without content is empty.
        return bool(value.get("content"))
    return bool(isinstance(value, str) and value.strip())


def _read_values(fields: Shape) -> tuple[FieldTexts, FieldTexts]:
    """Return the texts of custom fields and of system fields that may be named, and the ids of what has a name, too."""
    texts_by_field: dict[str, tuple[str, ...]] = {}
    ids_by_field: dict[str, tuple[str, ...]] = {}
    for name, value in fields.items():
        # Most of a site's hundred fields are null.
        if value is None or not (name in _KEPT or name.startswith("customfield_")):
            continue
        texts = () if name in _ATTRIBUTES else _texts(value)
        if texts:
            texts_by_field[name] = texts if name != "environment" else (PROSE,)
        # Plain texts and numbers have no id.
        if not value or not isinstance(value, (dict, list)):
            continue
        if texts and type(value) is list and name != "sprint" and _is_sprints(value[0]):
            texts_by_field["sprint"] = texts
        ids = () if name in _WITHOUT_IDS else _value_ids(value)
        if ids:
            ids_by_field[name] = ids
    return texts_by_field, ids_by_field


def _value_ids(value: object) -> tuple[str, ...]:
    # The ids of a field's values where all of them have both an id and a name.
    ids = [_value_id(entry) for entry in (value if isinstance(value, list) else (value,))]
    return tuple([number for number in ids if number]) if all(ids) else ()


_WITH_IDS = frozenset({"components", "resolution", "priority", "fixVersions", "versions"})
# Those of them that Issue has as attributes of its own.
_ATTRIBUTES = frozenset({"components", "resolution"})
_KEPT = _NAMED | _WITH_IDS
_WITHOUT_IDS = _KEPT - _WITH_IDS


def _value_id(value: object) -> str | None:
    if not isinstance(value, dict) or _is_person(value) or "child" in value or "state" in value:
        return None
    number = value.get("id")
    text = str(number) if isinstance(number, (str, int)) and not isinstance(number, bool) else ""
    named = isinstance(value.get("value") or value.get("name"), str)
    return text if named and text.isascii() and text.isdecimal() and len(text) < 20 else None


def _is_sprints(first: object) -> bool:
    if isinstance(first, dict):
        return "state" in first and "name" in first and ("boardId" in first or "originBoardId" in first)
    return isinstance(first, str) and _OLD_SPRINT.match(first) is not None


def _texts(value: object) -> tuple[str, ...]:
    # A value as the texts that a mapping names and a changelog shows: names, where it has both name and id.
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, dict):
        return _object_texts(value)
    if isinstance(value, list):
        return tuple([text for entry in value if not isinstance(entry, list) for text in _texts(entry)])
    if isinstance(value, bool):
        return ("true" if value else "false",)
    return (number_text(value),) if isinstance(value, (int, float)) else ()


def _text(value: str) -> tuple[str, ...]:
    if not value or value == "{}":
        return ()
    if "|" in value and _RANK.fullmatch(value):
        return ()
    sprint = _OLD_SPRINT.match(value) if value.startswith("com.") else None
    return (sprint[1],) if sprint else (keep_short(clean_text(value)) or PROSE,)


def _object_texts(value: Shape) -> tuple[str, ...]:
    if value.get("type") == "doc":
        return (PROSE,) if value.get("content") else ()
    if _is_person(value):
        text = value.get("accountId") or value.get("key") or value.get("name")
    else:
        text = value.get("value") or value.get("name") or value.get("key") or value.get("id")
    if not isinstance(text, str):
        text = str(text) if text and type(text) is int else ""
    child = value.get("child")
    below = child.get("value") if isinstance(child, dict) else None
    # A cascading option has one text below it; Jira nests nothing deeper.
    return _text(text) if below is None or isinstance(below, (dict, list)) else _text(text) + _texts(below)


def _is_person(value: Shape) -> bool:
    return "accountId" in value or "emailAddress" in value or "displayName" in value


def number_text(number: float) -> str:
    """Return a number as changelogs show it: 8 for 8.0, and 0.5."""
    return str(number).removesuffix(".0")
