"""What a gatekeeper may read: how early they were brought in, how long their own answers took, and what waits."""

from collections.abc import Collection, Mapping

from msgspec import Struct

from connector.figures.score_counts import window_in
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.opportunity import Opportunity, Window, counted
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.composite import compare
from mappings.measure.score.dimensions import PARTS, Component, Dimension, score_component, score_dimension
from mappings.measure.score.gatekeepers import first_met
from mappings.measure.score.signal_match import matched
from mappings.measure.score.ticket_view import DoneEntry, TicketView, is_on_side, view_history
from mappings.measure.score.window import Verdict, verdict_of
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import measure_history, measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.timeline import StatusInterval, Timeline
from mappings.measure.ticket.work_shares import GATEKEEPER
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.opportunities import select_counts, select_opportunities, select_opportunities_of
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# Tickets that are read for the lists, the latest: a page costs no more where there are more.
MOST = 40
DIMENSION = "gatekeepers"
# How early they were met, and how often a first try passed.
PARTS_OF = ("earliness", "first_pass")


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
        """Whether a gatekeeper came to it though nothing on it asked for one."""
        return self.met is not None and not (self.needs or self.passed or self.assigned)


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


class Open(Struct, frozen=True):
    """An open ticket: what asks for a gatekeeper, when one first met it, since when it is worked on, if it was sent."""

    issue_id: int
    needs: tuple[tuple[str, str], ...]
    met: Instant | None
    began: Instant | None
    sent: bool

    @property
    def asks(self) -> bool:
        return bool(self.needs) and not self.sent

    @property
    def is_unmet(self) -> bool:
        return self.asks and self.met is None


class OnTicket(Struct, frozen=True):
    """One ticket to a gatekeeper: that it was done and met one or asked for one, their answers, and that it waits.

    `returned`: its first way through a gatekeeper's status led back; `open`: None of a ticket that is done.
    """

    asked: Asked | None
    answers: tuple[Answer, ...]
    waits: Waits | None
    returned: bool = False
    open: Open | None = None


class Gatekeeping(Struct, frozen=True):
    """The dimension now and a window earlier, the tickets of the window, and the viewer's own answers.

    `verdict` is how the first of its parts changed: how early they were met; None where one is not published.
    `submitted`: those of the tickets whose first way through a gatekeeper's status counts in the window, `returned`
    those of them that came back from it. `earlier` is the window before, empty where the engagement had not begun.
    """

    now: Dimension
    before: Dimension
    verdict: Verdict | None
    window: Window
    tickets: int
    asked: tuple[Asked, ...]
    answers: tuple[Answer, ...]
    submitted: frozenset[int]
    returned: frozenset[int]
    earlier: Window


def select_gatekeeping(
    scope: Scope, prepared: PreparedEngagement, *, viewer: str, end: Instant, now: Instant
) -> Gatekeeping:
    window = window_in(prepared, end, now)
    earlier = window_in(prepared, end - prepared.ruleset.window_days * DAY, now)
    scores = [_dimension(scope, prepared, each) for each in (window, earlier)]
    tickets = _select_latest(scope, window)
    opportunities = select_opportunities_of(scope, tickets)
    rows = sorted(counted(opportunities, PARTS_OF[0], window), key=lambda row: (row.at, row.issue_id))
    asked = [item for row in rows for item in _asked(prepared, tickets.get(row.issue_id), row, viewer)]
    answers = [answer for ticket in tickets.values() for answer in _answers(prepared, ticket, viewer, window)]
    passes = counted(opportunities, PARTS_OF[1], window)
    return Gatekeeping(
        scores[0],
        scores[1],
        _verdict(scores[1].components[0], scores[0].components[0], prepared),
        window,
        # A ticket counts once in a window: what was reopened in it is gone.
        int(scores[0].components[0].n),
        tuple(sorted(asked, key=lambda item: -item.done)),
        tuple(sorted(answers, key=lambda answer: answer.at)),
        frozenset(row.issue_id for row in passes),
        frozenset(row.issue_id for row in passes if not row.x),
        earlier,
    )


def _dimension(scope: Scope, prepared: PreparedEngagement, window: Window) -> Dimension:
    by_key = select_counts(scope, window, prepared.calendar) if window.start < window.end else {}
    parts = [key for key, part in PARTS.items() if part.dimension == DIMENSION]
    components = [
        score_component(
            key, float(by_key[key].x) if key in by_key else 0.0, by_key[key].n if key in by_key else 0, prepared.ruleset
        )
        for key in parts
    ]
    return score_dimension(DIMENSION, tuple(components), prepared.ruleset)


def _verdict(before: Component, after: Component, prepared: PreparedEngagement) -> Verdict | None:
    if not (before.published and after.published):
        return None
    return verdict_of(compare((before.value, before.se), (after.value, after.se), prepared.ruleset))


