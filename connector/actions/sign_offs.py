"""Sign-offs, vetoes, teach-backs and consents."""

from collections.abc import Callable
from typing import TypeAlias

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_objective, require_text, require_undone
from connector.actions.errors import ActionRefused
from connector.actions.policy import OWN_LADDER, SIGN
from connector.figures.people import select_cells
from mappings.measure.model.statements import ConsentKind, SignOff
from mappings.measure.model.ticket import TeachBack
from mappings.measure.people.standing import group_of
from mappings.measure.ticket.ledger import concerns
from mappings.records.agreement.consents import insert_consent, save_consent_withdrawn
from mappings.records.agreement.sign_offs import delete_sign_off, insert_sign_off
from mappings.records.agreement.teach_backs import (
    delete_teach_back,
    insert_teach_back,
    save_acceptance_undone,
    save_accepted,
    save_decline_undone,
    save_declined,
    save_renewal_undone,
)
from mappings.records.facts.issues import select_tickets
from mappings.records.operations.audit import select_standing_acts
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext, mark
from webhooks.measure import measure_issues

# The highest rung.
TOP = 5

# (objective, learner).
Pair = tuple[str, str]
# Answers the teach-back of a learner on a ticket, or takes that back.
TeachBackAct: TypeAlias = Callable[[Actor, int, Pair], None]


def attest(actor: Actor, pair: Pair, rung: int, *, reason: str = "", issues: tuple[int, ...] = ()) -> None:
    """Sign that a learner stands at a rung, 1 to 5, never one's own (measurement (c)). Raises ActionRefused.

    The effect is limited to one above what evidence shows; from rung 4 on it takes the other side's signature, too.
    """
    # Any rung is accepted and its effect limited: a refusal would tell the signer where the learner stands.
    begin(actor, SIGN)
    _require_other(actor, pair, gettext("Nobody signs for themselves. Explain it back instead."))
    if not 1 <= rung <= TOP:
        raise ActionRefused(gettext("A rung is a number from 1 to %(top)s.", top=TOP))
    _sign(actor, pair, SignOff("attest", actor.now, actor.account, actor.side, rung), (reason, issues))


def revoke(actor: Actor, pair: Pair, rung: int, *, reason: str) -> None:
    """Lower a learner to a rung, 0 to 5, until new evidence, E3 or better, follows. Raises ActionRefused.

    Of a learner who does not stand above it, it takes back signatures alone; the signer is told neither.
    """
    begin(actor, SIGN)
    _require_other(actor, pair, gettext("To lower your own rung use “Take back” on your ladder: it needs no reason."))
    if not 0 <= rung <= TOP:
        raise ActionRefused(gettext("A rung is a number from 0 to %(top)s.", top=TOP))
    # Whether the learner stands above the rung is not asked either; below it only signatures are taken back.
    require_text(reason, mark("The reason"))
    _sign(actor, pair, SignOff("revoke", actor.now, actor.account, actor.side, rung), (reason, ()))


def veto(actor: Actor, objective: str) -> None:
    begin(actor, OWN_LADDER)
    pair = (objective, actor.account)
    _require_pair(actor, pair)
    if not _own_rung(actor, pair):
        raise ActionRefused(gettext("You have no rung on this objective that could be lowered."))
    _sign(actor, pair, SignOff("veto", actor.now, actor.account, "inhouse"), ("", ()))


def undo_sign_off(actor: Actor, pair: Pair) -> None:
    begin(actor, OWN_LADDER if pair[1] == actor.account else SIGN)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_sign_off(actor.scope, pair=pair, signer=actor.account, since=since))
    audit(actor, "sign-off undone", pair[0], "", subject_account=pair[1])


def _sign(actor: Actor, pair: Pair, sign_off: SignOff, why: tuple[str, tuple[int, ...]]) -> None:
    reason = require_text(why[0], mark("The reason"), least=0)
    insert_sign_off(actor.scope, sign_off, pair=pair, reason=reason, issues=why[1])
    audit(actor, f"sign-off {sign_off.kind}", pair[0], f"rung {sign_off.rung}", subject_account=pair[1])


def _require_other(actor: Actor, pair: Pair, refusal: str) -> None:
    # Where the learner stands is never asked: a refusal by it would tell the signer.
    _require_pair(actor, pair)
    if pair[1] == actor.account:
        raise ActionRefused(refusal)


def _require_pair(actor: Actor, pair: Pair) -> None:
    require_objective(actor, pair[0])
    _require_inhouse(actor, pair[1])


def _own_rung(actor: Actor, pair: Pair) -> int:
    source = (actor.connection, actor.tenant_id, actor.stored, actor.prepared)
    cells = select_cells(*source, as_of=actor.now, account=pair[1])
    return next((cell.effective for cell in cells if cell.objective == pair[0]), 0)


def _require_inhouse(actor: Actor, account: str) -> None:
    if account not in group_of(actor.prepared, actor.now):
        raise ActionRefused(gettext("Only people who are in-house today have rungs."))


