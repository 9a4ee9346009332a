"""What was set after a ticket was done and waits: since when, who set it, and who may confirm it."""

from collections.abc import Mapping

from msgspec import Struct

from mappings.events.types import Instant
from mappings.measure.model.ticket import Ticket
from mappings.measure.ticket.history import TicketHistory, read_work
from mappings.measure.ticket.ledger import standings_of
from mappings.measure.ticket.prepared import PreparedEngagement

_SIDES = {"agency", "inhouse"}


class Setting(Struct, frozen=True):
    """Somebody set an objective at an instant."""

    account: str
    at: Instant


class Waiting(Struct, frozen=True):
    """An objective that waits for the other side, up to and with `until`; `set_by` a field, by hand, or both."""

    objective: str
    since: Instant
    until: Instant
    set_by: tuple[Setting, ...] = ()


def waiting_on(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> tuple[Waiting, ...]:
    """Return what of a ticket can still be confirmed at an instant (measurement (g) 11).

    That is what was set after the done moment that stands, at most 30 days ago, and was not confirmed.
    """
    work = read_work(prepared, ticket)
    standings = standings_of(prepared, ticket.issue, work.histories, work.own) if work else ()
    if work is None or not standings or standings[-1].reopened is not None or not prepared.holds(now):
        return ()
    goals, done = prepared.goals, standings[-1].move.at
    had = work.objectives.at(done)
    late = work.objectives.late(had=had, done=done, end=None)
    fields = work.objectives.matched_later(had=had, done=done, end=None)
    return tuple(
        Waiting(one.objective, one.since, one.since + goals.pending, _settings(work, one.objective, done, fields))
        for one in late
        if one.confirmed is None and now <= one.since + goals.pending
    )


def _settings(work: TicketHistory, objective: str, done: Instant, fields: Mapping[str, Instant]) -> tuple[Setting, ...]:
    """Return who set an objective after done, and when: by a field, by hand, or both."""
    by_hand = (one for one in work.ticket.tags if one.objective == objective and one.until is None and one.since > done)
    found = [Setting(one.by, one.since) for one in by_hand]
    if objective in fields:
        authors = _authors(work, fields[objective])
        # Whose change it was cannot be told where two people changed fields in one instant.
        found += [Setting(author, fields[objective]) for author in authors if len(authors) == 1]
    return tuple(found)


def _authors(work: TicketHistory, instant: Instant) -> set[str]:
    changes = (change for field in work.prepared.goals.watched for change in work.histories.get(field, ()))
    return {change.author or "" for change in changes if change.at == instant}


def may_confirm(prepared: PreparedEngagement, one: Waiting, account: str, now: Instant) -> bool:
    """Say whether somebody stands on the other side than one who set it; who is on neither side confirms nothing."""
    mine = prepared.affiliations.at(account, now)
    theirs = (prepared.affiliations.at(each.account, each.at) for each in one.set_by)
    return mine is not None and any(each is not None and {mine.side, each.side} == _SIDES for each in theirs)
