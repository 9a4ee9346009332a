"""Objectives set on tickets by hand: who set them, when, and when the other side confirmed one set late."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.ticket import Tag
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, of_issues, rows_of_agreement
from mappings.records.tables import tag

_OF_ISSUES = (
    select(tag.c.issue_id, tag.c.objective, tag.c.since, tag.c.recorded_by, tag.c.until, tag.c.confirmed)
    .where(in_agreement(tag), of_issues(tag))
    .order_by(tag.c.tag_id)
)


def select_tags(scope: AgreementScope, issue_ids: Collection[int]) -> dict[int, tuple[Tag, ...]]:
    by_issue: defaultdict[int, list[Tag]] = defaultdict(list)
    for issue_id, *values in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[issue_id].append(Tag(*values))
    return {issue_id: tuple(tags) for issue_id, tags in by_issue.items()}


def _current(scope: AgreementScope, issue_id: int, objective: str) -> ColumnElement[bool]:
    mine = rows_of_agreement(tag, scope) & (tag.c.issue_id == issue_id)
    return mine & (tag.c.objective == objective) & tag.c.until.is_(None)


def insert_tag(scope: AgreementScope, issue_id: int, *, objective: str, at: Instant, by: str) -> bool:
    """Set an objective on a ticket; False where it is set by hand already."""
    current = _current(scope, issue_id, objective)
    if scope.connection.execute(select(tag.c.tag_id).where(current)).first():
        return False
    values = {
        "tenant_id": scope.tenant_id,
        "engagement": scope.engagement,
        "issue_id": issue_id,
        "objective": objective,
    }
    scope.connection.execute(insert(tag).values(**values, since=at, recorded_by=by))
    return True


def save_tag_removed(scope: AgreementScope, issue_id: int, *, objective: str, at: Instant) -> bool:
    """End an objective on a ticket; False where none is set by hand."""
    current = _current(scope, issue_id, objective)
    return scope.connection.execute(update(tag).where(current).values(until=at)).rowcount > 0


def delete_tag(scope: AgreementScope, issue_id: int, *, objective: str, by: str, since: Instant) -> bool:
    """Delete an objective that somebody set since an instant and nobody confirmed; False where there is none."""
    # Deleted, not ended: it was never meant, and a ticket that is finished meanwhile would keep it.
    own = _current(scope, issue_id, objective) & (tag.c.recorded_by == by) & (tag.c.since >= since)
    return scope.connection.execute(delete(tag).where(own, tag.c.confirmed.is_(None))).rowcount > 0


def save_tag_restored(scope: AgreementScope, issue_id: int, *, objective: str, since: Instant) -> bool:
    """Undo the removal of an objective since an instant; False where there is none."""
    # A confirmation is a tag that ends where it begins: it was never on the ticket, and is not restored.
    removed = rows_of_agreement(tag, scope) & (tag.c.issue_id == issue_id) & (tag.c.objective == objective)
    removed &= (tag.c.until >= since) & (tag.c.until > tag.c.since)
    newest = scope.connection.execute(select(func.max(tag.c.tag_id)).where(removed)).scalar()
    current = _current(scope, issue_id, objective)
    if newest is None or scope.connection.execute(select(tag.c.tag_id).where(current)).first():
        return False
    scope.connection.execute(update(tag).where(tag.c.tag_id == newest).values(until=None))
    return True


def save_tag_confirmed(scope: AgreementScope, issue_id: int, *, objective: str, at: Instant) -> bool:
    waiting = _current(scope, issue_id, objective) & tag.c.confirmed.is_(None)
    return scope.connection.execute(update(tag).where(waiting).values(confirmed=at)).rowcount > 0


def insert_confirmation(scope: AgreementScope, issue_id: int, *, objective: str, at: Instant, by: str) -> None:
    values = {
        "tenant_id": scope.tenant_id,
        "engagement": scope.engagement,
        "issue_id": issue_id,
        "objective": objective,
    }
    # It ends where it begins, so that it confirms without ever being on the ticket.
    scope.connection.execute(insert(tag).values(**values, since=at, until=at, confirmed=at, recorded_by=by))


def save_confirmation_undone(scope: AgreementScope, issue_id: int, *, objective: str, since: Instant) -> bool:
    """Take back the confirmation of an objective given since an instant; False where there is none."""
    mine = rows_of_agreement(tag, scope) & (tag.c.issue_id == issue_id) & (tag.c.objective == objective)
    confirmed = mine & (tag.c.confirmed >= since)
    # What confirms only is deleted; a tag that stays is open again.
    bare = scope.connection.execute(delete(tag).where(confirmed, tag.c.until == tag.c.since)).rowcount
    return scope.connection.execute(update(tag).where(confirmed).values(confirmed=None)).rowcount + bare > 0
