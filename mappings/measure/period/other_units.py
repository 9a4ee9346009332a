"""Entries counted in another unit than the engagement's: as tickets, by story points, or by logged hours."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec.structs import replace

from mappings.measure.model.apportion import equal_parts, largest_remainder
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Units, UnitsBy
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import BILLION, DaySums, Entry
from mappings.measure.period.figures import Paired, sums_of
from mappings.measure.ticket.handover import parts_at
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE

# All units, in the order in which they are offered.
UNITS: tuple[UnitsBy, ...] = ("story_points", "count", "hours")

# Unit ('' for the engagement's own), objective ('' for the whole), day of the entry, day of its done entry.
Key = tuple[str, str, date, date]

# An entry, what of its in-house parts is handed over, and the places of these.
Counted = tuple[Entry, Sequence[int], Sequence[int]]


def offered_units(units: Units, ruleset: Ruleset) -> tuple[UnitsBy, ...]:
    """Return the units in which an engagement's work can be counted, its own among them.

    There are story points where the agreement names their field, and hours unless works-council mode forbids them.
    """
    without = {"hours"} if ruleset.works_council else set()
    if not units.field:
        without.add("story_points")
    return tuple(by for by in UNITS if by == units.by or by not in without)


def in_unit(entry: Entry, places: Sequence[int], by: UnitsBy) -> Paired | None:
    """Return an entry as if the engagement counted by `by`, with what is then handed over.

    The shares, and what is taught and handed over, stay what they are. None where its sizes were never measured.
    """
    if not entry.sizes:
        return None
    points, hours = entry.sizes
    size = {"story_points": points, "count": BILLION, "hours": hours}[by]
    units = max(0, size)
    parts = largest_remainder(units, entry.weights)
    taught = parts[AGENCY] if 2 in entry.kinds or 3 in entry.kinds else 0
    counted = replace(
        entry,
        units=units,
        sized=size >= 0,
        parts=parts,
        taught=taught,
        done_only=parts[AGENCY] - taught,
        inhouse_parts=equal_parts(parts[INHOUSE], len(entry.objectives) or 1),
    )
    return counted, parts_at(counted.inhouse_parts, places)


def sums_by_unit(entries: Iterable[Counted], calendar: Calendar, others: Iterable[UnitsBy]) -> dict[Key, DaySums]:
    """Add entries up by day in the engagement's own unit, and the whole in the others."""
    rows = list(entries)
    own = sums_of(((entry, handed) for entry, handed, _ in rows), calendar)
    sums = {("", *key): total for key, total in own.items()}
    for by in others:
        pairs = [pair for entry, _, places in rows if (pair := in_unit(entry, places, by)) is not None]
        sums |= {(by, *key): total for key, total in sums_of(pairs, calendar, by_objective=False).items()}
    return sums
