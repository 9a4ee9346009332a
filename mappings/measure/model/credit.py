"""The credit that evidence gives: its weight, and the agencies that share it."""

from collections.abc import Iterable

from mappings.measure.model.ticket import Evidence

# Agencies with their parts of a ticket.
Shares = tuple[tuple[str, int], ...]
# What an E1, E2, E3 weighs for credit (measurement (c), c4).
WEIGHTS = {1: 1, 2: 2, 3: 3}


def weights_of(rows: Iterable[Evidence]) -> dict[Shares, int]:
    """Return the weight of evidence by the agencies that share it."""
    # Fractions come after it: most tickets are of one agency, whatever its part, and there are many of them.
    weights: dict[Shares, int] = {}
    for row in rows:
        shares = shares_of(row)
        if shares is not None:
            weights[shares] = weights.get(shares, 0) + weight_of(row)
    return weights


def shares_of(row: Evidence) -> Shares | None:
    """Return the agencies that share the credit of a row with their parts, () for in-house mentors, None for nobody."""
    if row.kind not in WEIGHTS or not (row.agencies or row.mentors):
        return None
    return row.agencies if len(row.agencies) != 1 else ((row.agencies[0][0], 1),)


def weight_of(row: Evidence) -> int:
    return WEIGHTS[row.kind] if row.trace else 0
