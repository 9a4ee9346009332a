"""Explanations of components, dimensions and owners."""

from collections.abc import Mapping
from datetime import timedelta

from msgspec.structs import replace

from mappings.formats.explain.component_basis import (
    CRISIS_SIDES,
    basis_text,
    gain_moves,
    least_evidence,
    missing_text,
    more_moves,
    moves_of,
    own_moves,
    rule_of,
)
from mappings.formats.explain.figure_days import window_span
from mappings.formats.explain.followable import met_text
from mappings.formats.explain.latest import EARLIER
from mappings.formats.explain.marks import score_without
from mappings.formats.explain.model import (
    OF_THE_WEIGHT,
    PRIOR,
    Explained,
    Line,
    move_of,
    of_hundred,
    points,
    sentence_of,
)
from mappings.formats.explain.opportunities import count_rows, lines_of, sum_lines
from mappings.formats.explain.pulses import pulse_inputs
from mappings.formats.explain.rule_texts import Rule
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS, OWNERS, WEIGHTED_MEAN
from mappings.formats.explain.what_if import missing_for
from mappings.formats.export.figure import HUNDRED, Value
from mappings.formats.export.numbers import plain
from mappings.formats.report.source import (
    LatestSource,
    ReportSource,
    Scores,
    counted_in,
)
from mappings.measure.model.opportunity import Window
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import PARTS, Component, Dimension
from mappings.measure.score.opportunities import Count
from mappings.measure.score.window import find_component, find_dimension, owner_shares, shares_of
from mappings.translation import Texts, day_text, formula_number, gettext, mark, pgettext

# The label of what is about people, or of no ticket.
HIDDEN = mark("Not shown: about people, or no ticket’s")
# The label of how many of how many opportunities were met.
BASIS = mark("Counted")
OWNER_NAMES: Mapping[str, str] = Texts(
    {"agency": mark("the agency"), "client": mark("the client"), "joint": mark("both sides")}
)


def scores_in(review: ReportSource) -> Scores:
    assert review.scores is not None
    return review.scores


def explain_component(review: ReportSource, path: str, key: str) -> Explained:
    # Explain a component: each opportunity gives x / (n + m), and the prior the rest.
    scores, rule = scores_in(review), rule_of(key)
    component = find_component(scores.now, key)
    lines, number = _lines(review, component, "proposals" if key == "proposal_rate" else key)
    side = f", {CRISIS_SIDES[key]}" if key in CRISIS_SIDES else ""
    return Explained(
        path=path,
        title=gettext(rule.title) + side,
        value=_component_value(component, review.rules),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula=_formula(component, review.rules),
        inputs=(
            (gettext(BASIS), basis_of(component, review.rules)),
            (gettext("Owner"), OWNER_NAMES[component.owner]),
            *(pulse_inputs(review, scores.window) if key == "feedback_given" else ()),
            *window_inputs(review, scores.crisis if key.startswith("crisis") else scores.window),
        ),
        unit=HUNDRED if component.published else mark("successes"),
        number=number,
        lines=lines,
        moves=(*more_moves(review, component), *own_moves(review, key)),
    )


def _component_value(component: Component, rules: Ruleset) -> Value:
    if not component.published:
        return replace(of_hundred(None, rules), why_not=missing_for(component, rules))
    if component.key == "proposal_rate":
        return of_hundred(100 * component.value, rules)
    return of_hundred(100 * component.value, rules, 100 * component.low, 100 * component.high)


def _prior(component: Component, rules: Ruleset) -> float:
    part = PARTS.get(component.key)
    rare = part.rare if part else component.key in CRISIS_SIDES
    return rules.prior_weight_rare if rare else rules.prior_weight


def _short(value: float) -> str:
    return formula_number(value, "g")


