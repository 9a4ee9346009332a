"""How many of a period's tickets are listed, where filters leave some out."""

from collections.abc import Iterable
from dataclasses import replace

from connector.pages.ticket_reason import AGENCY
from connector.pages.tickets.filters import Filters
from connector.pages.tickets.finished import Finished, FinishedList, ListContext
from connector.pages.tickets.rows import Whole
from mappings.translation import gettext, mark_plural, ngettext


def listed_text(context: ListContext, tickets: FinishedList, whole: Whole) -> str:
    """Return how many tickets the filters list; "" where all are, or none."""
    filters = context.filters
    done = [ticket for ticket in (*tickets.tickets, *tickets.hidden) if ticket.is_done]
    if not filters.any or not done:
        return ""
    if tickets.next is not None or filters.before is not None:
        if is_own_alone(filters):
            texts = [_own_page_text(context, tickets, whole, len(done)), *_beside_texts(tickets)]
            return " ".join(texts)
        return gettext(
            "Not all %(all)s tickets are listed, only those that match: %(num)s on this page.",
            all=whole.tickets,
            num=len(done),
        )
    if is_own_alone(filters):
        return " ".join([_own_text(context, _count_worked(done), len(done)), *_beside_texts(tickets)])
    return ngettext(
        "%(num)s of %(all)s finished tickets is listed.",
        "%(num)s of %(all)s finished tickets are listed.",
        len(done),
        all=whole.tickets,
    )


def is_own_alone(filters: Filters) -> bool:
    """Tell whether no other filter leaves anything out than that for what concerns the agency."""
    return filters.own and not replace(filters, own=False).any


def _own_page_text(context: ListContext, tickets: FinishedList, whole: Whole, on_page: int) -> str:
    """Return what a page lists of what concerns the agency; of the whole only where the first page read it all."""
    agency = context.view.engagement.agency_name
    if tickets.matching is None:
        return gettext(
            "Of all %(all)s tickets those that concern %(agency)s are listed: %(num)s on this page.",
            all=whole.tickets,
            agency=agency,
            num=on_page,
        )
    done = [ticket for ticket in tickets.matching if ticket.is_done]
    worked = _count_worked(done)
    return gettext(
        "%(num)s tickets that you may browse concern %(agency)s: %(worked)s with its work, "
        "%(tagged)s with an objective only. %(page)s stand on this page.",
        num=len(done),
        agency=agency,
        worked=worked,
        tagged=len(done) - worked,
        page=on_page,
    )


def _beside_texts(tickets: FinishedList) -> list[str]:
    """Return what the counts above the list differ by from those of the period and from the rows below."""
    listed = (*tickets.tickets, *tickets.hidden)
    unsized = _count_unsized(listed if tickets.matching is None else (*tickets.matching, *tickets.hidden))
    again = sum(not ticket.is_done for ticket in listed)
    texts = [
        (unsized, _UNSIZED),
        (again, _AGAIN),
    ]
    return [ngettext(*forms, number) for number, forms in texts if number]


_UNSIZED = mark_plural(
    "%(num)s with its work counts nothing, as it has no size.",
    "%(num)s with its work count nothing, as they have no size.",
)
_AGAIN = mark_plural("%(num)s more is listed that was opened again.", "%(num)s more are listed that were opened again.")


def _count_unsized(tickets: Iterable[Finished]) -> int:
    return sum(ticket.is_done and ticket.entry.weights[AGENCY] > 0 and not ticket.entry.units for ticket in tickets)


def _count_worked(tickets: Iterable[Finished]) -> int:
    """Return on how many of the tickets the agency did some of the work."""
    return sum(ticket.entry.weights[AGENCY] > 0 for ticket in tickets)


def _own_text(context: ListContext, worked: int, number: int) -> str:
    return ngettext(
        "%(num)s ticket concerns %(agency)s: %(worked)s with its work, %(tagged)s with an objective only.",
        "%(num)s tickets concern %(agency)s: %(worked)s with its work, %(tagged)s with an objective only.",
        number,
        agency=context.view.engagement.agency_name,
        worked=worked,
        tagged=number - worked,
    )
