"""Disputes: people of both sides dispute what a ticket counts as, with a reason, for thirty days."""

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_objective, require_text, require_undone
from connector.actions.errors import ActionRefused
from connector.actions.policy import DISPUTE, LEAD, require
from mappings.measure.model.statements import Dispute
from mappings.measure.model.ticket import Entry
from mappings.measure.period.disputes import OPEN, was_disputed
from mappings.records.agreement.disputes import (
    Answer,
    delete_dispute,
    insert_dispute,
    save_answer_undone,
    save_dispute_answered,
    save_dispute_withdrawn,
    save_withdrawal_undone,
    select_disputes,
    select_disputes_of,
)
from mappings.records.figures.entries import select_entries
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, mark


def file_dispute(actor: Actor, issue_id: int, objective: str, reason: str) -> int:
    """Dispute a done ticket's evidence for an objective, or ('') how its work is split; return the number.

    It is open for 30 days, changes no figure, and is shown beside those that the ticket is in (measurement (f)).
    Each side disputes a done moment once. Raises ActionRefused.
    """
    begin(actor, DISPUTE)
    text = require_text(reason, mark("The reason"))
    entry = _require_done(actor, issue_id)
    if objective and require_objective(actor, objective).key not in entry.objectives:
        raise ActionRefused(gettext("This ticket does not count for that objective."))
    filed = select_disputes_of(actor.scope, [issue_id])
    if was_disputed(filed, (issue_id, objective), actor.side, done=entry.at) is not None:
        raise ActionRefused(
            gettext("Your side disputed this already. It can do so once for each time that a ticket is done.")
        )
    dispute = Dispute(issue_id, objective, actor.side, actor.now, actor.account, text)
    number = insert_dispute(actor.scope, dispute)
    audit(actor, "dispute filed", f"issue {issue_id}", objective or "split")
    return number


def _require_done(actor: Actor, issue_id: int) -> Entry:
    scope = Scope(*actor.scope, actor.stored.shown_generation)
    entries = select_entries(scope, [issue_id]).get(issue_id, ())
    if not entries or entries[-1].entry.sign < 0:
        raise ActionRefused(gettext("Only a ticket that is done, and counts in this engagement, can be disputed."))
    return entries[-1].entry


def undo_dispute(actor: Actor, number: int) -> None:
    """Take back one's own dispute of the last minute, as if it had never been filed. Raises ActionRefused."""
    begin(actor, DISPUTE)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_dispute(actor.scope, number, by=actor.account, since=since))
    audit(actor, "dispute filed, undone", f"dispute {number}", "")


def withdraw_dispute(actor: Actor, number: int) -> None:
    """Withdraw one's own dispute while it is open. Raises ActionRefused."""
    begin(actor, DISPUTE)
    opened = actor.now - OPEN
    if not save_dispute_withdrawn(actor.scope, number, by=actor.account, at=actor.now, opened=opened):
        raise ActionRefused(gettext("You have no open dispute of that number."))
    audit(actor, "dispute withdrawn", f"dispute {number}", "")


def undo_withdrawal(actor: Actor, number: int) -> None:
    """Take back one's own withdrawal of the last minute: the dispute is open as before. Raises ActionRefused."""
    begin(actor, DISPUTE)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=save_withdrawal_undone(actor.scope, number, by=actor.account, since=since))
    audit(actor, "dispute withdrawn, undone", f"dispute {number}", "")


def answer_dispute(actor: Actor, number: int, *, accepted: bool, words: str) -> None:
    """Answer an open dispute of the other side once: accept it with what changes, or keep what stands with a reason.

    No figure changes by it: what was accepted is then done by an objective, a role or a confirmation of the ticket.
    Raises ActionRefused.
    """
    begin(actor, LEAD)
    text = require_text(words, mark("What changes") if accepted else mark("The reason"))
    answer = Answer(actor.side, accepted, text, actor.account, actor.now)
    if not save_dispute_answered(actor.scope, number, answer, opened=actor.now - OPEN):
        raise ActionRefused(gettext("The other side has no open dispute of that number that waits for an answer."))
    audit(actor, "dispute answered", f"dispute {number}", "accepted" if accepted else "kept")


def undo_answer(actor: Actor, number: int) -> None:
    """Take back one's own answer of the last minute: the dispute waits again. Raises ActionRefused."""
    begin(actor, LEAD)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=save_answer_undone(actor.scope, number, by=actor.account, since=since))
    audit(actor, "dispute answered, undone", f"dispute {number}", "")


def select_recent_disputes(actor: Actor) -> tuple[Dispute, ...]:
    """Return the disputes of the last 30 days with their reasons. Raises ActionRefused."""
    # Only the two sides read the reasons.
    require(DISPUTE, actor.roles)
    return select_disputes(actor.scope, start=actor.now - OPEN, end=actor.now)
