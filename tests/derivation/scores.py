"""Estimates, dimensions, owners and the composite (measurement (e) and the end of (h))."""

import math
from collections.abc import Callable, Mapping
from fractions import Fraction
from functools import cache

from tests.derivation.ruleset import Rules

PARTS: dict[str, dict[str, Fraction]] = {
    "teaching": {"taught_through": Fraction(1, 2), "progression": Fraction(1, 2)},
    "embedding": {"workflow_checks": Fraction(1)},
    "challenge": {"proposal_rate": Fraction(4, 10), "uptake": Fraction(6, 10)},
    "reciprocity": {
        "reviews_in_time": Fraction(1, 6),
        "questions_answered": Fraction(1, 6),
        "brief_stable": Fraction(1, 6),
        "feedback_given": Fraction(1, 4),
        "feedback_acted_on": Fraction(1, 4),
    },
    "gatekeepers": {"earliness": Fraction(7, 10), "first_pass": Fraction(3, 10)},
    "crisis": {"crisis": Fraction(1)},
    "cocreation": {"cocreation": Fraction(1)},
}
OWNERS = {
    "learners_offered": "client", "crisis_agency": "agency", "crisis_inhouse": "client",
    "taught_through": "agency", "progression": "agency", "workflow_checks": "agency", "proposal_rate": "agency",
    "uptake": "agency", "reviews_in_time": "client", "questions_answered": "client", "brief_stable": "client",
    "feedback_acted_on": "client", "feedback_given": "joint", "earliness": "joint", "first_pass": "joint",
    "crisis": "joint", "cocreation": "joint",
}  # fmt: skip
RARE = {"feedback_given", "feedback_acted_on", "first_pass", "crisis", "crisis_agency", "crisis_inhouse"}
Counts = Mapping[str, tuple[Fraction, int]]
Values = dict[str, object]
NUMBERS = ("value", "se", "low", "high", "geometric")
NO_PARTS: Values = {"contributions": {}, "sensitivity": None}


class Estimate:
    """A component: its value from 0 to 1, its standard error, and its interval of 80 %."""

    def __init__(self, key: str, x: Fraction, n: int, rules: Rules) -> None:
        self.key, self.x, self.n, self.owner = key, x, n, OWNERS[key]
        good, bad = rules.prior_of(key in RARE)
        a, b = float(x + good), float(n - x + bad)
        self.value: float | Fraction = Fraction(x + good) / (n + good + bad)
        self.se = math.sqrt(a * b / ((a + b) ** 2 * (a + b + 1)))
        self.low = beta_quantile(a, b, (1 - rules.interval) / 2)
        self.high = beta_quantile(a, b, (1 + rules.interval) / 2)
        self.published = n >= (good + bad) / 2
        if key == "proposal_rate":
            self.rate(x, n, rules)

    def rate(self, proposed: Fraction, done: int, rules: Rules) -> None:
        """D3a: proposals for each hundred done tickets, held against five; it is no estimate."""
        target, before = rules.proposals_per_hundred, rules.proposals_prior
        rate = (proposed + before * target) / (Fraction(done, 100) + before)
        self.value, self.se = min(Fraction(1), rate / target), 0.0
        self.low = self.high = float(self.value)
        self.published = done >= rules.proposals_tickets


def beta_cdf(a: float, b: float, x: float) -> float:
    """The incomplete beta function, from the end that lies nearer."""
    return tail(a, b, x) if x <= 0.5 else 1 - tail(b, a, 1 - x)


def tail(a: float, b: float, x: float) -> float:
    """From 0 to x, at most a half, by Simpson's rule in a variable that takes the end's pole away.

    It is an angle, x = sin² t, or, where a is below 1, x to the power of a.
    """
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)

    def over_angle(t: float) -> float:
        if t <= 0:
            return 0.0
        return 2 * math.exp(scale + (2 * a - 1) * math.log(math.sin(t)) + (2 * b - 1) * math.log(math.cos(t)))

    def over_power(u: float) -> float:
        return math.exp(scale - math.log(a) + (b - 1) * math.log1p(-(u ** (1 / a))))

    if a < 1:
        return simpson(over_power, x**a, 20_000)
    return simpson(over_angle, math.asin(math.sqrt(x)), 2000)


