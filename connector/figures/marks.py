"""Marks on the rows of a report: what is disputed, and what one person did to many tickets at once."""

from bisect import bisect_left
from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.formats.report.source import Row
from mappings.measure.model.ticket import Entry
from mappings.measure.people.sign_offs import unsigned_of
from mappings.measure.people.standing import group_of, inhouse_since
from mappings.measure.period.disputes import OPEN, Disputed, disputed_at
from mappings.measure.ticket.bulk_edits import SPAN, Edit, Step, bulk_edit_sizes, crowded
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.disputes import select_disputes
from mappings.records.agreement.sign_offs import select_sign_offs
from mappings.records.facts.issues import select_status_changes
from mappings.records.figures.entries import PeriodEntry, select_steps
from mappings.records.sql.scope import AgreementScope, Scope


def select_disputed(scope: AgreementScope, as_of: Instant) -> dict[int, Disputed]:
    return disputed_at(select_disputes(scope, start=as_of - OPEN, end=as_of), as_of)


def select_bulk(
    connection: Connection, tenant_id: int, prepared: PreparedEngagement, entries: Sequence[PeriodEntry]
) -> dict[Step, int]:
    """Return which entries a bulk edit made, by ticket and instant, and how many tickets it held.

    Tickets of these entries are counted and no others: what a report does not hold must not change it (measurement
    (f)). It costs what the histories of tickets cost that have 20 entries within 10 minutes around them.
    """
    steps = {(entry.issue_id, entry.stored.entry.at) for entry in entries}
    return select_bulk_of(connection, tenant_id, prepared, steps)


def select_bulk_of(
    connection: Connection,
    tenant_id: int,
    prepared: PreparedEngagement,
    made: Iterable[Step],
    *,
    asked: Collection[Step] | None = None,
) -> dict[Step, int]:
    """Return the same of entries that are given as tickets and instants, or only of those `asked` for among them.

    Around what no person moved no other histories are read.
    """
    steps = crowded(made)
    if asked is None:
        return bulk_edit_sizes(_select_edits(connection, tenant_id, prepared, steps))
    wanted = steps.intersection(asked)
    edits = _select_edits(connection, tenant_id, prepared, wanted)
    instants = sorted({edit.at for edit in edits})
    # The histories of what is asked for are read already.
    others = {step for step in steps - wanted if _is_near(step[1], instants)}
    sizes = bulk_edit_sizes([*edits, *_select_edits(connection, tenant_id, prepared, others)])
    return {step: size for step, size in sizes.items() if step in asked}


def _is_near(at: Instant, instants: Sequence[Instant]) -> bool:
    # `instants` are in order; a bulk edit lasts no longer than SPAN on either side of each of its steps.
    place = bisect_left(instants, at - SPAN)
    return place < len(instants) and instants[place] <= at + SPAN


def _select_edits(
    connection: Connection, tenant_id: int, prepared: PreparedEngagement, steps: Collection[Step]
) -> list[Edit]:
    """Return which of some steps a person made, no app."""
    if not steps:
        return []
    tickets, times = {issue_id for issue_id, _ in steps}, [at for _, at in steps]
    moves = select_status_changes(connection, tenant_id, tickets, start=min(times), end=max(times))
    return [Edit(*move) for move in moves if move[:2] in steps and move[2] not in prepared.affiliations.bots]


def select_bulk_near(
    scope: Scope, prepared: PreparedEngagement, issue_id: int, entries: Iterable[Entry]
) -> dict[Step, int]:
    """Return the sizes of bulk edits of a ticket's entries of any time, with their neighbours in the whole ledger."""
    sizes: dict[Step, int] = {}
    place, own = (scope.connection, scope.tenant_id, prepared), {(issue_id, entry.at) for entry in entries}
    # An index finds the entries around each instant, however long the ledger is.
    for step in {(edit.issue_id, edit.at) for edit in _select_edits(*place, own)}:
        near = select_steps(scope, step[1] - SPAN, step[1] + SPAN + 1)
        sizes |= select_bulk_of(*place, near, asked={step})
    return sizes


def count_unsigned(connection: Connection, tenant_id: int, prepared: PreparedEngagement, as_of: Instant) -> int:
    """Return on how many rungs of somebody in-house one side's signature waits for the other's (measurement (c))."""
    # Signatures of people who left the in-house side wait for nobody.
    people = group_of(prepared, as_of)
    signed = select_sign_offs(AgreementScope(connection, tenant_id, prepared.engagement.key), as_of=as_of)
    waiting = (
        unsigned_of(records, account, since=inhouse_since(prepared.affiliations.span(account), as_of), as_of=as_of)
        for (objective, account), records in signed.items()
        if account in people and objective in prepared.objective_index.keys
    )
    return sum(side is not None for side in waiting)


def mark_rows(entries: Sequence[PeriodEntry], disputed: Mapping[int, Disputed], bulk: Mapping[Step, int]) -> list[Row]:
    return [
        Row(
            entry.issue_id,
            entry.key,
            entry.stored.entry,
            entry.stored.handed,
            disputed.get(entry.issue_id),
            bulk.get((entry.issue_id, entry.stored.entry.at), 0),
        )
        for entry in entries
    ]
