"""Preview of a mapping: which tickets it matches, compared with the mapping in force."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.history import TicketHistory, read_history
from mappings.measure.ticket.ledger import ledger_states_of, project_at
from mappings.measure.ticket.prepared import PreparedEngagement

# Keys that are kept of each kind.
FIRST = 5

State: TypeAlias = Literal["done", "open"]
_EVER: Instant = EVER - 1


class MappingMatch(Struct, frozen=True):
    """A ticket that counts or could: the objectives that its fields match, at the done moment or (open) today."""

    state: State
    objectives: frozenset[str]


def match_mapping(prepared: PreparedEngagement, ticket: Ticket) -> MappingMatch | None:
    # What the mapping makes of a ticket, tags by hand aside (measurement (g) 1 and 11).
    # None where the ticket gives the engagement nothing: another level, project or time.
    history = read_history(prepared, ticket)
    if history is None:
        return None
    states = ledger_states_of(prepared, ticket.issue, history.histories, history.own)
    if states and states[-1].reopened is None:
        return MappingMatch("done", _matched(history, states[-1].move.at))
    outside = project_at(ticket.issue, history.histories, _EVER) not in prepared.projects
    return (
        None if outside or history.own.intervals[-1].kind == "done" else MappingMatch("open", _matched(history, _EVER))
    )


def _matched(history: TicketHistory, at: Instant) -> frozenset[str]:
    return frozenset(history.prepared.objective_index.named(history.objectives.matched_at(at)))


class Tally:
    """How many tickets match, of those how many did not before, and how many did and no longer do; some keys each."""

    def __init__(self) -> None:
        self.counts: dict[State, int] = {"done": 0, "open": 0}
        self.fresh = self.lost = 0
        self.fresh_keys: list[str] = []
        self.lost_keys: list[str] = []

    def add(self, key: str, state: State | None, *, before: bool) -> None:
        # Count a ticket; `state` None: it does not match, `before`: it did.
        if state is not None:
            self.counts[state] += 1
        if state is not None and not before:
            self.fresh += 1
            self.fresh_keys += [key] if len(self.fresh_keys) < FIRST else []
        if state is None and before:
            self.lost += 1
            self.lost_keys += [key] if len(self.lost_keys) < FIRST else []


class Comparison:
    """A mapping compared with the one in force (None: there is none), ticket by ticket."""

    def __init__(self, prepared: PreparedEngagement, current: PreparedEngagement | None) -> None:
        self._prepared, self._current = prepared, current
        keys = dict.fromkeys((*prepared.objective_index.keys, *(current.objective_index.keys if current else ())))
        self.tallies = {key: Tally() for key in keys}
        self.unmapped: dict[State, int] = {"done": 0, "open": 0}

    def add(self, tickets: Iterable[Ticket]) -> None:
        # Compare more tickets.
        for ticket in tickets:
            self._add(ticket)

    def _add(self, ticket: Ticket) -> None:
        now = match_mapping(self._prepared, ticket)
        before = match_mapping(self._current, ticket) if self._current else None
        if now is not None and not now.objectives:
            self.unmapped[now.state] += 1
        for key, tally in self.tallies.items():
            matches = now is not None and key in now.objectives
            state = now.state if now is not None and matches else None
            tally.add(ticket.issue.key, state, before=before is not None and key in before.objectives)
