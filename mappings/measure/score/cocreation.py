"""D7: are objectives written together, before the work begins."""

from collections.abc import Collection
from datetime import date
from fractions import Fraction

from msgspec import Struct

# What an objective counts for both sides having agreed on it before work on it began.
TOGETHER = Fraction(3, 5)


class Definition(Struct, frozen=True):
    """An objective's making: the first day each side edited or agreed, and how many edits were whose."""

    agency: date | None = None
    inhouse: date | None = None
    edits: int = 0
    agency_edits: int = 0


def cocreated(definition: Definition, begun: date | None) -> Fraction:
    """Return .6 for both sides before the first active day + .4 (1 - |2 s - 1|), 0 to 1 (measurement (h), D7).

    `begun` is the day, in the zone, of the first active instant of the first mapped ticket; s the agency's share of
    the edits, 0 without any.
    """
    days = [day for day in (definition.agency, definition.inhouse) if day is not None]
    together = len(days) == 2 and (begun is None or max(days) < begun)
    share = Fraction(definition.agency_edits, definition.edits) if definition.edits else Fraction(0)
    return TOGETHER * together + Fraction(2, 5) * (1 - abs(2 * share - 1))


def counts_once_confirmed(counted: Fraction, claimed: Collection[date], begun: date) -> bool:
    """Tell whether an objective would count as agreed before work began, were the claimed days of both sides confirmed.

    `counted` is what it counts without; `claimed` the days on which the file says that the sides agreed.
    """
    return counted < TOGETHER and len(claimed) == 2 and max(claimed) < begun
