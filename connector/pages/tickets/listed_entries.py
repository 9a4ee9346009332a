"""The entries by which a ticket stands in the list of finished tickets: of an objective that is asked for, its part."""

from collections.abc import Sequence
from decimal import Decimal
from functools import reduce

from msgspec.structs import replace

from connector.pages.ticket_parts import parts_of, printed_of
from connector.pages.tickets.filters import NO_OBJECTIVE, Filters
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import part_of, sums_of
from mappings.records.figures.entries import StoredEntry
from mappings.records.figures.ticket_pages import Span


def entries_inside(stored: Sequence[StoredEntry], span: Span) -> list[StoredEntry]:
    """Return the entries of a period."""
    return [item for item in stored if span.start <= item.entry.at < span.end]


def entries_of_objective(inside: Sequence[StoredEntry], filters: Filters) -> list[StoredEntry]:
    """Return the entries that count for the objective asked for, with what they give to it, as Objectives counts them.

    Late tags are listed before they count, and so with all that their tickets gave.
    """
    if not filters.objective or filters.late:
        return [*inside]
    if filters.objective == NO_OBJECTIVE:
        return [item for item in inside if not item.entry.objectives]
    return [_part(item, filters.objective) for item in inside if filters.objective in item.entry.objectives]


def _part(item: StoredEntry, objective: str) -> StoredEntry:
    entry, handed = part_of(item.entry, item.handed, objective)
    return replace(item, entry=entry, handed=tuple(handed))


def sum_parts(entries: Sequence[StoredEntry], calendar: Calendar, kinds: tuple[str, ...]) -> dict[str, int]:
    """Return what entries gave to each bucket, in billionths."""
    sums = sums_of([(item.entry, item.handed) for item in entries], calendar, by_objective=False)
    return parts_of(reduce(DaySums.plus, sums.values(), DaySums()), kinds)


def print_parts(entries: Sequence[StoredEntry], kinds: tuple[str, ...]) -> dict[str, Decimal]:
    """Return the same as it is printed."""
    return printed_of([(item.entry, item.handed_over) for item in entries], kinds)
