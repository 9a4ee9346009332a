"""Who changed which tickets when, for marks of bulk edits: asked of the tickets of a report, never of a whole site."""

from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, Integer, case, func, literal, or_, select

from mappings.events.vocabulary import Instant
from mappings.records.bulk import among
from mappings.records.tables import change

Edited = tuple[int, Instant, str, bool]
"""Issue, instant, author, and whether its status was changed."""


def select_edits(
    connection: Connection, tenant_id: int, issue_ids: Collection[int], *, start: Instant, end: Instant
) -> list[Edited]:
    """Return who changed the issues in `[start, end]`; it costs what the histories of these issues cost, by the key."""
    c = change.c
    mine = (c.tenant_id == tenant_id) & among(c.issue_id, issue_ids) & (c.at >= start) & (c.at <= end)
    moved = func.max(case((_is_status(), 1), else_=0), type_=Integer)
    query = select(c.issue_id, c.at, c.author, moved).where(mine, c.author.is_not(None))
    rows = connection.execute(query.group_by(c.issue_id, c.at, c.author)).all()
    return [(row[0], row[1], row[2], bool(row[3])) for row in rows]


def _is_status() -> ColumnElement[bool]:
    return or_(change.c.field_id == "status", func.lower(change.c.field) == literal("status"))
