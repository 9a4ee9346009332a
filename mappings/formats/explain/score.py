"""Components, dimensions, owners and the score, opened into what each ticket or part gives."""

import math
from collections.abc import Sequence

from mappings.formats.explain.component_basis import ground_of, least_of, missing_of, moves_of
from mappings.formats.explain.marks import score_without
from mappings.formats.explain.model import PRIOR, Explained, Line, covers, move_of, points, sentence_of
from mappings.formats.explain.opportunities import lines_of
from mappings.formats.explain.rule_texts import Rule
from mappings.formats.explain.rule_texts_score import CHANGE, COMPONENTS, DIMENSIONS, OWNERS, SCORE, SENSITIVITY
from mappings.formats.explain.what_if import component_moves, missing_for, score_moves
from mappings.formats.export.numbers import instant_text, plain
from mappings.formats.report.source import OpportunityRow, ReportSource, Scores, calendar_of
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.measure.score.window import Scored, find_component, find_dimension, shares_of, verdict_of

HUNDRED = "points of 100"
_SIDES = {"crisis_agency": "the agency", "crisis_inhouse": "the in-house side"}


def _scores(review: ReportSource) -> Scores:
    assert review.scores is not None
    return review.scores


def rule_of(key: str) -> Rule:
    """Return the rule of a component; each side of a crisis has that of both."""
    return COMPONENTS["crisis" if key in _SIDES else key]


def explain_component(review: ReportSource, path: str, key: str) -> Explained:
    """Open a component: each opportunity gives x / (n + m), and the prior the rest."""
    scores, rule = _scores(review), rule_of(key)
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
            ("x of n", f"{plain(one.x)} of {plain(one.n)}"),
            ("Owner", one.owner),
            *window_inputs(review, scores.crisis if key.startswith("crisis") else scores.window),
        ),
        unit=HUNDRED if one.published else "successes",
        number=number,
        lines=lines,
        moves=(*component_moves(scores.now, one, review.rules), move_of(rule, review)),
        why_not=None if one.published else missing_for(one, review.rules),
    )


def _component_value(one: Component, rules: Ruleset) -> str:
    if not one.published:
        return "not published"
    whole = f"{points(100 * one.value)} of 100"
    if one.key == "proposal_rate":
        return whole
    return f"{whole}, {covers(rules)} interval {points(100 * one.low)} to {points(100 * one.high)}"


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
        lines, end = [Line(0, PRIOR, "", prior)], 100 * one.value
    lines += lines_of(review, one.key, chances, scale)
    lines += _unopened(one, chances, scale)
    over = end - math.fsum(line.contribution for line in lines)
    if one.key == "proposal_rate" and over < -1e-9:
        lines.append(Line(0, "(more than the target gains nothing)", "", over))
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
    return [Line(0, "(not opened)", f"{x:.4g} of {n:g}", scale * x, "about people, or no ticket’s")]


def window_inputs(review: ReportSource, window: Window) -> tuple[tuple[str, str], ...]:
    """Return the days of a window as inputs."""
    calendar = calendar_of(review.engagement)
    return (("Window", f"{calendar.day(window.start)} to {calendar.day(window.end)} (end not included)"),)


def explain_dimension(review: ReportSource, path: str, key: str) -> Explained:
    """Open a dimension: each published component gives its share of the weight times its value."""
    scores, rule = _scores(review), DIMENSIONS[key]
    one = find_dimension(scores.now, key)
    shares = shares_of(one) if one.published else {}
    lines = tuple(
        Line(0, part.key, f"{shares[part.key]:.3g}", 100 * shares[part.key] * part.value, ground_of(review, part))
        for part in one.components
        if part.key in shares
    )
    return Explained(
        path=path,
        title=rule.title,
        value=_hundred(one.score, one.low, one.high, review.rules),
        small=f"standard error {one.se:.2f}" if one.se is not None else "",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="Σ weight × value, the weights of what is published scaled to 1",
        inputs=(
            ("Weight in the score", str(one.weight)),
            ("n", str(plain(least_of(review, one)))),
            *((f"{part.key}, weight {PARTS[part.key].weight:.3g}", ground_of(review, part)) for part in one.components),
            *window_inputs(review, scores.crisis if key == "crisis" else scores.window),
            *score_without(scores, key),
        ),
        unit=HUNDRED,
        number=one.score or 0.0,
        lines=lines,
        moves=moves_of(review, scores.now, one),
        why_not=None if one.published else _dimension_lacks(review, one),
    )


def _hundred(value: float | None, low: float | None, high: float | None, rules: Ruleset) -> str:
    if value is None or low is None or high is None:
        return "not published"
    return f"{points(value)} of 100, {covers(rules)} interval {points(low)} to {points(high)}"


def _dimension_lacks(review: ReportSource, one: Dimension) -> str:
    lacking = [f"{part.key}: {missing_of(review, part)}" for part in one.components if not part.published]
    return "less than half of its weight has enough evidence (" + "; ".join(lacking) + ")"


