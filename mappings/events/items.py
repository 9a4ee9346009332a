"""The items of a changelog, as changes: what moved where, without people's names and without prose."""

import re
from collections.abc import Iterable

from mappings.events.errors import UnreadableBody
from mappings.events.json_values import Shape, check_object, read_array, read_name, read_needed, read_text
from mappings.events.types import PROSE, TEXT_LIMIT, Change, Instant

# Fields, by folded name or id, whose values are what people wrote: kept is only whether there was something.
_PROSE_FIELDS = frozenset(
    {"summary", "description", "environment", "comment", "attachment", "remoteissuelink", "remoteworkitemlink"}
)

# Fields whose text is a list of names, however long: never prose.
_LIST_FIELDS = frozenset({"labels", "sprint"})

PEOPLE_FIELDS = frozenset({"assignee", "reporter", "creator"})
# An account id of Cloud, in any of its ages, or of Data Center.
ONE_ACCOUNT = (
    r"(?:(?:[a-z0-9]{1,20}:)*(?:[0-9a-f]{24,32}|[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})"
    r"|JIRAUSER\d{1,18})"
)

ACCOUNTS = re.compile(rf"\[?{ONE_ACCOUNT}(?:, ?{ONE_ACCOUNT})*\]?")


class History:
    """The history that items belong to: whose, which and when."""

    __slots__ = ("at", "author", "history_id", "issue_id")

    def __init__(self, issue_id: int, history_id: int, at: Instant, author: str | None) -> None:
        self.issue_id, self.history_id, self.at, self.author = issue_id, history_id, at, author


def read_items(shape: Shape, history: History, path: str) -> tuple[Change, ...]:
    """Read the items of one history, in their order. Raises UnreadableBody at the first that is none."""
    items = read_array(shape, "items", path)
    return tuple([read_item(item, history, place, path) for place, item in enumerate(items)])


def read_items_apart(shape: Shape, history: History, path: str, refused: list[str]) -> tuple[Change, ...]:
    """Read the items of one history; one that is none costs no other, and is added to `refused`."""
    changes: list[Change] = []
    for place, item in enumerate(read_array(shape, "items", path)):
        try:
            changes.append(read_item(item, history, place, path))
        except UnreadableBody as refusal:
            refused.append(str(refusal))
    return tuple(changes)


def read_item(value: object, history: History, place: int, path: str) -> Change:
    """Read one item of the history at `path`. `place` counts within it."""
    here = f"{path}.items[{place}]"
    item = check_object(value, here)
    name = read_needed(item, "field", here)
    field_id = read_name(item, "fieldId", here) or None
    old, old_text = read_text(item, "from", here), read_text(item, "fromString", here)
    new, new_text = read_text(item, "to", here), read_text(item, "toString", here)
    folded = name.casefold()
    if folded in _PROSE_FIELDS or field_id in _PROSE_FIELDS:
        old, old_text, new, new_text = _number(old), _presence(old_text), _number(new), _presence(new_text)
    elif folded not in _LIST_FIELDS:
        if _names_people(folded, item, (old, new)):
            old_text = old = read_text(item, "tmpFromAccountId", here) or old
            new_text = new = read_text(item, "tmpToAccountId", here) or new
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
    """Say whether an item's texts are people's names, which are never kept: its ids are accounts then."""
    if folded in PEOPLE_FIELDS or "tmpToAccountId" in item:
        return True
    return item.get("fieldtype") == "custom" and any(end and ACCOUNTS.fullmatch(end) for end in ends)


def _number(value: str | None) -> str | None:
    """Return an id, such as an attachment's; what else Jira writes there may hold the text itself."""
    return value if value and value.isdecimal() else None


def _presence(text: str | None) -> str | None:
    return PROSE if text else text


def keep_short(text: str | None) -> str | None:
    """Return a value as it is kept: prose as its presence alone."""
    if text is None or (len(text) <= TEXT_LIMIT and "\n" not in text and "\r" not in text):
        return text
    return PROSE
