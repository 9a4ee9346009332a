"""What waits on Objectives: those that the caller's side has still to confirm."""

from collections.abc import Sequence

from connector.pages.objectives.confirmations import counts_text, lacking_objectives, select_confirmations
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from mappings.translation import gettext


def select_unconfirmed(context: WaitingContext) -> Sequence[WaitingItem]:
    engagement, rules = context.view.engagement, context.view.stored.rules
    confirmations = select_confirmations(context.agreement, engagement, context.now)
    counts, lacking = counts_text(engagement, rules), lacking_objectives(engagement, rules)
    return [
        WaitingItem(
            gettext("Confirm %(objective)s", objective=item.name),
            item.note,
            gettext("Confirm"),
            {"objective": item.key},
            step=Step("agree", {"objective": item.key}, of_all="agree-all"),
            about=lacking or (counts if item.claimed else ""),
            is_idle=bool(lacking),
            place="opened",
            named=item.name,
        )
        for item in confirmations[context.side]
    ]
