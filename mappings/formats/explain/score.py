"""Components, dimensions and owners, opened into what each ticket or part gives."""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

from msgspec.structs import replace

from mappings.formats.explain.component_basis import ground_of, least_of, missing_of, moves_of
from mappings.formats.explain.marks import score_without
from mappings.formats.explain.model import PRIOR, Explained, Line, day_name, move_of, of_hundred, points, sentence_of
from mappings.formats.explain.opportunities import lines_of
from mappings.formats.explain.rule_texts import Rule
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS, OWNERS
from mappings.formats.explain.what_if import component_moves, missing_for
from mappings.formats.export.figure import HUNDRED, Value
from mappings.formats.export.numbers import plain
from mappings.formats.report.source import OpportunityRow, ReportSource, Scores, calendar_of
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.measure.score.window import find_component, find_dimension, shares_of

# The input that says how many of how many opportunities were met.
BASIS = "Counted"
OWNER_NAMES: Mapping[str, str] = {"agency": "the agency", "client": "the client", "joint": "both sides"}
_SIDES = {"crisis_agency": "the agency", "crisis_inhouse": "the in-house side"}


def scores_in(review: ReportSource) -> Scores:
    """Return the scores of a source that was gathered with them."""
    assert review.scores is not None
    return review.scores


def rule_of(key: str) -> Rule:
    """Return the rule of a component; each side of a crisis has that of both."""
    return COMPONENTS["crisis" if key in _SIDES else key]


def explain_component(review: ReportSource, path: str, key: str) -> Explained:
    """Open a component: each opportunity gives x / (n + m), and the prior the rest."""
    scores, rule = scores_in(review), rule_of(key)
    one = find_component(scores.now, key)
    chances = review.chances.get("proposals" if key == "proposal_rate" else key, ())
    lines, number = _opened(review, one, chances)
    side = f", {_SIDES[key]}" if key in _SIDES else ""
    return Explained(
        path=path,
        title=rule.title + side,
        value=_component_value(one, review.rules),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula=_formula(one, review.rules),
        inputs=(
            (BASIS, f"{points(one.x)} of {points(one.n)}"),
            ("Owner", OWNER_NAMES[one.owner]),
            *window_inputs(review, scores.crisis if key.startswith("crisis") else scores.window),
        ),
        unit=HUNDRED if one.published else "successes",
        number=number,
        lines=lines,
        moves=(*component_moves(scores.now, one, review.rules), move_of(rule, review)),
    )


def _component_value(one: Component, rules: Ruleset) -> Value:
    if not one.published:
        return replace(of_hundred(None, rules), why_not=missing_for(one, rules))
    if one.key == "proposal_rate":
        return of_hundred(100 * one.value, rules)
    return of_hundred(100 * one.value, rules, 100 * one.low, 100 * one.high)


def _prior(one: Component, rules: Ruleset) -> float:
    part = PARTS.get(one.key)
    rare = part.rare if part else one.key in _SIDES
    return rules.prior_weight_rare if rare else rules.prior_weight


def _formula(one: Component, rules: Ruleset) -> str:
    if one.key == "proposal_rate":
        prior, target = rules.proposals_prior, rules.proposals_per_hundred
        rate = f"({plain(one.x)} + {prior:g} × {target:g}) / ({plain(one.n)} / 100 + {prior:g})"
        return f"{rate} proposals for each hundred tickets, over {target:g}, at most 1"
    m = _prior(one, rules)
    return f"(x + m μ0) / (n + m) = ({one.x:.6g} + {m:g} × {rules.prior:g}) / ({plain(one.n)} + {m:g})"


def _opened(review: ReportSource, one: Component, chances: Sequence[OpportunityRow]) -> tuple[tuple[Line, ...], float]:
    """Return the lines of a component and what they add up to: 100 times its value, or x where not published."""
    if not one.published:
        lines, scale, end = [], 1.0, one.x
    else:
        scale, prior = _scale(one, review.rules)
        lines, end = [Line(0, "", PRIOR, prior)], 100 * one.value
    lines += lines_of(review, one.key, chances, scale)
    lines += _unopened(one, chances, scale)
    over = end - math.fsum(line.contribution for line in lines)
    if one.key == "proposal_rate" and over < -1e-9:
        lines.append(Line(0, "", "More than the target, which gains nothing", over))
    return tuple(lines), end


