"""Who else needs an open ticket that the viewer could drive alone, as its panel says it."""

from collections.abc import Mapping, Sequence

from sqlalchemy import Connection

from connector.figures.own_steps import MENTORS
from connector.pages.act import sees_own_ladder
from connector.pages.enrolled import is_enrolled
from connector.pages.learning.needed import select_alone
from connector.pages.learning.rungs import LadderContext
from connector.pages.panel.context import TicketContext
from connector.pages.panel.own_rungs import OwnRung
from connector.pages.ticket_reason import AGENCY
from mappings.measure.model.ticket import Entry
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.translation import gettext, mark

NEEDED = mark("An enrolled learner may need it.")
NEEDED_OR_ASK = mark("An enrolled learner may need it: ask your lead.")
# For leads in-house, as Overview names learners to them.
NAMED = mark("%(who)s may need it.")
NAMED_ALONE = mark("%(who)s needs it: no other open ticket of this objective can be driven without the agency.")
# The same where several can, and the rung takes them all.
NAMED_ALL = mark("%(who)s needs it, as every open ticket of this objective that can be driven without the agency.")


def needed_of(
    connection: Connection, context: TicketContext, entry: Entry, own: Sequence[OwnRung]
) -> Mapping[str, str]:
    """Return who is to drive an open ticket alone instead of the viewer, whom it leads on, by objective.

    Whoever can only mentor on it takes it from nobody by that, but is to leave the driving to others.
    """
    # What an agency worked on nobody drives alone.
    if entry.weights[AGENCY] or not sees_own_ladder(context.view):
        return {}
    rows = {row.key: row.counts_from for row in own}
    viewer = LadderContext(connection, context.tenant_id, context.view, context.prepared, context.viewer, context.now)
    of = {(context.ticket.issue.issue_id, key) for key in entry.objectives if _may_take(context, key, rows.get(key))}
    return {key: _text(context, opening) for (_, key), opening in select_alone(viewer, of).items()}


def _may_take(context: TicketContext, key: str, counts_from: int | None) -> bool:
    """Tell whether a ticket leads the viewer on who is not enrolled: to a first rung, where there is no row yet."""
    if counts_from == MENTORS:
        return True
    return counts_from != 0 and not is_enrolled(context.view.engagement, key, context.viewer)


def _text(context: TicketContext, opening: TeachingOpportunity) -> str:
    if "names" not in context.view.sees:
        return gettext(NEEDED_OR_ASK)
    named = [context.names[account] for account in opening.learners if account in context.names]
    if len(named) != 1:
        return gettext(NEEDED)
    if not opening.takes_all:
        return gettext(NAMED, who=named[0])
    return gettext(NAMED_ALL if opening.further else NAMED_ALONE, who=named[0])
