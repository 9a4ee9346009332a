"""The rows that a table of the program's review prints: all of a few, and of many those that need somebody most."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from connector.pages.program.engagement_row import EngagementRow
from connector.pages.program.exits import ExitRow
from connector.pages.program_review.source import AskRow

# As many as a sheet of paper holds.
MOST = 24
Row = TypeVar("Row")


@dataclass(frozen=True)
class Bounded(Generic[Row]):
    """The rows that are printed, in the order of all, and how many are left to the files."""

    rows: Sequence[Row]
    more: int


def bound(rows: Sequence[Row], need: Callable[[Row], tuple[int, ...]] = lambda _: ()) -> Bounded[Row]:
    """Return at most `MOST` rows, those of the highest `need`; they stay in their order, which ranks nobody."""
    order = sorted(range(len(rows)), key=lambda place: need(rows[place]), reverse=True)
    return Bounded([rows[place] for place in sorted(order[:MOST])], max(0, len(rows) - MOST))


def clear_changes(row: EngagementRow) -> tuple[int, ...]:
    return (sum(cell.moved.is_clear for cell in (row.share, row.score, row.exit)),)


def holders_missing(row: ExitRow) -> tuple[int, ...]:
    return (len(row.single) + 2 * len(row.uncovered),)


def asks_waiting(row: AskRow) -> tuple[int, ...]:
    return row.counts["overdue"], row.counts["open"], row.counts["done"]


def proposals_unanswered(row: tuple[str, Mapping[str, int | None]]) -> tuple[int, ...]:
    return row[1]["declined"] or 0, row[1]["made"] or 0
