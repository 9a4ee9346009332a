"""The drawer of a figure: its value, its rule, its inputs, what each ticket adds, and the same as a file."""

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from connector.container import container
from connector.pages.drawer.rows import Row, Rows, group_of, visible_rows
from connector.pages.drawer.source import Question, open_figure, select_uncounted
from connector.pages.unit_choice import UNIT_KEYS
from connector.pages.visibility import refuse, visible_tickets
from connector.text import count, days, unit_name
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.formats.explain.model import Explained, Line, day_of, points
from mappings.formats.export.figure import FigureExport, Part, export_csv, export_json, file_name
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import hash_of
from mappings.measure.score.dimensions import PARTS
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import day_text, gettext, in_english, integer_text

blueprint = Blueprint("figures", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"figures.show": SHARED, "figures.export": SHARED}

# Tickets listed unless all are asked for.
SHOWN = 50
Write = Callable[[FigureExport], Iterator[bytes]]
FORMS: Mapping[str, tuple[str, Write]] = {
    "csv": ("text/csv; charset=utf-8", export_csv),
    "json": ("application/json", export_json),
}


@dataclass(frozen=True)
class Opened:
    """A figure that is opened, with the tickets that its reader may see, and why not the others.

    `endpoints` are those of the drawer and of its file.
    """

    question: Question
    source: ReportSource
    figure: Explained
    labels: Mapping[int, IssueLabel]
    seen: frozenset[int]
    reason: str
    endpoints: tuple[str, str] = ("figures.show", "figures.export")

    @property
    def title(self) -> str:
        # A figure of another window, or of people on a day, has that among its inputs.
        return f"{self.figure.title}, {self.days}" if self.question.is_of_days else self.figure.title

    @property
    def days(self) -> str:
        """The days of the figure: of a period that runs, those until today."""
        first, last = self.question.first, self.question.last
        return days(first, max(first, min(last, day_of(self.source.as_of, self.source))))

    @property
    def rows(self) -> Rows:
        return visible_rows(self.figure, self.labels, self.seen)


@blueprint.get("/pages/figure")
def show() -> str:
    with container().reader.connect() as connection:
        question, source, figure = open_figure(connection)
        labels = select_line_labels(connection, figure)
        uncounted = select_uncounted(connection, question)
    return render_figure(Opened(question, source, figure, labels, *visible_tickets(question.view, labels)), uncounted)


def render_figure(opened: Opened, uncounted: int = 0) -> str:
    question, source, figure = opened.question, opened.source, opened.figure
    return render_template(
        "drawer/figure.html",
        figure=figure,
        title=opened.title,
        inputs=_inputs(opened, uncounted),
        endpoints=opened.endpoints,
        agreed={
            "hash": question.view.stored.hash,
            "ruleset": question.view.stored.rules.name,
            "rules": hash_of(question.view.stored.rules),
        },
        file_name=lambda form: file_name(_export(question, source, figure, ()), form),
        site=tenant().display_url,
        reason=opened.reason,
        **_table(question, figure, opened.rows),
    )


def _inputs(opened: Opened, uncounted: int) -> list[tuple[str, str]]:
    question = opened.question
    inputs = [*opened.figure.inputs]
    if question.is_of_days:
        inputs.insert(0, (gettext("Days"), f"{opened.days}, {question.view.engagement.zone}"))
    if question.is_in_other_unit:
        chosen, agreed = (unit_name(by, 0) for by in (question.unit, question.view.engagement.units.by))
        text = gettext("%(chosen)s, as you chose; the agreement counts %(agreed)s", chosen=chosen, agreed=agreed)
        inputs.append((gettext("Counted in"), text))
    if uncounted:
        missing = count(uncounted, "finished ticket")
        inputs.append((gettext("Missing"), gettext("%(tickets)s, measured before this unit was kept", tickets=missing)))
    return inputs


