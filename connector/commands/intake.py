"""What waits in the inbox and for measuring, worked off before a command reads figures."""

from connector.clock import now
from connector.commands.context import Context
from connector.commands.progress import ProgressLine
from connector.jobs.snapshots import begin_rules
from mappings.records.operations.inbox import select_waiting
from mappings.records.operations.progress import Progress
from webhooks.drain import drain_once
from webhooks.generations import measure_pending


def drain_waiting(context: Context) -> None:
    with context.reader.connect() as connection:
        waiting = select_waiting(connection).deliveries
    # As many as waited when we began: a site that never rests must not keep a command waiting.
    progress_line, done = ProgressLine(), 0
    while done < waiting and (drained := drain_once(context.engine, context.vault, now())) is not None:
        done += drained.deliveries
        progress_line.update(done, min(1.0, done / waiting), "deliveries taken in")
    progress_line.end()


def drain_and_measure(context: Context, tenant_id: int) -> None:
    """Take in what waits in the inbox, then measure what waits (measurement (g) 14)."""
    drain_waiting(context)
    progress_line = ProgressLine()

    def update(progress: Progress) -> None:
        part = progress.done / progress.total if progress.total else 1.0
        progress_line.update(progress.done, part, "issues measured")

    measure_pending(context.engine, tenant_id, now(), update)
    if begin_rules(context.engine, context.reader, tenant_id, now()):
        measure_pending(context.engine, tenant_id, now(), update)
    progress_line.end()
