"""A ticket and its sub-tasks read once, as the source of its ledger, evidence and opportunities."""

from collections.abc import Mapping, Sequence
from itertools import chain
from typing import TypeVar

from msgspec import Struct

from mappings.events.types import Comment, Instant, Worklog
from mappings.measure.model.cached_value import CachedValue
from mappings.measure.model.field_history import Histories, histories_of
from mappings.measure.model.ticket import Role, TeachBack, Ticket
from mappings.measure.ticket.comments import CommentCount, weigh_comments
from mappings.measure.ticket.contributions import ContributionLog
from mappings.measure.ticket.ledger import is_counted_level
from mappings.measure.ticket.objective_history import ObjectiveHistory
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import Move, Timeline, first_active, timeline_of
from mappings.measure.ticket.work_shares import ActiveTime, KindTime, LoggedTime

T = TypeVar("T")


class TicketHistory(Struct, frozen=True, dict=True):
    """A ticket with its histories and its own timeline; what sub-tasks add is put together when it is asked for."""

    ticket: Ticket
    prepared: PreparedEngagement
    histories: Histories
    own: Timeline

    @CachedValue
    def parts(self) -> tuple[Ticket, ...]:
        return (self.ticket, *self.ticket.subtasks)

    @CachedValue
    def timelines(self) -> tuple[Timeline, ...]:
        # The ticket's own timeline, then those of its sub-tasks (measurement (g) 1).
        others = [(subtask.issue, histories_of(subtask.changes)) for subtask in self.ticket.subtasks]
        return (self.own, *[timeline_of(issue, histories, self.prepared.statuses) for issue, histories in others])

    @CachedValue
    def worklogs(self) -> tuple[Worklog, ...]:
        return _joined([part.worklogs for part in self.parts])

    @CachedValue
    def comments(self) -> tuple[Comment, ...]:
        return _joined([part.comments for part in self.parts])

    @CachedValue
    def comment_counts(self) -> tuple[CommentCount, ...]:
        # The comments, weighed, oldest first (measurement (c)).
        return weigh_comments(self.comments, self.prepared.affiliations, self.prepared.ruleset)

    @CachedValue
    def active_time(self) -> ActiveTime:
        return ActiveTime(self.timelines, self.prepared.calendar, self.prepared.affiliations)

    @CachedValue
    def logged_time(self) -> LoggedTime:
        return LoggedTime(self.worklogs, self.prepared.affiliations)

    @CachedValue
    def client_time(self) -> KindTime:
        # The time in which the ticket itself waited for the client (b3).
        return KindTime(self.own, "paused_on_client", self.prepared.calendar)

    @CachedValue
    def contributions(self) -> ContributionLog:
        return ContributionLog(
            self.prepared,
            comments=self.comment_counts,
            worklogs=self.worklogs,
            reviews=[(place, move) for place, move in enumerate(self.own.moves) if move.old == "review"],
            roles=self.roles,
            teach_backs=self.teach_backs,
        )

    @CachedValue
    def objectives(self) -> ObjectiveHistory:
        return ObjectiveHistory(self.prepared.objective_index, self.ticket.issue, self.histories, self.ticket.tags)

    @CachedValue
    def place_of(self) -> Mapping[Move, int]:
        # The place of each move; of several equal ones in one history the first.
        places: dict[Move, int] = {}
        for place, move in enumerate(self.own.moves):
            places.setdefault(move, place)
        return places

    @CachedValue
    def _first_active(self) -> Instant | None:
        return first_active(self.timelines)

    def opened_by(self, done: Instant) -> Instant:
        # The first active instant at or before a done moment, else the creation (measurement (g) 10).
        opened = self._first_active
        return opened if opened is not None and opened <= done else self.ticket.issue.created

    @CachedValue
    def roles(self) -> tuple[Role, ...]:
        return _joined([part.roles for part in self.parts])

    @CachedValue
    def teach_backs(self) -> tuple[TeachBack, ...]:
        return _joined([part.teach_backs for part in self.parts])


def _joined(parts: Sequence[tuple[T, ...]]) -> tuple[T, ...]:
    # Most tickets have no sub-tasks.
    return parts[0] if len(parts) == 1 else tuple(chain.from_iterable(parts))


def read_history(prepared: PreparedEngagement, ticket: Ticket) -> TicketHistory | None:
    """Read a ticket's histories into its timeline; None where its level does not count (measurement (g) 1)."""
    if not is_counted_level(ticket.issue):
        return None
    histories = histories_of(ticket.changes)
    return TicketHistory(ticket, prepared, histories, timeline_of(ticket.issue, histories, prepared.statuses))
