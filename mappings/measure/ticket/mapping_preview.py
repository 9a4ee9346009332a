"""What an engagement's mapping makes of tickets, counted, beside what another one made of them."""

from collections.abc import Iterable
from typing import Literal, TypeAlias

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.history import TicketHistory, read_work
from mappings.measure.ticket.ledger import project_at, standings_of
from mappings.measure.ticket.prepared import PreparedEngagement

FIRST = 5
"""Keys that are kept of each kind."""

State: TypeAlias = Literal["done", "open"]
_EVER: Instant = (1 << 62) - 1


class Mapped(Struct, frozen=True):
    """A ticket that counts or could: the objectives that its fields match, at the done moment or (open) today."""

    state: State
    objectives: frozenset[str]


def mapped_by(prepared: PreparedEngagement, ticket: Ticket) -> Mapped | None:
    """Return what the mapping makes of a ticket, tags by hand aside (measurement (g) 1 and 11).

    None where the ticket gives the engagement nothing: another level, project or time.
    """
    work = read_work(prepared, ticket)
    if work is None:
        return None
    standings = standings_of(prepared, ticket.issue, work.histories, work.own)
    if standings and standings[-1].reopened is None:
        return Mapped("done", _matched(work, standings[-1].move.at))
    outside = project_at(ticket.issue, work.histories, _EVER) not in prepared.projects
    return None if outside or work.own.spells[-1].kind == "done" else Mapped("open", _matched(work, _EVER))


def _matched(work: TicketHistory, at: Instant) -> frozenset[str]:
    return frozenset(work.prepared.goals.named(work.objectives.matched_at(at)))


class Tally:
    """How many tickets match, of those how many did not before, and how many did and no longer do; some keys each."""

    def __init__(self) -> None:
        self.counts: dict[State, int] = {"done": 0, "open": 0}
        self.fresh = self.lost = 0
        self.fresh_keys: list[str] = []
        self.lost_keys: list[str] = []

    def add(self, key: str, state: State | None, *, before: bool) -> None:
        """Count a ticket; `state` None: it does not match, `before`: it did."""
        if state is not None:
            self.counts[state] += 1
        if state is not None and not before:
            self.fresh += 1
            self.fresh_keys += [key] if len(self.fresh_keys) < FIRST else []
        if state is None and before:
            self.lost += 1
            self.lost_keys += [key] if len(self.lost_keys) < FIRST else []


class Comparison:
    """A mapping laid beside the one that holds (None: there is none yet), ticket by ticket. `bare` match nothing."""

    def __init__(self, prepared: PreparedEngagement, held: PreparedEngagement | None) -> None:
        self._lens, self._held = prepared, held
        keys = dict.fromkeys((*prepared.goals.keys, *(held.goals.keys if held else ())))
        self.tallies = {key: Tally() for key in keys}
        self.bare: dict[State, int] = {"done": 0, "open": 0}

    def add(self, tickets: Iterable[Ticket]) -> None:
        """Lay more tickets beside both."""
        for ticket in tickets:
            self._add(ticket)

    def _add(self, ticket: Ticket) -> None:
        now = mapped_by(self._lens, ticket)
        before = mapped_by(self._held, ticket) if self._held else None
        if now is not None and not now.objectives:
            self.bare[now.state] += 1
        for key, tally in self.tallies.items():
            matches = now is not None and key in now.objectives
            state = now.state if now is not None and matches else None
            tally.add(ticket.issue.key, state, before=before is not None and key in before.objectives)
