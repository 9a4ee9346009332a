"""What waits on Tickets: late tags that the caller may confirm, and disputes of the other side."""

from collections.abc import Iterable, Mapping, Sequence

from connector.actions.actor import Actor
from connector.actions.selected_tickets import select_confirmable
from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import account, browsable
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from connector.text import count
from connector.web.gate import caller
from mappings.measure.model.statements import LeadSide
from mappings.measure.period.disputes import OPEN, days_left, is_open
from mappings.records.agreement.disputes import select_disputes
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.ticket_pages import select_late
from mappings.translation import gettext, mark_plural, ngettext

# Of how many late tickets it is looked up who may confirm them: each is read with its history.
MOST_LATE = 100
DISPUTED_BY: Mapping[LeadSide, tuple[str, str]] = {
    "agency": mark_plural("by the agency · %(num)s day left", "by the agency · %(num)s days left"),
    "inhouse": mark_plural("by the in-house team · %(num)s day left", "by the in-house team · %(num)s days left"),
}


def select_late_tags(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the late tags that wait for the caller's side, as one: they are confirmed together."""
    shown = select_late_tickets(context)
    if not shown:
        return ()
    keys = ", ".join(sorted(label.key for label in shown)[:3])
    if len(shown) > 3:
        keys = ngettext("%(keys)s and %(num)s more", "%(keys)s and %(num)s more", len(shown) - 3, keys=keys)
    step = Step("confirm", asks=True)
    return [WaitingItem(count(len(shown), "late tag"), keys, gettext("Confirm"), {"late": "1"}, step=step)]


def select_late_tickets(context: WaitingContext) -> list[IssueLabel]:
    """Return the tickets whose late tags the caller may confirm."""
    late = select_late(context.scope, context.now)[:MOST_LATE]
    if not late:
        return []
    connection, tenant_id = context.connection, caller().tenant_id
    actor = Actor(connection, tenant_id, context.view.stored, context.prepared, account(), context.now)
    return select_browsable(context, {issue_id for issue_id, _ in select_confirmable(actor, late)})


def select_open_disputes(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the open disputes that the other side filed and nobody answered."""
    disputes = select_disputes(context.agreement, start=context.now - OPEN, end=context.now)
    waiting = [item for item in disputes if item.side != context.side and item.answered_at is None]
    others = [item for item in waiting if is_open(item, context.now)]
    if not others:
        return ()
    labels = {label.issue_id: label for label in select_browsable(context, {item.issue_id for item in others})}
    return [
        WaitingItem(
            gettext("Dispute of"),
            ngettext(*DISPUTED_BY[item.side], days_left(item, context.now)),
            gettext("Answer"),
            {"show": "disputed"},
            ticket=labels[item.issue_id].key,
            step=Step("answer", {"dispute": str(item.number), "issue": str(item.issue_id)}, asks=True),
        )
        for item in others
        if item.issue_id in labels
    ]


def select_browsable(context: WaitingContext, issue_ids: Iterable[int]) -> list[IssueLabel]:
    """Return those of the tickets that the caller may browse; none where Jira does not answer."""
    labels = select_labels(context.connection, caller().tenant_id, set(issue_ids))
    try:
        seen = browsable(container(), labels.values())
    except JiraError:
        return []
    return [label for issue_id, label in labels.items() if issue_id in seen]
