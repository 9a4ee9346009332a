"""The queue of issues to read again from Jira, because an event only hinted at a change."""

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, save_rows
from mappings.records.tables import reread


def save_rereads(connection: Connection, tenant_id: int, issues: dict[int, Instant], reason: str) -> None:
    rows = [(tenant_id, issue_id, at, reason) for issue_id, at in sorted(issues.items())]
    # Of two requests for one issue the later is kept.
    later = 'excluded."since" > "reread"."since"'
    save_rows(connection, reread, ("tenant_id", "issue_id", "since", "reason"), rows, where=later)


def select_rereads(connection: Connection, tenant_id: int, limit: int) -> list[int]:
    query = select(reread.c.issue_id).where(reread.c.tenant_id == tenant_id).order_by(reread.c.since, reread.c.issue_id)
    return list(connection.execute(query.limit(limit)).scalars())


def delete_rereads(connection: Connection, tenant_id: int, issue_ids: Collection[int], since: Instant) -> None:
    """Remove issues from the queue, except for requests made after `since`."""
    mine = (reread.c.tenant_id == tenant_id) & among(reread.c.issue_id, issue_ids)
    # What happened during the read may not be in it, so such a request stays.
    connection.execute(delete(reread).where(mine, reread.c.since <= since))
