"""What a step would make of a ticket: as what it would count then, and what it would show of who does it."""

from collections.abc import Collection
from typing import TypeAlias

from connector.pages.panel.step_viewer import StepViewer
from connector.pages.step_text import ALONE, ticket_text
from connector.pages.ticket_reason import AGENCY
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, KIND_WORDS
from mappings.measure.model.ticket import TEACHING, Kind
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.next_steps import STEPS as STEP_NAMES
from mappings.measure.ticket.next_steps import NextStep, StepName
from mappings.translation import gettext, mark

# A step, and another way without its role that leads as far.
Ways: TypeAlias = tuple[NextStep, NextStep | None]

# Steps by which more is worked on the ticket.
WORKING: Collection[StepName] = ("help", "learner_and_drive", "drive", "learner_drives")
# The kinds of evidence of somebody who shadows, and of who drives with help (measurement (c)).
SHADOWED: Kind = 2
ASSISTED: Kind = 3

# Whether it is handed over hangs on who drives it, and would tell who was taught.
OWN_OR_HANDED = mark("own or handed over")
FOR_THEM = mark("for them: %(rung)s")
FOR_YOU = mark("for you: %(rung)s")


def made_of(naming: Naming, ways: Ways, viewer: StepViewer, *, is_handed: bool) -> tuple[str, str]:
    """Return what a step would make of the ticket, and what stands beside that.

    What the ticket counts as comes before what it shows of a person: the same words say what it would count as now.
    """
    step = ways[0]
    name, own = _rung_text(step, viewer), step.account == viewer.account
    is_teaching = step.kind in TEACHING and step.name in viewer.taught_by
    if is_teaching and not viewer.is_untaught:
        return EVIDENCE_NAMES[step.kind], gettext("for you") if own else _ticket_of(step, viewer)
    if is_teaching:
        return _taught_words(naming, ways, viewer), gettext(FOR_YOU, rung=name) if own else _learners(step, viewer)
    if own and step.kind >= ALONE:
        return KIND_WORDS["handed_over" if is_handed else "own"], gettext(FOR_YOU, rung=name)
    if step.kind >= ALONE and naming.as_agency and not viewer.is_for_learner(step):
        return gettext(OWN_OR_HANDED), ""
    if step.kind >= ALONE and naming.as_agency:
        helped = gettext("with help: %(rung)s", rung=EVIDENCE_NAMES[ASSISTED])
        return EVIDENCE_NAMES[step.kind], "; ".join(filter(None, [_named_learners(step, viewer), helped]))
    if step.kind >= ALONE:
        return gettext(OWN_OR_HANDED), gettext(FOR_THEM, rung=name)
    return EVIDENCE_NAMES[step.kind], ""


def _learners(step: NextStep, viewer: StepViewer) -> str:
    """Return what a step that teaches shows of a learner; another rung than it counts as is said to be for them."""
    reach, name = viewer.reaches.get(step.kind), _rung_text(step, viewer)
    return gettext(FOR_THEM, rung=name) if reach and reach.at_once else name


def _ticket_of(step: NextStep, viewer: StepViewer) -> str:
    """Return what a step on a taught ticket brings a learner, beside as what it counts for them."""
    reach = viewer.reaches.get(step.kind)
    if reach and reach.at_once:
        return _learners(step, viewer)
    ticket = ticket_text(reach.nth, reach.needed) if reach else ""
    return gettext(FOR_THEM, rung=ticket) if ticket else gettext("for them")


def _named_learners(step: NextStep, viewer: StepViewer) -> str:
    """Return how far a ticket that is driven alone brings the learner who is named for it; "" where none is."""
    name = _rung_text(step, viewer)
    return gettext(FOR_THEM, rung=name) if viewer.is_named and name != EVIDENCE_NAMES[step.kind] else ""


def _rung_text(step: NextStep, viewer: StepViewer) -> str:
    """Return as what a step counts for who does it, and which ticket it is of those that the rung takes.

    Of a learner whom it brings to a lower rung at once that one comes first, as in the list of tickets.
    """
    reach = None if step.account == viewer.account else viewer.reaches.get(step.kind)
    if reach is None:
        return EVIDENCE_NAMES[step.kind]
    farther = EVIDENCE_NAMES[step.kind] if reach.at_once else ""
    ticket = ticket_text(reach.nth, reach.needed, farther)
    return ", ".join(filter(None, [EVIDENCE_NAMES[reach.at_once or step.kind], ticket]))


def _taught_words(naming: Naming, ways: Ways, viewer: StepViewer) -> str:
    """Return as what a step makes the ticket count: of what is worked on in-house, too, the agency's part alone."""
    is_shared = viewer.is_shared or any(step.name in WORKING for step in ways if step)
    return part_taught(naming) if is_shared else KIND_WORDS["taught"]


def part_taught(naming: Naming) -> str:
    return gettext("taught for the part of %(agency)s", agency=naming.engagement.agency_name)


def taught_by(preview: Preview) -> Collection[StepName]:
    """Return the steps by which a ticket comes to count as taught where they teach: its agency keeps a part of it.

    Without active time by anybody, whoever works on it next has all of the work, and an agency none.
    """
    if not preview.entry.weights[AGENCY]:
        return ()
    return [name for name in STEP_NAMES if name not in WORKING or preview.entry.method == "active_time"]
