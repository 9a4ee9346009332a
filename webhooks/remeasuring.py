"""A second generation of figures, built in steps beside the one people see, and switched in when it is whole."""

from collections.abc import Callable

import msgspec
from sqlalchemy import Connection, Engine

from mappings.events.vocabulary import Instant
from mappings.records.engagements import StoredEngagement, select_engagements, switch_generation
from mappings.records.entries import delete_generation
from mappings.records.issues import count_issues, select_issue_ids_after, select_tickets
from mappings.records.measured import select_failed
from mappings.records.progress import Progress, delete_progress, save_progress, select_progress
from webhooks.measuring import Target, measure_for, measure_issues, select_targets

STEP = 200
"""Issues measured in one transaction: short enough that live events hardly wait."""


def progress_name(engagement: str) -> str:
    """Return the name under which the building of an engagement's next generation shows its progress."""
    return f"measure {engagement}"


def remeasure_step(engine: Engine, tenant_id: int, now: Instant, step: int = STEP) -> Progress | None:
    """Measure the next issues of the first engagement that is being rebuilt; None where none is.

    What a step did commits with its progress, so a process that is killed goes on where it was.
    """
    with engine.begin() as connection:
        waiting = [one for one in select_engagements(connection, tenant_id) if one.next_generation is not None]
        return _step(connection, tenant_id, waiting[0], now, step) if waiting else None


def _step(connection: Connection, tenant_id: int, stored: StoredEngagement, now: Instant, step: int) -> Progress:
    progress = _progress(connection, tenant_id, stored, now)
    ids = select_issue_ids_after(connection, tenant_id, progress.cursor, step)
    if not ids:
        return _switch(connection, tenant_id, stored, progress)
    measure_for(
        connection, _next_target(connection, tenant_id, stored), select_tickets(connection, tenant_id, ids), ids, now
    )
    progress = msgspec.structs.replace(progress, done=progress.done + len(ids), cursor=ids[-1], changed_at=now)
    save_progress(connection, tenant_id, progress)
    return progress


def _progress(connection: Connection, tenant_id: int, stored: StoredEngagement, now: Instant) -> Progress:
    name = f"{progress_name(stored.engagement.key)} {stored.next_generation}"
    kept = select_progress(connection, tenant_id, name)
    return kept or Progress(name, 0, count_issues(connection, tenant_id), 0, now, now)


def _next_target(connection: Connection, tenant_id: int, stored: StoredEngagement) -> Target:
    wanted = (stored.engagement.key, stored.next_generation)
    return next(t for t in select_targets(connection, tenant_id) if (t.engagement, t.generation) == wanted)


def _switch(connection: Connection, tenant_id: int, stored: StoredEngagement, progress: Progress) -> Progress:
    switch_generation(connection, tenant_id, stored.engagement.key)
    delete_generation(connection, tenant_id, stored.engagement.key, stored.generation)
    delete_progress(connection, tenant_id, progress.name)
    return msgspec.structs.replace(progress, done=progress.total)


def measure_failed(engine: Engine, tenant_id: int, now: Instant, step: int = STEP) -> int:
    """Try again what could not be measured; return how many issues were tried."""
    with engine.begin() as connection:
        ids = {
            i for one in select_engagements(connection, tenant_id) for i in _failed(connection, tenant_id, one, step)
        }
        measure_issues(connection, tenant_id, ids, now)
        return len(ids)


def _failed(connection: Connection, tenant_id: int, stored: StoredEngagement, step: int) -> list[int]:
    if stored.generation is None:
        return []
    rows = select_failed(connection, tenant_id, stored.engagement.key, stored.generation, step)
    return [row.issue_id for row in rows]


def measure_waiting(
    engine: Engine, tenant_id: int, now: Instant, on_progress: Callable[[Progress], None] = lambda _: None
) -> None:
    """Measure all that waits: generations being built, and issues that failed before (measurement (g) 14)."""
    measure_failed(engine, tenant_id, now)
    while (progress := remeasure_step(engine, tenant_id, now)) is not None:
        on_progress(progress)
