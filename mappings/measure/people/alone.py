"""Tickets that somebody did alone: from when and until when each counts for the independence rate."""

from collections.abc import Iterable, Sequence
from typing import TypeAlias

from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry, Evidence

ALONE = 4
# An objective, from when a ticket of it counts, and until when; None where it still does.
Stretch: TypeAlias = tuple[str, Instant, Instant | None]


def alone_stretches(entries: Iterable[Entry], evidence: Iterable[Evidence]) -> list[Stretch]:
    """Return when a ticket was done that somebody had done alone; those of an objective do not overlap.

    A done entry is reversed by the one that follows it, and such a ticket is not done (measurement (d)).
    """
    at_of = {entry.number: entry.at for entry in entries}
    begun = sorted({(row.objective, row.entry, row.at) for row in evidence if row.kind == ALONE})
    return _clipped([(objective, at, at_of.get(number + 1)) for objective, number, at in begun])


def _clipped(stretches: Sequence[Stretch]) -> list[Stretch]:
    # A confirmed objective repeats a done entry from the same moment on (measurement (g) 11): the ticket counts once.
    ends: list[Stretch] = []
    for place, (objective, at, until) in enumerate(stretches):
        later = next((since for key, since, _ in stretches[place + 1 : place + 2] if key == objective), None)
        end = until if later is None or (until is not None and until <= later) else later
        if end is None or end > at:
            ends.append((objective, at, end))
    return ends
