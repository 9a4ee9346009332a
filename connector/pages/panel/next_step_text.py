"""The next steps of a ticket as text: who would do what, and what it would count as then."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, THIN, number, within
from mappings.events.times import HOUR
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext, mark

# What somebody does, for the viewer and for anybody else.
STEPS: dict[StepName, tuple[str, str]] = {
    "comment": (
        mark("If you write one comment of %(letters)s characters or more, it would count as"),
        mark("If %(who)s writes one comment of %(letters)s characters or more, it would count as"),
    ),
    "shadow_and_comment": (
        mark(
            "If you are named under Shadows and write one comment of %(letters)s characters or more, it would count as"
        ),
        mark(
            "If %(who)s is named under Shadows and writes one comment of %(letters)s characters or more, "
            "it would count as"
        ),
    ),
    "comment_on_another_day": (
        mark("If you write a comment of %(letters)s characters or more on another day, it would count as"),
        mark("If %(who)s writes a comment of %(letters)s characters or more on another day, it would count as"),
    ),
    "learner": (
        mark("If you are named under Drives, it would count as"),
        mark("If %(who)s is named under Drives, it would count as"),
    ),
    "drive": (
        mark("If you do half of the work%(hours)s, it would count as"),
        mark("If %(who)s does half of the work%(hours)s, it would count as"),
    ),
}


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
        moves += [_move(naming, step, rules, viewer=viewer, many=many) for step in chosen]
    return moves


def _move(naming: Naming, step: NextStep, rules: Ruleset, *, viewer: str, many: bool) -> Move:
    own = step.account == viewer
    hours = ""
    if not naming.untimed and step.work:
        hours = gettext(", %(hours)s more", hours=f"{number(step.work / HOUR)}{THIN}h")
    places = {"letters": rules.letters, "hours": hours, "who": naming.person(step.account)}
    text = gettext(STEPS[step.name][0 if own else 1], **places)
    if many:
        text = gettext("%(objective)s: %(step)s", objective=naming.objective(step.objective), step=within(text))
    return Move(text, EVIDENCE_NAMES[step.kind], own and step.name in {"learner", "drive"})
