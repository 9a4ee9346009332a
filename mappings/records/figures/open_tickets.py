"""Open tickets by objective, stored so that those which could teach, or have no objective, are found by an index."""

from collections.abc import Collection, Mapping

from sqlalchemy import bindparam, delete, literal, select, union, union_all

from mappings.events.types import Instant
from mappings.measure.model.ticket import UNTAGGED
from mappings.records.sql.bulk import among_texts, save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues, rows_of_generation
from mappings.records.tables import change, comment, open_ticket, worklog
from mappings.records.tables.facts import ASSIGNED

_COLUMNS = ("tenant_id", "engagement", "generation", "objective", "issue_id", "updated")
_DELETE = delete(open_ticket).where(in_generation(open_ticket), of_issues(open_ticket))
_ANY = select(open_ticket.c.issue_id).where(in_generation(open_ticket), of_issues(open_ticket)).limit(1)
_OF_ISSUES = (
    select(open_ticket.c.issue_id, open_ticket.c.objective)
    .where(in_generation(open_ticket), of_issues(open_ticket), open_ticket.c.objective != UNTAGGED)
    .order_by(open_ticket.c.issue_id, open_ticket.c.objective)
)
_LATEST = (
    select(open_ticket.c.issue_id, open_ticket.c.updated)
    .where(in_generation(open_ticket), open_ticket.c.objective == bindparam("objective"))
    # Both the same way: the index has tickets of one instant in this order, and none has to be sorted.
    .order_by(open_ticket.c.updated.desc(), open_ticket.c.issue_id.desc())
    .limit(bindparam("most"))
)

_TOUCHED = union(
    *(
        select(table.c.issue_id).where(
            table.c.tenant_id == bindparam("at_tenant"), among_texts(table.c.author, "at_accounts")
        )
        for table in (comment, change, worklog)
    ),
    *(
        select(change.c.issue_id).where(
            change.c.tenant_id == bindparam("at_tenant"), ASSIGNED, among_texts(assignee, "at_accounts")
        )
        for assignee in (change.c.old, change.c.new)
    ),
)
_OPEN_TOUCHED = (
    select(open_ticket.c.issue_id, open_ticket.c.updated)
    .distinct()
    .where(in_generation(open_ticket), open_ticket.c.issue_id.in_(_TOUCHED))
    .order_by(open_ticket.c.updated.desc(), open_ticket.c.issue_id.desc())
    .limit(bindparam("most"))
)

# When an issue was last updated, and its objectives, UNTAGGED for none; nothing where it is done.
Waiting = tuple[Instant, tuple[str, ...]]


def save_open_tickets(scope: Scope, issues: Mapping[int, Waiting]) -> None:
    values = bound_values(scope, issues)
    if scope.connection.execute(_ANY, values).first():
        scope.connection.execute(_DELETE, values)
    rows = [(*scope.key, key, issue_id, updated) for issue_id, (updated, keys) in issues.items() for key in keys]
    save_rows(scope.connection, open_ticket, _COLUMNS, rows)


def select_open_objectives(scope: Scope, issue_ids: Collection[int]) -> dict[int, tuple[str, ...]]:
    objectives: dict[int, tuple[str, ...]] = {}
    for issue_id, key in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        objectives[issue_id] = (*objectives.get(issue_id, ()), key)
    return objectives


def select_open_tickets(scope: Scope, *, objectives: Collection[str], limit: int) -> list[int]:
    """Return at most `limit` open issues of each objective, last updated first, then by issue id; no issue twice."""
    updated: dict[int, Instant] = {}
    values = bound_values(scope) | {"most": limit}
    for objective in objectives:
        rows = scope.connection.execute(_LATEST, values | {"objective": objective}).all()
        updated |= {row[0]: row[1] for row in rows}
    return sorted(updated, key=lambda issue_id: (updated[issue_id], issue_id), reverse=True)


def select_open_touched(scope: Scope, accounts: Collection[str], *, limit: int) -> list[int]:
    """Return at most `limit` open issues that one of some accounts changed, commented, worked on or was assigned.

    Last updated first; who has been the assignee since a ticket was made is in no change.
    """
    values = bound_values(scope) | {"at_accounts": sorted(accounts), "most": limit}
    return [issue_id for issue_id, _ in scope.connection.execute(_OPEN_TOUCHED, values).all()]


def select_exceeding(scope: Scope, *, objectives: Collection[str], limit: int) -> frozenset[str]:
    """Return the objectives that more than `limit` open issues have; of each no more than that are looked at."""
    parts = [
        select(
            select(literal(objective).label("objective"))
            .select_from(open_ticket)
            .where(rows_of_generation(open_ticket, scope), open_ticket.c.objective == objective)
            .limit(1)
            .offset(limit)
            .subquery()
        )
        for objective in sorted(objectives)
    ]
    return frozenset(scope.connection.execute(union_all(*parts)).scalars()) if parts else frozenset()
