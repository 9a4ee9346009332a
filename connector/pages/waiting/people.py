"""What waits on Settings: people who worked on the tickets and have no side."""

from collections.abc import Sequence

from connector.pages.sides_today import select_without_side, sponsors_of
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.web.gate import caller
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import gettext, ngettext


def select_people_without_side(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return all of them as one: they are decided on together. Settings name them, and no list of what waits does."""
    connection, tenant_id = context.connection, caller().tenant_id
    sponsors = sponsors_of(select_engagements(connection, tenant_id))
    number = len(select_without_side(connection, tenant_id, context.view.engagement, sponsors).undecided)
    if not number:
        return ()
    title = ngettext("%(num)s person needs a side", "%(num)s people need a side", number)
    # Settings of an engagement kept as a file give the lines for it, and decide nothing.
    verb = gettext("See") if context.view.stored.kept_in == "file" else gettext("Decide")
    return [WaitingItem(title, gettext("Their work counts for no side and is shown as unknown"), verb)]
