"""Objectives on several selected tickets at once: set, removed and confirmed, each with its undo for one minute."""

from collections.abc import Collection, Iterable, Sequence
from typing import TypeAlias

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_objective, require_undone
from connector.actions.bulk_tags import select_matches
from connector.actions.errors import ActionRefused
from connector.actions.policy import TAG
from connector.actions.ticket_tags import require_waiting, save_confirmation
from mappings.measure.ticket.late_objectives import may_confirm, pending_objectives
from mappings.records.agreement.bulk_tags import (
    BulkTag,
    delete_bulk_tags,
    insert_bulk_tag,
    select_bulk_issues,
    select_bulk_tags,
)
from mappings.records.agreement.tags import (
    save_confirmation_undone,
    save_tag_removed,
    save_tag_restored,
    select_tags,
)
from mappings.records.facts.issues import select_tickets
from mappings.translation import gettext
from webhooks.annotations import with_annotations
from webhooks.measure import measure_issues

# A ticket and the key of an objective on it.
Tagged: TypeAlias = tuple[int, str]

# Tickets that are changed at once: those of one page of the list.
MOST = 50
# Stands in the record of a bulk tag for the search that found its tickets.
BY_HAND = "selected on the Tickets page"


def tag_tickets(actor: Actor, issue_ids: Collection[int], key: str) -> tuple[int, list[int]]:
    """Set an objective on the tickets that do not have it by hand; return them after the number to undo it by."""
    begin(actor, TAG)
    objective = require_objective(actor, key)
    matches = select_matches(
        actor.connection, actor.tenant_id, actor.stored, objective=key, issue_ids=_require_some(issue_ids)
    )
    ids = [*matches.early, *matches.late]
    if not ids:
        raise ActionRefused(
            gettext(
                "None of the selected tickets can be tagged: they have %(objective)s already.", objective=objective.name
            )
        )
    bulk_tag = BulkTag(0, actor.key, key, BY_HAND, actor.now, actor.account)
    saved = insert_bulk_tag(actor.connection, actor.tenant_id, bulk_tag, ids)
    _finish(actor, "tickets tagged", ids, key)
    return saved.number, ids


def undo_tagging(actor: Actor, number: int) -> None:
    """Take back one's own tagging of the last minute."""
    begin(actor, TAG)
    mine = [tag for tag in select_bulk_tags(actor.connection, actor.tenant_id) if tag.number == number]
    if not mine or mine[0].by != actor.account or mine[0].engagement != actor.key or mine[0].undone_at is not None:
        raise ActionRefused(gettext("There is nothing of yours to undo."))
    require_undone(is_undone=actor.now - mine[0].at <= UNDO_TIME)
    require_undone(is_undone=not _confirmed(actor, mine[0]))
    ids = delete_bulk_tags(actor.connection, actor.tenant_id, mine[0], actor.now)
    _finish(actor, "tickets tagged, undone", ids, mine[0].objective)


def _confirmed(actor: Actor, bulk_tag: BulkTag) -> bool:
    """Tell whether the other side confirmed one of the objectives that were set at once."""
    issue_ids = select_bulk_issues(actor.connection, actor.tenant_id, bulk_tag.number)
    tags = [tag for of_ticket in select_tags(actor.scope, issue_ids).values() for tag in of_ticket]
    ours = [tag for tag in tags if (tag.objective, tag.since) == (bulk_tag.objective, bulk_tag.at) and tag.is_set]
    return any(tag.confirmed is not None for tag in ours)


def untag_tickets(actor: Actor, issue_ids: Collection[int]) -> list[Tagged]:
    """Remove every objective that was set by hand on the tickets; return what was removed."""
    begin(actor, TAG)
    tags = select_tags(actor.scope, _require_some(issue_ids))
    removed = sorted({(i, tag.objective) for i, of_ticket in tags.items() for tag in of_ticket if tag.is_set})
    if not removed:
        raise ActionRefused(
            gettext(
                "None of the selected tickets has an objective that was set by hand. Change the tickets’ "
                "labels, components or types instead."
            )
        )
    for issue_id, key in removed:
        save_tag_removed(actor.scope, issue_id, objective=key, at=actor.now)
    _finish(actor, "tickets untagged", {issue_id for issue_id, _ in removed}, _keys(removed))
    return removed


def restore_tags(actor: Actor, tagged: Sequence[Tagged]) -> None:
    """Set again what was removed in the last minute."""
    begin(actor, TAG)
    _require_some({issue_id for issue_id, _ in tagged})
    for issue_id, key in tagged:
        require_objective(actor, key)
        if not save_tag_restored(actor.scope, issue_id, objective=key, since=actor.now - UNDO_TIME):
            raise ActionRefused(gettext("It is too late to undo this. Set the objectives again instead."))
    _finish(actor, "tickets untagged, undone", {issue_id for issue_id, _ in tagged}, _keys(tagged))


def confirm_tickets(actor: Actor, issue_ids: Collection[int]) -> list[Tagged]:
    """Confirm every objective that waits on the tickets for the actor's side; return what was confirmed."""
    begin(actor, TAG)
    waiting = select_confirmable(actor, _require_some(issue_ids))
    if not waiting:
        raise ActionRefused(gettext("Nothing on the selected tickets waits for your side to confirm it."))
    for issue_id, key in waiting:
        save_confirmation(actor, issue_id, key)
    _finish(actor, "late objectives confirmed", {issue_id for issue_id, _ in waiting}, _keys(waiting))
    return waiting


def undo_confirming(actor: Actor, tagged: Sequence[Tagged]) -> None:
    """Take back confirmations of the last minute; only who could confirm them can."""
    begin(actor, TAG)
    _require_some({issue_id for issue_id, _ in tagged})
    for issue_id, key in tagged:
        since = actor.now - UNDO_TIME
        require_undone(is_undone=save_confirmation_undone(actor.scope, issue_id, objective=key, since=since))
        require_waiting(actor, issue_id, key)
    _finish(actor, "late objectives confirmed, undone", {issue_id for issue_id, _ in tagged}, _keys(tagged))


def select_confirmable(actor: Actor, issue_ids: Collection[int]) -> list[Tagged]:
    """Return what waits on tickets for a confirmation that the actor may give."""
    tickets = with_annotations(actor.scope, select_tickets(actor.connection, actor.tenant_id, issue_ids))
    return [
        (issue_id, waiting.objective)
        for issue_id, ticket in sorted(tickets.items())
        for waiting in pending_objectives(actor.prepared, ticket, actor.now)
        if may_confirm(actor.prepared, waiting, actor.account, actor.now)
    ]


def _require_some(issue_ids: Collection[int]) -> Collection[int]:
    if not issue_ids:
        raise ActionRefused(gettext("Select at least one ticket."))
    if len(issue_ids) > MOST:
        raise ActionRefused(gettext("Select at most %(number)s tickets at once.", number=MOST))
    return issue_ids


def _keys(tagged: Iterable[Tagged]) -> str:
    return ", ".join(sorted({key for _, key in tagged}))


def _finish(actor: Actor, act: str, issue_ids: Collection[int], after: str) -> None:
    audit(actor, act, f"{len(issue_ids)} issues", f"{after} on {', '.join(map(str, sorted(issue_ids)))}")
    measure_issues(actor.connection, actor.tenant_id, issue_ids, actor.now)
