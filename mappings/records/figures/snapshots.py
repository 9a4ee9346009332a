"""Snapshots: reports frozen once, never written again."""

import zlib
from datetime import date
from typing import Literal, TypeAlias

from msgspec import Struct
from sqlalchemy import Connection, bindparam, func, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import insert_rows
from mappings.records.sql.scope import AgreementScope, bound_values, in_agreement, rows_of_agreement
from mappings.records.tables import snapshot

SnapshotKind: TypeAlias = Literal["week", "quarter"]
LEVEL = 9


class Snapshot(Struct, frozen=True):
    """When and from what a snapshot was made, over the days `[first, end)` in the engagement's zone."""

    engagement: str
    kind: SnapshotKind
    first: date
    end: date
    as_of: Instant
    taken_at: Instant
    ruleset_hash: str
    engagement_hash: str
    input_hash: str


_NAMES = ("engagement", "kind", "first_day", "end_day", *Snapshot.__struct_fields__[4:])
_COLUMNS = [snapshot.c[name] for name in _NAMES]
_ALL = select(*_COLUMNS).where(in_agreement(snapshot)).order_by(snapshot.c.end_day.desc(), snapshot.c.kind)
_ENDED = (snapshot.c.end_day > bindparam("since")) & (snapshot.c.end_day <= bindparam("until"))
_BODIES = (
    select(snapshot.c.end_day, snapshot.c.body)
    .where(in_agreement(snapshot), snapshot.c.kind == bindparam("kind"), _ENDED)
    .order_by(snapshot.c.end_day.desc())
)


def insert_snapshot(connection: Connection, tenant_id: int, taken: Snapshot, body: bytes) -> None:
    # Save a report; a snapshot that exists stays as it is.
    values = tuple(getattr(taken, name) for name in Snapshot.__struct_fields__)
    insert_rows(
        connection, snapshot, ("tenant_id", *_NAMES, "body"), [(tenant_id, *values, zlib.compress(body, LEVEL))]
    )


def select_snapshots(scope: AgreementScope) -> list[Snapshot]:
    return [Snapshot(*row) for row in scope.connection.execute(_ALL, bound_values(scope))]


def select_body(scope: AgreementScope, kind: SnapshotKind, end: date) -> bytes | None:
    query = select(snapshot.c.body).where(rows_of_agreement(snapshot, scope))
    body = scope.connection.execute(
        query.where(snapshot.c.kind == kind, snapshot.c.end_day == end)
    ).scalar_one_or_none()
    return None if body is None else zlib.decompress(body)


def select_bodies(scope: AgreementScope, kind: SnapshotKind, *, since: date, until: date) -> dict[date, bytes]:
    """Return the reports of the periods that end after `since` and by `until`, by their end, newest first."""
    values = bound_values(scope) | {"kind": kind, "since": since, "until": until}
    rows = scope.connection.execute(_BODIES, values).all()
    return {end: zlib.decompress(body) for end, body in rows}


def select_site_snapshots(connection: Connection, tenant_id: int, kind: SnapshotKind, *, since: date) -> list[Snapshot]:
    """Return what was frozen of all engagements of a site and ends after `since`, newest first."""
    query = select(*_COLUMNS).where(snapshot.c.tenant_id == tenant_id, snapshot.c.kind == kind)
    query = query.where(snapshot.c.end_day > since).order_by(snapshot.c.end_day.desc(), snapshot.c.engagement)
    return [Snapshot(*row) for row in connection.execute(query)]


def select_snapshot_bodies(
    connection: Connection, tenant_id: int, kind: SnapshotKind, *, since: date, until: date
) -> list[tuple[Snapshot, bytes]]:
    """Return the reports of a site's periods that end after `since` and by `until`, of all its engagements."""
    query = select(*_COLUMNS, snapshot.c.body).where(snapshot.c.tenant_id == tenant_id, snapshot.c.kind == kind)
    query = query.where(snapshot.c.end_day > since, snapshot.c.end_day <= until)
    return [(Snapshot(*row[:-1]), zlib.decompress(row[-1])) for row in connection.execute(query)]


def select_latest_end(scope: AgreementScope, kind: SnapshotKind) -> date | None:
    query = select(func.max(snapshot.c.end_day)).where(snapshot.c.tenant_id == scope.tenant_id)
    latest: date | None = scope.connection.execute(
        query.where(snapshot.c.engagement == scope.engagement, snapshot.c.kind == kind)
    ).scalar_one()
    return latest
