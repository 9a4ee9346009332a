"""The next steps of a ticket as text: who would do what, and what it would count as then."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from connector.pages.step_text import ALONE, EITHER, STEPS, rule_places
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, THIN, number, within
from mappings.events.times import HOUR
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext

# Steps that the viewer could take on by being named as who drives.
BY_ROLE: Collection[StepName] = ("learner", "learner_and_drive", "drive")


@dataclass(frozen=True)
class Move:
    """A step with what it would make of the ticket; `is_drive`: the viewer could take it on by their role."""

    text: str
    kind: str
    is_drive: bool


def moves_of(naming: Naming, steps: Iterable[NextStep], rules: Ruleset, *, viewer: str, many: bool) -> list[Move]:
    """Return for each objective the easiest step, and the one that leads furthest where that is another.

    `many`: the ticket has several objectives, which are then named.
    """
    by_objective: dict[str, list[NextStep]] = {}
    for step in steps:
        by_objective.setdefault(step.objective, []).append(step)
    moves = []
    for of_objective in by_objective.values():
        easiest, furthest = of_objective[0], max(of_objective, key=lambda step: step.kind)
        chosen = [easiest] if furthest.kind == easiest.kind else [easiest, furthest]
        moves += [
            _move(naming, (step, _other_way(step, of_objective)), rules, viewer=viewer, many=many) for step in chosen
        ]
    return moves


def _other_way(step: NextStep, of_objective: Sequence[NextStep]) -> NextStep | None:
    """Return the way to drive without the role, where a step by the role leads as far."""
    same = (item for item in of_objective if item.name == "drive" and item.kind == step.kind)
    return next(same, None) if step.name == "learner_and_drive" else None


def _move(naming: Naming, ways: tuple[NextStep, NextStep | None], rules: Ruleset, *, viewer: str, many: bool) -> Move:
    step, other = ways
    words = EITHER if other else STEPS[step.name]
    own = step.account == viewer
    places = rule_places(rules) | {"who": naming.person(step.account), "hours": _hours(naming, step)}
    places["more"] = _hours(naming, other)
    text = gettext(words.you if own else words.who, **places)
    if step.kind >= ALONE:
        text = gettext("Without help of an agency: %(step)s", step=within(text))
    if many:
        text = gettext("%(objective)s: %(step)s", objective=naming.objective(step.objective), step=within(text))
    return Move(text, EVIDENCE_NAMES[step.kind], own and step.name in BY_ROLE)


def _hours(naming: Naming, step: NextStep | None) -> str:
    if step is None or naming.untimed or not step.work:
        return ""
    return gettext(" (%(hours)s more)", hours=f"{number(step.work / HOUR)}{THIN}h")
