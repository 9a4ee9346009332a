"""Open tickets without an objective that an agency could get one set on: its own, and those of nobody."""

from collections.abc import Collection
from typing import TypeAlias

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.open_previews import FreeTickets
from connector.figures.teaching import Teaching
from connector.pages.agency_part import is_free, is_own
from connector.pages.drawer.open_proposals import select_waiting
from connector.pages.prepared import prepared_of
from connector.pages.visibility import visible_tickets
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ticket import UNTAGGED, Ticket
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import AGENCY
from mappings.records.facts.issues import IssueLabel, select_labels, select_tickets
from mappings.records.figures.ticket_pages import Choice, select_open_page
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# So many are looked at: an agency reads of its own and of nobody's, and of no others how many they are.
LOOKED_AT = 100
Shown: TypeAlias = tuple[IssueLabel, Ticket, Preview]


def with_untagged(connection: Connection, view: EngagementView, teaching: Teaching) -> Teaching:
    """Return what could be taught with what an agency could tag, where it is said that a ticket is missing."""
    is_short = bool(teaching.unticketed) or any(opening.missing for opening in teaching.openings)
    return replace(teaching, free=select_free(connection, view)) if is_short else teaching


def select_free(connection: Connection, view: EngagementView) -> FreeTickets:
    """Return how many open tickets without an objective are nobody's, where none is the agency's.

    A proposal without a decision is neither. Unknown for who is not of an agency or reads of no ticket, and where too
    many are open.
    """
    if not view.agency or "drilldown" not in view.sees:
        return FreeTickets()
    prepared, now = prepared_of(connection, view), container().clock()
    scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
    places = select_open_page(scope, Choice(), LOOKED_AT + 1, objective=UNTAGGED)
    if len(places) > LOOKED_AT:
        return FreeTickets()
    labels = select_labels(connection, scope.tenant_id, [place.issue_id for place in places])
    seen, _ = visible_tickets(view, labels)
    shown = read_shown(scope, prepared, [label for label in labels.values() if label.issue_id in seen], now)
    shown = _without_waiting(scope, [each for each in shown if not each[2].entry.objectives], now)
    own = [preview.entry for _, ticket, preview in shown if is_own(prepared, ticket, preview.entry, now)]
    number = sum(is_free(ticket, preview.entry) for _, ticket, preview in shown)
    # On what the agency has worked nobody drives without it any more.
    is_worked = all(entry.weights[AGENCY] for entry in own)
    return FreeTickets(None if own else number, number if is_worked else None)


def _without_waiting(scope: Scope, shown: Collection[Shown], now: Instant) -> list[Shown]:
    # Whether a proposal is done at all is to be decided first: a list has it last.
    waiting = select_waiting(scope, [label.issue_id for label, _, _ in shown], now)
    return [each for each in shown if each[0].issue_id not in waiting]


def read_shown(scope: Scope, prepared: PreparedEngagement, labels: Collection[IssueLabel], now: Instant) -> list[Shown]:
    """Return open tickets, each as it would count were it finished now; none that would not count."""
    tickets = select_tickets(scope.connection, scope.tenant_id, [label.issue_id for label in labels])
    annotated = with_annotations(scope.agreement, tickets)
    previews = [
        (label, annotated[label.issue_id], measure_if_done(prepared, annotated[label.issue_id], now))
        for label in labels
        if label.issue_id in annotated
    ]
    return [(label, ticket, preview) for label, ticket, preview in previews if preview]
