"""A second generation of figures, built in steps beside the one people see, and switched in when it is whole."""

from collections.abc import Callable, Collection
from functools import partial

import msgspec
from sqlalchemy import Connection, Engine

from mappings.events.types import Instant
from mappings.records.agreement.engagements import StoredEngagement, select_engagements, switch_generation
from mappings.records.facts.issues import count_issues, select_issue_ids_after, select_tickets
from mappings.records.figures.entries import delete_generation
from mappings.records.figures.measure_state import select_failed
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.issue_properties import save_all_marked
from mappings.records.operations.progress import Progress, delete_progress, save_progress, select_progress
from mappings.records.privacy.retention import select_retired
from mappings.records.sql.scope import Scope
from webhooks.generation_copies import carry_over
from webhooks.measure import Target, measure_apart, measure_for, measure_issues, save_failures, select_targets

# Issues measured in one transaction: short enough that live events hardly wait.
STEP = 200

EVER: Instant = 1 << 62


def remeasure_step(engine: Engine, tenant_id: int, now: Instant, step: int = STEP) -> Progress | None:
    """Measure the next issues of the first engagement that is being rebuilt; None where none is. Raises StoreError.

    What a step did commits with its progress, so a process that is killed goes on where it was. Meanwhile the drain
    keeps both generations up to date.
    """
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        waiting = [one for one in select_engagements(connection, tenant_id) if one.next_generation is not None]
        if not waiting:
            return None
        progress = _progress(connection, tenant_id, waiting[0], now)
        ids = select_issue_ids_after(connection, tenant_id, progress.cursor, step)
        if not ids:
            save_all_marked(connection, tenant_id, now)
            return _switch(connection, tenant_id, waiting[0], progress)
        _measure(connection, _next_target(connection, tenant_id, waiting[0]), waiting[0].generation, ids, now=now)
        return _advance(connection, tenant_id, progress, ids, now=now)


def _progress(connection: Connection, tenant_id: int, stored: StoredEngagement, now: Instant) -> Progress:
    key, number = stored.engagement.key, stored.next_generation or 0
    before = select_progress(connection, tenant_id, "measure", key, number=number)
    return before or Progress("measure", key, number, 0, count_issues(connection, tenant_id), 0, now, now)


def _next_target(connection: Connection, tenant_id: int, stored: StoredEngagement) -> Target:
    wanted = (stored.engagement.key, stored.next_generation)
    return next(t for t in select_targets(connection, tenant_id) if (t.engagement, t.generation) == wanted)


def _measure(connection: Connection, target: Target, before: int | None, ids: Collection[int], *, now: Instant) -> None:
    closed = select_retired(connection, target.tenant_id, ids)
    carry_over(connection, target, before, closed, now=now)
    failed = measure_apart(connection, set(ids) - closed, partial(_measure_together, connection, target, now))
    if failed:
        save_failures(Scope(connection, target.tenant_id, target.engagement, target.generation), failed, now)


def _measure_together(connection: Connection, target: Target, now: Instant, ids: Collection[int]) -> None:
    measure_for(connection, target, select_tickets(connection, target.tenant_id, ids), ids, now=now)


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


def measure_failed(engine: Engine, tenant_id: int, now: Instant, tried_before: Instant = EVER) -> int:
    """Try again what could not be measured and was not tried since; return how many issues were tried."""
    with engine.begin() as connection:
        ids = select_failed(connection, tenant_id, tried_before, STEP)
        measure_issues(connection, tenant_id, ids, now)
        return len(ids)


def measure_waiting(
    engine: Engine, tenant_id: int, now: Instant, on_progress: Callable[[Progress], None] = lambda _: None
) -> None:
    """Measure all that waits: generations being built, and issues that failed before (measurement (g) 14)."""
    tried = measure_failed(engine, tenant_id, now)
    while tried == STEP:
        tried = measure_failed(engine, tenant_id, now, now)
    while (progress := remeasure_step(engine, tenant_id, now)) is not None:
        on_progress(progress)
