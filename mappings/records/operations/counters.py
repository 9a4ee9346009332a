"""Counters: what happened so often that only the number is kept."""

from sqlalchemy import Connection, select, update

from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import counter


def save_count(connection: Connection, tenant_id: int, name: str, more: int) -> None:
    """Count `more` under a name."""
    insert_rows(connection, counter, ("tenant_id", "name", "value"), [(tenant_id, name, 0)])
    row = (counter.c.tenant_id == tenant_id) & (counter.c.name == name)
    connection.execute(update(counter).where(row).values(value=counter.c.value + more))


def select_counts(connection: Connection, tenant_id: int) -> dict[str, int]:
    """Return a tenant's counters by name."""
    query = select(counter.c.name, counter.c.value).where(counter.c.tenant_id == tenant_id).order_by(counter.c.name)
    return {row.name: row.value for row in connection.execute(query)}
