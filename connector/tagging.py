"""Tagging many tickets at once: what a search finds, what of it would be tagged, and taking it back."""

from collections.abc import Iterable

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection, Engine

from mappings.events.vocabulary import Instant
from mappings.measure.engagement import Engagement
from mappings.records.audit import Act, insert_act
from mappings.records.bulk_tags import BulkTag, delete_bulk_tags, insert_bulk_tag, select_bulk_tags, select_tagged
from mappings.records.engagements import StoredEngagement
from mappings.records.entries import select_entries
from mappings.records.inbox import hold_lane
from mappings.records.issues import select_labels
from webhooks.measuring import measure_issues

LUMP = 500
"""Issues tagged in one transaction."""


class Found(Struct, frozen=True):
    """What a search found: `fresh` would be tagged, of which `late` are done already and wait for the other side.

    `tagged` have the objective by hand already; `outside` are in no project of the engagement, or not known here.
    """

    fresh: tuple[int, ...]
    late: int
    tagged: int
    outside: int


def select_found(
    connection: Connection, tenant_id: int, stored: StoredEngagement, *, objective: str, issue_ids: Iterable[int]
) -> Found:
    """Return what of a search's issues would be tagged with an objective; nothing is changed."""
    ids = sorted(set(issue_ids))
    labels = select_labels(connection, tenant_id, ids)
    mine = [i for i in ids if i in labels and labels[i].key.rpartition("-")[0] in stored.engagement.projects]
    tagged = select_tagged(connection, tenant_id, stored.engagement.key, objective, mine)
    fresh = [i for i in mine if i not in tagged]
    return Found(tuple(fresh), len(_done(connection, tenant_id, stored, fresh)), len(tagged), len(ids) - len(mine))


def _done(connection: Connection, tenant_id: int, stored: StoredEngagement, ids: list[int]) -> set[int]:
    if stored.generation is None:
        return set()
    entries = select_entries(connection, tenant_id, stored.engagement.key, stored.generation, ids)
    return {issue_id for issue_id, every in entries.items() if every[-1].entry.sign > 0}


def tag_all(engine: Engine, tenant_id: int, one: BulkTag, issue_ids: Iterable[int]) -> BulkTag:
    """Set an objective on issues, measure them, and keep the act so that it can be taken back. Raises StoreError."""
    ids = sorted(issue_ids)
    with engine.begin() as connection:
        hold_lane(connection, tenant_id)
        # What somebody tagged since the preview is theirs, and stays when this is taken back.
        ids = [i for i in ids if i not in select_tagged(connection, tenant_id, one.engagement, one.objective, ids)]
        kept = insert_bulk_tag(connection, tenant_id, one, ids)
        told = f"{one.objective} on {len(ids)} tickets"
        insert_act(connection, tenant_id, Act(one.at, None, "tagged in bulk", str(kept.number), None, told))
    _measure(engine, tenant_id, ids, one.at)
    return kept


def undo(engine: Engine, tenant_id: int, number: int, now: Instant) -> BulkTag | None:
    """Take an act back, exactly what it set; None where there is none, or it was taken back before."""
    with engine.begin() as connection:
        hold_lane(connection, tenant_id)
        acts = {one.number: one for one in select_bulk_tags(connection, tenant_id)}
        found = acts.get(number)
        if found is None or found.undone_at is not None:
            return None
        touched = delete_bulk_tags(connection, tenant_id, found, now)
        insert_act(connection, tenant_id, Act(now, None, "tags taken back", str(number)))
    _measure(engine, tenant_id, sorted(touched), now)
    return replace(found, undone_at=now)


def _measure(engine: Engine, tenant_id: int, ids: list[int], now: Instant) -> None:
    for begin in range(0, len(ids), LUMP):
        with engine.begin() as connection:
            measure_issues(connection, tenant_id, ids[begin : begin + LUMP], now)


def has_objective(engagement: Engagement, key: str) -> bool:
    """Tell whether an engagement agreed on an objective."""
    return any(one.key == key for one in engagement.objectives)