def _formula(component: Component, rules: Ruleset) -> str:
    if component.key == "proposal_rate":
        prior, target = rules.proposals_prior, rules.proposals_per_hundred
        x, n, m, goal = (
            formula_number(plain(component.x)),
            formula_number(plain(component.n)),
            _short(prior),
            _short(target),
        )
        rate = f"({x} + {m} × {goal}) / ({n} / 100 + {m})"
        text = mark("%(rate)s proposals for each hundred tickets, over %(target)s, at most 1")
        return gettext(text, rate=rate, target=goal)
    x, n, m = formula_number(component.x, ".6g"), formula_number(plain(component.n)), _short(_prior(component, rules))
    return f"(x + m μ0) / (n + m) = ({x} + {m} × {_short(rules.prior)}) / ({n} + {m})"


def _lines(review: ReportSource, component: Component, rows_key: str) -> tuple[tuple[Line, ...], float]:
    # The lines of a component and their sum: 100 times its value, or x where it is not published.
    if not component.published:
        lines, scale, end = [], 1.0, component.x
    else:
        scale, prior = _scale(component, review.rules)
        lines, end = [Line(0, "", gettext(PRIOR), prior)], 100 * component.value
    rows, counted = review.opportunities.get(rows_key, ()), counted_in(review, rows_key)
    lines += lines_of(review, component.key, rows, scale)
    cut = isinstance(review, LatestSource) and component.key in review.cut
    lines += _hidden_line(component, count_rows(rows, counted), scale, is_earlier=cut)
    over = end - sum_lines(lines, counted, scale) if component.key == "proposal_rate" else 0.0
    if over < -1e-9:
        lines.append(Line(0, "", gettext("More than the target, which gains nothing"), over))
    return tuple(lines), end


def counted_lines(review: ReportSource, key: str) -> tuple[tuple[Line, ...], float]:
    """Return the lines of a component as counts, each as what of it was met, and their sum x."""
    component = replace(find_component(scores_in(review).now, key), published=False)
    return _lines(review, component, key)


def _scale(component: Component, rules: Ruleset) -> tuple[float, float]:
    # The points of 100 that one success gives a published component, and those of its prior.
    if component.key == "proposal_rate":
        each = 100 / ((component.n / 100 + rules.proposals_prior) * rules.proposals_per_hundred)
        return each, each * rules.proposals_prior * rules.proposals_per_hundred
    m = _prior(component, rules)
    return 100 / (component.n + m), 100 * m * rules.prior / (component.n + m)


def _hidden_line(component: Component, listed: Count, scale: float, *, is_earlier: bool) -> list[Line]:
    # One line for what is not shown: it is about people, is not about a ticket, or was before the latest tickets.
    x = component.x - float(listed.x)
    n = (component.x if component.key == "proposal_rate" else component.n) - listed.n
    if n <= 0:
        return []
    basis = gettext("%(x)s of %(n)s", x=points(x), n=points(n))
    label = gettext(EARLIER if is_earlier else HIDDEN)
    return [Line(0, "", label, scale * x, why=basis, is_earlier=is_earlier)]


def window_inputs(review: ReportSource, window: Window) -> tuple[tuple[str, str], ...]:
    first, end = window_span(review, window)
    days = {"first": day_text(first), "last": day_text(end - timedelta(days=1))}
    return ((gettext("Window"), pgettext("days", "%(first)s to %(last)s", **days)),)


def explain_dimension(review: ReportSource, path: str, key: str) -> Explained:
    # Explain a dimension: each published component gives its share of the weight times its value.
    scores, rule = scores_in(review), DIMENSIONS[key]
    dimension = find_dimension(scores.now, key)
    return Explained(
        path=path,
        title=gettext(rule.title),
        value=replace(
            of_hundred(dimension.score, review.rules, dimension.low, dimension.high),
            why_not=_dimension_lacks(review, dimension),
        ),
        small="",
        rule=f"{sentence_of(rule, review)} {gettext(WEIGHTED_MEAN)}",
        rule_id=rule.rule_id,
        formula=gettext("Σ weight × value, the weights of what is published scaled to 1"),
        inputs=(
            (gettext("Weight in the score"), str(dimension.weight)),
            (gettext("Least evidence of its parts"), points(least_evidence(review, dimension))),
            *_component_inputs(review, dimension),
            *window_inputs(review, scores.crisis if key == "crisis" else scores.window),
            *score_without(scores, key),
        ),
        unit=HUNDRED,
        number=dimension.score or 0.0,
        lines=_dimension_lines(review, dimension),
        moves=moves_of(review, dimension) or (move_of(rule, review),),
        details=((gettext("Standard error"), formula_number(dimension.se, ".2f")),) if dimension.se is not None else (),
    )


