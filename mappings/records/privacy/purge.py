"""Deletion of a site: its rows of every table, and the tenant last."""

from sqlalchemy import Connection, Table, delete, select

from mappings.events.types import Instant
from mappings.records.tables import metadata, tenant


def owned_tables() -> list[Table]:
    """Return the tables whose rows belong to a tenant."""
    # In an order in which no row is deleted before those that refer to it.
    return [table for table in reversed(metadata.sorted_tables) if "tenant_id" in table.c and table is not tenant]


def delete_owned(connection: Connection, tenant_id: int, table: Table) -> int:
    return connection.execute(delete(table).where(table.c.tenant_id == tenant_id)).rowcount


def delete_tenant(connection: Connection, tenant_id: int) -> None:
    connection.execute(delete(tenant).where(tenant.c.tenant_id == tenant_id))


def select_departed(connection: Connection, before: Instant) -> list[int]:
    gone = (tenant.c.state == "uninstalled") & (tenant.c.changed_at < before)
    return list(connection.execute(select(tenant.c.tenant_id).where(gone).order_by(tenant.c.tenant_id)).scalars())
