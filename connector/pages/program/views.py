"""The program page: what agencies delivered and taught, experiments, departments and exit readiness, side by side."""

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for

from connector.container import container
from connector.figures.program import ProgramEngagement
from connector.pages.no_part import no_program
from connector.pages.program import charts, drawer, export, integration, texts, totals
from connector.pages.program.counts import (
    sum_experiments,
    sum_proposals,
    tickets_text,
)
from connector.pages.program.departments import departments_by_quarter, strictest_k
from connector.pages.program.experiments import experiment_facts, experiment_picture, experiment_rows, experiments_scope
from connector.pages.program.periods import QUARTERS
from connector.pages.program.ready import Reviews, find_reviews
from connector.pages.program.recorded import frozen_text, recorded_rows
from connector.pages.program.row_page import RowPage, row_page
from connector.pages.program.sections import (
    exit_rows,
    proposal_rows,
    proposals_outcome,
    quarter_table,
    together_cells,
)
from connector.pages.program.source import Program, find_program, require_program
from connector.pages.terms import NOTHING_BEFORE
from connector.pages.visibility import refuse
from connector.web.gate import LINK, PAGE, SHARED, Rule, tenant
from mappings.measure.score.program_counts import Experiments
from mappings.translation import gettext, in_english

blueprint = Blueprint("program", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "program.show": PAGE,
    "program.linked": LINK,
    "program.content": SHARED,
    "program.figure": SHARED,
    "program.download": SHARED,
}


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
    program, name = _require(), request.args.get("figure", "")
    if name == integration.FIGURE:
        return render_template("program/integration.html", program=program, **integration.integration_values(program))
    kind = drawer.FIGURES.get(name) or refuse(404, gettext("No such figure."))
    return render_template("program/figure.html", program=program, **drawer.figure_values(kind, program))


@blueprint.get("/pages/program/download")
@in_english
def download() -> Response:
    program, form = _require(), request.args.get("format", "")
    if form not in export.FORMS:
        refuse(404, gettext("No such form: csv or json."))
    mimetype, write = export.FORMS[form]
    rows = export.program_rows(program.engagements, program.names)
    answer = Response(write(rows, totals.add_up(program.engagements, QUARTERS - 1)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={file_name(program, form)}"
    return answer


def file_name(program: Program, form: str) -> str:
    return f"program-{program.period.key}{'-recorded' if program.recorded else ''}.{form}"


def _content() -> tuple[str, dict[str, Any]]:
    with container().reader.connect() as connection:
        program = find_program(connection)
        if program is None:
            return "state.html", {"state": no_program(connection), "heading": gettext("Program")}
        reviews = find_reviews(connection, program.view)
    return "program/content.html", {
        **_values(program),
        "newest": reviews.newest,
        "review_link": _review_link(program, reviews),
    }


def _require() -> Program:
    with container().reader.connect() as connection:
        return require_program(connection)


def _values(program: Program) -> dict[str, Any]:
    own = program.engagements
    before = totals.name_before(own, program.period)
    sums = totals.quarter_sums(own, program.quarters)
    departments = departments_by_quarter(own, strictest_k(item.stored.rules for item in own))
    experiments = [sum_experiments(own, place) for place in range(QUARTERS)]
    proposals = [sum_proposals(own, place) for place in range(QUARTERS)]
    page = row_page(own, request.args.get("first", ""))
    return {
        "program": program,
        "one": len(own) == 1,
        "NAMED": texts.NAMED,
        "missing": [item.engagement.name for item in program.missing],
        "lead": totals.lead_values(_measured(program), sums[-1], sums[-2], program.period),
        "numbers": together_cells(sums[-1], sums[-2], departments, before),
        "is_adjusted": bool(sums[-1].by) and totals.is_adjusted(own),
        "departments": departments,
        "proposed": proposals[-1],
        "proposals_outcome": proposals_outcome(proposals[-1]) if proposals[-1] else "",
        "table": quarter_table(own, sums, experiments, departments=departments, proposals=proposals),
        "NOTHING_BEFORE": NOTHING_BEFORE,
        "uncompared": totals.uncompared_text(sums, recorded=program.recorded),
        "since": program.since,
        "names": program.names[program.since :],
        "heads": totals.quarter_heads(own, program.quarters)[program.since :],
        "frozen": frozen_text(program),
        "tickets": tickets_text(own, sums[-1].sums.n, program.period.name),
        "hundred": lambda rate: round(100 * rate),
        **_experiment_values(program, experiments, sums[-2].absence),
        **_row_values(program, page, is_summed=bool(sums[-1].by)),
        **_funnel_values(program),
        **_links(program),
    }


def _experiment_values(program: Program, experiments: Sequence[Experiments | None], absence: str) -> dict[str, Any]:
    return {
        **experiment_picture(program.engagements, program.names, experiments, program.since),
        "experiments": experiment_facts(experiments[-1], experiments[-2], program.names[-2], absence),
        "experiments_scope": experiments_scope(program.engagements),
    }


def _row_values(program: Program, page: RowPage, *, is_summed: bool) -> dict[str, Any]:
    """Return what has a row, or a picture, for each engagement of the page."""
    printed = totals.printed_amounts(program.engagements, is_summed=is_summed)
    before = totals.row_before(program.engagements, program.period)
    return {
        "page": page,
        "rows": [texts.engagement_row(item, before, printed.get(item.engagement.key)) for item in page.shown],
        "experiment_rows": experiment_rows(page.shown),
        "proposals": proposal_rows(page.proposing),
        "others_proposed": sum_proposals(page.without_proposals_row, QUARTERS - 1),
        "exits": exit_rows(page.shown),
        "multiples": [(item, charts.quarter_dots(item, program.names[program.since :])) for item in page.shown],
        "recorded": recorded_rows(program, page.shown) if program.recorded else (),
    }


def _funnel_values(program: Program) -> dict[str, Any]:
    own = program.engagements
    # The funnel compares what is known today.
    shows_funnel = program.view.shows_funnel and len(own) > 1 and not program.recorded
    return {
        "shows_funnel": shows_funnel,
        "funnel": charts.funnel_of(own) if shows_funnel else None,
        "funnel_scale": charts.funnel_scale,
        "funnel_days": totals.window_text(own) if shows_funnel else "",
    }


def _links(program: Program) -> dict[str, Any]:
    own = program.engagements
    # An administrator may read its own pages; a sponsor has this one alone.
    is_open = len(own) == 1 and "admin" in program.view.roles
    return {
        "site": tenant().display_url,
        "project_link": min(own[0].engagement.projects) if is_open else "",
        "engagement_link": lambda key: url_for("program.content", **{**program.query, "engagement": key}),
        "page_link": lambda first: url_for("program.content", first=first, **program.query),
        "figure_link": lambda name: url_for("program.figure", figure=name, **program.query),
        "row_link": lambda name, key: url_for("program.figure", figure=name, **{**program.query, "engagement": key}),
        "download_link": lambda form: url_for("program.download", format=form, **program.query),
        "file_name": lambda form: file_name(program, form),
    }


def _measured(program: Program) -> Sequence[ProgramEngagement]:
    # What was not recorded is not counted among those that delivered.
    return [item for item in program.engagements if item.now is not None or not program.recorded]


def _review_link(program: Program, reviews: Reviews) -> str:
    if program.period.first not in reviews.quarters:
        return ""
    chosen = {name: value for name, value in program.query.items() if name != "figures"}
    return url_for("program_review.show", **chosen)
