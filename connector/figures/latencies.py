"""How many people are behind a latency: read from the tickets at each request, and stored nowhere."""

from collections.abc import Collection

from mappings.measure.model.opportunity import Window
from mappings.measure.score.latencies import Answerer, answerers, fewest
from mappings.measure.score.ticket_view import TicketView, view_history
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import measure_history
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.opportunities import select_opportunities
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# Tickets read at a time: k people are mostly among the first of them.
CHUNK = 50
# Tickets read, the latest first. Where k people have not answered on these, too few have, whoever did before.
MAX_TICKETS = 1000


def is_of_many(scope: Scope, prepared: PreparedEngagement, component: str, window: Window) -> bool:
    """Return whether k people or more came first in what a latency counts in a window (measurement (f)).

    It costs at most MAX_TICKETS tickets, and is needed in works-council mode alone.
    """
    people: set[Answerer] = set()
    rows = select_opportunities(scope, component, window)
    # Stored counts do not say whose answers they are; only the tickets do.
    issues = [*dict.fromkeys(row.issue_id for row in reversed(rows))][:MAX_TICKETS]
    for start in range(0, len(issues), CHUNK):
        views = _view_tickets(scope, prepared, issues[start : start + CHUNK])
        people |= frozenset[Answerer]().union(*(answerers(view, component, window) for view in views))
        if fewest(people, component) >= prepared.ruleset.k:
            return True
    return False


def _view_tickets(scope: Scope, prepared: PreparedEngagement, issues: Collection[int]) -> list[TicketView]:
    tickets = with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, issues))
    histories = [history for ticket in tickets.values() if (history := read_history(prepared, ticket)) is not None]
    return [view_history(prepared, history, measure_history(prepared, history)) for history in histories]
