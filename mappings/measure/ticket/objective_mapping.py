"""The mapping of tickets to the objectives of an engagement."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from mappings.events.times import DAY
from mappings.events.types import Instant, Issue
from mappings.measure.model.engagement import Objective
from mappings.measure.model.field_history import Histories, last_until
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import BILLION

# A set of objectives: bit i is the i-th of the engagement file.
Mask = int


class ObjectiveIndex:
    """The objectives of an engagement, indexed by what ties a ticket to them (measurement (g) 11)."""

    def __init__(self, objectives: Sequence[Objective], ruleset: Ruleset = DEFAULT) -> None:
        self.pending = ruleset.retro_days * DAY
        self.keys = tuple(objective.key for objective in objectives)
        self.min_sizes = {
            objective.key: round(objective.min_size * BILLION)
            for objective in objectives
            if objective.min_size is not None
        }
        self._bits = {key: 1 << place for place, key in enumerate(self.keys)}
        self.labels, self.components, self.types, self.epics = (
            self._index((objective.key, getattr(objective.mapping, kind)) for objective in objectives)
            for kind in ("labels", "components", "types", "epics")
        )
        named = {field for objective in objectives for field in objective.mapping.fields}
        self.fields = {
            field: self._index((objective.key, objective.mapping.fields.get(field, ())) for objective in objectives)
            for field in sorted(named)
        }
        # A changelog without field ids is filed by folded names.
        folded = (field.casefold() for field in self.fields)
        self.watched = tuple(dict.fromkeys(("labels", "components", "issuetype", "parent", *self.fields, *folded)))

    def _index(self, values: Iterable[tuple[str, Iterable[str]]]) -> dict[str, Mask]:
        index: dict[str, Mask] = defaultdict(int)
        for key, texts in values:
            for text in texts:
                index[text] |= self._bits[key]
        return dict(index)

    def bit(self, key: str) -> Mask:
        # The bit of an objective, 0 for one that the engagement does not name.
        return self._bits.get(key, 0)

    def named(self, mask: Mask) -> tuple[str, ...]:
        return tuple(key for key, bit in self._bits.items() if mask & bit) if mask else ()


def parents_at(issue: Issue, histories: Histories, instant: Instant) -> Sequence[str]:
    # The parent's key as it was written, and the one it carries today where it is the same issue.
    changes = histories.get("parent")
    if not changes:
        return (issue.parent_key,) if issue.parent_key else ()
    last = last_until(changes, instant)
    number, key = (last.new, last.new_text) if last else (changes[0].old, changes[0].old_text)
    same = issue.parent_key and number and number == str(issue.parent_id)
    return [text for text in (key, issue.parent_key if same else None) if text]
