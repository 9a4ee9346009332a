"""Open tickets on which a learner could go up a rung, and why none could."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.figures.alone_steps import Rows, Way, alone_openings, ways_of
from connector.figures.open_previews import FreeTickets, OpenTicket, Wait, select_previews, waits_among
from connector.figures.pair_views import Pair, select_views_of
from connector.figures.people import select_rungs
from mappings.events.types import Instant
from mappings.measure.people.standing import group_of
from mappings.measure.people.suppression import shows_people
from mappings.measure.people.teaching_opportunities import (
    Reaches,
    TeachingOpportunity,
    is_of_agency,
    is_taught,
    teaching_opportunities_of,
)
from mappings.measure.ticket.next_steps import missing_work
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.figures.ticket_pages import count_open
from mappings.records.sql.scope import Scope

# What no open ticket has that could teach: an objective, one for which somebody is enrolled, the agency's work, or
# that it is not taught yet, or somebody whom it would move, by no more work than anybody takes on ("less_work"; "some"
# where of several one alone would move somebody by more).
Missing: TypeAlias = Literal[
    "learner", "objective", "learner_of_objective", "agency", "taught", "step", "less_work", "some"
]


class OpeningGap(Struct, frozen=True):
    """Why no open ticket could teach: the first thing that all lack, and of how many of the latest that is known.

    `lacking` are these, without those that count as taught already where there are others, and `others` those of them
    that no learner is told to drive alone; `held` are of the agency's `others` those that the viewer is assigned to.
    `taught` are the agency's that count as taught already, where none of its tickets would move somebody by any work.
    """

    missing: Missing
    lacking: frozenset[int] = frozenset()
    others: frozenset[int] = frozenset()
    held: tuple[OpenTicket, ...] = ()
    taught: frozenset[int] = frozenset()


class Teaching(Struct, frozen=True):
    """The open tickets on which learners would go up a rung, or come nearer to one, the latest first.

    After them come, of each objective without any or with too few for it, tickets that a learner could drive alone.
    `gap` is why no ticket of the agency is among them, None where one is. `ways` is by objective what the learner lacks
    who is nearest to its target, without the account; both are empty of a group that is too small to be shown.
    `mine` are the open tickets of the objectives with a learner that the viewer has, left evidence on or explained.
    `helping` are the tickets on which they would with the agency's help.
    `led` are the agency's among the tickets of objectives with a learner that help nobody on and do not count as
    taught yet, the latest first.
    `tickets` are all that were read: the latest open tickets of the objectives with a learner.
    `waiting` are, of all these, those that wait for somebody by their status.
    `unlearned` are the objectives without a learner in-house, `unticketed` those with one and without an open ticket.
    """

    openings: tuple[TeachingOpportunity, ...] = ()
    gap: OpeningGap | None = None
    ways: Mapping[str, Way] = {}
    mine: tuple[OpenTicket, ...] = ()
    helping: tuple[OpenTicket, ...] = ()
    led: tuple[OpenTicket, ...] = ()
    tickets: tuple[OpenTicket, ...] = ()
    unlearned: AbstractSet[str] = frozenset()
    unticketed: AbstractSet[str] = frozenset()
    waiting: Mapping[int, Wait] = {}
    free: FreeTickets = FreeTickets()


def select_teaching(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    viewer: str = "",
    known: Iterable[OpenTicket] = (),
) -> Teaching:
    """Return what could be taught next (measurement 4). Named are only those who agreed to it, and the viewer.

    `known` are tickets that were read already, as select_previews takes them.
    """
    if stored.generation is None:
        return Teaching()
    candidates = _select_candidates(connection, tenant_id, stored, prepared, now=now, known=known)
    scope, enrolled = candidates.scope, candidates.enrolled
    shown = shows_group(scope, prepared, candidates.group, now)
    rows = select_rungs(scope, prepared, {pair for pair in enrolled if shown or pair[1] == viewer})
    possible = _openings_of(candidates, prepared, rows, viewer=viewer, shown=shown)
    openings = [opening for opening in possible if not opening.is_long]
    ways = _select_ways(scope, stored, prepared, enrolled, now=now) if shown else {}
    taught = {opening.objective for opening in openings}
    # An agency that takes the last ticket to be driven without it takes the rung, whatever it teaches on others.
    alone = [
        opening
        for opening in alone_openings(prepared, candidates.tickets, ways, rows, now=now)
        if opening.objective not in taught or opening.missing
    ]
    named = {viewer, *_select_named(scope, prepared, now)}
    left = {opening.issue_id for opening in alone}
    gap = None if openings else _select_gap(candidates, left, viewer, long_ids(possible))
    opened = {opening.issue_id for opening in openings}
    named_ids = left.union(*(opening.further for opening in alone), opened)
    mine = tuple(ticket for ticket in candidates.tickets if _is_of(ticket, viewer))
    led = tuple(item for item in candidates.tickets if item.issue_id not in named_ids and _is_to_teach(item))
    return Teaching(
        tuple(_with_names(opening, named) for opening in (*openings, *alone)),
        gap,
        _nearest_ways(ways),
        mine,
        tuple(item for item in candidates.tickets if item.issue_id in opened),
        led,
        tuple(candidates.tickets),
        frozenset(prepared.objective_index.keys) - candidates.learned,
        candidates.learned - candidates.ticketed,
        waits_among(prepared, candidates.tickets, named_ids | {item.issue_id for item in (*mine, *led)}),
    )


def select_ways(
    connection: Connection, tenant_id: int, stored: StoredEngagement, prepared: PreparedEngagement, *, now: Instant
) -> Mapping[str, Way]:
    """Return the `ways` of `Teaching` alone, for which no ticket has to be read."""
    group = group_of(prepared, now)
    scope = Scope(connection, tenant_id, stored.engagement.key, stored.shown_generation)
    if not shows_group(scope, prepared, group, now):
        return {}
    return _nearest_ways(_select_ways(scope, stored, prepared, _enrolled(prepared, group), now=now))


def _select_ways(
    scope: Scope, stored: StoredEngagement, prepared: PreparedEngagement, enrolled: set[Pair], *, now: Instant
) -> dict[str, list[Way]]:
    people = {account for _, account in enrolled}
    views = select_views_of(scope.connection, scope.tenant_id, stored, prepared, as_of=now, people=people)
    return ways_of(prepared, enrolled, views, now)


def _nearest_ways(ways: Mapping[str, Sequence[Way]]) -> dict[str, Way]:
    # Whose way it is, no page tells.
    return {key: replace(own[0], account="") for key, own in ways.items()}


class _Candidates(Struct, frozen=True):
    """Who is enrolled in-house (objective, account), and the open tickets of those objectives."""

    scope: Scope
    group: AbstractSet[str]
    enrolled: set[Pair]
    tickets: list[OpenTicket]

    @property
    def learned(self) -> set[str]:
        return {key for key, _ in self.enrolled}

    @property
    def ticketed(self) -> set[str]:
        return {key for ticket in self.tickets for key in ticket.preview.entry.objectives}


def _select_candidates(
    connection: Connection,
    tenant_id: int,
    stored: StoredEngagement,
    prepared: PreparedEngagement,
    *,
    now: Instant,
    known: Iterable[OpenTicket],
) -> _Candidates:
    scope = Scope(connection, tenant_id, stored.engagement.key, stored.shown_generation)
    group = group_of(prepared, now)
    enrolled = _enrolled(prepared, group)
    tickets = select_previews(scope, prepared, {key for key, _ in enrolled}, now, known=known)
    return _Candidates(scope, group, enrolled, tickets)


def _openings_of(
    candidates: _Candidates,
    prepared: PreparedEngagement,
    rows: Rows,
    *,
    viewer: str,
    shown: bool,
) -> list[TeachingOpportunity]:
    """Return what the tickets could teach, also by more work than anybody takes on."""
    openings, reaches = list[TeachingOpportunity](), Reaches(prepared, rows)
    for ticket in candidates.tickets:
        of_ticket = teaching_opportunities_of(
            prepared,
            ticket.issue_id,
            ticket.preview,
            reaches=reaches,
            learners=candidates.enrolled,
            nearer=shown,
            viewer=viewer,
            long=True,
        )
        openings += [_for_viewer(prepared, ticket, opening, viewer) for opening in of_ticket]
    if not shown:
        # How far a ticket brings somebody says how far they are.
        openings = [replace(opening, nth=1, needed=1) for opening in openings]
    return sorted(openings, key=lambda opening: not opening.lifts)


def _is_of(ticket: OpenTicket, viewer: str) -> bool:
    left = {row.account for row in ticket.preview.evidence} | {given.account for given in ticket.ticket.teach_backs}
    return viewer in {ticket.ticket.issue.assignee, *left}


def _for_viewer(
    prepared: PreparedEngagement, ticket: OpenTicket, opening: TeachingOpportunity, viewer: str
) -> TeachingOpportunity:
    """Return an opening with the work that driving takes: nobody's own hours are told, but to themselves."""
    opening = replace(opening, is_assigned=ticket.ticket.issue.assignee == viewer)
    # In works-council mode no row has hours (measurement (f)).
    if opening.part != "driver" or prepared.ruleset.works_council:
        return opening
    learner = prepared.ruleset.learner_drives
    work, own_work = (missing_work(ticket.preview, account, learner) for account in ("", viewer))
    return replace(opening, work=work, own_work=own_work)