def simpson(density: Callable[[float], float], top: float, steps: int) -> float:
    width = top / steps
    inner = math.fsum((4 if step % 2 else 2) * density(step * width) for step in range(1, steps))
    return (density(0.0) + inner + density(top)) * width / 3


@cache
def beta_quantile(a: float, b: float, part: float) -> float:
    """By Newton's steps, halving the bracket where a step would leave it."""
    low, high, x = 0.0, 1.0, a / (a + b)
    scale = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    for _ in range(60):
        over = beta_cdf(a, b, x) - part
        low, high = (low, x) if over > 0 else (x, high)
        step = over / math.exp(scale + (a - 1) * math.log(x) + (b - 1) * math.log1p(-x))
        if abs(step) < 1e-13:
            break
        x = x - step if low < x - step < high else (low + high) / 2
    return x


class Dimension:
    """A dimension from its published components: score, se and interval from 0 to 100."""

    def __init__(self, key: str, counts: Counts, rules: Rules) -> None:
        self.key, self.weight = key, rules.weights[key]
        self.components = {name: Estimate(name, *counts.get(name, (Fraction(0), 0)), rules) for name in PARTS[key]}
        parts = {name: part for name, part in PARTS[key].items() if self.components[name].published}
        whole = sum(parts.values(), Fraction(0))
        self.published = whole >= Fraction(1, 2)
        self.n = min(self.components[name].n for name in (parts if self.published else PARTS[key]))
        if self.published:
            self.score = 100 * float(sum(part * self.components[name].value for name, part in parts.items()) / whole)
            self.se = 100 * math.sqrt(
                sum((float(part / whole) * self.components[name].se) ** 2 for name, part in parts.items())
            )
            self.low, self.high = interval(self.score, self.se, rules)


def interval(value: float, se: float, rules: Rules) -> tuple[float, float]:
    return max(0.0, value - rules.z * se), min(100.0, value + rules.z * se)


def owners_of(dimensions: list[Dimension]) -> dict[str, float | None]:
    """The weight-scaled mean of each owner's published components."""
    by_key: dict[str, float | None] = {}
    for owner in ("agency", "client", "joint"):
        mine = [
            (dimension.weight * PARTS[dimension.key][name], component.value)
            for dimension in dimensions
            for name, component in dimension.components.items()
            if component.owner == owner and component.published
        ]
        weight = sum((part for part, _ in mine), Fraction(0))
        by_key[owner] = 100 * float(sum(part * value for part, value in mine) / weight) if mine else None
    return by_key


def composite(dimensions: list[Dimension], rules: Rules) -> Values:
    """The score, its balance check and what of the weights it covers; nothing but that where it is not published."""
    shown = [dimension for dimension in dimensions if dimension.published]
    weight = sum(dimension.weight for dimension in shown)
    if len(shown) < rules.dimensions or weight < rules.covered:
        return dict.fromkeys(NUMBERS) | {"published": False, "weight_covered": weight, "uneven": False} | NO_PARTS
    value = mean(shown, {})
    se = math.sqrt(math.fsum((dimension.weight * dimension.se) ** 2 for dimension in shown)) / weight
    low, high = interval(value, se, rules)
    geometric = math.exp(
        math.fsum(dimension.weight * math.log(max(rules.floor, dimension.score)) for dimension in shown) / weight
    )
    others = [mean(shown, {dimension.key: factor}) for dimension in shown for factor in (0.5, 1.5)]
    return {
        "value": value, "se": se, "low": low, "high": high, "weight_covered": weight, "published": True,
        "geometric": geometric, "uneven": value - geometric > rules.uneven,
        "contributions": {dimension.key: dimension.weight * dimension.score / weight for dimension in shown},
        "sensitivity": {"low": min(others), "high": max(others)},
    }  # fmt: skip


def mean(dimensions: list[Dimension], factors: dict[str, float]) -> float:
    """The weighted mean of scores, the weights of some taken by a factor."""
    weights = [dimension.weight * factors.get(dimension.key, 1.0) for dimension in dimensions]
    pairs = zip(weights, dimensions, strict=True)
    return math.fsum(weight * dimension.score for weight, dimension in pairs) / math.fsum(weights)
