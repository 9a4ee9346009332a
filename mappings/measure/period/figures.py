"""Figures of a period from ledger entries: exact sums by day, and the taught share."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import astuple, replace

from mappings.events.types import Instant
from mappings.measure.model.apportion import equal_parts
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.statistics import half_width, wilson
from mappings.measure.model.ticket import UNITS, DaySums, Entry
from mappings.measure.period.publish_gap import Missing, publish_gap
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE

# Objective ('' for the whole), day of the entry, day of the done entry it belongs to.
Key = tuple[str, date, date]

# An entry and, beside its in-house parts, what of them is handed over; () for nothing.
Paired = tuple[Entry, Sequence[int]]

# Day of the entry, day of its done entry, sums.
Row = tuple[date, date, DaySums]


class Share(Struct, frozen=True):
    """The taught share, 0 to 1, with its 80 % interval; `missing` is what keeps it from being published."""

    value: float | None
    n: int
    n_eff: float
    low: float | None
    high: float | None
    missing: Missing | None = None

    @property
    def published(self) -> bool:
        """Whether there is enough evidence to show it."""
        return self.missing is None


class Figures(Struct, frozen=True):
    """The figures of a period: `sums` in billionths, `total` of all sides, and the headline."""

    sums: DaySums
    total: int
    taught_share: Share


def sums_of(entries: Iterable[Paired], calendar: Calendar, *, by_objective: bool = True) -> dict[Key, DaySums]:
    """Add entries up by day, for the whole and for each objective (measurement (g) 13).

    What was handed over is that of the done entry, always positive; the entry's sign is applied here.
    """
    sums: dict[Key, DaySums] = {}
    for entry, handed in entries:
        day = calendar.day(entry.at)
        of_day = day if entry.at == entry.done_at else calendar.day(entry.done_at)
        for objective, part in _shares_of(entry, handed) if by_objective else [("", _whole(entry, handed))]:
            key = (objective, day, of_day)
            before = sums.get(key)
            sums[key] = part if before is None else before.plus(part)
    return sums


def _shares_of(entry: Entry, handed: Sequence[int]) -> list[tuple[str, DaySums]]:
    count, whole = len(entry.objectives), _whole(entry, handed)
    if count < 2:
        return [("", whole), *((objective, whole) for objective in entry.objectives)]
    amounts = zip(
        *(equal_parts(amount, count) for amount in (*entry.parts, entry.done_only, entry.taught)), strict=True
    )
    rows = zip(entry.objectives, amounts, handed or (0,) * count, strict=True)
    return [("", whole), *((objective, _counted(entry, row, each)) for objective, row, each in rows)]


def part_of(entry: Entry, handed: Sequence[int], objective: str) -> Paired:
    """Return an entry with what it gives to one of its objectives, and what of that is handed over."""
    count, place = len(entry.objectives), entry.objectives.index(objective)
    if count < 2:
        return entry, handed
    amounts = (*entry.parts, entry.done_only, entry.taught)
    *parts, done_only, taught = (equal_parts(amount, count)[place] for amount in amounts)
    part = replace(entry, units=sum(parts), parts=tuple(parts), done_only=done_only, taught=taught)
    return replace(part, inhouse_parts=(parts[INHOUSE],)), tuple(handed[place : place + 1])


def _whole(entry: Entry, handed: Sequence[int]) -> DaySums:
    return _counted(entry, (*entry.parts, entry.done_only, entry.taught), sum(handed))


def _counted(entry: Entry, amounts: Sequence[int], handed: int) -> DaySums:
    weight = amounts[AGENCY]
    counts = (1, 0 if entry.sized else 1, 1 if entry.parts[AGENCY] > 0 else 0, weight, weight * weight)
    row = [*amounts, handed, amounts[INHOUSE] - handed, *counts]
    return DaySums(*row) if entry.sign > 0 else DaySums(*[-amount for amount in row])


def figures(rows: Iterable[Row], first: date, last: date, ruleset: Ruleset = DEFAULT) -> Figures:
    """Return the figures of the days from `first` to `last`, both included (measurement (d), (g) 14).

    Units of a reopening count on its own day; what is counted (n, weights, unsized) only leaves with a reopening
    whose done entry lies inside, too.
    """
    inside = [(of_day, astuple(sums)) for day, of_day, sums in rows if first <= day <= last]
    units = [sum(column) for column in zip(*[amounts[:UNITS] for _, amounts in inside], strict=True)]
    both = [amounts[UNITS:] for of_day, amounts in inside if of_day >= first]
    counts = [sum(column) for column in zip(*both, strict=True)]
    return figures_of_sums(DaySums(*[*(units or [0] * UNITS), *counts]), ruleset)


def figures_of_sums(whole: DaySums, ruleset: Ruleset = DEFAULT) -> Figures:
    """Return the figures of a period from what its days add up to."""
    return Figures(whole, sum(astuple(whole)[:6]), taught_share(whole, ruleset))


def figures_of(
    entries: Iterable[Paired], calendar: Calendar, *, first: date, last: date, ruleset: Ruleset = DEFAULT
) -> Figures:
    whole = [(day, of_day, sums) for (key, day, of_day), sums in sums_of(entries, calendar).items() if not key]
    return figures(whole, first, last, ruleset)


def taught_share(sums: DaySums, ruleset: Ruleset = DEFAULT) -> Share:
    """Return taught by agency units with Wilson's interval at n_eff = (Σw)² / Σw² (measurement (d))."""
    n_eff = sums.w * sums.w / sums.w2 if sums.w2 > 0 else 0.0
    missing = publish_gap(sums, ruleset)
    if sums.agency <= 0 or not 0 <= sums.taught <= sums.agency:
        return Share(None, sums.n, n_eff, None, None, missing)
    value = sums.taught / sums.agency
    low, high = wilson(value * n_eff, n_eff, half_width(ruleset.interval))
    return Share(value, sums.n, n_eff, low, high, missing)


def is_settled(entries: Iterable[Entry], as_of: Instant) -> bool:
    """Return whether nothing in these entries can still change or waits for a confirmation (measurement (g) 14)."""
    return all(
        (entry.changing_until is None or entry.changing_until < as_of)
        and (entry.retro_until is None or entry.retro_until < as_of)
        for entry in entries
    )
