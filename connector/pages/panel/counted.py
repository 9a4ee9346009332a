"""How a ticket of a panel counts by what is measured of it, and how it would once a late objective is confirmed."""

from collections.abc import Sequence
from typing import NamedTuple

from sqlalchemy import Connection

from connector.figures.open_previews import select_taught_before
from connector.figures.tag_preview import entries_of, with_confirmed
from connector.pages import ticket_text
from connector.pages.panel.context import TicketContext
from connector.pages.ticket_reason import part_words, shown_bucket
from connector.text import KIND_WORDS
from mappings.measure.model.ticket import Entry, Evidence
from mappings.measure.ticket.handover import handed_parts
from mappings.measure.ticket.late_objectives import SIDES, Waiting, pending_objectives
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, mark

ONCE_CONFIRMED = mark("Once confirmed, it would count as %(bucket)s: %(amounts)s.")


class Counted(NamedTuple):
    """How a ticket counts, or would if it were done now: its entry, the evidence behind it, and what it hands over.

    `places` are those of the objectives that are handed over.
    """

    entry: Entry
    rows: Sequence[Evidence]
    handed: int
    places: Sequence[int] = ()


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
    own = [row for row in rows if row.entry == last.entry.done]
    return Counted(last.entry, own, last.handed_over, last.places)


def confirmed_text(connection: Connection, context: TicketContext, naming: ticket_text.Naming) -> str:
    """Return how a ticket would count if what was set late on it were confirmed now; "" where nothing can be."""
    waiting = pending_objectives(context.prepared, context.ticket, context.now)
    keys = [late.objective for late in waiting if _is_confirmable(context, late)]
    confirmed = with_confirmed(context.ticket, keys, by=context.viewer, at=context.now)
    entries = entries_of(context.prepared, confirmed) if keys else ()
    if not entries:
        return ""
    last = entries[-1]
    handed = sum(handed_parts(last, select_taught_before(scope_of(connection, context.tenant_id, context), [last])))
    bucket = shown_bucket(naming, last, handed_over=handed)
    amounts = ticket_text.buckets(naming, last, handed, beside=bucket)
    words = part_words(naming, last, bucket) or KIND_WORDS[bucket]
    return gettext(ONCE_CONFIRMED, bucket=words, amounts=amounts)


def _is_confirmable(context: TicketContext, late: Waiting) -> bool:
    """Tell whether somebody of a side set it, whom the other can confirm."""
    setters = (context.prepared.affiliations.at(setting.account, setting.at) for setting in late.set_by)
    return any(setter is not None and setter.side in SIDES for setter in setters)
