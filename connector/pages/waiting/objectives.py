"""What waits on Objectives: those that the caller's side has still to confirm."""

from collections.abc import Sequence

from connector.pages.objectives.confirmations import counts_text, select_confirmations
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from mappings.translation import gettext


def select_unconfirmed(context: WaitingContext) -> Sequence[WaitingItem]:
    confirmations = select_confirmations(context.agreement, context.view.engagement, context.now)
    counts = counts_text(context.view.engagement, context.view.stored.rules)
    return [
        WaitingItem(
            gettext("Confirm %(objective)s", objective=item.name),
            item.text,
            gettext("Confirm"),
            {"objective": item.key},
            step=Step("agree", {"objective": item.key}),
            about=counts if item.claimed else "",
        )
        for item in confirmations[context.side]
    ]
