"""Projects, by Jira's id; a key may change hands."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, delete, select

from mappings.events.types import ProjectSeen
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import project


class Project(Struct, frozen=True):
    project_id: str
    key: str
    name: str
    archived: bool


_COLUMNS = ("tenant_id", "project_id", "key", "name", "archived", "changed_at")


def save_projects(connection: Connection, tenant_id: int, seen: list[ProjectSeen]) -> None:
    latest = {event.project_id: event for event in sorted(seen, key=lambda event: event.at)}
    rows = [(tenant_id, event.project_id, event.key, event.name, event.archived, event.at) for event in latest.values()]
    # An older event changes nothing.
    save_rows(connection, project, _COLUMNS, rows, where='excluded."changed_at" >= "project"."changed_at"')


def delete_projects(connection: Connection, tenant_id: int, project_ids: Collection[str]) -> None:
    rows = (project.c.tenant_id == tenant_id) & project.c.project_id.in_(project_ids)
    connection.execute(delete(project).where(rows))


def select_project(connection: Connection, tenant_id: int, key: str) -> Project | None:
    columns = [project.c[name] for name in Project.__struct_fields__]
    query = select(*columns).where(project.c.tenant_id == tenant_id, project.c.key == key)
    # A key can move to another project: the one that changed last has it.
    row = connection.execute(query.order_by(project.c.changed_at.desc()).limit(1)).first()
    return None if row is None else Project(*row)


def select_project_keys(connection: Connection, tenant_id: int) -> frozenset[str]:
    """Return the keys of the projects that were read and exist."""
    return frozenset(connection.execute(select(project.c.key).where(project.c.tenant_id == tenant_id)).scalars())


def select_project_key(connection: Connection, tenant_id: int, project_id: str) -> str | None:
    query = select(project.c.key).where(project.c.tenant_id == tenant_id, project.c.project_id == project_id)
    return connection.execute(query).scalar()
