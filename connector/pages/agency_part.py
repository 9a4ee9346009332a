"""An agency's part in a ticket: who only works for another agency may not act there, nor read what it counts as."""

from collections.abc import Mapping

from connector.auth.access import EngagementView
from connector.pages.ticket_parts import HIDDEN_SIDES
from mappings.events.types import Instant
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import Entry, Ticket
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.roles import select_roles
from mappings.records.agreement.tags import select_tags
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext


def concerns(ticket: Ticket, entry: Entry) -> bool:
    """Tell whether a ticket has to do with an engagement: by an objective, a role, or work of its agency."""
    tagged = any(tag.is_set for tag in ticket.tags)
    return bool(has_part(entry) or tagged or ticket.roles)


def has_part(entry: Entry) -> bool:
    """Tell whether a ticket counts for the engagement's agency, at least in part, or has one of its objectives."""
    return bool(entry.objectives or entry.retro or entry.weights[SIDES.index("agency")])


def is_of_others(view: EngagementView, ticket: Ticket, entry: Entry, *, done: bool) -> bool:
    """Tell whether the viewer's agency has no part: others worked on the ticket, or it ended without that agency."""
    by_others = entry.weights[SIDES.index("other")] > 0
    return view.agency and not concerns(ticket, entry) and (by_others or done)


def is_own(prepared: PreparedEngagement, ticket: Ticket, entry: Entry, now: Instant) -> bool:
    """Tell whether an open ticket is the agency's: it has a part in it, or somebody of it is assigned."""
    holder = prepared.affiliations.at(ticket.issue.assignee, now)
    is_held = holder is not None and holder.side == "agency" and not _is_by_others(entry)
    return concerns(ticket, entry) or is_held


def is_free(ticket: Ticket, entry: Entry) -> bool:
    """Tell whether an open ticket is nobody's: an agency could take it."""
    return ticket.issue.assignee is None and not (concerns(ticket, entry) or _is_by_others(entry))


def is_elsewhere(prepared: PreparedEngagement, ticket: Ticket, entry: Entry, now: Instant) -> bool:
    """Tell whether an open ticket is of other people than the agency and the in-house ones: they hold or did it."""
    holder = prepared.affiliations.at(ticket.issue.assignee, now)
    is_held = holder is not None and holder.side in HIDDEN_SIDES
    return not concerns(ticket, entry) and (is_held or _is_by_others(entry))


def _is_by_others(entry: Entry) -> bool:
    # None of these sides is told apart from another: a ticket of any of them is left out.
    return entry.method != "none" and any(entry.weights[SIDES.index(side)] for side in HIDDEN_SIDES)


def select_without_part(scope: AgreementScope, view: EngagementView, latest: Mapping[int, Entry]) -> frozenset[int]:
    """Return the finished tickets in which the viewer's agency has no part; `latest` is each one's latest entry."""
    uncounted = [issue_id for issue_id, entry in latest.items() if not has_part(entry)] if view.agency else []
    if not uncounted:
        return frozenset()
    tags = select_tags(scope, uncounted)
    tagged = {issue_id for issue_id, of_issue in tags.items() if any(tag.is_set for tag in of_issue)}
    return frozenset(uncounted) - tagged - select_roles(scope, uncounted).keys()


def ask_first_text() -> str:
    """Return what an agency does before it sets an objective on tickets that are nobody's."""
    # What those are planned for is not told to an agency: they may have an objective of another engagement.
    return gettext("Ask the in-house team before you set an objective on what is nobody’s.")


def no_part_text(agency: str) -> str:
    return gettext("%(agency)s has no part in this ticket", agency=agency)
