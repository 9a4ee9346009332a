"""An agency's part in a ticket: who only works for another agency may not act there, nor read what it counts as."""

from connector.auth.access import EngagementView
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import Entry, Ticket


def concerns(ticket: Ticket, entry: Entry) -> bool:
    """Tell whether a ticket has to do with an engagement: by an objective, a role, or work of its agency."""
    tagged = any(tag.until is None for tag in ticket.tags)
    return bool(entry.objectives or entry.retro or tagged or ticket.roles or entry.weights[SIDES.index("agency")])


def is_of_others(view: EngagementView, ticket: Ticket, entry: Entry, *, done: bool) -> bool:
    """Tell whether the viewer's agency has no part: others worked on the ticket, or it ended without that agency."""
    by_others = entry.weights[SIDES.index("other")] > 0
    return view.agency and not concerns(ticket, entry) and (by_others or done)
