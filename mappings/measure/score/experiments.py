"""Experiments: how those that were decided ended, and which of them the in-house team led. They enter no score."""

from fractions import Fraction

from mappings.measure.model.field_history import text_at
from mappings.measure.model.opportunity import LOST, WON, Opportunity
from mappings.measure.score.signal_match import matches
from mappings.measure.score.ticket_view import DoneEntry, TicketView
from mappings.measure.ticket.work_shares import AGENCY, OTHER

# The outcomes, by their key in `signals.experiments`, and the component that counts each.
OUTCOMES = ("won", "lost", "inconclusive")
COMPONENTS = {outcome: f"experiment_{outcome}" for outcome in OUTCOMES}


def experiments(view: TicketView) -> list[Opportunity]:
    """Return each done entry of an experiment that its resolution decides; x is 1 where the in-house team led it.

    One whose resolution is none of the three is not decided. Where agencies together did at least half, they led it.
    """
    rule = view.prepared.engagement.signals.experiments
    if not rule or not matches(rule, view.ticket):
        return []
    return [
        Opportunity(COMPONENTS[outcome], view.issue_id, entry.at, _led_inhouse(entry), gone=entry.gone)
        for entry in view.done_entries
        if (outcome := _outcome_of(view, entry)) is not None
    ]


def _led_inhouse(entry: DoneEntry) -> Fraction:
    # By weights of all agencies: what another agency did is no work of the in-house team either.
    weights = entry.entry.weights
    return LOST if 2 * (weights[AGENCY] + weights[OTHER]) >= sum(weights) else WON


def _outcome_of(view: TicketView, entry: DoneEntry) -> str | None:
    rule = view.prepared.engagement.signals.experiments
    resolution = text_at(view.histories.get("resolution", ()), entry.done, view.ticket.issue.resolution)
    if resolution is None:
        return None
    folded = resolution.casefold()
    return next(
        (outcome for outcome in OUTCOMES if any(name.casefold() == folded for name in rule.get(outcome, ()))), None
    )
