"""Objectives set on tickets by hand: who set them, when, and when the other side confirmed one set late."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, Connection, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.ticket import Tag
from mappings.records.sql.prepared import given, in_agreement, of_issues
from mappings.records.tables import tag

_OF_ISSUES = (
    select(tag.c.issue_id, tag.c.objective, tag.c.since, tag.c.recorded_by, tag.c.until, tag.c.confirmed)
    .where(in_agreement(tag), of_issues(tag))
    .order_by(tag.c.tag_id)
)


def select_tags(
    connection: Connection, tenant_id: int, engagement: str, issue_ids: Collection[int]
) -> dict[int, tuple[Tag, ...]]:
    """Return the tags of issues, in the order they were set."""
    found: defaultdict[int, list[Tag]] = defaultdict(list)
    for issue_id, *values in connection.execute(_OF_ISSUES, given(tenant_id, engagement, ids=issue_ids)).all():
        found[issue_id].append(Tag(*values))
    return {issue_id: tuple(tags) for issue_id, tags in found.items()}


def _standing(tenant_id: int, engagement: str, issue_id: int, objective: str) -> ColumnElement[bool]:
    place = (tag.c.tenant_id == tenant_id) & (tag.c.engagement == engagement) & (tag.c.issue_id == issue_id)
    return place & (tag.c.objective == objective) & tag.c.until.is_(None)


def insert_tag(
    connection: Connection, tenant_id: int, engagement: str, issue_id: int, *, objective: str, at: Instant, by: str
) -> bool:
    """Set an objective on a ticket; False where it stands there by hand already."""
    standing = _standing(tenant_id, engagement, issue_id, objective)
    if connection.execute(select(tag.c.tag_id).where(standing)).first():
        return False
    values = {"tenant_id": tenant_id, "engagement": engagement, "issue_id": issue_id, "objective": objective}
    connection.execute(insert(tag).values(**values, since=at, recorded_by=by))
    return True


def save_tag_removed(
    connection: Connection, tenant_id: int, engagement: str, issue_id: int, *, objective: str, at: Instant
) -> bool:
    """Take an objective off a ticket; False where none stands there by hand."""
    standing = _standing(tenant_id, engagement, issue_id, objective)
    return connection.execute(update(tag).where(standing).values(until=at)).rowcount > 0


def save_tag_confirmed(
    connection: Connection, tenant_id: int, engagement: str, issue_id: int, *, objective: str, at: Instant
) -> bool:
    """Confirm an objective that was set late; False where none waits."""
    waiting = _standing(tenant_id, engagement, issue_id, objective) & tag.c.confirmed.is_(None)
    return connection.execute(update(tag).where(waiting).values(confirmed=at)).rowcount > 0


def insert_confirmation(
    connection: Connection, tenant_id: int, engagement: str, issue_id: int, *, objective: str, at: Instant, by: str
) -> None:
    """Confirm an objective that a field set late: a tag that ends where it begins, so that it never stands itself."""
    values = {"tenant_id": tenant_id, "engagement": engagement, "issue_id": issue_id, "objective": objective}
    connection.execute(insert(tag).values(**values, since=at, until=at, confirmed=at, recorded_by=by))
