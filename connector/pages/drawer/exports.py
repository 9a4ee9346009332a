"""The drawers as files: what somebody sees of a figure, as CSV or JSON, and not a row more."""

import math
from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from datetime import timedelta
from typing import Literal

from flask import Blueprint, Response, request

from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.drawer import score as opened
from connector.pages.drawer import units
from connector.pages.drawer.date_ranges import read_quarter
from connector.pages.visibility import refuse, visible_tickets
from connector.text import count, unit_name
from connector.web.gate import SHARED, Rule
from mappings.formats.explain.model import Explained, Line
from mappings.formats.export.figure import FigureExport, Part, export_csv, export_json
from mappings.formats.export.numbers import units_of
from mappings.records.facts.issues import IssueLabel
from mappings.records.figures.entries import PeriodEntry

blueprint = Blueprint("exports", __name__)
ROUTES: dict[str, Rule] = {"exports.figure": SHARED, "exports.score": SHARED}

DAY = timedelta(days=1)
Write = Callable[[FigureExport], Iterator[bytes]]
FORMS: Mapping[str, tuple[str, Write]] = {
    "csv": ("text/csv; charset=utf-8", export_csv),
    "json": ("application/json", export_json),
}


@blueprint.get("/pages/figure/export")
def figure() -> Response:
    """Give a figure of units with its tickets as a file."""
    with container().reader.connect() as connection:
        question, found, labels = units.select_drawer(connection)
    seen, reason = visible_tickets(question.view, labels)
    return _file(_of_units(question, found, labels, (seen, reason)))


def _of_units(
    question: units.Question,
    found: list[PeriodEntry],
    labels: Mapping[int, IssueLabel],
    sight: tuple[AbstractSet[int], str],
) -> FigureExport:
    stored, (seen, reason) = question.view.stored, sight
    total = sum(units.part_of(question, one) for one in found)
    parts = [_entry_part(question, one, labels[one.issue_id]) for one in found if one.issue_id in seen]
    hidden = [one for one in found if one.issue_id not in seen]
    if hidden:
        number = len({one.issue_id for one in hidden})
        parts.append(_hidden(number, reason, units_of(sum(units.part_of(question, one) for one in hidden))))
    return FigureExport(
        engagement=stored.engagement.key,
        engagement_hash=stored.hash,
        rules=stored.rules,
        figure=question.figure,
        objective=question.objective or "",
        start=question.first,
        end=question.last + DAY,
        as_of=container().clock(),
        rule=question.rule.rule_id,
        unit=unit_name(question.by, 0),
        value=str(units.value_of(question, found, total)["value"]),
        total=units_of(total),
        parts=tuple(parts),
    )


def _entry_part(question: units.Question, one: PeriodEntry, label: IssueLabel) -> Part:
    part = units_of(units.part_of(question, one))
    return Part("ticket", label.key, label.summary, units.why(question, one), "", part)


def _hidden(tickets: int, reason: str, part: float) -> Part:
    return Part("hidden", "", count(tickets, "ticket"), reason, "", part)


@blueprint.get("/pages/score/export")
def score() -> Response:
    """Give a figure of the score, or of what people can carry, as a file."""
    with container().reader.connect() as connection:
        view, found, labels = opened.select_opened(connection)
    return _file(_of_score(view, found, _parts(found, labels, visible_tickets(view, labels))))


def _of_score(view: EngagementView, found: Explained, parts: tuple[Part, ...]) -> FigureExport:
    stored, (first, last) = view.stored, read_quarter()
    return FigureExport(
        engagement=stored.engagement.key,
        engagement_hash=stored.hash,
        rules=stored.rules,
        figure=found.path,
        objective="",
        start=first,
        end=last + DAY,
        as_of=container().clock(),
        rule=found.rule_id,
        unit=found.unit,
        value=f"not published: {found.why_not}" if found.why_not else found.value,
        total=found.number,
        parts=parts,
    )


def _parts(found: Explained, labels: Mapping[int, IssueLabel], sight: tuple[AbstractSet[int], str]) -> tuple[Part, ...]:
    """Return the parts in the drawer's order: what is no ticket, tickets, the newest first, and what is hidden."""
    seen, reason = sight
    dated = not found.path.endswith(opened.UNDATED)
    others = [_line_part(one, "part", "", dated=dated) for one in found.lines if not one.issue_id]
    tickets = [one for one in reversed(found.lines) if one.issue_id]
    mine = [_line_part(one, "ticket", labels[one.issue_id].summary) for one in tickets if one.issue_id in seen]
    away = [one for one in tickets if one.issue_id not in seen]
    rest = [_hidden(len({one.issue_id for one in away}), reason, math.fsum(one.contribution for one in away))]
    return (*others, *mine, *(rest if away else ()))


def _line_part(one: Line, kind: Literal["ticket", "part"], title: str, *, dated: bool = True) -> Part:
    named = (one.key, title) if kind == "ticket" else ("", one.key)
    return Part(kind, *named, one.why if dated else "", one.weight, one.contribution)


def _file(one: FigureExport) -> Response:
    form = request.args.get("format", "")
    if form not in FORMS:
        refuse(404, "No such form: csv or json.")
    mimetype, write = FORMS[form]
    answer = Response(write(one), mimetype=mimetype)
    name = "-".join(filter(None, (one.engagement, one.figure.replace(".", "-"), one.objective, str(one.start))))
    answer.headers["Content-Disposition"] = f"attachment; filename={name}.{form}"
    return answer
