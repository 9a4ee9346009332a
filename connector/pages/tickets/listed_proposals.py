"""The agency's proposals without a decision among listed open tickets: they say so."""

from collections.abc import Sequence
from dataclasses import replace

from connector.pages.drawer.open_proposals import select_limits_of
from connector.pages.tickets.finished import ListContext
from connector.pages.tickets.open_rows import OpenRow
from mappings.events.types import Instant
from mappings.translation import gettext, mark

WAITS = mark("proposal, waits for a decision")
UNDECIDED = mark("proposal, declined without a reason")


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
