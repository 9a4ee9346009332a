"""The next steps of a ticket as text: who would do what, and what it would count as then."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from connector.figures.own_steps import MENTORS, OwnStep
from connector.pages.learning.rungs import WORDS
from connector.pages.step_text import ALONE, EITHER, MENTORING, STEPS, hours_text, rule_places
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, within
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import TEACHING, Entry, Kind, RoleName
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext, list_text, mark

# Steps that the viewer could take on by a role.
OWN_ROLES: Mapping[StepName, RoleName] = {
    "shadow_and_comment": "shadow",
    "learner": "learner",
    "learner_and_drive": "learner",
    "drive": "learner",
}
DRIVING: Collection[StepName] = ("learner", "learner_and_drive", "drive", "learner_drives")


ALONE_TEXT, LEFT = mark("Without help of an agency: %(step)s"), mark("Leave this one to a learner: %(step)s")
TAKEN = mark(
    "If %(agency)s does half of the work, and a learner is named under Shadows and writes one comment of %(letters)s "
    "characters or more, it would count as"
)
# After the step that leaves it to a learner.
TAKEN_AFTER_ALL = mark(
    "If %(agency)s does half of the work after all, and a learner is named under Shadows and writes one comment of "
    "%(letters)s characters or more, it would count as"
)
STAYS = mark("Your rung stays.")
LIFTS = mark("It would bring you to %(rung)s.")
# Said alike of whoever is enrolled and who is not, so that it tells of nobody without a name which they are.
OFF_PLAN = mark("The plan moves only if they are enrolled.")
OWN_OFF_PLAN = mark("You are not enrolled: the plan stays as it is.")
# The kind of evidence of somebody who shadows (measurement (c)).
SHADOWED: Kind = 2


@dataclass(frozen=True)
class Move:
    """A step with what it would make of the ticket, and the role by which the viewer could take it on, "" for none.

    `note` is what it would leave as it is, "" where nothing is to be said of that.
    """

    text: str
    kind: str
    role: RoleName | Literal[""]
    note: str = ""


@dataclass(frozen=True)
class StepViewer:
    """Who reads the steps: `least` is by objective the kind of evidence from which on one leads them on.

    `traces` are the words for who may not be named and left a trace on the ticket. `is_driven`: somebody else is named
    as who drives it. `off_plan` are the objectives for which it is told that the plan takes a learner. `lifts` are by
    objective the rungs to which evidence of a kind would bring the viewer.
    """

    account: str
    least: Mapping[str, int]
    rules: Ruleset
    traces: Mapping[str, str] = field(default_factory=dict)
    is_driven: bool = False
    off_plan: Collection[str] = ()
    lifts: Mapping[str, Mapping[Kind, int]] = field(default_factory=dict)

    def gains_by(self, step: NextStep) -> bool:
        """Whether a step would do anything: one alone, which teaches nobody, is for whoever stands below it."""
        if step.account != self.account:
            return True
        if self.is_driven and step.name in DRIVING:
            return False
        return step.kind < ALONE or step.kind >= self.least.get(step.objective, 0)

    def keeps_rung(self, step: NextStep) -> bool:
        """Whether a step of the viewer's own would leave their rung as it is."""
        least = self.least.get(step.objective)
        return step.account == self.account and least is not None and not 0 < least <= step.kind

    def note_of(self, step: NextStep) -> str:
        notes = [gettext(STAYS)] if self.keeps_rung(step) else []
        rung = self.lifts.get(step.objective, {}).get(step.kind) if step.account == self.account else None
        if rung is not None:
            notes.append(gettext(LIFTS, rung=WORDS[rung]))
        if step.objective in self.off_plan:
            notes.append(gettext(OWN_OFF_PLAN if step.account == self.account else OFF_PLAN))
        return " ".join(notes)


