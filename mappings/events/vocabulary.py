"""The words that a site uses: statuses, labels, components and all else that an engagement file can name."""

from collections.abc import Mapping
from functools import cached_property
from typing import Final

from msgspec import Struct

from mappings.events.names import fold_name

STATUS, LABEL, COMPONENT, TYPE, EPIC = "status", "label", "component", "issue type", "epic"
FIELD, VALUE, PROJECT, ACCOUNT = "field", "field value", "project", "account"
RESOLUTION, DECLINED, LINK = "resolution", "status or resolution", "link"
"""Kinds of words, as messages call them. DECLINED may be either of two kinds."""

EXACT: Final = frozenset({LABEL, LINK, ACCOUNT})
"""Kinds that are compared character by character; the others are compared without regard to case."""

SYSTEM_FIELDS: Final = frozenset(
    {
        "summary", "description", "assignee", "labels", "components", "parent", "priority", "fixVersions", "versions",
        "duedate", "timeoriginalestimate", "timeestimate", "environment", "sprint",
    }
)  # fmt: skip
"""Fields of every Jira that an engagement file may name."""

Words = Mapping[str, int]
"""Words as they are written, with the number of issues that carry each now; 0 for one that was carried earlier."""


class Vocabulary(Struct, frozen=True, dict=True):
    """The words of a site by kind. A kind that is missing is not known, which is not the same as empty.

    `values` are the texts of each field by its id, `field_ids` the ids of a field by its folded name, `keys` those of
    all issues, of which only the parents are words of the kind EPIC.
    """

    words: Mapping[str, Words] = {}
    values: Mapping[str, Words] = {}
    field_ids: Mapping[str, frozenset[str]] = {}
    keys: frozenset[str] = frozenset()
    issues: int = 0

    def comparable(self, kind: str) -> bool:
        """Tell whether anything is known of a kind, so that a word that is missing says something."""
        if kind == DECLINED:
            return self.comparable(STATUS) and self.comparable(RESOLUTION)
        return kind in self.words or (kind == VALUE and self.issues > 0)

    def has(self, kind: str, text: str, field: str = "") -> bool:
        """Tell whether a word of a kind is known; `field` names the field of a VALUE, by its id or its name."""
        if kind == DECLINED:
            return self.has(STATUS, text) or self.has(RESOLUTION, text)
        if kind == VALUE:
            return any(fold_name(text) in map(fold_name, self.values.get(each, {})) for each in self.ids_of(field))
        if kind == FIELD and (text in SYSTEM_FIELDS or fold_name(text) in self.field_ids):
            return True
        if kind == EPIC and text.upper() in self.keys:
            return True
        return text in self.words.get(kind, {}) or (kind not in EXACT and fold_name(text) in self._folded.get(kind, ()))

    def known(self, kind: str, field: str = "") -> list[str]:
        """Return the words of a kind, those that most issues carry first."""
        if kind == DECLINED:
            return [*self.known(STATUS), *self.known(RESOLUTION)]
        words: dict[str, int] = dict(self.words.get(kind, {}))
        for field_id in self.ids_of(field) if kind == VALUE else ():
            words |= self.values.get(field_id, {})
        return sorted(words, key=lambda word: (-words[word], word))

    def ids_of(self, field: str) -> frozenset[str]:
        """Return the ids of the field that a text names."""
        return self.field_ids.get(fold_name(field), frozenset()) | {field}

    @cached_property
    def _folded(self) -> Mapping[str, frozenset[str]]:
        return {kind: frozenset(map(fold_name, words)) for kind, words in self.words.items()}
