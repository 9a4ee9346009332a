"""Signals and checks of a draft as a form has them: each list of the file one text, with commas between."""

from collections.abc import Mapping
from copy import deepcopy
from typing import Any, Final

Body = dict[str, Any]

_SIGNALS: Final[Mapping[str, tuple[str, ...]]] = {
    "proposals": ("signals", "proposals"),
    "incidents": ("signals", "incidents"),
    "review": ("signals", "incidents", "review"),
    "gatekeeper": ("signals", "gatekeeper"),
    "experiments": ("signals", "experiments"),
}
_LISTS: Final[Mapping[str, tuple[str, ...]]] = {
    "proposals": ("labels", "types", "components", "declined"),
    "incidents": ("types", "labels", "components"),
    "review": ("labels", "types", "links"),
    "gatekeeper": ("labels", "types", "components"),
    "experiments": ("types", "labels", "won", "lost", "inconclusive"),
}
FIELDS: Final[Mapping[str, tuple[str, ...]]] = {
    **{f"{signal} {name}": (*_SIGNALS[signal], name) for signal, names in _LISTS.items() for name in names},
    "required_fields": ("checks", "required_fields"),
    "links": ("checks", "links"),
}
"""The path of each list in the file, by the name of its field."""
SPRINT: Final = "sprint"


def read_signal_fields(body: Mapping[str, Any]) -> dict[str, str]:
    """Return the texts of the fields, "" for what is not set."""
    texts = {field: ", ".join(_at(body, path) or ()) for field, path in FIELDS.items()}
    return texts | {SPRINT: "yes" if _at(body, ("checks", SPRINT)) else ""}


def _at(body: Mapping[str, Any], path: tuple[str, ...]) -> Any:
    value: Any = body
    for key in path:
        value = value.get(key, {}) if isinstance(value, Mapping) else {}
    return value


def with_signal_field(body: Mapping[str, Any], field: str, text: str) -> Body:
    """Return the section with one field set. Raises KeyError for a field that it does not have."""
    changed: Body = deepcopy(dict(body))
    if field == SPRINT:
        _set(changed, ("checks", SPRINT), text == "yes" or None)
    else:
        words = (word.strip() for word in text.split(","))
        _set(changed, FIELDS[field], list(dict.fromkeys(word for word in words if word)) or None)
    return changed


def _set(body: Body, path: tuple[str, ...], value: Any) -> None:
    """Set a value, or take it out with what is empty without it."""
    key, rest = path[0], path[1:]
    if rest:
        below = body.setdefault(key, {})
        _set(below, rest, value)
        value = below or None
    if value is None:
        body.pop(key, None)
    else:
        body[key] = value


def field_of(path: list[str]) -> str:
    """Return the field in which a value of the file is put right, by its path."""
    keys = tuple(key for key in path if not key.isdecimal())
    if keys == ("checks", SPRINT):
        return SPRINT
    return next((field for field, place in FIELDS.items() if place == keys), "")
