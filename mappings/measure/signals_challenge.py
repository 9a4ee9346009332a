"""D3: does the agency propose, and do its proposals find an answer."""

from fractions import Fraction

from mappings.events.vocabulary import Instant
from mappings.measure.histories import text_at
from mappings.measure.look import Look, stood
from mappings.measure.opportunities import Opportunity
from mappings.measure.ruleset import DAY
from mappings.measure.shares import AGENCY, INHOUSE
from mappings.measure.signal_rules import matches
from mappings.measure.timeline import Move

_HALF = Fraction(1, 2)


def is_proposal(look: Look) -> bool:
    """Say whether a ticket matches `signals.proposals` and a person of this agency created it."""
    issue = look.ticket.issue
    created = stood(look, issue.creator, issue.created, AGENCY) and look.in_scope(issue.created)
    return created and matches(look.lens.engagement.signals.proposals, look.ticket)


def proposals(look: Look) -> list[Opportunity]:
    """D3a, k: a proposal, dated at its creation (measurement (h))."""
    issue = look.ticket.issue
    return [Opportunity("proposals", look.issue_id, issue.created, Fraction(1))] if is_proposal(look) else []


def agency_done(look: Look) -> list[Opportunity]:
    """D3a, E: agency-led done tickets, in which proposals are counted (measurement (h))."""
    return [
        Opportunity("agency_done", look.issue_id, one.done, Fraction(1), gone=one.gone)
        for one in look.finishes
        if one.agency_led
    ]


def uptake(look: Look) -> list[Opportunity]:
    """D3b: proposals when they are decided: adopted 1, declined with a reason .5, else 0 (measurement (h)).

    Undecided 90 days after creation counts as 0 on that day, and a later decision does not count again.
    """
    if not is_proposal(look):
        return []
    rules, created = look.lens.ruleset, look.ticket.issue.created
    limit = created + rules.undecided_days * DAY
    decided, gone = _decision(look)
    if decided is None or decided.at > limit:
        return [Opportunity("uptake", look.issue_id, limit, Fraction(0), known=limit)]
    x = _HALF if _has_reason(look, decided.at) else Fraction(0)
    known = decided.at + rules.comment_days * DAY
    if not _is_declined(look, decided.at):
        x, known = Fraction(1), decided.at
    return [Opportunity("uptake", look.issue_id, decided.at, x, known=decided.at if x else known, gone=gone)]


def _decision(look: Look) -> tuple[Move | None, Instant | None]:
    """Return the last entry into done, and None or the moment at which it was left again."""
    entered: Move | None = None
    gone: Instant | None = None
    for move in look.line.moves:
        if move.new == "done" and move.old != "done":
            entered, gone = move, None
        elif move.old == "done" and move.new != "done":
            gone = move.at
    return entered, gone


def _is_declined(look: Look, done: Instant) -> bool:
    issue, declined = look.ticket.issue, look.lens.engagement.signals.proposals.get("declined", ())
    status = text_at(look.histories.get("status", ()), done, issue.status.name if issue.status else None)
    resolution = text_at(look.histories.get("resolution", ()), done, issue.resolution)
    named = {name.casefold() for name in declined}
    return any(text is not None and text.casefold() in named for text in (status, resolution))


def _has_reason(look: Look, done: Instant) -> bool:
    closes = done + look.lens.ruleset.comment_days * DAY
    return any(one.substantive and one.standing.place == INHOUSE and one.at <= closes for one in look.said)
