"""Explanations of figures about people: rules and counts, never anybody's tickets (docs/measurement.md (f))."""

from collections.abc import Mapping

from msgspec.structs import replace

from mappings.formats.explain.component_basis import is_of_few, missing_text
from mappings.formats.explain.figure_days import counted_day
from mappings.formats.explain.model import (
    NO_TICKETS,
    Explained,
    Line,
    move_of,
    per_cent,
    sentence_of,
)
from mappings.formats.explain.rule_texts import fill_placeholders
from mappings.formats.explain.rule_texts_score import PEOPLE
from mappings.formats.explain.score import BASIS, basis_of, explain_component
from mappings.formats.explain.units import unit_of
from mappings.formats.explain.words import COVERAGE_WORDS, RUNG_WORDS
from mappings.formats.export.figure import NOT_PUBLISHED, PER_CENT, Value
from mappings.formats.export.numbers import amount_text, units_of
from mappings.formats.report.source import Carried, ReportSource
from mappings.measure.model.engagement import RUNGS
from mappings.measure.people.coverage import Coverage, Rate
from mappings.measure.people.standing import ObjectiveFigures, PeopleFigures
from mappings.measure.score.window import find_component
from mappings.measure.ticket.prepared import with_tickets
from mappings.translation import day_text, gettext, list_text, mark, ngettext

HOLDERS: Mapping[Coverage, int] = {"covered": 2, "single holder": 1, "not covered": 0}
EXIT_NOTES: Mapping[int, str] = {
    1: mark("of the work has at least one holder in-house; at risk: %(objectives)s"),
    2: mark("of the work has at least two holders in-house; at risk: %(objectives)s"),
}
FIGURES = ("people_at_rung", "coverage", "burn_up", "independence")
# What is said in the place of a move where nothing is left to reach.
STAYS_COVERED = mark(
    "Nothing more to reach: it stays covered while two people can do it alone and one ticket of each keeps that fresh."
)
# A target above two people asks for more than coverage does.
STAYS_COVERED_ABOVE = mark(
    "Coverage needs no more: it stays while two people can do it alone and one ticket of each keeps that fresh."
)
TARGET_REACHED = mark("The target of %(people)s people is reached.")
TARGET_OPEN = mark("The target of %(people)s people is not reached yet.")
TARGET_SUPPRESSED = mark("Whether the target of %(people)s people is reached is not published: %(reason)s.")
TARGET_NOT_TOLD = mark("Whether the target of %(people)s people is reached is not told here.")
STAYS_REACHED = mark(
    "Nothing more to reach: the target is met while the people behind it keep what they learned fresh."
)
STAYS_CARRIED = mark(
    "Nothing more to reach: it falls when knowledge of an objective fades, which a ticket of that objective prevents."
)
COVERED_BY_ONE = mark("Somebody in-house who finishes one ticket of the objective alone; or a re-verification.")
FIRST_HOLDER = mark("A first holder for an objective that nobody can carry.")


def _carried(review: ReportSource) -> Carried:
    assert review.carried is not None
    return review.carried


def explain_objective(review: ReportSource, path: str, name: str) -> Explained:
    # Explain a figure of one objective, the second part of `path`.
    key = path.removeprefix("objectives.").removesuffix(f".{name}")
    figures = next(each for each in _carried(review).figures.objectives if each.key == key)
    objective_name = next(each.name for each in review.engagement.objectives if each.key == key)
    rule = PEOPLE[name]
    return Explained(
        path=path,
        title=f"{gettext(rule.title)}, {objective_name}",
        value=_value(review, figures, name),
        small="",
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula="",
        inputs=_inputs(review, key),
        unit="",
        number=None,
        lines=(),
        moves=_moves(review, figures, name),
        note=gettext(NO_TICKETS),
    )


def _moves(review: ReportSource, figures: ObjectiveFigures, name: str) -> tuple[str, ...]:
    if name == "coverage" and HOLDERS[figures.coverage] == 2:
        return _stays_covered(review, figures)
    return (_move(review, figures, name),)


