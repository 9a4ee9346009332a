"""The objectives of a ticket over time: by its fields, by hand, and set late."""

from bisect import bisect_left, bisect_right
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter

from msgspec import Struct

from mappings.events.times import EVER
from mappings.events.types import Change, Instant, Issue
from mappings.measure.model.cached_value import CachedValue
from mappings.measure.model.field_history import Histories, text_at
from mappings.measure.model.ticket import Tag
from mappings.measure.ticket.objective_mapping import Mask, ObjectiveIndex, parents_at

_NEVER: Instant = EVER
_AT = attrgetter("at")


class LateObjective(Struct, frozen=True):
    """An objective set after done: pending until the other side confirms it (measurement (g) 11)."""

    objective: str
    since: Instant
    confirmed: Instant | None = None


class ObjectiveHistory:
    """The objectives of one ticket at any instant; what is asked for again and again is put in order once."""

    def __init__(
        self, objective_index: ObjectiveIndex, issue: Issue, histories: Histories, tags: Sequence[Tag]
    ) -> None:
        self._index, self._issue, self._histories = objective_index, issue, histories
        self._tags = [tag for tag in tags if objective_index.bit(tag.objective)]
        self._text_lists: dict[str, bool] = {}

    def at(self, instant: Instant) -> Mask:
        """Return the objectives that the fields matched or that were tagged by hand (measurement (g) 11)."""
        return self.matched_at(instant) | self._tagged_at(instant)

    def matched_at(self, instant: Instant) -> Mask:
        objective_index, issue, histories = self._index, self._issue, self._histories
        mask = _any(objective_index.labels, _labels(issue, histories, instant)) if objective_index.labels else 0
        if objective_index.components:
            mask |= self._components_at(instant)
        if objective_index.types:
            mask |= objective_index.types.get(
                text_at(histories.get("issuetype", ()), instant, issue.type_name) or "", 0
            )
        if objective_index.epics:
            mask |= _any(objective_index.epics, parents_at(issue, histories, instant))
        for field, index in objective_index.fields.items():
            mask |= _any(index, self._values_at(field, instant))
        return mask

    def _components_at(self, instant: Instant) -> Mask:
        changes = self._histories.get("components")
        if not changes:
            return _any(self._index.components, self._issue.components)
        return self._component_masks[bisect_right(changes, instant, key=_AT)]

    @CachedValue
    def _component_masks(self) -> list[Mask]:
        # What matched after none, one, two, ... of the changes.
        # They are taken back from today's components: Jira writes one item for each that comes or goes.
        index = self._index.components
        names = {name for name in self._issue.components if name in index}
        masks = [_any(index, names)]
        for change in reversed(self._histories["components"]):
            names.discard(change.new_text or "")
            if change.old_text in index:
                names.add(change.old_text)
            masks.append(_any(index, names))
        return masks[::-1]

    def _values_at(self, field: str, instant: Instant) -> Iterable[str]:
        changes = self._histories.get(field) or self._histories.get(field.casefold())
        if not changes:
            return self._issue.fields.get(field, ())
        text = text_at(changes, instant, None) or ""
        values = {text, *(part.strip() for part in text.split(","))}
        if field not in self._text_lists:
            self._text_lists[field] = _is_text_list(changes, self._issue.fields.get(field, ()))
        if self._text_lists[field]:
            values.update(text.split())
        return values

    @CachedValue
    def _tag_steps(self) -> tuple[list[Instant], list[Mask]]:
        # The instants at which tags by hand change, and the objectives tagged from each on.
        # A tag counts up to its end, included. One that ends where it begins never counts: it confirms what a field set
        # late.
        edges: defaultdict[Instant, list[tuple[Mask, int]]] = defaultdict(list)
        for tag in self._tags:
            bit = self._index.bit(tag.objective)
            if tag.until is None or tag.until > tag.since:
                edges[tag.since].append((bit, 1))
            if tag.until is not None and tag.until > tag.since:
                edges[tag.until + 1].append((bit, -1))
        affiliation: Counter[Mask] = Counter()
        masks: list[Mask] = []
        for instant in sorted(edges):
            mask = masks[-1] if masks else 0
            for bit, sign in edges[instant]:
                affiliation[bit] += sign
                mask = mask | bit if affiliation[bit] > 0 else mask & ~bit
            masks.append(mask)
        return sorted(edges), masks

    def _tagged_at(self, instant: Instant) -> Mask:
        if not self._tags:
            return 0
        instants, masks = self._tag_steps
        place = bisect_right(instants, instant)
        return masks[place - 1] if place else 0

    def late(self, *, had: Mask, done: Instant, end: Instant | None) -> tuple[LateObjective, ...]:
        """Return the objectives set after a done moment and still set at `end` (the reopening, None: now).

        `had` are those it had at the done moment. A confirmation counts within 30 days of the setting.
        """
        since = self.matched_later(had=had, done=done, end=end)
        for key, instants in self._open_tags.items():
            place = bisect_right(instants, done)
            if place < len(instants) and (end is None or instants[place] < end) and not self._index.bit(key) & had:
                since[key] = min(instants[place], since.get(key, instants[place]))
        last = end or _NEVER
        return tuple(
            LateObjective(
                key, since[key], self._confirmed(key, since[key], min(since[key] + self._index.pending, last))
            )
            for key in self._index.keys
            if key in since
        )

    @CachedValue
    def _open_tags(self) -> Mapping[str, list[Instant]]:
        return _by_objective((tag.objective, tag.since) for tag in self._tags if tag.is_set)

    @CachedValue
    def _confirmations(self) -> Mapping[str, list[Instant]]:
        return _by_objective((tag.objective, tag.confirmed) for tag in self._tags if tag.confirmed is not None)

    def _confirmed(self, key: str, since: Instant, until: Instant) -> Instant | None:
        instants = self._confirmations.get(key, [])
        place = bisect_left(instants, since)
        return instants[place] if place < len(instants) and instants[place] <= until else None

    def matched_later(self, *, had: Mask, done: Instant, end: Instant | None) -> dict[str, Instant]:
        # Since when each objective that the fields match at `end`, but not at done, has been matched.
        instants = self._changed_at
        first = bisect_right(instants, done)
        last = len(instants) if end is None else bisect_left(instants, end)
        since: dict[str, Instant] = {}
        for instant in instants[first:last]:
            now = self.matched_at(instant) & ~had
            since = {key: since.get(key, instant) for key in self._index.named(now)}
        return since

    @CachedValue
    def _changed_at(self) -> list[Instant]:
        return sorted({change.at for field in self._index.watched for change in self._histories.get(field, ())})


def _any(index: Mapping[str, Mask], texts: Iterable[str]) -> Mask:
    mask = 0
    for text in texts:
        mask |= index.get(text, 0)
    return mask


def _labels(issue: Issue, histories: Histories, instant: Instant) -> Iterable[str]:
    changes = histories.get("labels")
    return (text_at(changes, instant, None) or "").split() if changes else issue.labels


def _is_text_list(changes: Sequence[Change], now: Iterable[str]) -> bool:
    # Whether a field is a list of words, as labels are: no option ids, and no value of today with a space.
    return not any(change.old or change.new for change in changes) and not any(" " in value for value in now)


def _by_objective(pairs: Iterable[tuple[str, Instant]]) -> dict[str, list[Instant]]:
    instants: defaultdict[str, list[Instant]] = defaultdict(list)
    for key, instant in sorted(pairs):
        instants[key].append(instant)
    return dict(instants)
