"""Retired issues: raw facts deleted by retention, figures kept, and a stub that says where they belong."""

from collections.abc import Collection, Iterable, Sequence

from msgspec.structs import replace
from sqlalchemy import Connection, delete, select, update

from mappings.events.types import Instant, Issue
from mappings.records.facts.issues import pack, read_body
from mappings.records.sql.bulk import among, insert_rows
from mappings.records.tables import (
    audit,
    change,
    comment,
    entry,
    hire,
    issue,
    link,
    measured,
    opportunity,
    reread,
    retired,
    worklog,
)
from mappings.records.tables.figures import FAILED_OF_SITE

_FACTS = (change, worklog, comment, link, reread)
_FIGURES = (entry, opportunity, hire)


def select_root_issues(connection: Connection, tenant_id: int, after: int, limit: int) -> list[int]:
    """Return the next issues by id, without sub-tasks whose parent is stored."""
    parent = issue.alias()
    known = select(parent.c.issue_id).where(
        parent.c.tenant_id == tenant_id, parent.c.issue_id == issue.c.parent_id, issue.c.subtask.is_(True)
    )
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.issue_id > after, ~known.exists())
    return list(connection.execute(query.order_by(issue.c.issue_id).limit(limit)).scalars())


def select_outdated(connection: Connection, tenant_id: int, ids: Collection[int], before: Instant) -> dict[int, int]:
    """Return which of the issues and their sub-tasks can be retired, each with the issue that it counts for."""
    columns = select(issue.c.issue_id, issue.c.parent_id, issue.c.subtask, issue.c.updated)
    mine = issue.c.tenant_id == tenant_id
    children = issue.c.subtask.is_(True) & among(issue.c.parent_id, ids)
    rows = [
        row
        for condition in (among(issue.c.issue_id, ids), children)
        for row in connection.execute(columns.where(mine, condition)).all()
    ]
    wanted = set(ids)
    heads = {row.issue_id: row.parent_id if row.parent_id in wanted and row.subtask else row.issue_id for row in rows}
    # A ticket and its sub-tasks go together, and only once they are measured.
    alive = {heads[row.issue_id] for row in rows if row.updated >= before} | _waiting(connection, tenant_id, ids)
    gone = select_retired(connection, tenant_id, ids)
    return {issue_id: head for issue_id, head in heads.items() if head not in alive and issue_id not in gone}


def _waiting(connection: Connection, tenant_id: int, ids: Collection[int]) -> set[int]:
    query = select(measured.c.issue_id).where(measured.c.tenant_id == tenant_id, among(measured.c.issue_id, ids))
    return set(connection.execute(query.where(FAILED_OF_SITE)).scalars())


def retire_issues(connection: Connection, tenant_id: int, heads: dict[int, int], at: Instant) -> None:
    """Delete the facts of tickets with their sub-tasks; issues without figures are deleted whole."""
    ids = list(heads)
    for table in _FACTS:
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids)))
    counted: set[int] = set()
    for table in _FIGURES:
        figured = select(table.c.issue_id).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids))
        counted |= set(connection.execute(figured.distinct()).scalars())
    rows = [(tenant_id, issue_id, at) for issue_id in sorted(counted)]
    insert_rows(connection, retired, ("tenant_id", "issue_id", "at"), rows)
    empty = [issue_id for issue_id in ids if issue_id not in counted]
    connection.execute(delete(issue).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, empty)))
    save_stubs(connection, tenant_id, counted)


def save_stubs(connection: Connection, tenant_id: int, ids: Iterable[int]) -> None:
    """Reduce issues to what figures need: key, project, kind, level and security."""
    query = select(issue.c.issue_id, issue.c.body).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, ids))
    for issue_id, body in connection.execute(query).all():
        row = (issue.c.tenant_id == tenant_id) & (issue.c.issue_id == issue_id)
        stub = pack(stub_of(read_body(body)))
        connection.execute(update(issue).where(row).values(body=stub, summary=""))


def stub_of(body: Issue) -> Issue:
    """Return an issue without its people, texts and fields."""
    bare = replace(body, summary="", described=False, labels=(), components=(), fields={})
    return replace(bare, creator=None, reporter=None, assignee=None)


def save_retired_moves(connection: Connection, tenant_id: int, seen: Sequence[Issue]) -> None:
    """Save the key, project and security level of retired issues as they are now."""
    # A move or a new security level decides who may see the figures.
    for body in seen:
        row = (issue.c.tenant_id == tenant_id) & (issue.c.issue_id == body.issue_id) & (issue.c.updated <= body.updated)
        place = {"key": body.key, "project_id": body.project_id, "project_key": body.project_key}
        values = {**place, "secured": body.security is not None, "body": pack(stub_of(body))}
        connection.execute(update(issue).where(row).values(**values))


def select_retired(connection: Connection, tenant_id: int, ids: Collection[int]) -> set[int]:
    if not ids:
        return set()
    query = select(retired.c.issue_id).where(retired.c.tenant_id == tenant_id, among(retired.c.issue_id, ids))
    return set(connection.execute(query).scalars())


def delete_old_acts(connection: Connection, tenant_id: int, before: Instant) -> None:
    connection.execute(delete(audit).where(audit.c.tenant_id == tenant_id, audit.c.at < before))