def moves_of(naming: Naming, steps: Iterable[NextStep], viewer: StepViewer, *, objectives: Sequence[str]) -> list[Move]:
    """Return for each of the objectives the easiest step, and the one that leads furthest where that is another.

    Of several objectives those are named that a step is for; the same step of several is told once. What leaves the
    viewer's rung as it is comes in only where nothing leads on.
    """
    by_objective: dict[str, list[NextStep]] = {}
    for step in filter(viewer.gains_by, steps):
        by_objective.setdefault(step.objective, []).append(step)
    keys_of: dict[Move, list[str]] = {}
    for objective, possible in by_objective.items():
        of_objective = [step for step in possible if not viewer.keeps_rung(step)] or possible
        easiest, furthest = of_objective[0], max(of_objective, key=lambda step: step.kind)
        for step in [easiest] if furthest.kind == easiest.kind else [easiest, furthest]:
            keys_of.setdefault(_move(naming, (step, _other_way(step, of_objective)), viewer), []).append(objective)
    return [_named(naming, move, keys, objectives) for move, keys in keys_of.items()]


def mentor_move(naming: Naming, viewer: StepViewer, steps: Sequence[OwnStep], objectives: Sequence[str]) -> Move:
    """Return the step of who can do the objectives of `steps` alone: to mentor whoever drives the ticket."""
    text = gettext(MENTORING[steps[0].part].shown, **rule_places(viewer.rules))
    keys = [step.objective for step in steps]
    return _named(naming, Move(text, EVIDENCE_NAMES[MENTORS], "mentor"), keys, objectives)


def _named(naming: Naming, move: Move, keys: Sequence[str], objectives: Sequence[str]) -> Move:
    """Return a step with the objectives that it is for, where these are not all of the ticket's."""
    if len(keys) == len(objectives):
        return move
    names = list_text([naming.objective(key) for key in keys])
    return replace(move, text=gettext("%(objective)s: %(step)s", objective=names, step=within(move.text)))


def _other_way(step: NextStep, of_objective: Sequence[NextStep]) -> NextStep | None:
    """Return the way to drive without the role, where a step by the role leads as far."""
    same = (item for item in of_objective if item.name == "drive" and item.kind == step.kind)
    return next(same, None) if step.name == "learner_and_drive" else None


def _move(naming: Naming, ways: tuple[NextStep, NextStep | None], viewer: StepViewer) -> Move:
    step, other = ways
    words = EITHER if other else STEPS[step.name]
    own = step.account == viewer.account
    who = naming.names.get(step.account) or viewer.traces.get(step.account) or naming.person(step.account)
    places = rule_places(viewer.rules) | {"who": who, "hours": _hours(naming, step)}
    places["more"] = _hours(naming, other)
    text = gettext(words.you if own else words.who, **places)
    if step.kind >= ALONE:
        # An agency reads what it is to do, which is nothing.
        text = gettext(LEFT if naming.as_agency else ALONE_TEXT, step=within(text))
    role: RoleName | Literal[""] = OWN_ROLES.get(step.name, "") if own else ""
    return Move(text, EVIDENCE_NAMES[step.kind], role, viewer.note_of(step))


def taken_move(naming: Naming, entry: Entry, moves: Sequence[Move], rules: Ruleset) -> Move | None:
    """Return what a ticket would count as if the viewer's agency took it; None where it has half of the work, or more.

    Also None where a step makes it count as taught already, or it has no objective.
    """
    own = entry.weights[SIDES.index("agency")]
    has_half = own > 0 and 2 * own >= sum(entry.weights)
    taught = {EVIDENCE_NAMES[kind] for kind in TEACHING}
    if not naming.as_agency or has_half or not entry.objectives or any(move.kind in taught for move in moves):
        return None
    places = rule_places(rules) | {"agency": naming.engagement.agency_name}
    return Move(gettext(TAKEN_AFTER_ALL if moves else TAKEN, **places), EVIDENCE_NAMES[SHADOWED], "")


def _hours(naming: Naming, step: NextStep | None) -> str:
    return "" if step is None or naming.untimed else hours_text(step.work)
