"""What joins tickets: who was taught before doing it alone."""

from collections.abc import Mapping

from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry

# (objective, account).
Pair = tuple[str, str]


def handed_parts(entry: Entry, first_taught: Mapping[Pair, Instant]) -> tuple[int, ...]:
    """Return the billionths handed over of each objective's in-house part, () where nothing is (measurement (g) 9).

    `first_taught` is the earliest E2 or E3 of each pair in this engagement; it must lie before the done moment.
    The amounts are positive for a reopening, too.
    """
    taught = {pair[0] for pair in entry.alone if first_taught.get(pair, entry.done_at) < entry.done_at}
    if not taught:
        return ()
    return tuple(part if key in taught else 0 for key, part in zip(entry.objectives, entry.inhouse_parts, strict=True))
