"""What the open tickets that could teach would do for the reader themselves, which nobody else is told."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.pair_views import select_views_of
from connector.figures.teaching import Teaching
from connector.pages.act import sees_own_ladder
from connector.pages.learning.next_steps import NextSteps
from connector.pages.learning.onward import counts_from
from connector.pages.learning.rung_names import one_of_text
from connector.pages.learning.rungs import LadderContext, needs_of, rungs_of
from connector.pages.learning.selected_steps import NO_STEPS, select_steps
from connector.pages.prepared import prepared_of
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ticket import Kind
from mappings.measure.people.next_ticket import cell_with
from mappings.measure.people.standing import PairView, cell_of
from mappings.measure.people.teaching_opportunities import TeachingOpportunity
from mappings.measure.ticket.prepared import PreparedEngagement


class OwnMove(Struct, frozen=True):
    """The reader's rung on an objective, 0 to 5, and the one on which they would be by one more ticket of a kind."""

    at: int
    to: int
    kind: Kind

    @property
    def lifts(self) -> bool:
        """Whether it brings them to the rung that the ticket counts as: it takes no other ticket."""
        return self.to > self.at and self.to >= self.kind


NO_MOVES: Mapping[TeachingOpportunity, OwnMove] = {}


class OwnLadder(Struct, frozen=True):
    """Where the reader stands at an instant, by objective."""

    prepared: PreparedEngagement
    account: str
    pairs: Mapping[str, PairView]
    now: Instant

    def move(self, objective: str, issue_id: int, kind: Kind) -> OwnMove:
        """Return what one more ticket of a kind, 1 to 4, would do for them."""
        pair, rules = self.pairs.get(objective) or PairView(objective, self.account), self.prepared.rules_of(objective)
        after = cell_with(pair, issue_id, kind, self.now, rules=rules)
        return OwnMove(cell_of(pair, self.now, rules).effective, after.effective, kind)

    def one_of(self, objective: str, issue_id: int, move: OwnMove) -> str:
        """Return of which tickets one is that leaves their rung, as Learning says it; "" where it adds nothing."""
        pair, rules = self.pairs.get(objective) or PairView(objective, self.account), self.prepared.rules_of(objective)
        if not 0 < counts_from(cell_of(pair, self.now, rules)) <= move.kind:
            return ""
        # What counted already before it was reopened adds nothing.
        if any(known == issue_id and row.kind >= move.kind for known, row in pair.rows):
            return ""
        return one_of_text(move.at, move.kind, needs_of((*pair.rows, *pair.hired), self.now, rules))


def select_own_steps(connection: Connection, view: EngagementView, ladder: OwnLadder, teaching: Teaching) -> NextSteps:
    """Return the open tickets that lead the reader on, as their Learning names them."""
    context = LadderContext(connection, caller().tenant_id, view, ladder.prepared, ladder.account, ladder.now)
    return select_steps(context, rungs_of(context, ladder.pairs.values()), teaching)


def reads_as_learner(view: EngagementView) -> bool:
    """Tell whether somebody reads of tickets for themselves: who reads names looks for a learner to give them to."""
    return sees_own_ladder(view) and "names" not in view.sees


def select_own_ladder(connection: Connection, view: EngagementView) -> OwnLadder | None:
    """Return where the reader stands; None for who reads of no ticket for themselves."""
    return _select_ladder(connection, view) if reads_as_learner(view) else None


def select_leads_steps(connection: Connection, view: EngagementView, teaching: Teaching) -> NextSteps:
    """Return what leads a lead on, of which they are told how many tickets it is; no steps for anybody else."""
    if reads_as_learner(view) or not sees_own_ladder(view):
        return NO_STEPS
    return select_own_steps(connection, view, _select_ladder(connection, view), teaching)


def _select_ladder(connection: Connection, view: EngagementView) -> OwnLadder:
    account, now, prepared = caller().account or "", container().clock(), prepared_of(connection, view)
    views = select_views_of(connection, caller().tenant_id, view.stored, prepared, as_of=now, account=account)
    return OwnLadder(prepared, account, {pair.objective: pair for pair in views}, now)


def moves_of(ladder: OwnLadder, openings: Sequence[TeachingOpportunity]) -> Mapping[TeachingOpportunity, OwnMove]:
    """Return what each opening would do for the reader, as its panel says."""
    return {opening: ladder.move(opening.objective, opening.issue_id, opening.kind) for opening in openings}
