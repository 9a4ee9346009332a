"""What leads and mentors sign: for whom they may, what waits for the other side, teach-backs, agreed objectives."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date

from connector.auth.access import EngagementView, Role
from connector.pages.ladder.rungs import NAMES, Look
from connector.pages.panel.roles import NAMELESS
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide, SignOff
from mappings.measure.model.ticket import TeachBack
from mappings.measure.people.definitions import claims_of
from mappings.measure.people.sign_offs import unsigned_of
from mappings.measure.people.standing import group_of, inhouse_since
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.agreement.roles import select_mentored
from mappings.records.agreement.sign_offs import select_sign_offs
from mappings.records.agreement.teach_backs import select_waiting
from mappings.records.facts.issues import IssueLabel, select_labels

SIGNERS: frozenset[Role] = frozenset({"inhouse_lead", "agency_lead", "agency_member"})
LEADS: frozenset[Role] = frozenset({"inhouse_lead", "agency_lead"})
SIDE_NAMES: Mapping[LeadSide, str] = {"agency": "the agency", "inhouse": "the in-house lead"}

Pair = tuple[str, str]
"""(objective, learner)."""


@dataclass(frozen=True)
class Choice:
    """A learner to sign for, as a form sends it."""

    value: str
    name: str


@dataclass(frozen=True)
class Waiting:
    """A signature that alone lifts nothing yet; `mine`: the viewer's side has to sign, too."""

    value: str
    name: str
    objective: str
    rung: int
    said: str
    mine: bool


@dataclass(frozen=True)
class Told:
    """A teach-back to accept."""

    issue_id: int
    value: str
    name: str
    objective: str
    key: str
    summary: str


@dataclass(frozen=True)
class Agreed:
    """An objective that the viewer's side has still to confirm."""

    key: str
    name: str
    said: str


@dataclass(frozen=True)
class Signing:
    """What somebody may sign, and what waits."""

    side: LeadSide
    pairs: tuple[Pair, ...]
    unsigned: tuple[tuple[Pair, SignOff], ...]
    told: tuple[tuple[int, TeachBack], ...]
    labels: Mapping[int, IssueLabel]
    unconfirmed: tuple[tuple[str, date | None], ...]


def select_signing(look: Look) -> Signing:
    """Return what whoever looks may sign now. Of nobody's rung it tells anything but what was signed."""
    side: LeadSide = "inhouse" if "inhouse_lead" in look.view.roles else "agency"
    pairs = select_pairs(look)
    records = select_sign_offs(look.scope, as_of=look.now) if pairs else {}
    found = ((pair, _unsigned(look.prepared, pair, records.get(pair, ()), look.now)) for pair in pairs)
    told = tuple((issue, one) for issue, one in select_waiting(look.scope) if (one.objective, one.account) in pairs)
    labels = select_labels(look.connection, look.tenant_id, {issue for issue, _ in told})
    unconfirmed = _select_unconfirmed(look, side) if LEADS & look.view.roles else ()
    return Signing(side, pairs, tuple((pair, one) for pair, one in found if one), told, labels, unconfirmed)


def select_pairs(look: Look) -> tuple[Pair, ...]:
    """Return for whom one may sign on a page: leads for the learners of the file who agreed to be named to them.

    Others of the agency only for those among them whom they mentor on a ticket. In works-council mode nobody is named,
    and so nobody is signed for here (measurement (f), "Visibility"). The command line goes by accounts.
    """
    if not look.prepared.ruleset.names:
        return ()
    named = select_consents(look.scope, "named", as_of=look.now) & group_of(look.prepared, look.now) - {look.account}
    enrolled = [(one.key, who) for one in look.view.engagement.objectives for who in one.learners if who in named]
    if LEADS & look.view.roles:
        return tuple(enrolled)
    mentored = select_mentored(look.scope, look.account)
    return tuple(pair for pair in enrolled if pair[1] in mentored)


def _unsigned(prepared: PreparedEngagement, pair: Pair, records: Iterable[SignOff], now: Instant) -> SignOff | None:
    since = inhouse_since(prepared.affiliations.span(pair[1]), now)
    return unsigned_of(records, pair[1], since=since, as_of=now)


def _select_unconfirmed(look: Look, side: LeadSide) -> tuple[tuple[str, date | None], ...]:
    """Return the objectives that a side has still to confirm, with the day that the file claims."""
    edits = select_definition_edits(look.scope, as_of=look.now)
    confirmed = {one.objective for one in edits if one.side == side and one.kind == "agree"}
    claims = {one.key: claims_of(one, edits).get(side) for one in look.view.engagement.objectives}
    return tuple((key, claimed) for key, claimed in claims.items() if claimed or key not in confirmed)


def value_of(pair: Pair) -> str:
    """Return a pair as a form sends it: neither a key nor an account holds a space."""
    return f"{pair[0]} {pair[1]}"


def pair_of(value: str) -> Pair:
    """Return the pair that a form sent; ('', '') for what is none."""
    objective, _, learner = value.partition(" ")
    return (objective, learner) if learner else ("", "")


def choices_of(view: EngagementView, signing: Signing, names: Mapping[str, str]) -> list[tuple[str, list[Choice]]]:
    """Return whom to sign for, by the objective's name."""
    found = []
    for objective in view.engagement.objectives:
        pairs = [pair for pair in signing.pairs if pair[0] == objective.key]
        people = sorted((names.get(who, NAMELESS), value_of((key, who))) for key, who in pairs)
        if people:
            found.append((objective.name, [Choice(value, name) for name, value in people]))
    return found


def waiting_of(
    view: EngagementView, prepared: PreparedEngagement, signing: Signing, names: Mapping[str, str]
) -> list[Waiting]:
    """Return the signatures that wait for the other side's."""
    objectives = {one.key: one.name for one in view.engagement.objectives}
    rows = []
    for pair, one in signing.unsigned:
        other: LeadSide = "inhouse" if one.side == "agency" else "agency"
        when = day(prepared.calendar.day(one.at))
        said = f"{NAMES[one.rung]}, signed by {SIDE_NAMES[one.side]} on {when}, waits for {SIDE_NAMES[other]}"
        who, mine = names.get(pair[1], NAMELESS), other == signing.side
        rows.append(Waiting(value_of(pair), who, objectives[pair[0]], one.rung, said, mine))
    return rows


def told_of(view: EngagementView, signing: Signing, names: Mapping[str, str], seen: AbstractSet[int]) -> list[Told]:
    """Return the teach-backs to accept, on tickets that the viewer may browse."""
    objectives = {one.key: one.name for one in view.engagement.objectives}
    return [
        Told(
            issue,
            value_of((one.objective, one.account)),
            names.get(one.account, NAMELESS),
            objectives[one.objective],
            signing.labels[issue].key,
            signing.labels[issue].summary,
        )
        for issue, one in signing.told
        if issue in seen
    ]


def agreed_of(view: EngagementView, signing: Signing) -> list[Agreed]:
    """Return the objectives to confirm, as the file claims them."""
    objectives = {one.key: one.name for one in view.engagement.objectives}
    return [
        Agreed(key, objectives[key], f"agreed on {day(claimed)}, says the file" if claimed else "not agreed yet")
        for key, claimed in signing.unconfirmed
    ]
