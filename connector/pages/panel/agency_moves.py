"""What an agency's help, or an objective, would make of a ticket, as text."""

from collections.abc import Collection, Sequence

from connector.pages.panel.context import TicketContext
from connector.pages.panel.left_text import LEAVE_IT
from connector.pages.panel.next_step_text import Move
from connector.pages.panel.step_outcome import ASSISTED, SHADOWED, part_taught
from connector.pages.panel.step_viewer import DRIVING
from connector.pages.step_text import ALONE, rule_places
from connector.pages.ticket_reason import AGENCY
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, KIND_WORDS
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import TEACHING, Entry
from mappings.measure.people.teaching_opportunities import is_taught
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.next_steps import next_steps_of
from mappings.translation import gettext, mark

TAKEN = mark(
    "If %(agency)s does half of the work, and somebody in-house is named under Shadows and writes one comment of "
    "%(letters)s characters or more, it would count as"
)
LEFT = mark("%(leave)s: with any help of %(agency)s, by work, a review or a comment, it would count as")
UNTAGGED = mark(
    "If it has an objective, and somebody in-house shadows it or drives it with help of %(agency)s, it would count as"
)
UNTAGGED_ALONE = mark(
    "If it has an objective, and somebody in-house does %(driver)s of the work without help of an agency, it would "
    "count as"
)
# The ticket counts in any case: the rung alone asks where the colleague stands (measurement (c), rung 5).
# After the step that leaves it to a learner.
TAKEN_AFTER_ALL = mark(
    "If %(agency)s does half of the work after all, and somebody in-house is named under Shadows and writes one "
    "comment of %(letters)s characters or more, it would count as"
)


def untagged_moves(naming: Naming, entry: Entry, bucket: str) -> list[Move]:
    """Return what a ticket without an objective takes to count as taught, and one that nobody began for a rung."""
    if not bucket:
        helped = gettext("with help: %(rung)s", rung=EVIDENCE_NAMES[ASSISTED])
        return [Move(gettext(UNTAGGED_ALONE, **rule_places(naming.rules)), EVIDENCE_NAMES[ALONE], "", shown=helped)]
    if not entry.weights[AGENCY]:
        return []
    return [Move(gettext(UNTAGGED, agency=naming.engagement.agency_name), KIND_WORDS["taught"], "")]


def kept_move(naming: Naming, entry: Entry, bucket: str) -> Move | None:
    """Return to an agency what its help would make of a ticket that somebody in-house drives alone; else None."""
    if not naming.as_agency or bucket not in {"own", "handed_over"} or max(entry.kinds, default=0) < ALONE:
        return None
    leave = gettext(LEAVE_IT)
    text = gettext(LEFT, leave=leave, agency=naming.engagement.agency_name)
    # What the ticket would be no longer: its bucket, or the kind of evidence where that stays.
    lost = KIND_WORDS[bucket] if bucket == "handed_over" else EVIDENCE_NAMES[ALONE]
    return Move(text, EVIDENCE_NAMES[ASSISTED], "", shown=gettext("no longer %(kind)s", kind=lost), brief=leave)


def drivers_alone(context: TicketContext, preview: Preview) -> Collection[str]:
    """Return who in-house is named as who drives a ticket, and would drive it without an agency."""
    holders = context.ticket.holders_of("learner")
    named = [account for account in holders if context.prepared.affiliations.is_inhouse(account, context.now)]
    steps = next_steps_of(context.prepared, context.ticket, preview, named, now=context.now, names=DRIVING)
    return {step.account for step in steps if step.kind >= ALONE}


def taken_move(naming: Naming, entry: Entry, moves: Sequence[Move], rules: Ruleset) -> Move | None:
    """Return what a ticket would count as if the viewer's agency took it; None where it has half of the work, or more.

    Also None where it counts as taught, or a step makes it, or it has no objective.
    """
    has_half = 0 < sum(entry.weights) <= 2 * entry.weights[AGENCY]
    taught = {KIND_WORDS["taught"], part_taught(naming), *(EVIDENCE_NAMES[kind] for kind in TEACHING)}
    if not naming.as_agency or has_half or not entry.objectives:
        return None
    if is_taught(entry) or any(move.kind in taught for move in moves):
        return None
    places = rule_places(rules) | {"agency": naming.engagement.agency_name}
    return Move(
        gettext(TAKEN_AFTER_ALL if moves else TAKEN, **places),
        KIND_WORDS["taught"],
        "",
        shown=EVIDENCE_NAMES[SHADOWED],
    )
