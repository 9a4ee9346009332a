"""The ledger of a ticket: +u at done, -u at the reopening, and what a late confirmation changes."""

from collections.abc import Sequence

from msgspec import Struct

from mappings.events.types import Instant, Issue
from mappings.measure.model.field_history import Histories, text_at
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Move, Timeline

# Fields of a changelog that change when an issue moves to another project.
MOVES = frozenset({"Key", "project"})


class LedgerState(Struct, frozen=True, gc=False):
    """A done entry that counts, from its move until the ticket left done, None while it is done.

    `reversed_at` is the reopening where it is an entry of this engagement, too.
    """

    move: Move
    project: str
    reopened: Instant | None = None
    reversed_at: Instant | None = None


def is_counted_level(issue: Issue) -> bool:
    """Return whether an issue is of the one level that counts: 0, or neither sub-task nor Epic (measurement (g) 1)."""
    if issue.level is not None:
        return issue.level == 0
    return not issue.subtask and (issue.type_name or "").casefold() != "epic"


def concerns(prepared: PreparedEngagement, ticket: Ticket) -> bool:
    # Whether an issue is, or ever was, in a project of the engagement and of a level that counts.
    return is_counted_level(ticket.issue) and is_of_projects(prepared, ticket)


def is_of_projects(prepared: PreparedEngagement, ticket: Ticket) -> bool:
    # Keys change rarely: an issue that moved elsewhere may be measured for nothing.
    project = ticket.issue.key.rpartition("-")[0]
    return project in prepared.projects or any(change.field in MOVES for change in ticket.changes)


def project_at(issue: Issue, histories: Histories, instant: Instant) -> str:
    # The front of the key that an issue had at an instant (measurement (g) 1).
    key = text_at(histories.get("key", ()), instant, issue.key) or issue.key
    return key.rpartition("-")[0]


def ledger_states_of(
    prepared: PreparedEngagement, issue: Issue, histories: Histories, timeline: Timeline
) -> tuple[LedgerState, ...]:
    # The done entries that count for an engagement, oldest first (measurement (g) 1 and 2).
    states = []
    for entered, left in done_stretches(timeline.moves):
        project = project_at(issue, histories, entered.at)
        if project in prepared.projects and prepared.includes(entered.at):
            reopened = left.at if left else None
            reversed_at = reopened if reopened is not None and prepared.includes(reopened) else None
            states.append(LedgerState(entered, project, reopened, reversed_at))
    return tuple(states)


def done_stretches(moves: Sequence[Move]) -> list[tuple[Move, Move | None]]:
    # Pair each entry into done, creation in done included, with the move that left it; done to done is none.
    stretches: list[tuple[Move, Move | None]] = []
    entered: Move | None = None
    for move in moves:
        if entered is None and move.new == "done":
            entered = move
        elif entered is not None and move.new != "done":
            stretches.append((entered, move))
            entered = None
    return [*stretches, (entered, None)] if entered else stretches
