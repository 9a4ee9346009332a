"""Where the agency's tickets bring nobody nearer to a rung: what learners lack, and what they could drive alone."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import MOST_TRIED, OwnStep, carrying, steps_by_work
from connector.figures.pair_views import Pair
from mappings.events.types import Instant
from mappings.measure.model.engagement import RUNGS
from mappings.measure.model.ticket import Kind
from mappings.measure.people.exit_plan import Shortfall, tickets_missing
from mappings.measure.people.ladder import Row, short_of
from mappings.measure.people.standing import PairView, cell_of
from mappings.measure.people.teaching_opportunities import Reaches, TeachingOpportunity
from mappings.measure.ticket.prepared import PreparedEngagement

Rows = Mapping[Pair, Sequence[Row]]
# Of how many learners of an objective tickets are tried, the nearest first: each ticket is measured once more.
MOST_LEARNERS = 3
INDEPENDENT: Kind = 4


class Way(Struct, frozen=True):
    """A learner below an objective's target, and the fewest tickets that lead there, by the rung they are for.

    `behind` is how many the rungs below that still take by themselves, which an agency can teach.
    """

    account: str
    tickets: Shortfall
    behind: int = 0

    @property
    def is_alone(self) -> bool:
        """Whether the fewest tickets are those driven without an agency, which count for the rungs below, too."""
        return self.tickets.keys() == {"independent"}

    @property
    def is_taught(self) -> bool:
        """Whether only what is done without an agency is missing."""
        return self.is_alone and not self.behind


def ways_of(
    prepared: PreparedEngagement, pairs: Iterable[Pair], views: Iterable[PairView], now: Instant
) -> dict[str, list[Way]]:
    """Return by objective the learners who are below its target, by evidence and sign-off, the nearest first."""
    targets = {item.key: RUNGS.index(item.rung) + 1 for item in prepared.engagement.objectives}
    known, ways = {(view.objective, view.account): view for view in views}, defaultdict[str, list[Way]](list)
    for key, account in sorted(pairs):
        view, rules = known.get((key, account), PairView(key, account)), prepared.rules_of(key)
        rows, target = (*view.rows, *view.hired), min(targets[key], INDEPENDENT)
        missing = tickets_missing(rows, rules, target)
        # A sign-off may have lifted somebody whose tickets alone do not.
        if target > 1 and missing and cell_of(view, now, rules).effective < targets[key]:
            behind = sum(short_of(rows, rung, now, rules) for rung in range(2, target))
            ways[key].append(Way(account, missing, behind))
    return {key: sorted(own, key=_length) for key, own in ways.items()}


def _length(way: Way) -> tuple[int, int]:
    return sum(way.tickets.values()), way.behind


def alone_openings(
    prepared: PreparedEngagement,
    tickets: Sequence[OpenTicket],
    ways: Mapping[str, Sequence[Way]],
    rows: Rows,
    *,
    now: Instant,
) -> list[TeachingOpportunity]:
    """Return for some objectives the open ticket that a learner could drive without an agency's help, if there is one.

    It counts as independent, and what counts as a rung counts for those below it, too.
    """
    first = (_first_alone(prepared, tickets, (key, own), rows, now=now) for key, own in ways.items())
    return [opening for opening in first if opening is not None]


def _first_alone(
    prepared: PreparedEngagement,
    tickets: Sequence[OpenTicket],
    of: tuple[str, Sequence[Way]],
    rows: Rows,
    *,
    now: Instant,
) -> TeachingOpportunity | None:
    key, ways = of
    needed = prepared.rules_of(key).rung_tickets[INDEPENDENT - 1]
    for way in ways[:MOST_LEARNERS]:
        known = {issue for issue, row in rows.get((key, way.account), ()) if row.kind >= INDEPENDENT}
        own = carrying(tickets, key, known)
        steps = list(steps_by_work(prepared, own, (key, way.account), least=INDEPENDENT, now=now))
        step = min((step for step in steps if step.part == "drive"), key=lambda step: step.work, default=None)
        if step is not None:
            nth = min(len(known) + 1, needed)
            further = _further(steps, step, needed - nth)
            opening = TeachingOpportunity(
                step.issue_id,
                key,
                "alone",
                INDEPENDENT,
                (way.account,),
                nth,
                needed,
                lifts=nth == needed,
                # Where not all were tried, others may be among the rest.
                missing=needed - nth - len(further) if len(own) <= MOST_TRIED else 0,
                further=further,
                takes_all=len(own) <= MOST_TRIED and len({each.issue_id for each in steps}) <= needed - nth + 1,
            )
            return _with_nearer(prepared, opening, rows, now)
    return None


def _further(steps: Iterable[OwnStep], first: OwnStep, most: int) -> tuple[int, ...]:
    """Return the tickets that count for the rung beside the first: those with the least work, as many as it takes."""
    others = sorted((step for step in steps if step is not first), key=lambda step: step.work)
    return tuple(step.issue_id for step in others[:most])


def _with_nearer(
    prepared: PreparedEngagement, opening: TeachingOpportunity, rows: Rows, now: Instant
) -> TeachingOpportunity:
    """Return an opening with the lower rung to which it brings its learner by itself, if there is one."""
    pair = opening.objective, opening.learners[0]
    reach = Reaches(prepared, rows).reach(pair, opening.kind, opening.issue_id, now)
    if not reach or not reach.at_once:
        return opening
    return replace(opening, at_once=reach.at_once, lifts=True)
