"""The order of a list of open tickets: the reader's own first, then the others, each by their last change.

Those that lift the reader come by how far they do.
"""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from connector.pages.tickets.finished import ListContext
from connector.web.gate import caller
from mappings.measure.model.ticket import UNTAGGED
from mappings.records.facts.issues import select_assigned
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page

# Of so many that changed last it is looked whose they are: no index has the assignee, and a page costs no more where
# more are open.
LATEST = 200


class OpenPage(Struct, frozen=True):
    """The tickets of a page in their order, and where the next begins, None after the last.

    `begins_with_own`: those of the reader stand before others that may have changed later.
    """

    places: list[Place]
    after: Place | None
    begins_with_own: bool = False


def select_page(
    context: ListContext, choice: Choice, limit: int, *, objective: str | None, is_ranked: bool = False
) -> OpenPage:
    """Return a page of the open tickets with an objective, the reader's own first; UNTAGGED in one order for all.

    `is_ranked`: those that are chosen come in the order of their choice.
    """
    if is_ranked:
        return _select_ranked(context, choice, limit, objective=objective)
    # Of who took part on very many tickets, each that is passed by costs a look of its own.
    if objective == UNTAGGED or choice.part is not None:
        return _page(select_open_page(context.scope, choice, limit + 1, objective=objective), limit)
    latest = select_open_page(
        context.scope, replace(choice, before=None), max(LATEST, 2 * limit + 1), objective=objective
    )
    own = _select_own(context, latest)[:limit]
    if choice.before is None:
        page = _page([place for place in latest if place not in own], limit - len(own))
        return replace(page, places=[*own, *page.places], begins_with_own=bool(own))
    places = select_open_page(context.scope, choice, limit + 1 + len(own), objective=objective)
    return _page([place for place in places if place not in own], limit)


def _select_ranked(context: ListContext, choice: Choice, limit: int, *, objective: str | None) -> OpenPage:
    ids = [*(choice.only or ())]
    chosen = select_open_page(context.scope, replace(choice, before=None), len(ids), objective=objective)
    by_id = {place.issue_id: place for place in chosen}
    # What the last page ended with may lift nobody by now: then the list begins anew.
    passed = ids.index(choice.before.issue_id) + 1 if choice.before and choice.before.issue_id in ids else 0
    return _page([by_id[each] for each in ids[passed:] if each in by_id], limit)


def _select_own(context: ListContext, places: Sequence[Place]) -> list[Place]:
    who = caller()
    ids = [place.issue_id for place in places]
    assigned = select_assigned(context.connection, who.tenant_id, ids, who.account) if who.account else set()
    return [place for place in places if place.issue_id in assigned]


def _page(places: Sequence[Place], limit: int) -> OpenPage:
    shown = [*places[:limit]]
    if len(places) <= limit:
        return OpenPage(shown, None)
    # Where nothing but the reader's own has room, all of the others follow.
    return OpenPage(shown, shown[-1] if shown else Place(places[0].at + 1, 0))