def give_teach_back(actor: Actor, issue_id: int, objective: str) -> None:
    begin(actor, OWN_LADDER)
    require_objective(actor, objective)
    _require_inhouse(actor, actor.account)
    ticket = select_tickets(actor.connection, actor.tenant_id, [issue_id]).get(issue_id)
    if ticket is None or not concerns(actor.prepared, ticket):
        raise ActionRefused(gettext("This ticket is not part of the engagement."))
    if not insert_teach_back(actor.scope, issue_id, TeachBack(objective, actor.account, actor.now)):
        raise ActionRefused(gettext("You explained this ticket back already."))
    # It shows nothing until somebody else accepts it, so nothing is measured.
    audit(actor, "teach-back given", f"issue {issue_id}", objective)


def undo_teach_back(actor: Actor, issue_id: int, objective: str) -> None:
    """Take back one's own teach-back of the last minute, unless it is answered. Raises ActionRefused.

    One that was given again after it was declined is declined as before.
    """
    begin(actor, OWN_LADDER)
    record, since = TeachBack(objective, actor.account, 0), actor.now - UNDO_TIME
    before = _declined_before(actor, issue_id, objective)
    if before is None:
        is_undone = delete_teach_back(actor.scope, issue_id, record, since=since)
    else:
        is_undone = save_renewal_undone(actor.scope, issue_id, before[0], declined_by=before[1], since=since)
    require_undone(is_undone=is_undone)
    audit(actor, "teach-back given, undone", f"issue {issue_id}", objective)


def _declined_before(actor: Actor, issue_id: int, objective: str) -> tuple[TeachBack, str] | None:
    """Return one's teach-back before the latest, which was declined, and by whom; None for the first."""
    # To give it again overwrites when it was given and declined: the audit has both.
    place = (actor.connection, actor.tenant_id)
    given, declined = (
        [
            act
            for act in select_standing_acts(*place, name, f"{actor.key} issue {issue_id}", since=0)
            if act.after == objective
        ]
        for name in ("teach-back given", "teach-back declined")
    )
    given = [act for act in given if act.account == actor.account]
    declined = [act for act in declined if act.subject_account == actor.account]
    if len(given) < 2 or not declined:
        return None
    return TeachBack(objective, actor.account, given[1].at, declined=declined[0].at), declined[0].account or ""


def accept_teach_back(actor: Actor, issue_id: int, pair: Pair) -> None:
    begin(actor, SIGN)
    if pair[1] == actor.account:
        raise ActionRefused(gettext("Nobody accepts their own teach-back."))
    accepted = TeachBack(*pair, 0, actor.now)
    if not save_accepted(actor.scope, issue_id, accepted, by=actor.account):
        raise ActionRefused(gettext("There is no such teach-back to accept."))
    # It is evidence from this moment on (measurement (c), E2).
    audit(actor, "teach-back accepted", f"issue {issue_id}", pair[0], subject_account=pair[1])
    measure_issues(actor.connection, actor.tenant_id, [issue_id], actor.now)


def undo_acceptance(actor: Actor, issue_id: int, pair: Pair) -> None:
    begin(actor, SIGN)
    record, since = TeachBack(*pair, 0), actor.now - UNDO_TIME
    require_undone(is_undone=save_acceptance_undone(actor.scope, issue_id, record, by=actor.account, since=since))
    audit(actor, "teach-back accepted, undone", f"issue {issue_id}", pair[0], subject_account=pair[1])
    measure_issues(actor.connection, actor.tenant_id, [issue_id], actor.now)


def decline_teach_back(actor: Actor, issue_id: int, pair: Pair) -> None:
    """Answer a teach-back with "not yet": it waits no more until it is given again. Raises ActionRefused."""
    begin(actor, SIGN)
    if pair[1] == actor.account:
        raise ActionRefused(gettext("Nobody answers their own teach-back."))
    declined = TeachBack(*pair, 0, declined=actor.now)
    if not save_declined(actor.scope, issue_id, declined, by=actor.account):
        raise ActionRefused(gettext("There is no such teach-back to answer."))
    # What waited was no evidence, so nothing is measured.
    audit(actor, "teach-back declined", f"issue {issue_id}", pair[0], subject_account=pair[1])


def undo_decline(actor: Actor, issue_id: int, pair: Pair) -> None:
    begin(actor, SIGN)
    record, since = TeachBack(*pair, 0), actor.now - UNDO_TIME
    require_undone(is_undone=save_decline_undone(actor.scope, issue_id, record, by=actor.account, since=since))
    audit(actor, "teach-back declined, undone", f"issue {issue_id}", pair[0], subject_account=pair[1])


def agree_to(actor: Actor, kind: ConsentKind) -> None:
    begin(actor, OWN_LADDER)
    if not insert_consent(actor.scope, actor.account, kind=kind, at=actor.now):
        raise ActionRefused(gettext("You agreed to that already."))
    audit(actor, "consent given", "", kind)


def withdraw(actor: Actor, kind: ConsentKind) -> None:
    # Also for whoever left the in-house side: so no permission is asked.
    lock_tenant(actor.connection, actor.tenant_id)
    if not save_consent_withdrawn(actor.scope, actor.account, kind=kind, at=actor.now):
        raise ActionRefused(gettext("You did not agree to that."))
    audit(actor, "consent withdrawn", "", kind)
