"""The audit log: who changed what, before and after. Rows are only ever added."""

from collections.abc import Collection

from msgspec import Struct
from sqlalchemy import Connection, func, insert, select

from mappings.events.types import Instant
from mappings.records.tables import audit

# Shown to both leads: which parts of an engagement's file changed, and when.
AGREEMENT_CHANGED = "agreement changed"
# Before and after are keys of models, None for none; the Overview's chart has a line on its day.
MODEL_CHANGED = "model changed"


class Act(Struct, frozen=True):
    """An act of `account` (None: the command line) on `object`; `subject_account` is the person whom it concerns."""

    at: Instant
    account: str | None
    act: str
    object: str
    before: str | None = None
    after: str | None = None
    # Erasure changes this column and `account`, so no text may contain an account id.
    subject_account: str | None = None


_COLUMNS = Act.__struct_fields__


def insert_act(connection: Connection, tenant_id: int, act: Act) -> None:
    values = {name: getattr(act, name) for name in _COLUMNS}
    connection.execute(insert(audit).values(tenant_id=tenant_id, **values))


def select_acts_named(connection: Connection, tenant_id: int, names: Collection[str], limit: int) -> list[Act]:
    columns = [audit.c[name] for name in _COLUMNS]
    query = select(*columns).where(audit.c.tenant_id == tenant_id, audit.c.act.in_(sorted(names)))
    return [Act(*row) for row in connection.execute(query.order_by(audit.c.audit_id.desc()).limit(limit))]


def select_latest_acts(
    connection: Connection, tenant_id: int, names: Collection[str], objects: Collection[str]
) -> dict[str, Act]:
    """Return by object the latest of some acts; what none was on is left out."""
    of_these = (audit.c.act.in_(sorted(names)), audit.c.object.in_(sorted(objects)))
    latest = select(func.max(audit.c.audit_id)).where(audit.c.tenant_id == tenant_id, *of_these)
    query = select(*[audit.c[name] for name in _COLUMNS]).where(
        audit.c.tenant_id == tenant_id, audit.c.audit_id.in_(latest.group_by(audit.c.object))
    )
    return {act.object: act for act in (Act(*row) for row in connection.execute(query))}


def select_acts_on(connection: Connection, tenant_id: int, name: str, on: str, *, since: Instant) -> list[Act]:
    return _select_on(connection, tenant_id, {name}, on, since=since)


def undone_name(name: str) -> str:
    """Return what the audit calls the undoing of an act."""
    return f"{name}, undone"


def select_standing_acts(connection: Connection, tenant_id: int, name: str, on: str, *, since: Instant) -> list[Act]:
    """Return the acts of a name that were not undone, newest first; who undoes one undoes their own last one."""
    standing: list[Act] = []
    for act in reversed(_select_on(connection, tenant_id, {name, undone_name(name)}, on, since=since)):
        if act.act == name:
            standing.insert(0, act)
        elif own := next((each for each in standing if each.account == act.account), None):
            standing.remove(own)
    return standing


def _select_on(connection: Connection, tenant_id: int, names: Collection[str], on: str, *, since: Instant) -> list[Act]:
    columns = [audit.c[name] for name in _COLUMNS]
    query = select(*columns).where(audit.c.tenant_id == tenant_id, audit.c.at >= since)
    query = query.where(audit.c.act.in_(sorted(names)), audit.c.object == on)
    return [Act(*row) for row in connection.execute(query.order_by(audit.c.audit_id.desc()))]
