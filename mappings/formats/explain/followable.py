"""Numbers with as many places as it takes to follow the figure that is made of them."""

from collections.abc import Callable
from decimal import Decimal

from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import percent, shown
from mappings.measure.score.dimensions import PARTS, Component, score_component
from mappings.measure.score.window import score_beside
from mappings.translation import decimal_text

MOST_PLACES = 3


def followable(amount: float, follows: Callable[[float], bool]) -> Decimal:
    """Return an amount as shown, with more places where a figure does not follow from it as printed."""
    printed = [shown(amount, each) for each in range(1, MOST_PLACES + 1)]
    return next((number for number in printed if follows(float(number))), printed[-1])


def followable_parts(part: float, whole: float) -> tuple[Decimal, Decimal]:
    """Return a part and its whole as shown, with more places where the per cent does not follow from them."""
    pairs = [(shown(part, places), shown(whole, places)) for places in range(1, MOST_PLACES + 1)]
    share = percent(part / whole)
    return next((pair for pair in pairs if pair[1] and percent(float(pair[0] / pair[1])) == share), pairs[-1])


def met_text(component: Component, rules: Ruleset) -> str:
    """Return how many opportunities of a component were met, from which its value follows: 4.87 of 7, not 4.9."""
    return decimal_text(followable(component.x, lambda x: _is_value_of(x, component, rules)))


def mean_text(component: Component, rules: Ruleset) -> str:
    """Return the mean of a component's opportunities, 0 to 100, from which its value follows."""

    def follows(mean: float) -> bool:
        return _is_value_of(mean * component.n / 100, component, rules)

    return decimal_text(followable(100 * component.x / component.n, follows))


def _is_value_of(x: float, component: Component, rules: Ruleset) -> bool:
    """Tell whether x gives the value as printed, and x of n too where that of the exact x does."""
    value, n = _whole(component.value), component.n
    if not component.published or not n:
        return True
    plain = _whole(component.x / n) != value or _whole(x / n) == value
    return plain and _whole(_value(component.key, x, n, rules)) == value


def _value(key: str, x: float, n: float, rules: Ruleset) -> float:
    return (score_component if key in PARTS else score_beside)(key, x, n, rules).value


def _whole(value: float) -> Decimal:
    return shown(100 * value, 0)
