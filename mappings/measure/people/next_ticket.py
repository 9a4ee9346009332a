"""What one more ticket would make of a person's rung on an objective, by the functions that measure rungs."""

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Evidence, Kind
from mappings.measure.people.ladder import HIGHEST, Row, rung_at
from mappings.measure.people.standing import Cell, PairView, cell_of

# The kind of evidence of who drives with an agency's help.
HELPED: Kind = 3
# The kind of evidence of who mentors a colleague.
MENTORED: Kind = 5
# No ticket has this id.
NEXT = -1
# Teaching takes a learner at their rung, whom no ticket alone brings.
KINDS: Sequence[Kind] = (1, 2, 3, 4)


class Leap(Struct, frozen=True):
    """The highest rung, 1 to 4, to which one more ticket leads that is evidence of its kind.

    `waits`: only where it is finished as many days after the first as rung 4 takes.
    """

    rung: int
    waits: bool


def leap_of(
    rows: Sequence[Row], rung: int, now: Instant, rules: Ruleset = DEFAULT, *, kind: Kind = HIGHEST
) -> Leap | None:
    """Return how far one more ticket of a kind leads from an automatic rung, 0 to 5; None where it leads no further.

    What counts for a rung counts for those below it: of the highest kind it is how far any ticket leads.
    """
    at_once, later = (
        rung_at((*rows, (NEXT, _evidence(kind, at))), at, rules=rules) for at in (now, now + rules.span_days * DAY)
    )
    return Leap(later, later > at_once) if later > rung else None


def cell_with(pair: PairView, issue_id: int, kind: Kind, at: Instant, *, rules: Ruleset = DEFAULT) -> Cell:
    """Return a person's cell at an instant, were a ticket finished then that is evidence of a kind, 1 to 4."""
    return cell_of(replace(pair, rows=(*pair.rows, (issue_id, _evidence(kind, at)))), at, rules)


def cell_with_mentee(pair: PairView, at: Instant, *, rules: Ruleset) -> Cell:
    """Return a person's cell, were a ticket finished then that a colleague at assisted drove, whom they mentored."""
    needed = rules.rung_tickets[HELPED - 1]
    mentee = tuple((issue_id, _evidence(HELPED, at)) for issue_id in range(NEXT - needed, NEXT))
    rows = (*pair.rows, (NEXT, _evidence(MENTORED, at)))
    return cell_of(replace(pair, rows=rows, mentees={**pair.mentees, NEXT: (mentee,)}), at, rules)


def _evidence(kind: Kind, at: Instant) -> Evidence:
    return Evidence("", "", at, kind, at, at)
