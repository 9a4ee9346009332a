"""The engagements whose rows the program page shows: a page of the alphabetical list, by its first engagement's key."""

from collections.abc import Sequence
from dataclasses import dataclass

from connector.figures.program.engagement import ProgramEngagement
from mappings.measure.score.program_counts import Proposals

# As many as one compares at a time.
ROWS = 24


@dataclass(frozen=True)
class RowPage:
    """The engagements from place `first` (from 1) on, and all others.

    `before` and `after` are the keys that the pages beside it begin with, "" without.
    """

    shown: Sequence[ProgramEngagement]
    others: Sequence[ProgramEngagement]
    first: int
    before: str
    after: str

    @property
    def proposing(self) -> Sequence[ProgramEngagement]:
        """The engagements that have a row among the proposals: of many, those that there is anything to say of."""
        if not self.others:
            return self.shown
        return [item for item in self.shown if item.now is not None and item.now.proposals != Proposals()]

    @property
    def without_proposals_row(self) -> Sequence[ProgramEngagement]:
        rows = {item.engagement.key for item in self.proposing}
        return [item for item in (*self.shown, *self.others) if item.engagement.key not in rows]

    @property
    def last(self) -> int:
        return self.first + len(self.shown) - 1

    @property
    def total(self) -> int:
        return len(self.shown) + len(self.others)

    @property
    def keys(self) -> frozenset[str]:
        return frozenset(item.engagement.key for item in self.shown)


def row_page(engagements: Sequence[ProgramEngagement], first: str) -> RowPage:
    """Return the page that holds the engagement of that key; the first one where there is none of that key."""
    keys = [item.engagement.key for item in engagements]
    start = keys.index(first) // ROWS * ROWS if first in keys else 0
    end = start + ROWS
    before = keys[start - ROWS] if start else ""
    after = keys[end] if end < len(keys) else ""
    return RowPage(engagements[start:end], (*engagements[:start], *engagements[end:]), start + 1, before, after)
