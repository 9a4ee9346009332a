"""In which order open tickets without an objective are listed, by what led there, and how that is said."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from connector.pages.ticket_text import Naming
from connector.pages.tickets.aim import Aim
from connector.pages.tickets.open_rows import OpenRow, Shown
from mappings.measure.ticket.work_shares import AGENCY
from mappings.translation import gettext, mark

# The order of all, and where some have words of an objective in their title.
ORDERS = (
    mark("the last changed first"),
    mark("those with two words of %(objective)s, or a rare one, in their title first, then the last changed"),
)
ORDERS_ASIDE = (
    mark("those that can be driven without %(agency)s first, then the last changed"),
    mark(
        "those that can be driven without %(agency)s first, then those with two words of %(objective)s, or a rare "
        "one, in their title, then the last changed"
    ),
)


def helped_ids(matching: Sequence[Shown], aim: Aim) -> frozenset[int]:
    """Return the tickets that nobody can drive without the agency, where one to drive alone led here."""
    return frozenset(shown[0].issue_id for shown in matching if aim.is_alone and shown[2].entry.weights[AGENCY])


def by_fit(naming: Naming, rows: Sequence[OpenRow], helped: Collection[int], fits: Mapping[int, int]) -> list[OpenRow]:
    """Return the rows without an objective: first those that may fit best what led here, last what is to be decided.

    `fits` is by ticket how many words of what led here its title has.
    """
    marked = [_told_helped(naming, row) if row.issue_id in helped else row for row in rows]
    return sorted(marked, key=lambda row: (bool(row.proposal), row.issue_id in helped, -fits.get(row.issue_id, 0)))


def _told_helped(naming: Naming, row: OpenRow) -> OpenRow:
    alone = gettext("nobody can drive it without %(agency)s", agency=naming.engagement.agency_name)
    return replace(row, because=f"{row.because}; {alone}")


def order_text(rows: Sequence[OpenRow], objective: str, *, aside: str) -> str:
    """Return in which order tickets without an objective are listed; the first titles have words of `objective`.

    Those that nobody can drive without the agency `aside` come after the others, where it has a name.
    """
    texts = ORDERS_ASIDE if aside else ORDERS
    order = gettext(texts[bool(objective)], agency=aside, objective=objective)
    if any(row.proposal for row in rows) and not all(row.proposal for row in rows):
        return gettext("%(order)s, proposals without a decision last", order=order)
    return order
