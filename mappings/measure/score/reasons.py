"""Why the opportunities of a component on one ticket count as they do: the same values that make their x."""

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

from msgspec.structs import replace

from mappings.measure.model.opportunity import Opportunity
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.challenge import Decision, uptake_reasons
from mappings.measure.score.crisis import Incident, Presence, crisis_reasons
from mappings.measure.score.embedding import Checked, checked_reasons
from mappings.measure.score.gatekeepers import Early, Submission, early_reasons, pass_reasons
from mappings.measure.score.reciprocity import Answer, Brief, brief_reasons, question_reasons, review_reasons
from mappings.measure.score.teaching import Taught, taught_reasons
from mappings.measure.score.ticket_view import TicketView, view_history
from mappings.measure.score.touch_acts import act_of
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import measure_history
from mappings.measure.ticket.prepared import PreparedEngagement

Reason: TypeAlias = Taught | Checked | Incident | Presence | Answer | Brief | Early | Submission | Decision

# The components that give reasons.
REASONS: Mapping[str, Callable[[TicketView], Sequence[tuple[Opportunity, Reason]]]] = {
    "taught_through": taught_reasons,
    "workflow_checks": checked_reasons,
    "crisis": crisis_reasons,
    "crisis_agency": crisis_reasons,
    "crisis_inhouse": crisis_reasons,
    "reviews_in_time": review_reasons,
    "questions_answered": question_reasons,
    "brief_stable": brief_reasons,
    "first_pass": pass_reasons,
    "earliness": early_reasons,
    "uptake": uptake_reasons,
}


def reasons_of(prepared: PreparedEngagement, ticket: Ticket, component: str) -> list[tuple[Opportunity, Reason]]:
    """Return the opportunities of a component on a ticket, each with its reason, by measuring the ticket again."""
    history = read_history(prepared, ticket)
    if history is None:
        return []
    view = view_history(prepared, history, measure_history(prepared, history))
    pairs = [(each, reason) for each, reason in REASONS[component](view) if each.component == component]
    return [(each, with_act(view, reason) if isinstance(reason, Answer) else reason) for each, reason in pairs]


def with_act(view: TicketView, answer: Answer) -> Answer:
    """Return a request with what answered it."""
    return answer if answer.answered is None else replace(answer, act=act_of(view, answer.answered))
