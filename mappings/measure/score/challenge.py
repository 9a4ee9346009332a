"""D3: does the agency propose, and do its proposals find an answer."""

from collections.abc import Mapping
from fractions import Fraction
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.field_history import text_at
from mappings.measure.model.opportunity import LOST, WON, Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import TicketView, is_on_side
from mappings.measure.ticket.ledger import done_stretches
from mappings.measure.ticket.work_shares import AGENCY

DecisionKind: TypeAlias = Literal["adopted", "reasoned", "unreasoned", "undecided"]
_DECIDED: Mapping[DecisionKind, Fraction] = {
    "adopted": WON,
    "reasoned": Fraction(1, 2),
    "unreasoned": LOST,
    "undecided": LOST,
}


def is_proposal(view: TicketView) -> bool:
    issue, rule = view.ticket.issue, view.prepared.engagement.signals.proposals
    return matches(rule, view.ticket) and is_on_side(view, issue.creator, issue.created, AGENCY)


def proposals(view: TicketView) -> list[Opportunity]:
    """D3a, k: a proposal, dated at its creation (measurement (h))."""
    created = view.ticket.issue.created
    if not is_proposal(view) or not view.in_scope(created):
        return []
    return [Opportunity("proposals", view.issue_id, created, Fraction(1))]


def agency_done(view: TicketView) -> list[Opportunity]:
    # D3a, E: agency-led done tickets, in which proposals are counted (measurement (h)).
    return [
        Opportunity("agency_done", view.issue_id, entry.at, WON, gone=entry.gone)
        for entry in view.done_entries
        if entry.agency_led
    ]


class Decision(Struct, frozen=True):
    """What became of a proposal."""

    kind: DecisionKind

    @property
    def x(self) -> Fraction:
        return _DECIDED[self.kind]


def uptake(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in uptake_reasons(view)]


def uptake_reasons(view: TicketView) -> list[tuple[Opportunity, Decision]]:
    # D3b: proposals when they are decided: adopted 1, declined with a reason .5, else 0 (measurement (h)).
    # Undecided 90 days after creation counts as 0 on that day, and a later decision does not count again. A decision
    # that is taken back counts until then, like any done ticket.
    if not is_proposal(view):
        return []
    limit = view.ticket.issue.created + view.prepared.ruleset.undecided_days * DAY
    decided = done_stretches(view.line.moves)
    opportunities = []
    if not any(entered.at <= limit and (left is None or left.at > limit) for entered, left in decided):
        decided = [(entered, left) for entered, left in decided if entered.at <= limit]
        opportunities.append(_decided(view, "undecided", limit, known=limit))
    opportunities += [_decision(view, entered.at, left.at if left else None) for entered, left in decided]
    return [(opportunity, reason) for opportunity, reason in opportunities if view.in_scope(opportunity.at)]


def _decided(
    view: TicketView,
    kind: DecisionKind,
    at: Instant,
    *,
    known: Instant,
    gone: Instant | None = None,
) -> tuple[Opportunity, Decision]:
    reason = Decision(kind)
    return Opportunity("uptake", view.issue_id, at, reason.x, known=known, gone=gone), reason


def _decision(view: TicketView, at: Instant, gone: Instant | None) -> tuple[Opportunity, Decision]:
    closes = at + view.prepared.ruleset.comment_days * DAY
    if not _is_declined(view, at):
        return _decided(view, "adopted", at, known=at, gone=gone)
    reason = view.first_reason
    if reason is None or reason > closes:
        return _decided(view, "unreasoned", at, known=closes, gone=gone)
    return _decided(view, "reasoned", at, known=max(at, reason), gone=gone)


def _is_declined(view: TicketView, done: Instant) -> bool:
    issue, declined = view.ticket.issue, view.prepared.engagement.signals.proposals.get("declined", ())
    status = text_at(view.histories.get("status", ()), done, issue.status.name if issue.status else None)
    resolution = text_at(view.histories.get("resolution", ()), done, issue.resolution)
    named = {name.casefold() for name in declined}
    return any(text is not None and text.casefold() in named for text in (status, resolution))
