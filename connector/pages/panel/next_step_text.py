"""The next steps of a ticket as text: who would do what, and what it would count as then."""

from collections.abc import Iterable
from dataclasses import dataclass

from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, THIN, number
from mappings.events.times import HOUR
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.ticket.next_steps import NextStep, StepName

# What somebody does, for "you" and for anybody else.
STEPS: dict[StepName, tuple[str, str]] = {
    "comment": (
        "write one comment of {letters} characters or more",
        "writes one comment of {letters} characters or more",
    ),
    "shadow_and_comment": (
        "are named under Shadows and write one comment of {letters} characters or more",
        "is named under Shadows and writes one comment of {letters} characters or more",
    ),
    "comment_on_another_day": (
        "write a comment of {letters} characters or more on another day",
        "writes a comment of {letters} characters or more on another day",
    ),
    "learner": ("are named under Drives", "is named under Drives"),
    "drive": ("do half of the work{hours}", "does half of the work{hours}"),
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
    hours = "" if naming.untimed or not step.work else f", {number(step.work / HOUR)}{THIN}h more"
    text = STEPS[step.name][0 if own else 1].format(letters=rules.letters, hours=hours)
    who = "you" if own else naming.person(step.account)
    of = f"{naming.objective(step.objective)}: if" if many else "If"
    return Move(
        f"{of} {who} {text}, it would count as", EVIDENCE_NAMES[step.kind], own and step.name in {"learner", "drive"}
    )
