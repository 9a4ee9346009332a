"""Roles on tickets: who shadows, drives or mentors, from when until when."""

from collections import defaultdict
from collections.abc import Collection

from sqlalchemy import Connection, insert, select, update

from mappings.events.vocabulary import Instant
from mappings.measure.ticket import Role, RoleName
from mappings.records.bulk import among
from mappings.records.tables import role


def select_roles(
    connection: Connection, tenant_id: int, engagement: str, issue_ids: Collection[int]
) -> dict[int, tuple[Role, ...]]:
    """Return the roles of issues, in the order they were set."""
    found: defaultdict[int, list[Role]] = defaultdict(list)
    columns = (role.c.issue_id, role.c.account, role.c.role, role.c.since, role.c.until, role.c.objective)
    query = select(*columns).where(role.c.tenant_id == tenant_id, role.c.engagement == engagement)
    for issue_id, *values in connection.execute(
        query.where(among(role.c.issue_id, issue_ids)).order_by(role.c.role_id)
    ).all():
        found[issue_id].append(Role(*values))
    return {issue_id: tuple(roles) for issue_id, roles in found.items()}


def save_role(
    connection: Connection,
    tenant_id: int,
    engagement: str,
    issue_id: int,
    *,
    name: RoleName,
    account: str | None,
    at: Instant,
    by: str,
) -> None:
    """Give a role on a ticket to somebody, or to nobody; whoever had it has it until now."""
    held = (role.c.tenant_id == tenant_id) & (role.c.engagement == engagement) & (role.c.issue_id == issue_id)
    connection.execute(update(role).where(held, role.c.role == name, role.c.until.is_(None)).values(until=at))
    if account is not None:
        values = {"tenant_id": tenant_id, "engagement": engagement, "issue_id": issue_id, "account": account}
        connection.execute(insert(role).values(**values, role=name, since=at, recorded_by=by))
