"""Tagging many tickets at once: what a search finds, what of it would be tagged, and taking it back."""

from collections.abc import Collection, Iterable

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ticket import Entry
from mappings.records.agreement.bulk_tags import (
    BulkTag,
    delete_bulk_tags,
    insert_bulk_tag,
    select_bulk_tags,
    select_tagged,
)
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.facts.issues import select_labels
from mappings.records.figures.entries import select_entries
from mappings.records.figures.measure_state import StoredMeasured, save_measured
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.privacy.retention import select_retired
from mappings.records.sql.scope import AgreementScope, Scope
from webhooks.measure import measure_issues

LUMP = 500
"""Issues measured in one transaction."""
NOBODY = "command line"
"""Who set a tag that was set in nobody's name; it stands on no side, so that nobody is its other side."""


class Found(Struct, frozen=True):
    """What a search found. `early` would be tagged and counts at once, `late` is done: the other side has to confirm.

    `tagged` have the objective by hand already; `set_late` by a field that was set after they were done; `closed` were
    let go by retention, and their figures stay; `outside` are in no project of the engagement, or not known here.
    """

    early: tuple[int, ...]
    late: tuple[int, ...] = ()
    tagged: int = 0
    set_late: int = 0
    closed: int = 0
    outside: int = 0


def select_found(
    connection: Connection, tenant_id: int, stored: StoredEngagement, *, objective: str, issue_ids: Iterable[int]
) -> Found:
    """Return what of a search's issues would be tagged with an objective; nothing is changed."""
    ids = sorted(set(issue_ids))
    labels = select_labels(connection, tenant_id, ids)
    mine = {i for i in ids if i in labels and labels[i].key.rpartition("-")[0] in stored.engagement.projects}
    closed = select_retired(connection, tenant_id, mine)
    tagged = select_tagged(AgreementScope(connection, tenant_id, stored.engagement.key), objective, mine) - closed
    done = _select_done(connection, tenant_id, stored, mine - closed - tagged)
    waits = {i for i, entry in done.items() if objective in entry.retro}
    # A ticket that had the objective when it was done is tagged to no effect, and nobody has to confirm it.
    late = {i for i, entry in done.items() if objective not in entry.objectives} - waits
    early = mine - closed - tagged - waits - late
    counts = (len(tagged), len(waits), len(closed), len(ids) - len(mine))
    return Found(tuple(sorted(early)), tuple(sorted(late)), *counts)


def _select_done(
    connection: Connection, tenant_id: int, stored: StoredEngagement, issue_ids: Collection[int]
) -> dict[int, Entry]:
    """Return the done entry that stands of each issue that is done."""
    if stored.generation is None:
        return {}
    entries = select_entries(Scope(connection, tenant_id, stored.engagement.key, stored.generation), issue_ids)
    return {issue_id: every[-1].entry for issue_id, every in entries.items() if every[-1].entry.sign > 0}


def tag_all(engine: Engine, tenant_id: int, one: BulkTag, issue_ids: Iterable[int]) -> BulkTag:
    """Set an objective on issues, measure them, and keep the act so that it can be taken back. Raises StoreError.

    In nobody's name what is done by now is left out. A process that dies meanwhile leaves marks by which the rest is
    measured; nothing is tagged whose figures would stay old.
    """
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        stored = select_engagement(connection, tenant_id, one.engagement)
        assert stored is not None
        # What somebody tagged since the preview is theirs, and stays when this is taken back.
        found = select_found(connection, tenant_id, stored, objective=one.objective, issue_ids=issue_ids)
        ids = [*found.early, *(() if one.by == NOBODY else found.late)]
        kept = insert_bulk_tag(connection, tenant_id, one, ids)
        told = f"{one.objective} on {len(ids)} tickets"
        who = None if one.by == NOBODY else one.by
        insert_act(connection, tenant_id, Act(one.at, who, "tagged in bulk", str(kept.number), None, told))
        _mark(connection, tenant_id, stored, ids)
    _measure(engine, tenant_id, ids, one.at)
    return kept


def undo(engine: Engine, tenant_id: int, number: int, now: Instant) -> BulkTag | None:
    """Take an act back, exactly what it set; None where there is none, or it was taken back before."""
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        acts = {one.number: one for one in select_bulk_tags(connection, tenant_id)}
        found = acts.get(number)
        if found is None or found.undone_at is not None:
            return None
        touched = delete_bulk_tags(connection, tenant_id, found, now)
        insert_act(connection, tenant_id, Act(now, None, "tags taken back", str(number)))
        if (stored := select_engagement(connection, tenant_id, found.engagement)) is not None:
            _mark(connection, tenant_id, stored, touched)
    _measure(engine, tenant_id, sorted(touched), now)
    return replace(found, undone_at=now)


def _mark(connection: Connection, tenant_id: int, stored: StoredEngagement, issue_ids: Collection[int]) -> None:
    """Mark issues as if they could not be measured and were never tried again: due at once, whoever comes first.

    Those whose facts were let go are never measured again; their mark would stay.
    """
    app = set(issue_ids) - select_retired(connection, tenant_id, issue_ids)
    for generation, _ in stored.generations:
        marks = [StoredMeasured(issue_id, failed="tagged") for issue_id in app]
        save_measured(Scope(connection, tenant_id, stored.engagement.key, generation), marks, 0)


def _measure(engine: Engine, tenant_id: int, ids: list[int], now: Instant) -> None:
    for begin in range(0, len(ids), LUMP):
        with engine.begin() as connection:
            measure_issues(connection, tenant_id, ids[begin : begin + LUMP], now)


def has_objective(engagement: Engagement, key: str) -> bool:
    """Tell whether an engagement agreed on an objective."""
    return any(one.key == key for one in engagement.objectives)
