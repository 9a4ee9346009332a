"""Bulk edits: one person who closes or reopens many tickets within minutes. They are marked, nothing is left out."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.ruleset import MINUTE

TICKETS = 20
SPAN = 10 * MINUTE
"""A bulk edit: at least 20 tickets in 10 minutes, limits included, by one user (measurement (f), gaming table)."""

Step = tuple[int, Instant]
"""A ticket, and the instant at which its status changed."""


class Edit(Struct, frozen=True):
    """Somebody took a ticket into done, or out of it."""

    issue_id: int
    at: Instant
    author: str


def bulk_sizes(edits: Iterable[Edit], bots: frozenset[str] = frozenset()) -> dict[Step, int]:
    """Return of each step that was part of a bulk edit how many tickets that edit held, 20 or more.

    Where 10-minute stretches overlap the largest that holds the step counts. Bots are no users (measurement 3.0).
    """
    by_author: defaultdict[str, list[Edit]] = defaultdict(list)
    for one in edits:
        if one.author not in bots:
            by_author[one.author].append(one)
    found: dict[Step, int] = {}
    for every in by_author.values():
        own = sorted(every, key=lambda one: (one.at, one.issue_id))
        for one, size in zip(own, _largest(own, _sizes(own)), strict=True):
            if size >= TICKETS:
                step = (one.issue_id, one.at)
                found[step] = max(size, found.get(step, 0))
    return found


def _sizes(edits: Sequence[Edit]) -> list[int]:
    """Return how many tickets the 10 minutes up to each edit hold, those of the same instant before it in order."""
    inside: Counter[int] = Counter()
    start, sizes = 0, []
    for one in edits:
        inside[one.issue_id] += 1
        while one.at - edits[start].at > SPAN:
            gone = edits[start].issue_id
            inside[gone] -= 1
            if not inside[gone]:
                del inside[gone]
            start += 1
        sizes.append(len(inside))
    return sizes


def _largest(edits: Sequence[Edit], sizes: Sequence[int]) -> list[int]:
    """Return the largest size of any 10 minutes that hold each edit: the maximum over those that end within 10 more."""
    ends: deque[int] = deque()
    after, found = 0, []
    for place, one in enumerate(edits):
        while after < len(edits) and edits[after].at - one.at <= SPAN:
            while ends and sizes[ends[-1]] <= sizes[after]:
                ends.pop()
            ends.append(after)
            after += 1
        while ends[0] < place:
            ends.popleft()
        found.append(sizes[ends[0]])
    return found


def crowded(steps: Iterable[Step]) -> set[Step]:
    """Return the steps that 20 tickets or more make within 10 minutes, whoever made them: others need no look."""
    return set(bulk_sizes(Edit(issue_id, at, "") for issue_id, at in steps))
