"""What a report, a page, a snapshot or an explanation of a period is made from."""

from datetime import date

from sqlalchemy import Connection

from mappings.events.vocabulary import Instant
from mappings.formats.report import Review, Row
from mappings.measure.calendar import Calendar
from mappings.records.engagements import StoredEngagement
from mappings.records.entries import select_period
from mappings.records.issues import select_tickets
from mappings.records.measured import select_unsound
from mappings.records.progress import select_all_progress

UNSOUND = 1000
"""Tickets looked at one by one, to see whether they touch the period."""


def select_review(
    connection: Connection, tenant_id: int, stored: StoredEngagement, *, first: date, end: date, as_of: Instant
) -> Review:
    """Return all that the figures of `[first, end)` come from, in the engagement's zone."""
    assert stored.generation is not None
    agreed = stored.engagement
    calendar = Calendar(agreed.zone, agreed.workflow.hours)
    span = calendar.midnight(first), calendar.midnight(end)
    entries = select_period(connection, tenant_id, agreed.key, stored.generation, *span)
    rows = [Row(one.issue_id, one.key, one.stored.entry, one.stored.handed) for one in entries]
    whole = is_whole(connection, tenant_id, stored, span)
    return Review(agreed, stored.hash, first, end, as_of, rows, whole, stored.rules)


def is_whole(connection: Connection, tenant_id: int, stored: StoredEngagement, span: tuple[Instant, Instant]) -> bool:
    """Tell whether all of a period is known and measured (measurement (g) 14).

    It is not while history is importing, nor where a ticket that may count in it is not measured or has a changelog
    that is shorter than its total.
    """
    assert stored.generation is not None
    if any(one.name.startswith("import") for one in select_all_progress(connection, tenant_id)):
        return False
    unsound = select_unsound(connection, tenant_id, stored.engagement.key, stored.generation, UNSOUND)
    tickets = select_tickets(connection, tenant_id, unsound).values()
    touching = [one for one in tickets if one.issue.created < span[1] and one.issue.updated >= span[0]]
    projects = set(stored.engagement.projects)
    return not any(one.issue.key.rpartition("-")[0] in projects for one in touching)
