"""What would move a figure of the score, computed by counting one more and scoring again."""

import math

from mappings.formats.explain.model import points
from mappings.formats.export.numbers import plain
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.measure.score.window import Scored, find_component, find_dimension, moved


def needed_of(one: Component, rules: Ruleset) -> float:
    """Return how many opportunities a component is published from (measurement (h))."""
    if one.key == "proposal_rate":
        return rules.proposals_tickets
    part = PARTS.get(one.key)
    rare = part.rare if part else one.key.startswith("crisis")
    return (rules.prior_weight_rare if rare else rules.prior_weight) / 2


def missing_for(one: Component, rules: Ruleset) -> str:
    """Say what a component that is not published lacks."""
    return f"not enough evidence: {plain(one.n)} of {needed_of(one, rules):g}"


def component_moves(scored: Scored, one: Component, rules: Ruleset) -> tuple[str, ...]:
    """Say what one more success, and one more without, makes of a component, its dimension and the score."""
    if not one.published:
        missing = math.ceil(needed_of(one, rules) - one.n)
        return (f"{missing} more {'opportunity' if missing == 1 else 'opportunities'} publish it.",)
    rate = one.key == "proposal_rate"
    steps = (
        ("One more proposal" if rate else "One more success", 1.0, 0.0 if rate else 1.0),
        ("One more ticket without a proposal" if rate else "One more without success", 0.0, 1.0),
    )
    return tuple(
        f"{said}: {_after(scored, one, moved(scored, one.key, x=x, n=n, rules=rules))}." for said, x, n in steps
    )


def _after(before: Scored, one: Component, after: Scored) -> str:
    told = [f"{points(100 * one.value)} to {points(100 * find_component(after, one.key).value)}"]
    part = PARTS.get(one.key)
    if part is not None:
        was, then = find_dimension(before, part.dimension).score, find_dimension(after, part.dimension).score
        told += [f"{part.dimension} {points(was)} to {points(then)}"] if was is not None and then is not None else []
        old, new = before.score.value, after.score.value
        told += [f"score {points(old)} to {points(new)}"] if old is not None and new is not None else []
    return ", ".join(told)


def dimension_moves(scored: Scored, one: Dimension, rules: Ruleset) -> tuple[str, ...]:
    """Say for each component of a dimension what one more success makes of it, or what would publish it."""
    return tuple(f"{part.key}: {component_moves(scored, part, rules)[0]}" for part in one.components)


def score_moves(scored: Scored, rules: Ruleset) -> tuple[str, ...]:
    """Say what ten points more of each dimension would make of the score, or which dimensions would publish it."""
    value, covered = scored.score.value, scored.score.weight_covered
    if value is None:
        return tuple(
            f"{one.key} ({one.weight} of the weight): {dimension_moves(scored, one, rules)[0]}"
            for one in scored.dimensions
            if not one.published
        )
    return tuple(
        f"{one.key} from {points(one.score)} to {points(min(100.0, one.score + 10))}: score {points(value)} to "
        f"{points(value + one.weight / covered * (min(100.0, one.score + 10) - one.score))}."
        for one in scored.dimensions
        if one.score is not None
    )
