"""The list of finished tickets as CSV: exactly what its viewer may see, page after page, and the hidden ones as one."""

from collections.abc import Iterator
from dataclasses import replace

from connector.pages.ticket_text import Naming
from connector.pages.tickets.finished import Finished, FinishedList, ListContext, select_finished
from connector.pages.tickets.rows import because_of
from mappings.formats.export.csv_table import Cell, csv_lines
from mappings.formats.export.figure import period_name
from mappings.formats.export.numbers import units_of

# Pages that a file holds at most.
MOST_PAGES = 400


def export_lines(context: ListContext, naming: Naming) -> Iterator[bytes]:
    columns = ("kind", "ticket", "title", "objectives", "date", *context.kinds, "unit", "why", "disputed", "late")
    return csv_lines(columns, _rows(context, naming))


def export_name(context: ListContext) -> str:
    name = period_name(context.period.first, context.period.end)
    return f"{context.view.engagement.key}-tickets-{name}.csv"


def _rows(context: ListContext, naming: Naming) -> Iterator[dict[str, Cell]]:
    unit = context.view.engagement.units.by
    page = replace(context, filters=replace(context.filters, before=None))
    for _ in range(MOST_PAGES):
        tickets = select_finished(page)
        for ticket in tickets.tickets:
            yield _ticket(page, tickets, naming, ticket) | {"unit": unit}
        if tickets.hidden:
            yield _hidden(page, tickets) | {"unit": unit}
        if tickets.next is None:
            return
        page = replace(page, filters=replace(page.filters, before=tickets.next))


def _ticket(context: ListContext, tickets: FinishedList, naming: Naming, ticket: Finished) -> dict[str, Cell]:
    label, entry = tickets.labels[ticket.issue_id], ticket.entry
    parts: dict[str, Cell] = {kind: units_of(part) for kind, part in ticket.parts.items()}
    return parts | {
        "kind": "ticket",
        "ticket": label.key,
        "title": label.summary,
        "objectives": ", ".join(naming.objective(key) for key in (*entry.objectives, *entry.retro)),
        "date": context.calendar.day(entry.at).isoformat(),
        "why": because_of(naming, tickets, ticket),
        "disputed": ticket.issue_id in tickets.disputed,
        "late": bool(entry.retro),
    }


def _hidden(context: ListContext, tickets: FinishedList) -> dict[str, Cell]:
    parts: dict[str, Cell] = {
        kind: units_of(sum(ticket.parts[kind] for ticket in tickets.hidden)) for kind in context.kinds
    }
    return parts | {"kind": "hidden", "title": f"{len(tickets.hidden)} tickets", "why": tickets.reason}
