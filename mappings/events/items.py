"""Readers of the items of a changelog as changes, without people's names and prose."""

import re
from collections.abc import Iterable

from mappings.events.errors import UnreadableBody
from mappings.events.json_values import Shape, check_object, read_array, read_name, read_needed, read_text
from mappings.events.times import SECOND
from mappings.events.types import PROSE, TEXT_LIMIT, Change, Instant

# Fields, by folded name or id, whose values people wrote: only whether there was a text is kept.
_PROSE_FIELDS = frozenset(
    {"summary", "description", "environment", "comment", "attachment", "remoteissuelink", "remoteworkitemlink"}
)

# Fields whose text is a list of names, which is no prose however long it is.
_LIST_FIELDS = frozenset({"labels", "sprint"})

PEOPLE_FIELDS = frozenset({"assignee", "reporter", "creator"})
# An account id of Cloud, in any of its ages, or of Data Center.
ONE_ACCOUNT = (
    r"(?:(?:[a-z0-9]{1,20}:)*(?:[0-9a-f]{24,32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|JIRAUSER\d{1,18})"
)

ACCOUNTS = re.compile(rf"\[?{ONE_ACCOUNT}(?:, ?{ONE_ACCOUNT})*\]?")

# How long after a change Jira sends the body of it, at most: recorded ones took from 2 to 1700 milliseconds.
SENT_WITHIN: Instant = 5 * SECOND


class History:
    """The history to which items belong."""

    __slots__ = ("at", "author", "history_id", "issue_id")

    def __init__(self, issue_id: int, history_id: int, at: Instant, author: str | None) -> None:
        self.issue_id, self.history_id, self.at, self.author = issue_id, history_id, at, author


def changed_at(updated: Instant, *, sent: Instant) -> Instant:
    """Return when the change of a webhook happened: the `updated` that it set, which REST gives its history, too."""
    # Of a body that came long after the change, or was built after a later one, it says nothing.
    return updated if 0 <= sent - updated <= SENT_WITHIN else sent


def read_items(shape: Shape, history: History, path: str) -> tuple[Change, ...]:
    """Read the items of a history in their order. Raises UnreadableBody at the first that cannot be read."""
    items = read_array(shape, "items", path)
    return tuple([read_item(item, history, place, path) for place, item in enumerate(items)])


def read_items_apart(shape: Shape, history: History, path: str, refused: list[str]) -> tuple[Change, ...]:
    """Read the items of a history; one that cannot be read is added to `refused`."""
    changes: list[Change] = []
    for place, item in enumerate(read_array(shape, "items", path)):
        try:
            changes.append(read_item(item, history, place, path))
        except UnreadableBody as refusal:
            refused.append(str(refusal))
    return tuple(changes)


def read_item(value: object, history: History, place: int, path: str) -> Change:
    item_path = f"{path}.items[{place}]"
    item = check_object(value, item_path)
    name = read_needed(item, "field", item_path)
    field_id = read_name(item, "fieldId", item_path) or None
    old, old_text = read_text(item, "from", item_path), read_text(item, "fromString", item_path)
    new, new_text = read_text(item, "to", item_path), read_text(item, "toString", item_path)
    folded = name.casefold()
    if folded in _PROSE_FIELDS or field_id in _PROSE_FIELDS:
        old, old_text, new, new_text = _number(old), _presence(old_text), _number(new), _presence(new_text)
    elif folded not in _LIST_FIELDS:
        if _names_people(folded, item, (old, new)):
            old_text = old = read_text(item, "tmpFromAccountId", item_path) or old
            new_text = new = read_text(item, "tmpToAccountId", item_path) or new
        old, old_text, new, new_text = map(keep_short, (old, old_text, new, new_text))
    return Change(
        history.issue_id,
        history.history_id,
        place,
        history.at,
        history.author,
        name,
        field_id,
        old,
        old_text,
        new,
        new_text,
    )


def _names_people(folded: str, item: Shape, ends: Iterable[str | None]) -> bool:
    if folded in PEOPLE_FIELDS or "tmpToAccountId" in item:
        return True
    # People's names are never kept: where an item has account ids, its texts are such names.
    return item.get("fieldtype") == "custom" and any(end and ACCOUNTS.fullmatch(end) for end in ends)


def _number(value: str | None) -> str | None:
    # An id, such as an attachment's; anything else may contain the text itself.
    return value if value and value.isdecimal() else None


def _presence(text: str | None) -> str | None:
    return PROSE if text else text


def keep_short(text: str | None) -> str | None:
    # A value as it is kept; prose is replaced by PROSE.
    if text is None or (len(text) <= TEXT_LIMIT and "\n" not in text and "\r" not in text):
        return text
    return PROSE
