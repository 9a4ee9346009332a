"""Sign-offs, vetoes, teach-backs and consents: what people say of who can do what."""

from connector.actions.actor import ActionRefused, Actor, begin, note, verify_objective, verify_signer, verify_words
from connector.figures.people import select_cells
from mappings.measure.model.statements import ConsentKind, LeadSide, SignOff
from mappings.measure.model.ticket import TeachBack
from mappings.measure.people.standing import group_of
from mappings.records.agreement.consents import insert_consent, save_consent_withdrawn
from mappings.records.agreement.sign_offs import insert_sign_off
from mappings.records.agreement.teach_backs import insert_teach_back, save_accepted
from mappings.records.facts.issues import select_tickets
from webhooks.measure import concerns, measure_issues

TOP = 5
"""The highest rung."""

Pair = tuple[str, str]
"""(objective, learner)."""


def attest(actor: Actor, pair: Pair, rung: int, *, reason: str = "", issues: tuple[int, ...] = ()) -> None:
    """Sign that a learner stands at a rung, 1 to 5, never one's own (measurement (c)). Raises NotSaid.

    Any rung is accepted and its effect limited, to one above what evidence shows, and from rung 4 on to when somebody
    of the other side signed, too: a refusal would tell the signer where the learner stands.
    """
    begin(actor)
    side = _verify_about(actor, pair, "Nobody signs for themselves: teach it back instead.")
    if not 1 <= rung <= TOP:
        raise ActionRefused(f"A rung is a number from 1 to {TOP}.")
    _sign(actor, pair, SignOff("attest", actor.now, actor.account, side, rung), (reason, issues))


def revoke(actor: Actor, pair: Pair, rung: int, *, reason: str) -> None:
    """Take a learner back to a rung, 0 to 5, until new evidence, E3 or better, follows. Raises NotSaid.

    Of a learner who does not stand above it, it takes back signatures alone; the signer is told neither.
    """
    begin(actor)
    side = _verify_about(actor, pair, "Your own word against a rung is a veto: it needs no reason.")
    if not 0 <= rung <= TOP:
        raise ActionRefused(f"A rung is a number from 0 to {TOP}.")
    verify_words(reason)
    _sign(actor, pair, SignOff("revoke", actor.now, actor.account, side, rung), (reason, ()))


def veto(actor: Actor, objective: str) -> None:
    """Say "not yet" of one's own rung: it goes back by one, and no reason is asked. Raises NotSaid."""
    begin(actor)
    pair = (objective, actor.account)
    _verify_pair(actor, pair)
    if not _own_rung(actor, pair):
        raise ActionRefused("There is no rung to take back.")
    _sign(actor, pair, SignOff("veto", actor.now, actor.account, "inhouse"), ("", ()))


def _sign(actor: Actor, pair: Pair, one: SignOff, why: tuple[str, tuple[int, ...]]) -> None:
    reason = verify_words(why[0], least=0)
    insert_sign_off(actor.scope, one, pair=pair, reason=reason, issues=why[1])
    note(actor, f"sign-off {one.kind}", pair[0], f"rung {one.rung}", subject_account=pair[1])


def _verify_about(actor: Actor, pair: Pair, own: str) -> LeadSide:
    """Return the side that signs about somebody else in-house; nothing here asks where the learner stands."""
    side = verify_signer(actor)
    _verify_pair(actor, pair)
    if pair[1] == actor.account:
        raise ActionRefused(own)
    return side


def _verify_pair(actor: Actor, pair: Pair) -> None:
    verify_objective(actor, pair[0])
    _verify_inhouse(actor, pair[1])


def _own_rung(actor: Actor, pair: Pair) -> int:
    place = (actor.connection, actor.tenant_id, actor.stored, actor.prepared)
    cells = select_cells(*place, as_of=actor.now, account=pair[1])
    return next((cell.effective for cell in cells if cell.objective == pair[0]), 0)


def _verify_inhouse(actor: Actor, account: str) -> None:
    if account not in group_of(actor.prepared, actor.now):
        raise ActionRefused("Only somebody who is in-house today stands on the ladder.")


def give_teach_back(actor: Actor, issue_id: int, objective: str) -> None:
    """Say that one explained back what a ticket taught; somebody else has to accept it. Raises NotSaid."""
    begin(actor)
    verify_objective(actor, objective)
    _verify_inhouse(actor, actor.account)
    ticket = select_tickets(actor.connection, actor.tenant_id, [issue_id]).get(issue_id)
    if ticket is None or not concerns(actor.prepared, ticket):
        raise ActionRefused("This ticket is none of the engagement's.")
    if not insert_teach_back(actor.scope, issue_id, TeachBack(objective, actor.account, actor.now)):
        raise ActionRefused("You gave that teach-back already.")
    note(actor, "teach-back given", f"issue {issue_id}", objective)


def accept_teach_back(actor: Actor, issue_id: int, pair: Pair) -> None:
    """Accept a learner's teach-back: it is evidence from then on (measurement (c), E2). Raises NotSaid."""
    begin(actor)
    verify_signer(actor)
    if pair[1] == actor.account:
        raise ActionRefused("Nobody accepts their own teach-back.")
    accepted = TeachBack(*pair, 0, actor.now)
    if not save_accepted(actor.scope, issue_id, accepted, by=actor.account):
        raise ActionRefused("No such teach-back waits.")
    note(actor, "teach-back accepted", f"issue {issue_id}", pair[0], subject_account=pair[1])
    measure_issues(actor.connection, actor.tenant_id, [issue_id], actor.now)


def agree_to(actor: Actor, kind: ConsentKind) -> None:
    """Opt in: to be named to the leads, or to a distribution over a small team. Raises NotSaid."""
    begin(actor)
    _verify_inhouse(actor, actor.account)
    if not insert_consent(actor.scope, actor.account, kind=kind, at=actor.now):
        raise ActionRefused("You agreed to that already.")
    note(actor, "consent given", "", kind)


def withdraw(actor: Actor, kind: ConsentKind) -> None:
    """Opt out again, whoever one is by now. Raises NotSaid."""
    begin(actor)
    if not save_consent_withdrawn(actor.scope, actor.account, kind=kind, at=actor.now):
        raise ActionRefused("There is no such consent of yours.")
    note(actor, "consent withdrawn", "", kind)
