"""Pairs of ids and names, collected from issues and their changelogs (docs/measurement.md (g) 15)."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from mappings.events.names import fold_name
from mappings.events.types import PROSE, TEXT_LIMIT, Change, Issue

FIELD, GUESSED, REFUTED = "field", "guessed field", "refuted field"
# Kinds of pairs; the kind of a value's pair is its field.
NAMELESS, PROJECT, EPIC = "nameless", "project", "epic"

# The kind of values of Jira's own fields, by the folded names in changelogs.
KINDS: Mapping[str, str] = {
    "issuetype": "issuetype",
    "issue type": "issuetype",
    "component": "components",
    "components": "components",
    "priority": "priority",
    "resolution": "resolution",
    "fix version": "fixVersions",
    "fixversions": "fixVersions",
    "version": "fixVersions",
    "versions": "fixVersions",
}

# Prefix of the folded name of a field whose id a changelog did not give.
OF_NAMELESS = "of "

_PARENTS = frozenset({"epic link", "parent link"})
# Jira's own fields in changelogs.
_OWN = frozenset(
    {
        "status", "assignee", "reporter", "creator", "labels", "sprint", "rank", "link", "key", "project", "parent",
        "issueparentassociation", "summary", "description", "environment", "comment", "attachment", "timespent",
        "timeestimate", "timeoriginalestimate", "worklogid", "worklogtimespent", "duedate", "security", "workflow",
        "epic child", "epic color", "epic colour", "epic status", "remoteissuelink", "remoteworkitemlink", "watchers",
        "votes", "created", "updated",
    }
)  # fmt: skip


class Pair(NamedTuple):
    """An id of a kind, and a name that it has or had."""

    kind: str
    object_id: str
    name: str


def pairs_of(issue: Issue | None, changes: Sequence[Change]) -> Iterator[Pair]:
    """Yield the names of values, fields and projects in an issue and its changes."""
    if issue is not None:
        yield from _pairs_now(issue)
    moves = {change.history_id: change for change in changes if change.field.casefold() == "project"}
    for change in changes:
        folded = fold_name(change.field)
        if folded == "key" and change.history_id in moves:
            move = moves[change.history_id]
            yield from _project_pair(move.old, change.old_text)
            yield from _project_pair(move.new, change.new_text)
        elif folded not in _OWN:
            yield from _change_pairs(change, folded)


def _pairs_now(issue: Issue) -> Iterator[Pair]:
    if issue.type_id and issue.type_name:
        yield Pair("issuetype", issue.type_id, fold_name(issue.type_name))
    if issue.project_id and issue.project_key:
        yield Pair(PROJECT, issue.project_id, issue.project_key.upper())
    values: Mapping[str, Sequence[str]] = {
        **issue.fields,
        "components": issue.components,
        "resolution": (issue.resolution,) if issue.resolution else (),
    }
    for field, ids in issue.ids.items():
        texts = values.get(field, ())
        if len(texts) == len(ids):
            kind = KINDS.get(field.casefold(), field)
            yield from (Pair(kind, *pair) for pair in zip(ids, map(fold_name, texts), strict=True))


def _project_pair(number: str | None, key: str | None) -> Iterator[Pair]:
    if number and key:
        yield Pair(PROJECT, number, key.rpartition("-")[0].upper())


def _change_pairs(change: Change, folded: str) -> Iterator[Pair]:
    kind = KINDS.get(folded)
    if kind is None and change.field_id is None:
        kind = f"{OF_NAMELESS}{folded}"
        yield Pair(NAMELESS, "", folded)
    elif kind is None and change.field_id and change.field_id.startswith("customfield_"):
        kind = change.field_id
        yield Pair(FIELD, change.field_id, folded)
    if kind is None or folded in _PARENTS:
        return
    for number, text in ((change.old, change.old_text), (change.new, change.new_text)):
        if _is_id(number) and text and text != PROSE and len(text) <= TEXT_LIMIT:
            yield Pair(kind, number or "", fold_name(text))


def _is_id(number: str | None) -> bool:
    return bool(number) and number is not None and number.isascii() and number.isdecimal() and len(number) < 20


def last_nameless(changes: Iterable[Change]) -> dict[str, Change]:
    # The last change of each custom field whose id the changelog left out, by folded name.
    last: dict[str, Change] = {}
    for change in sorted(changes, key=lambda change: (change.at, change.history_id, change.place)):
        folded = fold_name(change.field)
        if change.field_id is None and folded not in _OWN and folded not in KINDS:
            last[folded] = change
    return last


def has_value_of(issue: Issue, field: str, change: Change) -> bool:
    # Whether a custom field has the value with which a change of a nameless field ended.
    if change.new and issue.ids.get(field) == (change.new,):
        return True
    return bool(change.new_text) and issue.fields.get(field) == (change.new_text,)


def guess_fields(issue: Issue, last: Mapping[str, Change]) -> Iterator[Pair]:
    # Yield, for each nameless field, the only custom field that has the value it was last set to.
    for name, change in last.items():
        fields = [
            field for field in issue.fields if field.startswith("customfield_") and has_value_of(issue, field, change)
        ]
        if len(fields) == 1:
            yield Pair(GUESSED, fields[0], name)


def refute_fields(issue: Issue, last: Mapping[str, Change], guesses: Iterable[Pair]) -> Iterator[Pair]:
    for pair in guesses:
        change = last.get(pair.name)
        if change is not None and change.new_text and not has_value_of(issue, pair.object_id, change):
            yield Pair(REFUTED, pair.object_id, pair.name)
