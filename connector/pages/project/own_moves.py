"""What the open tickets that could teach would do for the reader themselves, which nobody else is told."""

from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.pair_views import select_views_of
from connector.pages.act import sees_own_ladder
from connector.pages.prepared import prepared_of
from connector.web.gate import caller
from mappings.measure.people.next_ticket import cell_with
from mappings.measure.people.standing import PairView, cell_of
from mappings.measure.people.teaching_opportunities import TeachingOpportunity


class OwnMove(Struct, frozen=True):
    """The reader's rung on an objective, 0 to 5, and the one on which they would be by one more ticket of a kind."""

    at: int
    to: int
    kind: int

    @property
    def lifts(self) -> bool:
        """Whether it brings them to the rung that the ticket counts as: it takes no other ticket."""
        return self.to > self.at and self.to >= self.kind


NO_MOVES: Mapping[TeachingOpportunity, OwnMove] = {}


def reads_as_learner(view: EngagementView) -> bool:
    """Tell whether somebody reads of tickets for themselves: who reads names looks for a learner to give them to."""
    return sees_own_ladder(view) and "names" not in view.sees


def select_own_moves(
    connection: Connection, view: EngagementView, openings: Sequence[TeachingOpportunity]
) -> Mapping[TeachingOpportunity, OwnMove]:
    """Return what each opening would do for the reader, as its panel says; nothing for who has no ladder."""
    account, now = caller().account or "", container().clock()
    if not openings or not reads_as_learner(view):
        return NO_MOVES
    prepared = prepared_of(connection, view)
    views = select_views_of(connection, caller().tenant_id, view.stored, prepared, as_of=now, account=account)
    pairs = {pair.objective: pair for pair in views}
    moves = dict[TeachingOpportunity, OwnMove]()
    for opening in openings:
        key, rules = opening.objective, prepared.rules_of(opening.objective)
        pair = pairs.get(key) or PairView(key, account)
        after = cell_with(pair, opening.issue_id, opening.kind, now, rules=rules)
        moves[opening] = OwnMove(cell_of(pair, now, rules).effective, after.effective, opening.kind)
    return moves
