"""Deletion of a site: its rows of every table, and the tenant last."""

from sqlalchemy import Connection, Table, delete, select

from mappings.events.types import Instant
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.tenants import select_sample_id
from mappings.records.tables import metadata, tenant


def owned_tables() -> list[Table]:
    """Return the tables whose rows belong to a tenant."""
    # In an order in which no row is deleted before those that refer to it.
    return [table for table in reversed(metadata.sorted_tables) if "tenant_id" in table.c and table is not tenant]


def delete_owned(connection: Connection, tenant_id: int, table: Table) -> int:
    return connection.execute(delete(table).where(table.c.tenant_id == tenant_id)).rowcount


def delete_tenant(connection: Connection, tenant_id: int) -> None:
    connection.execute(delete(tenant).where(tenant.c.tenant_id == tenant_id))


def delete_sample(connection: Connection, tenant_id: int) -> int:
    """Delete the sample data that was loaded for a tenant; return how many rows."""
    sample_id = select_sample_id(connection, tenant_id)
    if sample_id is None:
        return 0
    # Whoever measures it at this moment is waited for.
    lock_tenant(connection, sample_id)
    count = sum(delete_owned(connection, sample_id, table) for table in owned_tables())
    delete_tenant(connection, sample_id)
    return count + 1


def select_departed(connection: Connection, before: Instant) -> list[int]:
    gone = (tenant.c.state == "uninstalled") & (tenant.c.changed_at < before)
    return list(connection.execute(select(tenant.c.tenant_id).where(gone).order_by(tenant.c.tenant_id)).scalars())
