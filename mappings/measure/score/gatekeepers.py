"""D5: are gatekeepers brought in early, and do first submissions pass."""

from fractions import Fraction

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import DoneEntry, TicketView


def earliness(look: TicketView) -> list[Opportunity]:
    """D5: done tickets that need or met a gatekeeper; x = how much of the way was left then (measurement (h))."""
    found = []
    for one in look.finishes:
        met = first_met(look, one.done)
        if met is not None or matches(look.prepared.engagement.signals.gatekeeper, look.ticket):
            found.append(Opportunity("earliness", look.issue_id, one.at, early(one, met), gone=one.gone))
    return found


def early(finish: DoneEntry, met: Instant | None) -> Fraction:
    """Return clip(1 - (met - start) / (done - start), 0, 1); never met 0, done at once 1 (measurement (e), D5)."""
    if met is None:
        return Fraction(0)
    whole = finish.done - finish.opened
    if whole == 0:
        return Fraction(1)
    return min(max(1 - Fraction(met - finish.opened, whole), Fraction(0)), Fraction(1))


def first_met(look: TicketView, done: Instant) -> Instant | None:
    """Return the first touch by a gatekeeper or assignment to one up to the done moment, elapsed time."""
    first = look.first_gatekeeper
    return first if first is not None and first <= done else None


def first_pass(look: TicketView) -> list[Opportunity]:
    """D5: tickets that entered a gatekeeper status; x where its first exit leads neither back nor to do (h)."""
    moves = look.line.moves
    entered = next((place for place, move in enumerate(moves) if move.new == "gatekeeper"), None)
    if entered is None or not look.in_scope(moves[entered].at):
        return []
    left = next((move for move in moves[entered + 1 :] if move.new != "gatekeeper"), None)
    if left is None:
        return []
    x = Fraction(left.new not in {"todo", "active"})
    return [Opportunity("first_pass", look.issue_id, moves[entered].at, x, known=left.at)]
