"""The prepared rules of engagements, for pages, reports and actions."""

from collections.abc import Iterable

from sqlalchemy import Connection

from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.statuses import select_status_book
from webhooks.measure import PrepareInputs, prepare_cached


def select_prepared(connection: Connection, tenant_id: int, stored: StoredEngagement) -> PreparedEngagement:
    """Return the prepared rules of the generation that people see, or of the first one while it is being built."""
    return select_all_prepared(connection, tenant_id, [stored])[0]


def select_all_prepared(
    connection: Connection, tenant_id: int, stored: Iterable[StoredEngagement]
) -> list[PreparedEngagement]:
    """Return the prepared rules of several engagements of a site, in their order; the site's statuses are read once."""
    book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
    # The first generation is the one shown: the others are measured, and never read.
    shown = ((item, *item.generations[0]) for item in stored)
    inputs = (PrepareInputs(agreed, book, bots, item.rules_of(generation)) for item, generation, agreed in shown)
    return [prepare_cached(tenant_id, 0, item) for item in inputs]