def _weight_text(key: str) -> str:
    weight = formula_number(PARTS[key].weight, ".3g")
    return gettext("%(component)s, weight %(weight)s", component=gettext(COMPONENTS[key].title), weight=weight)


def basis_of(component: Component, rules: Ruleset) -> str:
    return gettext("%(x)s of %(n)s", x=met_text(component, rules), n=points(component.n))


def _component_inputs(review: ReportSource, dimension: Dimension) -> list[tuple[str, str]]:
    return [(_weight_text(part.key), basis_text(review, part)) for part in dimension.components]


def _dimension_lines(review: ReportSource, dimension: Dimension) -> tuple[Line, ...]:
    shares = shares_of(dimension) if dimension.published else {}
    return tuple(
        replace(
            part_line(COMPONENTS[part.key], part.key, 100 * shares[part.key] * part.value, shares[part.key]),
            why=basis_text(review, part),
        )
        for part in dimension.components
        if part.key in shares
    )


def part_line(rule: Rule, key: str, contribution: float, share: float) -> Line:
    return Line(0, key, gettext(rule.title), contribution, share, OF_THE_WEIGHT)


def _dimension_lacks(review: ReportSource, dimension: Dimension) -> str | None:
    if dimension.published:
        return None
    lacking = [
        f"{gettext(COMPONENTS[part.key].title)}: {missing_text(review, part)}"
        for part in dimension.components
        if not part.published
    ]
    return gettext("less than half of its weight has enough evidence (%(components)s)", components="; ".join(lacking))


def explain_owner(review: ReportSource, path: str, key: str) -> Explained:
    # Explain an owner's figure: its components by their weights in the rules, whatever else is published.
    scores, rule = scores_in(review), OWNERS[key]
    value = next((figure for owner, figure in scores.now.owners.items() if owner == key), None)
    shares = owner_shares(scores.now, key)
    return Explained(
        path=path,
        title=gettext(rule.title),
        value=replace(
            of_hundred(value, review.rules),
            why_not=gettext("none of its components has enough evidence") if value is None else None,
        ),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula=gettext("Σ weight × value / Σ weight"),
        inputs=(*(_beside(review) if key == "client" else ()), *window_inputs(review, scores.window)),
        unit=HUNDRED,
        number=value or 0.0,
        lines=part_lines(review, shares) if value is not None else (),
        moves=gain_moves(review, shares, value) or (move_of(rule, review),),
    )


def part_lines(review: ReportSource, shares: Mapping[str, float]) -> tuple[Line, ...]:
    """Return a line for each component of a figure of the score, also for those that do not count, with the reason.

    The parts of a figure are the same wherever it is broken down, and add up to it.
    """
    scored = scores_in(review).now
    return tuple(_share_line(review, find_component(scored, key), share) for key, share in shares.items())


def _share_line(review: ReportSource, part: Component, share: float) -> Line:
    line = part_line(COMPONENTS[part.key], part.key, 100 * share * part.value, share)
    return replace(line, why=basis_text(review, part) if share else _uncounted_text(review, part))


def _uncounted_text(review: ReportSource, part: Component) -> str:
    if not part.published:
        return gettext("not counted, %(reason)s", reason=missing_text(review, part))
    title = gettext(DIMENSIONS[PARTS[part.key].dimension].title)
    return gettext(
        "%(basis)s; not counted, as less than half of %(dimension)s has enough evidence",
        basis=basis_text(review, part),
        dimension=title,
    )


def _beside(review: ReportSource) -> tuple[tuple[str, str], ...]:
    return (
        (gettext("Learners offered, not in the score"), basis_text(review, scores_in(review).now.learners_offered)),
    )
