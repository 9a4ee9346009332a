"""Open tickets with an objective, each as it would count were it finished now."""

from collections.abc import Collection, Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct

from connector.figures.gatekeepers.ticket import open_stay
from mappings.events.types import Instant
from mappings.measure.model.ticket import Entry, Ticket
from mappings.measure.score.reasons import with_act
from mappings.measure.score.reciprocity import Answer, open_request
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.handover import Pair
from mappings.measure.ticket.history import TicketHistory, read_history
from mappings.measure.ticket.ledger import done_stretches
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.evidence import select_first_taught
from mappings.records.figures.open_tickets import select_open_tickets
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations

# Open tickets of each objective that are read, the latest first: a page costs no more where there are more.
MAX_TICKETS = 20


class FreeTickets(Struct, frozen=True):
    """How many open tickets without an objective are nobody's, where an agency has none of its own to set one on.

    None elsewhere. `to_tag`: none is the agency's. `to_drive`: the agency worked on each that is its own, so that
    nobody can drive one without it any more.
    """

    to_tag: int | None = None
    to_drive: int | None = None


class OpenTicket(Struct, frozen=True):
    ticket: Ticket
    preview: Preview

    @property
    def issue_id(self) -> int:
        return self.ticket.issue.issue_id


WaitSide: TypeAlias = Literal["agency", "inhouse", "gatekeeper"]


class Wait(Struct, frozen=True):
    """Whom an open ticket waits for by its status, and since when.

    `request` is what it waits for from the in-house team, which has a limit; `is_first`: a gatekeeper has it for the
    first time, which counts as passed or come back.
    """

    side: WaitSide
    since: Instant
    assignee: str | None = None
    request: Answer | None = None
    is_first: bool = False


class Stand(Struct, frozen=True):
    """How an open ticket stands: whom it waits for, and when it was opened again last, also if it went on since."""

    wait: Wait | None = None
    opened_again: Instant | None = None


def select_previews(
    scope: Scope,
    prepared: PreparedEngagement,
    objectives: Collection[str],
    now: Instant,
    *,
    known: Iterable[OpenTicket] = (),
) -> list[OpenTicket]:
    """Return the latest open tickets of each objective, the latest first; none that would not count.

    `known` are those that were read and measured already, by the same transaction and at the same instant.
    """
    ids = select_open_tickets(scope, objectives=sorted(objectives), limit=MAX_TICKETS)
    read = {item.issue_id: item for item in known}
    unread = [issue_id for issue_id in ids if issue_id not in read]
    tickets = with_annotations(scope.agreement, select_tickets(scope.connection, scope.tenant_id, unread))
    previews = ((ticket, measure_if_done(prepared, ticket, now)) for ticket in tickets.values())
    read |= {ticket.issue.issue_id: OpenTicket(ticket, preview) for ticket, preview in previews if preview is not None}
    return [read[issue_id] for issue_id in ids if issue_id in read]


def open_request_of(prepared: PreparedEngagement, ticket: Ticket) -> Answer | None:
    """Return what an open ticket waits for from the in-house team by its status; None where it does not."""
    history = read_history(prepared, ticket)
    return _request_of(prepared, ticket, history) if history else None


def wait_of(prepared: PreparedEngagement, ticket: Ticket) -> Wait | None:
    """Return whom an open ticket waits for by its status; None where it moves."""
    return stand_of(prepared, ticket).wait


def stand_of(prepared: PreparedEngagement, ticket: Ticket) -> Stand:
    """Return whom an open ticket waits for, and when it was opened again, by its history, which is read once."""
    history = read_history(prepared, ticket)
    if history is None:
        return Stand()
    stretches = done_stretches(history.own.moves)
    left = stretches[-1][1] if stretches else None
    return Stand(_wait_by(prepared, ticket, history), left.at if left else None)


def _wait_by(prepared: PreparedEngagement, ticket: Ticket, history: TicketHistory) -> Wait | None:
    wait = _agency_wait(ticket, history) or _gatekeeper_wait(history)
    if wait is not None:
        return wait
    request = _request_of(prepared, ticket, history)
    return Wait("inhouse", request.at, request=request) if request else None


def _gatekeeper_wait(history: TicketHistory) -> Wait | None:
    stay = open_stay(history.own)
    return Wait("gatekeeper", stay.since, is_first=stay.is_first) if stay else None


def agency_wait_of(prepared: PreparedEngagement, ticket: Ticket) -> Wait | None:
    """Return since when an open ticket waits for the agency; None where it does not."""
    history = read_history(prepared, ticket)
    return _agency_wait(ticket, history) if history else None


def _agency_wait(ticket: Ticket, history: TicketHistory) -> Wait | None:
    last = history.own.moves[-1]
    if last.new != "paused_on_agency":
        return None
    return Wait("agency", last.at, ticket.issue.assignee)


def _request_of(prepared: PreparedEngagement, ticket: Ticket, history: TicketHistory) -> Answer | None:
    # What is open has no done entries.
    view = TicketView(prepared, ticket, history, ())
    request = open_request(view)
    return with_act(view, request) if request else None


def reopened_at(prepared: PreparedEngagement, ticket: Ticket) -> Instant | None:
    """Return when an open ticket was opened again whose status nobody moved since; None of any other."""
    history = read_history(prepared, ticket)
    if history is None or history.own.moves[-1].old != "done":
        return None
    return history.own.moves[-1].at


def waits_among(
    prepared: PreparedEngagement, tickets: Iterable[OpenTicket], issues: Collection[int]
) -> dict[int, Wait]:
    """Return those of these issues that wait for somebody by their status."""
    waits = ((item.issue_id, wait_of(prepared, item.ticket)) for item in tickets if item.issue_id in issues)
    return {issue_id: wait for issue_id, wait in waits if wait}


def select_taught_before(scope: Scope, entries: Iterable[Entry], account: str = "") -> Mapping[Pair, Instant]:
    """Return when those who do open tickets alone were first taught, of which these tickets are handed over.

    With an `account` also of that person, whatever they do on the tickets so far: they could do them alone.
    """
    pairs: set[Pair] = set()
    for entry in entries:
        pairs |= {*entry.alone} | ({(key, account) for key in entry.objectives} if account else set())
    return select_first_taught(scope, pairs) if pairs else {}
