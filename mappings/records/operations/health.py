"""The state of the installation in counts: over all tenants for health and metrics, of one tenant for its admins."""

from msgspec import Struct
from sqlalchemy import Connection, func, select

from mappings.events.types import Instant
from mappings.records.operations.counters import count_all
from mappings.records.operations.inbox import select_waiting
from mappings.records.operations.tenants import SAMPLE
from mappings.records.sql.numbers import select_last_number
from mappings.records.tables import dead_letter, inbox, jira_retry_after, measured, progress, sync, tenant
from mappings.records.tables.figures import FAILED, FAILED_OF_SITE


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
        connection.execute(
            select(func.count()).where(tenant.c.state == "installed", tenant.c.platform != SAMPLE)
        ).scalar_one(),
        count_all(connection, "unknown event"),
    )


class Work(Struct, frozen=True):
    """Work of all tenants: deliveries ever received, tickets still to measure, issues of histories still to read,
    how many endpoints Jira asked to leave alone for a while, and how many calls it ever refused for that (429).

    On PostgreSQL a delivery that came twice is received twice; on SQLite it counts once.
    """

    received: int
    to_measure: int
    to_read: int
    held_back: int
    refused: int


def select_work(connection: Connection, now: Instant) -> Work:
    measuring = select(func.sum(progress.c.total - progress.c.done)).where(progress.c.kind == "measure")
    # A listing of which Jira has not told the size yet has a total of 0.
    unread = sync.c.total - sync.c.done
    reading = select(func.sum(unread)).where(sync.c.kind == "history", sync.c.state == "running", unread > 0)
    held_back = select(func.count()).select_from(jira_retry_after).where(jira_retry_after.c.until > now)
    return Work(
        select_last_number(connection, inbox),
        connection.execute(measuring).scalar() or 0,
        connection.execute(reading).scalar() or 0,
        connection.execute(held_back).scalar_one(),
        count_all(connection, "answered 429"),
    )


def select_site_health(connection: Connection, tenant_id: int) -> Health:
    waiting, oldest = connection.execute(
        select(func.count(), func.min(inbox.c.received_at)).where(inbox.c.tenant_id == tenant_id)
    ).one()
    letters = select(func.count()).select_from(dead_letter).where(dead_letter.c.tenant_id == tenant_id)
    failed = select(func.count()).select_from(measured).where(measured.c.tenant_id == tenant_id, FAILED_OF_SITE)
    installed = select(func.count()).where(tenant.c.tenant_id == tenant_id, tenant.c.state == "installed")
    return Health(
        waiting,
        oldest,
        connection.execute(letters).scalar_one(),
        connection.execute(failed).scalar_one(),
        connection.execute(installed).scalar_one(),
        count_all(connection, "unknown event", tenant_id),
    )