def long_ids(openings: Iterable[TeachingOpportunity]) -> frozenset[int]:
    """Return the tickets that would bring somebody nearer by more work than anybody takes on."""
    return frozenset(opening.issue_id for opening in openings if opening.is_long)


def _select_gap(candidates: _Candidates, alone: Collection[int], viewer: str, long: AbstractSet[int]) -> OpeningGap:
    """Return what all tickets lack; those in `long` would bring somebody nearer, by more work than anybody takes on."""
    if not candidates.enrolled:
        return OpeningGap("learner")
    if not count_open(candidates.scope, 1):
        return OpeningGap("objective")
    if not candidates.tickets:
        return OpeningGap("learner_of_objective")
    of_agency = frozenset(ticket.issue_id for ticket in candidates.tickets if is_of_agency(ticket.preview))
    to_teach = frozenset(ticket.issue_id for ticket in candidates.tickets if _is_to_teach(ticket))
    missing: Missing = (_step_missing(to_teach, long) if to_teach else "taught") if of_agency else "agency"
    lacking = to_teach or of_agency or frozenset(ticket.issue_id for ticket in candidates.tickets)
    others = lacking.difference(alone)
    own = [ticket for ticket in candidates.tickets if ticket.ticket.issue.assignee == viewer]
    held = tuple(ticket for ticket in own if ticket.issue_id in others & to_teach)
    return OpeningGap(missing, lacking, others, held, frozenset() if of_agency & long else of_agency - to_teach)


