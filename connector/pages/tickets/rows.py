"""The rows of the list of tickets: what each counts as and why, printed as everywhere, and their sums."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from connector.pages.agency_part import has_part, no_part_text
from connector.pages.ticket_parts import printed
from connector.pages.ticket_reason import bucket_name, reason_of, shown_bucket
from connector.pages.ticket_text import Naming
from connector.pages.tickets.filters import NO_OBJECTIVE
from connector.pages.tickets.finished import Finished, FinishedList, ListContext
from connector.text import KIND_NAMES, count, day, number, printed_amount
from mappings.formats.explain.marks import zero_text
from mappings.formats.export.numbers import amount_text, printed_part, units_of
from mappings.measure.model.ticket import Entry
from mappings.measure.period.rounding import adds_up, shown
from mappings.translation import decimal_text, gettext, mark, ngettext

REOPENED = mark("opened again: what its done entry gave is taken back")
NOTHING = Decimal(0)


@dataclass(frozen=True)
class Part:
    """A bucket with its amount as printed."""

    kind: str
    name: str
    amount: str


@dataclass(frozen=True)
class Flag:
    """A state of a ticket that is not settled: an icon and its words."""

    icon: str
    text: str


@dataclass(frozen=True)
class TicketRow:
    """A ticket of the list; `selectable` where the viewer's side may set objectives on it.

    `disputable` is one that is done and that nobody disputes now, for who may dispute something of it still.
    """

    issue_id: int
    selectable: bool
    disputable: bool
    key: str
    summary: str
    objectives: str
    parts: list[Part]
    because: str
    flags: list[Flag]
    day: str


@dataclass(frozen=True)
class Table:
    """The rows, all that the viewer may not browse as one, and the foot: their sum as printed, and what it is made of.

    `rounding` is what the rows as printed lack of it, as each ticket is rounded by itself. `is_off`: what the foot is
    made of adds up to another sum as printed.
    """

    rows: list[TicketRow]
    hidden: str
    hidden_parts: list[Part]
    foot: str
    sums: list[Part]
    rounding: list[Part]
    is_off: bool


@dataclass(frozen=True)
class Whole:
    """All tickets of the period, and their size in billionths."""

    tickets: int
    amount: int


def table_of(context: ListContext, tickets: FinishedList, naming: Naming, whole: Whole) -> Table:
    listed = [*tickets.tickets, *tickets.hidden]
    total = sum(sum(ticket.parts.values()) for ticket in listed)
    sums, rounding = foot_amounts(listed, context.kinds)
    is_page = tickets.next is not None or context.filters.before is not None
    foot = _page_foot(context, listed, total, whole) if is_page else _foot(context, listed, total)
    return Table(
        [_row(context, tickets, naming, ticket) for ticket in tickets.tickets],
        count(len(tickets.hidden), "ticket") if tickets.hidden else "",
        _parts(_printed(tickets.hidden, context.kinds)),
        foot,
        _parts(sums),
        _parts(rounding),
        not adds_up([units_of(sum(ticket.parts[kind] for ticket in listed)) for kind in context.kinds]),
    )


def foot_amounts(tickets: Sequence[Finished], kinds: Sequence[str]) -> tuple[dict[str, Decimal], dict[str, Decimal]]:
    """Return what tickets gave to each bucket, each sum rounded alone, and what their rows lack of it."""
    sums = printed({kind: sum(ticket.parts[kind] for ticket in tickets) for kind in kinds})
    rows = _printed(tickets, kinds)
    return sums, {kind: sums.get(kind, NOTHING) - rows[kind] for kind in kinds}


def _printed(tickets: Sequence[Finished], kinds: Sequence[str]) -> dict[str, Decimal]:
    """Return what the rows of tickets print together."""
    return {kind: sum((ticket.printed[kind] for ticket in tickets), NOTHING) for kind in kinds}


def _parts(amounts: Mapping[str, Decimal]) -> list[Part]:
    return [Part(kind, KIND_NAMES[kind], decimal_text(amount)) for kind, amount in amounts.items() if amount]


def _foot(context: ListContext, listed: Iterable[Finished], total: int) -> str:
    done = [ticket.is_done for ticket in listed]
    parts = [count(sum(done), "ticket"), _opened_again(len(done) - sum(done))]
    return ", ".join(filter(None, [*parts, amount_text(total, context.view.engagement.units.by)]))


def _page_foot(context: ListContext, listed: Sequence[Finished], total: int, whole: Whole) -> str:
    """Return the foot of a page that is not the whole list, with that where no filter leaves anything out."""
    if context.filters.any:
        return gettext("On this page: %(sums)s", sums=_foot(context, listed, total))
    done = sum(ticket.is_done for ticket in listed)
    parts = [
        printed_part(number(done), number(whole.tickets), "count"),
        _opened_again(len(listed) - done),
        printed_part(_shown(total), _shown(whole.amount), context.view.engagement.units.by),
    ]
    return gettext("On this page: %(sums)s", sums=", ".join(filter(None, parts)))


def _shown(billionths: int) -> str:
    return decimal_text(shown(units_of(billionths)))


def _opened_again(tickets: int) -> str:
    return ngettext("%(num)s ticket opened again", "%(num)s tickets opened again", tickets) if tickets else ""


def _row(context: ListContext, tickets: FinishedList, naming: Naming, ticket: Finished) -> TicketRow:
    label, entry = tickets.labels[ticket.issue_id], ticket.entry
    objectives = ", ".join(naming.objectives(entry))
    return TicketRow(
        ticket.issue_id,
        not context.view.agency or has_part(entry),
        ticket.issue_id in tickets.disputable,
        label.key,
        label.summary,
        objectives or gettext("none"),
        _parts(ticket.printed) or [_unsized(naming, entry)],
        because_of(naming, tickets, ticket),
        _flags(context, tickets, naming, ticket),
        day(context.calendar.day(entry.at)),
    )


def _unsized(naming: Naming, entry: Entry) -> Part:
    # A ticket without a size has no parts: its bucket stands by whose work it was.
    kind = shown_bucket(naming, entry)
    return Part(kind, bucket_name(kind), "0")


def because_of(naming: Naming, tickets: FinishedList, ticket: Finished) -> str:
    """Return why a ticket counts as it does, and why it gives nothing where that is by its size."""
    if not ticket.is_done and ticket.given:
        return "; ".join(filter(None, [reopened_text(ticket), _part_text(naming, ticket)]))
    return "; ".join(
        filter(None, [_cause(naming, tickets, ticket), zero_text(ticket.entry), _part_text(naming, ticket)])
    )


def _part_text(naming: Naming, ticket: Finished) -> str:
    """Return of which amount a row prints a part, where an objective is asked for that others share the ticket with."""
    if ticket.whole is None:
        return ""
    whole = printed_amount(ticket.whole, naming.engagement.units.by)
    if ticket.objective == NO_OBJECTIVE:
        return gettext("listed is the part without objective, of %(amount)s in all", amount=whole)
    objective = naming.objective(ticket.objective)
    return gettext("listed is the part of %(objective)s, of %(amount)s in all", objective=objective, amount=whole)


def _cause(naming: Naming, tickets: FinishedList, ticket: Finished) -> str:
    if not ticket.is_done:
        return reopened_text(ticket)
    rows = [row for row in tickets.evidence.get(ticket.issue_id, ()) if row.entry == ticket.entry.done]
    if ticket.issue_id in tickets.without_part and shown_bucket(naming, ticket.entry) == "rest":
        return no_part_text(naming.engagement.agency_name)
    return reason_of(naming, ticket.entry, rows, handed_over=ticket.handed_over)


def reopened_text(ticket: Finished) -> str:
    """Return what a ticket that is open again gave in the period, what was taken back, and what its row prints."""
    if not ticket.given:
        return gettext(REOPENED)
    left = sum(ticket.printed.values(), NOTHING)
    amounts = {"given": ticket.given, "taken": ticket.given - left, "left": left}
    places = {name: decimal_text(amount) for name, amount in amounts.items()}
    return gettext("opened again: %(given)s given and %(taken)s taken back in the period make %(left)s", **places)


def _flags(context: ListContext, tickets: FinishedList, naming: Naming, ticket: Finished) -> list[Flag]:
    flags, entry = [], ticket.entry
    disputed = tickets.disputed.get(ticket.issue_id)
    if disputed is not None:
        flags.append(Flag("flag", gettext("disputed until %(day)s", day=day(context.calendar.day(disputed.until)))))
    if naming.waiting(entry) and entry.retro_until is not None:
        until = day(context.calendar.day(entry.retro_until))
        flags.append(Flag("clock", gettext("late tag, until %(day)s", day=until)))
    return flags
