"""Open tickets whose status says that they wait for a side, and who reads it of which."""

from collections.abc import Mapping, Sequence

from msgspec import Struct

from connector.auth.access import EngagementView
from connector.figures.open_previews import Wait, open_request_of
from connector.text import day
from mappings.measure.model.ticket import UNTAGGED, Ticket
from mappings.measure.score.reciprocity import Answer
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page
from mappings.records.sql.scope import Scope
from mappings.translation import gettext

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


def wait_texts(view: EngagementView, prepared: PreparedEngagement, waits: Mapping[int, Wait]) -> dict[int, str]:
    """Return for tickets whom they wait for, where the viewer reads it."""
    texts = ((issue_id, wait_text(view, prepared, wait)) for issue_id, wait in waits.items())
    return {issue_id: text for issue_id, text in texts if text}


def wait_text(view: EngagementView, prepared: PreparedEngagement, wait: Wait | None) -> str:
    """Return whom a ticket waits for, "" for nobody, or where the viewer does not read it.

    For the in-house team it is told to who reads the list of those. What waits for the agency enters no figure: its
    status is Jira's, and its day stands in the record of the ticket, but in works-council mode.
    """
    if wait is None or view.stored.rules.works_council:
        return ""
    if wait.of_agency:
        return gettext("waits for the agency since %(day)s", day=day(prepared.calendar.day(wait.since)))
    return gettext("waits for the in-house team") if lists_asks(view) else ""
