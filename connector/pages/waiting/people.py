"""What waits on Settings: people who worked on the tickets and have no side."""

from collections.abc import Sequence

from connector.pages.sides_today import select_without_side
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.web.gate import caller
from mappings.translation import gettext, ngettext


def select_people_without_side(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return all of them as one: they are decided on together. Settings name them, and no list of what waits does."""
    number = len(select_without_side(context.connection, caller().tenant_id, context.view.engagement))
    if not number:
        return ()
    title = ngettext("%(num)s person without a side", "%(num)s people without a side", number)
    return [WaitingItem(title, gettext("Their work on the tickets counts for no side"), gettext("Decide"))]
