"""What people can carry, opened into rules and counts: never into the tickets of anybody (measurement (f))."""

from msgspec.structs import replace

from mappings.formats.explain.component_basis import is_of_few, missing_of
from mappings.formats.explain.model import NO_TICKETS, Explained, Line, day_text, move_of, points, sentence_of
from mappings.formats.explain.rule_texts_score import PEOPLE
from mappings.formats.explain.score import explain_component
from mappings.formats.explain.units import unit_of
from mappings.formats.export.numbers import plain, units_of
from mappings.formats.report.source import Carried, ReportSource
from mappings.measure.people.coverage import Rate
from mappings.measure.people.standing import ObjectiveFigures
from mappings.measure.period.rounding import percent, shown
from mappings.measure.score.window import find_component

HOLDERS = {"covered": 2, "single holder": 1, "not covered": 0}
HELD = {1: "one holder", 2: "two holders"}
FIGURES = ("people_at_rung", "coverage", "burn_up", "independence")


def _carried(review: ReportSource) -> Carried:
    assert review.carried is not None
    return review.carried


def explain_objective(review: ReportSource, path: str, name: str) -> Explained:
    """Open a figure of one objective, the second part of `path`, into its rule."""
    key = path.removeprefix("objectives.").removesuffix(f".{name}")
    one = next(found for found in _carried(review).figures.objectives if found.key == key)
    named = next(each.name for each in review.engagement.objectives if each.key == key)
    rule = PEOPLE[name]
    return Explained(
        path=path,
        title=f"{rule.title}, {named}",
        value=_value(one, name),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="",
        inputs=_inputs(review, key),
        unit="",
        number=None,
        lines=(),
        moves=(move_of(rule, review),),
        why_not=_why_not(review, one, name),
        note=NO_TICKETS,
    )


def _value(one: ObjectiveFigures, name: str) -> str:
    if name == "coverage":
        return one.coverage
    if name == "independence":
        return _rate(one.independence)
    if name == "burn_up":
        return "not published" if one.burn_up is None else f"{percent(one.burn_up)} % of the target"
    rungs = one.people_at_rung
    return "not published" if rungs is None else ", ".join(f"{rung} {people}" for rung, people in rungs.items())


def _rate(rate: Rate) -> str:
    if rate.value is None:
        return "not published"
    return f"{percent(rate.value)} % of {rate.n} tickets, 95 % interval {percent(rate.low)} to {percent(rate.high)} %"


def _why_not(review: ReportSource, one: ObjectiveFigures, name: str) -> str | None:
    if name == "independence":
        return None if one.independence.n else "no ticket with the objective was finished in the window"
    if name == "coverage" or (name == "burn_up" and one.burn_up is not None) or not one.suppressed:
        return None
    k = review.rules.k
    return f"fewer than {k} people stand behind it, and not all of them agreed to be shown"


def _inputs(review: ReportSource, key: str) -> tuple[tuple[str, str], ...]:
    objective = next(one for one in review.engagement.objectives if one.key == key)
    due = f" by {objective.by}" if objective.by else ""
    return (
        ("Target", f"{objective.people} at {objective.rung}{due}"),
        ("As of", day_text(_carried(review).figures.as_of, review)),
        ("People behind a figure", f"at least {review.rules.k}, or all agreed"),
    )


def explain_exit(review: ReportSource, path: str) -> Explained:
    """Open exit coverage into its objectives: the demand of those with holders, over all demand."""
    figures, rule = _carried(review).figures, PEOPLE["exit_coverage"]
    least = 1 if path.endswith("one_holder") else 2
    value = figures.exit_one if least == 1 else figures.exit_two
    demand = {one.key: max(0, figures.demand.get(one.key, 0)) for one in figures.objectives}
    whole = sum(demand.values())
    risky = [one.name for one in review.engagement.objectives if one.key in figures.at_risk]
    held = {one.key: HOLDERS[one.coverage] >= least for one in figures.objectives}
    return Explained(
        path=path,
        title=rule.title,
        value="not published" if value is None else f"{percent(value)} %",
        small=f"of the work has at least {HELD[least]} in-house; at risk: {', '.join(risky) or 'none'}",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="Σ demand of the objectives with enough holders / Σ demand",
        inputs=(
            ("Demand", f"{shown(units_of(whole))} {unit_of(review)} in the 90 days before"),
            ("As of", day_text(figures.as_of, review)),
        ),
        unit="per cent",
        number=100 * value if value is not None else 0.0,
        lines=tuple(
            Line(
                0,
                one.key,
                f"{points(units_of(demand[one.key]))} {unit_of(review)}",
                100 * demand[one.key] / whole if held[one.key] else 0.0,
                one.coverage,
            )
            for one in figures.objectives
            if whole
        ),
        moves=(move_of(rule, review),),
        why_not="no ticket with an objective was finished in the 90 days before" if value is None else None,
    )


def explain_progress(review: ReportSource, path: str, key: str) -> Explained:
    """Open learners' progress into its rule alone; in a group under k also without how much there was of it."""
    opened = explain_component(review, path, key)
    found = replace(opened, number=None, lines=(), note=NO_TICKETS, formula="(x + m μ0) / (n + m)")
    assert review.scores is not None
    one = find_component(review.scores.now, key)
    if not is_of_few(review, key):
        return replace(found, inputs=(("x of n", f"{points(one.x)} of {plain(one.n)}"), *found.inputs[1:]))
    why = f"{missing_of(review, one)}, and fewer than {review.rules.k} people are in the group"
    return replace(
        found,
        value=f"{points(100 * one.value)} of 100" if one.published else found.value,
        inputs=(("x of n", f"not told: fewer than {review.rules.k} people in the group"), *found.inputs[1:]),
        moves=found.moves[-1:],
        why_not=None if one.published else why,
    )