def explain_owner(review: ReportSource, path: str, key: str) -> Explained:
    """Open an owner's figure: each of its published components by its weight in the score."""
    scored, rule = _scores(review).now, OWNERS[key]
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
        value="not published" if value is None else f"{points(value)} of 100",
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="Σ weight × value / Σ weight",
        inputs=_beside(review) if key == "client" else (),
        unit=HUNDRED,
        number=value or 0.0,
        lines=tuple(
            Line(0, part.key, f"{weight / whole:.3g}", 100 * weight * part.value / whole, ground_of(review, part))
            for weight, part in own
        ),
        moves=(move_of(rule, review),),
        why_not="none of its components has enough evidence" if value is None else None,
    )


def _beside(review: ReportSource) -> tuple[tuple[str, str], ...]:
    return (("Learners offered, beside it", ground_of(review, _scores(review).now.learners_offered)),)


def explain_score(review: ReportSource, path: str) -> Explained:
    """Open the score: each published dimension gives its share of the published weight times its score."""
    scores = _scores(review)
    score = scores.now.score
    known = {one.key: one for one in scores.now.dimensions}
    return Explained(
        path=path,
        title=SCORE.title,
        value=_hundred(score.value, score.low, score.high, review.rules),
        small=_score_small(scores),
        rule=sentence_of(SCORE, review),
        rule_id=SCORE.rule_id,
        formula="Σ weight × dimension / Σ weight of what is published; se = √Σ(weight × se)²",
        inputs=(
            ("Weight covered", f"{score.weight_covered} of 100"),
            *window_inputs(review, scores.window),
            *score_without(scores),
        ),
        unit=HUNDRED,
        number=score.value or 0.0,
        lines=tuple(
            Line(0, key, f"{known[key].weight / score.weight_covered:.3g}", part, f"{points(known[key].score or 0)}")
            for key, part in score.contributions.items()
        ),
        moves=score_moves(scores.now, review.rules),
        why_not=None if score.published else _score_lacks(scores.now, review.rules),
    )


def _score_small(scores: Scores) -> str:
    score, reach = scores.now.score, scores.now.sensitivity
    if score.se is None or score.geometric is None or reach is None:
        return ""
    uneven = " (uneven)" if score.uneven else ""
    said = f"standard error {score.se:.2f}, balance check {points(score.geometric)}{uneven}"
    change = f"; {verdict_of(scores.change)} against the window before" if scores.change else ""
    return f"{said}, {points(reach[0])} to {points(reach[1])} under other weights{change}"


def _score_lacks(scored: Scored, rules: Ruleset) -> str:
    shown = [one.key for one in scored.dimensions if one.published]
    covered = scored.score.weight_covered
    return f"{len(shown)} of {rules.dimensions} dimensions and {covered} of {rules.covered} in 100 of the weight"


def explain_change(review: ReportSource, path: str) -> Explained:
    """Open the change test: the difference of two windows in standard errors."""
    scores = _scores(review)
    now, before, change = scores.now.score, scores.before.score, scores.change
    lines: tuple[Line, ...] = ()
    if change is not None and now.value is not None and before.value is not None:
        lines = (Line(0, "now", "", now.value), Line(0, "the window before", "", -before.value))
    return Explained(
        path=path,
        title=CHANGE.title,
        value="not published" if change is None else f"{verdict_of(change)}, z {change.z:.2f}",
        small="",
        rule=sentence_of(CHANGE, review),
        rule_id=CHANGE.rule_id,
        formula="z = (now - before) / √(se² + se²)",
        inputs=(("Now", _with_se(now.value, now.se)), ("Before", _with_se(before.value, before.se))),
        unit=HUNDRED,
        number=math.fsum(line.contribution for line in lines),
        lines=lines,
        moves=(move_of(CHANGE, review),),
        why_not="one of the two scores is not published" if change is None else None,
    )


def _with_se(value: float | None, se: float | None) -> str:
    return "not published" if value is None or se is None else f"{points(value)}, standard error {se:.2f}"


def explain_sensitivity(review: ReportSource, path: str) -> Explained:
    """Open the range of the score under other weights."""
    reach = _scores(review).now.sensitivity
    return Explained(
        path=path,
        title=SENSITIVITY.title,
        value="not published" if reach is None else f"{points(reach[0])} to {points(reach[1])} of 100",
        small="",
        rule=sentence_of(SENSITIVITY, review),
        rule_id=SENSITIVITY.rule_id,
        formula="the score with one weight × 0.5 or × 1.5, each in turn",
        inputs=(("As of", instant_text(review.as_of)),),
        unit=HUNDRED,
        number=None,
        lines=(),
        moves=(move_of(SENSITIVITY, review),),
        why_not="the score is not published" if reach is None else None,
        note="A range of scores: the score opens into its parts.",
    )
