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

# Issues measured in one transaction.
CHUNK = 500
# Who set a tag that was set in nobody's name; it stands on no side, so nobody can confirm what it set late.
NOBODY = "command line"


class Matches(Struct, frozen=True):
    """What a search matched. `early` would be tagged and counts at once, `late` is done: the other side has to confirm.

    `tagged` have the objective by hand already; `set_late` by a field that was set after they were done; `closed` were
    let go by retention, and their figures stay; `outside` are in no project of the engagement, or not stored.
    """

    early: tuple[int, ...]
    late: tuple[int, ...] = ()
    tagged: int = 0
    set_late: int = 0
    closed: int = 0
    outside: int = 0


def select_matches(
    connection: Connection, tenant_id: int, stored: StoredEngagement, *, objective: str, issue_ids: Iterable[int]
) -> Matches:
    ids = sorted(set(issue_ids))
    labels = select_labels(connection, tenant_id, ids)
    inside = {i for i in ids if i in labels and labels[i].key.rpartition("-")[0] in stored.engagement.projects}
    closed = select_retired(connection, tenant_id, inside)
    tagged = select_tagged(AgreementScope(connection, tenant_id, stored.engagement.key), objective, inside) - closed
    done = _select_done(connection, tenant_id, stored, inside - closed - tagged)
    waits = {i for i, entry in done.items() if objective in entry.retro}
    # A ticket that had the objective when it was done is tagged to no effect, and nobody has to confirm it.
    late = {i for i, entry in done.items() if objective not in entry.objectives} - waits
    early = inside - closed - tagged - waits - late
    counts = (len(tagged), len(waits), len(closed), len(ids) - len(inside))
    return Matches(tuple(sorted(early)), tuple(sorted(late)), *counts)


def _select_done(
    connection: Connection, tenant_id: int, stored: StoredEngagement, issue_ids: Collection[int]
) -> dict[int, Entry]:
    if stored.generation is None:
        return {}
    entries = select_entries(Scope(connection, tenant_id, stored.engagement.key, stored.generation), issue_ids)
    return {issue_id: saved[-1].entry for issue_id, saved in entries.items() if saved[-1].entry.sign > 0}


def tag_all(engine: Engine, tenant_id: int, bulk_tag: BulkTag, issue_ids: Iterable[int]) -> BulkTag:
    """Set an objective on issues, measure them, and keep the action so that it can be undone. Raises StoreError.

    In nobody's name, what is done by now is left out. A process that dies meanwhile leaves marks by which the rest is
    measured; nothing is tagged whose figures would stay old.
    """
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        stored = select_engagement(connection, tenant_id, bulk_tag.engagement)
        assert stored is not None
        # What somebody tagged since the preview is theirs, and stays when this is taken back.
        matches = select_matches(connection, tenant_id, stored, objective=bulk_tag.objective, issue_ids=issue_ids)
        # The other side has to confirm what a person set late; nobody could confirm what nobody set.
        ids = [*matches.early, *(() if bulk_tag.by == NOBODY else matches.late)]
        saved = insert_bulk_tag(connection, tenant_id, bulk_tag, ids)
        summary = f"{bulk_tag.objective} on {len(ids)} tickets"
        account = None if bulk_tag.by == NOBODY else bulk_tag.by
        insert_act(connection, tenant_id, Act(bulk_tag.at, account, "tagged in bulk", str(saved.number), None, summary))
        _mark(connection, tenant_id, stored, ids)
    _measure(engine, tenant_id, ids, bulk_tag.at)
    return saved


def undo(engine: Engine, tenant_id: int, number: int, now: Instant) -> BulkTag | None:
    """Delete exactly the tags that a bulk tag set; None where there is none, or it was undone before."""
    with engine.begin() as connection:
        lock_tenant(connection, tenant_id)
        bulk_tag = next((tag for tag in select_bulk_tags(connection, tenant_id) if tag.number == number), None)
        if bulk_tag is None or bulk_tag.undone_at is not None:
            return None
        issue_ids = delete_bulk_tags(connection, tenant_id, bulk_tag, now)
        insert_act(connection, tenant_id, Act(now, None, "tags taken back", str(number)))
        if (stored := select_engagement(connection, tenant_id, bulk_tag.engagement)) is not None:
            _mark(connection, tenant_id, stored, issue_ids)
    _measure(engine, tenant_id, sorted(issue_ids), now)
    return replace(bulk_tag, undone_at=now)


def _mark(connection: Connection, tenant_id: int, stored: StoredEngagement, issue_ids: Collection[int]) -> None:
    # A mark without a try makes an issue due at once, for whichever process measures next.
    # Issues whose facts were deleted by retention are never measured again: their mark would stay.
    unretired = set(issue_ids) - select_retired(connection, tenant_id, issue_ids)
    for generation, _ in stored.generations:
        marks = [StoredMeasured(issue_id, failed="tagged") for issue_id in unretired]
        save_measured(Scope(connection, tenant_id, stored.engagement.key, generation), marks, 0)


def _measure(engine: Engine, tenant_id: int, ids: list[int], now: Instant) -> None:
    for begin in range(0, len(ids), CHUNK):
        with engine.begin() as connection:
            measure_issues(connection, tenant_id, ids[begin : begin + CHUNK], now)


def has_objective(engagement: Engagement, key: str) -> bool:
    return any(objective.key == key for objective in engagement.objectives)
