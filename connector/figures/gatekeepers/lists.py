"""What is with gatekeepers or asks for one now, and all of it of one ticket."""

from collections.abc import Collection

from msgspec import Struct

from connector.figures.gatekeepers.dimension import PARTS_OF
from connector.figures.gatekeepers.ticket import Answer, Asked, Open, Waits, answers_of, asked_of, open_of, waits_of
from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window, counted
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.open_tickets import select_open_touched
from mappings.records.figures.opportunities import select_opportunities_of
from mappings.records.sql.scope import Scope
from webhooks.annotations import with_annotations


class OnTicket(Struct, frozen=True):
    """One ticket to a gatekeeper: that it was done and met one or asked for one, their answers, and that it waits.

    `returned`: its first way through a gatekeeper's status led back; `open`: None of a ticket that is done.
    """

    asked: Asked | None
    answers: tuple[Answer, ...]
    waits: Waits | None
    returned: bool = False
    open: Open | None = None


def select_waiting(scope: Scope, prepared: PreparedEngagement, issue_ids: Collection[int], now: Instant) -> list[Waits]:
    """Return those of the tickets that are with a gatekeeper now, the longest first."""
    tickets = select_tickets(scope.connection, scope.tenant_id, issue_ids)
    waiting = [waits for ticket in tickets.values() if (waits := waits_of(prepared, ticket, now))]
    return sorted(waiting, key=lambda item: (item.since, item.issue_id))


def select_touched(scope: Scope, prepared: PreparedEngagement, *, viewer: str, now: Instant, limit: int) -> list[Open]:
    """Return the latest `limit` open tickets on which a gatekeeper did anything, the longest begun first."""
    accounts = {person.account for person in prepared.engagement.people if person.side == "gatekeeper"}
    issue_ids = select_open_touched(scope, accounts, limit=limit)
    return select_open(scope, prepared, issue_ids, viewer=viewer, now=now) if issue_ids else []


def select_open(
    scope: Scope, prepared: PreparedEngagement, issue_ids: Collection[int], *, viewer: str, now: Instant
) -> list[Open]:
    """Return those of the tickets that are open and would count, the longest begun first."""
    tickets = select_tickets(scope.connection, scope.tenant_id, issue_ids)
    opened = [item for ticket in tickets.values() if (item := open_of(prepared, ticket, viewer, now))]
    return sorted(opened, key=longest_begun)


def longest_begun(item: Open) -> tuple[bool, Instant, int]:
    return item.began is None, item.began or 0, item.issue_id


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
    asked = [item for row in rows for item in asked_of(prepared, ticket, row, viewer)]
    return OnTicket(
        max(asked, key=lambda item: item.done, default=None),
        tuple(answers_of(prepared, ticket, viewer, window)),
        waits_of(prepared, ticket, now),
        returned=any(not row.x for row in passes),
        open=open_of(prepared, ticket, viewer, now),
    )
