"""What waits on Objectives: those that the caller's side has still to confirm."""

from collections.abc import Sequence

from connector.pages.objectives.confirmations import Confirmation, select_confirmations
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from mappings.translation import gettext


def select_unconfirmed(context: WaitingContext) -> Sequence[WaitingItem]:
    confirmations = select_confirmations(context.agreement, context.view.engagement, context.now)
    return [
        WaitingItem(
            gettext("Confirm %(objective)s", objective=item.name),
            _note(item),
            gettext("Confirm"),
            {"objective": item.key},
            step=Step("agree", {"objective": item.key}),
        )
        for item in confirmations[context.side]
    ]


def _note(item: Confirmation) -> str:
    if item.claimed is None:
        return item.text
    return gettext("%(agreed)s; counts for Written together once both sides confirm", agreed=item.text)
