"""Signatures of leads and mentors: for whom they may sign, what waits, teach-backs, and what they signed."""

from collections.abc import Container, Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace

from flask import url_for

from connector.actions.actor import UNDO_TIME
from connector.actions.policy import AGENCY, LEAD, may
from connector.auth.access import EngagementView
from connector.pages.act import NO_UNDO, Undo, open_undo
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.rungs import LadderContext
from connector.pages.panel.roles import NAMELESS, Person
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide, SignOff
from mappings.measure.model.ticket import TeachBack
from mappings.measure.people.sign_offs import unsigned_of
from mappings.measure.people.standing import group_of, inhouse_since
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.roles import select_mentored
from mappings.records.agreement.sign_offs import select_sign_offs
from mappings.records.agreement.teach_backs import select_answered, select_waiting
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import gettext, mark

WAITS: Mapping[LeadSide, str] = {
    "agency": mark("%(rung)s, signed by the agency on %(day)s, waits for the in-house lead"),
    "inhouse": mark("%(rung)s, signed by the in-house lead on %(day)s, waits for the agency"),
}
# How many of one's own signatures are listed, newest first.
LISTED = 20

# (objective, learner).
Pair = tuple[str, str]
Signature = tuple[Pair, SignOff]
# A teach-back with its ticket.
Explained = tuple[int, TeachBack]


@dataclass(frozen=True)
class Waiting:
    """A signature that alone lifts nothing yet; `is_own_side`: the viewer's side has to sign, too.

    `undo` takes back the viewer's own.
    """

    value: str
    name: str
    objective: str
    rung: int
    text: str
    is_own_side: bool
    undo: Undo


@dataclass(frozen=True)
class TeachBackRow:
    issue_id: int
    value: str
    name: str
    objective: str
    key: str
    summary: str
    moves: str


@dataclass(frozen=True)
class Signed:
    """Something the viewer signed, and what undoes it."""

    text: str
    undo: Undo


@dataclass(frozen=True)
class Signing:
    """What somebody may sign, what waits, and what was signed before.

    `moves` is what accepting a teach-back would change, in words, by ticket, objective and learner. `answered` are
    teach-backs that the viewer answered in the last minute.
    """

    side: LeadSide
    pairs: tuple[Pair, ...]
    unsigned: tuple[Signature, ...]
    teach_backs: tuple[Explained, ...]
    labels: Mapping[int, IssueLabel]
    signed: tuple[Signature, ...]
    now: Instant
    moves: Mapping[tuple[int, str, str], str] = field(default_factory=dict)
    answered: tuple[Explained, ...] = ()

    def of(self, issue_id: int, pair: Pair) -> "Signing":
        """Return it with one teach-back alone, if that waits."""
        own = [row for row in self.teach_backs if (row[0], row[1].objective, row[1].account) == (issue_id, *pair)]
        return replace(self, teach_backs=tuple(own))


def select_signing(context: LadderContext) -> Signing:
    """Return what the viewer may sign now. Of nobody's rung it shows anything but what was signed."""
    side: LeadSide = "agency" if AGENCY & context.view.roles else "inhouse"
    pairs = select_pairs(context)
    records = select_sign_offs(context.scope, as_of=context.now)
    unsigned = ((pair, _unsigned(context.prepared, pair, records.get(pair, ()), context.now)) for pair in pairs)
    teach_backs = _signable(select_waiting(context.scope), pairs)
    return Signing(
        side,
        pairs,
        tuple((pair, sign_off) for pair, sign_off in unsigned if sign_off),
        teach_backs,
        select_labels(context.connection, context.tenant_id, {issue for issue, _ in teach_backs}),
        _signed_by(context.account, records),
        context.now,
    )


def with_answered(context: LadderContext, signing: Signing) -> Signing:
    """Return it with the teach-backs that the viewer answered and can still undo, which Learning alone shows."""
    answered = select_answered(context.scope, by=context.account, since=context.now - UNDO_TIME)
    return replace(signing, answered=_signable(answered, signing.pairs))


def _signable(teach_backs: Iterable[Explained], pairs: Container[Pair]) -> tuple[Explained, ...]:
    return tuple((issue, item) for issue, item in teach_backs if (item.objective, item.account) in pairs)


def _signed_by(account: str, records: Mapping[Pair, Iterable[SignOff]]) -> tuple[Signature, ...]:
    signatures = [
        (pair, sign_off)
        for pair, sign_offs in records.items()
        for sign_off in sign_offs
        # One's own veto is on one's own ladder.
        if sign_off.signer == account and pair[1] != account
    ]
    return tuple(sorted(signatures, key=lambda item: item[1].at, reverse=True)[:LISTED])


