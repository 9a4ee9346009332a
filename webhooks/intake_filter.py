"""Filter of what comes in: erased accounts become pseudonyms, and retired or outdated facts are left out."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mappings.events.pseudonyms import mask_event, mask_read
from mappings.events.times import EVER
from mappings.events.types import CommentSeen, Digest, Event, Instant, Issue, IssueRead, IssueSeen, WorklogSeen
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.privacy.erasure import select_swap
from mappings.records.privacy.retention import save_retired_moves, select_retired


def admit_reads(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], digest: Digest
) -> Sequence[IssueRead]:
    # Locked, so that nobody is erased meanwhile.
    lock_tenant(connection, tenant_id)
    swap, kept_from = select_swap(connection, tenant_id, digest), select_kept_from(connection, tenant_id)
    if kept_from is not None:
        closed = _closed(connection, tenant_id, [read.issue for read in reads])
        reads = [read for read in reads if read.issue.updated >= kept_from and read.issue.issue_id not in closed]
    return [mask_read(read, swap) for read in reads] if swap else reads


def admit_events(connection: Connection, tenant_id: int, events: Sequence[Event], digest: Digest) -> Sequence[Event]:
    """Return what may be stored of events. The caller holds the tenant's lock."""
    swap, kept_from = select_swap(connection, tenant_id, digest), select_kept_from(connection, tenant_id)
    if kept_from is not None:
        closed = _closed(connection, tenant_id, [event.issue for event in events if isinstance(event, IssueSeen)])
        closed |= select_retired(connection, tenant_id, {issue_of(event) for event in events})
        events = [event for event in events if issue_of(event) not in closed and _version_of(event) >= kept_from]
    return [mask_event(event, swap) for event in events] if swap else events


def _version_of(event: Event) -> Instant:
    # When the version changed that an event describes.
    if isinstance(event, IssueSeen):
        return event.issue.updated
    if isinstance(event, CommentSeen):
        return event.comment.updated
    return event.worklog.updated if isinstance(event, WorklogSeen) else EVER


def issue_of(event: Event) -> int:
    # The issue of which an event has facts; 0 where it has none, as a deletion.
    if isinstance(event, IssueSeen):
        return event.issue.issue_id
    if isinstance(event, CommentSeen):
        return event.comment.issue_id
    return event.worklog.issue_id if isinstance(event, WorklogSeen) else 0


def _closed(connection: Connection, tenant_id: int, seen: Sequence[Issue]) -> set[int]:
    closed = select_retired(connection, tenant_id, {issue.issue_id for issue in seen})
    retired = sorted((issue for issue in seen if issue.issue_id in closed), key=lambda issue: issue.updated)
    save_retired_moves(connection, tenant_id, retired)
    return closed
