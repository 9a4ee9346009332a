"""What an engagement file would make of the tickets that are stored: read through, in steps, and nothing written."""

from collections.abc import Callable

from sqlalchemy import Engine

from mappings.measure.model.engagement import Engagement
from mappings.measure.ticket.mapping_preview import Comparison, State, Tally
from mappings.measure.ticket.prepared import prepare
from mappings.records.agreement.engagements import select_engagement
from mappings.records.facts.accounts import select_bots
from mappings.records.facts.issues import count_issues, select_issue_ids_after, select_tickets
from mappings.records.facts.statuses import select_status_book
from mappings.records.privacy.retention import select_retired

# Tickets held in memory at once.
STEP = 200


def select_comparison(
    reader: Engine, tenant_id: int, engagement: Engagement, on_progress: Callable[[int, int], None]
) -> Comparison:
    """Compare a file with the agreement that holds, over all tickets of a site; `on_progress` gets done and total.

    Tickets whose facts retention deleted are left out. Raises StoreError.
    """
    with reader.connect() as connection:
        agreed = select_engagement(connection, tenant_id, engagement.key)
        book, bots = select_status_book(connection, tenant_id), select_bots(connection, tenant_id)
        total = count_issues(connection, tenant_id)
    comparison = Comparison(prepare(engagement, book, bots), prepare(agreed.engagement, book, bots) if agreed else None)
    done, after = 0, 0
    while ids := _read_step(reader, tenant_id, after, comparison):
        done, after = done + len(ids), ids[-1]
        on_progress(done, total)
    return comparison


def _read_step(reader: Engine, tenant_id: int, after: int, comparison: Comparison) -> list[int]:
    # Each step in a transaction of its own: a long one would keep SQLite's log from being emptied.
    with reader.connect() as connection:
        ids = select_issue_ids_after(connection, tenant_id, after, STEP)
        tickets = select_tickets(connection, tenant_id, set(ids) - select_retired(connection, tenant_id, ids))
        comparison.add(tickets[issue_id] for issue_id in ids if issue_id in tickets)
        return ids


def lines_of(comparison: Comparison, engagement: Engagement, *, held: bool) -> list[str]:
    """Return a line for each objective of the file, for those that it no longer has, and for what matches nothing."""
    named = {objective.key for objective in engagement.objectives}
    lines = [_line(key, tally, held=held) for key, tally in comparison.tallies.items() if key in named]
    lines += [_line(key, tally, held=held) for key, tally in comparison.tallies.items() if key not in named]
    return [*lines, f"without an objective: {_both(comparison.unmapped)}"]


def _both(counts: dict[State, int]) -> str:
    return f"{counts['done']:,} done, {counts['open']:,} open"


def _line(key: str, tally: Tally, *, held: bool) -> str:
    line = f"{key}: {_both(tally.counts)}"
    if not held:
        return line + (f" ({_some(tally.fresh_keys, tally.fresh)})" if tally.fresh else "")
    changes = [f"{many:,} {change} ({_some(keys, many)})" for many, change, keys in (
        (tally.fresh, "newly", tally.fresh_keys),
        (tally.lost, "no longer", tally.lost_keys),
    ) if many]  # fmt: skip
    return "; ".join((line, ", ".join(changes))) if changes else line


def _some(keys: list[str], many: int) -> str:
    return ", ".join(keys) + (", …" if many > len(keys) else "")
