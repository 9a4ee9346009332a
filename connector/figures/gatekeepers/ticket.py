"""What one ticket says of gatekeepers: who asked for one, when one met it, what they answered, and if it waits."""

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity, Window
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.gatekeepers import first_met, pass_reasons
from mappings.measure.score.signal_match import matched
from mappings.measure.score.ticket_view import DoneEntry, TicketView, is_on_side, view_history
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import measure_history, measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import StatusInterval, Timeline
from mappings.measure.ticket.work_shares import GATEKEEPER


class Asked(Struct, frozen=True):
    """A done ticket that needed or met a gatekeeper: when its work began, when it was done, when one first met it.

    `needs` is by what it asks for one, as kind and value; `sent` is when it first came into a gatekeeper's status;
    `assigned`: a gatekeeper had it, `held`: the viewer had it; `came`: the first to touch it was the viewer.
    """

    issue_id: int
    opened: Instant
    done: Instant
    met: Instant | None
    early: float
    needs: tuple[tuple[str, str], ...]
    sent: Instant | None
    assigned: bool
    held: bool
    came: bool

    @property
    def passed(self) -> bool:
        return self.sent is not None

    @property
    def is_unasked(self) -> bool:
        return is_unasked(self)


class Answer(Struct, frozen=True):
    """A stay with a gatekeeper that the viewer ended, in business µs."""

    issue_id: int
    at: Instant
    took: int


class Waits(Struct, frozen=True):
    """A ticket with a gatekeeper now: since when, how long in business µs, worked on since when, and if sent once."""

    issue_id: int
    since: Instant
    waited: int
    began: Instant | None
    is_first: bool


class Stay(Struct, frozen=True):
    """A stay with a gatekeeper that lasts: since when, and whether it is the first."""

    since: Instant
    is_first: bool


class Left(Struct, frozen=True):
    """A ticket that was with a gatekeeper and is not any more: since when, and whether it came back at first."""

    at: Instant
    came_back: bool


class Open(Struct, frozen=True):
    """An open ticket: what asks for a gatekeeper, when one first met it, since when it is worked on, if it was sent.

    `assigned`, `held` and `came` are as in `Asked`; `left`: it was sent, and no gatekeeper has it now.
    """

    issue_id: int
    needs: tuple[tuple[str, str], ...]
    met: Instant | None
    began: Instant | None
    sent: bool
    assigned: bool
    held: bool
    came: bool
    left: Left | None = None

    @property
    def passed(self) -> bool:
        return self.sent

    @property
    def is_unasked(self) -> bool:
        return is_unasked(self)

    @property
    def asks(self) -> bool:
        return bool(self.needs) and not self.sent

    @property
    def is_uncalled(self) -> bool:
        """Whether a gatekeeper was on it, whom nothing on it asks for by a rule, and it was not sent."""
        return self.met is not None and not (self.needs or self.sent)

    @property
    def is_unmet(self) -> bool:
        return self.asks and self.met is None


def asked_of(prepared: PreparedEngagement, ticket: Ticket | None, row: Opportunity, viewer: str) -> list[Asked]:
    history = read_history(prepared, ticket) if ticket else None
    if history is None:
        return []
    view = view_history(prepared, history, measure_history(prepared, history))
    entries = [entry for entry in view.done_entries if entry.at == row.at]
    return [_asked_at(view, row, entry, viewer) for entry in entries[:1]]


def _asked_at(view: TicketView, row: Opportunity, entry: DoneEntry, viewer: str) -> Asked:
    line, done = view.line, entry.done
    held = _held(view, done)
    first = view.first_touch(GATEKEEPER, after=-1, until=done)
    return Asked(
        row.issue_id,
        entry.opened,
        done,
        first_met(view, done),
        float(row.x),
        matched(view.prepared.engagement.signals.gatekeeper, view.ticket),
        next((move.at for move in line.moves if move.new == "gatekeeper" and move.at <= done), None),
        assigned=bool(held),
        held=viewer in held,
        came=first is not None and first.account == viewer,
    )


def _held(view: TicketView, until: Instant) -> set[str | None]:
    """Return the gatekeepers to whom a ticket was assigned until an instant."""
    return {item.assignee for item in view.line.intervals if item.start <= until and _is_gatekeepers(view, item)}


def _is_gatekeepers(view: TicketView, interval: StatusInterval) -> bool:
    return is_on_side(view, interval.assignee, interval.start, GATEKEEPER)


def answers_of(prepared: PreparedEngagement, ticket: Ticket, viewer: str, window: Window) -> list[Answer]:
    history = read_history(prepared, ticket)
    if history is None:
        return []
    return [
        Answer(ticket.issue.issue_id, left, prepared.calendar.business(entered, left))
        for entered, left, author in _stays(history.own)
        if left is not None and author == viewer and window.start <= left < window.end
    ]


def _stays(line: Timeline) -> list[tuple[Instant, Instant | None, str | None]]:
    """Return each stay with a gatekeeper: when it began, when it ended and by whom; None while it lasts."""
    stays: list[tuple[Instant, Instant | None, str | None]] = []
    for move in line.moves:
        if move.new == "gatekeeper" and move.old != "gatekeeper":
            stays.append((move.at, None, None))
        elif move.old == "gatekeeper" and move.new != "gatekeeper" and stays:
            stays[-1] = (stays[-1][0], move.at, move.author)
    return stays


def left_of(view: TicketView) -> Left | None:
    """Return since when a ticket that was with a gatekeeper is with none; None for one that is, or never was."""
    stays = _stays(view.line)
    if not stays or (left := stays[-1][1]) is None:
        return None
    return Left(left, any(submission.came_back for _, submission in pass_reasons(view)))


def waits_of(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> Waits | None:
    history = read_history(prepared, ticket)
    stay = open_stay(history.own) if history else None
    if history is None or stay is None:
        return None
    waited = prepared.calendar.business(stay.since, now)
    return Waits(ticket.issue.issue_id, stay.since, waited, _began(history.own), stay.is_first)


def open_stay(line: Timeline) -> Stay | None:
    """Return the stay with a gatekeeper in which a ticket is; None where it is in none."""
    stays = _stays(line)
    return Stay(stays[-1][0], len(stays) == 1) if stays and stays[-1][1] is None else None


def is_unasked(item: Asked | Open) -> bool:
    """Tell whether a gatekeeper came to a ticket though nothing on it asked for one."""
    return item.met is not None and not (item.needs or item.passed or item.assigned)


def open_of(prepared: PreparedEngagement, ticket: Ticket, viewer: str, now: Instant) -> Open | None:
    """Return a ticket that is open and would count in the engagement."""
    history = read_history(prepared, ticket)
    if history is None or measure_if_done(prepared, ticket, now) is None:
        return None
    needs, sent = matched(prepared.engagement.signals.gatekeeper, ticket), bool(_stays(history.own))
    view = view_history(prepared, history, measure_history(prepared, history))
    held, first = _held(view, now), view.first_touch(GATEKEEPER, after=-1, until=now)
    return Open(
        ticket.issue.issue_id,
        needs,
        view.first_gatekeeper,
        _began(history.own),
        sent,
        assigned=bool(held),
        held=viewer in held,
        came=first is not None and first.account == viewer,
        left=left_of(view),
    )


def _began(line: Timeline) -> Instant | None:
    return next((move.at for move in line.moves if move.new == "active"), None)
