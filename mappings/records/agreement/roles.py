"""Roles on tickets: who shadows, drives or mentors, from when until when."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import ColumnElement, delete, func, insert, select, update

from mappings.events.types import Instant
from mappings.measure.model.ticket import Role, RoleName
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, of_issues, rows_of_agreement
from mappings.records.tables import role

_OF_ISSUES = (
    select(
        role.c.issue_id, role.c.account, role.c.role, role.c.since, role.c.until, role.c.objective, role.c.recorded_by
    )
    .where(in_agreement(role), of_issues(role))
    .order_by(role.c.role_id)
)


def select_roles(scope: AgreementScope, issue_ids: Collection[int]) -> dict[int, tuple[Role, ...]]:
    by_issue: defaultdict[int, list[Role]] = defaultdict(list)
    for issue_id, *values in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[issue_id].append(Role(*values))
    return {issue_id: tuple(roles) for issue_id, roles in by_issue.items()}


def select_mentored(scope: AgreementScope, mentor: str) -> frozenset[str]:
    # Who shadows or drives on a ticket that an account mentors now.
    current = rows_of_agreement(role, scope) & role.c.until.is_(None)
    mentored = select(role.c.issue_id).where(current, role.c.role == "mentor", role.c.account == mentor)
    query = select(role.c.account).where(current, role.c.role.in_(("shadow", "learner")), role.c.issue_id.in_(mentored))
    return frozenset(scope.connection.execute(query).scalars())


def save_role(
    scope: AgreementScope,
    issue_id: int,
    *,
    name: RoleName,
    account: str | None,
    at: Instant,
    by: str,
) -> None:
    """Give a role on a ticket to an account (None: to nobody), and end it for whoever had it."""
    current = _rows(scope, issue_id, name) & role.c.until.is_(None)
    scope.connection.execute(update(role).where(current).values(until=at))
    if account is not None:
        values = {
            "tenant_id": scope.tenant_id,
            "engagement": scope.engagement,
            "issue_id": issue_id,
            "account": account,
        }
        scope.connection.execute(insert(role).values(**values, role=name, since=at, recorded_by=by))


def save_role_undone(scope: AgreementScope, issue_id: int, *, name: RoleName, at: Instant) -> None:
    """Undo the change of a role at an instant: whoever was given it then never had it, whoever lost it never did."""
    rows = _rows(scope, issue_id, name)
    # One that was given and taken at that instant was ended by the change: it is opened again below.
    scope.connection.execute(delete(role).where(rows, role.c.since == at, role.c.until.is_(None)))
    ended = select(func.max(role.c.role_id)).where(rows, role.c.until == at).scalar_subquery()
    scope.connection.execute(update(role).where(rows, role.c.role_id == ended).values(until=None))


def _rows(scope: AgreementScope, issue_id: int, name: RoleName) -> ColumnElement[bool]:
    return rows_of_agreement(role, scope) & (role.c.issue_id == issue_id) & (role.c.role == name)
