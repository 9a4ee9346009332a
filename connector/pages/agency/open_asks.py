"""Open tickets that the agency left in a status in which they wait for the in-house team."""

from collections.abc import Sequence

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.ticket import UNTAGGED, Ticket
from mappings.measure.score.reciprocity import asks_since
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page
from mappings.records.sql.scope import Scope

# So many open tickets with an objective are read, and as many without: a page costs no more where there are more.
MOST_READ = 40


class OpenAsks(Struct, frozen=True):
    """Since when each of these tickets waits, the longest first; `is_cut`: more are open than were read."""

    since: dict[int, Instant]
    is_cut: bool


def select_open_asks(scope: Scope, prepared: PreparedEngagement) -> OpenAsks:
    """Return the tickets that wait among the open ones that changed last."""
    pages = [select_open_page(scope, Choice(), MOST_READ + 1, objective=objective) for objective in (None, UNTAGGED)]
    ids = {place.issue_id for page in pages for place in page[:MOST_READ]}
    tickets = select_tickets(scope.connection, scope.tenant_id, ids)
    asked = {issue_id: _asked(prepared, ticket) for issue_id, ticket in tickets.items()}
    since = {issue_id: at for issue_id, at in asked.items() if at is not None}
    return OpenAsks(dict(sorted(since.items(), key=lambda item: item[1])), any(map(_is_long, pages)))


def _is_long(page: Sequence[Place]) -> bool:
    return len(page) > MOST_READ


def _asked(prepared: PreparedEngagement, ticket: Ticket) -> Instant | None:
    history = read_history(prepared, ticket)
    # What is open has no done entries.
    return asks_since(TicketView(prepared, ticket, history, ())) if history else None
