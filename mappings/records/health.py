"""How the whole installation is, in counts over all tenants: for health, metrics and the doctor."""

from dataclasses import dataclass

from sqlalchemy import Connection, func, select

from mappings.events.vocabulary import Instant
from mappings.records.figure_tables import FAILED
from mappings.records.inbox import select_waiting
from mappings.records.tables import counter, dead_letter, measured, tenant


@dataclass(frozen=True, slots=True)
class Health:
    """Deliveries that wait and since when, dead letters, tickets not measured, sites, and events no reader knows."""

    waiting: int
    oldest: Instant | None
    letters: int
    unmeasured: int
    sites: int
    unknown_events: int


def select_health(connection: Connection) -> Health:
    """Return how the installation is; each count goes by a small index or a small table."""
    waiting = select_waiting(connection)
    return Health(
        waiting.deliveries,
        waiting.oldest,
        connection.execute(select(func.count()).select_from(dead_letter)).scalar_one(),
        connection.execute(select(func.count()).select_from(measured).where(FAILED)).scalar_one(),
        connection.execute(select(func.count()).where(tenant.c.state == "installed")).scalar_one(),
        _unknown_events(connection),
    )


def _unknown_events(connection: Connection) -> int:
    query = select(func.sum(counter.c.value)).where(counter.c.name.startswith("unknown event: "))
    return int(connection.execute(query).scalar() or 0)
