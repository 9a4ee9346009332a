"""The drawer of a figure: its value, its rule, its inputs, what each ticket adds, and the same as a file."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, partial

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from connector.container import container
from connector.pages.drawer.figure_file import export_of, figure_answer, select_file
from connector.pages.drawer.line_reasons import (
    LineReasons,
    kinds_of_rows,
    most_missed,
    reason_counts,
    select_line_reasons,
    with_reasons,
)
from connector.pages.drawer.open_proposals import (
    COMPONENT,
    NO_PROPOSALS,
    OpenProposals,
    move_texts,
    open_proposals_of,
    select_open_proposals,
)
from connector.pages.drawer.own_part import own_part_input, select_own_parts
from connector.pages.drawer.part_reason import component_of, query_of
from connector.pages.drawer.rows import Rows, group_of, visible_rows
from connector.pages.drawer.source import Question, read_question, select_figure, select_uncounted, source_of
from connector.pages.visibility import Reason, visible_strictly, visible_tickets
from connector.text import count, days, unit_name
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.events.types import Instant
from mappings.formats.explain.index import explained, late_moves
from mappings.formats.explain.model import Explained, Line, day_of, points
from mappings.formats.explain.reason_kinds import Kind
from mappings.formats.export.figure import HUNDRED, file_name
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import hash_of
from mappings.measure.period.rounding import shown
from mappings.measure.score.dimensions import PARTS
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import Scope
from mappings.translation import day_text, decimal_text, gettext, in_english, integer_text, mark, ngettext

blueprint = Blueprint("figures", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"figures.show": SHARED, "figures.export": SHARED}

# Tickets listed unless all are asked for.
SHOWN = 50
# What of them may not be browsed is one part of a file, as it is one row of a drawer.
LISTED_IN_FILES = mark("Those that you may see are listed one by one in the files below.")


@dataclass(frozen=True)
class Opened:
    """A figure that is opened, with the tickets that its reader may see, and why not the others.

    `endpoints` are those of the drawer and of its file. `reasons` say why its tickets count in a part of the score.
    """

    question: Question
    source: ReportSource
    figure: Explained
    labels: Mapping[int, IssueLabel]
    seen: frozenset[int]
    reason: Reason
    endpoints: tuple[str, str] = ("figures.show", "figures.export")
    reasons: LineReasons = field(default_factory=dict)
    own_parts: frozenset[int] | None = None
    proposals: OpenProposals = NO_PROPOSALS

    @property
    def title(self) -> str:
        # A figure of another window, or of people on a day, has that among its inputs.
        return f"{self.figure.title}, {self.days}" if self.question.is_of_days else self.figure.title

    @property
    def days(self) -> str:
        """The days of the figure: of a period that runs, those until today."""
        first, last = self.question.first, self.question.last
        return days(first, max(first, min(last, day_of(self.source.as_of, self.source))))

    @cached_property
    def rows(self) -> Rows:
        return visible_rows(with_reasons(self.figure, self.reasons), self.labels, self.seen)


@blueprint.get("/pages/figure")
def show() -> str:
    with container().reader.connect() as connection:
        question = read_question(connection)
        measured = select_figure(connection, question)
        source = source_of(measured)
        figure = explained(source, question.path, question.objective)
        labels = select_line_labels(connection, figure)
        uncounted = select_uncounted(connection, question)
        reasons = select_line_reasons(measured, figure)
        own_parts = select_own_parts(measured, figure)
        limits = _select_proposals(connection, question)
        if limits:
            labels |= select_labels(connection, caller().tenant_id, limits.keys() - labels.keys())
    seen, hidden_why = visible_tickets(question.view, labels)
    proposals = open_proposals_of(measured.prepared, limits, labels, seen)
    opened = Opened(
        question, source, figure, labels, seen, hidden_why, reasons=reasons, own_parts=own_parts, proposals=proposals
    )
    return render_figure(opened, uncounted)


def render_figure(opened: Opened, uncounted: int = 0) -> str:
    question, source, figure = opened.question, opened.source, opened.figure
    kinds = kinds_of_rows(opened.rows, opened.reasons)
    return render_template(
        "drawer/figure.html",
        figure=figure,
        title=opened.title,
        inputs=_inputs(opened, kinds, uncounted),
        moves=_moves(opened, kinds),
        endpoints=opened.endpoints,
        agreed={
            "hash": question.view.stored.hash,
            "ruleset": question.view.stored.rules.name,
            "rules": hash_of(question.view.stored.rules),
        },
        file_name=lambda form: file_name(export_of(question, source, figure, ()), form),
        site=tenant().display_url,
        **_table(opened),
    )


def _moves(opened: Opened, kinds: Sequence[Sequence[Kind]]) -> tuple[str, ...]:
    """Return what would move a figure; of a period that is over what still can."""
    source, figure = opened.source, opened.figure
    if opened.question.last < day_of(container().clock(), source):
        return late_moves(source, figure)
    return (*most_missed(figure.path, kinds), *move_texts(opened.proposals), *figure.moves)


def _select_proposals(connection: Connection, question: Question) -> dict[int, Instant]:
    """Return the proposals that nobody decided yet, where the figure counts what becomes of them."""
    if component_of(question.path) != COMPONENT:
        return {}
    view = question.view
    scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
    return select_open_proposals(scope, container().clock())


def _inputs(opened: Opened, kinds: Sequence[Sequence[Kind]], uncounted: int) -> list[tuple[str, str]]:
    question = opened.question
    inputs = [*opened.figure.inputs]
    if question.is_of_days:
        inputs.insert(0, (gettext("Days"), f"{opened.days}, {question.view.engagement.zone}"))
    if question.is_in_other_unit:
        chosen, agreed = (unit_name(by, 0) for by in (question.unit, question.view.engagement.units.by))
        text = gettext("%(chosen)s, as you chose; the agreement counts %(agreed)s", chosen=chosen, agreed=agreed)
        inputs.append((gettext("Counted in"), text))
    inputs += own_part_input(question.view.engagement.agency_name, opened.rows, opened.own_parts)
    inputs += reason_counts(opened.rows, kinds)
    if uncounted:
        missing = count(uncounted, "finished ticket")
        inputs.append((gettext("Missing"), gettext("%(tickets)s, measured before this unit was kept", tickets=missing)))
    return inputs


def _table(opened: Opened) -> dict[str, object]:
    question, figure, rows = opened.question, opened.figure, opened.rows
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
        "rest_text": _rest_text(rest.tickets) if rest else "",
        "hidden": hidden,
        "hidden_name": count(hidden.tickets, "ticket") if hidden else "",
        "hidden_text": _hidden_text(opened.reason, hidden.tickets) if hidden else "",
        "sum": figure.printed_sum,
        "rounded": _rounded(figure),
        "base": "" if figure.base is None else points(figure.base),
        "weights": figure.base is not None or any(row.weight for row in listed),
        "query": query,
        "more": query | {"all": "1"} if rest else None,
        "earlier": rows.earlier,
        "earlier_text": gettext(LISTED_IN_FILES) if opened.seen else "",
        "more_text": _more_text(rows),
        # The evidence of a ticket tells of figures that a gatekeeper does not read.
        "evidence": partial(_evidence_query, question, figure) if "drilldown" in question.view.sees else None,
        "day": day_text,
    }


def _rest_text(tickets: int) -> str:
    return ngettext("An older one, not listed yet.", "Older ones, not listed yet.", tickets)


def _hidden_text(reason: Reason, tickets: int) -> str:
    part = ngettext(
        "Its part is in the figure, it is not in this list.",
        "Their part is in the figure, they are not in this list.",
        tickets,
    )
    return f"{reason(tickets)} {part}"


def _rounded(figure: Explained) -> str:
    """Return as what the sum stands at the top, where that is a whole number and the sum has a place more."""
    if figure.unit != HUNDRED or figure.number is None or figure.value.why_not:
        return ""
    whole = decimal_text(shown(figure.number, 0))
    return "" if whole == figure.printed_sum else gettext("rounded: %(number)s", number=whole)


def _evidence_query(question: Question, figure: Explained, line: Line) -> dict[str, str]:
    return {"engagement": question.view.engagement.key, **query_of(figure.path, line)}


def _more_text(rows: Rows) -> str:
    if rows.earlier:
        return gettext("Show the latest %(tickets)s", tickets=count(rows.tickets, "ticket"))
    return gettext("Show all %(tickets)s", tickets=count(rows.tickets, "ticket"))


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
        question = read_question(connection)
        file = select_file(connection, question, partial(explained, path=question.path, objective=question.objective))
    return figure_answer(file, partial(visible_strictly, question.view))


def select_line_labels(connection: Connection, figure: Explained) -> dict[int, IssueLabel]:
    return select_labels(connection, caller().tenant_id, {line.issue_id for line in figure.lines} - {0})
