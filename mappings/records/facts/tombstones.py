"""Tombstones: what was deleted, so that a late event does not bring it back."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from sqlalchemy import Connection, Table, bindparam, delete, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, among_bound_ids, delete_rows, save_rows
from mappings.records.tables import change, comment, issue, link, retired, tombstone, worklog

Kind: TypeAlias = Literal["issue", "comment", "worklog", "link", "project"]

# Where the rows of each kind of thing are, and the column of its id.
_ROWS: dict[Kind, tuple[Table, str]] = {
    "comment": (comment, "comment_id"),
    "worklog": (worklog, "worklog_id"),
    "link": (link, "link_id"),
}


_OF_KIND = select(tombstone.c.object_id, tombstone.c.at).where(
    tombstone.c.tenant_id == bindparam("at_tenant"),
    tombstone.c.kind == bindparam("at_kind"),
    among_bound_ids(tombstone.c.object_id),
)


def select_tombstones(connection: Connection, tenant_id: int, kind: Kind, ids: Collection[int]) -> dict[int, Instant]:
    if not ids:
        return {}
    values = {"at_tenant": tenant_id, "at_kind": kind, "at_ids": tuple(ids)}
    return dict(connection.execute(_OF_KIND, values).all())


def save_tombstones(connection: Connection, tenant_id: int, kind: Kind, gone: Mapping[int, Instant]) -> None:
    # Record deletions; of two the earlier is kept.
    rows = [(tenant_id, kind, object_id, at) for object_id, at in sorted(gone.items())]
    earlier = 'excluded."at" < "tombstone"."at"'
    save_rows(connection, tombstone, ("tenant_id", "kind", "object_id", "at"), rows, where=earlier)


def delete_tombstones(connection: Connection, tenant_id: int, kind: Kind, ids: Iterable[int]) -> None:
    keys = [(tenant_id, kind, object_id) for object_id in ids]
    delete_rows(connection, tombstone, ("tenant_id", "kind", "object_id"), keys)


def delete_parts(connection: Connection, tenant_id: int, kind: Kind, ids: Collection[int]) -> set[int]:
    """Delete comments, worklogs or links; return the issues they were on."""
    table, column = _ROWS[kind]
    rows = (table.c.tenant_id == tenant_id) & among(table.c[column], ids)
    return set(connection.execute(delete(table).where(rows).returning(table.c.issue_id)).scalars())


def delete_issues(connection: Connection, tenant_id: int, ids: Collection[int]) -> set[int]:
    """Delete issues with their histories; return the issues at the other ends of their links."""
    if not ids:
        return set()
    # A link has a row on either issue: both go. Each end by its index: for both at once SQLite would walk all links.
    others = set[int]()
    for end in (link.c.issue_id, link.c.other_id):
        mirrors = delete(link).where(link.c.tenant_id == tenant_id, among(end, ids)).returning(link.c.issue_id)
        others.update(connection.execute(mirrors).scalars())
    for table in (change, worklog, comment, issue, retired):
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids)))
    return others - set(ids)
