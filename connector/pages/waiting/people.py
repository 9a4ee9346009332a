"""What waits on Settings: people who worked on the tickets and have no side."""

from collections.abc import Sequence

from connector.container import container
from connector.pages.sides_today import select_without_side
from connector.pages.visibility import fetch_names
from connector.pages.waiting.model import WaitingContext, WaitingItem
from connector.web.gate import caller
from mappings.translation import gettext, ngettext

NAMED = 3


def select_people_without_side(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return all of them as one: they are decided on together."""
    waiting = select_without_side(context.connection, caller().tenant_id, context.view.engagement)
    if not waiting:
        return ()
    names = sorted(fetch_names(container(), context.view, waiting).values(), key=str.casefold)
    title = ngettext("%(num)s person without a side", "%(num)s people without a side", len(waiting))
    return [WaitingItem(title, _note(names[:NAMED], len(waiting)), gettext("Decide"))]


def _note(named: Sequence[str], whole: int) -> str:
    if not named:
        return gettext("They worked on the tickets, and their work counts for no side")
    people, more = ", ".join(named), whole - len(named)
    if more:
        people = gettext("%(people)s and %(more)s more", people=people, more=more)
    return gettext("%(people)s: their work on the tickets counts for no side", people=people)
