"""Figures of whole lists of tickets and opportunities, against which those of stored sums are checked."""

from collections.abc import Iterable
from fractions import Fraction

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity, Window, counted, counts
from mappings.measure.model.ticket import Measured, Ticket
from mappings.measure.score.opportunities import ACTIVE, Count
from mappings.measure.score.teaching import Pair
from mappings.measure.score.ticket_view import TicketView, view_history
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import is_complete, measure_history
from mappings.measure.ticket.prepared import PreparedEngagement


def measure_ticket(prepared: PreparedEngagement, ticket: Ticket) -> Measured:
    # The ledger entries and the evidence of a ticket, whatever the time is (measurement (g) 1 to 13).
    # Parts are billionths of a unit, times µs; a ticket that never counted gives no entries.
    history = read_history(prepared, ticket)
    if history is None:
        return Measured(ticket.issue.issue_id, complete=is_complete(ticket))
    return measure_history(prepared, history)


def view_ticket(prepared: PreparedEngagement, ticket: Ticket, measured: Measured) -> TicketView | None:
    # Gather what the dimensions ask of a ticket; None for what does not count at all (measurement (g) 1).
    history = read_history(prepared, ticket)
    return None if history is None else view_history(prepared, history, measured)


def counts_of(opportunities: Iterable[Opportunity], window: Window) -> dict[str, Count]:
    # x and n of every component with something in a window (measurement (h)), `active` left out.
    successes: dict[str, list[Fraction]] = {}
    for opportunity in opportunities:
        if opportunity.component != ACTIVE and counts(opportunity, window):
            successes.setdefault(opportunity.component, []).append(opportunity.x)
    return {key: Count(sum(xs, Fraction(0)), len(xs)) for key, xs in successes.items()}


def activity_of(rows: Iterable[Opportunity], objective: str, window: Window) -> tuple[Instant | None, bool]:
    # When work on an objective first began, None for never, and whether any went on in a window (D7).
    own_rows = [row for row in rows if row.component == ACTIVE and row.objective == objective]
    first = min((row.at for row in own_rows), default=None)
    return first, any(row.at < window.end and (row.gone is None or row.gone > window.start) for row in own_rows)


def pairs_met(opportunities: Iterable[Opportunity], window: Window) -> frozenset[Pair]:
    # The pairs that met a ticket of D1a in a window: what D1b is counted on (measurement (h)).
    return frozenset(
        (opportunity.objective, opportunity.account) for opportunity in counted(opportunities, "met", window)
    )
