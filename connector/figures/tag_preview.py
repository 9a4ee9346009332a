"""What a change of tags would do to the taught share, by measuring the tickets with and without it."""

from collections.abc import Iterable, Sequence
from datetime import date

from msgspec import Struct
from msgspec.structs import replace

from mappings.events.types import Instant
from mappings.measure.model.ticket import DaySums, Entry, Tag, Ticket
from mappings.measure.period.figures import Row, Share, figures, sums_of
from mappings.measure.ticket.history import read_history
from mappings.measure.ticket.measure import measure_history
from mappings.measure.ticket.prepared import PreparedEngagement


class Moved(Struct, frozen=True):
    """The taught share of a period before and after a change, and how much more is taught, in billionths."""

    before: Share
    after: Share
    taught: int


def preview_tags(
    prepared: PreparedEngagement,
    changes: Iterable[tuple[Ticket, Ticket]],
    rows: Sequence[Row],
    days: tuple[date, date],
) -> Moved:
    """Measure each ticket as it is and as it would be; `rows` are the sums of the period by day."""
    differences: list[Row] = []
    for ticket, changed in changes:
        for entries, sign in ((entries_of(prepared, ticket), -1), (entries_of(prepared, changed), 1)):
            sums = sums_of([(entry, ()) for entry in entries], prepared.calendar).items()
            differences += [(at, of_day, DaySums().plus(part, sign)) for (key, at, of_day), part in sums if not key]
    before = figures(rows, *days, prepared.ruleset)
    after = figures([*rows, *differences], *days, prepared.ruleset)
    return Moved(before.taught_share, after.taught_share, after.sums.taught - before.sums.taught)


def entries_of(prepared: PreparedEngagement, ticket: Ticket) -> tuple[Entry, ...]:
    history = read_history(prepared, ticket)
    return measure_history(prepared, history).entries if history else ()


def with_tag(ticket: Ticket, objective: str, *, by: str, at: Instant) -> Ticket:
    """Return the ticket with an objective set by hand now."""
    if any(tag.objective == objective and tag.is_set for tag in ticket.tags):
        return ticket
    return replace(ticket, tags=(*ticket.tags, Tag(objective, at, by)))


def without_tags(ticket: Ticket, at: Instant) -> Ticket:
    """Return the ticket without what is set on it by hand."""
    return replace(ticket, tags=tuple(replace(tag, until=at) if tag.is_set else tag for tag in ticket.tags))


def with_confirmed(ticket: Ticket, objectives: Iterable[str], *, by: str, at: Instant) -> Ticket:
    """Return the ticket with what was set late confirmed now."""
    tags = list(ticket.tags)
    for objective in objectives:
        places = [place for place, tag in enumerate(tags) if tag.objective == objective and tag.is_set]
        for place in places:
            tags[place] = replace(tags[place], confirmed=at)
        if not places:
            tags.append(Tag(objective, at, by, at, at))
    return replace(ticket, tags=tuple(tags))
