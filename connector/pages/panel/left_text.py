"""What is said of an open ticket that is done without an agency: whose it is, to the agency and to a lead in-house."""

from collections.abc import Mapping
from typing import Literal, TypeAlias

from connector.pages.panel.step_viewer import StepViewer
from connector.pages.ticket_text import Naming
from connector.text import within
from mappings.measure.ticket.next_steps import NextStep
from mappings.translation import gettext, mark

ALONE_TEXT = mark("Without help of an agency: %(step)s")
# An agency reads what it is to do, which is nothing (measurement (c)).
LEAVE = mark("Leave this one to a learner")
# Of a ticket that somebody in-house drives alone any help of the agency makes less (measurement (c)).
LEAVE_IT = mark("Leave it to whoever drives it")
LEFT = mark(
    "%(leave)s: if %(who)s does %(driver)s of the work%(hours)s and no agency helps, by work, a "
    "review or a comment, it would count as"
)
# The same of a ticket that brings none of them further, by whether that is told: as a row says it, and with what it
# counts as by the panel.
MAY_LEAVES = {
    True: mark("May be left to the in-house team; it lifts nobody enrolled"),
    False: mark("May be left to the in-house team"),
}
MAY_BE_LEFT = mark("May be left to the in-house team: done without an agency’s help it would count as")
# The same to a lead in-house, who reads in the note beside it whom it does not lift.
CAN_DO = mark("Can be done without %(agency)s")
CAN_DO_LIFTS_NOBODY = mark("Can be done without %(agency)s; it lifts nobody enrolled")
CAN_DO_TEXT = mark("%(can)s: %(step)s")


# Who is to drive a ticket that is left to others: a learner who needs it, whoever drives it, or anybody in-house.
Whose: TypeAlias = Literal["learner", "driver", "anybody", ""]
NO_BRIEF: tuple[str, Whose] = ("", "")


def brief_of(naming: Naming, step: NextStep, viewer: StepViewer) -> tuple[str, Whose]:
    """Return the step of who leaves the ticket to others, and to whom; none in-house of what leads a learner on."""
    if viewer.drivers is not None:
        return (gettext(LEAVE_IT), "driver") if step.account in viewer.drivers else NO_BRIEF
    if naming.as_agency:
        if viewer.is_for_learner(step):
            return gettext(LEAVE), "learner"
        return gettext(MAY_LEAVES[viewer.is_lifting_told]), "anybody"
    if step.kind not in viewer.idle:
        return NO_BRIEF
    can = CAN_DO if viewer.is_long else CAN_DO_LIFTS_NOBODY
    return gettext(can, agency=naming.engagement.agency_name), "anybody"


def alone_text(naming: Naming, step: NextStep, viewer: StepViewer, text: str) -> str:
    if step.kind not in viewer.idle:
        return gettext(ALONE_TEXT, step=within(text))
    can = gettext(CAN_DO, agency=naming.engagement.agency_name)
    return gettext(CAN_DO_TEXT, can=can, step=within(text))


def left_text(step: NextStep, viewer: StepViewer, places: Mapping[str, object], text: str) -> str:
    """Return the step of an agency; of who drives a ticket that another has begun already that step alone."""
    if viewer.drivers is not None and step.account not in viewer.drivers:
        return gettext(ALONE_TEXT, step=within(text))
    if viewer.drivers is None and not viewer.is_for_learner(step):
        return gettext(MAY_BE_LEFT)
    return gettext(LEFT, leave=gettext(LEAVE if viewer.drivers is None else LEAVE_IT), **places)
