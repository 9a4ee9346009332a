"""Everything on one ticket that the dimensions count, in one list; and what a window's list comes to."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.opportunity import WON, Opportunity, Window, counts
from mappings.measure.model.ticket import Measured, Ticket
from mappings.measure.score.challenge import agency_done, proposals, uptake
from mappings.measure.score.crisis import crisis
from mappings.measure.score.embedding import workflow_checks
from mappings.measure.score.gatekeepers import earliness, first_pass
from mappings.measure.score.reciprocity import brief_stable, questions_answered, reviews_in_time
from mappings.measure.score.teaching import learners_offered, met, taught_through
from mappings.measure.score.ticket_view import TicketView, look_into
from mappings.measure.ticket.history import read_work
from mappings.measure.ticket.ledger import done_stretches, project_at
from mappings.measure.ticket.measure import is_complete, measure_work
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Timeline

GRID = 27_720_000_000
"""An x is a whole number of this many parts: exact for every share of up to 12, and small enough to add up in 64 bits.

Only earliness, a quotient of elapsed times, is rounded to it.
"""

ACTIVE = "active"
"""A stretch in which a ticket of an objective was active: `at` its start, `gone` its end. D7 asks for these alone."""

ON_DONE: tuple[Callable[[TicketView], list[Opportunity]], ...] = (
    taught_through,
    learners_offered,
    met,
    workflow_checks,
    agency_done,
    brief_stable,
    earliness,
    crisis,
)
"""Components of done entries."""

ON_THE_WAY: tuple[Callable[[TicketView], list[Opportunity]], ...] = (
    proposals,
    uptake,
    reviews_in_time,
    questions_answered,
    first_pass,
)
"""Components that an open ticket can have as well."""


class Count(Struct, frozen=True):
    """x successes of n opportunities."""

    x: Fraction
    n: int


def measure_both(prepared: PreparedEngagement, ticket: Ticket) -> tuple[Measured, tuple[Opportunity, ...]]:
    """Return the figures of a ticket and what the dimensions count on it, from reading it once."""
    work = read_work(prepared, ticket)
    if work is None:
        return Measured(ticket.issue.issue_id, complete=is_complete(ticket)), ()
    measured = measure_work(prepared, work)
    return measured, _opportunities(look_into(prepared, work, measured), measured)


def opportunities_of(prepared: PreparedEngagement, ticket: Ticket, measured: Measured) -> tuple[Opportunity, ...]:
    """Return what the dimensions count on a ticket that was measured, oldest component first (measurement (h))."""
    work = read_work(prepared, ticket)
    return () if work is None else _opportunities(look_into(prepared, work, measured), measured)


def _opportunities(look: TicketView, measured: Measured) -> tuple[Opportunity, ...]:
    rules = (*ON_DONE, *ON_THE_WAY) if look.finishes else ON_THE_WAY
    found = [on_grid(one) for rule in rules for one in rule(look)]
    return (*found, *activity(look, measured))


def on_grid(one: Opportunity) -> Opportunity:
    """Return an opportunity whose x is a whole number of the grid's parts, rounded half up."""
    if not GRID % one.x.denominator:
        return one
    return replace(one, x=Fraction((2 * GRID * one.x.numerator + one.x.denominator) // (2 * one.x.denominator), GRID))


def activity(look: TicketView, measured: Measured) -> list[Opportunity]:
    """D7: when a ticket of an objective was active, a row for each objective and stretch, sub-tasks included (h).

    Only inside the engagement's dates and projects: what was worked on before is no work of this engagement.
    """
    objectives = _mapped(look, measured)
    if not objectives:
        return []
    stretches = _inside(look, active_stretches(look.work.timelines))
    return [
        Opportunity(ACTIVE, look.issue_id, start, WON, gone=end, objective=key)
        for key in objectives
        for start, end in stretches
    ]


def _mapped(look: TicketView, measured: Measured) -> tuple[str, ...]:
    """Return the objectives of a ticket: those of its last done entry, and of an open one today's."""
    if look.line.spells[-1].kind != "done":
        return measured.open_objectives
    if look.finishes:
        return look.finishes[-1].entry.objectives
    done = done_stretches(look.line.moves)[-1][0].at
    return look.prepared.goals.named(look.work.objectives.at(done))


def active_stretches(timelines: Sequence[Timeline]) -> list[tuple[Instant, Instant | None]]:
    """Return the stretches in which a ticket or a sub-task of it was active, joined where they meet; None: still."""
    spells = [(one.start, one.end) for line in timelines for one in line.spells if one.kind == "active"]
    if len(timelines) > 1:
        spells.sort(key=itemgetter(0))
    found: list[tuple[Instant, Instant | None]] = []
    for start, end in spells:
        last = found[-1] if found else None
        if last is None or (last[1] is not None and last[1] < start):
            found.append((start, end))
        elif last[1] is not None and (end is None or end > last[1]):
            found[-1] = (last[0], end)
    return found


def _inside(
    look: TicketView, stretches: Iterable[tuple[Instant, Instant | None]]
) -> list[tuple[Instant, Instant | None]]:
    """Cut stretches to the engagement's dates, and to when the ticket was in its projects."""
    prepared, moved = look.prepared, [change.at for change in look.histories.get("key", ())]
    edges = sorted([prepared.starts, *moved, *((prepared.ends,) if prepared.ends is not None else ())])
    inside: list[tuple[Instant, Instant | None]] = []
    for start, end in stretches:
        first = bisect_right(edges, start)
        last = len(edges) if end is None else bisect_left(edges, end)
        for begin, stop in pairwise((start, *edges[first:last], end)):
            if begin is not None and prepared.holds(begin) and _project(look, begin) in prepared.projects:
                inside.append((begin, stop))
    return inside


def _project(look: TicketView, at: Instant) -> str:
    return project_at(look.ticket.issue, look.histories, at)


def counts_of(opportunities: Iterable[Opportunity], window: Window) -> dict[str, Count]:
    """Return x and n of every component with something in a window (measurement (h)), `active` left out."""
    found: dict[str, list[Fraction]] = {}
    for one in opportunities:
        if one.component != ACTIVE and counts(one, window):
            found.setdefault(one.component, []).append(one.x)
    return {key: Count(sum(xs, Fraction(0)), len(xs)) for key, xs in found.items()}


def activity_of(rows: Iterable[Opportunity], objective: str, window: Window) -> tuple[Instant | None, bool]:
    """Return when work on an objective first began, None for never, and whether any went on in a window (D7)."""
    mine = [one for one in rows if one.component == ACTIVE and one.objective == objective]
    first = min((one.at for one in mine), default=None)
    return first, any(one.at < window.end and (one.gone is None or one.gone > window.start) for one in mine)
