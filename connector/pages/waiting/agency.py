"""What waits on Agency: open tickets that wait for the caller's side by their status, and proposals to decide."""

from collections.abc import Sequence

from connector.pages.agency.open_asks import (
    lists_agency_waits,
    lists_asks,
    select_agency_waits,
    select_open_asks,
)
from connector.pages.drawer.open_proposals import select_open_proposals
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.pages.waiting.tickets import select_browsable
from connector.text import day
from mappings.events.types import Instant
from mappings.translation import gettext, ngettext


def select_client_tickets(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return as one the agency's questions and reviews that wait for the in-house team, where *Agency* lists them."""
    if not lists_asks(context.view):
        return ()
    requests = select_open_asks(context.scope, context.prepared).requests
    seen = [label.issue_id for label in select_browsable(context, requests)] if requests else []
    if not seen:
        return ()
    title = ngettext(
        "%(num)s open ticket waits for the in-house team", "%(num)s open tickets wait for the in-house team", len(seen)
    )
    late = sum(requests[issue_id].is_late(context.now) for issue_id in seen)
    return [WaitingItem(title, _late_text(late, len(seen)), gettext("See"), place="asks")]


def select_proposals(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return as one the agency's proposals without a decision, for whoever reads what they count in."""
    if "scores" not in context.view.sees:
        return ()
    limits = select_open_proposals(context.scope, context.now)
    seen = [label.issue_id for label in select_browsable(context, limits)] if limits else []
    if not seen:
        return ()
    title = ngettext("%(num)s proposal waits for a decision", "%(num)s proposals wait for a decision", len(seen))
    note = ngettext(
        "Counts as declined without a reason from %(day)s",
        "The first counts as declined without a reason from %(day)s",
        len(seen),
        day=_date(context, min(limits[issue_id] for issue_id in seen)),
    )
    return [WaitingItem(title, note, gettext("See"), place="proposals")]


def select_agency_tickets(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return as one the open tickets that wait for the agency, where *Agency* lists them."""
    if not lists_agency_waits(context.view):
        return ()
    since = select_agency_waits(context.scope, context.prepared, context.now).since
    seen = [label.issue_id for label in select_browsable(context, since)] if since else []
    if not seen:
        return ()
    title = ngettext(
        "%(num)s open ticket waits for %(agency)s",
        "%(num)s open tickets wait for %(agency)s",
        len(seen),
        agency=context.view.engagement.agency_name,
    )
    longest = _date(context, min(since[issue_id] for issue_id in seen))
    note = ngettext("Since %(day)s", "The longest since %(day)s", len(seen), day=longest)
    return [WaitingItem(title, note, gettext("See"), place="own-asks")]


def _late_text(late: int, number: int) -> str:
    if late == number:
        return ngettext("It is late", "All of them are late", number)
    if not late:
        return ngettext("It is not late", "None of them is late", number)
    return ngettext("%(num)s of them is late", "%(num)s of them are late", late)


def _date(context: WaitingContext, at: Instant) -> str:
    return day(context.prepared.calendar.day(at))
