"""Open tickets that the agency left in a status in which they wait for the in-house team."""

from collections.abc import Sequence

from msgspec import Struct

from connector.auth.access import EngagementView
from connector.figures.open_previews import open_request_of
from mappings.measure.model.ticket import UNTAGGED, Ticket
from mappings.measure.score.reciprocity import Answer
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page
from mappings.records.sql.scope import Scope

# So many open tickets with an objective are read, and as many without: a page costs no more where there are more.
MOST_READ = 40


class OpenAsks(Struct, frozen=True):
    """What each of these tickets waits for, the longest first; `is_cut`: more are open than were read."""

    requests: dict[int, Answer]
    tickets: dict[int, Ticket]
    is_cut: bool


def select_open_asks(scope: Scope, prepared: PreparedEngagement) -> OpenAsks:
    """Return the tickets that wait among the open ones that changed last."""
    pages = [select_open_page(scope, Choice(), MOST_READ + 1, objective=objective) for objective in (None, UNTAGGED)]
    ids = {place.issue_id for page in pages for place in page[:MOST_READ]}
    tickets = select_tickets(scope.connection, scope.tenant_id, ids)
    asked = {issue_id: open_request_of(prepared, ticket) for issue_id, ticket in tickets.items()}
    requests = [(issue_id, request) for issue_id, request in asked.items() if request]
    return OpenAsks(dict(sorted(requests, key=lambda item: item[1].at)), tickets, any(map(_is_long, pages)))


def _is_long(page: Sequence[Place]) -> bool:
    return len(page) > MOST_READ


def lists_asks(view: EngagementView) -> bool:
    """Tell whether what waits for the in-house team is listed: a status says that it waits, and who asks reads scores.

    What a latency counts stands on no ticket in works-council mode (measurement (f)).
    """
    workflow = view.engagement.workflow
    waits = bool(workflow.paused_on_client or workflow.review)
    return waits and "scores" in view.sees and not view.stored.rules.works_council
