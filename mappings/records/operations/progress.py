"""How far long work is, so that it can be shown, stopped and gone on with."""

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import progress


class Progress(Struct, frozen=True):
    """A piece of work: `done` of `total`, and `cursor`, the last line number or issue id that is through."""

    name: str
    done: int
    total: int
    cursor: int
    started_at: Instant
    changed_at: Instant


_NAMES = Progress.__struct_fields__


def save_progress(connection: Connection, tenant_id: int, one: Progress) -> None:
    """Keep how far a piece of work is."""
    rows = [(tenant_id, *(getattr(one, name) for name in _NAMES))]
    save_rows(connection, progress, ("tenant_id", *_NAMES), rows)


def select_progress(connection: Connection, tenant_id: int, name: str) -> Progress | None:
    """Return how far a piece of work is, or None where it is not under way."""
    return next((one for one in select_all_progress(connection, tenant_id) if one.name == name), None)


def select_all_progress(connection: Connection, tenant_id: int) -> list[Progress]:
    """Return all that is under way, by name."""
    query = select(*(progress.c[name] for name in _NAMES)).where(progress.c.tenant_id == tenant_id)
    return [Progress(*row) for row in connection.execute(query.order_by(progress.c.name))]


def delete_progress(connection: Connection, tenant_id: int, name: str) -> None:
    """Forget a piece of work that is through."""
    connection.execute(delete(progress).where(progress.c.tenant_id == tenant_id, progress.c.name == name))


def delete_progress_like(connection: Connection, tenant_id: int, start: str) -> None:
    """Forget every piece of work whose name begins so."""
    rows = progress.c.name.startswith(start, autoescape=True)
    connection.execute(delete(progress).where(progress.c.tenant_id == tenant_id, rows))
