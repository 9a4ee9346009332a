"""The `fields` of an issue, as REST and webhooks show them alike, as what the issue holds now."""

import re
from collections.abc import Iterator, Mapping

from mappings.events.items import keep_short
from mappings.events.pieces import (
    Accounts,
    Shape,
    read_account,
    read_array,
    read_id,
    read_instant,
    read_needed,
    read_object,
    read_optional,
    read_text,
)
from mappings.events.vocabulary import PROSE, Issue, Status

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
"""System fields that a mapping or a check may name, beside the custom fields and what Issue has by name."""

_RANK = re.compile(r"\d\|[0-9a-z]+:[0-9a-z]*")
_OLD_SPRINT = re.compile(r"com\.atlassian\.greenhopper\.service\.sprint\.Sprint@[^\[]*\[.*?\bname=([^,\]]*)")


def read_fields(shape: Shape, accounts: Accounts, path: str = "") -> Issue:
    """Read an issue with `id`, `key` and `fields`. Raises UnreadableBody, with the path of what is wrong."""
    place = f"{path}.fields" if path else "fields"
    fields = read_object(shape.get("fields"), place)
    kind = read_optional(fields.get("issuetype"), f"{place}.issuetype") or {}
    project = read_optional(fields.get("project"), f"{place}.project") or {}
    parent = read_optional(fields.get("parent") or fields.get("epic"), f"{place}.parent") or {}
    level = kind.get("hierarchyLevel")
    return Issue(
        issue_id=read_id(shape.get("id"), f"{path}.id" if path else "id"),
        key=read_needed(shape.get("key"), f"{path}.key" if path else "key"),
        created=read_instant(fields.get("created"), f"{place}.created"),
        updated=read_instant(fields.get("updated") or fields.get("created"), f"{place}.updated"),
        project_id=read_text(project.get("id"), f"{place}.project.id"),
        project_key=read_text(project.get("key"), f"{place}.project.key"),
        type_id=read_text(kind.get("id"), f"{place}.issuetype.id"),
        type_name=read_text(kind.get("name"), f"{place}.issuetype.name"),
        level=level if isinstance(level, int) and not isinstance(level, bool) else None,
        subtask=kind.get("subtask") is True,
        parent_id=None if parent.get("id") is None else read_id(parent["id"], f"{place}.parent.id"),
        parent_key=read_text(parent.get("key"), f"{place}.parent.key"),
        summary=read_text(fields.get("summary"), f"{place}.summary") or "",
        creator=read_account(fields.get("creator"), accounts, f"{place}.creator"),
        reporter=read_account(fields.get("reporter"), accounts, f"{place}.reporter"),
        assignee=read_account(fields.get("assignee"), accounts, f"{place}.assignee"),
        status=read_status(fields.get("status"), f"{place}.status"),
        resolution=_name(fields.get("resolution"), f"{place}.resolution"),
        labels=_names(fields.get("labels"), f"{place}.labels"),
        components=_names(fields.get("components"), f"{place}.components"),
        described=_is_filled(fields.get("description")),
        security=_name(fields.get("security"), f"{place}.security"),
        fields=_read_values(fields),
    )


def read_status(value: object, field: str) -> Status | None:
    """Read a status; None where there is none, or none with an id."""
    shape = read_optional(value, field)
    status_id = read_text(shape.get("id"), f"{field}.id") if shape else None
    if shape is None or not status_id:
        return None
    category = read_optional(shape.get("statusCategory"), f"{field}.statusCategory") or {}
    name = read_text(shape.get("name"), f"{field}.name") or ""
    return Status(status_id, name, read_text(category.get("key"), f"{field}.statusCategory.key"))


def _name(value: object, field: str) -> str | None:
    """Return the name of an object that has one, else its id: Jira gives some as the id alone."""
    if isinstance(value, dict):
        value = value.get("name") or value.get("id")
    return read_text(value, field)


def _names(value: object, field: str) -> tuple[str, ...]:
    found = (_name(one, f"{field}[{place}]") for place, one in enumerate(read_array(value, field)))
    return tuple(name for name in found if name)


def _is_filled(value: object) -> bool:
    """Say whether a text field holds something: a document without content does not."""
    if isinstance(value, dict):
        return bool(value.get("content"))
    return bool(isinstance(value, str) and value.strip())


def _read_values(fields: Shape) -> Mapping[str, tuple[str, ...]]:
    values: dict[str, tuple[str, ...]] = {}
    for name, value in fields.items():
        if value is not None and (name in _NAMED or name.startswith("customfield_")):
            texts = tuple(_texts(value))
            if texts:
                values[name] = texts if name != "environment" else (PROSE,)
                if name != "sprint" and _is_sprints(value):
                    values["sprint"] = texts
    return values


def _is_sprints(value: object) -> bool:
    """Say whether a custom field is that of the sprints, whose id is each site's own: `sprint` is its second name."""
    first = value[0] if isinstance(value, list) and value else None
    if isinstance(first, dict):
        return "state" in first and "name" in first and not first.keys().isdisjoint(("boardId", "originBoardId"))
    return isinstance(first, str) and _OLD_SPRINT.match(first) is not None


def _texts(value: object) -> Iterator[str]:
    """Give a value as the texts that a mapping names and a changelog shows: names, where it has both name and id."""
    if isinstance(value, str):
        yield from _text(value)
    elif isinstance(value, bool):
        yield "true" if value else "false"
    elif isinstance(value, int | float):
        yield number_text(value)
    elif isinstance(value, list):
        for one in value:
            if not isinstance(one, list):
                yield from _texts(one)
    elif isinstance(value, dict):
        yield from _object_texts(value)


def _text(value: str) -> Iterator[str]:
    sprint = _OLD_SPRINT.match(value)
    if sprint:
        yield sprint[1]
    elif value and value != "{}" and not _RANK.fullmatch(value):
        yield keep_short(value.replace("\0", "")) or PROSE


def _object_texts(value: Shape) -> Iterator[str]:
    if value.get("type") == "doc":
        if value.get("content"):
            yield PROSE
        return
    names = ("accountId", "key", "name") if _is_person(value) else ("value", "name", "key", "id")
    for name in names:
        text: object = value.get(name)
        if text and isinstance(text, str | int) and not isinstance(text, bool):
            yield from _text(str(text))
            break
    child = value.get("child")
    if isinstance(child, dict) and isinstance(child.get("value"), str):
        yield from _text(child["value"])


def _is_person(value: Shape) -> bool:
    return "accountId" in value or "emailAddress" in value or "displayName" in value


def number_text(number: float) -> str:
    """Return a number as changelogs show it: 8 for 8.0, and 0.5."""
    return str(number).removesuffix(".0")