def _stays_covered(review: ReportSource, figures: ObjectiveFigures) -> tuple[str, ...]:
    people = next(each.people for each in review.engagement.objectives if each.key == figures.key)
    if people <= HOLDERS["covered"]:
        return (gettext(STAYS_COVERED),)
    return (gettext(STAYS_COVERED_ABOVE), _target_text(review, figures, people))


def _target_text(review: ReportSource, figures: ObjectiveFigures, people: int) -> str:
    """Return whether a target is reached; only who may read the people by rung is told."""
    if not review.tells_targets:
        return gettext(TARGET_NOT_TOLD, people=people)
    share, hidden = figures.burn_up, _too_few(review, figures)
    if hidden:
        return gettext(TARGET_SUPPRESSED, people=people, reason=hidden)
    return gettext(TARGET_REACHED if share == 1 else TARGET_OPEN, people=people)


def _move(review: ReportSource, figures: ObjectiveFigures, name: str) -> str:
    if name == "burn_up" and figures.burn_up == 1:
        return gettext(STAYS_REACHED)
    objective = next(each for each in review.engagement.objectives if each.key == figures.key)
    rules = with_tickets(review.rules, objective.tickets)
    if name == "coverage" and rules.rung_tickets[RUNGS.index("independent")] == 1:
        return gettext(COVERED_BY_ONE)
    return fill_placeholders(PEOPLE[name].move, review.engagement.agency_name, rules)


def _value(review: ReportSource, figures: ObjectiveFigures, name: str) -> Value:
    if name == "coverage":
        return Value(COVERAGE_WORDS[figures.coverage])
    if name == "independence":
        return _rate(review, figures.independence)
    if name == "burn_up":
        value = per_cent(figures.burn_up, review.rules)
        if value.number is None:
            return replace(value, why_not=_too_few(review, figures))
        return replace(value, text=gettext("%(share)s of the target", share=value.text))
    rungs = figures.people_at_rung
    if rungs is None:
        return Value(gettext(NOT_PUBLISHED), why_not=_too_few(review, figures))
    return Value(", ".join(f"{RUNG_WORDS[rung]} {people}" for rung, people in rungs.items()))


def _rate(review: ReportSource, rate: Rate) -> Value:
    if rate.value is None:
        why = gettext("no ticket with the objective was finished in the window")
        return replace(per_cent(None, review.rules), why_not=why)
    value = per_cent(rate.value, review.rules, rate.low, rate.high)
    text = ngettext("%(share)s of %(num)s ticket", "%(share)s of %(num)s tickets", rate.n, share=value.text)
    return replace(value, text=text, covers="95 %")


def _too_few(review: ReportSource, figures: ObjectiveFigures) -> str | None:
    if not figures.suppressed:
        return None
    return gettext("fewer than %(k)s people stand behind it, and not all of them agreed to be shown", k=review.rules.k)


def _inputs(review: ReportSource, key: str) -> tuple[tuple[str, str], ...]:
    objective = next(each for each in review.engagement.objectives if each.key == key)
    places = {"people": objective.people, "rung": RUNG_WORDS[objective.rung]}
    target = gettext("%(people)s at %(rung)s", **places)
    if objective.by:
        target = gettext("%(people)s at %(rung)s by %(day)s", **places, day=day_text(objective.by))
    return (
        (gettext("Target"), target),
        (gettext("As of"), _counted_day(review)),
        (gettext("People behind a figure"), gettext("at least %(k)s, or all agreed", k=review.rules.k)),
    )


def _counted_day(review: ReportSource) -> str:
    return day_text(counted_day(review, _carried(review)))


