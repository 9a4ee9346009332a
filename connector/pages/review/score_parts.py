"""The parts of the score for the review's appendix: the components of each owner, as everywhere else."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.pages.project.score_text import ComponentLine, component_line
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import shown_parts, shown_sum
from mappings.measure.score.window import Scored, find_component, owner_shares, score_shares
from mappings.translation import decimal_text

NONE = "–"


@dataclass(frozen=True)
class ScorePart:
    """A component: whose it is, its weight of 100 and what it adds to the score as printed, "–" where it does not."""

    line: ComponentLine
    owner: str
    weight: str
    adds: str


def score_parts(scored: Scored, rules: Ruleset, *, is_of_few: bool) -> list[ScorePart]:
    """Return the components in the order of their owners; weights and additions add up to the score's own."""
    shares, score = score_shares(scored), scored.score
    parts = [find_component(scored, key) for key in shares]
    owners = {key: owner for owner in scored.owners for key in owner_shares(scored, owner)}
    adds = _printed(
        {part.key: 100 * shares[part.key] * part.value for part in parts}, float(shown_sum(score.value or 0.0))
    )
    weights = _printed({key: share * score.weight_covered for key, share in shares.items()}, score.weight_covered)
    return [
        ScorePart(
            component_line(part, None, rules, is_of_few=is_of_few),
            owners[part.key],
            weights[part.key] if shares[part.key] else NONE,
            adds[part.key] if shares[part.key] else NONE,
        )
        for part in parts
    ]


def _printed(parts: Mapping[str, float], whole: float) -> dict[str, str]:
    if not any(parts.values()):
        return dict.fromkeys(parts, NONE)
    return dict(zip(parts, map(decimal_text, shown_parts(list(parts.values()), whole)), strict=True))
