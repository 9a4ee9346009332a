"""How figures are shown: per cents half up after six decimals, shown parts that add up to what is shown."""

from collections.abc import Callable, Collection, Iterable, Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal
from math import fsum

_SIX = Decimal("0.000001")
# Places of what is stored: whole billionths.
_BILLIONTHS = 9


def percent(share: float, places: int = 0) -> Decimal:
    """Return a share of 0 to 1 in per cent: rounded to six decimals, then half up to `places` (measurement (g) 13)."""
    fine = (Decimal(share) * 100).quantize(_SIX, ROUND_HALF_EVEN)
    return fine.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(amount: float, places: int = 1) -> Decimal:
    """Return an amount for people: six decimals, then half up to `places`."""
    return _exact(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number_text(value: Decimal) -> str:
    """Return a rounded number for people: no ".0", thousands apart by a comma."""
    value += 0  # -0.0 is 0
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,}"


def shown_sum(whole: float) -> Decimal:
    """Return what the parts of a figure add up to as shown, where it is itself shown as a whole number.

    It has one place, and rounds to the number of the figure: 46.45 is shown as 46.4 beside 46, since 46.5 reads as 47.
    """
    rounded = shown(whole)
    return rounded if shown(float(rounded), 0) == shown(whole, 0) else rounded - Decimal("0.1")


def shown_difference(before: float, now: float, form: Callable[[float], Decimal] = shown) -> Decimal:
    """Return a difference as that of its two figures as a form shows them: 55.2 to 57.4 is 2.2, whatever is behind."""
    return form(now) - form(before)


def shown_parts(parts: Sequence[float], whole: float, places: int = 1) -> tuple[Decimal, ...]:
    """Return `parts` as shown, so that they add up to `whole` as shown (largest remainder, measurement (g) 13).

    The parts add up to the whole before rounding; negative ones are allowed. Each is shown at most one step off.
    """
    step = Decimal(1).scaleb(-places)
    exact = [_exact(part) / step for part in parts]
    floors = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    left = int(shown(whole, places) / step - sum(floors))
    order = sorted(range(len(exact)), key=lambda place: floors[place] - exact[place])
    up = frozenset(order[: max(0, left)])
    return tuple((floor + (place in up)) * step for place, floor in enumerate(floors))


def shown_total(amounts: Iterable[float]) -> Decimal:
    """Return the sum of amounts, each of whole billionths, as shown."""
    return shown(round(fsum(amounts), _BILLIONTHS))


def adds_up(amounts: Collection[float]) -> bool:
    """Return whether amounts, each shown alone, add up to their sum as it is shown."""
    return sum(map(shown, amounts)) == shown_total(amounts)


def _exact(amount: float) -> Decimal:
    return Decimal(amount).quantize(_SIX, ROUND_HALF_EVEN)
