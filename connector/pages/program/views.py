"""The program page: what agencies delivered and taught, experiments, departments and exit readiness, side by side."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from msgspec import Struct
from sqlalchemy import Connection

from connector.container import container
from connector.figures.program import (
    ProgramEngagement,
    ProgramSelection,
    departments_by_quarter,
    select_program,
    strictest_k,
)
from connector.pages import empty_states
from connector.pages.periods import Period, choose
from connector.pages.program import charts, drawer, export, texts, totals
from connector.pages.program.access import ProgramView, select_program_view
from connector.pages.program.periods import QUARTERS, program_periods, quarters_until
from connector.pages.program.sections import exit_rows, experiment_facts, proposal_rows, quarter_table, together_cells
from connector.pages.visibility import refuse
from connector.text import count
from connector.web.gate import LINK, PAGE, SHARED, Rule, caller
from mappings.events.types import Instant
from mappings.measure.model.quarters import quarter_name
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import gettext, in_english

blueprint = Blueprint("program", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "program.show": PAGE,
    "program.linked": LINK,
    "program.content": SHARED,
    "program.figure": SHARED,
    "program.download": SHARED,
}


class Program(Struct, frozen=True):
    """What the page is made of: engagements with their quarters, and the period that was chosen."""

    view: ProgramView
    engagements: tuple[ProgramEngagement, ...]
    periods: tuple[Period, ...]
    period: Period
    quarters: tuple[Period, ...]
    choice: str
    today: date

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(quarter_name(period.first) for period in self.quarters)


@blueprint.get("/pages/program")
def show() -> str:
    template, values = _content()
    return render_template("program/page.html", content=template, fills=True, **values)


@blueprint.get("/direct/program")
def linked() -> str:
    template, values = _content()
    return render_template("program/page.html", content=template, linked=True, **values)


@blueprint.get("/pages/program/content")
def content() -> str:
    template, values = _content()
    return render_template(template, **values)


@blueprint.get("/pages/program/figure")
def figure() -> str:
    """Show how a figure adds up over the engagements: sums alone, their tickets open to each engagement's leads."""
    program = _require_program()
    kind = drawer.FIGURES.get(request.args.get("figure", "")) or refuse(404, gettext("No such figure."))
    return render_template("program/figure.html", program=program, **drawer.figure_values(kind, program.engagements))


@blueprint.get("/pages/program/download")
@in_english
def download() -> Response:
    program, form = _require_program(), request.args.get("format", "")
    if form not in export.FORMS:
        refuse(404, gettext("No such form: csv or json."))
    mimetype, write = export.FORMS[form]
    rows = export.program_rows(program.engagements, program.names)
    answer = Response(write(rows, totals.add_up(program.engagements, QUARTERS - 1)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename=program-{program.period.key}.{form}"
    return answer


def _content() -> tuple[str, dict[str, Any]]:
    with container().reader.connect() as connection:
        program = _select_program(connection)
    if program is None:
        return "state.html", {"state": empty_states.NO_PROGRAM, "heading": gettext("Program")}
    return "program/content.html", _values(program)


def _require_program() -> Program:
    with container().reader.connect() as connection:
        program = _select_program(connection)
    return program if program is not None else refuse(404, gettext("There is no program that you may see."))


def _select_program(connection: Connection) -> Program | None:
    app, now = container(), container().clock()
    view = select_program_view(connection)
    if not view.stored:
        return None
    choice = request.args.get("engagement", "")
    chosen = tuple(item for item in view.stored if item.engagement.key == choice) or view.stored
    today = _today(chosen, now)
    periods = program_periods(chosen, today)
    period = choose(periods, request.args.get("period"))
    quarters = quarters_until(period)
    days = tuple((quarter.first, quarter.last) for quarter in quarters)
    selection = ProgramSelection(caller().tenant_id, days, now, app.engine, app.reader)
    engagements = select_program(connection, chosen, selection)
    choice = choice if len(chosen) == 1 and len(view.stored) > 1 else ""
    return Program(view, engagements, periods, period, quarters, choice, today)


def _today(stored: Sequence[StoredEngagement], now: Instant) -> date:
    return max(totals.local_day(item.engagement.zone, now) for item in stored)


def _values(program: Program) -> dict[str, Any]:
    own = program.engagements
    sums = [totals.add_up(own, place) for place in range(QUARTERS)]
    departments = departments_by_quarter(own, strictest_k(item.stored.rules for item in own))
    experiments = [_sum_experiments(own, place) for place in range(QUARTERS)]
    proposals = _sum_proposals(own)
    bars, scale = charts.experiment_bars(list(zip(program.names, experiments, strict=True)))
    return {
        "program": program,
        "lead": totals.lead_values(own, sums[-1], sums[-2], program.period),
        "numbers": together_cells(sums[-1], sums[-2], departments, program.names[-2][:2]),
        "rows": [texts.engagement_row(item, program.names[-2][:2]) for item in own],
        "funnel": charts.funnel_of(own) if program.view.shows_funnel else None,
        "funnel_scale": charts.funnel_scale,
        "bars": bars,
        "scale": scale,
        "experiments": experiment_facts(experiments[-1], experiments[-2], program.names[-2]),
        "departments": departments,
        "proposals": proposal_rows(own),
        "proposed": proposals,
        "exits": exit_rows(own),
        "multiples": [(item, charts.quarter_dots(item, program.names)) for item in own],
        "table": quarter_table(sums, experiments, departments, _proposals_by_quarter(own)),
        "tickets": count(sums[-1].sums.n, "agency ticket"),
        "figure_link": _figure_link(program),
        "download_link": _download_link(program),
        "hundred": lambda rate: round(100 * rate),
    }


def _query(program: Program) -> dict[str, Any]:
    chosen = {"engagement": program.choice} if program.choice else {}
    return {"period": program.period.key, **chosen}


def _figure_link(program: Program) -> Any:
    return lambda name: url_for("program.figure", figure=name, **_query(program))


def _download_link(program: Program) -> Any:
    return lambda form: url_for("program.download", format=form, **_query(program))


def _sum_experiments(engagements: Sequence[ProgramEngagement], place: int) -> Experiments:
    total = Experiments()
    for item in engagements:
        quarter = item.quarters[place]
        total = total if quarter is None else total.plus(quarter.experiments)
    return total


def _sum_proposals(engagements: Sequence[ProgramEngagement], place: int = -1) -> Proposals:
    total = Proposals()
    for item in engagements:
        quarter = item.quarters[place]
        total = total if quarter is None else total.plus(quarter.proposals)
    return total


def _proposals_by_quarter(engagements: Sequence[ProgramEngagement]) -> list[Proposals]:
    return [_sum_proposals(engagements, place) for place in range(QUARTERS)]
