"""Progress of long-running work, so that it can be shown, stopped and continued."""

from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import progress

WorkKind: TypeAlias = Literal["measure", "import", "sync", "retention"]

# Work that imports tickets: no figure is complete before it ends.
HISTORY_KINDS: frozenset[WorkKind] = frozenset({"import", "sync"})
# The number of a sync that reads a project for the first time.
FIRST_READ = 0
# The number of an import that ended but refused lines: figures are not complete without them.
REFUSED_LINES = 1


class Progress(Struct, frozen=True):
    """Long-running work: `done` of `total`, and `cursor`, the last line number or issue id that was processed.

    | kind | subject | number |
    |---|---|---|
    | measure | key of the engagement | the generation that is being built |
    | import | fingerprint of the file | 0 |
    | import | name of the file | 1: it ended, but lines of it were refused |
    | sync | key of the project | 0 for its first read, others for what reads it again |
    | retention | "" | 0 |
    """

    kind: WorkKind
    subject: str
    number: int
    done: int
    total: int
    cursor: int
    started_at: Instant
    changed_at: Instant

    @property
    def brings_history(self) -> bool:
        return self.kind in HISTORY_KINDS

    @property
    def is_first_read(self) -> bool:
        return self.brings_history and self.number == FIRST_READ


_COLUMNS = Progress.__struct_fields__


def save_progress(connection: Connection, tenant_id: int, work: Progress) -> None:
    rows = [(tenant_id, *(getattr(work, name) for name in _COLUMNS))]
    save_rows(connection, progress, ("tenant_id", *_COLUMNS), rows)


def select_progress(
    connection: Connection, tenant_id: int, kind: WorkKind, subject: str = "", *, number: int = 0
) -> Progress | None:
    """Return the progress of a piece of work, None where it is not running."""
    rows = _work(tenant_id, kind, subject) & (progress.c.number == number)
    row = connection.execute(select(*(progress.c[name] for name in _COLUMNS)).where(rows)).first()
    return None if row is None else Progress(*row)


def select_all_progress(connection: Connection, tenant_id: int) -> list[Progress]:
    """Return all running work of a tenant by kind, subject and number."""
    query = select(*(progress.c[name] for name in _COLUMNS)).where(progress.c.tenant_id == tenant_id)
    query = query.order_by(progress.c.kind, progress.c.subject, progress.c.number)
    return [Progress(*row) for row in connection.execute(query)]


def delete_progress(
    connection: Connection, tenant_id: int, kind: WorkKind, subject: str = "", *, number: int | None = None
) -> None:
    """Delete the progress of this kind and subject, of all numbers or of one."""
    rows = _work(tenant_id, kind, subject)
    if number is not None:
        rows &= progress.c.number == number
    connection.execute(delete(progress).where(rows))


def _work(tenant_id: int, kind: WorkKind, subject: str) -> ColumnElement[bool]:
    return (progress.c.tenant_id == tenant_id) & (progress.c.kind == kind) & (progress.c.subject == subject)
