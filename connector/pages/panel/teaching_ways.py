"""By which steps an agency's open ticket comes to count as taught, as its people read them: once, with each way."""

from collections.abc import Iterable, Mapping, Sequence
from typing import TypeAlias

from connector.figures.own_steps import HELPING, OwnPart
from connector.pages.panel.next_step_text import (
    Move,
    chosen_of,
    part_of,
    places_of,
    who_of,
)
from connector.pages.panel.step_outcome import ASSISTED, SHADOWED, Ways, part_taught
from connector.pages.panel.step_viewer import DRIVING, StepViewer
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, KIND_WORDS, capital
from mappings.measure.model.ticket import TEACHING
from mappings.measure.ticket.next_steps import STEPS, NextStep, StepName
from mappings.translation import gettext, mark, mark_plural, ngettext

# What stands above one way, and above several. Of what is worked on in-house the agency's part alone counts as taught.
ONCE = mark_plural(
    "This makes it count as taught for the part of %(agency)s:",
    "One of these makes it count as taught for the part of %(agency)s:",
)
ONCE_SCORED = mark_plural(
    "This makes it count as taught for the part of %(agency)s (also for “Learners taught” if an enrolled learner does "
    "it):",
    "One of these makes it count as taught for the part of %(agency)s (also for “Learners taught” if an enrolled "
    "learner does it):",
)
ANYBODY = mark("somebody in-house")
# After a way of who wrote on the ticket already.
ANYBODY_ELSE = mark("somebody else in-house")
EFFORT = tuple(STEPS)
# Ways that work is done by: each takes as much of whoever has done none.
BY_WORK = frozenset({*DRIVING, *HELPING})
# After a way of driving, where less work makes the ticket taught.
FURTHER = mark("%(way)s; it then shows %(kind)s, not %(less)s")
# What somebody would do.
WAYS: Mapping[OwnPart, str] = {
    "shadow_only": mark("%(who)s is named under Shadows"),
    "shadow_or_comment": mark(
        "%(who)s is named under Shadows, or writes one more comment of %(letters)s characters or more on another day"
    ),
    "comment": mark("%(who)s writes one comment of %(letters)s characters or more"),
    "comment_on_another_day": mark("%(who)s writes one more comment of %(letters)s characters or more on another day"),
    "shadow_and_comment": mark(
        "%(who)s writes one comment of %(letters)s characters or more on each of %(days)s days; one is enough when "
        "named under Shadows"
    ),
    "shadow_beside": mark("%(who)s writes one comment of %(letters)s characters or more on each of %(days)s days"),
    "help": mark("%(who)s does %(helps)s of the work%(hours)s, or logs %(minutes)s minutes of it"),
    "log": mark("%(who)s logs %(minutes)s minutes of work on it"),
    "learner": mark("%(who)s is named under Drives"),
    "learner_drives": mark("%(who)s does %(learner)s of the work%(hours)s, named under Drives"),
    "learner_and_drive": mark("%(who)s is named under Drives and does %(learner)s of the work%(hours)s"),
    "drive": mark("%(who)s does %(driver)s of the work%(hours)s"),
    "driver": mark(
        "%(who)s does %(driver)s of the work%(more)s, or %(learner)s of it when named under Drives%(hours)s"
    ),
}
# Steps with whoever reads them: a learner who stands for all is named by words of their own.
Read: TypeAlias = tuple[Iterable[NextStep], StepViewer]
Chosen: TypeAlias = tuple[Ways, StepViewer]


def with_teaching(
    naming: Naming, moves: Sequence[Move], read: Iterable[Read], *, scored: bool, note: str
) -> list[Move]:
    """Return the steps with those as one by which the ticket comes to count as taught, the least effort first.

    `scored`: the score is told of, where a learner does it. `note` is true of all that a learner would do.
    """
    chosen = [
        (apart, viewer)
        for steps, viewer in read
        for ways in chosen_of(steps, viewer)
        if _teaches(ways, viewer)
        for apart in _apart(ways)
    ]
    chosen.sort(key=lambda item: EFFORT.index(item[0][0].name))
    texts = tuple(dict.fromkeys(_text_of(naming, item, chosen) for item in chosen))
    if not texts:
        return [*moves]
    taught = KIND_WORDS["taught"]
    words = ngettext(*(ONCE_SCORED if scored else ONCE), len(texts), agency=naming.engagement.agency_name)
    others = [move for move in moves if move.kind not in {taught, part_taught(naming)}]
    # What is left of the learners' steps says it itself.
    is_left = any(move.note for move in others)
    return [Move(words, taught, "", "" if is_left else note, ways=texts), *others]


def _teaches(ways: Ways, viewer: StepViewer) -> bool:
    return ways[0].kind in TEACHING and ways[0].name in viewer.taught_by


def _apart(ways: Ways) -> list[Ways]:
    """Return what shadows a ticket without work and by work apart: another person may do it."""
    step, other = ways
    return [(step, None), (other, None)] if other and other.name in HELPING else [ways]


def _text_of(naming: Naming, item: Chosen, chosen: Sequence[Chosen]) -> str:
    ways, viewer = item
    # By words and not by account: whether who commented is who stands for the learners is told nobody.
    alike = {who_of(naming, other[0], by) for other, by in chosen if _driving_of(other) == _driving_of(ways)}
    # Work that takes as much of each is said once.
    who = gettext(ANYBODY) if len(alike) > 1 and ways[0].name in BY_WORK else _who_of(naming, item, chosen)
    text = gettext(WAYS[part_of(ways, viewer)], who=who, **places_of(naming, ways, viewer))
    is_further = ways[0].kind == ASSISTED and any(other[0].name in HELPING for other, _ in chosen)
    if is_further:
        text = gettext(FURTHER, way=text, kind=EVIDENCE_NAMES[ASSISTED], less=EVIDENCE_NAMES[SHADOWED])
    return f"{capital(text)}."


def _who_of(naming: Naming, item: Chosen, chosen: Sequence[Chosen]) -> str:
    (step, _), viewer = item
    who, anybody = who_of(naming, step, viewer), gettext(ANYBODY)
    before = {who_of(naming, ways[0], by) for ways, by in chosen[: chosen.index(item)]}
    # Whoever is named by a way before it does less for the same.
    return gettext(ANYBODY_ELSE) if who == anybody and step.name not in BY_WORK and before - {anybody} else who


def _driving_of(ways: Ways) -> tuple[StepName, int, int | None]:
    step, other = ways
    return step.name, step.work, other.work if other else None
