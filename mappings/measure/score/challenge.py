"""D3: does the agency propose, and do its proposals find an answer."""

from fractions import Fraction

from mappings.events.types import Instant
from mappings.measure.model.field_history import text_at
from mappings.measure.model.opportunity import WON, Opportunity
from mappings.measure.model.ruleset import DAY
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import TicketView, stood
from mappings.measure.ticket.ledger import done_stretches
from mappings.measure.ticket.work_shares import AGENCY

_HALF = Fraction(1, 2)


def is_proposal(look: TicketView) -> bool:
    """Say whether a ticket matches `signals.proposals` and a person of this agency created it."""
    issue, rule = look.ticket.issue, look.prepared.engagement.signals.proposals
    return matches(rule, look.ticket) and stood(look, issue.creator, issue.created, AGENCY)


def proposals(look: TicketView) -> list[Opportunity]:
    """D3a, k: a proposal, dated at its creation (measurement (h))."""
    created = look.ticket.issue.created
    if not is_proposal(look) or not look.in_scope(created):
        return []
    return [Opportunity("proposals", look.issue_id, created, Fraction(1))]


def agency_done(look: TicketView) -> list[Opportunity]:
    """D3a, E: agency-led done tickets, in which proposals are counted (measurement (h))."""
    return [
        Opportunity("agency_done", look.issue_id, one.at, WON, gone=one.gone) for one in look.finishes if one.agency_led
    ]


def uptake(look: TicketView) -> list[Opportunity]:
    """D3b: proposals when they are decided: adopted 1, declined with a reason .5, else 0 (measurement (h)).

    Undecided 90 days after creation counts as 0 on that day, and a later decision does not count again. A decision
    that is taken back counts until then, like any done ticket.
    """
    if not is_proposal(look):
        return []
    limit = look.ticket.issue.created + look.prepared.ruleset.undecided_days * DAY
    decided = done_stretches(look.line.moves)
    if not any(entered.at <= limit and (left is None or left.at > limit) for entered, left in decided):
        decided = [(entered, left) for entered, left in decided if entered.at <= limit]
        found = [Opportunity("uptake", look.issue_id, limit, Fraction(0), known=limit)]
    else:
        found = []
    found += [_decision(look, entered.at, left.at if left else None) for entered, left in decided]
    return [one for one in found if look.in_scope(one.at)]


def _decision(look: TicketView, at: Instant, gone: Instant | None) -> Opportunity:
    closes = at + look.prepared.ruleset.comment_days * DAY
    if not _is_declined(look, at):
        return Opportunity("uptake", look.issue_id, at, Fraction(1), known=at, gone=gone)
    reason = look.first_reason
    if reason is None or reason > closes:
        return Opportunity("uptake", look.issue_id, at, Fraction(0), known=closes, gone=gone)
    return Opportunity("uptake", look.issue_id, at, _HALF, known=max(at, reason), gone=gone)


def _is_declined(look: TicketView, done: Instant) -> bool:
    issue, declined = look.ticket.issue, look.prepared.engagement.signals.proposals.get("declined", ())
    status = text_at(look.histories.get("status", ()), done, issue.status.name if issue.status else None)
    resolution = text_at(look.histories.get("resolution", ()), done, issue.resolution)
    named = {name.casefold() for name in declined}
    return any(text is not None and text.casefold() in named for text in (status, resolution))
