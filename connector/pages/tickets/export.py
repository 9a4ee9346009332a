"""The list of finished tickets as CSV: exactly what its viewer may see, page after page, and the hidden ones as one."""

from collections.abc import Iterator
from dataclasses import replace

from connector.pages.ticket_text import Naming
from connector.pages.tickets.finished import Finished, FinishedList, ListContext, select_finished_strictly
from connector.pages.tickets.rows import because_of
from connector.pages.unit_choice import UNIT_KEYS
from connector.pages.visibility import connect_for_page
from connector.text import count
from mappings.formats.export.csv_table import UNFINISHED, Cell, csv_line, csv_lines
from mappings.formats.export.figure import period_name
from mappings.formats.export.numbers import units_of


def export_lines(context: ListContext, naming: Naming) -> Iterator[bytes]:
    """Yield the lines of the file. Raises JiraError, UnfinishedError."""
    return csv_lines(_columns(context), _rows(context, naming))


def unfinished_line(context: ListContext) -> bytes:
    return csv_line(_columns(context), {"kind": "incomplete", "title": UNFINISHED})


def _columns(context: ListContext) -> tuple[str, ...]:
    return ("kind", "ticket", "title", "objectives", "date", *context.kinds, "unit", "why", "disputed", "late")


def export_name(context: ListContext) -> str:
    name = period_name(context.period.first, context.period.end)
    return f"{context.view.engagement.key}-tickets-{name}.csv"


def _rows(context: ListContext, naming: Naming) -> Iterator[dict[str, Cell]]:
    unit = UNIT_KEYS[context.view.engagement.units.by]
    page = replace(context, filters=replace(context.filters, before=None))
    while True:
        tickets = _select_page(page)
        for ticket in tickets.tickets:
            yield _ticket(page, tickets, naming, ticket) | {"unit": unit}
        if tickets.hidden:
            yield _hidden(page, tickets) | {"unit": unit}
        if tickets.next is None:
            return
        page = replace(page, filters=replace(page.filters, before=tickets.next))


def _select_page(context: ListContext) -> FinishedList:
    with connect_for_page(context.view) as connection:
        return select_finished_strictly(replace(context, connection=connection))


def _ticket(context: ListContext, tickets: FinishedList, naming: Naming, ticket: Finished) -> dict[str, Cell]:
    label, entry = tickets.labels[ticket.issue_id], ticket.entry
    parts: dict[str, Cell] = {kind: units_of(part) for kind, part in ticket.parts.items()}
    return parts | {
        "kind": "ticket",
        "ticket": label.key,
        "title": label.summary,
        "objectives": ", ".join(naming.objectives(entry)),
        "date": context.calendar.day(entry.at).isoformat(),
        "why": because_of(naming, tickets, ticket),
        "disputed": ticket.issue_id in tickets.disputed,
        "late": bool(naming.waiting(entry)),
    }


def _hidden(context: ListContext, tickets: FinishedList) -> dict[str, Cell]:
    parts: dict[str, Cell] = {
        kind: units_of(sum(ticket.parts[kind] for ticket in tickets.hidden)) for kind in context.kinds
    }
    hidden = len(tickets.hidden)
    return parts | {"kind": "hidden", "title": count(hidden, "ticket"), "why": tickets.reason(hidden)}
