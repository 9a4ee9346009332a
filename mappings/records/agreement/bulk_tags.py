"""Tags that were set many at once: by which search, on which tickets, so that exactly those can be taken back."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, delete, func, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import among, insert_rows
from mappings.records.sql.scope import AgreementScope, rows_of_agreement
from mappings.records.tables import bulk_tag, bulk_tag_issue, tag


class BulkTag(Struct, frozen=True):
    """One act of tagging. `at` dates its tags too, so that one set otherwise is never mistaken for one of them."""

    number: int
    engagement: str
    objective: str
    jql: str
    at: Instant
    by: str
    undone_at: Instant | None = None


_COLUMNS = ("number", "engagement", "objective", "jql", "at", "recorded_by", "undone_at")


def select_tagged(scope: AgreementScope, objective: str, issue_ids: Collection[int]) -> set[int]:
    """Return the issues on which the objective stands by hand already."""
    mine = rows_of_agreement(tag, scope) & (tag.c.objective == objective)
    query = select(tag.c.issue_id).where(mine, tag.c.until.is_(None), among(tag.c.issue_id, issue_ids))
    return set(scope.connection.execute(query).scalars())


def insert_bulk_tag(connection: Connection, tenant_id: int, one: BulkTag, issue_ids: Collection[int]) -> BulkTag:
    """Set the objective on issues that do not have it by hand; return the act with its number.

    The caller holds the tenant's lane, so that numbers are given one by one.
    """
    last = select(func.max(bulk_tag.c.number)).where(bulk_tag.c.tenant_id == tenant_id)
    number = (connection.execute(last).scalar() or 0) + 1
    act = (tenant_id, number, one.engagement, one.objective, one.jql, one.at, one.by, None)
    insert_rows(connection, bulk_tag, ("tenant_id", *_COLUMNS), [act])
    ids = sorted(issue_ids)
    insert_rows(connection, bulk_tag_issue, ("tenant_id", "number", "issue_id"), [(tenant_id, number, i) for i in ids])
    rows = [
        {"tenant_id": tenant_id, "engagement": one.engagement, "issue_id": i, "objective": one.objective}
        | {"since": one.at, "recorded_by": one.by}
        for i in ids
    ]
    if rows:
        connection.execute(tag.insert(), rows)
    return BulkTag(number, one.engagement, one.objective, one.jql, one.at, one.by)


def select_bulk_tags(connection: Connection, tenant_id: int) -> list[BulkTag]:
    """Return all acts, the first first."""
    query = select(*(bulk_tag.c[name] for name in _COLUMNS)).where(bulk_tag.c.tenant_id == tenant_id)
    return [BulkTag(*row) for row in connection.execute(query.order_by(bulk_tag.c.number))]


def delete_bulk_tags(connection: Connection, tenant_id: int, one: BulkTag, now: Instant) -> set[int]:
    """Take an act back, as if it had never been; return the issues it had tagged.

    The tags go, rather than end, since a ticket that was done meanwhile would keep one that ended later. One that
    somebody took off by hand, or set again since, is theirs and stays as it is.
    """
    issues = (bulk_tag_issue.c.tenant_id == tenant_id) & (bulk_tag_issue.c.number == one.number)
    touched = set(connection.execute(select(bulk_tag_issue.c.issue_id).where(issues)).scalars())
    mine = (tag.c.tenant_id == tenant_id) & (tag.c.engagement == one.engagement) & (tag.c.objective == one.objective)
    ours = mine & (tag.c.since == one.at) & tag.c.until.is_(None)
    connection.execute(delete(tag).where(ours, among(tag.c.issue_id, touched)))
    act = (bulk_tag.c.tenant_id == tenant_id) & (bulk_tag.c.number == one.number)
    connection.execute(update(bulk_tag).where(act).values(undone_at=now))
    return touched
