"""Bulk edits: one person closes or reopens many tickets within minutes. They are marked, never left out."""

from collections import Counter, defaultdict, deque
from collections.abc import Iterable, Sequence

from msgspec import Struct

from mappings.events.times import MINUTE
from mappings.events.types import Instant

TICKETS = 20
# A bulk edit: at least 20 tickets in 10 minutes, limits included, by one user (measurement (f), gaming table).
SPAN = 10 * MINUTE

# A ticket, and the instant at which its status changed.
Step = tuple[int, Instant]


class Edit(Struct, frozen=True, gc=False):
    """Somebody took a ticket into done, or out of it."""

    issue_id: int
    at: Instant
    author: str


def bulk_edit_sizes(edits: Iterable[Edit], bots: frozenset[str] = frozenset()) -> dict[Step, int]:
    """Return for each step of a bulk edit how many tickets that edit had, 20 or more.

    Where 10-minute stretches overlap the largest around the step counts. Bots are not users (measurement 3.0).
    """
    by_author: defaultdict[str, list[Edit]] = defaultdict(list)
    for edit in edits:
        if edit.author not in bots:
            by_author[edit.author].append(edit)
    sizes: dict[Step, int] = {}
    for edits_of_author in by_author.values():
        ordered = sorted(edits_of_author, key=lambda edit: (edit.at, edit.issue_id))
        for edit, size in zip(ordered, _largest(ordered, _sizes(ordered)), strict=True):
            if size >= TICKETS:
                step = (edit.issue_id, edit.at)
                sizes[step] = max(size, sizes.get(step, 0))
    return sizes


def _sizes(edits: Sequence[Edit]) -> list[int]:
    # The number of tickets in the 10 minutes up to each edit, with those of the same instant before it in order.
    inside: Counter[int] = Counter()
    start, sizes = 0, []
    for edit in edits:
        inside[edit.issue_id] += 1
        while edit.at - edits[start].at > SPAN:
            left = edits[start].issue_id
            inside[left] -= 1
            if not inside[left]:
                del inside[left]
            start += 1
        sizes.append(len(inside))
    return sizes


def _largest(edits: Sequence[Edit], sizes: Sequence[int]) -> list[int]:
    # The largest size of any 10 minutes around each edit: the maximum over those that end within 10 more.
    ends: deque[int] = deque()
    after, largest = 0, []
    for place, edit in enumerate(edits):
        while after < len(edits) and edits[after].at - edit.at <= SPAN:
            while ends and sizes[ends[-1]] <= sizes[after]:
                ends.pop()
            ends.append(after)
            after += 1
        while ends[0] < place:
            ends.popleft()
        largest.append(sizes[ends[0]])
    return largest


def crowded(steps: Iterable[Step]) -> set[Step]:
    # The steps of 20 tickets or more within 10 minutes, whoever made them: only these need a closer check.
    return set(bulk_edit_sizes(Edit(issue_id, at, "") for issue_id, at in steps))
