"""Objectives and roles on one ticket: set, remove, restore, confirm, and name who shadows, drives or mentors."""

from collections.abc import Collection, Sequence

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_objective, require_undone
from connector.actions.errors import ActionRefused
from connector.actions.policy import TAG
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement, Objective
from mappings.measure.model.ticket import Role, RoleName, Ticket
from mappings.measure.ticket.late_objectives import may_confirm, pending_objectives, unconfirmed_objectives
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.roles import save_role, save_role_undone, select_roles
from mappings.records.agreement.tags import (
    delete_tag,
    insert_confirmation,
    insert_tag,
    save_confirmation_undone,
    save_tag_confirmed,
    save_tag_removed,
    save_tag_restored,
)
from mappings.records.facts.issues import select_tickets
from mappings.translation import gettext, list_text
from webhooks.annotations import with_annotations
from webhooks.measure import measure_issues

# The sides whose people may have a role on a ticket.
ROLE_SIDES: dict[RoleName, frozenset[str]] = {
    "shadow": frozenset({"inhouse"}),
    "learner": frozenset({"inhouse"}),
    "mentor": frozenset({"inhouse", "agency"}),
}


def add_objective(actor: Actor, issue_id: int, text: str) -> tuple[Objective, bool]:
    """Set an objective by its name; return it, and False where it was set by hand before. Raises ActionRefused."""
    begin(actor, TAG)
    objective = _find_objective(actor.stored.engagement, text)
    _refuse_dropped(actor, issue_id, objective)
    is_new = insert_tag(actor.scope, issue_id, objective=objective.key, at=actor.now, by=actor.account)
    if is_new:
        _finish(actor, "panel tag", issue_id, objective.key)
    return objective, is_new


def _refuse_dropped(actor: Actor, issue_id: int, objective: Objective) -> None:
    # Its time runs from the first who set it (measurement (g) 11).
    ticket = _select_ticket(actor, issue_id)
    late = unconfirmed_objectives(actor.prepared, ticket) if ticket else ()
    if any(item.objective == objective.key and actor.now > item.until for item in late):
        raise ActionRefused(
            gettext(
                "%(objective)s was set after the ticket was done and not confirmed within %(days)s days: setting it "
                "again changes nothing. It counts if the ticket is opened again and finished with it.",
                objective=objective.name,
                days=actor.prepared.ruleset.retro_days,
            )
        )


def undo_objective(actor: Actor, issue_id: int, key: str) -> Objective:
    """Take back an objective that one set in the last minute; a label of it stays. Raises ActionRefused."""
    begin(actor, TAG)
    objective = require_objective(actor, key)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_tag(actor.scope, issue_id, objective=key, by=actor.account, since=since))
    _finish(actor, "panel tag, undone", issue_id, key)
    return objective


def remove_objective(actor: Actor, issue_id: int, key: str) -> Objective:
    begin(actor, TAG)
    objective = require_objective(actor, key)
    if not save_tag_removed(actor.scope, issue_id, objective=key, at=actor.now):
        raise ActionRefused(
            gettext(
                "%(objective)s was not set by hand. Change the ticket’s label, component or type instead.",
                objective=objective.name,
            )
        )
    _finish(actor, "panel untag", issue_id, key)
    return objective


def restore_objective(actor: Actor, issue_id: int, key: str) -> Objective:
    begin(actor, TAG)
    objective = require_objective(actor, key)
    # A tag set anew on a done ticket would be late and wait for the other side: the old row is opened again.
    if not save_tag_restored(actor.scope, issue_id, objective=key, since=actor.now - UNDO_TIME):
        raise ActionRefused(
            gettext("It is too late to undo this. Add %(objective)s again instead.", objective=objective.name)
        )
    _finish(actor, "panel tag restored", issue_id, key)
    return objective


def confirm_objective(actor: Actor, issue_id: int, key: str) -> Objective:
    objective = save_confirmation(actor, issue_id, key)
    # The other side's confirmation makes it count (measurement (g) 11).
    _finish(actor, "late objective confirmed", issue_id, key)
    return objective


def undo_confirmation(actor: Actor, issue_id: int, key: str) -> Objective:
    """Take back a confirmation of the last minute; only who could give it can. Raises ActionRefused."""
    begin(actor, TAG)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=save_confirmation_undone(actor.scope, issue_id, objective=key, since=since))
    objective = require_waiting(actor, issue_id, key)
    _finish(actor, "late objective confirmed, undone", issue_id, key)
    return objective


def save_confirmation(actor: Actor, issue_id: int, key: str) -> Objective:
    """Save a confirmation without measuring, for callers that confirm many tickets. Raises ActionRefused."""
    begin(actor, TAG)
    objective = require_waiting(actor, issue_id, key)
    if not save_tag_confirmed(actor.scope, issue_id, objective=key, at=actor.now):
        insert_confirmation(actor.scope, issue_id, objective=key, at=actor.now, by=actor.account)
    return objective


