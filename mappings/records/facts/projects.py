"""Projects, by Jira's id; a key may change hands."""

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import Connection, delete, select

from mappings.events.types import ProjectSeen
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import project


@dataclass(frozen=True, slots=True)
class Project:
    """A project of a site."""

    project_id: str
    key: str
    name: str
    archived: bool


_COLUMNS = ("tenant_id", "project_id", "key", "name", "archived", "changed_at")


def save_projects(connection: Connection, tenant_id: int, seen: list[ProjectSeen]) -> None:
    """Keep what the events say of projects; an older event changes nothing."""
    latest = {one.project_id: one for one in sorted(seen, key=lambda one: one.at)}
    rows = [(tenant_id, one.project_id, one.key, one.name, one.archived, one.at) for one in latest.values()]
    save_rows(connection, project, _COLUMNS, rows, where='excluded."changed_at" >= "project"."changed_at"')


def delete_projects(connection: Connection, tenant_id: int, project_ids: Collection[str]) -> None:
    """Take deleted projects out."""
    rows = (project.c.tenant_id == tenant_id) & project.c.project_id.in_(project_ids)
    connection.execute(delete(project).where(rows))


def select_project(connection: Connection, tenant_id: int, key: str) -> Project | None:
    """Return the project that carries a key now."""
    columns = [project.c[name] for name in Project.__dataclass_fields__]
    query = select(*columns).where(project.c.tenant_id == tenant_id, project.c.key == key)
    row = connection.execute(query.order_by(project.c.changed_at.desc()).limit(1)).first()
    return None if row is None else Project(*row)


def select_project_key(connection: Connection, tenant_id: int, project_id: str) -> str | None:
    """Return the key that a project was known by last, None where it is new."""
    query = select(project.c.key).where(project.c.tenant_id == tenant_id, project.c.project_id == project_id)
    return connection.execute(query).scalar()
