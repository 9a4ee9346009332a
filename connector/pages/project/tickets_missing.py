"""What somebody does on the tickets that are missing on the way to a rung, as text."""

from collections.abc import Mapping

from connector.figures.alone_steps import Way
from connector.text import count
from mappings.measure.model.engagement import Rung
from mappings.measure.people.exit_plan import Shortfall
from mappings.translation import gettext, list_text, mark_plural, ngettext

# By how many tickets.
TICKETS: Mapping[Rung, tuple[str, str]] = {
    "shadowed": mark_plural("%(num)s to shadow", "%(num)s to shadow"),
    "assisted": mark_plural("%(num)s to drive with help", "%(num)s to drive with help"),
    "independent": mark_plural("%(num)s to drive alone", "%(num)s to drive alone"),
}
# The same where all are of one kind.
OF_ONE_KIND: Mapping[Rung, tuple[str, str]] = {
    "shadowed": mark_plural("%(num)s ticket to shadow", "%(num)s tickets to shadow"),
    "assisted": mark_plural("%(num)s ticket to drive with help", "%(num)s tickets to drive with help"),
    "independent": mark_plural("%(num)s ticket to drive alone", "%(num)s tickets to drive alone"),
}
FRESH = mark_plural("%(num)s to stay fresh", "%(num)s to stay fresh")
# The same where nobody has to learn it: whoever could do it would have been without it for too long.
FRESH_ALONE = mark_plural("%(num)s ticket to stay fresh", "%(num)s tickets to stay fresh")


def tickets_text(tickets: Shortfall, refreshing: int = 0) -> str:
    """Return how many tickets are missing of each kind: "4 tickets: 2 to shadow and 2 to drive alone".

    Of those to shadow some only keep knowledge fresh that somebody has: `refreshing`.
    """
    learning = {rung: count - (refreshing if rung == "shadowed" else 0) for rung, count in tickets.items()}
    rungs = [rung for rung in TICKETS if learning.get(rung)]
    if len(rungs) == 1 and not refreshing:
        return ngettext(*OF_ONE_KIND[rungs[0]], learning[rungs[0]])
    if not rungs:
        return ngettext(*FRESH_ALONE, refreshing)
    kinds = [ngettext(*TICKETS[rung], learning[rung]) for rung in rungs]
    if refreshing:
        kinds.append(ngettext(*FRESH, refreshing))
    whole = count(sum(tickets.values()), "ticket")
    return gettext("%(tickets)s: %(kinds)s", tickets=whole, kinds=list_text(kinds))


def way_text(way: Way) -> str:
    """Return what a learner still needs: at least that many where a lower rung can be taught on the way."""
    tickets = tickets_text(way.tickets)
    return gettext("at least %(tickets)s", tickets=tickets) if way.behind else tickets
