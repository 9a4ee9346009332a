"""The next steps of a ticket as text: who would do what, and what it would count as then."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from connector.figures.own_steps import EITHER_WAY, HELPING, MENTORS, OwnPart, OwnStep, is_driven_part
from connector.pages.panel.left_text import NO_BRIEF, Whose, alone_text, brief_of, left_text
from connector.pages.panel.step_outcome import FOR_YOU, OWN_OR_HANDED, Ways, made_of
from connector.pages.panel.step_viewer import StepViewer
from connector.pages.step_text import (
    ALONE,
    MENTORING,
    SHADOW_BY_WORK,
    STARTING,
    STEPS,
    action_of,
    hours_text,
    rule_places,
)
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, KIND_WORDS, capital, within
from mappings.measure.model.ticket import Entry, RoleName
from mappings.measure.ticket.next_steps import STEPS as STEP_NAMES
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext, list_text, mark

# Steps that the viewer could take on by a role.
OWN_ROLES: Mapping[StepName, RoleName] = {
    "shadow_only": "shadow",
    "shadow_and_comment": "shadow",
    "learner": "learner",
    "learner_and_drive": "learner",
}
# Steps of who has a role on the ticket already, or wrote on it.
BEGUN: Collection[StepName] = ("shadow_only", "comment", "comment_on_another_day")

# Where the reader's time does not count yet: no role makes it count (measurement (c)).
STARTED = mark("%(do)s%(hours)s, and it would count as")
STARTED_ALONE = mark("%(do)s%(hours)s without help of an agency, and it would count as")
COUNTS_FOR_RUNG = mark("For your rung it counts only if they are at assisted or above.")
# To who can drive it alone already.
DRIVEN_BY_ENROLLED = mark("An enrolled colleague needs it: leave the driving to them.")
DRIVEN_BY_ENROLLED_OR_ASK = mark(
    "An enrolled colleague needs it: leave the driving to them; your lead knows who that is."
)


@dataclass(frozen=True)
class Move:
    """A step with what it would make of the ticket, and the role by which the viewer could take it on, "" for none.

    `note` is what it would leave as it is, "" where nothing is to be said of that, and `plan` what the plan takes of
    it. `shown` stands with what it would make of the ticket: what it shows of who does it, or what it would be with an
    agency's help. Each of `ways` does it. `brief` is the step of who leaves the ticket to others, as a row says it, and
    `whose` it is then, "" where that is not said. `caveat` is what a note behind another step says of it, too.
    """

    text: str
    kind: str
    role: RoleName | Literal[""]
    note: str = ""
    shown: str = ""
    ways: Sequence[str] = ()
    plan: str = ""
    brief: str = ""
    whose: Whose = ""
    caveat: str = ""


def moves_of(naming: Naming, steps: Iterable[NextStep], viewer: StepViewer, *, objectives: Sequence[str]) -> list[Move]:
    """Return for each of the objectives the easiest step, and the one that leads furthest where that is another.

    Of several objectives those are named that a step is for; the same step of several is told once. What leaves the
    viewer's rung as it is comes in only where nothing leads on, or as the easiest that makes the ticket taught.
    """
    keys_of: dict[Move, list[str]] = {}
    chosen = chosen_of(steps, viewer)
    handed = {step.objective for step, _ in chosen if viewer.hands_over(step)}
    # A ticket is handed over as a whole where more than half of its in-house part is (measurement (g) 9).
    is_handed = 2 * len(handed) > len(objectives)
    for ways in chosen:
        keys_of.setdefault(_move(naming, ways, viewer, is_handed=is_handed), []).append(ways[0].objective)
    return [_named(naming, move, keys, objectives) for move, keys in keys_of.items()]


def chosen_of(steps: Iterable[NextStep], viewer: StepViewer) -> list[Ways]:
    """Return for each objective the easiest step, and the one that leads furthest where that is another.

    First comes the viewer's easiest that makes the ticket taught, even where it leaves their rung as it is.
    """
    by_objective: dict[str, list[NextStep]] = {}
    for step in filter(viewer.gains_by, steps):
        by_objective.setdefault(step.objective, []).append(step)
    chosen: list[Ways] = []
    for possible in by_objective.values():
        of_objective = [step for step in possible if not viewer.keeps_rung(step)] or possible
        easiest, furthest = of_objective[0], max(of_objective, key=lambda step: step.kind)
        of_each = [easiest] if furthest.kind == easiest.kind else [easiest, furthest]
        ways: list[Ways] = [(step, _other_way(step, of_objective)) for step in of_each]
        chosen += [*ways[:1], *_helping_ways(ways[0], of_objective, viewer), *ways[1:]]
    return [*_easiest_taught(by_objective.values(), chosen, viewer), *chosen]


def _helping_ways(ways: Ways, of_objective: Sequence[NextStep], viewer: StepViewer) -> Sequence[Ways]:
    """Return what shadows a ticket by work for a viewer who is on it already: another way has the others' words."""
    step, _ = ways
    if step.account != viewer.account or step.name not in BEGUN:
        return []
    by_name = {item.name: item for item in of_objective if item.kind == step.kind}
    return [(by_name[name], None) for name in HELPING if name in by_name][:1]


def _easiest_taught(
    by_objective: Iterable[Sequence[NextStep]], chosen: Iterable[Ways], viewer: StepViewer
) -> list[Ways]:
    """Return the viewer's own step with the least effort by which the ticket comes to count as taught, if not chosen.

    It stands once for each objective.
    """
    teaching = [(step, possible) for possible in by_objective for step in possible if viewer.teaches_by(step)]
    easiest = next((name for name in STEP_NAMES if name in {step.name for step, _ in teaching}), None)
    if any((step.name, step.account) == (easiest, viewer.account) for step, _ in chosen):
        return []
    return [(step, _other_way(step, possible)) for step, possible in teaching if step.name == easiest]


