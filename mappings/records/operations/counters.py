"""Counters of what is too frequent to be stored row by row."""

from typing import Literal, NamedTuple, TypeAlias

from sqlalchemy import Connection, func, select, update

from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import counter

# What is counted; an unknown event's `subject` is the name that Jira gave it, the others have none.
CounterKind: TypeAlias = Literal[
    "unknown event",
    "dead letter not kept",
    "foreign property",
    "property not taken",
    "failed property task",
    "answered 429",
]


class Count(NamedTuple):
    kind: CounterKind
    subject: str
    value: int


def save_count(connection: Connection, tenant_id: int, kind: CounterKind, more: int, *, subject: str = "") -> None:
    # Inserted at 0 first, so that two writers cannot both insert a 1.
    insert_rows(connection, counter, ("tenant_id", "kind", "subject", "value"), [(tenant_id, kind, subject, 0)])
    row = (counter.c.tenant_id == tenant_id) & (counter.c.kind == kind) & (counter.c.subject == subject)
    connection.execute(update(counter).where(row).values(value=counter.c.value + more))


def select_counts(connection: Connection, tenant_id: int) -> list[Count]:
    query = select(counter.c.kind, counter.c.subject, counter.c.value).where(counter.c.tenant_id == tenant_id)
    return [Count(*row) for row in connection.execute(query.order_by(counter.c.kind, counter.c.subject))]


def count_all(connection: Connection, kind: CounterKind, tenant_id: int | None = None) -> int:
    query = select(func.sum(counter.c.value)).where(counter.c.kind == kind)
    if tenant_id is not None:
        query = query.where(counter.c.tenant_id == tenant_id)
    return int(connection.execute(query).scalar() or 0)