def _scale(one: Component, rules: Ruleset) -> tuple[float, float]:
    """Return what one success gives a published component, and what its prior gives, in points of 100."""
    if one.key == "proposal_rate":
        each = 100 / ((one.n / 100 + rules.proposals_prior) * rules.proposals_per_hundred)
        return each, each * rules.proposals_prior * rules.proposals_per_hundred
    m = _prior(one, rules)
    return 100 / (one.n + m), 100 * m * rules.prior / (one.n + m)


def _unopened(one: Component, chances: Sequence[OpportunityRow], scale: float) -> list[Line]:
    """Return one line for all that does not open: it is about people, or was said and not found on a ticket."""
    x = one.x - float(sum(chance.x for chance in chances))
    n = (one.x if one.key == "proposal_rate" else one.n) - len(chances)
    if n <= 0:
        return []
    return [Line(0, "", "Not shown: about people, or no ticket’s", scale * x, why=f"{points(x)} of {points(n)}")]


def window_inputs(review: ReportSource, window: Window) -> tuple[tuple[str, str], ...]:
    """Return the days of a window as inputs."""
    calendar = calendar_of(review.engagement)
    last = calendar.day(window.end) - timedelta(days=1)
    return (("Window", f"{day_name(calendar.day(window.start))} to {day_name(last)}"),)


def explain_dimension(review: ReportSource, path: str, key: str) -> Explained:
    """Open a dimension: each published component gives its share of the weight times its value."""
    scores, rule = scores_in(review), DIMENSIONS[key]
    one = find_dimension(scores.now, key)
    shares = shares_of(one) if one.published else {}
    lines = tuple(
        replace(
            part_line(COMPONENTS[part.key], part.key, 100 * shares[part.key] * part.value, shares[part.key]),
            why=ground_of(review, part),
        )
        for part in one.components
        if part.key in shares
    )
    return Explained(
        path=path,
        title=rule.title,
        value=replace(of_hundred(one.score, review.rules, one.low, one.high), why_not=_dimension_lacks(review, one)),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="Σ weight × value, the weights of what is published scaled to 1",
        inputs=(
            ("Weight in the score", str(one.weight)),
            ("Least evidence of its parts", points(least_of(review, one))),
            *(
                (f"{COMPONENTS[part.key].title}, weight {PARTS[part.key].weight:.3g}", ground_of(review, part))
                for part in one.components
            ),
            *window_inputs(review, scores.crisis if key == "crisis" else scores.window),
            *score_without(scores, key),
        ),
        unit=HUNDRED,
        number=one.score or 0.0,
        lines=lines,
        moves=moves_of(review, scores.now, one) or (move_of(rule, review),),
        details=(("Standard error", f"{one.se:.2f}"),) if one.se is not None else (),
    )


def part_line(rule: Rule, key: str, contribution: float, share: float) -> Line:
    """Return the line of a part that counts with its share of the weight."""
    return Line(0, key, rule.title, contribution, share, "of the weight")


def _dimension_lacks(review: ReportSource, one: Dimension) -> str | None:
    if one.published:
        return None
    lacking = [
        f"{COMPONENTS[part.key].title}: {missing_of(review, part)}" for part in one.components if not part.published
    ]
    return "less than half of its weight has enough evidence (" + "; ".join(lacking) + ")"


def explain_owner(review: ReportSource, path: str, key: str) -> Explained:
    """Open an owner's figure: each of its published components by its weight in the score."""
    scored, rule = scores_in(review).now, OWNERS[key]
    own = [
        (dimension.weight * PARTS[part.key].weight, part)
        for dimension in scored.dimensions
        for part in dimension.components
        if part.owner == key and part.published
    ]
    whole = math.fsum(weight for weight, _ in own)
    value = next((figure for owner, figure in scored.owners.items() if owner == key), None)
    return Explained(
        path=path,
        title=rule.title,
        value=replace(
            of_hundred(value, review.rules),
            why_not="none of its components has enough evidence" if value is None else None,
        ),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="Σ weight × value / Σ weight",
        inputs=_beside(review) if key == "client" else (),
        unit=HUNDRED,
        number=value or 0.0,
        lines=tuple(
            replace(
                part_line(COMPONENTS[part.key], part.key, 100 * weight * part.value / whole, weight / whole),
                why=ground_of(review, part),
            )
            for weight, part in own
        ),
        moves=(move_of(rule, review),),
    )


def _beside(review: ReportSource) -> tuple[tuple[str, str], ...]:
    return (("Learners offered, not in the score", ground_of(review, scores_in(review).now.learners_offered)),)
