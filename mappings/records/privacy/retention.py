"""Issues whose raw facts were let go: their figures stay as they were measured, and a husk says where they belong."""

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
from mappings.records.tables.figures import FAILED

_FACTS = (change, worklog, comment, link, reread)
_FIGURES = (entry, opportunity, hire)


def select_family(connection: Connection, tenant_id: int, after: int, limit: int) -> list[int]:
    """Return the next issues in order of id, those alone that have no parent among the known."""
    parent = issue.alias()
    known = select(parent.c.issue_id).where(
        parent.c.tenant_id == tenant_id, parent.c.issue_id == issue.c.parent_id, issue.c.subtask.is_(True)
    )
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.issue_id > after, ~known.exists())
    return list(connection.execute(query.order_by(issue.c.issue_id).limit(limit)).scalars())


def select_outdated(connection: Connection, tenant_id: int, ids: Collection[int], before: Instant) -> dict[int, int]:
    """Return which of the issues, and of their sub-tasks, can be let go, each with the issue that it counts for.

    Only a whole family that did not change since goes, and none that still waits to be measured.
    """
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
    alive = {heads[row.issue_id] for row in rows if row.updated >= before} | _waiting(connection, tenant_id, ids)
    gone = select_retired(connection, tenant_id, ids)
    return {one: head for one, head in heads.items() if head not in alive and one not in gone}


def _waiting(connection: Connection, tenant_id: int, ids: Collection[int]) -> set[int]:
    query = select(measured.c.issue_id).where(measured.c.tenant_id == tenant_id, among(measured.c.issue_id, ids))
    return set(connection.execute(query.where(FAILED)).scalars())


def retire_issues(connection: Connection, tenant_id: int, heads: dict[int, int], at: Instant) -> None:
    """Let the facts of whole families go. What has figures leaves a husk; of the rest nothing stays."""
    ids = list(heads)
    for table in _FACTS:
        connection.execute(delete(table).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids)))
    counted: set[int] = set()
    for table in _FIGURES:
        figured = select(table.c.issue_id).where(table.c.tenant_id == tenant_id, among(table.c.issue_id, ids))
        counted |= set(connection.execute(figured.distinct()).scalars())
    rows = [(tenant_id, one, at) for one in sorted(counted)]
    insert_rows(connection, retired, ("tenant_id", "issue_id", "at"), rows)
    empty = [one for one in ids if one not in counted]
    connection.execute(delete(issue).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, empty)))
    save_husks(connection, tenant_id, counted)


def save_husks(connection: Connection, tenant_id: int, ids: Iterable[int]) -> None:
    """Leave of issues what a row of figures needs: key, project, kind, level and security."""
    query = select(issue.c.issue_id, issue.c.body).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, ids))
    for issue_id, body in connection.execute(query).all():
        here = (issue.c.tenant_id == tenant_id) & (issue.c.issue_id == issue_id)
        husk = pack(husk_of(read_body(body)))
        connection.execute(update(issue).where(here).values(body=husk, summary=""))


def husk_of(one: Issue) -> Issue:
    """Return an issue without its people, words and fields."""
    bare = replace(one, summary="", described=False, labels=(), components=(), fields={})
    return replace(bare, creator=None, reporter=None, assignee=None)


def save_moved(connection: Connection, tenant_id: int, seen: Sequence[Issue]) -> None:
    """Keep where issues are now whose facts were let go: a move or a security level must not be missed."""
    for one in seen:
        here = (issue.c.tenant_id == tenant_id) & (issue.c.issue_id == one.issue_id) & (issue.c.updated <= one.updated)
        place = {"key": one.key, "project_id": one.project_id, "project_key": one.project_key}
        values = {**place, "secured": one.security is not None, "body": pack(husk_of(one))}
        connection.execute(update(issue).where(here).values(**values))


def select_retired(connection: Connection, tenant_id: int, ids: Collection[int]) -> set[int]:
    """Return which of the issues' facts were let go."""
    if not ids:
        return set()
    query = select(retired.c.issue_id).where(retired.c.tenant_id == tenant_id, among(retired.c.issue_id, ids))
    return set(connection.execute(query).scalars())


def delete_old_acts(connection: Connection, tenant_id: int, before: Instant) -> None:
    """Drop the audit's rows from before an instant."""
    connection.execute(delete(audit).where(audit.c.tenant_id == tenant_id, audit.c.at < before))
