"""What waits on Tickets: late tags that the caller may confirm, and disputes of the other side."""

from collections.abc import Iterable, Sequence

from connector.actions.actor import Actor
from connector.actions.selected_tickets import select_confirmable
from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import account, browsable
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.text import SIDE_NAMES, count
from connector.web.gate import caller
from mappings.events.times import DAY
from mappings.measure.period.disputes import OPEN, is_open
from mappings.records.agreement.disputes import select_disputes
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.ticket_pages import select_late

# Of how many late tickets it is looked up who may confirm them: each is read with its history.
MOST_LATE = 100


def select_late_tags(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the late tags that wait for the caller's side, as one: they are confirmed together."""
    late = select_late(context.scope, context.now)[:MOST_LATE]
    if not late:
        return ()
    connection, tenant_id = context.connection, caller().tenant_id
    actor = Actor(connection, tenant_id, context.view.stored, context.prepared, account(), context.now)
    waiting = {issue_id for issue_id, _ in select_confirmable(actor, late)}
    shown = _browsable(context, waiting)
    if not shown:
        return ()
    keys = ", ".join(sorted(label.key for label in shown)[:3])
    more = f" and {len(shown) - 3} more" if len(shown) > 3 else ""
    return [WaitingItem(count(len(shown), "late tag"), f"{keys}{more}", "Confirm", {"late": "1"})]


def select_open_disputes(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return the open disputes that the other side filed."""
    disputes = select_disputes(context.agreement, start=context.now - OPEN, end=context.now)
    others = [item for item in disputes if item.side != context.side and is_open(item, context.now)]
    if not others:
        return ()
    labels = {label.issue_id: label for label in _browsable(context, {item.issue_id for item in others})}
    return [
        WaitingItem(
            "Dispute of",
            f"by {SIDE_NAMES[item.side]} · {count(-(-(item.at + OPEN - context.now) // DAY), 'day')} left",
            "Answer",
            {"show": "disputed"},
            ticket=labels[item.issue_id].key,
        )
        for item in others
        if item.issue_id in labels
    ]


def _browsable(context: WaitingContext, issue_ids: Iterable[int]) -> list[IssueLabel]:
    labels = select_labels(context.connection, caller().tenant_id, set(issue_ids))
    try:
        seen = browsable(container(), labels.values())
    except JiraError:
        return []
    return [label for issue_id, label in labels.items() if issue_id in seen]
