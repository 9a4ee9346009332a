"""What would move a figure of the score, computed by adding one and scoring again."""

import math

from mappings.formats.explain.model import points
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
from mappings.formats.export.numbers import plain
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.measure.score.window import Scored, find_component, find_dimension, moved


def needed_of(component: Component, rules: Ruleset) -> float:
    """Return from how many opportunities a component is published (docs/measurement.md (h))."""
    if component.key == "proposal_rate":
        return rules.proposals_tickets
    part = PARTS.get(component.key)
    rare = part.rare if part else component.key.startswith("crisis")
    return (rules.prior_weight_rare if rare else rules.prior_weight) / 2


def missing_for(component: Component, rules: Ruleset) -> str:
    return f"not enough evidence: {plain(component.n)} of {needed_of(component, rules):g}"


def component_moves(scored: Scored, component: Component, rules: Ruleset) -> tuple[str, ...]:
    """Return what one more success makes of a component, its dimension and the score, as far as it shows."""
    if not component.published:
        missing = math.ceil(needed_of(component, rules) - component.n)
        return (f"{missing} more {'opportunity' if missing == 1 else 'opportunities'} publish it.",)
    rate = component.key == "proposal_rate"
    after = moved(scored, component.key, x=1.0, n=0.0 if rate else 1.0, rules=rules)
    changes = _changes(scored, component, after)
    return (f"One more {'proposal' if rate else 'success'}: {', '.join(changes)}.",) if changes else ()


def _changes(before: Scored, component: Component, after: Scored) -> list[str]:
    # What changes as printed, from the component up.
    steps: list[tuple[str, float | None, float | None]] = [
        ("", 100 * component.value, 100 * find_component(after, component.key).value)
    ]
    part = PARTS.get(component.key)
    if part is not None:
        title = DIMENSIONS[part.dimension].title
        steps.append((f"{title} ", *_both(part.dimension, before, after)))
        steps.append(("score ", before.score.value, after.score.value))
    known = [(name, points(old), points(new)) for name, old, new in steps if old is not None and new is not None]
    return [f"{name}{old} to {new}" for name, old, new in known if old != new]


def _both(dimension: str, before: Scored, after: Scored) -> tuple[float | None, float | None]:
    return find_dimension(before, dimension).score, find_dimension(after, dimension).score


def dimension_moves(scored: Scored, dimension: Dimension, rules: Ruleset) -> tuple[str, ...]:
    """Return for each component what one more success makes of it, or what would publish it; '' for nothing."""
    return tuple(_named(part, component_moves(scored, part, rules)) for part in dimension.components)


def _named(part: Component, moves: tuple[str, ...]) -> str:
    return f"{COMPONENTS[part.key].title}: {moves[0]}" if moves else ""


def score_moves(scored: Scored, rules: Ruleset) -> tuple[str, ...]:
    """Return what ten more points of each dimension make of the score, or which dimensions would publish it."""
    value, covered = scored.score.value, scored.score.weight_covered
    if value is None:
        return tuple(
            f"{DIMENSIONS[part.key].title} ({part.weight} of the weight): {dimension_moves(scored, part, rules)[0]}"
            for part in scored.dimensions
            if not part.published
        )
    return tuple(
        f"{DIMENSIONS[part.key].title} from {points(part.score)} to {points(min(100.0, part.score + 10))}: score "
        f"{points(value)} to {points(value + part.weight / covered * (min(100.0, part.score + 10) - part.score))}."
        for part in scored.dimensions
        if part.score is not None
    )
