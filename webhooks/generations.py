"""Generations of figures: the next one is built in steps beside the one shown, and switched in when complete."""

from collections.abc import Callable, Collection

import msgspec
from sqlalchemy import Connection, Engine

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Measured
from mappings.records.agreement.engagements import StoredEngagement, select_engagements, switch_generation
from mappings.records.facts.issues import count_issues, select_issue_ids_after, select_tickets
from mappings.records.figures.entries import delete_generation, select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.hires import copy_hired
from mappings.records.figures.measure_state import StoredMeasured, save_measured, select_failed
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.issue_properties import save_all_marked
from mappings.records.operations.progress import Progress, delete_progress, save_progress, select_progress
from mappings.records.privacy.retention import select_retired
from mappings.records.sql.scope import Scope
from webhooks.failures import isolate_failures
from webhooks.measure import (
    Target,
    measure_issues,
    measure_target,
    save_failures,
    save_figures,
    select_targets,
)
from webhooks.opportunity_sums import copy_opportunities

# Issues measured in one transaction, which live events wait for.
STEP = 200


def remeasure_step(engine: Engine, tenant_id: int, now: Instant, step: int = STEP) -> Progress | None:
    """Measure the next issues of an engagement that is being rebuilt; None where none is. Raises StoreError."""
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        rebuilt = [stored for stored in select_engagements(connection, tenant_id) if stored.next_generation is not None]
        if not rebuilt:
            return None
        progress = _progress(connection, tenant_id, rebuilt[0], now)
        ids = select_issue_ids_after(connection, tenant_id, progress.cursor, step)
        if not ids:
            save_all_marked(connection, tenant_id, now)
            return _switch(connection, tenant_id, rebuilt[0], progress)
        _measure_next(connection, _next_target(connection, tenant_id, rebuilt[0]), rebuilt[0].generation, ids, now=now)
        # Progress commits with the figures, so a killed process continues here. The drain updates both generations.
        return _advance(connection, tenant_id, progress, ids, now=now)


def _progress(connection: Connection, tenant_id: int, stored: StoredEngagement, now: Instant) -> Progress:
    key, number = stored.engagement.key, stored.next_generation or 0
    before = select_progress(connection, tenant_id, "measure", key, number=number)
    return before or Progress("measure", key, number, 0, count_issues(connection, tenant_id), 0, now, now)


def _next_target(connection: Connection, tenant_id: int, stored: StoredEngagement) -> Target:
    wanted = (stored.engagement.key, stored.next_generation)
    return next(t for t in select_targets(connection, tenant_id) if (t.engagement, t.generation) == wanted)


def _measure_next(
    connection: Connection, target: Target, before: int | None, ids: Collection[int], *, now: Instant
) -> None:
    closed = select_retired(connection, target.tenant_id, ids)
    copy_figures(connection, target, before, closed, now=now)

    def measure(batch: Collection[int]) -> None:
        measure_target(connection, target, select_tickets(connection, target.tenant_id, batch), batch, now=now)

    failed = isolate_failures(connection, set(ids) - closed, measure)
    if failed:
        save_failures(Scope(connection, target.tenant_id, target.engagement, target.generation), failed, now)


def copy_figures(
    connection: Connection, target: Target, before: int | None, issue_ids: Collection[int], *, now: Instant
) -> None:
    """Copy the figures of retired issues from the generation `before` into one that is being built.

    Their facts are deleted, so nothing can measure them again, and no later agreement changes them.
    """
    if before is None or not issue_ids:
        return
    scope = Scope(connection, target.tenant_id, target.engagement, target.generation)
    old = scope._replace(generation=before)
    entries, evidence = select_entries(old, issue_ids), select_evidence(old, issue_ids)
    measured = {
        issue_id: Measured(
            issue_id, tuple(stored.entry for stored in entries.get(issue_id, ())), evidence.get(issue_id, ())
        )
        for issue_id in entries.keys() | evidence.keys()
    }
    # Saved like measured ones: what is handed over follows from the evidence of both generations.
    save_figures(scope, target.prepared, measured)
    copy_opportunities(scope, target.prepared.calendar, before, issue_ids)
    copy_hired(scope, before=before, ids=issue_ids)
    save_measured(scope, [StoredMeasured(issue_id) for issue_id in measured], now)


def _advance(connection: Connection, tenant_id: int, progress: Progress, ids: list[int], *, now: Instant) -> Progress:
    done = progress.done + len(ids)
    after = msgspec.structs.replace(
        progress, done=done, total=max(done, progress.total), cursor=ids[-1], changed_at=now
    )
    save_progress(connection, tenant_id, after)
    return after


def _switch(connection: Connection, tenant_id: int, stored: StoredEngagement, progress: Progress) -> Progress:
    switch_generation(connection, tenant_id, stored.engagement.key)
    delete_generation(connection, tenant_id, stored.engagement.key, stored.generation)
    delete_progress(connection, tenant_id, progress.kind, progress.subject, number=progress.number)
    return msgspec.structs.replace(progress, done=progress.total)


def retry_failed(engine: Engine, tenant_id: int, now: Instant, tried_before: Instant = EVER) -> int:
    """Measure failed issues again that were not tried since; return how many."""
    with engine.begin() as connection:
        ids = select_failed(connection, tenant_id, tried_before, STEP)
        measure_issues(connection, tenant_id, ids, now)
        return len(ids)


def measure_pending(
    engine: Engine, tenant_id: int, now: Instant, on_progress: Callable[[Progress], None] = lambda _: None
) -> None:
    # Measure all that is pending: next generations, and failed issues (docs/measurement.md (g) 14).
    tried = retry_failed(engine, tenant_id, now)
    while tried == STEP:
        tried = retry_failed(engine, tenant_id, now, now)
    while (progress := remeasure_step(engine, tenant_id, now)) is not None:
        on_progress(progress)
