"""By what kind of act a ticket was touched at an instant, for whoever reads why a request counts as it does."""

from typing import Literal, TypeAlias

from mappings.events.types import Instant
from mappings.measure.score.ticket_view import TicketView, is_on_side
from mappings.measure.ticket.work_shares import INHOUSE

TouchAct: TypeAlias = Literal["comment", "worklog", "move", "change"]


def act_of(view: TicketView, at: Instant) -> TouchAct:
    """Return what answered a request at an instant: in-house people touch, and whoever else is of no agency moves it.

    An act that is several at once is named by what leaves most behind: a comment first, then logged work.
    """
    if any(count.at == at and count.affiliation.place == INHOUSE for count in view.comment_counts):
        return "comment"
    if any(log.started == at and is_on_side(view, log.author, at, INHOUSE) for log in view.history.worklogs):
        return "worklog"
    return "move" if any(move.at == at for move in view.line.moves) else "change"
