"""The opportunities of one ticket for all components, and the counts of a window."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from operator import itemgetter

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.opportunity import WON, Opportunity
from mappings.measure.model.ticket import Measured, Ticket
from mappings.measure.score.challenge import agency_done, proposals, uptake
from mappings.measure.score.crisis import crisis
from mappings.measure.score.embedding import workflow_checks
from mappings.measure.score.experiments import experiments
from mappings.measure.score.gatekeepers import earliness, first_pass
from mappings.measure.score.reciprocity import brief_stable, questions_answered, reviews_in_time
from mappings.measure.score.teaching import learners_offered, met, taught_through
from mappings.measure.score.ticket_view import TicketView, view_history
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.ledger import done_stretches, project_at
from mappings.measure.ticket.measure import is_complete, measure_history
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Timeline

# An x is a whole number of this many parts: exact for every share of up to 12, and small enough to add up in 64 bits.
# Only earliness, a quotient of elapsed times, is rounded to it.
GRID = 27_720_000_000

# A component of sums alone: the proposals that were declined with a reason, which n and x of `uptake` do not tell.
REASONED = "uptake_reasoned"

# A stretch in which a ticket of an objective was active: `at` its start, `gone` its end. D7 asks for these alone.
ACTIVE = "active"

# Components of done entries.
ON_DONE: tuple[Callable[[TicketView], list[Opportunity]], ...] = (
    taught_through,
    learners_offered,
    met,
    workflow_checks,
    agency_done,
    brief_stable,
    earliness,
    crisis,
    experiments,
)

# Components that an open ticket can have as well.
ON_THE_WAY: tuple[Callable[[TicketView], list[Opportunity]], ...] = (
    proposals,
    uptake,
    reviews_in_time,
    questions_answered,
    first_pass,
)


ALL = (*ON_DONE, *ON_THE_WAY)


class Count(Struct, frozen=True):
    """x successes of n opportunities."""

    x: Fraction
    n: int


def measure_with_opportunities(
    prepared: PreparedEngagement, ticket: Ticket
) -> tuple[Measured, tuple[Opportunity, ...]]:
    history = read_history(prepared, ticket)
    if history is None:
        return Measured(ticket.issue.issue_id, complete=is_complete(ticket)), ()
    measured = measure_history(prepared, history)
    return measured, _opportunities(view_history(prepared, history, measured), measured)


def _opportunities(view: TicketView, measured: Measured) -> tuple[Opportunity, ...]:
    rules = ALL if view.done_entries else ON_THE_WAY
    opportunities = [on_grid(opportunity) for rule in rules for opportunity in rule(view)]
    return (*opportunities, *activity(view, measured))


def on_grid(opportunity: Opportunity) -> Opportunity:
    # An opportunity whose x is a whole number of the grid's parts, rounded half up.
    if not GRID % opportunity.x.denominator:
        return opportunity
    return replace(
        opportunity,
        x=Fraction(
            (2 * GRID * opportunity.x.numerator + opportunity.x.denominator) // (2 * opportunity.x.denominator), GRID
        ),
    )


def summed_as(component: str, x: int) -> tuple[str, ...]:
    """Return the components in whose sums an opportunity counts, given its x in parts of the grid."""
    return (component, REASONED) if x == GRID // 2 and component == "uptake" else (component,)


def activity(view: TicketView, measured: Measured) -> list[Opportunity]:
    # D7: when a ticket of an objective was active, a row for each objective and stretch, sub-tasks included (h).
    # Only inside the engagement's dates and projects: what was worked on before is no work of this engagement.
    objectives = _mapped(view, measured)
    if not objectives:
        return []
    stretches = _inside(view, active_stretches(view.history.timelines))
    return [
        Opportunity(ACTIVE, view.issue_id, start, WON, gone=end, objective=key)
        for key in objectives
        for start, end in stretches
    ]


def _mapped(view: TicketView, measured: Measured) -> tuple[str, ...]:
    # The objectives of a ticket: those of its last done entry, and of an open one today's.
    if view.line.intervals[-1].kind != "done":
        return measured.open_objectives
    if view.done_entries:
        return view.done_entries[-1].entry.objectives
    done = done_stretches(view.line.moves)[-1][0].at
    return view.prepared.objective_index.named(view.history.objectives.at(done))


def active_stretches(timelines: Sequence[Timeline]) -> list[tuple[Instant, Instant | None]]:
    # The stretches in which a ticket or a sub-task of it was active, joined where they meet; None: still.
    spans = [
        (interval.start, interval.end) for line in timelines for interval in line.intervals if interval.kind == "active"
    ]
    if len(timelines) > 1:
        spans.sort(key=itemgetter(0))
    stretches: list[tuple[Instant, Instant | None]] = []
    for start, end in spans:
        last = stretches[-1] if stretches else None
        if last is None or (last[1] is not None and last[1] < start):
            stretches.append((start, end))
        elif last[1] is not None and (end is None or end > last[1]):
            stretches[-1] = (last[0], end)
    return stretches


def _inside(
    view: TicketView, stretches: Iterable[tuple[Instant, Instant | None]]
) -> list[tuple[Instant, Instant | None]]:
    # Cut stretches to the engagement's dates, and to when the ticket was in its projects.
    prepared, moved = view.prepared, [change.at for change in view.histories.get("key", ())]
    edges = sorted([prepared.starts, *moved, *((prepared.ends,) if prepared.ends is not None else ())])
    inside: list[tuple[Instant, Instant | None]] = []
    for start, end in stretches:
        first = bisect_right(edges, start)
        last = len(edges) if end is None else bisect_left(edges, end)
        for begin, stop in pairwise((start, *edges[first:last], end)):
            if begin is not None and prepared.includes(begin) and _project(view, begin) in prepared.projects:
                inside.append((begin, stop))
    return inside


def _project(view: TicketView, at: Instant) -> str:
    return project_at(view.ticket.issue, view.histories, at)
