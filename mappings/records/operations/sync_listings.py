"""How far each listing of a project is, so that it goes on where it was, whatever stopped it."""

from collections.abc import Collection
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, delete, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import sync

Kind: TypeAlias = Literal["history", "recent", "night", "full", "worklogs", "worklogs gone", "webhooks", "names"]
# checking: all pages are in, what they did not name is looked at. hidden: the app cannot see the project.
# renamed: the project is read under the key that it has now, since an engagement names that one, too.
State: TypeAlias = Literal["running", "checking", "done", "paused", "cancelled", "hidden", "archived", "renamed"]

OPEN: frozenset[str] = frozenset({"running", "checking"})
# By a person, whose word stands until it is taken back.
STOPPED: frozenset[str] = frozenset({"paused", "cancelled"})
# Nothing to be read now; it may come back.
AWAY: frozenset[str] = frozenset({"hidden", "archived"})


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


def save_step(connection: Connection, tenant_id: int, before: Listing, after: Listing) -> bool:
    """Keep how far a step brought a listing; False where nothing is kept, since it is another's by now.

    It is another's where it was begun anew, or brought further from the same place by another worker. Where a person
    paused or cancelled it meanwhile, its place is kept and their word stands: in one statement, since that word may
    come between looking and writing.
    """
    values = {name: getattr(after, name) for name in _NAMES if name not in {"kind", "project", "state", "started"}}
    state = case((sync.c.state.in_(STOPPED), sync.c.state), else_=after.state)
    same = (sync.c.started == before.started, sync.c.changed_at == before.changed_at)
    change = update(sync).where(*_key(tenant_id, before.kind, before.project), *same)
    return connection.execute(change.values(**values, state=state)).rowcount == 1


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


def save_state(
    connection: Connection, tenant_id: int, kind: Kind, project: str, *, state: State, before: Collection[str]
) -> bool:
    """Set the state of a listing, as a person asked; False where there is none that is in one of `before`."""
    change = update(sync).where(*_key(tenant_id, kind, project), sync.c.state.in_(before))
    return connection.execute(change.values(state=state)).rowcount == 1


def delete_listing(connection: Connection, tenant_id: int, kind: Kind, project: str) -> None:
    """Forget a listing, so that the next one begins anew."""
    connection.execute(delete(sync).where(*_key(tenant_id, kind, project)))


def _key(tenant_id: int, kind: Kind, project: str) -> tuple[ColumnElement[bool], ...]:
    return sync.c.tenant_id == tenant_id, sync.c.kind == kind, sync.c.project == project
