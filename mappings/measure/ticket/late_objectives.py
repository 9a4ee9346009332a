"""Objectives set after a ticket was done: since when, who set them, and who may confirm them."""

from collections.abc import Mapping

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Entry, Ticket
from mappings.measure.ticket.history import TicketHistory, read_history
from mappings.measure.ticket.ledger import ledger_states_of
from mappings.measure.ticket.prepared import PreparedEngagement

# Those that confirm what the other set.
SIDES = {"agency", "inhouse"}


class ObjectiveSetting(Struct, frozen=True, gc=False):
    """Somebody set an objective at an instant."""

    account: str
    at: Instant


class Waiting(Struct, frozen=True, gc=False):
    """An objective that waits for the other side until `until`, included; `set_by` a field, by hand, or both.

    After `until` it is dropped, unless it was `confirmed`.
    """

    objective: str
    since: Instant
    until: Instant
    set_by: tuple[ObjectiveSetting, ...] = ()
    confirmed: Instant | None = None


def pending_objectives(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> tuple[Waiting, ...]:
    """Return what of a ticket can still be confirmed at an instant (measurement (g) 11).

    That is what was set after the last done moment, at most 30 days ago, and was not confirmed.
    """
    return tuple(late for late in unconfirmed_objectives(prepared, ticket) if is_pending(prepared, late, now))


def is_pending(prepared: PreparedEngagement, late: Waiting, now: Instant) -> bool:
    return now <= late.until and prepared.includes(now)


def unconfirmed_objectives(prepared: PreparedEngagement, ticket: Ticket) -> tuple[Waiting, ...]:
    """Return what of a ticket was set after its last done moment and was not confirmed, also what is dropped by now."""
    return tuple(late for late in late_objectives(prepared, ticket) if late.confirmed is None)


def late_objectives(prepared: PreparedEngagement, ticket: Ticket) -> tuple[Waiting, ...]:
    """Return what of a ticket was set after its last done moment, waiting, confirmed or dropped."""
    history = read_history(prepared, ticket)
    states = ledger_states_of(prepared, ticket.issue, history.histories, history.own) if history else ()
    if history is None or not states or states[-1].reopened is not None:
        return ()
    objective_index, done = prepared.objective_index, states[-1].move.at
    had = history.objectives.at(done)
    late = history.objectives.late(had=had, done=done, end=None)
    fields = history.objectives.matched_later(had=had, done=done, end=None)
    return tuple(
        Waiting(
            objective.objective,
            objective.since,
            objective.since + objective_index.pending,
            _settings(history, objective.objective, done, fields),
            objective.confirmed,
        )
        for objective in late
    )


def waiting_objectives(entry: Entry, as_of: Instant, rules: Ruleset = DEFAULT) -> tuple[str, ...]:
    """Return which of the objectives set late the other side can still confirm; the others are dropped by then."""
    until = rules.retro_days * DAY
    late = zip(entry.retro, entry.retro_at, strict=True)
    return tuple([key for key, since in late if since <= as_of <= since + until])


def confirmable_objectives(entry: Entry, now: Instant, rules: Ruleset = DEFAULT) -> tuple[str, ...]:
    """Return the same of a ticket that is done still: what is set on an open one is set before it is finished next."""
    return waiting_objectives(entry, now, rules) if entry.sign > 0 and entry.retro_until is not None else ()


def _settings(
    history: TicketHistory, objective: str, done: Instant, fields: Mapping[str, Instant]
) -> tuple[ObjectiveSetting, ...]:
    by_hand = (tag for tag in history.ticket.tags if tag.objective == objective and tag.is_set and tag.since > done)
    settings = [ObjectiveSetting(tag.by, tag.since) for tag in by_hand]
    if objective in fields:
        authors = _authors(history, fields[objective])
        # Where two people changed fields in one instant it is not known whose change it was.
        settings += [ObjectiveSetting(author, fields[objective]) for author in authors if len(authors) == 1]
    return tuple(settings)


def _authors(history: TicketHistory, instant: Instant) -> set[str]:
    changes = (
        change for field in history.prepared.objective_index.watched for change in history.histories.get(field, ())
    )
    return {change.author or "" for change in changes if change.at == instant}


def may_confirm(prepared: PreparedEngagement, waiting: Waiting, account: str, now: Instant) -> bool:
    # Whether somebody is on the other side than one who set it; who is on neither side confirms nothing.
    mine = prepared.affiliations.at(account, now)
    theirs = (prepared.affiliations.at(setting.account, setting.at) for setting in waiting.set_by)
    return mine is not None and any(setting is not None and {mine.side, setting.side} == SIDES for setting in theirs)
