"""Tombstones: what was deleted, so that a late event does not bring it back."""

from collections.abc import Collection
from typing import Literal, TypeAlias

from sqlalchemy import Connection, Table, delete, select

from mappings.events.vocabulary import Instant
from mappings.records.bulk import in_groups, save_rows
from mappings.records.tables import change, comment, issue, link, tombstone, worklog

Kind: TypeAlias = Literal["issue", "comment", "worklog", "link"]

_ROWS: dict[Kind, tuple[Table, str]] = {
    "comment": (comment, "comment_id"),
    "worklog": (worklog, "worklog_id"),
    "link": (link, "link_id"),
}


def select_tombstones(connection: Connection, tenant_id: int, kind: Kind, ids: Collection[int]) -> dict[int, Instant]:
    """Return which of the things were deleted, and when."""
    found: dict[int, Instant] = {}
    for group in in_groups(ids):
        query = select(tombstone.c.object_id, tombstone.c.at).where(
            tombstone.c.tenant_id == tenant_id, tombstone.c.kind == kind, tombstone.c.object_id.in_(group)
        )
        found |= {row[0]: row[1] for row in connection.execute(query)}
    return found


def save_tombstones(connection: Connection, tenant_id: int, kind: Kind, gone: dict[int, Instant]) -> None:
    """Note that things were deleted; the first word on it stays."""
    rows = [(tenant_id, kind, object_id, at) for object_id, at in sorted(gone.items())]
    later = 'excluded."at" < "tombstone"."at"'
    save_rows(connection, tombstone, ("tenant_id", "kind", "object_id", "at"), rows, where=later)


def delete_tombstones(connection: Connection, tenant_id: int, kind: Kind, ids: Collection[int]) -> None:
    """Forget deletions that REST contradicts."""
    for group in in_groups(ids):
        rows = (tombstone.c.tenant_id == tenant_id) & (tombstone.c.kind == kind) & tombstone.c.object_id.in_(group)
        connection.execute(delete(tombstone).where(rows))


def delete_parts(connection: Connection, tenant_id: int, kind: Kind, ids: Collection[int]) -> None:
    """Take deleted comments, worklogs or links out."""
    table, column = _ROWS[kind]
    for group in in_groups(ids):
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, table.c[column].in_(group)))


def delete_issues(connection: Connection, tenant_id: int, ids: Collection[int]) -> None:
    """Take deleted issues out with all that hung on them: they leave every live figure as if they had never been."""
    for table in (change, worklog, comment, link, issue):
        for group in in_groups(ids):
            connection.execute(delete(table).where(table.c.tenant_id == tenant_id, table.c.issue_id.in_(group)))
