"""How many people are behind a latency: read from the tickets when somebody asks, and kept nowhere."""

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

PORTION = 50
"""Tickets read in one go: k people are mostly found in the first of them."""
LOOKED_AT = 1000
"""Tickets looked at, the latest first. Where k people have not answered on these, too few have, whoever did before."""


def is_of_many(scope: Scope, prepared: PreparedEngagement, component: str, window: Window) -> bool:
    """Tell whether k people or more came first in what a latency counts in a window (measurement (f)).

    It costs at most LOOKED_AT tickets, and is asked in works-council mode alone.
    """
    found: set[Answerer] = set()
    rows = select_opportunities(scope, component, window)
    issues = [*dict.fromkeys(one.issue_id for one in reversed(rows))][:LOOKED_AT]
    for start in range(0, len(issues), PORTION):
        looks = _looks_at(scope, prepared, issues[start : start + PORTION])
        found |= frozenset[Answerer]().union(*(answerers(look, component, window) for look in looks))
        if fewest(found, component) >= prepared.ruleset.k:
            return True
    return False


def _looks_at(scope: Scope, prepared: PreparedEngagement, issues: Collection[int]) -> list[TicketView]:
    tickets = with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, issues))
    works = [work for ticket in tickets.values() if (work := read_history(prepared, ticket)) is not None]
    return [view_history(prepared, work, measure_history(prepared, work)) for work in works]
