"""Intake of REST answers: whole issues from an export file, a backfill or a reconcile."""

from collections.abc import Callable, Collection, Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextvars import copy_context
from typing import TypeVar

from sqlalchemy import Connection, Engine

from mappings.events.types import Digest, Event, Instant, IssueRead
from mappings.records.facts.rest_reads import save_absent, save_issues_read
from mappings.records.facts.webhook_events import save_seen
from mappings.records.figures.measure_state import select_failed_of
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.unread_issues import delete_unread
from webhooks.intake_filter import admit_events, admit_reads
from webhooks.issue_property import mark_foreign_reads
from webhooks.measure import measure_issues, measure_read

Batch = TypeVar("Batch")


def save_reads(
    engine: Engine, tenant_id: int, reads: Sequence[IssueRead], *, digest: Digest, started: Instant, now: Instant
) -> None:
    """Save issues as REST gave them and measure what they change, in one transaction. Raises StoreError.

    What a read does not name is deleted, unless it is newer than `started` less a minute (docs/architecture.md,
    "Facts converge on REST"). The tenant's `digest` recognises erased accounts.
    """
    with engine.begin() as connection:
        save_issue_reads(connection, tenant_id, reads, digest=digest, started=started, now=now)


def save_while_reading(batches: Iterable[Batch], save: Callable[[Batch], None]) -> None:
    """Save batches one after the other in a thread, each while the next is read here.

    What was read before an error is saved, and an error of `save` ends the reading. Nothing is being saved any more
    when it returns or raises.
    """
    with ThreadPoolExecutor(1, "save") as pool:
        saving: Future[None] | None = None
        try:
            for batch in batches:
                if saving is not None:
                    saving.result()
                # In the context of the caller: log lines and spans belong together.
                saving = pool.submit(copy_context().run, save, batch)
        finally:
            if saving is not None:
                saving.result()


def save_issue_reads(
    connection: Connection,
    tenant_id: int,
    reads: Sequence[IssueRead],
    *,
    digest: Digest,
    started: Instant,
    now: Instant,
) -> None:
    """Save reads within the caller's transaction, so that the position of a listing commits with them."""
    admitted = admit_reads(connection, tenant_id, reads, digest)
    delete_unread(connection, tenant_id, [read.issue.issue_id for read in reads])
    changed = save_issues_read(connection, tenant_id, admitted, started)
    failed = select_failed_of(connection, tenant_id, [read.issue.issue_id for read in admitted])
    measure_read(connection, tenant_id, changed | failed, now)
    mark_foreign_reads(connection, tenant_id, admitted, started=started, now=now)


def save_rest_events(
    connection: Connection, tenant_id: int, events: Sequence[Event], *, digest: Digest, now: Instant
) -> None:
    """Save single objects that REST gave, such as worklogs by id, as events from webhooks are saved."""
    lock_tenant(connection, tenant_id)
    touched = save_seen(connection, tenant_id, admit_events(connection, tenant_id, events, digest))
    measure_issues(connection, tenant_id, touched, now)


def delete_absent_issues(
    connection: Connection, tenant_id: int, issue_ids: Collection[int], *, started: Instant, now: Instant
) -> None:
    """Delete issues that Jira did not return when asked for by id, and measure what changes."""
    measure_issues(connection, tenant_id, save_absent(connection, tenant_id, issue_ids, started), now)
