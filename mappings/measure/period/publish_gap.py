"""The publish rule of the taught share: what is missing until it is shown (measurement (d))."""

import math

from msgspec import Struct

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import DaySums


class Missing(Struct, frozen=True):
    """What keeps a taught share from being published: too few tickets, or reopenings that outweigh them."""

    tickets: int
    needed: int

    @property
    def more(self) -> int:
        """How many more tickets are needed; 0 where reopenings outweigh what was finished."""
        return max(0, self.needed - self.tickets)


def tickets_needed(rules: Ruleset = DEFAULT) -> int:
    """Return from how many tickets on a share is published: n ≥ m / 2."""
    return math.ceil(rules.prior_weight / 2)


def publish_gap(sums: DaySums, rules: Ruleset = DEFAULT) -> Missing | None:
    """Return what is missing until the taught share of a period's sums is published; None where it is."""
    missing = Missing(sums.n, tickets_needed(rules))
    if missing.more or sums.agency <= 0 or not 0 <= sums.taught <= sums.agency:
        return missing
    return None
