"""The seven dimensions: from opportunities and successes to scores with intervals and owners."""

import math
from collections.abc import Mapping
from typing import Literal

from msgspec import Struct

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.statistics import half_width, shrink

Owner = Literal["agency", "client", "joint"]


class Part(Struct, frozen=True):
    """A component's place: its dimension, its weight inside it (they add up to 1), its owner, whether it is rare."""

    dimension: str
    weight: float
    owner: Owner
    rare: bool = False


# The components of measurement (e) and (h), by the keys of the report.
PARTS: Mapping[str, Part] = {
    "taught_through": Part("teaching", 1 / 2, "agency"),
    "progression": Part("teaching", 1 / 2, "agency"),
    "workflow_checks": Part("embedding", 1.0, "agency"),
    "proposal_rate": Part("challenge", 0.4, "agency"),
    "uptake": Part("challenge", 0.6, "agency"),
    "reviews_in_time": Part("reciprocity", 1 / 6, "client"),
    "questions_answered": Part("reciprocity", 1 / 6, "client"),
    "brief_stable": Part("reciprocity", 1 / 6, "client"),
    "feedback_given": Part("reciprocity", 1 / 4, "joint", rare=True),
    "feedback_acted_on": Part("reciprocity", 1 / 4, "client", rare=True),
    "earliness": Part("gatekeepers", 0.7, "joint"),
    "first_pass": Part("gatekeepers", 0.3, "joint", rare=True),
    "crisis": Part("crisis", 1.0, "joint", rare=True),
    "cocreation": Part("cocreation", 1.0, "joint"),
}


class Component(Struct, frozen=True):
    """x successes of n opportunities; `value`, its interval and `se` are 0 to 1."""

    key: str
    owner: Owner
    x: float
    n: float
    value: float
    low: float
    high: float
    se: float
    published: bool


class Dimension(Struct, frozen=True):
    """A dimension's score, interval and se, 0 to 100, None where not published; `n` its smallest."""

    key: str
    weight: int
    score: float | None
    se: float | None
    low: float | None
    high: float | None
    n: float
    published: bool
    components: tuple[Component, ...]


def score_component(key: str, x: float, n: float, rules: Ruleset = DEFAULT) -> Component:
    # Shrink x of n towards the prior; published at half the prior's weight, n ≥ m / 2 (measurement (e), (h)).
    part = PARTS[key]
    if key == "proposal_rate":
        return _score_rate(part, x, n, rules)
    weight = rules.prior_weight_rare if part.rare else rules.prior_weight
    estimate = shrink(x, n, weight, rules.prior, cover=rules.interval)
    return Component(
        key, part.owner, x, n, estimate.point, estimate.low, estimate.high, estimate.se, published=n >= weight / 2
    )


def _score_rate(part: Part, proposals: float, tickets: float, rules: Ruleset) -> Component:
    # Score k proposals in n done tickets, capped at the target: a flood gains nothing (measurement (e), D3a).
    prior = rules.proposals_prior
    rate = (proposals + prior * rules.proposals_per_hundred) / (tickets / 100 + prior)
    value = min(1.0, rate / rules.proposals_per_hundred)
    published = tickets >= rules.proposals_tickets
    return Component("proposal_rate", part.owner, proposals, tickets, value, value, value, 0.0, published)


def score_dimension(key: str, components: tuple[Component, ...], rules: Ruleset = DEFAULT) -> Dimension:
    """Weigh a dimension's published components; published with at least half of its weight (measurement (h)).

    `components` are those of this dimension, published or not; the missing ones leave and the rest is scaled to 1.
    """
    shown = [component for component in components if component.published]
    covered = math.fsum(PARTS[component.key].weight for component in shown)
    weight = rules.weights[key]
    if covered < 0.5 - 1e-12 or not shown:
        n = min((component.n for component in components), default=0)
        return Dimension(key, weight, None, None, None, None, n, published=False, components=components)
    shares = [(PARTS[component.key].weight / covered, component) for component in shown]
    score = 100 * math.fsum(share * component.value for share, component in shares)
    se = 100 * math.sqrt(math.fsum((share * component.se) ** 2 for share, component in shares))
    half = half_width(rules.interval) * se
    low, high = max(score - half, 0.0), min(score + half, 100.0)
    n = min(component.n for component in shown)
    return Dimension(key, weight, score, se, low, high, n, published=True, components=components)


def score_owners(dimensions: Mapping[str, Dimension]) -> dict[Owner, float | None]:
    # Each owner's figure, 0 to 100: the weighted mean of its published components (measurement (h)).
    figures: dict[Owner, float | None] = {"agency": None, "client": None, "joint": None}
    for owner in figures:
        values = [
            (dimension.weight * PARTS[component.key].weight, component.value)
            for dimension in dimensions.values()
            for component in dimension.components
            if component.published and component.owner == owner
        ]
        whole = math.fsum(weight for weight, _ in values)
        figures[owner] = 100 * math.fsum(weight * value for weight, value in values) / whole if whole else None
    return figures
