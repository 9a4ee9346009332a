"""Disputes: how long one is open, who may file another, and what of a ticket is disputed."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity, Window
from mappings.measure.model.opportunity import counts as is_counted
from mappings.measure.model.statements import Dispute, LeadSide
from mappings.measure.model.ticket import Entry
from mappings.measure.score.window import Counts

# A dispute expires in 30 days, elapsed (measurement (f), gaming table).
OPEN = 30 * DAY


class Disputed(Struct, frozen=True):
    """What is disputed of a ticket, without who or why: objectives, and whether its split is, since when.

    `until` is when the last of its disputes expires, unless it is withdrawn before.
    """

    since: Instant
    until: Instant
    objectives: tuple[str, ...]
    split: bool


def is_open(dispute: Dispute, as_of: Instant) -> bool:
    """Return whether a dispute is open at an instant: 30 days from its filing, limits included ((f), (g) 6)."""
    withdrawn = dispute.withdrawn_at is not None and dispute.withdrawn_at <= as_of
    return dispute.at <= as_of <= dispute.at + OPEN and not withdrawn


def days_left(dispute: Dispute, as_of: Instant) -> int:
    """Return for how many days an open dispute stands, a day that has begun as a whole one."""
    return max(1, -(-(dispute.at + OPEN - as_of) // DAY))


def disputed_at(disputes: Iterable[Dispute], as_of: Instant) -> dict[int, Disputed]:
    """Return by ticket what is disputed of it at an instant; a ticket without an open dispute is absent."""
    by_ticket: defaultdict[int, list[Dispute]] = defaultdict(list)
    for dispute in disputes:
        if is_open(dispute, as_of):
            by_ticket[dispute.issue_id].append(dispute)
    return {issue_id: _together(rows) for issue_id, rows in by_ticket.items()}


def _together(rows: list[Dispute]) -> Disputed:
    named = {dispute.objective for dispute in rows}
    since, last = min(dispute.at for dispute in rows), max(dispute.at for dispute in rows)
    return Disputed(since, last + OPEN, tuple(sorted(named - {""})), "" in named)


def was_disputed(
    disputes: Iterable[Dispute], about: tuple[int, str], side: LeadSide, *, done: Instant
) -> Dispute | None:
    """Return the dispute of a side on (ticket, objective) since its last done moment, open or not; None where none.

    A side disputes each done moment once: otherwise 30 days would have no end.
    """
    mine = [
        dispute
        for dispute in disputes
        if (dispute.issue_id, dispute.objective) == about and dispute.side == side and dispute.at >= done
    ]
    return max(mine, key=lambda dispute: dispute.at, default=None)


def parts_to_dispute(disputes: Iterable[Dispute], issue_id: int, side: LeadSide, latest: Entry) -> tuple[str, ...]:
    """Return what a side may still dispute of a ticket by its latest entry: objectives, and "" for its split."""
    if latest.sign < 0:
        return ()
    own = {dispute.objective for dispute in disputes_since_done(disputes, issue_id, side, latest)}
    return tuple(about for about in (*latest.objectives, "") if about not in own)


def disputes_since_done(
    disputes: Iterable[Dispute], issue_id: int, side: LeadSide, latest: Entry
) -> tuple[Dispute, ...]:
    """Return what a side disputed of a ticket since it was done, open or not, and may not dispute again until then."""
    if latest.sign < 0:
        return ()
    filed = [dispute for dispute in disputes if dispute.issue_id == issue_id]
    own = (was_disputed(filed, (issue_id, about), side, done=latest.at) for about in (*latest.objectives, ""))
    return tuple(dispute for dispute in own if dispute is not None)


def counts_without(counts: Counts, disputed: Iterable[Opportunity], windows: Mapping[str, Window]) -> Counts:
    """Return the counts of a score without the opportunities on disputed tickets, n and x alike.

    `windows` is each component's own; what is not in it (people's progress, feedback, co-creation) stays as it is.
    """
    left = dict(counts)
    for opportunity in disputed:
        window = windows.get(opportunity.component)
        if window is not None and is_counted(opportunity, window):
            x, n = left[opportunity.component]
            left[opportunity.component] = max(0.0, x - float(opportunity.x)), n - 1
    return left
