"""What would move a figure of the score, computed by adding one and scoring again."""

import math
from collections.abc import Callable, Mapping
from decimal import Decimal
from operator import itemgetter

from mappings.formats.explain.model import sum_text
from mappings.formats.explain.rule_texts_score import COMPONENTS, DIMENSIONS
from mappings.formats.export.numbers import plain
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.period.rounding import shown_difference, shown_sum
from mappings.measure.score.cocreation import TOGETHER
from mappings.measure.score.dimensions import PARTS, Component, score_component
from mappings.measure.score.window import Scored, find_component, moved
from mappings.translation import formula_number, gettext, mark, mark_plural, ngettext


def needed_of(component: Component, rules: Ruleset) -> float:
    """Return from how many opportunities a component is published (docs/measurement.md (h))."""
    return needed_for(component.key, rules)


def needed_for(key: str, rules: Ruleset) -> float:
    """Return the same for a component by its key, whatever of it there is."""
    if key == "proposal_rate":
        return rules.proposals_tickets
    part = PARTS.get(key)
    rare = part.rare if part else key.startswith("crisis")
    return (rules.prior_weight_rare if rare else rules.prior_weight) / 2


# What a component that is not published has, of what it needs: in its row and in its drawer alike.
_LACKING: Mapping[str, str] = {
    "progression": mark("not enough evidence: %(n)s of the %(needed)s steps needed"),
    "uptake": mark("not enough evidence: %(n)s of the %(needed)s decisions needed"),
    "reviews_in_time": mark("not enough evidence: %(n)s of the %(needed)s reviews needed"),
    "questions_answered": mark("not enough evidence: %(n)s of the %(needed)s questions needed"),
    "feedback_given": mark("not enough evidence: %(n)s of the %(needed)s pulses needed"),
    "feedback_acted_on": mark("not enough evidence: %(n)s of the %(needed)s items needed"),
    "first_pass": mark("not enough evidence: %(n)s of the %(needed)s submissions needed"),
    "crisis": mark("not enough evidence: %(n)s of the %(needed)s incidents needed"),
    "crisis_agency": mark("not enough evidence: %(n)s of the %(needed)s incidents needed"),
    "crisis_inhouse": mark("not enough evidence: %(n)s of the %(needed)s incidents needed"),
    "cocreation": mark("not enough evidence: %(n)s of the %(needed)s objectives needed"),
}
_PUBLISHING_INCIDENTS = mark_plural("%(num)s more incident publishes it.", "%(num)s more incidents publish it.")
# What publishes a component that is not published.
_PUBLISHING: Mapping[str, tuple[str, str]] = {
    "progression": mark_plural("%(num)s more step publishes it.", "%(num)s more steps publish it."),
    "uptake": mark_plural("%(num)s more decision publishes it.", "%(num)s more decisions publish it."),
    "reviews_in_time": mark_plural("%(num)s more review publishes it.", "%(num)s more reviews publish it."),
    "questions_answered": mark_plural("%(num)s more question publishes it.", "%(num)s more questions publish it."),
    "feedback_given": mark_plural("%(num)s more pulse publishes it.", "%(num)s more pulses publish it."),
    "feedback_acted_on": mark_plural("%(num)s more item publishes it.", "%(num)s more items publish it."),
    "first_pass": mark_plural("%(num)s more submission publishes it.", "%(num)s more submissions publish it."),
    "crisis": _PUBLISHING_INCIDENTS,
    "crisis_agency": _PUBLISHING_INCIDENTS,
    "crisis_inhouse": _PUBLISHING_INCIDENTS,
    "cocreation": mark_plural("%(num)s more objective publishes it.", "%(num)s more objectives publish it."),
}
_PUBLISHING_TICKETS = mark_plural("%(num)s more ticket publishes it.", "%(num)s more tickets publish it.")
_LACKING_TICKETS = mark("not enough evidence: %(n)s of the %(needed)s tickets needed")


def missing_for(component: Component, rules: Ruleset) -> str:
    """Return what a component has of what it needs to be published."""
    if not component.n:
        return gettext("nothing to measure yet")
    needed = formula_number(needed_of(component, rules), "g")
    return gettext(_LACKING.get(component.key, _LACKING_TICKETS), n=plain(component.n), needed=needed)


def component_moves(scored: Scored, component: Component, rules: Ruleset) -> tuple[str, ...]:
    """Return what one more success makes of a component and of the score, as far as it shows."""
    if not component.published:
        missing = math.ceil(needed_of(component, rules) - component.n)
        return (ngettext(*_PUBLISHING.get(component.key, _PUBLISHING_TICKETS), missing),)
    text, x, n = _one_more(component)
    changes = _changes(scored, component, moved(scored, component.key, x=x, n=n, rules=rules))
    return (gettext(text, changes=", ".join(changes)),) if changes else ()


