"""The state of the installation in counts: over all tenants for health and metrics, of one tenant for its admins."""

from msgspec import Struct
from sqlalchemy import Connection, func, select

from mappings.events.types import Instant
from mappings.records.operations.counters import count_all
from mappings.records.operations.inbox import select_waiting
from mappings.records.tables import dead_letter, inbox, measured, tenant
from mappings.records.tables.figures import FAILED


class Health(Struct, frozen=True):
    """Waiting deliveries and since when, dead letters, tickets not measured, sites, unknown events."""

    waiting: int
    oldest: Instant | None
    letters: int
    unmeasured: int
    sites: int
    unknown_events: int


def select_health(connection: Connection) -> Health:
    # The counts over all tenants; each reads a small index or a small table.
    waiting = select_waiting(connection)
    return Health(
        waiting.deliveries,
        waiting.oldest,
        connection.execute(select(func.count()).select_from(dead_letter)).scalar_one(),
        connection.execute(select(func.count()).select_from(measured).where(FAILED)).scalar_one(),
        connection.execute(select(func.count()).where(tenant.c.state == "installed")).scalar_one(),
        count_all(connection, "unknown event"),
    )


def select_site_health(connection: Connection, tenant_id: int) -> Health:
    waiting, oldest = connection.execute(
        select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.tenant_id == tenant_id)
    ).one()
    letters = select(func.count()).select_from(dead_letter).where(dead_letter.c.tenant_id == tenant_id)
    failed = select(func.count()).select_from(measured).where(measured.c.tenant_id == tenant_id, FAILED)
    installed = select(func.count()).where(tenant.c.tenant_id == tenant_id, tenant.c.state == "installed")
    return Health(
        waiting,
        oldest,
        connection.execute(letters).scalar_one(),
        connection.execute(failed).scalar_one(),
        connection.execute(installed).scalar_one(),
        count_all(connection, "unknown event", tenant_id),
    )