def explain_exit(review: ReportSource, path: str) -> Explained:
    # Explain exit coverage: the demand of the objectives with enough holders, over all demand.
    figures, rule = _carried(review).figures, PEOPLE["exit_coverage"]
    least = 1 if path.endswith("one_holder") else 2
    value = figures.exit_one if least == 1 else figures.exit_two
    demand = {goal.key: max(0, figures.demand.get(goal.key, 0)) for goal in figures.objectives}
    whole = sum(demand.values())
    risky = [goal.name for goal in review.engagement.objectives if goal.key in figures.at_risk]
    demanded = amount_text(whole, review.engagement.units.by)
    missing = None if value is not None else gettext("no ticket with an objective was finished in the 90 days before")
    share = replace(per_cent(value, review.rules), why_not=missing)
    small = gettext(EXIT_NOTES[least], objectives=", ".join(risky) or gettext("none"))
    if path.endswith("at_risk"):
        # Opened by a sentence of counts: these come before the share.
        share, small = replace(share, text=_states_text(figures), why_not=None), _share_text(share, small)
    return Explained(
        path=path,
        title=gettext(rule.title),
        value=share,
        small=small,
        rule=sentence_of(rule, review),
        rule_id=rule.rule_id,
        formula=gettext("Σ demand of the objectives with enough holders / Σ demand"),
        inputs=(
            (gettext("Demand"), gettext("%(amount)s in the 90 days before", amount=demanded)),
            (gettext("As of"), _counted_day(review)),
        ),
        unit=PER_CENT,
        number=100 * value if value is not None else 0.0,
        lines=_exit_lines(review, demand, least),
        moves=(_exit_move(review, least, value),),
        columns=(mark("Demand"), mark("Adds")),
    )


def _states_text(figures: PeopleFigures) -> str:
    """Return how many objectives are covered, have a single holder, and are not covered."""
    states = [goal.coverage for goal in figures.objectives]
    return ", ".join(f"{COVERAGE_WORDS[state]} {states.count(state)}" for state in HOLDERS)


def _share_text(share: Value, small: str) -> str:
    return gettext("Not published: %(reason)s.", reason=share.why_not) if share.why_not else f"{share.text} {small}"


def _exit_move(review: ReportSource, least: int, value: float | None) -> str:
    if value == 1:
        return gettext(STAYS_CARRIED)
    return _first_holder(review) if least == 1 else move_of(PEOPLE["exit_coverage"], review)


def _first_holder(review: ReportSource) -> str:
    """Return for which objectives with work one is missing, by name: their states are lines of the figure."""
    figures = _carried(review).figures
    nobody = {
        goal.key for goal in figures.objectives if not HOLDERS[goal.coverage] and figures.demand.get(goal.key, 0) > 0
    }
    names = [goal.name for goal in review.engagement.objectives if goal.key in nobody]
    if not names:
        return gettext(FIRST_HOLDER)
    return gettext("A first holder for %(objectives)s.", objectives=list_text(names, "or"))


def _exit_lines(review: ReportSource, demand: Mapping[str, int], least: int) -> tuple[Line, ...]:
    states = {goal.key: goal.coverage for goal in _carried(review).figures.objectives}
    whole = sum(demand.values())
    return tuple(
        Line(
            0,
            objective.key,
            objective.name,
            100 * demand[objective.key] / whole if HOLDERS[states[objective.key]] >= least else 0.0,
            units_of(demand[objective.key]),
            unit_of(review),
            COVERAGE_WORDS[states[objective.key]],
        )
        for objective in review.engagement.objectives
        if whole and objective.key in demand
    )


def explain_progress(review: ReportSource, path: str, key: str) -> Explained:
    # Explain learners' progress by its rule; in a group under k people without counts.
    opened = explain_component(review, path, key)
    shown = replace(opened, number=None, lines=(), note=gettext(NO_TICKETS), details=())
    assert review.scores is not None
    component = find_component(review.scores.now, key)
    if not is_of_few(review, key):
        return replace(shown, inputs=((gettext(BASIS), basis_of(component, review.rules)), *shown.inputs[1:]))
    why = gettext(
        "%(reason)s, and fewer than %(k)s people are in the group",
        reason=missing_text(review, component),
        k=review.rules.k,
    )
    hidden = gettext("not shown: fewer than %(k)s people in the group", k=review.rules.k)
    return replace(
        shown,
        # Of few people the interval would tell n.
        value=replace(shown.value, low=None, high=None, why_not=None if component.published else why),
        inputs=((gettext(BASIS), hidden), *shown.inputs[1:]),
        moves=shown.moves[-1:],
    )
