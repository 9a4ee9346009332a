"""Teach-backs: a learner explains what a ticket taught, and somebody else accepts it or declines it for now."""

from collections import defaultdict
from collections.abc import Collection, Mapping

from sqlalchemy import ColumnElement, delete, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.ticket import TeachBack
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, of_issues, rows_of_agreement
from mappings.records.tables import teach_back

_COLUMNS = ("objective", "account", "at", "accepted_at", "declined_at")
_WAITS = teach_back.c.accepted_at.is_(None) & teach_back.c.declined_at.is_(None)
_OF_ISSUES = (
    select(teach_back.c.issue_id, *(teach_back.c[name] for name in _COLUMNS))
    .where(in_agreement(teach_back), of_issues(teach_back))
    .order_by(teach_back.c.teach_back_id)
)


def select_teach_backs(scope: AgreementScope, issue_ids: Collection[int]) -> dict[int, tuple[TeachBack, ...]]:
    by_issue: defaultdict[int, list[TeachBack]] = defaultdict(list)
    for issue_id, *values in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[issue_id].append(TeachBack(*values))
    return {issue_id: tuple(teach_backs) for issue_id, teach_backs in by_issue.items()}


def select_waiting(scope: AgreementScope) -> list[tuple[int, TeachBack]]:
    # The teach-backs that nobody answered yet, each with its issue, oldest first.
    current = rows_of_agreement(teach_back, scope)
    columns = [teach_back.c[name] for name in ("issue_id", "objective", "account", "at")]
    query = select(*columns).where(current, _WAITS).order_by(teach_back.c.at, teach_back.c.teach_back_id)
    return [(issue_id, TeachBack(*values)) for issue_id, *values in scope.connection.execute(query).all()]


def select_answered(scope: AgreementScope, *, by: str, since: Instant) -> list[tuple[int, TeachBack]]:
    """Return the teach-backs that somebody answered since an instant, each with its issue."""
    accepted = (teach_back.c.accepted_by == by) & (teach_back.c.accepted_at >= since)
    declined = (teach_back.c.declined_by == by) & (teach_back.c.declined_at >= since)
    columns = (teach_back.c.issue_id, *(teach_back.c[name] for name in _COLUMNS))
    query = select(*columns).where(rows_of_agreement(teach_back, scope), accepted | declined)
    return [(issue_id, TeachBack(*values)) for issue_id, *values in scope.connection.execute(query).all()]


def insert_teach_back(scope: AgreementScope, issue_id: int, record: TeachBack) -> bool:
    """Add a teach-back, or renew one that was declined; False where the learner gave another already."""
    if _renew(scope, issue_id, record):
        return True
    if scope.connection.execute(select(teach_back.c.at).where(_row(scope, issue_id, record))).first():
        return False
    values = {
        "tenant_id": scope.tenant_id,
        "engagement": scope.engagement,
        "issue_id": issue_id,
        "objective": record.objective,
    }
    values |= {"account": record.account, "at": record.at, "recorded_by": record.account}
    scope.connection.execute(insert(teach_back).values(**values))
    return True


def _renew(scope: AgreementScope, issue_id: int, record: TeachBack) -> bool:
    declined = _row(scope, issue_id, record) & teach_back.c.declined_at.is_not(None)
    renewed = update(teach_back).where(declined).values(at=record.at, declined_at=None, declined_by=None)
    return scope.connection.execute(renewed).rowcount > 0


def delete_teach_back(scope: AgreementScope, issue_id: int, record: TeachBack, *, since: int) -> bool:
    """Delete a teach-back that was given since an instant and that nobody answered; False where there is none."""
    given = _row(scope, issue_id, record) & (teach_back.c.at >= since) & _WAITS
    return scope.connection.execute(delete(teach_back).where(given)).rowcount > 0


def save_renewal_undone(
    scope: AgreementScope, issue_id: int, record: TeachBack, *, declined_by: str, since: Instant
) -> bool:
    """Let a teach-back that was given again since an instant be the declined record that it was; False for none."""
    given = _row(scope, issue_id, record) & (teach_back.c.at >= since) & _WAITS
    before = {"at": record.at, "declined_at": record.declined, "declined_by": declined_by}
    return scope.connection.execute(update(teach_back).where(given).values(**before)).rowcount > 0


def save_accepted(scope: AgreementScope, issue_id: int, record: TeachBack, *, by: str) -> bool:
    return _save_answer(scope, issue_id, record, {"accepted_at": record.accepted, "accepted_by": by})


def save_declined(scope: AgreementScope, issue_id: int, record: TeachBack, *, by: str) -> bool:
    return _save_answer(scope, issue_id, record, {"declined_at": record.declined, "declined_by": by})


def _save_answer(scope: AgreementScope, issue_id: int, record: TeachBack, answer: Mapping[str, object]) -> bool:
    waiting = update(teach_back).where(_row(scope, issue_id, record) & _WAITS)
    return scope.connection.execute(waiting.values(**answer)).rowcount > 0


def save_acceptance_undone(scope: AgreementScope, issue_id: int, record: TeachBack, *, by: str, since: int) -> bool:
    """Take back somebody's acceptance since an instant; False where there is none."""
    accepted = (teach_back.c.accepted_by == by) & (teach_back.c.accepted_at >= since)
    undone = update(teach_back).where(_row(scope, issue_id, record) & accepted)
    return scope.connection.execute(undone.values(accepted_at=None, accepted_by=None)).rowcount > 0


def save_decline_undone(scope: AgreementScope, issue_id: int, record: TeachBack, *, by: str, since: int) -> bool:
    """Take back somebody's "not yet" since an instant; False where there is none, or it was explained again."""
    declined = (teach_back.c.declined_by == by) & (teach_back.c.declined_at >= since)
    undone = update(teach_back).where(_row(scope, issue_id, record) & declined)
    return scope.connection.execute(undone.values(declined_at=None, declined_by=None)).rowcount > 0


def _row(scope: AgreementScope, issue_id: int, record: TeachBack) -> ColumnElement[bool]:
    mine = rows_of_agreement(teach_back, scope)
    pair = (teach_back.c.objective == record.objective) & (teach_back.c.account == record.account)
    return mine & (teach_back.c.issue_id == issue_id) & pair
