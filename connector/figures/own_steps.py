"""Open tickets that would count towards a person's next rung. Where they stand decides it: it is for them alone."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Literal, TypeAlias

from msgspec import Struct

from connector.figures.open_previews import OpenTicket, select_previews
from connector.figures.pair_views import Pair
from connector.figures.people import select_rungs
from mappings.events.types import Instant
from mappings.measure.model.ticket import Kind
from mappings.measure.people.teaching_opportunities import Part, teaching_opportunities_of
from mappings.measure.ticket.next_steps import StepName, next_steps_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.sql.scope import Scope

# Of how many open tickets of an objective the steps are worked out: each step measures the ticket once more.
MOST_TRIED = 5

# "finish": it would count as it is.
OwnPart: TypeAlias = Part | StepName | Literal["finish"]


class OwnStep(Struct, frozen=True):
    """What a person would do on an open ticket, and the kind of evidence, 1 to 5, that it then is."""

    issue_id: int
    objective: str
    part: OwnPart
    kind: Kind


def select_own_steps(
    scope: Scope, prepared: PreparedEngagement, account: str, least: Mapping[str, int], *, now: Instant
) -> list[OwnStep]:
    """Return what would count for a person: by objective the least kind of evidence that does, the best steps first.

    First come the agency's tickets that would teach them, then, of an objective without any, what they could do on
    others. It does not matter how small their team is.
    """
    tickets, pairs = select_previews(scope, prepared, least, now), {(key, account) for key in least}
    rows = select_rungs(scope, prepared, pairs)
    openings = [
        opening
        for ticket in tickets
        for opening in teaching_opportunities_of(
            prepared, ticket.issue_id, ticket.preview, rows=rows, learners=pairs, nearer=True
        )
        if opening.kind >= least[opening.objective]
    ]
    openings.sort(key=lambda opening: not opening.lifts)
    steps = [OwnStep(opening.issue_id, opening.objective, opening.part, opening.kind) for opening in openings]
    for pair in sorted(pairs - {(step.objective, account) for step in steps}):
        # What counted already before its ticket was reopened adds nothing.
        known = {issue_id for issue_id, row in rows.get(pair, ()) if row.kind >= least[pair[0]]}
        steps += _steps_by_work(prepared, _carrying(tickets, pair[0], known), pair, least=least[pair[0]], now=now)
    return steps


def _carrying(tickets: Iterable[OpenTicket], objective: str, known: Collection[int]) -> list[OpenTicket]:
    return [item for item in tickets if objective in item.preview.entry.objectives and item.issue_id not in known]


def _steps_by_work(
    prepared: PreparedEngagement, tickets: Sequence[OpenTicket], pair: Pair, *, least: int, now: Instant
) -> Iterator[OwnStep]:
    # The step with the least effort on each ticket; those on which they are already come first.
    objective, account = pair
    mine = sorted(tickets, key=lambda item: account not in {row.account for row in item.preview.evidence})
    for item in mine[:MOST_TRIED]:
        kinds: list[tuple[OwnPart, Kind]] = [
            ("finish", row.kind) for row in item.preview.evidence if (row.objective, row.account) == pair
        ]
        steps = next_steps_of(prepared, item.ticket, item.preview, [account], now=now)
        kinds += [(step.name, step.kind) for step in steps if step.objective == objective]
        counting = [(part, kind) for part, kind in kinds if kind >= least]
        if counting:
            part, kind = counting[0]
            # By the role or without it: both are named where both lead as far.
            either = part == "learner_and_drive" and ("drive", kind) in counting
            yield OwnStep(item.issue_id, objective, "driver" if either else part, kind)
