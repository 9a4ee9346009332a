"""The publish rule of the taught share: what is missing until it is shown, and its texts (measurement (d))."""

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

    @property
    def reason(self) -> str:
        """Why the share is not published."""
        if self.more:
            return f"not enough evidence: {self.tickets} of {self.needed}"
        return "reopenings of tickets done before this period outweigh what was done in it"

    def sentence(self, agency: str) -> str:
        """Return the reason as a sentence of a page."""
        if not self.more:
            return "Reopenings of earlier work outweigh what was finished, so no taught share is shown."
        return f"{self.tickets} of the {self.needed} finished tickets of {agency} needed for a taught share so far."

    def next_step(self, agency: str) -> str:
        """Return what would publish the share."""
        if not self.more:
            return f"Tickets of {agency} that are finished and stay so."
        return f"{self.more} more finished {'ticket' if self.more == 1 else 'tickets'} with a part of {agency}."


def tickets_needed(rules: Ruleset = DEFAULT) -> int:
    """Return from how many tickets on a share is published: n ≥ m / 2."""
    return math.ceil(rules.prior_weight / 2)


def publish_gap(sums: DaySums, rules: Ruleset = DEFAULT) -> Missing | None:
    """Return what is missing until the taught share of a period's sums is published; None where it is."""
    missing = Missing(sums.n, tickets_needed(rules))
    if missing.more or sums.agency <= 0 or not 0 <= sums.taught <= sums.agency:
        return missing
    return None
