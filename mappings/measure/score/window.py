"""The score of a window: from counts to dimensions, owners and composite, and what changed since."""

import math
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.measure.model.ruleset import DEFAULT, WEIGHTS, Ruleset
from mappings.measure.model.statistics import shrink
from mappings.measure.score.composite import Change, Score, compare, known, score_composite, sensitivity
from mappings.measure.score.dimensions import (
    PARTS,
    Component,
    Dimension,
    Owner,
    score_component,
    score_dimension,
    score_owners,
)

Verdict: TypeAlias = Literal["up", "down", "no clear change"]

# x and n by component; what is absent had no opportunity. `proposals` and `agency_done` make the rate of D3a.
Counts = Mapping[str, tuple[float, float]]

NOTHING = (0.0, 0.0)

# Whose a dimension is: whoever owns most of its weight (measurement (h), last lines).
DIMENSION_OWNERS: Mapping[str, Owner] = {
    "teaching": "agency",
    "embedding": "agency",
    "challenge": "agency",
    "reciprocity": "client",
    "gatekeepers": "joint",
    "crisis": "joint",
    "cocreation": "joint",
}

# What is counted and shown beside a component, and enters no score (measurement (h)).
BESIDE: Mapping[str, Owner] = {"learners_offered": "client", "crisis_agency": "agency", "crisis_inhouse": "client"}


def is_cut(start: datetime, end: datetime, rules: Ruleset) -> bool:
    """Tell whether the engagement's start cuts a window by a day or more, so that there is none before it."""
    return end - start <= timedelta(days=rules.window_days - 1)


class Scored(Struct, frozen=True):
    """The score of a window's counts. `beside` has what enters no score, by the keys of BESIDE.

    `sensitivity` is the range of the score when weights are halved or half as large again; None where not published.
    """

    dimensions: tuple[Dimension, ...]
    owners: Mapping[Owner, float | None]
    score: Score
    sensitivity: tuple[float, float] | None
    beside: Mapping[str, Component]

    @property
    def learners_offered(self) -> Component:
        """On how many agency-led tickets with an objective there was a learner (measurement (h), e4)."""
        return self.beside["learners_offered"]


def score_counts(counts: Counts, rules: Ruleset = DEFAULT) -> Scored:
    """Return dimensions, owners and composite, 0 to 100, from x and n of every component (measurement (e), (h))."""
    # In the order of (e): rules that were kept name their weights in another one.
    dimensions = {key: score_dimension(key, _components(key, counts, rules), rules) for key in WEIGHTS}
    scores = known(dimensions)
    score = score_composite(scores, rules)
    return Scored(
        dimensions=tuple(dimensions.values()),
        owners=score_owners(dimensions),
        score=score,
        sensitivity=sensitivity(scores, rules) if score.published else None,
        beside={key: score_beside(key, *counts.get(key, NOTHING), rules) for key in BESIDE},
    )


def _components(dimension: str, counts: Counts, rules: Ruleset) -> tuple[Component, ...]:
    return tuple(
        score_component(key, *counted_for(key, counts), rules)
        for key, part in PARTS.items()
        if part.dimension == dimension
    )


def counted_for(key: str, counts: Counts) -> tuple[float, float]:
    # x and n of a component of the score: the rate of D3a is proposals over agency-led done tickets (h).
    if key == "proposal_rate":
        return counts.get("proposals", NOTHING)[0], counts.get("agency_done", NOTHING)[1]
    return counts.get(key, NOTHING)


def score_beside(key: str, x: float, n: float, rules: Ruleset = DEFAULT) -> Component:
    # Shown beside the score, shrunk like any other: x of n, 0 to 1 (measurement (h), e4).
    weight = rules.prior_weight_rare if key.startswith("crisis") else rules.prior_weight
    estimate = shrink(x, n, weight, rules.prior, cover=rules.interval)
    return Component(
        key, BESIDE[key], x, n, estimate.point, estimate.low, estimate.high, estimate.se, published=n >= weight / 2
    )


def shares_of(dimension: Dimension) -> dict[str, float]:
    """Return what share, 0 to 1, each published component has of its dimension; they add up to 1 (measurement (h))."""
    shown = [component.key for component in dimension.components if component.published]
    covered = math.fsum(PARTS[key].weight for key in shown)
    return {key: PARTS[key].weight / covered for key in shown}


def owner_shares(scored: Scored, owner: str) -> dict[str, float]:
    """Return what share, 0 to 1, each of an owner's components has of its figure, 0 of those that do not count."""
    parts = [
        (part.key, dimension.weight * PARTS[part.key].weight if part.published else 0.0)
        for dimension in scored.dimensions
        for part in dimension.components
        if part.owner == owner
    ]
    whole = math.fsum(weight for _, weight in parts)
    return {key: weight / whole if whole else 0.0 for key, weight in parts}


def score_shares(scored: Scored) -> dict[str, float]:
    """Return what share, 0 to 1, each component has of the score, 0 of those that do not count; owner by owner."""
    covered = scored.score.weight_covered
    shares: dict[str, float] = {}
    for dimension in scored.dimensions:
        counts = scored.score.published and dimension.published
        inside = shares_of(dimension) if counts else {}
        for part in dimension.components:
            shares[part.key] = dimension.weight / covered * inside[part.key] if part.key in inside else 0.0
    return {key: shares[key] for owner in scored.owners for key in owner_shares(scored, owner)}


def change_between(before: Scored, after: Scored, rules: Ruleset = DEFAULT) -> Change | None:
    """Test whether the score changed, of windows that share no ticket; None unless both are published (F6)."""
    if before.score.value is None or before.score.se is None or after.score.value is None or after.score.se is None:
        return None
    return compare((before.score.value, before.score.se), (after.score.value, after.score.se), rules)


def verdict_of(change: Change) -> Verdict:
    """Return the result of the change test: up, down or no clear change (measurement (e), F6)."""
    if not change.changed:
        return "no clear change"
    return "up" if change.z > 0 else "down"


def counts_in(scored: Scored) -> dict[str, tuple[float, float]]:
    counts = {
        component.key: (component.x, component.n)
        for dimension in scored.dimensions
        for component in dimension.components
    }
    x, n = counts.pop("proposal_rate", NOTHING)
    rate = {"proposals": (x, x), "agency_done": (n, n)}
    return counts | rate | {key: (component.x, component.n) for key, component in scored.beside.items()}


def moved(scored: Scored, key: str, *, x: float, n: float, rules: Ruleset = DEFAULT) -> Scored:
    """Return the score with x more successes of n more opportunities of a component: what would move it (J4)."""
    counts = counts_in(scored)
    more = {"proposals": (x, x), "agency_done": (n, n)} if key == "proposal_rate" else {key: (x, n)}
    added = {name: (counts[name][0] + count[0], counts[name][1] + count[1]) for name, count in more.items()}
    return score_counts(counts | added, rules)


def find_component(scored: Scored, key: str) -> Component:
    components = (component for dimension in scored.dimensions for component in dimension.components)
    return next((component for component in components if component.key == key), None) or scored.beside[key]


def find_dimension(scored: Scored, key: str) -> Dimension:
    return next(dimension for dimension in scored.dimensions if dimension.key == key)
