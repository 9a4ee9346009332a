"""What Overview tells of open tickets to an agency's people who do not read how far each brings learners."""

from dataclasses import replace

from sqlalchemy import Connection

from connector.figures.teaching import Teaching, select_teaching
from connector.pages.panel.context import TicketContext, ToldOpenings
from connector.pages.panel.learner_steps import shows_learners


def with_told(connection: Connection, context: TicketContext) -> TicketContext:
    """Return a ticket's context with what Overview tells an agency of the tickets, where its reaches are not read.

    Nothing is told of a group that is too small to be shown.
    """
    if not context.view.agency or context.reaches is not None:
        return context
    if not shows_learners(connection, context):
        return replace(context, openings=ToldOpenings())
    stored = context.view.stored
    teaching = select_teaching(
        connection, context.tenant_id, stored, context.prepared, now=context.now, viewer=context.viewer
    )
    return replace(context, openings=_told_of(teaching))


def _told_of(teaching: Teaching) -> ToldOpenings:
    alone = {
        (issue_id, opening.objective)
        for opening in teaching.openings
        if opening.part == "alone"
        for issue_id in opening.issue_ids
    }
    gap = teaching.gap
    helping = {(opening.issue_id, opening.objective) for opening in teaching.openings if opening.part != "alone"}
    # What is taught was told of with the others until then.
    lifting_none = gap.lacking | gap.taught if gap and gap.missing == "step" else frozenset()
    return ToldOpenings(alone, lifting_none, helping)
