"""Where issues are: in which project and under which key, for comparing with what Jira lists."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, or_, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import among
from mappings.records.tables import issue, worklog


class Placed(Struct, frozen=True):
    """An issue's project and key, when it changed, and whether it has a security level, as it was last read."""

    project_id: str | None
    key: str
    updated: Instant
    secured: bool


_PLACED = (issue.c.issue_id, issue.c.project_id, issue.c.key, issue.c.updated, issue.c.secured)


def select_places(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Placed]:
    """Return where issues are stored; those that are not are left out."""
    query = select(*_PLACED).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, issue_ids))
    return {row[0]: Placed(*row[1:]) for row in connection.execute(query).all()}


def select_places_of(
    connection: Connection, tenant_id: int, project_id: str, issue_ids: Collection[int]
) -> dict[int, Placed]:
    """Return where all issues of a project and the named ones are stored."""
    wanted = or_(issue.c.project_id == project_id, among(issue.c.issue_id, issue_ids))
    query = select(*_PLACED).where(issue.c.tenant_id == tenant_id, wanted)
    return {row[0]: Placed(*row[1:]) for row in connection.execute(query).all()}


def select_known_issues(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> set[int]:
    """Return which of the issues are stored."""
    query = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, among(issue.c.issue_id, issue_ids))
    return set(connection.execute(query).scalars())


def select_worklog_versions(
    connection: Connection, tenant_id: int, worklog_ids: Collection[int]
) -> dict[int, tuple[int, Instant]]:
    """Return the issue and the version of worklogs that are stored."""
    query = select(worklog.c.worklog_id, worklog.c.issue_id, worklog.c.updated)
    rows = connection.execute(query.where(worklog.c.tenant_id == tenant_id, among(worklog.c.worklog_id, worklog_ids)))
    return {row[0]: (row[1], row[2]) for row in rows.all()}
