"""Which side wrote at an objective's definition when, and which agreed to it."""

from sqlalchemy import Connection, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import DefinitionEdit
from mappings.records.tables import definition_edit

_NAMES = ("objective", "side", "kind", "day", "at")


def insert_definition_edit(
    connection: Connection, tenant_id: int, engagement: str, one: DefinitionEdit, *, by: str
) -> None:
    """Add an edit or an agreement. Rows are only ever added."""
    values = {name: getattr(one, name) for name in _NAMES}
    connection.execute(
        insert(definition_edit).values(tenant_id=tenant_id, engagement=engagement, recorded_by=by, **values)
    )


def select_definition_edits(
    connection: Connection, tenant_id: int, engagement: str, *, as_of: Instant
) -> tuple[DefinitionEdit, ...]:
    """Return the edits and agreements recorded up to an instant, in order of time."""
    mine = (definition_edit.c.tenant_id == tenant_id) & (definition_edit.c.engagement == engagement)
    query = select(*(definition_edit.c[name] for name in _NAMES)).where(mine, definition_edit.c.at <= as_of)
    order = (definition_edit.c.at, definition_edit.c.definition_edit_id)
    return tuple(DefinitionEdit(*row) for row in connection.execute(query.order_by(*order)).all())
