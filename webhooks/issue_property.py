"""The issue property with a ticket's objectives: its value, made from figures, and values that others wrote."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import Connection

from mappings.events.times import HOUR, MINUTE
from mappings.events.types import Event, Instant, IssueRead, PropertySeen
from mappings.measure.model.ticket import Entry
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.issues import select_labels
from mappings.records.figures.entries import select_entries
from mappings.records.figures.open_tickets import select_open_objectives
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.counters import save_count
from mappings.records.operations.issue_properties import (
    Choice,
    Mirrored,
    Wait,
    has_mirror,
    save_foreign,
    select_choices,
    select_mirrored,
)
from mappings.records.sql.scope import Scope

# {"objectives": [keys], "bucket": [names]}, the second only where an admin turned it on.
Value: TypeAlias = dict[str, list[str]]

# How long to wait after a value was replaced for the first, second, third and any later time in a row.
WAITS = (0, HOUR, 24 * HOUR, 7 * 24 * HOUR)
# How much older than a read our last write must be: its webhook and Jira's caches lag behind.
SLACK = MINUTE

BUCKETS = ("taught", "done only", "handed over", "own")


class Visibility(Struct, frozen=True):
    """What a project may show: the objectives of which engagements, and whether buckets too."""

    engagements: tuple[StoredEngagement, ...] = ()
    bucket: bool = False


def select_values(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Value]:
    """Return the property of issues; a deleted issue is absent.

    It has the objectives that count: those of the latest done entry, or of an open ticket. One set late that waits for
    the other side is not among them (docs/measurement.md (g) 11).
    """
    labels = select_labels(connection, tenant_id, issue_ids)
    projects = {issue_id: label.key.rpartition("-")[0] for issue_id, label in labels.items()}
    visibility = project_visibility(select_engagements(connection, tenant_id), select_choices(connection, tenant_id))
    values: dict[int, Value] = {}
    for project in set(projects.values()):
        ids = [issue_id for issue_id, of_project in projects.items() if of_project == project]
        values |= _values_in(connection, tenant_id, visibility.get(project, Visibility()), ids)
    return values


def project_visibility(stored: Sequence[StoredEngagement], choices: Mapping[str, Choice]) -> dict[str, Visibility]:
    """Return what each project may show (docs/decisions.md: "no agency learns of another").

    Whoever sees a ticket sees its property. So objectives are shown where only one agency works, and elsewhere only
    where an admin chose so; buckets only where one agency works and an admin chose so.
    """
    by_project: defaultdict[str, list[StoredEngagement]] = defaultdict(list)
    for engagement in stored:
        for project in {*engagement.engagement.projects, *(engagement.shown.projects if engagement.shown else ())}:
            by_project[project].append(engagement)
    return {
        project: _visibility(project, engagements, choices.get(project, Choice(project)))
        for project, engagements in by_project.items()
    }


def _visibility(project: str, stored: Sequence[StoredEngagement], choice: Choice) -> Visibility:
    alone = len({agreed.agency for each in stored for agreed in (each.engagement, each.shown) if agreed}) == 1
    shows = alone if choice.objectives is None else choice.objectives
    # The figures shown were measured by `shown`, so it decides which project they belong to.
    measured = [each for each in stored if project in (each.shown or each.engagement).projects and each.generation]
    return Visibility(tuple(measured), choice.bucket and alone) if shows else Visibility()


def _values_in(
    connection: Connection, tenant_id: int, visibility: Visibility, ids: Collection[int]
) -> dict[int, Value]:
    parts: dict[int, tuple[set[str], set[str]]] = {issue_id: (set(), set()) for issue_id in ids}
    for stored in visibility.engagements:
        assert stored.generation is not None
        scope = Scope(connection, tenant_id, stored.engagement.key, stored.generation)
        for issue_id, entries in select_entries(scope, ids).items():
            last = entries[-1]
            if last.entry.sign > 0:
                parts[issue_id][0].update(last.entry.objectives)
                parts[issue_id][1].update(_buckets(last.entry, last.handed_over))
        for issue_id, keys in select_open_objectives(scope, ids).items():
            parts[issue_id][0].update(keys)
    return {issue_id: _value(*both, bucket=visibility.bucket) for issue_id, both in parts.items()}


def _value(objectives: set[str], buckets: set[str], *, bucket: bool) -> Value:
    value = {"objectives": sorted(objectives)}
    return value | {"bucket": [name for name in BUCKETS if name in buckets]} if bucket else value


def _buckets(entry: Entry, handed_over: int) -> set[str]:
    units = (entry.taught, entry.done_only, handed_over, sum(entry.inhouse_parts) - handed_over)
    return {name for name, part in zip(BUCKETS, units, strict=True) if part > 0}


def mark_foreign_events(connection: Connection, tenant_id: int, events: Sequence[Event], now: Instant) -> None:
    """Mark issues whose property somebody else wrote, by webhooks; our own writes come back as webhooks, too."""
    seen = [event for event in events if isinstance(event, PropertySeen)]
    if seen:
        known = select_mirrored(connection, tenant_id, {event.issue_id for event in seen})
        after = {event.issue_id: event.at for event in seen if _is_foreign(event.digest, known.get(event.issue_id))}
        # What was set before our last write is overwritten already.
        foreign = {i for i, at in after.items() if i not in known or at > (known[i].written_at or 0)}
        _mark_foreign(connection, tenant_id, {i: known.get(i) for i in foreign}, now)


def mark_foreign_reads(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], *, started: Instant, now: Instant
) -> None:
    digests = {read.issue.issue_id: read.mirrored for read in reads if read.mirrored is not None}
    if not digests or not has_mirror(connection, tenant_id):
        return
    known = select_mirrored(connection, tenant_id, digests)
    foreign = {i for i, digest in digests.items() if _is_foreign(digest, known.get(i))}
    settled = {i for i in foreign if i not in known or _is_settled(known[i], started)}
    _mark_foreign(connection, tenant_id, {i: known.get(i) for i in settled}, now)


def _is_settled(known: Mirrored, started: Instant) -> bool:
    return known.task is None and (known.written_at or 0) < started - SLACK


def _is_foreign(digest: str, known: Mirrored | None) -> bool:
    if known is None or (known.written is None and known.sent is None):
        return digest != ""
    # A foreign value that is known and not overwritten yet is not counted again.
    return known.sent != "" and digest not in {known.sent, known.written or ""}


def _mark_foreign(connection: Connection, tenant_id: int, foreign: Mapping[int, Mirrored | None], now: Instant) -> None:
    # Mark foreign values to be overwritten, at growing intervals, with one row in the audit log per series.
    if not foreign:
        return
    waits = {i: wait_after(known, now) for i, known in foreign.items()}
    save_foreign(connection, tenant_id, waits, now)
    save_count(connection, tenant_id, "foreign property", len(waits))
    for issue_id in sorted(issue_id for issue_id, wait in waits.items() if wait.refused == 1):
        insert_act(connection, tenant_id, Act(now, None, "mirror: foreign value", f"issue {issue_id}"))


def wait_after(known: Mirrored | None, now: Instant, *, taken: bool = True) -> Wait:
    """Return how long a value is not written that was replaced, or (not `taken`) refused by Jira."""
    in_a_row = known is not None and known.wait_until is not None and now <= known.wait_until + WAITS[-1]
    refused = (known.refused if known and in_a_row else 0) + 1
    # Another app that writes there each time we do wins for a week in the end: no two apps overwrite each other
    # forever.
    return Wait(refused, now + WAITS[min(refused - taken, len(WAITS) - 1)])
