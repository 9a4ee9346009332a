"""The file of a figure: its value by sums, then its tickets while they are read; those that are hidden are one row."""

import math
from array import array
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from functools import partial
from itertools import chain
from typing import TypeAlias

from flask import Response, request
from msgspec.structs import replace as with_fields
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.figures.marks import select_disputed
from connector.figures.score_counts import CRISIS
from connector.figures.scores import select_of_many, select_opportunity_rows
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.drawer.source import (
    FROM_ENTRIES,
    UNSIZED_ISSUES,
    Figure,
    Question,
    keys_of,
    section_of,
    select_figure,
    with_people,
    with_sums,
)
from connector.pages.drawer.ticket_lines import Explain, LinePage, TicketPages, entry_pages, opportunity_pages
from connector.pages.unit_choice import UNIT_KEYS
from connector.pages.visibility import UNSEEN, Reason, Seen, connect_for_page, reason_of, refuse
from connector.text import count
from connector.web.file_stream import stream_file
from mappings.formats.explain.figure_days import figure_days
from mappings.formats.explain.model import Explained, Line
from mappings.formats.explain.score import scores_in
from mappings.formats.explain.units import with_unsized
from mappings.formats.export.figure import (
    FigureExport,
    Part,
    export_csv,
    export_json,
    file_name,
    unfinished_csv,
    unfinished_json,
)
from mappings.formats.report.source import LatestSource, ReportSource
from mappings.measure.model.opportunity import Window
from mappings.measure.score.latencies import LATENCIES
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.counts_by_x import select_counts_by_x
from mappings.records.sql.scope import Scope
from mappings.translation import gettext

Write: TypeAlias = Callable[[FigureExport], Iterator[bytes]]
# Content type, how a file is written, and its last bytes where it could not be written to its end.
FORMS: Mapping[str, tuple[str, Write, Callable[[], bytes]]] = {
    "csv": ("text/csv; charset=utf-8", export_csv, unfinished_csv),
    "json": ("application/json", export_json, unfinished_json),
}
# Tells which tickets their reader may see, and why not the others. Raises JiraError.
See: TypeAlias = Callable[[Mapping[int, IssueLabel]], Seen]


@dataclass(frozen=True)
class FigureFile:
    """A figure with the lines that are no ticket, and the pages of those that are, each read when it is asked for."""

    question: Question
    source: ReportSource
    figure: Explained
    others: tuple[Line, ...]
    pages: Iterable[LinePage]


def select_file(
    connection: Connection,
    question: Question,
    explain: Explain,
    find: Callable[[Connection], EngagementView | None] | None = None,
) -> FigureFile:
    """Return the file of the figure that is asked for; `find` finds its engagement again for each page."""
    figure = select_figure(connection, question)
    pages = TicketPages(figure, explain, partial(connect_for_page, question.view, find))
    return (_of_entries if section_of(question.path) in FROM_ENTRIES else _of_scores)(pages)


def _of_entries(pages: TicketPages) -> FigureFile:
    figure, question = pages.figure, pages.figure.question
    source = with_sums(figure)
    disputed = select_disputed(figure.scope.agreement, source.as_of)
    explained = pages.explain(source)
    if question.path == UNSIZED_ISSUES:
        # No sum has them: they are counted page by page before the first is written.
        explained = with_unsized(explained, sum(len(lines) for lines, _ in entry_pages(pages, source, disputed)))
    return FigureFile(question, source, explained, (), entry_pages(pages, source, disputed))


def _of_scores(pages: TicketPages) -> FigureFile:
    figure, question = pages.figure, pages.figure.question
    source, windows = _select_counted(figure, with_people(figure))
    explained = pages.explain(source)
    # Few lines are tickets here: those of figures that are of the latest tickets alone.
    tickets = [line for line in reversed(explained.lines) if line.issue_id]
    labels = select_labels(figure.connection, figure.scope.tenant_id, {line.issue_id for line in tickets})
    others = tuple(line for line in explained.lines if not line.issue_id)
    own = [(tickets, labels)] if tickets else []
    return FigureFile(question, source, explained, others, chain(own, opportunity_pages(pages, source, windows)))


