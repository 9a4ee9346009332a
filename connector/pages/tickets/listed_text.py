"""How many of a period's tickets are listed, where filters leave some out."""

from collections.abc import Sequence
from dataclasses import replace

from connector.pages.ticket_reason import AGENCY
from connector.pages.tickets.filters import Filters
from connector.pages.tickets.finished import Finished, FinishedList, ListContext
from connector.pages.tickets.rows import Whole
from connector.text import count
from mappings.measure.model.ruleset import Ruleset
from mappings.translation import gettext, mark_plural, ngettext


def listed_text(context: ListContext, tickets: FinishedList, whole: Whole) -> str:
    """Return how many tickets the filters list; "" where all are, or none."""
    filters = context.filters
    done = [ticket for ticket in (*tickets.tickets, *tickets.hidden) if ticket.is_done]
    if not filters.any or not done:
        return ""
    if tickets.next is not None or filters.before is not None:
        if is_own_alone(filters):
            return _own_page_text(context, tickets, whole, len(done))
        return gettext(
            "Not all %(all)s tickets are listed, only those that match: %(num)s on this page.",
            all=whole.tickets,
            num=len(done),
        )
    if is_own_alone(filters):
        return _own_text(context, done, _ALL)
    return ngettext(
        "%(num)s of %(all)s finished tickets is listed.",
        "%(num)s of %(all)s finished tickets are listed.",
        len(done),
        all=whole.tickets,
    )


def list_all_text(tickets: int) -> str:
    """Return what the way to all tickets of a list says."""
    if tickets <= 2:
        return gettext("List both tickets") if tickets == 2 else gettext("List the ticket")
    return gettext("List all %(tickets)s", tickets=count(tickets, "ticket"))


def is_own_alone(filters: Filters) -> bool:
    """Tell whether no other filter leaves anything out than that for what concerns the agency."""
    return filters.own and not replace(filters, own=False).any


def _own_page_text(context: ListContext, tickets: FinishedList, whole: Whole, on_page: int) -> str:
    """Return what a page lists of what concerns the agency; of the whole only where the first page read it all."""
    if tickets.matching is None:
        return gettext(
            "Of all %(all)s tickets those that concern %(agency)s are listed: %(num)s on this page.",
            all=whole.tickets,
            agency=context.view.engagement.agency_name,
            num=on_page,
        )
    # Those that may not be browsed stand in no row, and are known of a page alone.
    own = _own_text(context, [ticket for ticket in tickets.matching if ticket.is_done], _BROWSABLE)
    return gettext("%(tickets)s %(page)s on this page.", tickets=own, page=on_page)


_BROWSABLE = mark_plural(
    "%(num)s ticket that you may browse concerns %(agency)s: %(worked)s, %(tagged)s by objective only.",
    "%(num)s tickets that you may browse concern %(agency)s: %(worked)s, %(tagged)s by objective only.",
)
_ALL = mark_plural(
    "%(num)s ticket concerns %(agency)s: %(worked)s, %(tagged)s by objective only.",
    "%(num)s tickets concern %(agency)s: %(worked)s, %(tagged)s by objective only.",
)


def _own_text(context: ListContext, done: Sequence[Finished], forms: tuple[str, str]) -> str:
    """Return how many tickets concern the agency by its work, of which it says what has no size, and by objective."""
    worked = [ticket.entry for ticket in done if ticket.entry.weights[AGENCY] > 0]
    unsized = sum(not entry.units for entry in worked)
    with_work = gettext("%(num)s with its work", num=len(worked))
    if unsized:
        with_work = gettext("%(num)s with its work (%(unsized)s without a size)", num=len(worked), unsized=unsized)
    return ngettext(
        *forms,
        len(done),
        agency=context.view.engagement.agency_name,
        worked=with_work,
        tagged=len(done) - len(worked),
    )


def late_text(rules: Ruleset) -> str:
    """Return which tickets the filter for late tags lists: what was not confirmed in time is not among them."""
    return ngettext(
        "An objective was set after the ticket was done, and the other side can still confirm it: after %(num)s day "
        "without that it is dropped, and its ticket is not listed here.",
        "An objective was set after the ticket was done, and the other side can still confirm it: after %(num)s days "
        "without that it is dropped, and its ticket is not listed here.",
        rules.retro_days,
    )
