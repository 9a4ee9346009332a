"""What would move a figure of the score, computed by counting one more and scoring again."""

import math

from mappings.formats.explain.model import points
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
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
    """Say what one more success makes of a component, its dimension and the score; what would not show is left out."""
    if not one.published:
        missing = math.ceil(needed_of(one, rules) - one.n)
        return (f"{missing} more {'opportunity' if missing == 1 else 'opportunities'} publish it.",)
    rate = one.key == "proposal_rate"
    after = moved(scored, one.key, x=1.0, n=0.0 if rate else 1.0, rules=rules)
    changes = _changes(scored, one, after)
    return (f"One more {'proposal' if rate else 'success'}: {', '.join(changes)}.",) if changes else ()


def _changes(before: Scored, one: Component, after: Scored) -> list[str]:
    """Return what changes as printed, from the component up."""
    steps: list[tuple[str, float | None, float | None]] = [
        ("", 100 * one.value, 100 * find_component(after, one.key).value)
    ]
    part = PARTS.get(one.key)
    if part is not None:
        title = DIMENSIONS[part.dimension].title
        steps.append((f"{title} ", *_both(part.dimension, before, after)))
        steps.append(("score ", before.score.value, after.score.value))
    known = [(name, points(old), points(new)) for name, old, new in steps if old is not None and new is not None]
    return [f"{name}{old} to {new}" for name, old, new in known if old != new]


def _both(dimension: str, before: Scored, after: Scored) -> tuple[float | None, float | None]:
    return find_dimension(before, dimension).score, find_dimension(after, dimension).score


def dimension_moves(scored: Scored, one: Dimension, rules: Ruleset) -> tuple[str, ...]:
    """Say for each component what one more success makes of it, or what would publish it; '' for nothing."""
    return tuple(_named(part, component_moves(scored, part, rules)) for part in one.components)


def _named(part: Component, moves: tuple[str, ...]) -> str:
    return f"{COMPONENTS[part.key].title}: {moves[0]}" if moves else ""


def score_moves(scored: Scored, rules: Ruleset) -> tuple[str, ...]:
    """Say what ten points more of each dimension would make of the score, or which dimensions would publish it."""
    value, covered = scored.score.value, scored.score.weight_covered
    if value is None:
        return tuple(
            f"{DIMENSIONS[one.key].title} ({one.weight} of the weight): {dimension_moves(scored, one, rules)[0]}"
            for one in scored.dimensions
            if not one.published
        )
    return tuple(
        f"{DIMENSIONS[one.key].title} from {points(one.score)} to {points(min(100.0, one.score + 10))}: score "
        f"{points(value)} to {points(value + one.weight / covered * (min(100.0, one.score + 10) - one.score))}."
        for one in scored.dimensions
        if one.score is not None
    )
