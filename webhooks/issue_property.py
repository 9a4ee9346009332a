"""What a ticket shows of its objectives in Jira: made from figures, and only where no other agency could read it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import TypeAlias

from msgspec import Struct
from sqlalchemy import Connection

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

# The property: {"objectives": [keys], "bucket": [names]}, the second only where an admin turned it on.
Value: TypeAlias = dict[str, list[str]]

HOUR = 3_600_000_000
# How long a value waits that did not stay for the first, second, third and any later time in a row.
WAITS = (0, HOUR, 24 * HOUR, 7 * 24 * HOUR)
# How much older than a read our last writing has to be: its own webhook and Jira's caches lag behind.
SLACK = 60_000_000

BUCKETS = ("taught", "done only", "handed over", "own")


class Open(Struct, frozen=True):
    """What a project may show: of which engagements the objectives, and whether the buckets too."""

    engagements: tuple[StoredEngagement, ...] = ()
    bucket: bool = False


def select_values(connection: Connection, tenant_id: int, issue_ids: Collection[int]) -> dict[int, Value]:
    """Return what issues are to show; an issue that is gone is absent.

    Shown are the objectives that count: those of the done entry that stands, or of a ticket that is open. One that
    was set late and waits for the other side is not among them (measurement (g) 11).
    """
    labels = select_labels(connection, tenant_id, issue_ids)
    fronts = {issue_id: one.key.rpartition("-")[0] for issue_id, one in labels.items()}
    opened = open_projects(select_engagements(connection, tenant_id), select_choices(connection, tenant_id))
    values: dict[int, Value] = {}
    for project in set(fronts.values()):
        ids = [issue_id for issue_id, front in fronts.items() if front == project]
        values |= _values_in(connection, tenant_id, opened.get(project, Open()), ids)
    return values


def open_projects(stored: Sequence[StoredEngagement], choices: Mapping[str, Choice]) -> dict[str, Open]:
    """Return what each project may show (docs/decisions.md: "no agency learns of another").

    Whoever sees a ticket sees its property. So objectives are shown where one agency alone works, and elsewhere only
    where an admin said so; buckets only where one agency works and an admin said so.
    """
    mine: defaultdict[str, list[StoredEngagement]] = defaultdict(list)
    for one in stored:
        for project in {*one.engagement.projects, *(one.shown.projects if one.shown else ())}:
            mine[project].append(one)
    return {project: _open(project, found, choices.get(project, Choice(project))) for project, found in mine.items()}


def _open(project: str, stored: Sequence[StoredEngagement], choice: Choice) -> Open:
    alone = len({agreed.agency for one in stored for agreed in (one.engagement, one.shown) if agreed}) == 1
    shows = alone if choice.objectives is None else choice.objectives
    # Figures of the generation that people see are measured by `shown`, so it decides where they belong.
    measured = [one for one in stored if project in (one.shown or one.engagement).projects and one.generation]
    return Open(tuple(measured), choice.bucket and alone) if shows else Open()


def _values_in(connection: Connection, tenant_id: int, shown: Open, ids: Collection[int]) -> dict[int, Value]:
    found: dict[int, tuple[set[str], set[str]]] = {issue_id: (set(), set()) for issue_id in ids}
    for one in shown.engagements:
        assert one.generation is not None
        scope = Scope(connection, tenant_id, one.engagement.key, one.generation)
        for issue_id, entries in select_entries(scope, ids).items():
            last = entries[-1]
            if last.entry.sign > 0:
                found[issue_id][0].update(last.entry.objectives)
                found[issue_id][1].update(_buckets(last.entry, last.handed_over))
        for issue_id, keys in select_open_objectives(scope, ids).items():
            found[issue_id][0].update(keys)
    return {issue_id: _value(*both, bucket=shown.bucket) for issue_id, both in found.items()}


def _value(objectives: set[str], buckets: set[str], *, bucket: bool) -> Value:
    value = {"objectives": sorted(objectives)}
    return value | {"bucket": [name for name in BUCKETS if name in buckets]} if bucket else value


def _buckets(entry: Entry, handed_over: int) -> set[str]:
    units = (entry.taught, entry.done_only, handed_over, sum(entry.inhouse_parts) - handed_over)
    return {name for name, part in zip(BUCKETS, units, strict=True) if part > 0}


def note_foreign(connection: Connection, tenant_id: int, events: Sequence[Event], now: Instant) -> None:
    """Note values of the property that are not ours and mark them to be overwritten; ours come back to us too.

    What was set before our last writing began is overwritten already, and late.
    """
    seen = [event for event in events if isinstance(event, PropertySeen)]
    if seen:
        known = select_mirrored(connection, tenant_id, {event.issue_id for event in seen})
        after = {event.issue_id: event.at for event in seen if _is_foreign(event.digest, known.get(event.issue_id))}
        foreign = {i for i, at in after.items() if i not in known or at > (known[i].written_at or 0)}
        _note(connection, tenant_id, {i: known.get(i) for i in foreign}, now)


def note_read(
    connection: Connection, tenant_id: int, reads: Sequence[IssueRead], *, started: Instant, now: Instant
) -> None:
    """Note the same of issues that were read, where no webhook told it; not if we wrote while Jira was asked."""
    held = {read.issue.issue_id: read.mirrored for read in reads if read.mirrored is not None}
    if not held or not has_mirror(connection, tenant_id):
        return
    known = select_mirrored(connection, tenant_id, held)
    foreign = {i for i, digest in held.items() if _is_foreign(digest, known.get(i))}
    settled = {i for i in foreign if i not in known or _is_settled(known[i], started)}
    _note(connection, tenant_id, {i: known.get(i) for i in settled}, now)


def _is_settled(known: Mirrored, started: Instant) -> bool:
    return known.task is None and (known.written_at or 0) < started - SLACK


def _is_foreign(digest: str, known: Mirrored | None) -> bool:
    if known is None or (known.written is None and known.sent is None):
        return digest != ""
    # One that is known to be foreign and not overwritten yet is not noted again, whatever became of it.
    return known.sent != "" and digest not in {known.sent, known.written or ""}


def _note(connection: Connection, tenant_id: int, foreign: Mapping[int, Mirrored | None], now: Instant) -> None:
    """Mark foreign values to be overwritten: at once, then later and later, and audited once in a row of them."""
    if not foreign:
        return
    waits = {i: wait_after(known, now) for i, known in foreign.items()}
    save_foreign(connection, tenant_id, waits, now)
    save_count(connection, tenant_id, "foreign property", len(waits))
    for issue_id in sorted(i for i, one in waits.items() if one.refused == 1):
        insert_act(connection, tenant_id, Act(now, None, "mirror: foreign value", f"issue {issue_id}"))


def wait_after(known: Mirrored | None, now: Instant, *, taken: bool = True) -> Wait:
    """Return until when a value is left alone that did not stay, or (not `taken`) that Jira did not take.

    Another app that writes there each time we do gets its way for a week in the end: no two apps write on and on.
    """
    in_a_row = known is not None and known.wait_until is not None and now <= known.wait_until + WAITS[-1]
    refused = (known.refused if known and in_a_row else 0) + 1
    return Wait(refused, now + WAITS[min(refused - taken, len(WAITS) - 1)])
