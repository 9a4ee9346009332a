"""Who changed the status of which tickets when: asked of the tickets of a report, never of a whole site."""

from collections.abc import Collection

from sqlalchemy import Connection, func, literal, or_, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among
from mappings.records.tables import change

# Issue, instant, author.
Moved = tuple[int, Instant, str]


def select_moves(
    connection: Connection, tenant_id: int, issue_ids: Collection[int], *, start: Instant, end: Instant
) -> set[Moved]:
    """Return who changed the issues' status in `[start, end]`; it costs what these issues' histories cost, by key."""
    c = change.c
    status = or_(c.field_id == "status", func.lower(c.field) == literal("status"))
    mine = (c.tenant_id == tenant_id) & among(c.issue_id, issue_ids) & (c.at >= start) & (c.at <= end)
    query = select(c.issue_id, c.at, c.author).where(mine, status, c.author.is_not(None))
    return {(row[0], row[1], row[2]) for row in connection.execute(query).all()}
