"""The other side's word for an objective that was set after a ticket was done (measurement (g) 11)."""

from connector.actions.actor import ActionRefused, Actor, begin, note, verify_objective
from connector.auth.access import TAGGERS
from mappings.measure.ticket.late_objectives import may_confirm, waiting_on
from mappings.records.agreement.tags import insert_confirmation, save_tag_confirmed
from mappings.records.facts.issues import select_tickets
from webhooks.annotations import with_annotations
from webhooks.measure import measure_issues


def confirm(speaker: Actor, issue_id: int, objective: str) -> None:
    """Confirm what the other side set late: it counts from this moment on. Raises NotSaid."""
    keep_confirmed(speaker, issue_id, objective)
    note(speaker, "late objective confirmed", f"issue {issue_id}", objective)
    measure_issues(speaker.connection, speaker.tenant_id, {issue_id}, speaker.now)


def keep_confirmed(speaker: Actor, issue_id: int, objective: str) -> None:
    """Keep the word alone, of an objective set by hand or by a field; the caller measures. Raises NotSaid."""
    begin(speaker)
    verify_waiting(speaker, issue_id, objective)
    place = (*speaker.place, issue_id)
    if not save_tag_confirmed(*place, objective=objective, at=speaker.now):
        insert_confirmation(*place, objective=objective, at=speaker.now, by=speaker.account)


def verify_waiting(speaker: Actor, issue_id: int, objective: str) -> None:
    """Raise NotSaid unless an objective waits on a ticket for the speaker's word."""
    if not TAGGERS & speaker.roles:
        raise ActionRefused("You may look at this engagement, not change it.")
    verify_objective(speaker, objective)
    tickets = select_tickets(speaker.connection, speaker.tenant_id, [issue_id])
    ticket = with_annotations(speaker.connection, speaker.tenant_id, speaker.key, tickets).get(issue_id)
    waits = {one.objective: one for one in waiting_on(speaker.prepared, ticket, speaker.now)} if ticket else {}
    if objective not in waits:
        days = speaker.prepared.ruleset.retro_days
        raise ActionRefused(
            f"Nothing waits for you here: it was not set late, is confirmed, or its {days} days are over."
        )
    if not may_confirm(speaker.prepared, waits[objective], speaker.account, speaker.now):
        raise ActionRefused("Nothing waits for your confirmation: only the other side can confirm.")
