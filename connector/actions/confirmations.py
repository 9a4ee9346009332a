"""The other side's word for an objective that was set after a ticket was done (measurement (g) 11)."""

from connector.actions.actor import ActionRefused, Actor, begin, note, verify_objective
from connector.auth.access import TAGGERS
from mappings.measure.ticket.late_objectives import may_confirm, pending_objectives
from mappings.records.agreement.tags import insert_confirmation, save_tag_confirmed
from mappings.records.facts.issues import select_tickets
from mappings.records.sql.scope import AgreementScope
from webhooks.annotations import with_annotations
from webhooks.measure import measure_issues


def confirm(actor: Actor, issue_id: int, objective: str) -> None:
    """Confirm what the other side set late: it counts from this moment on. Raises NotSaid."""
    keep_confirmed(actor, issue_id, objective)
    note(actor, "late objective confirmed", f"issue {issue_id}", objective)
    measure_issues(actor.connection, actor.tenant_id, {issue_id}, actor.now)


def keep_confirmed(actor: Actor, issue_id: int, objective: str) -> None:
    """Keep the word alone, of an objective set by hand or by a field; the caller measures. Raises NotSaid."""
    begin(actor)
    verify_waiting(actor, issue_id, objective)
    if not save_tag_confirmed(actor.scope, issue_id, objective=objective, at=actor.now):
        insert_confirmation(actor.scope, issue_id, objective=objective, at=actor.now, by=actor.account)


def verify_waiting(actor: Actor, issue_id: int, objective: str) -> None:
    """Raise NotSaid unless an objective waits on a ticket for the speaker's word."""
    if not TAGGERS & actor.roles:
        raise ActionRefused("You may look at this engagement, not change it.")
    verify_objective(actor, objective)
    tickets = select_tickets(actor.connection, actor.tenant_id, [issue_id])
    ticket = with_annotations(AgreementScope(actor.connection, actor.tenant_id, actor.key), tickets).get(issue_id)
    waits = {one.objective: one for one in pending_objectives(actor.prepared, ticket, actor.now)} if ticket else {}
    if objective not in waits:
        days = actor.prepared.ruleset.retro_days
        raise ActionRefused(
            f"Nothing waits for you here: it was not set late, is confirmed, or its {days} days are over."
        )
    if not may_confirm(actor.prepared, waits[objective], actor.account, actor.now):
        raise ActionRefused("Nothing waits for your confirmation: only the other side can confirm.")
