"""Retention: facts older than a site keeps them are deleted in steps beside live events; figures stay."""

import msgspec
from sqlalchemy import Engine

from mappings.events.types import Instant
from mappings.records.agreement.closed_room import delete_old_notes
from mappings.records.agreement.disputes import save_reasons_forgotten
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.issues import count_issues
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.progress import Progress, delete_progress, save_progress, select_progress
from mappings.records.operations.retention_settings import save_kept_from, select_kept_from
from mappings.records.privacy.retention import delete_old_acts, retire_issues, select_outdated, select_root_issues

# Issues checked in one transaction.
STEP = 500


def begin_retention(engine: Engine, tenant_id: int, kept_from: Instant) -> None:
    """Stop reading what last changed before `kept_from`; what is stored of it is deleted in steps."""
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        save_kept_from(connection, tenant_id, kept_from)
        delete_old_acts(connection, tenant_id, kept_from)
        save_reasons_forgotten(connection, tenant_id, kept_from)
        delete_old_notes(connection, tenant_id, kept_from)


def retention_step(engine: Engine, tenant_id: int, now: Instant, step: int = STEP) -> Progress | None:
    """Delete the facts of the next old issues; None where none are left. Raises StoreError."""
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        kept_from = select_kept_from(connection, tenant_id)
        building = any(stored.next_generation is not None for stored in select_engagements(connection, tenant_id))
        # A generation being built needs the facts; so does the one shown, until the next is complete.
        if kept_from is None or building:
            return None
        fresh = Progress("retention", "", 0, 0, count_issues(connection, tenant_id), 0, now, now)
        before = select_progress(connection, tenant_id, "retention") or fresh
        ids = select_root_issues(connection, tenant_id, before.cursor, step)
        if not ids:
            delete_progress(connection, tenant_id, "retention")
            return None
        retire_issues(connection, tenant_id, select_outdated(connection, tenant_id, ids, kept_from), now)
        done = before.done + len(ids)
        total = max(done, before.total)
        after = msgspec.structs.replace(before, done=done, total=total, cursor=ids[-1], changed_at=now)
        save_progress(connection, tenant_id, after)
        return after
