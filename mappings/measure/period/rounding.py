"""How figures are shown: per cents half up after six decimals, shown parts that add up to what is shown."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

_SIX = Decimal("0.000001")


def percent(share: float, places: int = 0) -> Decimal:
    """Return a share of 0 to 1 in per cent: rounded to six decimals, then half up to `places` (measurement (g) 13)."""
    fine = (Decimal(share) * 100).quantize(_SIX, ROUND_HALF_EVEN)
    return fine.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(amount: float, places: int = 1) -> Decimal:
    """Return an amount for people: six decimals, then half up to `places`."""
    return Decimal(amount).quantize(_SIX, ROUND_HALF_EVEN).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number_text(value: Decimal) -> str:
    """Return a rounded number for people: no ".0", thousands apart by a comma."""
    value += 0  # -0.0 is 0
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,}"


def shown_parts(parts: Sequence[float], whole: float, places: int = 1) -> tuple[Decimal, ...]:
    """Return `parts` as shown, so that they add up to `whole` as shown (largest remainder, measurement (g) 13).

    The parts add up to the whole before rounding; negative ones are allowed. Each is shown at most one step off.
    """
    step = Decimal(1).scaleb(-places)
    exact = [Decimal(part).quantize(_SIX, ROUND_HALF_EVEN) / step for part in parts]
    floors = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    left = int(shown(whole, places) / step - sum(floors))
    order = sorted(range(len(exact)), key=lambda place: floors[place] - exact[place])
    up = frozenset(order[: max(0, left)])
    return tuple((floor + (place in up)) * step for place, floor in enumerate(floors))
