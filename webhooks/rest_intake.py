"""What Jira's REST answers tell: issues whole, from an export file, a backfill or a reconcile."""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Engine

from mappings.events.types import Digest, Event, Instant, IssueRead
from mappings.records.facts.rest_reads import save_absent, save_issues_read
from mappings.records.facts.webhook_events import save_seen
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.unread_issues import delete_unread
from webhooks.intake_filter import admit_events, admit_reads
from webhooks.issue_property import note_read
from webhooks.measure import measure_issues


def save_reads(
    engine: Engine, tenant_id: int, reads: Sequence[IssueRead], *, digest: Digest, started: Instant, now: Instant
) -> None:
    """Save issues as REST gave them, and measure what they touch, in one transaction.

    REST is the truth of an issue: what it does not name is gone, unless newer than `started` less a minute
    (architecture, "Facts converge on REST"). By the tenant's `digest` those who were erased are known again.
    Raises StoreError.
    """
    with engine.begin() as connection:
        take_reads(connection, tenant_id, reads, digest=digest, started=started, now=now)


def take_reads(
    connection: Connection,
    tenant_id: int,
    reads: Sequence[IssueRead],
    *,
    digest: Digest,
    started: Instant,
    now: Instant,
) -> None:
    """Do the same within the caller's transaction, so that how far a listing is can be kept with it."""
    admitted = admit_reads(connection, tenant_id, reads, digest)
    delete_unread(connection, tenant_id, [read.issue.issue_id for read in reads])
    touched = save_issues_read(connection, tenant_id, admitted, started)
    measure_issues(connection, tenant_id, touched, now)
    note_read(connection, tenant_id, admitted, started=started, now=now)


def take_told(connection: Connection, tenant_id: int, events: Sequence[Event], *, digest: Digest, now: Instant) -> None:
    """Save what single things of REST tell, such as worklogs by id, as if webhooks had told it, and measure it."""
    lock_tenant(connection, tenant_id)
    touched = save_seen(connection, tenant_id, admit_events(connection, tenant_id, events, digest))
    measure_issues(connection, tenant_id, touched, now)


def take_absent(
    connection: Connection, tenant_id: int, issue_ids: Collection[int], *, started: Instant, now: Instant
) -> None:
    """Take issues that Jira did not give when asked for by id as gone, and measure what that touches."""
    measure_issues(connection, tenant_id, save_absent(connection, tenant_id, issue_ids, started), now)