def _step_missing(to_teach: AbstractSet[int], long: AbstractSet[int]) -> Missing:
    if to_teach <= long:
        return "less_work"
    return "some" if to_teach & long else "step"


def _is_to_teach(ticket: OpenTicket) -> bool:
    return is_of_agency(ticket.preview) and not is_taught(ticket.preview.entry)


def _enrolled(prepared: PreparedEngagement, group: AbstractSet[str]) -> set[Pair]:
    objectives = prepared.engagement.objectives
    return {(item.key, account) for item in objectives for account in item.learners if account in group}


def shows_group(scope: Scope, prepared: PreparedEngagement, group: AbstractSet[str], now: Instant) -> bool:
    # In a group too small to be shown, an opening stands for whoever is enrolled, as if they began: it must tell
    # nothing about where anybody stands (measurement (f)).
    opted_in = select_consents(scope.agreement, "distribution", as_of=now)
    return shows_people(len(group), len(group & opted_in), prepared.ruleset.k)


def _select_named(scope: Scope, prepared: PreparedEngagement, now: Instant) -> frozenset[str]:
    # In works-council mode nobody is named, whatever they agreed to (measurement (f)).
    return select_consents(scope.agreement, "named", as_of=now) if prepared.ruleset.names else frozenset()


def _with_names(opening: TeachingOpportunity, named: Collection[str]) -> TeachingOpportunity:
    learners = tuple(account for account in opening.learners if account in named)
    return replace(opening, learners=learners, named=tuple(account for account in opening.named if account in named))
