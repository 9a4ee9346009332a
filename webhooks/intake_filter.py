"""What comes in is kept only as it may be: the erased under their pseudonyms, and nothing of what was let go."""

from collections.abc import Sequence

from sqlalchemy import Connection

from mappings.events.pseudonyms import mask_event, mask_read
from mappings.events.types import CommentSeen, Digest, Event, Instant, Issue, IssueRead, IssueSeen, WorklogSeen
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.retention_settings import select_kept_from
from mappings.records.privacy.erasure import select_swap
from mappings.records.privacy.retention import save_moved, select_retired


def admit_reads(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], digest: Digest
) -> Sequence[IssueRead]:
    """Return what may be kept of issues that REST gave. Takes the tenant's lane, so that nobody is erased meanwhile."""
    lock_tenant(connection, tenant_id)
    swap, kept_from = select_swap(connection, tenant_id, digest), select_kept_from(connection, tenant_id)
    if kept_from is not None:
        closed = _closed(connection, tenant_id, [read.issue for read in reads])
        reads = [read for read in reads if read.issue.updated >= kept_from and read.issue.issue_id not in closed]
    return [mask_read(read, swap) for read in reads] if swap else reads


def admit_events(connection: Connection, tenant_id: int, events: Sequence[Event], digest: Digest) -> Sequence[Event]:
    """Return what may be kept of events. The caller holds the lane."""
    swap, kept_from = select_swap(connection, tenant_id, digest), select_kept_from(connection, tenant_id)
    if kept_from is not None:
        closed = _closed(connection, tenant_id, [one.issue for one in events if isinstance(one, IssueSeen)])
        closed |= select_retired(connection, tenant_id, {issue_of(one) for one in events})
        events = [one for one in events if issue_of(one) not in closed and _told_of(one) >= kept_from]
    return [mask_event(one, swap) for one in events] if swap else events


_EVER: Instant = 1 << 62


def _told_of(event: Event) -> Instant:
    """Return of which version an event tells: late words of what was let go are none for keeping."""
    if isinstance(event, IssueSeen):
        return event.issue.updated
    if isinstance(event, CommentSeen):
        return event.comment.updated
    return event.worklog.updated if isinstance(event, WorklogSeen) else _EVER


def issue_of(event: Event) -> int:
    """Return the issue that an event tells facts of; 0 where it tells none, as a deletion does."""
    if isinstance(event, IssueSeen):
        return event.issue.issue_id
    if isinstance(event, CommentSeen):
        return event.comment.issue_id
    return event.worklog.issue_id if isinstance(event, WorklogSeen) else 0


def _closed(connection: Connection, tenant_id: int, seen: Sequence[Issue]) -> set[int]:
    """Return the issues whose facts were let go, and keep where they are now."""
    closed = select_retired(connection, tenant_id, {one.issue_id for one in seen})
    save_moved(connection, tenant_id, sorted((one for one in seen if one.issue_id in closed), key=_version))
    return closed


def _version(one: Issue) -> int:
    return one.updated
