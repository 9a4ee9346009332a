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


def attest(speaker: Actor, pair: Pair, rung: int, *, reason: str = "", issues: tuple[int, ...] = ()) -> None:
    """Sign that a learner stands at a rung, 1 to 5, never one's own (measurement (c)). Raises NotSaid.

    Any rung is accepted and its effect limited, to one above what evidence shows, and from rung 4 on to when somebody
    of the other side signed, too: a refusal would tell the signer where the learner stands.
    """
    begin(speaker)
    side = _verify_about(speaker, pair, "Nobody signs for themselves: teach it back instead.")
    if not 1 <= rung <= TOP:
        raise ActionRefused(f"A rung is a number from 1 to {TOP}.")
    _sign(speaker, pair, SignOff("attest", speaker.now, speaker.account, side, rung), (reason, issues))


def revoke(speaker: Actor, pair: Pair, rung: int, *, reason: str) -> None:
    """Take a learner back to a rung, 0 to 5, until new evidence, E3 or better, follows. Raises NotSaid.

    Of a learner who does not stand above it, it takes back signatures alone; the signer is told neither.
    """
    begin(speaker)
    side = _verify_about(speaker, pair, "Your own word against a rung is a veto: it needs no reason.")
    if not 0 <= rung <= TOP:
        raise ActionRefused(f"A rung is a number from 0 to {TOP}.")
    verify_words(reason)
    _sign(speaker, pair, SignOff("revoke", speaker.now, speaker.account, side, rung), (reason, ()))


def veto(speaker: Actor, objective: str) -> None:
    """Say "not yet" of one's own rung: it goes back by one, and no reason is asked. Raises NotSaid."""
    begin(speaker)
    pair = (objective, speaker.account)
    _verify_pair(speaker, pair)
    if not _own_rung(speaker, pair):
        raise ActionRefused("There is no rung to take back.")
    _sign(speaker, pair, SignOff("veto", speaker.now, speaker.account, "inhouse"), ("", ()))


def _sign(speaker: Actor, pair: Pair, one: SignOff, why: tuple[str, tuple[int, ...]]) -> None:
    reason = verify_words(why[0], least=0)
    insert_sign_off(*speaker.place, one, pair=pair, reason=reason, issues=why[1])
    note(speaker, f"sign-off {one.kind}", pair[0], f"rung {one.rung}: {pair[1]}")


def _verify_about(speaker: Actor, pair: Pair, own: str) -> LeadSide:
    """Return the side that signs about somebody else in-house; nothing here asks where the learner stands."""
    side = verify_signer(speaker)
    _verify_pair(speaker, pair)
    if pair[1] == speaker.account:
        raise ActionRefused(own)
    return side


def _verify_pair(speaker: Actor, pair: Pair) -> None:
    verify_objective(speaker, pair[0])
    _verify_inhouse(speaker, pair[1])


def _own_rung(speaker: Actor, pair: Pair) -> int:
    place = (speaker.connection, speaker.tenant_id, speaker.stored, speaker.prepared)
    cells = select_cells(*place, as_of=speaker.now, account=pair[1])
    return next((cell.effective for cell in cells if cell.objective == pair[0]), 0)


def _verify_inhouse(speaker: Actor, account: str) -> None:
    if account not in group_of(speaker.prepared, speaker.now):
        raise ActionRefused("Only somebody who is in-house today stands on the ladder.")


def give_teach_back(speaker: Actor, issue_id: int, objective: str) -> None:
    """Say that one explained back what a ticket taught; somebody else has to accept it. Raises NotSaid."""
    begin(speaker)
    verify_objective(speaker, objective)
    _verify_inhouse(speaker, speaker.account)
    ticket = select_tickets(speaker.connection, speaker.tenant_id, [issue_id]).get(issue_id)
    if ticket is None or not concerns(speaker.prepared, ticket):
        raise ActionRefused("This ticket is none of the engagement's.")
    if not insert_teach_back(*speaker.place, issue_id, TeachBack(objective, speaker.account, speaker.now)):
        raise ActionRefused("You gave that teach-back already.")
    note(speaker, "teach-back given", f"issue {issue_id}", objective)


def accept_teach_back(speaker: Actor, issue_id: int, pair: Pair) -> None:
    """Accept a learner's teach-back: it is evidence from then on (measurement (c), E2). Raises NotSaid."""
    begin(speaker)
    verify_signer(speaker)
    if pair[1] == speaker.account:
        raise ActionRefused("Nobody accepts their own teach-back.")
    accepted = TeachBack(*pair, 0, speaker.now)
    if not save_accepted(*speaker.place, issue_id, accepted, by=speaker.account):
        raise ActionRefused("No such teach-back waits.")
    note(speaker, "teach-back accepted", f"issue {issue_id}", f"{pair[0]}: {pair[1]}")
    measure_issues(speaker.connection, speaker.tenant_id, [issue_id], speaker.now)


def agree_to(speaker: Actor, kind: ConsentKind) -> None:
    """Opt in: to be named to the leads, or to a distribution over a small team. Raises NotSaid."""
    begin(speaker)
    _verify_inhouse(speaker, speaker.account)
    if not insert_consent(*speaker.place, speaker.account, kind=kind, at=speaker.now):
        raise ActionRefused("You agreed to that already.")
    note(speaker, "consent given", "", kind)


def withdraw(speaker: Actor, kind: ConsentKind) -> None:
    """Opt out again, whoever one is by now. Raises NotSaid."""
    begin(speaker)
    if not save_consent_withdrawn(*speaker.place, speaker.account, kind=kind, at=speaker.now):
        raise ActionRefused("There is no such consent of yours.")
    note(speaker, "consent withdrawn", "", kind)
