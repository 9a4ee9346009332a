"""Projects, by Jira's id; a key may change hands."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, bindparam, delete, exists, select

from mappings.events.types import ProjectSeen
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import issue, project


class Project(Struct, frozen=True):
    project_id: str
    key: str
    name: str
    archived: bool


_COLUMNS = ("tenant_id", "project_id", "key", "name", "archived", "changed_at")
_OF_TENANT = project.c.tenant_id == bindparam("at_tenant")
# A key can move to another project: the one that changed last has it.
_OF_KEY = (
    select(*(project.c[name] for name in Project.__struct_fields__))
    .where(_OF_TENANT, project.c.key == bindparam("key"))
    .order_by(project.c.changed_at.desc())
    .limit(1)
)
_IDS = select(project.c.project_id).where(_OF_TENANT, project.c.key.in_(bindparam("keys", expanding=True)))
_KEYS = select(project.c.key).where(_OF_TENANT)
# A project's first ticket answers: its tickets are not counted.
_KEYS_WITH_TICKETS = _KEYS.where(
    project.c.key.in_(bindparam("keys", expanding=True)),
    exists().where(issue.c.tenant_id == bindparam("at_tenant"), issue.c.project_key == project.c.key),
)
_KEY = _KEYS.where(project.c.project_id == bindparam("project_id"))


def save_projects(connection: Connection, tenant_id: int, seen: list[ProjectSeen]) -> None:
    ordered = sorted(seen, key=lambda event: event.at)
    latest = {event.project_id: event for event in ordered}
    names = {event.project_id: event.name for event in ordered if event.name}
    rows = [
        (tenant_id, event.project_id, event.key, names.get(event.project_id, ""), event.archived, event.at)
        for event in latest.values()
    ]
    # An older event changes nothing, and a ticket, which has no name of its project, leaves the name that is known.
    newer = 'excluded."changed_at" >= "project"."changed_at"'
    save_rows(connection, project, _COLUMNS, rows, where=newer, keep=("name",))


def delete_projects(connection: Connection, tenant_id: int, project_ids: Collection[str]) -> None:
    rows = (project.c.tenant_id == tenant_id) & project.c.project_id.in_(project_ids)
    connection.execute(delete(project).where(rows))


def select_project(connection: Connection, tenant_id: int, key: str) -> Project | None:
    row = connection.execute(_OF_KEY, {"at_tenant": tenant_id, "key": key}).first()
    return None if row is None else Project(*row)


def select_project_ids(connection: Connection, tenant_id: int, keys: Collection[str]) -> frozenset[str]:
    """Return the ids of the projects that were read under these keys."""
    return frozenset(connection.execute(_IDS, {"at_tenant": tenant_id, "keys": sorted(keys)}).scalars())


def select_project_keys(connection: Connection, tenant_id: int) -> frozenset[str]:
    """Return the keys of the projects that were read and exist."""
    return frozenset(connection.execute(_KEYS, {"at_tenant": tenant_id}).scalars())


def select_keys_with_tickets(connection: Connection, tenant_id: int, keys: Collection[str]) -> frozenset[str]:
    """Return the keys of those of these projects of which a ticket is stored, whichever way it came."""
    return frozenset(connection.execute(_KEYS_WITH_TICKETS, {"at_tenant": tenant_id, "keys": sorted(keys)}).scalars())


def select_project_key(connection: Connection, tenant_id: int, project_id: str) -> str | None:
    return connection.execute(_KEY, {"at_tenant": tenant_id, "project_id": project_id}).scalar()
