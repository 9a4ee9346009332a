"""The position of each listing of a project, so that an interrupted one continues where it was."""

from collections.abc import Collection
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, case, delete, select, update

from mappings.events.types import Instant
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import sync

Kind: TypeAlias = Literal[
    "history", "recent", "night", "full", "worklogs", "worklogs gone", "webhooks", "names", "moved"
]  # fmt: skip
# checking: all pages are read, and issues that none of them named are being checked.
# hidden: the app cannot see the project.
# renamed: the project is read under the key that it has now, since an engagement names that one, too.
State: TypeAlias = Literal["running", "checking", "done", "paused", "cancelled", "hidden", "archived", "renamed"]

OPEN: frozenset[str] = frozenset({"running", "checking"})
# By a person: only a person resumes it.
STOPPED: frozenset[str] = frozenset({"paused", "cancelled"})
# Nothing can be read now; the project may come back.
UNAVAILABLE: frozenset[str] = frozenset({"hidden", "archived"})


class Listing(Struct, frozen=True):
    """A listing of a project's issues (by key; "" for the whole site).

    `jql` and `token` are what to ask next. Where Jira refuses the token, the listing continues at `cursor`, the time at
    which the last issue read was created. `since` bounds what is asked, `started` is when this listing began. `done` of
    `total` issues are read (total 0: unknown), at the cost of `requests`.
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


def save_listing(connection: Connection, tenant_id: int, listing: Listing) -> None:
    save_rows(connection, sync, ("tenant_id", *_NAMES), [(tenant_id, *(getattr(listing, name) for name in _NAMES))])


def save_step(connection: Connection, tenant_id: int, before: Listing, after: Listing) -> bool:
    """Save a step of a listing; False, and nothing is saved, where another worker continued or restarted it."""
    values = {name: getattr(after, name) for name in _NAMES if name not in {"kind", "project", "state", "started"}}
    # In one statement, so that a pause or cancellation between reading and writing is not overwritten.
    state = case((sync.c.state.in_(STOPPED), sync.c.state), else_=after.state)
    same = (sync.c.started == before.started, sync.c.changed_at == before.changed_at)
    change = update(sync).where(*_key(tenant_id, before.kind, before.project), *same)
    return connection.execute(change.values(**values, state=state)).rowcount == 1


def select_listing(connection: Connection, tenant_id: int, kind: Kind, project: str = "") -> Listing | None:
    query = select(*(sync.c[name] for name in _NAMES)).where(*_key(tenant_id, kind, project))
    row = connection.execute(query).first()
    return None if row is None else Listing(*row)


def select_listings(connection: Connection, tenant_id: int, kind: Kind | None = None) -> list[Listing]:
    query = select(*(sync.c[name] for name in _NAMES)).where(sync.c.tenant_id == tenant_id)
    query = query if kind is None else query.where(sync.c.kind == kind)
    return [Listing(*row) for row in connection.execute(query.order_by(sync.c.kind, sync.c.project))]


def save_state(
    connection: Connection, tenant_id: int, kind: Kind, project: str, *, state: State, before: Collection[str]
) -> bool:
    """Set the state of a listing; False where none is in one of the states `before`."""
    change = update(sync).where(*_key(tenant_id, kind, project), sync.c.state.in_(before))
    return connection.execute(change.values(state=state)).rowcount == 1


def delete_listing(connection: Connection, tenant_id: int, kind: Kind, project: str) -> None:
    connection.execute(delete(sync).where(*_key(tenant_id, kind, project)))


def _key(tenant_id: int, kind: Kind, project: str) -> tuple[ColumnElement[bool], ...]:
    return sync.c.tenant_id == tenant_id, sync.c.kind == kind, sync.c.project == project
