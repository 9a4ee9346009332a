"""Who can do what, computed soon after Monday midnight, so that nobody's first look at a page waits for it."""

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
    """Return the engagements with figures whose week is not computed yet, as people are shown them, by key."""
    with container.reader.connect() as connection:
        lenses = {(one.engagement, one.generation): one.prepared for one in select_targets(connection, tenant_id)}
        found = []
        for one in select_engagements(connection, tenant_id):
            prepared = lenses.get((one.engagement.key, one.generation or 0))
            if prepared is not None and not _has_week(connection, tenant_id, one, monday(prepared, now)):
                found.append((one.as_shown, prepared))
    return found


def _has_week(connection: Connection, tenant_id: int, one: StoredEngagement, as_of: Instant) -> bool:
    kept = select_week(Scope(connection, tenant_id, one.engagement.key, one.generation or 0), as_of=as_of)
    return kept is not None
