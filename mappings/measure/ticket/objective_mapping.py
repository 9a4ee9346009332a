"""Which objectives a ticket had at an instant: by its fields, by hand, and too late."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct

from mappings.events.types import Change, Instant, Issue
from mappings.measure.model.engagement import Objective
from mappings.measure.model.field_history import Histories, last_until, text_at
from mappings.measure.model.ruleset import DAY, DEFAULT, Ruleset
from mappings.measure.model.ticket import BILLION, Tag

Mask = int
"""A set of objectives: bit i stands for the i-th of the engagement file."""

_NEVER: Instant = 1 << 62


class Goals:
    """The objectives of an engagement, indexed by what ties a ticket to them (measurement (g) 11)."""

    def __init__(self, objectives: Sequence[Objective], ruleset: Ruleset = DEFAULT) -> None:
        self.pending = ruleset.retro_days * DAY
        self.keys = tuple(objective.key for objective in objectives)
        self.min_sizes = {one.key: round(one.min_size * BILLION) for one in objectives if one.min_size is not None}
        self._bits = {key: 1 << place for place, key in enumerate(self.keys)}
        self.labels, self.components, self.types, self.epics = (
            self._index((one.key, getattr(one.mapping, kind)) for one in objectives)
            for kind in ("labels", "components", "types", "epics")
        )
        named = {field for one in objectives for field in one.mapping.fields}
        self.fields = {
            field: self._index((one.key, one.mapping.fields.get(field, ())) for one in objectives)
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
        """Return the bit of an objective, 0 for one that the engagement does not name."""
        return self._bits.get(key, 0)

    def named(self, mask: Mask) -> tuple[str, ...]:
        """Return the keys of a set, in the order of the engagement file."""
        return tuple(key for key, bit in self._bits.items() if mask & bit) if mask else ()


class Late(Struct, frozen=True):
    """An objective set after done: pending until the other side confirms it (measurement (g) 11)."""

    objective: str
    since: Instant
    confirmed: Instant | None = None


def matched(goals: Goals, issue: Issue, histories: Histories, instant: Instant) -> Mask:
    """Return the objectives that the fields of a ticket matched at an instant (measurement (g) 11)."""
    mask = _any(goals.labels, _labels(issue, histories, instant)) if goals.labels else 0
    if goals.components:
        mask |= _any(goals.components, _components(issue, histories, instant))
    if goals.types:
        mask |= goals.types.get(text_at(histories.get("issuetype", ()), instant, issue.type_name) or "", 0)
    if goals.epics:
        mask |= _any(goals.epics, parents_at(issue, histories, instant))
    for field, index in goals.fields.items():
        mask |= _any(index, _values(field, issue, histories, instant))
    return mask


def tagged(goals: Goals, tags: Iterable[Tag], instant: Instant) -> Mask:
    """Return the objectives tagged by hand at or before an instant and not taken off before it.

    A tag that ends where it begins never stood: it is a word that confirms what a field set late.
    """
    mask = 0
    for tag in tags:
        if tag.since <= instant and (tag.until is None or tag.until >= instant) and tag.until != tag.since:
            mask |= goals.bit(tag.objective)
    return mask


def _any(index: Mapping[str, Mask], texts: Iterable[str]) -> Mask:
    mask = 0
    for text in texts:
        mask |= index.get(text, 0)
    return mask


def _labels(issue: Issue, histories: Histories, instant: Instant) -> Iterable[str]:
    changes = histories.get("labels")
    return (text_at(changes, instant, None) or "").split() if changes else issue.labels


def _components(issue: Issue, histories: Histories, instant: Instant) -> Iterable[str]:
    """Take later changes back from today's components: Jira writes one item for each that comes or goes."""
    changes = histories.get("components")
    if not changes:
        return issue.components
    held = set(issue.components)
    for change in reversed(changes):
        if change.at <= instant:
            break
        held.discard(change.new_text or "")
        held.add(change.old_text or "")
    return held


def parents_at(issue: Issue, histories: Histories, instant: Instant) -> Sequence[str]:
    """Return the parent's key as it was written, and the one it carries today where it is the same issue."""
    changes = histories.get("parent")
    if not changes:
        return (issue.parent_key,) if issue.parent_key else ()
    last = last_until(changes, instant)
    number, key = (last.new, last.new_text) if last else (changes[0].old, changes[0].old_text)
    same = issue.parent_key and number and number == str(issue.parent_id)
    return [text for text in (key, issue.parent_key if same else None) if text]


def _values(field: str, issue: Issue, histories: Histories, instant: Instant) -> Iterable[str]:
    changes = histories.get(field) or histories.get(field.casefold())
    if not changes:
        return issue.fields.get(field, ())
    text = text_at(changes, instant, None) or ""
    values = {text, *(part.strip() for part in text.split(","))}
    if _holds_words(changes, issue.fields.get(field, ())):
        values.update(text.split())
    return values


def _holds_words(changes: Sequence[Change], now: Iterable[str]) -> bool:
    """Say whether a field is a list of words, as labels are: no option ids, and no value of today with a space."""
    return not any(change.old or change.new for change in changes) and not any(" " in value for value in now)


def late_objectives(
    goals: Goals,
    issue: Issue,
    histories: Histories,
    *,
    tags: Iterable[Tag],
    had: Mask,
    done: Instant,
    end: Instant | None,
) -> tuple[Late, ...]:
    """Return the objectives set after a done moment and still set at `end` (the reopening, None: now).

    `had` are those it had at the done moment. A confirmation counts within 30 days of the setting.
    """
    goal_tags = [tag for tag in tags if goals.bit(tag.objective) & ~had]
    since = matched_later(goals, issue, histories, had=had, done=done, end=end)
    for tag in goal_tags:
        if tag.since > done and (end is None or tag.since < end) and tag.until is None:
            since[tag.objective] = min(tag.since, since.get(tag.objective, tag.since))
    return tuple(
        Late(key, since[key], _confirmed(key, goal_tags, since[key], min(since[key] + goals.pending, end or _NEVER)))
        for key in goals.keys
        if key in since
    )


def _confirmed(key: str, tags: Iterable[Tag], since: Instant, until: Instant) -> Instant | None:
    """Return the first confirmation of an objective that came in its time."""
    given = (tag.confirmed for tag in tags if tag.objective == key and tag.confirmed is not None)
    return min((at for at in given if since <= at <= until), default=None)


def matched_later(
    goals: Goals, issue: Issue, histories: Histories, *, had: Mask, done: Instant, end: Instant | None
) -> dict[str, Instant]:
    """Return since when each objective that the fields match at `end`, but not at done, has been matched."""
    instants = {
        change.at
        for field in goals.watched
        for change in histories.get(field, ())
        if change.at > done and (end is None or change.at < end)
    }
    since: dict[str, Instant] = {}
    for instant in sorted(instants):
        now = matched(goals, issue, histories, instant) & ~had
        since = {key: since.get(key, instant) for key in goals.named(now)}
    return since
