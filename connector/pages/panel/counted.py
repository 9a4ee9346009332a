"""How a ticket of a panel counts by what is measured of it: its entries, and the evidence behind the last."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from connector.pages.panel.context import TicketContext
from mappings.measure.model.ticket import Entry, Evidence
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.sql.scope import Scope


class Counted(NamedTuple):
    """How a ticket counts, or would if it were done now: its entry, the evidence behind it, and what it hands over."""

    entry: Entry
    rows: Sequence[Evidence]
    handed: int


def scope_of(connection: Connection, tenant_id: int, context: TicketContext) -> Scope:
    return Scope(connection, tenant_id, context.view.engagement.key, context.view.stored.shown_generation)


def select_counted_entries(connection: Connection, tenant_id: int, context: TicketContext) -> Sequence[StoredEntry]:
    """Return the entries of a ticket, oldest first; none before anything is measured."""
    if context.view.stored.generation is None:
        return ()
    issue_id = context.ticket.issue.issue_id
    return select_entries(scope_of(connection, tenant_id, context), [issue_id]).get(issue_id, ())


def select_counted(connection: Connection, tenant_id: int, context: TicketContext, last: StoredEntry) -> Counted:
    """Return how a ticket counts by its last entry, with the evidence behind that."""
    issue_id = context.ticket.issue.issue_id
    rows = select_evidence(scope_of(connection, tenant_id, context), [issue_id]).get(issue_id, ())
    return Counted(last.entry, [row for row in rows if row.entry == last.entry.done], last.handed_over)