def select_pairs(context: LadderContext) -> tuple[Pair, ...]:
    """Return for whom the viewer may sign: leads for the learners of the file who agreed to be named to them.

    Others of the agency only for those among them whom they mentor on a ticket.
    """
    # In works-council mode nobody is named, and so nobody is signed for here (measurement (f), "Visibility").
    if not context.prepared.ruleset.names:
        return ()
    others = group_of(context.prepared, context.now) - {context.account}
    named = select_consents(context.scope, "named", as_of=context.now) & others
    objectives = context.view.engagement.objectives
    enrolled = [(item.key, learner) for item in objectives for learner in item.learners if learner in named]
    if may(LEAD, context.view.roles):
        return tuple(enrolled)
    mentored = select_mentored(context.scope, context.account)
    return tuple(pair for pair in enrolled if pair[1] in mentored)


def _unsigned(prepared: PreparedEngagement, pair: Pair, records: Iterable[SignOff], now: Instant) -> SignOff | None:
    since = inhouse_since(prepared.affiliations.span(pair[1]), now)
    return unsigned_of(records, pair[1], since=since, as_of=now)


def value_of(pair: Pair) -> str:
    """Return a pair as a form sends it: neither a key nor an account holds a space."""
    return f"{pair[0]} {pair[1]}"


def pair_of(value: str) -> Pair:
    objective, _, learner = value.partition(" ")
    return (objective, learner) if learner else ("", "")


def choices_of(view: EngagementView, signing: Signing, names: Mapping[str, str]) -> dict[str, list[Person]]:
    choices: dict[str, list[Person]] = {}
    for objective in view.engagement.objectives:
        learners = [account for key, account in signing.pairs if key == objective.key]
        people = [Person(account, names.get(account) or gettext(NAMELESS)) for account in learners]
        if people:
            choices[objective.key] = sorted(people, key=lambda person: (person.name, person.account))
    return choices


def waiting_of(
    view: EngagementView, prepared: PreparedEngagement, signing: Signing, names: Mapping[str, str]
) -> list[Waiting]:
    objectives = _names_of(view)
    rows = []
    for pair, sign_off in signing.unsigned:
        other: LeadSide = "inhouse" if sign_off.side == "agency" else "agency"
        when = day(prepared.calendar.day(sign_off.at))
        text = gettext(WAITS[sign_off.side], rung=WORDS[sign_off.rung], day=when)
        name, is_own_side = names.get(pair[1]) or gettext(NAMELESS), other == signing.side
        own = value_of(pair), name, objectives[pair[0]], sign_off.rung, text, is_own_side
        undo = _undo_of(view, signing, pair, sign_off) if (pair, sign_off) in signing.signed else NO_UNDO
        rows.append(Waiting(*own, undo))
    return rows


def teach_backs_of(
    view: EngagementView, signing: Signing, names: Mapping[str, str], seen: AbstractSet[int]
) -> list[TeachBackRow]:
    objectives = _names_of(view)
    return [
        TeachBackRow(
            issue,
            value_of((item.objective, item.account)),
            names.get(item.account) or gettext(NAMELESS),
            objectives[item.objective],
            signing.labels[issue].key,
            signing.labels[issue].summary,
            signing.moves.get((issue, item.objective, item.account), ""),
        )
        for issue, item in signing.teach_backs
        # Only tickets that the viewer may browse in Jira.
        if issue in seen
    ]


def signed_of(
    view: EngagementView, prepared: PreparedEngagement, signing: Signing, names: Mapping[str, str]
) -> list[Signed]:
    """Return what the viewer signed; a learner who is not named to them any more has no name here either.

    What waits for the other side stands with what waits alone.
    """
    objectives, rows = _names_of(view), []
    for pair, sign_off in (item for item in signing.signed if item not in signing.unsigned):
        name = (names.get(pair[1]) or gettext(NAMELESS)) if pair in signing.pairs else gettext("a learner")
        when, rung = day(prepared.calendar.day(sign_off.at)), WORDS[sign_off.rung or 0]
        if sign_off.kind == "revoke":
            rung = gettext("lowered to %(rung)s", rung=rung)
        text = f"{when}: {name}, {objectives.get(pair[0], pair[0])}, {rung}"
        rows.append(Signed(text, _undo_of(view, signing, pair, sign_off)))
    return rows


def _undo_of(view: EngagementView, signing: Signing, pair: Pair, sign_off: SignOff) -> Undo:
    # The undo button is offered while the action would still be allowed.
    if pair not in signing.pairs:
        return NO_UNDO
    address = url_for("learning.undo", engagement=view.engagement.key, objective=pair[0], learner=pair[1])
    return open_undo(sign_off.at, address)


def _names_of(view: EngagementView) -> dict[str, str]:
    return {objective.key: objective.name for objective in view.engagement.objectives}
