"""Marks on the rows of a report: what is disputed, and what one person did to many tickets at once."""

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import Connection

from mappings.events.vocabulary import Instant
from mappings.formats.review import Row
from mappings.measure.bulk_edits import SPAN, TICKETS, Edit, Step, bulk_sizes
from mappings.measure.disputing import OPEN, Disputed, disputed_at
from mappings.measure.lens import Lens
from mappings.records.disputes import select_disputes
from mappings.records.edits import select_edits
from mappings.records.entries import PeriodEntry


def select_disputed(connection: Connection, tenant_id: int, engagement: str, as_of: Instant) -> dict[int, Disputed]:
    """Return by ticket what is disputed in an engagement at an instant."""
    return disputed_at(select_disputes(connection, tenant_id, engagement, start=as_of - OPEN, end=as_of), as_of)


def select_bulk(
    connection: Connection, tenant_id: int, lens: Lens, steps: Collection[Step], *, among: Collection[int] | None = None
) -> dict[Step, int]:
    """Return those of the steps, (ticket, instant of an entry), that a bulk edit made, and how many tickets it held.

    Tickets of `among`, by default those of the steps, are counted and no others: what a report does not hold must not
    change it (measurement (f)).
    """
    tickets = {issue_id for issue_id, _ in steps} if among is None else set(among)
    if len(tickets) < TICKETS:
        return {}
    start, end = min(at for _, at in steps) - SPAN, max(at for _, at in steps) + SPAN
    edits = [Edit(*row) for row in select_edits(connection, tenant_id, tickets, start=start, end=end)]
    sizes = bulk_sizes(edits, lens.affiliations.bots)
    return {step: sizes[step] for step in steps if step in sizes}


def mark_rows(entries: Sequence[PeriodEntry], disputed: Mapping[int, Disputed], bulk: Mapping[Step, int]) -> list[Row]:
    """Return the rows of a report, each with its marks."""
    return [
        Row(
            one.issue_id,
            one.key,
            one.stored.entry,
            one.stored.handed,
            disputed.get(one.issue_id),
            bulk.get((one.issue_id, one.stored.entry.at), 0),
        )
        for one in entries
    ]
