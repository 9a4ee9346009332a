"""What joins tickets: who was taught before doing it alone."""

from collections.abc import Mapping

from mappings.events.vocabulary import Instant
from mappings.measure.ticket import Entry

Pair = tuple[str, str]
"""(objective, account)."""


def handed_over(entry: Entry, first_taught: Mapping[Pair, Instant]) -> int:
    """Return the billionths of a done entry's in-house part that are handed over (measurement (g) 9).

    `first_taught` is the earliest E2 or E3 of each pair in this engagement; it must lie before the done moment.
    Objective by objective, in the entry's own equal parts; the amount is positive for a reopening, too.
    """
    if not entry.alone:
        return 0
    taught = {pair[0] for pair in entry.alone if first_taught.get(pair, entry.done_at) < entry.done_at}
    return sum(part for key, part in zip(entry.objectives, entry.inhouse_parts, strict=False) if key in taught)
