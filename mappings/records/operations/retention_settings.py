"""How long a site's raw facts are kept, and how often its accounts are told to Atlassian."""

from dataclasses import dataclass

from sqlalchemy import Connection, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import keeping

# Days between two reports of an account until Atlassian names others (its user privacy guide).
CYCLE_DAYS = 7


@dataclass(frozen=True, slots=True)
class RetentionSettings:
    """`months` None: as the installation says. Nothing that last changed before `kept_from` is read (None: all is)."""

    months: int | None = None
    kept_from: Instant | None = None
    cycle_days: int = CYCLE_DAYS


def select_keeping(connection: Connection, tenant_id: int) -> RetentionSettings:
    """Return what a site says of its retention."""
    columns = [keeping.c[name] for name in RetentionSettings.__dataclass_fields__]
    row = connection.execute(select(*columns).where(keeping.c.tenant_id == tenant_id)).first()
    return RetentionSettings(*row) if row else RetentionSettings()


def select_kept_from(connection: Connection, tenant_id: int) -> Instant | None:
    """Return the instant before which nothing is read or measured; None while retention never ran."""
    return select_keeping(connection, tenant_id).kept_from


def save_months(connection: Connection, tenant_id: int, months: int | None) -> None:
    """Set a site's own number of months, or (None) leave it to the installation."""
    _save(connection, tenant_id, months=months)


def save_kept_from(connection: Connection, tenant_id: int, at: Instant) -> None:
    """Move the instant from which facts are kept. It never goes back: what was let go cannot be kept again."""
    before = select_kept_from(connection, tenant_id)
    if before is None or before < at:
        _save(connection, tenant_id, kept_from=at)


def save_cycle(connection: Connection, tenant_id: int, days: int) -> None:
    """Keep how many days Atlassian wants between two reports of an account."""
    _save(connection, tenant_id, cycle_days=days)


def _save(connection: Connection, tenant_id: int, **columns: int | None) -> None:
    insert_rows(connection, keeping, ("tenant_id", "cycle_days"), [(tenant_id, CYCLE_DAYS)])
    connection.execute(update(keeping).where(keeping.c.tenant_id == tenant_id).values(**columns))
