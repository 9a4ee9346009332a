"""Open tickets that a person could take on, and that only others, who are enrolled, are to drive alone."""

from collections.abc import Collection, Iterable, Mapping
from collections.abc import Set as AbstractSet

from connector.figures.open_previews import OpenTicket
from connector.figures.teaching import select_teaching
from connector.pages.enrolled import is_enrolled
from connector.pages.learning.rungs import LadderContext
from mappings.measure.people.teaching_opportunities import TeachingOpportunity


def select_needed(
    context: LadderContext,
    taken: Iterable[tuple[int, str]],
    openings: Iterable[TeachingOpportunity] | None = None,
    *,
    left: Iterable[tuple[int, str]] = (),
    tickets: Iterable[OpenTicket] = (),
) -> AbstractSet[tuple[int, str]]:
    """Return which of the tickets, each with its objective, that the viewer could take others are to drive alone.

    So are those of `left`, which the viewer could only mentor, enrolled or not. `openings` are those of everybody,
    where they are read already, and `tickets` such open tickets.
    """
    engagement, account = context.view.engagement, context.account
    possible = {(issue_id, key) for issue_id, key in taken if not is_enrolled(engagement, key, account)}
    return frozenset(select_alone(context, possible.union(left), openings, tickets))


def select_alone(
    context: LadderContext,
    of: Collection[tuple[int, str]],
    openings: Iterable[TeachingOpportunity] | None = None,
    tickets: Iterable[OpenTicket] = (),
) -> Mapping[tuple[int, str], TeachingOpportunity]:
    """Return what the enrolled are to drive alone of the tickets `of`, each with its objective."""
    if not of:
        return {}
    if openings is None:
        read = (context.connection, context.tenant_id, context.view.stored, context.prepared)
        openings = select_teaching(*read, now=context.now, viewer=context.account, known=tickets).openings
    alone = [item for item in openings if item.part == "alone"]
    places = {(issue_id, item.objective): item for item in alone for issue_id in item.issue_ids}
    return {place: item for place, item in places.items() if place in of}
