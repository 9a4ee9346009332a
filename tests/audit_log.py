"""The audit log as tests read it: every act, the newest first."""

from sqlalchemy import Connection, select

from mappings.records.operations.audit import Act
from mappings.records.tables import audit


def select_acts(connection: Connection, tenant_id: int, limit: int) -> list[Act]:
    columns = [audit.c[name] for name in Act.__struct_fields__]
    query = select(*columns).where(audit.c.tenant_id == tenant_id).order_by(audit.c.audit_id.desc()).limit(limit)
    return [Act(*row) for row in connection.execute(query)]
