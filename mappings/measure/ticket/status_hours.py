"""Hours that tickets spent in each status, by the side that held them: what a choice about a status moves."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import cast

from mappings.events.names import fold_name
from mappings.events.types import Instant
from mappings.measure.model.engagement import StatusKind, Workflow
from mappings.measure.model.field_history import histories_of
from mappings.measure.model.status_kinds import Statuses
from mappings.measure.model.ticket import StatusBook, Ticket
from mappings.measure.ticket.ledger import is_counted_level
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import StatusInterval, timeline_of
from mappings.measure.ticket.work_shares import UNASSIGNED

Hours = Mapping[str, tuple[int, ...]]


class _StatusNames(Statuses):
    """Each status as a kind of its own: its folded name."""

    def kind(self, status: str | None, text: str | None = None) -> StatusKind:
        return cast("StatusKind", fold_name(text or ""))


def hours_by_status(
    prepared: PreparedEngagement, tickets: Iterable[Ticket], start: Instant, end: Instant
) -> tuple[Hours, int]:
    """Return business µs within `[start, end)` by folded status name and side, and how many tickets moved then."""
    names = _StatusNames(Workflow((), ()), StatusBook({}, {}))
    sums: defaultdict[str, list[int]] = defaultdict(lambda: [0] * (UNASSIGNED + 1))
    count = 0
    for ticket in tickets:
        if not is_counted_level(ticket.issue):
            continue
        intervals = timeline_of(ticket.issue, histories_of(ticket.changes), names).intervals
        # One that lies in a status for good tells nothing about the status.
        within = [each for each in intervals if each.start < end and (each.end or end) > start]
        if len(within) < 2:
            continue
        for interval in within:
            _add(prepared, sums[interval.kind], interval, (max(interval.start, start), min(interval.end or end, end)))
        count += 1
    return {name: tuple(row) for name, row in sums.items()}, count


def _add(prepared: PreparedEngagement, row: list[int], interval: StatusInterval, span: tuple[Instant, Instant]) -> None:
    business = prepared.calendar.business
    if interval.assignee is None or interval.assignee in prepared.affiliations.bots:
        row[UNASSIGNED] += business(*span)
        return
    for begun, ended, affiliation in prepared.affiliations.span(interval.assignee).cut(*span):
        row[affiliation.place] += business(begun, ended)