def _one_more(component: Component) -> tuple[str, float, float]:
    # What one more is, and what it adds to the successes and to the opportunities.
    if component.key == "proposal_rate":
        return mark("One more proposal: %(changes)s."), 1.0, 0.0
    # The quarters of a window are given: more pulses may be given in them, no quarter is added.
    if component.key == "feedback_given":
        return mark("One more pulse given: %(changes)s."), min(1.0, component.n - component.x), 0.0
    if component.key == "cocreation":
        return mark("One more objective, written by both sides: %(changes)s."), 1.0, 1.0
    return mark("One more success: %(changes)s."), 1.0, 1.0


def confirmed_moves(scored: Scored, objectives: int, rules: Ruleset) -> tuple[str, ...]:
    """Return what it makes of "Written together" that both leads confirm what the file says of some objectives."""
    component = find_component(scored, "cocreation")
    if not objectives or not component.published:
        return ()
    text = ngettext(
        "Both leads confirm what the file says of %(num)s objective: %(changes)s. It then counts %(each)s; the rest "
        "needs both sides to edit its definition.",
        "Both leads confirm what the file says of %(num)s objectives: %(changes)s. Each then counts %(each)s; the rest "
        "needs both sides to edit its definition.",
        objectives,
        each=formula_number(float(TOGETHER), "g"),
        changes=", ".join(_changes(scored, component, _confirmed(scored, objectives, rules))),
    )
    return (text,)


def confirmed_value(scored: Scored, objectives: int, rules: Ruleset) -> float:
    """Return the value, 0 to 1, of "Written together" once both leads confirm what the file says of some objectives."""
    return find_component(_confirmed(scored, objectives, rules), "cocreation").value


def _confirmed(scored: Scored, objectives: int, rules: Ruleset) -> Scored:
    return moved(scored, "cocreation", x=float(TOGETHER * objectives), n=0.0, rules=rules)


def _changes(before: Scored, component: Component, after: Scored) -> list[str]:
    # What changes as printed, from the component up.
    steps: list[tuple[str, float | None, float | None]] = [
        ("", 100 * component.value, 100 * find_component(after, component.key).value)
    ]
    # Its dimension stands on no page.
    if component.key in PARTS:
        score = gettext("score")
        steps.append((f"{score} ", before.score.value, after.score.value))
    known = [(name, sum_text(old), sum_text(new)) for name, old, new in steps if old is not None and new is not None]
    return [
        gettext("%(name)s%(before)s to %(after)s", name=name, before=old, after=new)
        for name, old, new in known
        if old != new
    ]


def part_gain(component: Component, share: float, reach: float, whole: float) -> Decimal:
    """Return the points of 100 that a component at `reach` would add to a figure of which it has a share of 0 to 1.

    They lead from the `whole` figure to what it would be, both as the drawers print them.
    """
    return shown_difference(whole, whole + 100 * share * (reach - component.value), shown_sum)


def full_value(component: Component, missing: float, rules: Ruleset) -> float:
    """Return the value, 0 to 1, of a component with more successes of its opportunities; its start value stays."""
    return score_component(component.key, component.x + missing, component.n, rules).value


def gains_of(
    scored: Scored, shares: Mapping[str, float], reach: Callable[[Component], float], whole: float
) -> list[tuple[Decimal, Component]]:
    """Return the points that each component with a share could still give the `whole` figure at its `reach`.

    The largest gain comes first.
    """
    parts = [find_component(scored, key) for key, share in shares.items() if share]
    # Of equal ones as printed first that which gives more behind it.
    parts.sort(key=lambda part: shares[part.key] * (reach(part) - part.value), reverse=True)
    gains = [(part_gain(part, shares[part.key], reach(part), whole), part) for part in parts]
    return sorted((gain for gain in gains if gain[0]), key=itemgetter(0), reverse=True)


def publishing_moves(scored: Scored, rules: Ruleset) -> tuple[str, ...]:
    """Return which dimensions would publish a score that is not published, and what would publish them."""
    return tuple(
        gettext(
            "%(dimension)s (%(weight)s of the weight): %(move)s",
            dimension=gettext(DIMENSIONS[part.key].title),
            weight=part.weight,
            move=_first_move(scored, part.components[0], rules),
        )
        for part in scored.dimensions
        if not part.published
    )


def _first_move(scored: Scored, component: Component, rules: Ruleset) -> str:
    """Return what one more success makes of a component, by its name; '' for nothing."""
    moves = component_moves(scored, component, rules)
    return f"{gettext(COMPONENTS[component.key].title)}: {moves[0]}" if moves else ""
