"""D4: does the client answer reviews and questions in time, and keep its briefs."""

from bisect import bisect_right
from collections.abc import Iterable
from fractions import Fraction

from msgspec import Struct

from mappings.events.times import EVER, HOUR
from mappings.events.types import Instant
from mappings.measure.model.engagement import StatusKind
from mappings.measure.model.opportunity import LOST, WON, Opportunity
from mappings.measure.score.ticket_view import TicketView, is_on_side
from mappings.measure.score.touch_acts import TouchAct
from mappings.measure.ticket.timeline import Move
from mappings.measure.ticket.work_shares import AGENCY, INHOUSE

# The statuses in which a ticket that the agency brought there waits for the client.
OPEN_KINDS: tuple[StatusKind, ...] = ("paused_on_client", "review")


class Request(Struct, frozen=True):
    """A request of the agency, by a move or in a comment; `left` is the move that ended its status, if it has one."""

    at: Instant
    left: Move | None = None
    in_comment: bool = False


class Answer(Struct, frozen=True):
    """When a request was answered, None where it was not, and until when it should have been: `hours` later.

    `waits` is the status that the ticket still stands in, where a touch answered it there. `act` is what answered it,
    put in only for whoever reads it.
    """

    at: Instant
    answered: Instant | None
    limit: Instant
    hours: int
    waits: StatusKind | None = None
    is_question: bool = False
    in_comment: bool = False
    act: TouchAct | None = None

    @property
    def on_time(self) -> bool:
        return self.answered is not None and self.answered <= self.limit

    @property
    def x(self) -> Fraction:
        return WON if self.on_time else LOST

    @property
    def known(self) -> Instant:
        return self.limit if self.answered is None else min(self.answered, self.limit)

    def is_late(self, now: Instant) -> bool:
        """Tell whether it counts as missed by now: also where it was answered, but after its limit."""
        return not self.on_time and self.limit < now


class Brief(Struct, frozen=True):
    """Whether somebody in-house changed a brief after work began."""

    changed: bool

    @property
    def x(self) -> Fraction:
        return LOST if self.changed else WON


def reviews_in_time(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in review_reasons(view)]


def review_reasons(view: TicketView) -> list[tuple[Opportunity, Answer]]:
    # D4: entries of the agency into review; x where others left it or in-house touched it within 16 h (h).
    return _answers(view, "review", entries_into(view, "review"))


def questions_answered(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in question_reasons(view)]


def question_reasons(view: TicketView) -> list[tuple[Opportunity, Answer]]:
    # D4: agency comments that mention an in-house person, and entries into waiting for the client, 8 h.
    requests = [*entries_into(view, "paused_on_client"), *mentions_in(view)]
    return _answers(view, "paused_on_client", requests)


def withdrawn_questions(view: TicketView) -> list[Instant]:
    # When the agency asked what it took back in time, so that it is no question that counts.
    kind: StatusKind = "paused_on_client"
    requests = [request for request in entries_into(view, kind) if view.in_scope(request.at)]
    return [request.at for request in requests if _is_withdrawn(view, request, _answer(view, kind, request))]


def open_request(view: TicketView) -> Answer | None:
    # What the agency brought the ticket to the client for, while it is still in that status; None elsewhere.
    for kind in OPEN_KINDS:
        requests = entries_into(view, kind)
        if requests and requests[-1].left is None:
            return _answer(view, kind, requests[-1])
    return None


def brief_stable(view: TicketView) -> list[Opportunity]:
    return [opportunity for opportunity, _ in brief_reasons(view)]


def brief_reasons(view: TicketView) -> list[tuple[Opportunity, Brief]]:
    # D4: agency-led done tickets; x without in-house change of summary, description or estimate after start.
    opportunities = []
    for entry in view.done_entries:
        if entry.agency_led:
            reason = Brief(view.changed_scope(INHOUSE, after=entry.opened, until=entry.done, summary=True))
            opportunity = Opportunity("brief_stable", view.issue_id, entry.at, reason.x, gone=entry.gone)
            opportunities.append((opportunity, reason))
    return opportunities


def entries_into(view: TicketView, kind: StatusKind) -> list[Request]:
    # When somebody of the agency brought the ticket into a status of a kind, oldest first (measurement (h)).
    requests: list[Request] = []
    left: Move | None = None
    # Backwards, so that the next move out of the status is known.
    for move in reversed(view.line.moves):
        if move.new != kind:
            left = move
        elif move.old != kind and is_on_side(view, move.author, move.at, AGENCY):
            requests.append(Request(move.at, left))
    return requests[::-1]


def mentions_in(view: TicketView) -> list[Request]:
    # The agency's comments that mention an in-house person, oldest first (measurement (h), D4).
    return [
        Request(comment.created, in_comment=True)
        for comment in view.history.comments
        if comment.mentions
        and is_on_side(view, comment.author, comment.created, AGENCY)
        and any(is_on_side(view, account, comment.created, INHOUSE) for account in comment.mentions)
    ]


def _answers(view: TicketView, kind: StatusKind, requests: Iterable[Request]) -> list[tuple[Opportunity, Answer]]:
    opportunities, component = [], "reviews_in_time" if kind == "review" else "questions_answered"
    for request in requests:
        answer = _answer(view, kind, request)
        if not view.in_scope(request.at) or _is_withdrawn(view, request, answer):
            continue
        opportunity = Opportunity(component, view.issue_id, request.at, answer.x, known=answer.known)
        opportunities.append((opportunity, answer))
    return opportunities


def _answer(view: TicketView, kind: StatusKind, request: Request) -> Answer:
    rules = view.prepared.ruleset
    hours = rules.review_hours if kind == "review" else rules.question_hours
    limit, answered = view.prepared.calendar.later(request.at, hours * HOUR), _answered(view, request)
    waits = kind if _waits(view, request, answered, kind) else None
    return Answer(request.at, answered, limit, hours, waits, kind == "paused_on_client", request.in_comment)


def _answered(view: TicketView, request: Request) -> Instant | None:
    # The first in-house touch after a request, or when somebody else than the agency ended its status.
    touched = view.touched(INHOUSE)
    following = bisect_right(touched, request.at)
    answers = [*touched[following : following + 1]]
    if request.left is not None and not is_on_side(view, request.left.author, request.left.at, AGENCY):
        answers.append(request.left.at)
    return min(answers, default=None)


def _waits(view: TicketView, request: Request, answered: Instant | None, kind: StatusKind) -> bool:
    # Whether the ticket has not left the status in which a touch answered the request.
    if answered is None or request.left is not None:
        return False
    moves = view.line.moves
    since = next((move.at for move in reversed(moves) if move.old != kind), EVER)
    return moves[-1].new == kind and since < answered


def _is_withdrawn(view: TicketView, request: Request, answer: Answer) -> bool:
    """Tell whether the agency ended the status of its request before it was answered, and before its limit."""
    left = request.left
    if left is None or not is_on_side(view, left.author, left.at, AGENCY):
        return False
    return left.at <= min(answer.limit, answer.answered or EVER)
