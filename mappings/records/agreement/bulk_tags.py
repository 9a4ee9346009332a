"""Bulk tags: an objective set on many tickets at once by a search, so that exactly those can be taken back."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, insert_rows
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import bulk_tag, bulk_tag_issue, tag


class BulkTag(Struct, frozen=True):
    """One bulk tag. Its tags have the same `at`, which tells them from a tag set in another way."""

    number: int
    engagement: str
    objective: str
    jql: str
    at: Instant
    by: str
    undone_at: Instant | None = None


_COLUMNS = ("number", "engagement", "objective", "jql", "at", "recorded_by", "undone_at")


def select_tagged(scope: AgreementScope, objective: str, issue_ids: Collection[int]) -> set[int]:
    mine = rows_of_agreement(tag, scope) & (tag.c.objective == objective)
    query = select(tag.c.issue_id).where(mine, tag.c.until.is_(None), among(tag.c.issue_id, issue_ids))
    return set(scope.connection.execute(query).scalars())


def insert_bulk_tag(connection: Connection, tenant_id: int, bulk: BulkTag, issue_ids: Collection[int]) -> BulkTag:
    """Tag issues that do not have the objective by hand; return the act with its number."""
    # The caller holds the tenant's lock, so no two acts get one number.
    last = select(func.max(bulk_tag.c.number)).where(bulk_tag.c.tenant_id == tenant_id)
    number = (connection.execute(last).scalar() or 0) + 1
    act = (tenant_id, number, bulk.engagement, bulk.objective, bulk.jql, bulk.at, bulk.by, None)
    insert_rows(connection, bulk_tag, ("tenant_id", *_COLUMNS), [act])
    ids = sorted(issue_ids)
    insert_rows(connection, bulk_tag_issue, ("tenant_id", "number", "issue_id"), [(tenant_id, number, i) for i in ids])
    rows = [
        {"tenant_id": tenant_id, "engagement": bulk.engagement, "issue_id": i, "objective": bulk.objective}
        | {"since": bulk.at, "recorded_by": bulk.by}
        for i in ids
    ]
    if rows:
        connection.execute(tag.insert(), rows)
    return BulkTag(number, bulk.engagement, bulk.objective, bulk.jql, bulk.at, bulk.by)


def select_bulk_tags(connection: Connection, tenant_id: int) -> list[BulkTag]:
    query = select(*(bulk_tag.c[name] for name in _COLUMNS)).where(bulk_tag.c.tenant_id == tenant_id)
    return [BulkTag(*row) for row in connection.execute(query.order_by(bulk_tag.c.number))]


def select_bulk_issues(connection: Connection, tenant_id: int, number: int) -> set[int]:
    """Return the issues that a bulk tag had tagged."""
    issues = (bulk_tag_issue.c.tenant_id == tenant_id) & (bulk_tag_issue.c.number == number)
    return set(connection.execute(select(bulk_tag_issue.c.issue_id).where(issues)).scalars())


def delete_bulk_tags(connection: Connection, tenant_id: int, bulk: BulkTag, now: Instant) -> set[int]:
    """Take a bulk tag back; return the issues that it had tagged."""
    touched = select_bulk_issues(connection, tenant_id, bulk.number)
    mine = (tag.c.tenant_id == tenant_id) & (tag.c.engagement == bulk.engagement) & (tag.c.objective == bulk.objective)
    ours = mine & (tag.c.since == bulk.at) & tag.c.until.is_(None)
    # Deleted, not ended: a ticket done meanwhile would keep a tag that ended later. One that somebody removed or set
    # again since is theirs and stays.
    connection.execute(delete(tag).where(ours, among(tag.c.issue_id, touched)))
    act = (bulk_tag.c.tenant_id == tenant_id) & (bulk_tag.c.number == bulk.number)
    connection.execute(update(bulk_tag).where(act).values(undone_at=now))
    return touched
