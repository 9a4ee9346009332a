"""The integration score: one figure that opens into its parts, with what it does not know."""

import math
from collections.abc import Mapping

from msgspec import Struct

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.statistics import half_width
from mappings.measure.score.dimensions import Dimension


class Score(Struct, frozen=True):
    """Composite, interval, se and geometric mean, 0 to 100; `contributions` add up to `value`.

    `weight_covered` is the per cent of weight that is published; `uneven` where the geometric mean lies far below.
    """

    value: float | None
    se: float | None
    low: float | None
    high: float | None
    geometric: float | None
    weight_covered: int
    published: bool
    uneven: bool
    contributions: Mapping[str, float]


class Change(Struct, frozen=True):
    """How far two scores lie apart in standard errors, and whether that is a change."""

    z: float
    changed: bool


# Score and se, 0 to 100, of each published dimension.
Known = Mapping[str, tuple[float, float]]


def known(dimensions: Mapping[str, Dimension]) -> dict[str, tuple[float, float]]:
    return {
        key: (dimension.score, dimension.se)
        for key, dimension in dimensions.items()
        if dimension.score is not None and dimension.se is not None
    }


def score_composite(scores: Known, rules: Ruleset = DEFAULT) -> Score:
    """Return the weighted mean of the published dimensions (measurement (e), F1 to F4).

    Published with 3 dimensions and 60 % of the weight; se as if components were independent.
    """
    covered = sum(rules.weights[key] for key in scores)
    published = len(scores) >= rules.dimensions and covered >= rules.covered
    if not published:
        return Score(None, None, None, None, None, covered, published=False, uneven=False, contributions={})
    shares = {key: rules.weights[key] / covered for key in scores}
    parts = {key: share * scores[key][0] for key, share in shares.items()}
    value = math.fsum(parts.values())
    se = math.sqrt(math.fsum((share * scores[key][1]) ** 2 for key, share in shares.items()))
    half = half_width(rules.interval) * se
    geometric = math.exp(math.fsum(share * math.log(max(scores[key][0], rules.floor)) for key, share in shares.items()))
    return Score(
        value,
        se,
        max(value - half, 0.0),
        min(value + half, 100.0),
        geometric,
        covered,
        published=True,
        uneven=value - geometric > rules.uneven,
        contributions=parts,
    )


def sensitivity(scores: Known, rules: Ruleset = DEFAULT) -> tuple[float, float]:
    """Return the range of the composite when each weight in turn is halved and half as large again (F5)."""
    values = []
    for turned in scores:
        for factor in (0.5, 1.5):
            weights = {key: rules.weights[key] * (factor if key == turned else 1.0) for key in scores}
            whole = math.fsum(weights.values())
            values.append(math.fsum(weights[key] * scores[key][0] for key in scores) / whole)
    return min(values), max(values)


def compare(before: tuple[float, float], after: tuple[float, float], rules: Ruleset = DEFAULT) -> Change:
    # Test two (score, se) of windows that share no ticket: a change from the interval's width on (F6).
    spread = math.hypot(before[1], after[1])
    distance = after[0] - before[0]
    z = distance / spread if spread else math.copysign(math.inf, distance) if distance else 0.0
    return Change(z, abs(z) >= half_width(rules.interval))
