"""What Jira's REST answers tell: issues whole, from an export file, a backfill or a reconcile."""

from collections.abc import Collection, Sequence

from sqlalchemy import Engine

from mappings.events.vocabulary import Digest, Instant, IssueRead
from mappings.records.issues_read import save_enumerated, save_issues_read
from webhooks.admitting import admit_reads
from webhooks.measuring import measure_issues


def save_reads(
    engine: Engine, tenant_id: int, reads: Sequence[IssueRead], *, digest: Digest, started: Instant, now: Instant
) -> None:
    """Save issues as REST gave them, and measure what they touch, in one transaction.

    REST is the truth of an issue: what it does not name is gone, unless newer than `started` less a minute
    (architecture, "Facts converge on REST"). By the tenant's `digest` those who were erased are known again.
    Raises StoreError.
    """
    with engine.begin() as connection:
        admitted = admit_reads(connection, tenant_id, reads, digest)
        touched = save_issues_read(connection, tenant_id, admitted, started)
        measure_issues(connection, tenant_id, touched, now)


def save_enumeration(
    engine: Engine, tenant_id: int, project_key: str, issue_ids: Collection[int], *, started: Instant, now: Instant
) -> None:
    """Take what a whole listing of a project does not name as gone, and measure what that touches."""
    with engine.begin() as connection:
        touched = save_enumerated(connection, tenant_id, project_key, issue_ids, started)
        measure_issues(connection, tenant_id, touched, now)