def _table(question: Question, figure: Explained, rows: Rows) -> dict[str, object]:
    # All rows together add up to the printed sum: those that are not listed are one row.
    listed = rows.shown if "all" in request.args else rows.shown[:SHOWN]
    rest = group_of(figure, rows.shown[len(listed) :])
    hidden = group_of(figure, rows.hidden)
    # The token of Jira’s frame must stand in no address.
    query = {name: value for name, value in request.args.items() if name != "jwt"}
    return {
        "rows": listed,
        "tickets_listed": sum(bool(row.line.issue_id) for row in listed),
        # Of the score a gatekeeper reads nothing else.
        "paths": {row.line.key: _part_path(figure, row.line) for row in listed if "drilldown" in question.view.sees},
        "rest": rest,
        "rest_name": gettext("%(count)s more", count=integer_text(rest.tickets)) if rest else "",
        "hidden": hidden,
        "hidden_name": count(hidden.tickets, "ticket") if hidden else "",
        "sum": figure.printed_sum,
        "base": "" if figure.base is None else points(figure.base),
        "weights": figure.base is not None or any(row.weight for row in listed),
        "query": query,
        "more": query | {"all": "1"} if rest else None,
        "tickets": count(rows.tickets, "ticket"),
        # The evidence of a ticket tells of figures that a gatekeeper does not read.
        "evidence": {"engagement": question.view.engagement.key} if "drilldown" in question.view.sees else None,
        "day": day_text,
    }


def _part_path(figure: Explained, line: Line) -> str:
    """Return the path of the figure that a row of a score is, "" for every other row."""
    whole, _, name = figure.path.partition(".")
    if line.issue_id or not line.key or "." in name:
        return ""
    if whole in {"dimensions", "owners"} or (whole == "score" and not name):
        return f"dimensions.{PARTS[line.key].dimension}.{line.key}"
    return ""


@blueprint.get("/pages/figure/export")
@in_english
def export() -> Response:
    with container().reader.connect() as connection:
        question, source, figure = open_figure(connection, whole=True)
        labels = select_line_labels(connection, figure)
    return figure_file(Opened(question, source, figure, labels, *visible_tickets(question.view, labels)))


def figure_file(opened: Opened) -> Response:
    form = request.args.get("format", "")
    if form not in FORMS:
        refuse(404, gettext("No such form: csv or json."))
    # The file holds what the drawer shows to the same person, and not a row more.
    parts = _parts(opened.rows, opened.reason)
    figure_export = _export(opened.question, opened.source, opened.figure, parts)
    mimetype, write = FORMS[form]
    answer = Response(write(figure_export), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={file_name(figure_export, form)}"
    return answer


def select_line_labels(connection: Connection, figure: Explained) -> dict[int, IssueLabel]:
    return select_labels(connection, caller().tenant_id, {line.issue_id for line in figure.lines} - {0})


def _export(question: Question, source: ReportSource, figure: Explained, parts: tuple[Part, ...]) -> FigureExport:
    return FigureExport(
        engagement=source.engagement.key,
        engagement_hash=source.engagement_hash,
        rules=source.rules,
        figure=figure.path,
        objective=question.objective or "",
        unit_key=UNIT_KEYS[question.unit] if question.is_in_other_unit else "",
        start=source.start,
        end=source.end,
        as_of=source.as_of,
        title=figure.title,
        rule=figure.rule_id,
        unit=figure.unit,
        value=figure.value,
        total=figure.number,
        base=figure.base,
        parts=parts,
    )


def _parts(rows: Rows, reason: str) -> tuple[Part, ...]:
    parts = [_part(row) for row in rows.shown]
    # Tickets that the viewer may not browse are one part, so that the parts add up without naming them.
    if rows.hidden:
        lines = [row.line for row in rows.hidden]
        name = count(len({line.issue_id for line in lines}), "ticket")
        weights = [line.weight for line in lines if line.weight is not None]
        weight, unit = (math.fsum(weights), lines[0].weight_unit) if weights else (None, "")
        part = math.fsum(line.contribution for line in lines)
        parts.append(Part("hidden", "", name, None, reason, weight, unit, part))
    return tuple(parts)


def _part(row: Row) -> Part:
    line = row.line
    counted = (line.weight, line.weight_unit, line.contribution)
    if line.issue_id:
        return Part("ticket", line.key, row.title, line.day, line.why, *counted)
    # What is no ticket may be an objective, whose day is that of a ticket which not everybody may know.
    return Part("part", "", line.label, None, line.why, *counted)
