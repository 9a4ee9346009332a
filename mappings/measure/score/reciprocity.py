"""D4: does the client answer reviews and questions in time, and keep its briefs."""

from bisect import bisect_right
from collections.abc import Iterable

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.opportunity import LOST, WON, Opportunity
from mappings.measure.model.ruleset import HOUR
from mappings.measure.score.ticket_view import TicketView, stood
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE


class Ask(Struct, frozen=True):
    """A request of the agency; `left` is the move that ended its status, where it has one."""

    at: Instant
    left: Move | None = None


def reviews_in_time(look: TicketView) -> list[Opportunity]:
    """D4: entries of the agency into review; x where others left it or in-house touched it within 16 h (h)."""
    return _answers(look, "reviews_in_time", entries_into(look, "review"), look.prepared.ruleset.review_hours)


def questions_answered(look: TicketView) -> list[Opportunity]:
    """D4: agency comments that mention an in-house person, and entries into waiting for the client, 8 h."""
    asks = [*entries_into(look, "paused_on_client"), *mentions_in(look)]
    return _answers(look, "questions_answered", asks, look.prepared.ruleset.question_hours)


def brief_stable(look: TicketView) -> list[Opportunity]:
    """D4: agency-led done tickets; x without in-house change of summary, description or estimate after start."""
    found = []
    for one in look.finishes:
        if one.agency_led:
            changed = look.changed_scope(INHOUSE, after=one.opened, until=one.done, summary=True)
            x = LOST if changed else WON
            found.append(Opportunity("brief_stable", look.issue_id, one.at, x, gone=one.gone))
    return found


def entries_into(look: TicketView, kind: StatusKind) -> list[Ask]:
    """Return when somebody of the agency brought the ticket into a status of a kind, oldest first (measurement (h))."""
    asks: list[Ask] = []
    left: Move | None = None
    # Backwards, so that the next move out of the status is at hand.
    for move in reversed(look.line.moves):
        if move.new != kind:
            left = move
        elif move.old != kind and stood(look, move.author, move.at, AGENCY):
            asks.append(Ask(move.at, left))
    return asks[::-1]


def mentions_in(look: TicketView) -> list[Ask]:
    """Return the agency's comments that mention an in-house person, oldest first (measurement (h), D4)."""
    return [
        Ask(comment.created)
        for comment in look.work.comments
        if comment.mentions
        and stood(look, comment.author, comment.created, AGENCY)
        and any(stood(look, account, comment.created, INHOUSE) for account in comment.mentions)
    ]


def _answers(look: TicketView, component: str, asks: Iterable[Ask], hours: int) -> list[Opportunity]:
    found = []
    for ask in asks:
        limit = look.prepared.calendar.later(ask.at, hours * HOUR)
        answered, withdrawn = _answered(look, ask), _withdrawn(look, ask)
        if not look.in_scope(ask.at) or (withdrawn is not None and withdrawn <= min(limit, answered or withdrawn)):
            continue
        on_time = answered is not None and answered <= limit
        known = answered if answered is not None and on_time else limit
        found.append(Opportunity(component, look.issue_id, ask.at, WON if on_time else LOST, known=known))
    return found


def _answered(look: TicketView, ask: Ask) -> Instant | None:
    """Return the first in-house touch after a request, or when somebody else than the agency ended its status."""
    touched = look.touched(INHOUSE)
    following = bisect_right(touched, ask.at)
    answers = [*touched[following : following + 1]]
    if ask.left is not None and not stood(look, ask.left.author, ask.left.at, AGENCY):
        answers.append(ask.left.at)
    return min(answers, default=None)


def _withdrawn(look: TicketView, ask: Ask) -> Instant | None:
    if ask.left is None or not stood(look, ask.left.author, ask.left.at, AGENCY):
        return None
    return ask.left.at
