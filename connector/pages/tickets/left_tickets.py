"""Open tickets that are a learner's to drive alone, or that somebody drives so: what their rows say, as panels do."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from connector.pages.panel.agency_moves import drivers_alone, kept_move
from connector.pages.panel.context import TicketContext
from connector.pages.panel.learner_steps import absent_learners, learner_moves, learner_steps, with_reaches
from connector.pages.panel.left_text import LEAVE_IT
from connector.pages.panel.told_openings import with_told
from connector.pages.ticket_reason import shown_bucket
from connector.pages.ticket_text import Naming
from connector.pages.tickets.finished import ListContext
from connector.web.gate import caller
from mappings.measure.model.ticket import Entry, Ticket
from mappings.measure.people.teaching_opportunities import is_taught
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext


def left_texts(
    context: ListContext, prepared: PreparedEngagement, naming: Naming, listed: Sequence[tuple[Ticket, Preview]]
) -> Mapping[int, str]:
    """Return for tickets that the reader is to leave to a learner that step in few words.

    How far they bring learners is read once for all of them.
    """
    idle = [
        each for each in listed if each[1].entry.objectives and not shown_bucket(naming, each[1].entry, is_open=True)
    ]
    if not idle or not (context.view.agency or "names" in context.view.sees):
        return {}
    viewer, tenant_id = caller().account or "", caller().tenant_id
    contexts = [TicketContext(context.view, prepared, each[0], {}, viewer, context.now, tenant_id) for each in idle]
    objectives = {key for _, preview in idle for key in preview.entry.objectives}
    read = with_told(context.connection, with_reaches(context.connection, contexts[0], sorted(objectives)))
    return {
        ticket.issue.issue_id: text
        for of_ticket, (ticket, preview) in zip(contexts, idle, strict=True)
        if (text := _left_text(replace(of_ticket, reaches=read.reaches, openings=read.openings), naming, preview))
    }


def kept_text(naming: Naming, entry: Entry, bucket: str) -> str:
    """Return to an agency that it leaves a ticket to whoever in-house drives it alone; "" of any other."""
    move = kept_move(naming, entry, bucket)
    return move.brief if move else ""


def _left_text(context: TicketContext, naming: Naming, preview: Preview) -> str:
    if naming.as_agency and drivers_alone(context, preview):
        return gettext(LEAVE_IT)
    steps = learner_steps(context, naming, preview, absent_learners(context, preview))
    moves = learner_moves(naming, steps, taught=is_taught(preview.entry), scored=False)
    # A learner's for one of its objectives, it is not anybody's.
    left = sorted((move for move in moves if move.brief), key=lambda move: move.whose != "learner")
    return left[0].brief if left else ""
