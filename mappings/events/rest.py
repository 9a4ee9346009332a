"""Readers of Jira's REST answers, versions 2 and 3, Cloud and Data Center."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, TypeAlias, TypeVar

from mappings.events.errors import UnreadableBody
from mappings.events.fields import read_fields, read_status
from mappings.events.issue_parts import (
    Surroundings,
    add_linked_status,
    read_comment,
    read_history,
    read_link,
    read_worklog,
)
from mappings.events.issue_property import read_mirrored
from mappings.events.json_values import Accounts, Shape, check_object, read_account, read_array, read_json
from mappings.events.names import clean_text
from mappings.events.types import Account, Change, Comment, Digest, IssueRead, Link, Status, Worklog

Part = TypeVar("Part")
Read: TypeAlias = Callable[[object, int, Surroundings, str], Part]
PageRead: TypeAlias = Callable[[object, str], Part]


def read_issue(answer: bytes | Mapping[str, Any], digest: Digest) -> IssueRead:
    """Read an issue from `GET issue` or search, with those of its collections that it has.

    A part that cannot be read is left out: it is named in `refused`, its collection in `partial`. Raises
    UnreadableBody where the whole is no issue.
    """
    shape = check_object(read_json(answer) if isinstance(answer, bytes | bytearray) else answer, "")
    around = Surroundings(digest)
    issue = read_fields(shape, around.accounts)
    if issue.status:
        around.statuses[issue.status.status_id] = issue.status
    reading = _Reading(issue.issue_id, around)
    fields: Shape = shape["fields"]
    changes = reading.histories(shape.get("changelog"))
    worklogs = reading.collection(fields, "worklog", "worklogs", read_worklog)
    comments = reading.collection(fields, "comment", "comments", read_comment)
    links = reading.links(fields)
    reading.add_family_statuses(fields)
    return IssueRead(
        issue=issue,
        changes=changes,
        worklogs=worklogs,
        comments=comments,
        links=links,
        accounts=tuple(around.accounts.values()),
        statuses=tuple(around.statuses.values()),
        partial=frozenset(reading.partial),
        refused=tuple(reading.refused),
        mirrored=read_mirrored(shape),
        field_names=read_field_names(shape.get("names")),
    )


def read_field_names(names: object) -> Mapping[str, str]:
    if not isinstance(names, Mapping):
        return {}
    pairs = ((field, name) for field, name in names.items() if isinstance(field, str) and isinstance(name, str))
    return {field: clean_text(name)[:255] for field, name in pairs if field.startswith("customfield_") and name}


def read_fields_list(answer: Sequence[Any]) -> Mapping[str, tuple[str, ...]]:
    """Return the names of each custom field of `GET field`: the site's own, and Jira's untranslated one."""
    names_by_field: dict[str, tuple[str, ...]] = {}
    for entry in answer:
        field, schema = (entry.get("id"), entry.get("schema")) if isinstance(entry, Mapping) else (None, None)
        if not isinstance(field, str) or not field.startswith("customfield_"):
            continue
        custom = schema.get("custom") if isinstance(schema, Mapping) else None
        own = _OWN_FIELDS.get(custom.rpartition(":")[2]) if isinstance(custom, str) else None
        names = (
            name for name in (entry.get("name"), entry.get("untranslatedName"), own) if isinstance(name, str) and name
        )
        names_by_field[field] = tuple(dict.fromkeys(clean_text(name)[:255] for name in names))
    return names_by_field


# Jira's own types of custom fields, which sites in other languages name differently.
_OWN_FIELDS: Mapping[str, str] = {
    "gh-epic-link": "Epic Link",
    "gh-epic-label": "Epic Name",
    "jpo-custom-field-parent": "Parent Link",
}


class _Reading:
    """State of reading an issue: what was left out, and why."""

    def __init__(self, issue_id: int, around: Surroundings) -> None:
        self.issue_id, self.around = issue_id, around
        self.partial: set[str] = set()
        self.refused: list[str] = []

    def histories(self, value: object) -> tuple[Change, ...]:
        entries = self.page(value, "changelog", "changes", "histories")
        if entries is None:
            return ()
        histories = self.each(entries, "changelog.histories", "changes", read_history)
        return tuple(change for history in histories for change in history)

    def collection(self, fields: Shape, name: str, plural: str, read: Read[Part]) -> tuple[Part, ...]:
        entries = self.page(fields.get(name), f"fields.{name}", plural, plural)
        return () if entries is None else self.each(entries, f"fields.{name}.{plural}", plural, read)

    def page(self, value: object, field: str, plural: str, key: str) -> Sequence[Any] | None:
        # A collection of which some entries are missing is added to `partial`.
        try:
            entries, whole = read_page(value, field, (key,))
        except UnreadableBody as refusal:
            self.refuse(refusal, plural)
            return None
        if not whole:
            self.partial.add(plural)
        return entries

    def each(self, entries: Iterable[Any], field: str, plural: str, read: Read[Part]) -> tuple[Part, ...]:
        parts: list[Part] = []
        for index, entry in enumerate(entries):
            try:
                parts.append(read(entry, self.issue_id, self.around, f"{field}[{index}]"))
            except UnreadableBody as refusal:
                self.refuse(refusal, plural)
        return tuple(parts)

    def links(self, fields: Shape) -> tuple[Link, ...]:
        if "issuelinks" not in fields:
            self.partial.add("links")
        return self.each(self.array(fields, "issuelinks", "links"), "fields.issuelinks", "links", read_link)

    def add_family_statuses(self, fields: Shape) -> None:
        # Parent and sub-tasks are read themselves, so nothing of them is refused here.
        for relative in (fields.get("parent"), *self.array(fields, "subtasks", "subtasks")):
            if isinstance(relative, dict):
                try:
                    add_linked_status(relative, self.around, "")
                except UnreadableBody:
                    continue

    def array(self, fields: Shape, name: str, plural: str) -> Sequence[Any]:
        try:
            return read_array(fields, name, "fields")
        except UnreadableBody as refusal:
            self.refuse(refusal, plural)
            return ()

    def refuse(self, refusal: UnreadableBody, plural: str) -> None:
        self.refused.append(str(refusal))
        self.partial.add(plural)


def read_page(value: object, field: str, keys: tuple[str, ...]) -> tuple[Sequence[Any], bool]:
    # The entries of a page, and whether they are all there are. A missing page is incomplete.
    if value is None:
        return (), False
    if isinstance(value, list):
        return value, True
    shape = check_object(value, field)
    key = next((key for key in keys if key in shape), keys[0])
    entries = read_array(shape, key, field)
    total = shape.get("total")
    whole = len(entries) >= total if isinstance(total, (int, float)) else key in shape
    return entries, whole


def _read_entries(
    answer: bytes | Mapping[str, Any] | Sequence[Any],
    keys: tuple[str, ...],
    read: PageRead[Part],
    refused: list[str] | None,
) -> list[Part]:
    # Read the entries of a page; one that cannot be read is added to `refused`, or raised where that is None.
    value = read_json(answer) if isinstance(answer, bytes | bytearray) else answer
    if not isinstance(value, list) and not any(key in check_object(value, "") for key in keys):
        raise UnreadableBody("missing", keys[0])
    parts: list[Part] = []
    for index, entry in enumerate(read_page(value, "", keys)[0]):
        try:
            parts.append(read(entry, f"{keys[0]}[{index}]"))
        except UnreadableBody as refusal:
            if refused is None:
                raise
            refused.append(str(refusal))
    return parts


def read_changelog_page(
    answer: bytes | Mapping[str, Any],
    issue_id: int,
    refused: list[str] | None = None,
    *,
    accounts: Accounts | None = None,
) -> tuple[Change, ...]:
    """Read a page of `GET issue/{id}/changelog` (`values`; Data Center `histories`).

    A history that cannot be read is added to `refused` with its path. Raises UnreadableBody where the whole is no page,
    and without `refused` at the first such history; the other pages do the same. Accounts are added to `accounts`.
    """
    around = Surroundings(str, accounts)
    histories = _read_entries(
        answer, ("values", "histories"), lambda entry, path: read_history(entry, issue_id, around, path), refused
    )
    return tuple(change for history in histories for change in history)


def read_worklog_page(
    answer: bytes | Mapping[str, Any] | Sequence[Any],
    issue_id: int | None,
    refused: list[str] | None = None,
    *,
    accounts: Accounts | None = None,
) -> tuple[Worklog, ...]:
    around = Surroundings(str, accounts)
    return tuple(
        _read_entries(answer, ("worklogs",), lambda entry, path: read_worklog(entry, issue_id, around, path), refused)
    )


def read_comment_page(
    answer: bytes | Mapping[str, Any],
    issue_id: int | None,
    digest: Digest,
    refused: list[str] | None = None,
    *,
    accounts: Accounts | None = None,
) -> tuple[Comment, ...]:
    around = Surroundings(digest, accounts)
    keys = ("comments", "values")
    return tuple(_read_entries(answer, keys, lambda entry, path: read_comment(entry, issue_id, around, path), refused))


def read_statuses(answer: bytes | Sequence[Any]) -> tuple[Status, ...]:
    """Read the answer of `GET status`. Raises UnreadableBody."""
    entries = read_json(answer) if isinstance(answer, bytes | bytearray) else answer
    if not isinstance(entries, list):
        raise UnreadableBody("not an array")
    read = (read_status({"": entry}, "", f"[{index}]") for index, entry in enumerate(entries))
    return tuple(status for status in read if status)


def read_accounts(answer: bytes | Mapping[str, Any] | Sequence[Any]) -> tuple[Account, ...]:
    """Read people of `GET users` (an array), `GET user/bulk` (a page) or `GET user`. Raises UnreadableBody."""
    value = read_json(answer) if isinstance(answer, bytes | bytearray) else answer
    if isinstance(value, dict) and "values" not in value:
        value = [value]
    accounts: dict[str, Account] = {}
    for index, entry in enumerate(read_page(value, "", ("values",))[0]):
        if read_account({"": entry}, "", f"values[{index}]", accounts=accounts) is None:
            raise UnreadableBody("missing", f"values[{index}].accountId")
    return tuple(accounts.values())
