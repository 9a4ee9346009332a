"""The lines of a figure's tickets for its file, page after page, the latest first: the memory is that of a page."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from typing import TypeAlias

from msgspec.structs import replace as with_fields
from sqlalchemy import Connection

from connector.figures.marks import mark_rows, select_bulk_of
from connector.pages.drawer.source import Figure, in_chosen_unit, select_entries_of
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.formats.explain.model import Explained, Line
from mappings.formats.explain.units import places_of_tickets
from mappings.formats.report.source import LatestSource, OpportunityRow, ReportSource
from mappings.measure.model.opportunity import Window
from mappings.measure.period.disputes import Disputed
from mappings.measure.ticket.bulk_edits import SPAN, Step
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.entries import (
    PeriodEntry,
    select_period,
    select_period_page,
    select_steps,
)
from mappings.records.figures.opportunity_pages import select_opportunity_page
from mappings.records.figures.time_pages import TimePlace

# Entries or opportunities of one page.
PAGE_ROWS = 500

LinePage: TypeAlias = tuple[Sequence[Line], Mapping[int, IssueLabel]]
Explain: TypeAlias = Callable[[ReportSource], Explained]
Connect: TypeAlias = Callable[[], AbstractContextManager[Connection]]


@dataclass(frozen=True)
class TicketPages:
    """A figure whose tickets are read: how its lines are explained, and a connection for each page."""

    figure: Figure
    explain: Explain
    connect: Connect


def entry_pages(pages: TicketPages, source: LatestSource, disputed: Mapping[int, Disputed]) -> Iterator[LinePage]:
    """Yield the lines of ledger entries in the days asked for; `source` has the sums of these days."""
    place: TimePlace | None = None
    marks = Marks(source, disputed, BulkSizes())
    while True:
        with pages.connect() as connection:
            figure = replace(pages.figure, connection=connection)
            span = figure.span
            read = select_period_page(figure.scope, span.start, span.end, before=place, limit=PAGE_ROWS)
            lines = _entry_lines(replace(pages, figure=figure), read, marks) if read else []
            labels = select_labels(connection, figure.scope.tenant_id, {line.issue_id for line in lines})
        yield lines, labels
        if len(read) < PAGE_ROWS:
            return
        place = _place(read[-1])


def _place(entry: PeriodEntry) -> TimePlace:
    return TimePlace(entry.stored.entry.at, entry.issue_id, entry.stored.entry.number)


def _entry_lines(pages: TicketPages, read: Sequence[PeriodEntry], marks: "Marks") -> list[Line]:
    figure, question, bulk = pages.figure, pages.figure.question, marks.bulk
    bulk.extend(figure, newest=read[0].stored.entry.at, oldest=read[-1].stored.entry.at)
    places = places_of_tickets(figure.empty, question.path, question.objective)
    if places is None:
        entries = in_chosen_unit(question, read[::-1])
        lines = _tickets(pages.explain(marks.source_of(entries)))
        bulk.forget_later(read[-1].stored.entry.at)
        return lines
    # A line is of all entries of its ticket, and stands in the place of the first that counts.
    whole = in_chosen_unit(question, select_entries_of(figure, {entry.issue_id for entry in read}))
    source = marks.source_of(whole)
    places = places_of_tickets(source, question.path, question.objective) or {}
    read_places = {(entry.issue_id, entry.stored.entry.number) for entry in read}
    lines = [line for line in _tickets(pages.explain(source)) if (line.issue_id, places[line.issue_id]) in read_places]
    bulk.forget({line.issue_id for line in lines})
    return lines


@dataclass(frozen=True)
class Marks:
    """The source without rows, and what rows are marked with."""

    source: LatestSource
    disputed: Mapping[int, Disputed]
    bulk: "BulkSizes"

    def source_of(self, entries: Sequence[PeriodEntry]) -> LatestSource:
        return with_fields(self.source, rows=mark_rows(entries, self.disputed, self.bulk.sizes))


def _tickets(figure: Explained) -> list[Line]:
    return [line for line in reversed(figure.lines) if line.issue_id]


@dataclass
class BulkSizes:
    """The sizes of the bulk edits that made some entries, by ticket and instant, for pages from the latest back.

    They are read an hour at a time at least: of a bulk edit with thousands of tickets each page would read all again.
    """

    sizes: dict[Step, int] = field(default_factory=dict)
    since: Instant | None = None

    def extend(self, figure: Figure, *, newest: Instant, oldest: Instant) -> None:
        """Read what is missing for the entries between two instants, both included."""
        if self.since is not None and oldest >= self.since:
            return
        until = newest if self.since is None else min(newest, self.since - 1)
        self.since = oldest - HOUR
        near = _select_near(figure, self.since - SPAN, until + SPAN + 1)
        asked = {step for step in near if self.since <= step[1] <= until}
        self.sizes |= select_bulk_of(figure.connection, figure.scope.tenant_id, figure.prepared, near, asked=asked)

    def forget_later(self, at: Instant) -> None:
        """Forget what is later than an instant."""
        self.sizes = {step: size for step, size in self.sizes.items() if step[1] <= at}

    def forget(self, tickets: Collection[int]) -> None:
        """Forget what was needed for tickets."""
        if self.sizes:
            self.sizes = {step: size for step, size in self.sizes.items() if step[0] not in tickets}


def _select_near(figure: Figure, start: Instant, end: Instant) -> set[Step]:
    start, end = max(start, figure.span.start), min(end, figure.span.end)
    if not figure.question.is_in_other_unit:
        return select_steps(figure.scope, start, end)
    # Entries that the chosen unit leaves out are in no file, and so in no bulk edit of it.
    counted = in_chosen_unit(figure.question, select_period(figure.scope, start, end))
    return {(entry.issue_id, entry.stored.entry.at) for entry in counted}


def opportunity_pages(pages: TicketPages, source: LatestSource, windows: Mapping[str, Window]) -> Iterator[LinePage]:
    """Yield the lines of the opportunities of some components, each in its window, the last component first."""
    for component, window in reversed([*windows.items()]):
        place: TimePlace | None = None
        while True:
            with pages.connect() as connection:
                scope = replace(pages.figure, connection=connection).scope
                read = select_opportunity_page(scope, component, window, before=place, limit=PAGE_ROWS)
                labels = select_labels(connection, scope.tenant_id, {row.issue_id for row, _ in read})
            rows = [OpportunityRow(row.issue_id, labels[row.issue_id].key, row.at, x) for row, x in reversed(read)]
            yield _tickets(pages.explain(with_fields(source, opportunities={component: rows}))), labels
            if len(read) < PAGE_ROWS:
                break
            place = read[-1][0]
