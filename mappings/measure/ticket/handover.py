"""What joins tickets: who was taught before doing it alone."""

from collections.abc import Mapping, Sequence

from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry

# (objective, account).
Pair = tuple[str, str]


def handed_places(entry: Entry, first_taught: Mapping[Pair, Instant]) -> tuple[int, ...]:
    """Return the places of the objectives whose in-house parts are handed over (measurement (g) 9).

    `first_taught` is the earliest E2 or E3 of each pair in this engagement; it must lie before the done moment.
    """
    taught = {pair[0] for pair in entry.alone if first_taught.get(pair, entry.done_at) < entry.done_at}
    if not taught:
        return ()
    return tuple(place for place, key in enumerate(entry.objectives) if key in taught)


def parts_at(inhouse_parts: Sequence[int], places: Sequence[int]) -> tuple[int, ...]:
    """Return the billionths handed over of each objective's in-house part, () where nothing is.

    The amounts are positive for a reopening, too.
    """
    if not places:
        return ()
    return tuple(part if place in places else 0 for place, part in enumerate(inhouse_parts))


def handed_parts(entry: Entry, first_taught: Mapping[Pair, Instant]) -> tuple[int, ...]:
    """Return the billionths handed over of each objective's in-house part in the engagement's unit."""
    return parts_at(entry.inhouse_parts, handed_places(entry, first_taught))
