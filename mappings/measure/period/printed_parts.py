"""What a ledger entry gives to each bucket and side as it is shown: rounded by itself, and so the same everywhere."""

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import BILLION, Entry
from mappings.measure.period.rounding import shown, shown_parts

# What an agency may not tell apart: it is rounded together first, so that their sum tells nothing of them.
_REST = ("other", "unknown", "conflict")
_TOLD = ("taught", "done_only", "handed_over", "own", "rest", "gatekeeper")
# The buckets that are divided no further.
_FINEST = ("taught", "done_only", "handed_over", "own", "gatekeeper", *_REST)
# Those that a bucket is made of, where it is a sum.
_MADE_OF: Mapping[str, tuple[str, ...]] = {
    "total": _FINEST,
    "agency": ("taught", "done_only"),
    "inhouse": ("handed_over", "own"),
    "inhouse_own": ("own",),
    "rest": _REST,
    "not_known": ("unknown", "conflict"),
}
_NOTHING, _HUNDRED = Decimal(0), Decimal(100)


def printed_parts(entry: Entry, handed_over: int) -> dict[str, Decimal]:
    """Return what an entry gives to each bucket as shown: signed, and adding up to its size as shown.

    A reopening shows what its done entry does, with the other sign.
    """
    sides: dict[str, int] = dict(zip(SIDES, entry.parts, strict=True))
    given = sides | {
        "taught": entry.taught,
        "done_only": entry.done_only,
        "handed_over": handed_over,
        "own": sides["inhouse"] - handed_over,
        "rest": sum(sides[side] for side in _REST),
    }
    printed = _divided({name: given[name] for name in _TOLD}, shown(sum(given[name] for name in _TOLD) / BILLION))
    printed |= _divided({name: given[name] for name in _REST}, printed["rest"])
    return {name: entry.sign * printed[name] for name in _FINEST}


def printed_shares(weights: Sequence[int]) -> dict[str, Decimal]:
    """Return what each side that has any did of a ticket, in whole per cent as shown, which add up to 100."""
    sides: dict[str, int] = dict(zip(SIDES, weights, strict=True))
    whole = sum(weights)
    if not whole:
        return {}
    rest = {side: sides[side] for side in _REST}
    named = {side: weight for side, weight in sides.items() if side not in rest} | {"rest": sum(rest.values())}
    printed = _divided(named, _HUNDRED, whole / 100, 0)
    printed |= _divided(rest, printed["rest"], whole / 100, 0)
    return {side: printed[side] for side, weight in sides.items() if weight}


def _divided(amounts: Mapping[str, int], whole: Decimal, unit: float = BILLION, places: int = 1) -> dict[str, Decimal]:
    parts = {name: amount / unit for name, amount in amounts.items() if amount}
    # Most tickets are whole in one bucket, of which there is nothing to divide.
    texts = shown_parts([*parts.values()], float(whole), places) if len(parts) > 1 else [whole] * len(parts)
    return dict.fromkeys(amounts, _NOTHING) | dict(zip(parts, texts, strict=True))


def printed_bucket(parts: Mapping[str, Decimal], bucket: str) -> Decimal:
    """Return a bucket, or a sum of buckets, of what `printed_parts` gives."""
    return sum((parts[name] for name in _MADE_OF.get(bucket, (bucket,))), _NOTHING)


def printed_sums(entries: Iterable[Mapping[str, Decimal]]) -> dict[str, Decimal]:
    """Return what entries of one ticket show together."""
    total = dict.fromkeys(_FINEST, _NOTHING)
    for parts in entries:
        total = {name: total[name] + parts[name] for name in _FINEST}
    return total
