"""D7: are objectives written together, before the work begins."""

from datetime import date
from fractions import Fraction

from msgspec import Struct


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
    return Fraction(3, 5) * together + Fraction(2, 5) * (1 - abs(2 * share - 1))
