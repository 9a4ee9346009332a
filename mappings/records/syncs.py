"""How far each listing of a project is, so that it goes on where it was, whatever stopped it."""

from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, select, update

from mappings.events.vocabulary import Instant
from mappings.records.bulk import save_rows
from mappings.records.tables import sync

Kind: TypeAlias = Literal["history", "recent", "night", "full", "worklogs", "worklogs gone", "webhooks"]
State: TypeAlias = Literal["running", "checking", "done", "paused", "cancelled", "hidden", "archived"]
"""checking: all pages are in, what they did not name is looked at. hidden: the app cannot see the project."""

OPEN: frozenset[str] = frozenset({"running", "checking"})


class Listing(Struct, frozen=True):
    """A listing of a project (by key; "" for the whole site) on its way in.

    `jql` and `token` say what to ask next; where the token is refused, `cursor`, the instant at which the last issue
    that is in was created, leads on. `since` bounds what is asked, `started` is when this listing began. `done` of
    `total` issues are in (a total of 0: not known), at the cost of so many `requests`.
    """

    kind: Kind
    project: str
    state: State = "running"
    jql: str = ""
    token: str | None = None
    cursor: Instant = 0
    since: Instant = 0
    started: Instant = 0
    done: int = 0
    total: int = 0
    requests: int = 0
    changed_at: Instant = 0


_NAMES = Listing.__struct_fields__


def save_listing(connection: Connection, tenant_id: int, one: Listing) -> None:
    """Keep how far a listing is."""
    save_rows(connection, sync, ("tenant_id", *_NAMES), [(tenant_id, *(getattr(one, name) for name in _NAMES))])


def save_step(connection: Connection, tenant_id: int, one: Listing) -> None:
    """Keep how far a listing is, unless a person paused or cancelled it meanwhile: then only its place is kept."""
    before = select_listing(connection, tenant_id, one.kind, one.project)
    if before is not None and before.state in {"paused", "cancelled"} and before.started == one.started:
        values = {name: getattr(one, name) for name in _NAMES if name not in {"kind", "project", "state"}}
        connection.execute(update(sync).where(*_key(tenant_id, one.kind, one.project)).values(**values))
    else:
        save_listing(connection, tenant_id, one)


def select_listing(connection: Connection, tenant_id: int, kind: Kind, project: str = "") -> Listing | None:
    """Return a listing, or None where there never was one."""
    query = select(*(sync.c[name] for name in _NAMES)).where(*_key(tenant_id, kind, project))
    row = connection.execute(query).first()
    return None if row is None else Listing(*row)


def select_listings(connection: Connection, tenant_id: int, kind: Kind | None = None) -> list[Listing]:
    """Return the listings of a tenant, by kind and project."""
    query = select(*(sync.c[name] for name in _NAMES)).where(sync.c.tenant_id == tenant_id)
    query = query if kind is None else query.where(sync.c.kind == kind)
    return [Listing(*row) for row in connection.execute(query.order_by(sync.c.kind, sync.c.project))]


def save_state(connection: Connection, tenant_id: int, kind: Kind, project: str, state: State) -> bool:
    """Set the state of a listing, as a person asked; False where there is none."""
    change = update(sync).where(*_key(tenant_id, kind, project)).values(state=state)
    return connection.execute(change).rowcount == 1


def delete_listing(connection: Connection, tenant_id: int, kind: Kind, project: str) -> None:
    """Forget a listing, so that the next one begins anew."""
    connection.execute(delete(sync).where(*_key(tenant_id, kind, project)))


def _key(tenant_id: int, kind: Kind, project: str) -> tuple[ColumnElement[bool], ...]:
    return sync.c.tenant_id == tenant_id, sync.c.kind == kind, sync.c.project == project