def _select_latest(scope: Scope, window: Window) -> Mapping[int, Ticket]:
    # Each component has a ticket once, so that so many rows of each hold so many tickets.
    rows = [row for key in PARTS_OF for row in select_opportunities(scope, key, window, MOST)]
    latest = {row.issue_id: row.at for row in sorted(rows, key=lambda row: row.at)}
    ids = sorted(latest, key=lambda issue_id: -latest[issue_id])[:MOST]
    return with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, ids))


def select_listed(scope: Scope, prepared: PreparedEngagement, *, end: Instant, now: Instant) -> set[int]:
    """Return the ids of the latest tickets that stand in the list of an engagement."""
    window = window_in(prepared, end, now)
    rows = select_opportunities(scope, PARTS_OF[0], window, MOST)
    return {row.issue_id for row in counted(rows, PARTS_OF[0], window)}


def _asked(prepared: PreparedEngagement, ticket: Ticket | None, row: Opportunity, viewer: str) -> list[Asked]:
    history = read_history(prepared, ticket) if ticket else None
    if history is None:
        return []
    view = view_history(prepared, history, measure_history(prepared, history))
    entries = [entry for entry in view.done_entries if entry.at == row.at]
    return [_asked_at(view, row, entry, viewer) for entry in entries[:1]]


def _asked_at(view: TicketView, row: Opportunity, entry: DoneEntry, viewer: str) -> Asked:
    line, done = view.line, entry.done
    held = {item.assignee for item in line.intervals if item.start <= done and _is_gatekeepers(view, item)}
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


def _is_gatekeepers(view: TicketView, interval: StatusInterval) -> bool:
    return is_on_side(view, interval.assignee, interval.start, GATEKEEPER)


def _answers(prepared: PreparedEngagement, ticket: Ticket, viewer: str, window: Window) -> list[Answer]:
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


def select_waiting(scope: Scope, prepared: PreparedEngagement, issue_ids: Collection[int], now: Instant) -> list[Waits]:
    """Return those of the tickets that are with a gatekeeper now, the longest first."""
    tickets = select_tickets(scope.connection, scope.tenant_id, issue_ids)
    waiting = [waits for ticket in tickets.values() if (waits := _waits(prepared, ticket, now))]
    return sorted(waiting, key=lambda item: (item.since, item.issue_id))


def _waits(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> Waits | None:
    history = read_history(prepared, ticket)
    stays = _stays(history.own) if history else []
    if history is None or not stays or stays[-1][1] is not None:
        return None
    since, began = stays[-1][0], _began(history.own)
    return Waits(ticket.issue.issue_id, since, prepared.calendar.business(since, now), began, len(stays) == 1)


def select_asking(scope: Scope, prepared: PreparedEngagement, issue_ids: Collection[int], now: Instant) -> list[Open]:
    """Return those of the tickets that are open and ask for a gatekeeper, the longest begun first."""
    tickets = select_tickets(scope.connection, scope.tenant_id, issue_ids)
    asking = [item for ticket in tickets.values() if (item := _open(prepared, ticket, now)) and item.asks]
    return sorted(asking, key=lambda item: (item.began is None, item.began or 0, item.issue_id))


def _open(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> Open | None:
    """Return a ticket that is open and would count in the engagement."""
    history = read_history(prepared, ticket)
    if history is None or measure_if_done(prepared, ticket, now) is None:
        return None
    needs, sent = matched(prepared.engagement.signals.gatekeeper, ticket), bool(_stays(history.own))
    met = view_history(prepared, history, measure_history(prepared, history)).first_gatekeeper
    return Open(ticket.issue.issue_id, needs, met, _began(history.own), sent)


def _began(line: Timeline) -> Instant | None:
    return next((move.at for move in line.moves if move.new == "active"), None)


def select_on_ticket(
    scope: Scope, prepared: PreparedEngagement, issue_id: int, *, viewer: str, now: Instant
) -> OnTicket:
    """Return what a gatekeeper may read of one ticket, whenever it was done: the same as in their lists."""
    tickets = with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, [issue_id]))
    ticket = tickets.get(issue_id)
    if ticket is None:
        return OnTicket(None, (), None)
    window = Window(prepared.starts, now + 1, now)
    opportunities = select_opportunities_of(scope, tickets)
    rows, passes = (counted(opportunities, key, window) for key in PARTS_OF)
    asked = [item for row in rows for item in _asked(prepared, ticket, row, viewer)]
    return OnTicket(
        max(asked, key=lambda item: item.done, default=None),
        tuple(_answers(prepared, ticket, viewer, window)),
        _waits(prepared, ticket, now),
        returned=any(not row.x for row in passes),
        open=_open(prepared, ticket, now),
    )
