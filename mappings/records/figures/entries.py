"""Ledger entries as measured, per engagement and generation."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from datetime import date
from typing import Any

import msgspec
from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, Select, Table, bindparam, delete, exists, select

from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry
from mappings.records.figures.time_pages import TimePlace, end_before, latest_before
from mappings.records.sql.bulk import among, save_rows
from mappings.records.sql.scope import Scope, bound_values, in_generation, of_issues, rows_of_generation
from mappings.records.tables import (
    credit_hour_sum,
    credit_sum,
    day_sum,
    engagement,
    entry,
    evidence,
    hire,
    issue,
    measure_input,
    measured,
    open_ticket,
    opportunity,
    opportunity_sum,
)


class StoredEntry(Struct, frozen=True, gc=False):
    """An entry and what of it is handed over: billionths by objective, in the order of its in-house parts.

    `places` are those of the objectives that are handed over, also where a ticket without a size gives them nothing.
    """

    entry: Entry
    handed: tuple[int, ...] = ()
    places: tuple[int, ...] = ()

    @property
    def handed_over(self) -> int:
        return sum(self.handed)


class PeriodEntry(Struct, frozen=True, gc=False):
    issue_id: int
    key: str
    stored: StoredEntry


_pack = msgspec.msgpack.Encoder().encode
_unpack = msgspec.msgpack.Decoder(StoredEntry).decode
_COLUMNS = ("tenant_id", "engagement", "generation", "issue_id", "number", "at", "day", "of_day", "body")


_TABLES = (
    entry, evidence, credit_sum, credit_hour_sum, day_sum, measured, measure_input, open_ticket, hire, opportunity,
    opportunity_sum,
)  # fmt: skip


def _of(table: Table, tenant_id: int, engagement: str, generation: int) -> ColumnElement[bool]:
    return (table.c.tenant_id == tenant_id) & (table.c.engagement == engagement) & (table.c.generation == generation)


_OF_ISSUES = (
    select(entry.c.issue_id, entry.c.body)
    .where(in_generation(entry), of_issues(entry))
    .order_by(entry.c.issue_id, entry.c.number)
)
_DELETE = delete(entry).where(in_generation(entry), of_issues(entry))


def select_entries(scope: Scope, issue_ids: Collection[int]) -> dict[int, tuple[StoredEntry, ...]]:
    """Return the entries of issues in order; an issue without any is absent."""
    by_issue: defaultdict[int, list[StoredEntry]] = defaultdict(list)
    for issue_id, body in scope.connection.execute(_OF_ISSUES, bound_values(scope, issue_ids)).all():
        by_issue[issue_id].append(_unpack(body))
    return {issue_id: tuple(entries) for issue_id, entries in by_issue.items()}


def save_entries(
    scope: Scope,
    entries: Mapping[int, Sequence[tuple[StoredEntry, date, date]]],
) -> None:
    """Replace the entries of issues; each comes with its own day and that of its done entry."""
    scope.connection.execute(_DELETE, bound_values(scope, entries))
    rows = [
        (*scope.key, issue_id, stored.entry.number, stored.entry.at, day, of_day, _pack(stored))
        for issue_id, dated in entries.items()
        for stored, day, of_day in dated
    ]
    save_rows(scope.connection, entry, _COLUMNS, rows)


def select_period(scope: Scope, start: Instant, end: Instant) -> list[PeriodEntry]:
    """Return the entries of `[start, end)` by time, then issue id."""
    rows = scope.connection.execute(_in_period(scope, start, end).order_by(*_ORDER))
    return [PeriodEntry(row[0], row[1], _unpack(row[2])) for row in rows]


def select_period_page(
    scope: Scope, start: Instant, end: Instant, *, before: TimePlace | None, limit: int
) -> list[PeriodEntry]:
    """Return the latest entries of `[start, end)` before a place, the latest first, at most `limit`."""
    query = latest_before(_in_period(scope, start, end_before(end, before)), _ORDER, before, limit)
    return [PeriodEntry(row[0], row[1], _unpack(row[2])) for row in scope.connection.execute(query)]


_ORDER = (entry.c.at, entry.c.issue_id, entry.c.number)


def _in_period(scope: Scope, start: Instant, end: Instant) -> Select[Any]:
    joined = (issue.c.tenant_id == entry.c.tenant_id) & (issue.c.issue_id == entry.c.issue_id)
    query = select(entry.c.issue_id, issue.c.key, entry.c.body).join(issue, joined)
    return query.where(rows_of_generation(entry, scope), entry.c.at >= start, entry.c.at < end)


def select_steps(scope: Scope, start: Instant, end: Instant) -> set[tuple[int, Instant]]:
    """Return the ticket and the instant of each entry of `[start, end)`, as `select_period` has them."""
    values = bound_values(scope) | {"start": start, "end": end}
    return {(row[0], row[1]) for row in scope.connection.execute(_STEPS, values)}


_STEPS = select(entry.c.issue_id, entry.c.at).where(
    in_generation(entry),
    entry.c.at >= bindparam("start"),
    entry.c.at < bindparam("end"),
    # As in a join with them, but by their index alone.
    exists().where(issue.c.tenant_id == bindparam("at_tenant"), issue.c.issue_id == entry.c.issue_id),
)


def delete_generation(connection: Connection, tenant_id: int, engagement: str, generation: int | None) -> None:
    if generation is None:
        return
    for table in _TABLES:
        connection.execute(delete(table).where(_of(table, tenant_id, engagement, generation)))


def select_counted_elsewhere(connection: Connection, tenant_id: int, project_keys: Collection[str]) -> set[int]:
    """Return the issues with entries that are in none of these projects now, and their sub-tasks."""
    shown = (entry.c.engagement == engagement.c.key) & (entry.c.generation == engagement.c.generation)
    counted = select(entry.c.issue_id).join_from(engagement, entry, (entry.c.tenant_id == tenant_id) & shown)
    counted = counted.join(issue, (issue.c.tenant_id == tenant_id) & (issue.c.issue_id == entry.c.issue_id))
    elsewhere = issue.c.project_key.not_in(project_keys)
    issue_ids = set(connection.execute(counted.where(engagement.c.tenant_id == tenant_id, elsewhere)).scalars())
    children = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.subtask.is_(True))
    children = children.where(among(issue.c.parent_id, issue_ids))
    return issue_ids | set(connection.execute(children).scalars())
