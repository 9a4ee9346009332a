"""For admins alone: several engagements side by side, without a league."""

import math
from collections.abc import Iterable

from mappings.measure.model.ruleset import DEFAULT, Ruleset

_TWO_SIDED = 1.96


def equal_prior(counts: Iterable[tuple[float, float]], rules: Ruleset = DEFAULT) -> float | None:
    # The mean of the rates of (x, n) with n of 8 or more, each engagement alike (measurement (e), e0).
    # By volume the big partner would define what is normal.
    rates = [x / n for x, n in counts if n >= rules.prior_weight]
    return math.fsum(rates) / len(rates) if rates else None


def funnel_limits(mean: float, n: float) -> tuple[float, float]:
    # The 95 % limits of a rate around `mean`, 0 to 1, at n opportunities (measurement (e), e3).
    spread = _TWO_SIDED * math.sqrt(mean * (1 - mean) / n)
    return mean - spread, mean + spread