def _select_counted(figure: Figure, source: LatestSource) -> tuple[LatestSource, dict[str, Window]]:
    """Return the source with how many opportunities each component has, and the windows of those that are listed."""
    scores, scope, keys = scores_in(source), figure.scope, keys_of(figure.question.path)
    of_many = select_of_many(scope, figure.prepared, scores, keys)
    # Of few people a latency is shown by quarter: its rows are added up, and not listed.
    hidden = [key for key in keys if figure.prepared.ruleset.works_council and key in LATENCIES and key not in of_many]
    windows = {key: scores.crisis if key in CRISIS else scores.window for key in keys if key not in hidden}
    counted = {key: _count_by_x(scope, key, window) for key, window in windows.items()}
    rows = select_opportunity_rows(scope, figure.prepared, scores, hidden)
    return with_fields(source, opportunities=rows, of_many=of_many, counted=counted), windows


def _count_by_x(scope: Scope, component: str, window: Window) -> dict[Fraction, int]:
    return {x: n for (_, x), n in select_counts_by_x(scope, (component,), (window,))[0].items()}


def figure_answer(file: FigureFile, see: See) -> Response:
    """Answer with a figure as a file: what the drawer shows to the same person, and not a row more."""
    form = request.args.get("format", "")
    if form not in FORMS:
        refuse(404, gettext("No such form: csv or json."))
    mimetype, write, unfinished = FORMS[form]
    figure_export = export_of(file.question, file.source, file.figure, _parts(file, see))
    try:
        blocks = stream_file(write(figure_export), unfinished())
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    answer = Response(blocks, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={file_name(figure_export, form)}"
    return answer


def export_of(question: Question, source: ReportSource, figure: Explained, parts: Iterable[Part]) -> FigureExport:
    start, end = figure_days(source, figure.path)
    return FigureExport(
        engagement=source.engagement.key,
        engagement_hash=source.engagement_hash,
        rules=source.rules,
        figure=figure.path,
        objective=question.objective or "",
        unit_key=UNIT_KEYS[question.unit] if question.is_in_other_unit else "",
        start=start,
        end=end,
        period=(source.start, source.end),
        as_of=source.as_of,
        title=figure.title,
        rule=figure.rule_id,
        unit=figure.unit,
        value=figure.value,
        total=figure.number,
        base=figure.base,
        parts=parts,
    )


def _parts(file: FigureFile, see: See) -> Iterator[Part]:
    for line in file.others:
        # What is no ticket may be an objective, whose day is that of a ticket which not everybody may know.
        yield Part("part", "", line.label, None, line.why, line.weight, line.weight_unit, line.contribution)
    hidden = HiddenLines()
    for lines, labels in file.pages:
        seen, hidden.reason = see(labels) if labels else (frozenset(), hidden.reason)
        for line in lines:
            if line.issue_id in seen:
                yield _part(line, labels[line.issue_id].summary)
            else:
                hidden.add(line)
    if hidden.tickets:
        yield hidden.part


def _part(line: Line, title: str) -> Part:
    return Part("ticket", line.key, title, line.day, line.why, line.weight, line.weight_unit, line.contribution)


@dataclass
class HiddenLines:
    """The lines of tickets that their reader may not browse, as numbers: one part, so that the parts add up."""

    tickets: "array[int]" = field(default_factory=lambda: array("q"))
    weights: "array[float]" = field(default_factory=lambda: array("d"))
    contributions: "array[float]" = field(default_factory=lambda: array("d"))
    unit: str = ""
    reason: Reason = field(default_factory=lambda: reason_of(*UNSEEN))

    def add(self, line: Line) -> None:
        if line.weight is not None:
            self.weights.append(line.weight)
            self.unit = line.weight_unit
        self.tickets.append(line.issue_id)
        self.contributions.append(line.contribution)

    @property
    def part(self) -> Part:
        tickets = len(set(self.tickets))
        weight = math.fsum(self.weights) if self.weights else None
        name, why, contribution = count(tickets, "ticket"), self.reason(tickets), math.fsum(self.contributions)
        return Part("hidden", "", name, None, why, weight, self.unit, contribution)