def require_waiting(actor: Actor, issue_id: int, key: str) -> Objective:
    """Return an objective that waits on a ticket for the actor's confirmation. Raises ActionRefused."""
    objective = require_objective(actor, key)
    ticket = _select_ticket(actor, issue_id)
    waiting = {item.objective: item for item in pending_objectives(actor.prepared, ticket, actor.now)} if ticket else {}
    if key not in waiting:
        days = actor.prepared.ruleset.retro_days
        raise ActionRefused(
            gettext(
                "%(objective)s does not wait for a confirmation: it was set in time, is confirmed "
                "already, or its %(days)s days are over.",
                objective=objective.name,
                days=days,
            )
        )
    if not may_confirm(actor.prepared, waiting[key], actor.account, actor.now):
        raise ActionRefused(gettext("Only the other side can confirm this objective."))
    return objective


def _select_ticket(actor: Actor, issue_id: int) -> Ticket | None:
    tickets = select_tickets(actor.connection, actor.tenant_id, [issue_id])
    return with_annotations(actor.scope, tickets).get(issue_id)


def set_role(actor: Actor, issue_id: int, role: str, account: str | None) -> str:
    """Give a role to an account, None for nobody; return the state that `undo_role` is asked to undo.

    "" where it had that role before: what others named then stays theirs. Raises ActionRefused.
    """
    begin(actor, TAG)
    name = _require_role(role)
    if account is not None and account not in candidates(actor.prepared, actor.stored.engagement, name, actor.now):
        raise ActionRefused(gettext("Only somebody who is on a side of this engagement today can have that role."))
    if account == _holder(actor, issue_id, name):
        return ""
    save_role(actor.scope, issue_id, name=name, account=account, at=actor.now, by=actor.account)
    _finish(actor, "panel role", issue_id, name, subject_account=account)
    return _state(_roles_named(actor, issue_id, name))


def undo_role(actor: Actor, issue_id: int, role: str, state: str) -> None:
    """Undo the last minute's change of a role to `state`, as if it had not been. Raises ActionRefused."""
    begin(actor, TAG)
    name = _require_role(role)
    rows = _roles_named(actor, issue_id, name)
    changed = _changed_at(rows)
    require_undone(is_undone=changed >= actor.now - UNDO_TIME and state == _state(rows))
    # A role that was set by mistake is no evidence and no row of the record; the audit has it.
    save_role_undone(actor.scope, issue_id, name=name, at=changed)
    _finish(actor, "panel role, undone", issue_id, name, subject_account=_holder(actor, issue_id, name))


def _holder(actor: Actor, issue_id: int, name: RoleName) -> str | None:
    return next((row.account for row in _roles_named(actor, issue_id, name) if row.is_named), None)


def _roles_named(actor: Actor, issue_id: int, name: RoleName) -> list[Role]:
    return [row for row in select_roles(actor.scope, [issue_id]).get(issue_id, ()) if row.role == name]


def _state(rows: Sequence[Role]) -> str:
    # Each change adds a row or ends the last: both, and when, tell whether somebody changed the role since.
    return f"{len(rows)}-{sum(row.is_named for row in rows)}-{_changed_at(rows)}"


def _changed_at(rows: Sequence[Role]) -> Instant:
    return max((row.until or row.since for row in rows), default=0)


def _require_role(role: str) -> RoleName:
    name = next((known for known in ROLE_SIDES if known == role), None)
    if name is None:
        raise ActionRefused(gettext("There is no such role. Choose one of %(roles)s.", roles=", ".join(ROLE_SIDES)))
    return name


def candidates(prepared: PreparedEngagement, engagement: Engagement, role: RoleName, now: Instant) -> list[str]:
    affiliations = {person.account: prepared.affiliations.at(person.account, now) for person in engagement.people}
    return sorted(
        account for account, affiliation in affiliations.items() if affiliation and affiliation.side in ROLE_SIDES[role]
    )


def _find_objective(engagement: Engagement, text: str) -> Objective:
    wanted = text.strip().casefold()
    for objective in engagement.objectives:
        if wanted in {objective.key, objective.name.casefold()}:
            return objective
    similar = _similar(engagement.objectives, wanted)
    if len(similar) == 1:
        return similar[0]
    if similar:
        names = list_text([objective.name for objective in similar])
        raise ActionRefused(gettext("Several objectives match: %(names)s. Write more of the name.", names=names))
    raise ActionRefused(
        gettext("No objective of %(engagement)s has that name. Choose one from the list.", engagement=engagement.name)
    )


def _similar(objectives: Sequence[Objective], wanted: str) -> list[Objective]:
    """Return the objectives whose name begins with a text; where none does, those that hold it, as a list suggests."""
    names = [(objective, objective.name.casefold()) for objective in objectives] if wanted else []
    begin = [objective for objective, name in names if name.startswith(wanted)]
    return begin or [objective for objective, name in names if wanted in name]


def _finish(actor: Actor, act: str, issue_id: int, after: str, *, subject_account: str | None = None) -> None:
    audit(actor, act, f"issue {issue_id}", after, subject_account=subject_account)
    # A sub-task counts for its parent, which is measured again with it.
    measure_issues(actor.connection, actor.tenant_id, _with_parent(actor, issue_id), actor.now)


def _with_parent(actor: Actor, issue_id: int) -> Collection[int]:
    ticket = select_tickets(actor.connection, actor.tenant_id, [issue_id]).get(issue_id)
    return {issue_id} | ({ticket.issue.parent_id} if ticket and ticket.issue.parent_id else set())
