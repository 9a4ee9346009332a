"""Disputes: somebody of either side says that what a ticket counts as is wrong, with a reason, for thirty days."""

from connector.actions.actor import ActionRefused, Actor, begin, note, verify_objective, verify_words
from connector.auth.access import Role
from mappings.measure.model.statements import Dispute, LeadSide
from mappings.measure.model.ticket import Entry
from mappings.measure.period.disputes import OPEN, was_disputed
from mappings.records.agreement.disputes import (
    insert_dispute,
    save_dispute_withdrawn,
    select_disputes,
    select_disputes_of,
)
from mappings.records.figures.entries import select_entries
from mappings.records.sql.scope import Scope

DISPUTERS: frozenset[Role] = frozenset({"inhouse_lead", "inhouse_member", "agency_lead", "agency_member"})
"""Who disputes, and who reads why something is disputed: the people of the two sides."""


def verify_side(actor: Actor) -> LeadSide:
    """Return the side that the speaker is on. Raises NotSaid."""
    if not DISPUTERS & actor.roles:
        raise ActionRefused("Only somebody of one of the two sides can do that.")
    return "agency" if "agency_member" in actor.roles else "inhouse"


def file_dispute(actor: Actor, issue_id: int, objective: str, reason: str) -> int:
    """Dispute a done ticket's evidence for an objective, or ('') how its work is split; return the number.

    It is open for 30 days, changes no figure, and is shown beside those that the ticket is in (measurement (f)).
    Each side disputes a done moment once. Raises NotSaid.
    """
    begin(actor)
    side, said = verify_side(actor), verify_words(reason)
    entry = _verify_done(actor, issue_id)
    if objective and verify_objective(actor, objective).key not in entry.objectives:
        raise ActionRefused("This ticket does not count for that objective.")
    filed = select_disputes_of(actor.scope, [issue_id])
    before = was_disputed(filed, (issue_id, objective), side, done=entry.at)
    if before is not None:
        raise ActionRefused("Your side disputed that already: once for each time that a ticket is done.")
    one = Dispute(issue_id, objective, side, actor.now, actor.account, said)
    number = insert_dispute(actor.scope, one)
    note(actor, "dispute filed", f"issue {issue_id}", objective or "split")
    return number


def _verify_done(actor: Actor, issue_id: int) -> Entry:
    """Return the done entry of the engagement that stands. Raises NotSaid."""
    scope = Scope(*actor.scope, actor.stored.generation or 0)
    entries = select_entries(scope, [issue_id]).get(issue_id, ())
    if not entries or entries[-1].entry.sign < 0:
        raise ActionRefused("Only a ticket that is done, and counts in this engagement, can be disputed.")
    return entries[-1].entry


def withdraw_dispute(actor: Actor, number: int) -> None:
    """Withdraw one's own dispute while it is open. Raises NotSaid."""
    begin(actor)
    opened = actor.now - OPEN
    if not save_dispute_withdrawn(actor.scope, number, by=actor.account, at=actor.now, opened=opened):
        raise ActionRefused("There is no such dispute of yours that is open.")
    note(actor, "dispute withdrawn", f"dispute {number}", "")


def select_told(actor: Actor) -> tuple[Dispute, ...]:
    """Return the disputes of the engagement's last 30 days with their reasons, for its two sides. Raises NotSaid."""
    verify_side(actor)
    return select_disputes(actor.scope, start=actor.now - OPEN, end=actor.now)
