"""Issues that cannot be read: each is skipped alone, shown by its key, and tried again."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, save_rows
from mappings.records.tables import unread_issue


class UnreadIssue(Struct, frozen=True):
    """An issue that could not be read at its last try. `key` is "" where Jira did not return it."""

    issue_id: int
    key: str
    reason: str

    @property
    def name(self) -> str:
        return self.key or f"issue {self.issue_id}"


def save_unread(connection: Connection, tenant_id: int, issues: Iterable[UnreadIssue], at: Instant) -> None:
    rows = [(tenant_id, issue.issue_id, issue.key[:255], issue.reason[:255], at) for issue in issues]
    save_rows(connection, unread_issue, ("tenant_id", "issue_id", "key", "reason", "at"), sorted(rows))


def delete_unread(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> None:
    mine = (unread_issue.c.tenant_id == tenant_id) & among(unread_issue.c.issue_id, issue_ids)
    connection.execute(delete(unread_issue).where(mine))


def select_unread_ids(connection: Connection, tenant_id: int) -> set[int]:
    query = select(unread_issue.c.issue_id).where(unread_issue.c.tenant_id == tenant_id)
    return set(connection.execute(query).scalars())


def select_unread(connection: Connection, tenant_id: int | None, limit: int) -> list[UnreadIssue]:
    """Return the first unread issues by key, of one tenant or of all."""
    query = select(unread_issue.c.issue_id, unread_issue.c.key, unread_issue.c.reason)
    if tenant_id is not None:
        query = query.where(unread_issue.c.tenant_id == tenant_id)
    return [UnreadIssue(*row) for row in connection.execute(query.order_by(unread_issue.c.key).limit(limit))]


def count_unread(connection: Connection, tenant_id: int | None = None) -> int:
    query = select(func.count()).select_from(unread_issue)
    if tenant_id is not None:
        query = query.where(unread_issue.c.tenant_id == tenant_id)
    return int(connection.execute(query).scalar_one())
