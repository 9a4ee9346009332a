"""Snapshots: freezes the report of each week and quarter once it is over; a snapshot is never written again."""

from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import Connection, Engine

from connector.figures.review import select_review
from mappings.events.times import DAY, HOUR
from mappings.events.types import Instant
from mappings.formats.report.json_report import report, report_bytes
from mappings.formats.report.source import ReportSource
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ruleset import hash_of
from mappings.measure.period.snapshot_spans import KINDS, Span, due_spans
from mappings.records.agreement.engagements import StoredEngagement, select_engagement, select_engagements
from mappings.records.agreement.rulesets import select_coming
from mappings.records.figures.snapshots import Snapshot, insert_snapshot, select_latest_end
from mappings.records.operations.progress import select_all_progress
from mappings.records.operations.tenants import select_tenants
from mappings.records.sql.scope import AgreementScope
from webhooks.ruleset_activation import adopt_due_rulesets, tomorrow

if TYPE_CHECKING:  # reports import this module: Flask and the client of Jira are not theirs
    from connector.container import Container

AT_ONCE = 4
# How long what happened before a period's end may be under way to us.
LATE = HOUR


def freeze(container: "Container", tenant_id: int, now: Instant) -> Instant | None:
    taken = take_due_snapshots(container.engine, container.reader, now, tenant_id, most=AT_ONCE)
    return now if len(taken) == AT_ONCE else None


def take_due_snapshots(
    engine: Engine, reader: Engine, now: Instant, tenant_id: int | None = None, *, most: int | None = None
) -> list[Snapshot]:
    """Freeze every week and quarter that is over and not frozen yet, oldest first; return what was frozen.

    `tenant_id` None: of every tenant; `most` of them. Those that a standstill missed are made up for, as of their end.
    Safe to be called by several processes at once, as often as one likes: what is frozen stays. Raises StoreError.
    """
    with reader.connect() as connection:
        tenants = [tenant.tenant_id for tenant in select_tenants(connection)] if tenant_id is None else [tenant_id]
        due = [(tenant, key, span) for tenant in tenants for key, span in _select_due(connection, tenant, now)]
    return [take_snapshot((engine, reader), tenant, key, span=span, now=now) for tenant, key, span in due[:most]]


def _select_due(connection: Connection, tenant_id: int, now: Instant) -> Iterator[tuple[str, Span]]:
    engagements = [stored for stored in select_engagements(connection, tenant_id) if is_whole(stored)]
    if not engagements or _is_importing(connection, tenant_id, now):
        return
    for stored in engagements:
        calendar = Calendar(stored.engagement.zone, stored.engagement.workflow.hours)
        for kind in KINDS:
            latest = select_latest_end(AgreementScope(connection, tenant_id, stored.engagement.key), kind)
            after = latest or calendar.day(stored.recorded_at)
            for span in due_spans(stored.engagement, kind, after, calendar.day(now - LATE)):
                yield stored.engagement.key, span


def is_whole(stored: StoredEngagement) -> bool:
    # Tell whether an engagement has figures and no others are being built, so that they may be frozen.
    return stored.generation is not None and stored.next_generation is None


def _is_importing(connection: Connection, tenant_id: int, now: Instant) -> bool:
    # An import that has not moved for a day holds nothing up.
    running = [work for work in select_all_progress(connection, tenant_id) if now - work.changed_at < DAY]
    return any(work.is_first_read for work in running)


def take_snapshot(stores: tuple[Engine, Engine], tenant_id: int, key: str, *, span: Span, now: Instant) -> Snapshot:
    """Freeze the report of a period as of its end; where it is frozen already that one stays.

    `stores` are where to write and where to read.
    """
    engine, reader = stores
    with unchanging(reader) as connection:
        stored = select_engagement(connection, tenant_id, key)
        assert stored is not None
        as_of = Calendar(stored.engagement.zone, stored.engagement.workflow.hours).midnight(span.end)
        review = select_review(connection, tenant_id, stored, first=span.first, end=span.end, as_of=as_of)
    snapshot = Snapshot(
        engagement=key,
        kind=span.kind,
        first=span.first,
        end=span.end,
        as_of=as_of,
        taken_at=now,
        ruleset_hash=hash_of(review.rules),
        engagement_hash=review.engagement_hash,
        input_hash=input_hash(review),
    )
    with engine.begin() as connection:
        insert_snapshot(connection, tenant_id, snapshot, report_bytes(report(review)))
    return snapshot


def begin_rules(engine: Engine, reader: Engine, tenant_id: int, now: Instant) -> bool:
    with reader.connect() as connection:
        coming = any(tenant == tenant_id for tenant, _ in select_coming(connection, tomorrow(now)))
    if not coming:
        return False
    take_due_snapshots(engine, reader, now, tenant_id)
    return adopt_due_rulesets(engine, now) > 0


@contextmanager
def unchanging(reader: Engine) -> Iterator[Connection]:
    # Give a connection that sees one moment of the database, whatever is written meanwhile.
    # A transaction of SQLite sees one moment anyway.
    options = {"isolation_level": "REPEATABLE READ"} if reader.dialect.name == "postgresql" else {}
    with reader.connect().execution_options(**options) as connection:
        yield connection


def input_hash(review: ReportSource) -> str:
    """Return "sha256:" and the hash of all that a report is made from: equal inputs, equal hash, equal bytes."""
    return "sha256:" + sha256(msgspec.json.encode(review, enc_hook=str, order="deterministic")).hexdigest()
