"""The job that computes each week's figures of people soon after Monday midnight, before a page asks for them."""

from sqlalchemy import Connection

from connector.container import Container
from connector.figures.people import load_weekly_people, monday
from mappings.events.types import Instant
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.figures.weekly_people import select_week
from mappings.records.sql.scope import Scope
from webhooks.measure import select_targets


def compute_week(container: Container, tenant_id: int, now: Instant) -> Instant | None:
    """Compute the week of one engagement that has none yet, as a step of a job; the next one is the next step's.

    What cannot be kept now, since history is on its way in, is left to the next slot, with all that comes after it.
    """
    waiting = _select_waiting(container, tenant_id, now)
    if not waiting:
        return None
    stored, prepared = waiting[0]
    load_weekly_people(container.engine, tenant_id, stored, prepared, now=now, reader=container.reader)
    left = _select_waiting(container, tenant_id, now)
    return now if 0 < len(left) < len(waiting) else None


def _select_waiting(
    container: Container, tenant_id: int, now: Instant
) -> list[tuple[StoredEngagement, PreparedEngagement]]:
    # By the agreement that people are shown, which may not be the latest.
    with container.reader.connect() as connection:
        by_generation = {
            (target.engagement, target.generation): target.prepared for target in select_targets(connection, tenant_id)
        }
        waiting = []
        for stored in select_engagements(connection, tenant_id):
            prepared = by_generation.get((stored.engagement.key, stored.generation or 0))
            if prepared is not None and not _has_week(connection, tenant_id, stored, monday(prepared, now)):
                waiting.append((stored.as_shown, prepared))
    return waiting


def _has_week(connection: Connection, tenant_id: int, stored: StoredEngagement, as_of: Instant) -> bool:
    week = select_week(Scope(connection, tenant_id, stored.engagement.key, stored.generation or 0), as_of=as_of)
    return week is not None
