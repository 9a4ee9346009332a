"""The value of a field at an instant, from its changes."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from operator import attrgetter

from mappings.events.types import Change, Instant

# The changes of each field, oldest first; fields by their id, else by their folded name.
Histories = Mapping[str, Sequence[Change]]

_PLACE = attrgetter("at", "history_id", "place")
_AT = attrgetter("at")

# Names under which Jira writes a field whose id is missing or is a site's own.
_NAMES: Mapping[str, str] = {
    "component": "components",
    "issueparentassociation": "parent",
    "epic link": "parent",
    "parent link": "parent",
}


@lru_cache(maxsize=4096)
def field_of(field: str, field_id: str | None) -> str:
    # The name under which a change is filed: its field's id, the folded name where there is none.
    folded = field.casefold()
    return _NAMES.get(folded) or field_id or folded


def histories_of(changes: Iterable[Change]) -> dict[str, list[Change]]:
    """File changes by field, in order of time, history id, place in the history (measurement (g) 3)."""
    histories: dict[str, list[Change]] = {}
    for change in sorted(changes, key=_PLACE):
        filed = histories.setdefault(field_of(change.field, change.field_id), [])
        filed.append(change)
    return histories


def last_until(changes: Sequence[Change], instant: Instant) -> Change | None:
    """Return the last change at or before an instant: those of the instant itself are included (measurement (g) 3)."""
    place = bisect_right(changes, instant, key=_AT)
    return changes[place - 1] if place else None


def text_at(changes: Sequence[Change], instant: Instant, now: str | None) -> str | None:
    """Return the text a field showed; before its first change what that was `from`, without changes `now`."""
    if not changes:
        return now
    last = last_until(changes, instant)
    return last.new_text if last else changes[0].old_text
