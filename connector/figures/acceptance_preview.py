"""What accepting a teach-back would make of its ticket, by measuring it with and without."""

from msgspec.structs import replace

from connector.figures.tag_preview import entries_of
from mappings.events.types import Instant
from mappings.measure.model.ticket import TeachBack, Ticket
from mappings.measure.ticket.prepared import PreparedEngagement


def taught_by_accepting(prepared: PreparedEngagement, ticket: Ticket, given: TeachBack, now: Instant) -> int:
    """Return how much would move from done only to taught, in billionths."""
    before, after = (_taught(prepared, each) for each in (ticket, _with_accepted(ticket, given, now)))
    return after - before


def _taught(prepared: PreparedEngagement, ticket: Ticket) -> int:
    return sum(entry.sign * entry.taught for entry in entries_of(prepared, ticket))


def _with_accepted(ticket: Ticket, given: TeachBack, now: Instant) -> Ticket:
    def answered(item: TeachBack) -> TeachBack:
        is_given = (item.objective, item.account) == (given.objective, given.account)
        return replace(item, accepted=now) if is_given else item

    return replace(ticket, teach_backs=tuple(map(answered, ticket.teach_backs)))
