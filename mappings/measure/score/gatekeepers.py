"""D5: are gatekeepers brought in early, and do first submissions pass."""

from fractions import Fraction

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import TicketView


class Early(Struct, frozen=True):
    """When a gatekeeper was first there, None for never, on the way from the first active moment to the done one."""

    opened: Instant
    done: Instant
    met: Instant | None

    @property
    def x(self) -> Fraction:
        """Return clip(1 - (met - start) / (done - start), 0, 1); never met 0, done at once 1 (measurement (e), D5)."""
        if self.met is None:
            return Fraction(0)
        whole = self.done - self.opened
        if whole == 0:
            return Fraction(1)
        return min(max(1 - Fraction(self.met - self.opened, whole), Fraction(0)), Fraction(1))


class Submission(Struct, frozen=True):
    """Whether the first submission to a gatekeeper came back for more work."""

    came_back: bool

    @property
    def x(self) -> Fraction:
        return Fraction(not self.came_back)


def earliness(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in early_reasons(view)]


def early_reasons(view: TicketView) -> list[tuple[Opportunity, Early]]:
    # D5: done tickets that need or met a gatekeeper; x = how much of the way was left then (measurement (h)).
    opportunities = []
    for entry in view.done_entries:
        met = first_met(view, entry.done)
        if met is not None or matches(view.prepared.engagement.signals.gatekeeper, view.ticket):
            reason = Early(entry.opened, entry.done, met)
            opportunity = Opportunity("earliness", view.issue_id, entry.at, reason.x, gone=entry.gone)
            opportunities.append((opportunity, reason))
    return opportunities


def first_met(view: TicketView, done: Instant) -> Instant | None:
    first = view.first_gatekeeper
    return first if first is not None and first <= done else None


def first_pass(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in pass_reasons(view)]


def pass_reasons(view: TicketView) -> list[tuple[Opportunity, Submission]]:
    # D5: tickets that entered a gatekeeper status; x where its first exit leads neither back nor to do (h).
    moves = view.line.moves
    entered = next((place for place, move in enumerate(moves) if move.new == "gatekeeper"), None)
    if entered is None or not view.in_scope(moves[entered].at):
        return []
    left = next((move for move in moves[entered + 1 :] if move.new != "gatekeeper"), None)
    if left is None:
        return []
    reason = Submission(left.new in {"todo", "active"})
    return [(Opportunity("first_pass", view.issue_id, moves[entered].at, reason.x, known=left.at), reason)]
