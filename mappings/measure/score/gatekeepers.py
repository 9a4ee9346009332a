"""D5: are gatekeepers brought in early, and do first submissions pass."""

from fractions import Fraction

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import DoneEntry, TicketView


def earliness(view: TicketView) -> list[Opportunity]:
    # D5: done tickets that need or met a gatekeeper; x = how much of the way was left then (measurement (h)).
    opportunities = []
    for entry in view.done_entries:
        met = first_met(view, entry.done)
        if met is not None or matches(view.prepared.engagement.signals.gatekeeper, view.ticket):
            opportunities.append(Opportunity("earliness", view.issue_id, entry.at, early(entry, met), gone=entry.gone))
    return opportunities


def early(entry: DoneEntry, met: Instant | None) -> Fraction:
    """Return clip(1 - (met - start) / (done - start), 0, 1); never met 0, done at once 1 (measurement (e), D5)."""
    if met is None:
        return Fraction(0)
    whole = entry.done - entry.opened
    if whole == 0:
        return Fraction(1)
    return min(max(1 - Fraction(met - entry.opened, whole), Fraction(0)), Fraction(1))


def first_met(view: TicketView, done: Instant) -> Instant | None:
    first = view.first_gatekeeper
    return first if first is not None and first <= done else None


def first_pass(view: TicketView) -> list[Opportunity]:
    # D5: tickets that entered a gatekeeper status; x where its first exit leads neither back nor to do (h).
    moves = view.line.moves
    entered = next((place for place, move in enumerate(moves) if move.new == "gatekeeper"), None)
    if entered is None or not view.in_scope(moves[entered].at):
        return []
    left = next((move for move in moves[entered + 1 :] if move.new != "gatekeeper"), None)
    if left is None:
        return []
    x = Fraction(left.new not in {"todo", "active"})
    return [Opportunity("first_pass", view.issue_id, moves[entered].at, x, known=left.at)]
