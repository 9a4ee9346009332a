"""What a ticket gave to each bucket, as it is stored and as it is printed; sums of buckets as printed."""

from collections.abc import Iterable, Mapping
from decimal import Decimal

from connector.text import KIND_NAMES
from mappings.formats.export.numbers import units_of
from mappings.measure.model.ticket import DaySums, Entry
from mappings.measure.period.printed_parts import printed_bucket, printed_parts, printed_sums
from mappings.measure.period.rounding import shown

HIDDEN_SIDES = ("other", "unknown", "conflict")


def kinds_for(*, as_agency: bool) -> tuple[str, ...]:
    """Return the buckets that a viewer may tell apart: an agency sees other agencies, unknown and conflict as one."""
    left_out = HIDDEN_SIDES if as_agency else ("rest",)
    return tuple(kind for kind in KIND_NAMES if kind not in left_out)


def parts_of(sums: DaySums, kinds: tuple[str, ...]) -> dict[str, int]:
    rest = sums.other + sums.unknown + sums.conflict
    return {kind: rest if kind == "rest" else getattr(sums, kind) for kind in kinds}


def printed_of(entries: Iterable[tuple[Entry, int]], kinds: tuple[str, ...]) -> dict[str, Decimal]:
    """Return what entries of a ticket, each with what of it is handed over, gave to each bucket as it is printed.

    They are rounded by themselves alone, so that a ticket's amounts are the same wherever it stands.
    """
    given = printed_sums(printed_parts(entry, handed_over) for entry, handed_over in entries)
    return {kind: printed_bucket(given, kind) for kind in kinds}


def printed(parts: Mapping[str, int]) -> dict[str, Decimal]:
    """Return sums of buckets as printed, those with any: each is rounded alone, as wherever it stands."""
    amounts = {kind: shown(units_of(part)) for kind, part in parts.items()}
    return {kind: amount for kind, amount in amounts.items() if amount}
