"""How figures are shown: per cents half up after six decimals, shown parts that add up to what is shown."""

from collections.abc import Sequence
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

from mappings.measure.model.apportion import largest_remainder

_SIX = Decimal("0.000001")


def percent(share: float, places: int = 0) -> Decimal:
    """Return a share of 0 to 1 in per cent: rounded to six decimals, then half up to `places` (measurement (g) 13)."""
    fine = (Decimal(share) * 100).quantize(_SIX, ROUND_HALF_EVEN)
    return fine.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(amount: float, places: int = 1) -> Decimal:
    """Return an amount for people: six decimals, then half up to `places`."""
    return Decimal(amount).quantize(_SIX, ROUND_HALF_EVEN).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown_parts(parts: Sequence[int], whole: int) -> tuple[int, ...]:
    """Return `parts` scaled to integers that add up to `whole`, such as per cents to 100; all 0 stay 0."""
    return largest_remainder(whole, parts) if sum(parts) else tuple(0 for _ in parts)
