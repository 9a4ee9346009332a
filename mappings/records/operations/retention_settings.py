"""Retention settings of a site: how long raw facts are kept, and how often accounts are reported to Atlassian."""

from msgspec import Struct
from sqlalchemy import Connection, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import retention_setting

# Days between two reports of an account until Atlassian names others (its user privacy guide).
CYCLE_DAYS = 7


class RetentionSettings(Struct, frozen=True):
    """`months` None: the installation's default. Facts last changed before `kept_from` are not read (None: all are)."""

    months: int | None = None
    kept_from: Instant | None = None
    cycle_days: int = CYCLE_DAYS


def select_retention_settings(connection: Connection, tenant_id: int) -> RetentionSettings:
    columns = [retention_setting.c[name] for name in RetentionSettings.__struct_fields__]
    row = connection.execute(select(*columns).where(retention_setting.c.tenant_id == tenant_id)).first()
    return RetentionSettings(*row) if row else RetentionSettings()


def select_months(connection: Connection, tenant_id: int, default: int) -> int:
    """Return for how many months raw facts of a site are kept; `default` is the installation's."""
    return select_retention_settings(connection, tenant_id).months or default


def select_kept_from(connection: Connection, tenant_id: int) -> Instant | None:
    """Return the instant before which nothing is read or measured; None before retention first ran."""
    return select_retention_settings(connection, tenant_id).kept_from


def save_months(connection: Connection, tenant_id: int, months: int | None) -> None:
    """Set a site's own number of months; None: the installation's default."""
    _save(connection, tenant_id, months=months)


def save_kept_from(connection: Connection, tenant_id: int, at: Instant) -> None:
    """Move `kept_from` forward; an earlier instant is ignored."""
    before = select_kept_from(connection, tenant_id)
    # What was deleted cannot be kept again.
    if before is None or before < at:
        _save(connection, tenant_id, kept_from=at)


def save_cycle(connection: Connection, tenant_id: int, days: int) -> None:
    """Save how many days Atlassian wants between two reports of an account."""
    _save(connection, tenant_id, cycle_days=days)


def _save(connection: Connection, tenant_id: int, **columns: int | None) -> None:
    insert_rows(connection, retention_setting, ("tenant_id", "cycle_days"), [(tenant_id, CYCLE_DAYS)])
    connection.execute(update(retention_setting).where(retention_setting.c.tenant_id == tenant_id).values(**columns))
