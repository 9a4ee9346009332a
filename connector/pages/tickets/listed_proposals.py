"""The agency's proposals without a decision among listed open tickets: they say so, and come last."""

from collections.abc import Sequence
from dataclasses import replace

from connector.pages.drawer.open_proposals import select_limits_of
from connector.pages.tickets.finished import ListContext
from connector.pages.tickets.open_rows import OpenRow
from mappings.events.types import Instant
from mappings.translation import gettext, mark

WAITS = mark("proposal, waits for a decision")
UNDECIDED = mark("proposal, declined without a reason")
# The order of all, and where some have words of an objective in their title.
ORDERS = (
    mark("the last changed first"),
    mark("those with a word of %(objective)s in their title first, then the last changed"),
)
ORDERS_ASIDE = (
    mark("those that can be driven without %(agency)s first, then the last changed"),
    mark(
        "those that can be driven without %(agency)s first, then those with a word of %(objective)s in their title, "
        "then the last changed"
    ),
)


def with_proposals(context: ListContext, rows: Sequence[OpenRow]) -> list[OpenRow]:
    """Return the rows, those with the badge that are proposals, for whoever reads what these count in."""
    if "scores" not in context.view.sees or not rows:
        return list(rows)
    limits = select_limits_of(context.scope, [row.issue_id for row in rows])
    return [_with_limit(row, limits[row.issue_id], context.now) if row.issue_id in limits else row for row in rows]


def _with_limit(row: OpenRow, limit: Instant, now: Instant) -> OpenRow:
    if now < limit:
        return replace(row, proposal=gettext(WAITS))
    # It waits no more, and comes where any other does.
    return replace(row, badges=(*row.badges, gettext(UNDECIDED)))


def order_text(rows: Sequence[OpenRow], objective: str, *, aside: str) -> str:
    """Return in which order tickets without an objective are listed; the first titles have words of `objective`.

    Those that nobody can drive without the agency `aside` come after the others, where it has a name.
    """
    texts = ORDERS_ASIDE if aside else ORDERS
    order = gettext(texts[bool(objective)], agency=aside, objective=objective)
    if any(row.proposal for row in rows) and not all(row.proposal for row in rows):
        return gettext("%(order)s, proposals without a decision last", order=order)
    return order
