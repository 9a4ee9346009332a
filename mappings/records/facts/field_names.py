"""Names of custom fields as Jira tells them, for who reads a rule that has a field by its id."""

from collections.abc import Collection

from sqlalchemy import Connection, select

from mappings.events.site_pairs import FIELD
from mappings.records.tables import site_name


def select_field_names(connection: Connection, tenant_id: int, fields: Collection[str]) -> dict[str, str]:
    """Return the names of fields by id; one that no name is known of is absent.

    They are stored folded, to be compared: they come with a capital, and else in small letters.
    """
    if not fields:
        return {}
    query = select(site_name.c.object_id, site_name.c.name).where(
        site_name.c.tenant_id == tenant_id, site_name.c.kind == FIELD, site_name.c.object_id.in_(sorted(fields))
    )
    # Of a field with names in several languages always the same.
    names = dict(sorted((tuple(row) for row in connection.execute(query)), reverse=True))
    return {field: f"{name[:1].upper()}{name[1:]}" for field, name in names.items()}