def with_plan_once(moves: Sequence[Move]) -> list[Move]:
    """Return steps of which one alone says what the plan takes: the reader's first, who come last, or another's."""
    last = next((move.plan for move in reversed(moves) if move.plan), "")
    first = next((move for move in moves if move.plan == last), None)
    return [move if move == first else replace(move, plan="") for move in moves]


def mentor_move(naming: Naming, viewer: StepViewer, steps: Sequence[OwnStep], entry: Entry, *, bucket: str) -> Move:
    """Return the step of who can do the objectives of `steps` alone: to mentor whoever drives the ticket."""
    text = gettext(MENTORING[steps[0].part].shown, **rule_places(viewer.rules))
    keys = [step.objective for step in steps]
    kind = KIND_WORDS[bucket] if is_driven_part(steps[0].part) else gettext(OWN_OR_HANDED)
    is_left = not is_driven_part(steps[0].part) and any(key in viewer.needed for key in keys)
    driven = DRIVEN_BY_ENROLLED_OR_ASK if viewer.asks_lead else DRIVEN_BY_ENROLLED
    note = " ".join(map(gettext, [driven, COUNTS_FOR_RUNG] if is_left else [COUNTS_FOR_RUNG]))
    move = Move(text, kind, "mentor", note, shown=gettext(FOR_YOU, rung=EVIDENCE_NAMES[MENTORS]))
    return _named(naming, move, keys, entry.objectives)


def _named(naming: Naming, move: Move, keys: Sequence[str], objectives: Sequence[str]) -> Move:
    """Return a step with the objectives that it is for, where these are not all of the ticket's."""
    if len(keys) == len(objectives):
        return move
    names = list_text([naming.objective(key) for key in keys])
    return replace(move, text=gettext("%(objective)s: %(step)s", objective=names, step=within(move.text)))


def _other_way(step: NextStep, of_objective: Sequence[NextStep]) -> NextStep | None:
    """Return the way without the role, or by work, where a step by the role leads as far."""
    as_far: Mapping[OwnPart, NextStep] = {item.name: item for item in of_objective if item.kind == step.kind}
    return next((as_far[name] for name in EITHER_WAY.get(step.name, ()) if name in as_far), None)


def part_of(ways: Ways, viewer: StepViewer) -> OwnPart:
    """Return what the ways are together to whoever would do one of them."""
    step, other = ways
    part: OwnPart = "shadow_beside" if _is_beside(step, viewer) else step.name
    return EITHER_WAY[part][other.name] if other else part


def _is_beside(step: NextStep, viewer: StepViewer) -> bool:
    # A role is one person's: whoever shadows beside another writes on several days.
    return step.name == "shadow_and_comment" and viewer.is_shadowed


def who_of(naming: Naming, step: NextStep, viewer: StepViewer) -> str:
    return naming.names.get(step.account) or viewer.traces.get(step.account) or naming.person(step.account)


def places_of(naming: Naming, ways: Ways, viewer: StepViewer) -> dict[str, object]:
    """Return what the rules and the work of a step put into its words."""
    step, other = ways
    return rule_places(viewer.rules) | {"hours": _hours(naming, step), "more": _hours(naming, other)}


def _move(naming: Naming, ways: Ways, viewer: StepViewer, *, is_handed: bool) -> Move:
    step, part = ways[0], part_of(ways, viewer)
    own = step.account == viewer.account
    places = places_of(naming, ways, viewer) | {"who": who_of(naming, step, viewer)}
    text = _own_text(ways, part, viewer, places) if own else gettext(_words_of_other(part), **places)
    if step.kind >= ALONE and not (own and step.start and step.name in STARTING):
        text = left_text(step, viewer, places, text) if naming.as_agency else alone_text(naming, step, viewer, text)
    role: RoleName | Literal[""] = OWN_ROLES.get(step.name, "") if own and not _is_beside(step, viewer) else ""
    kind, shown = made_of(naming, ways, viewer, is_handed=is_handed and viewer.hands_over(step))
    brief, whose = brief_of(naming, step, viewer) if step.kind >= ALONE else NO_BRIEF
    return Move(text, kind, role, viewer.note_of(step), shown, plan=viewer.plan_of(step), brief=brief, whose=whose)


def _words_of_other(part: OwnPart) -> str:
    return SHADOW_BY_WORK[part][-1] if part in SHADOW_BY_WORK else STEPS[part].who


def _own_text(ways: Ways, part: OwnPart, viewer: StepViewer, places: Mapping[str, object]) -> str:
    step, other = ways
    start = other.start if other and part in SHADOW_BY_WORK else step.start
    if part not in SHADOW_BY_WORK and not (start and step.name in STARTING):
        return gettext(STEPS[part].you, **places)
    hours = {"hours": str(places["hours"]), "more": str(places["more"])}
    if part in SHADOW_BY_WORK:
        hours["hours"] = hours["more"]
    do = action_of(part, viewer.rules, start, **hours)
    # Words for several ways have the hours of each in them.
    after = "" if other or step.name in HELPING else hours["hours"]
    text = gettext(STARTED_ALONE if step.kind >= ALONE else STARTED, do=do, hours=after)
    return capital(text)


def _hours(naming: Naming, step: NextStep | None) -> str:
    return "" if step is None or naming.untimed else hours_text(step.work)
