"""The program page: what agencies delivered and taught, experiments, departments and exit readiness, side by side."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from connector.container import container
from connector.figures.program.engagement import ProgramEngagement
from connector.pages.act import Notice
from connector.pages.empty_states import unmeasured_text
from connector.pages.no_part import no_program
from connector.pages.program import charts, drawer, export, integration, people_drawers, totals
from connector.pages.program.counts import sum_proposals
from connector.pages.program.engagement_row import engagement_row, score_cell, shares_days
from connector.pages.program.exits import due_line, exit_rows, meaning
from connector.pages.program.experiments import experiment_facts, experiment_rows, experiments_scope
from connector.pages.program.periods import QUARTERS
from connector.pages.program.quarter_names import counted_day, row_before, window_before, window_text
from connector.pages.program.ready import Reviews, find_reviews
from connector.pages.program.recorded import instead_text, recorded_rows
from connector.pages.program.restated import select_restated_text
from connector.pages.program.row_page import RowPage, row_page
from connector.pages.program.sections import proposal_rows, proposals_outcome, undecided_days
from connector.pages.program.source import Program, find_program, require_program
from connector.pages.program.summary import summary_of, summary_values
from connector.pages.program_review.views import REVIEW, review_content
from connector.pages.terms import NOTHING_BEFORE
from connector.pages.visibility import refuse
from connector.text import whole
from connector.web.gate import LINK, PAGE, SHARED, Rule, tenant
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
    if name in {people_drawers.MISSING, people_drawers.MISSING_TO_TARGETS}:
        values = people_drawers.missing_values(program)
        leads = name == people_drawers.MISSING_TO_TARGETS
        return render_template("program/missing.html", program=program, targets_lead=leads, **values)
    if name == people_drawers.DEPARTMENT:
        return _department(program)
    kind = drawer.FIGURES.get(name) or refuse(404, gettext("No such figure."))
    return render_template("program/figure.html", program=program, **drawer.figure_values(kind, program))


def _department(program: Program) -> str:
    values = people_drawers.department_values(program, request.args.get("department", ""))
    if values is None:
        refuse(404, gettext("No such figure."))
    return render_template("program/department.html", program=program, **values)


@blueprint.get("/pages/program/download")
@in_english
def download() -> Response:
    program, form = _require(), request.args.get("format", "")
    if form not in export.FORMS:
        refuse(404, gettext("No such form: csv or json."))
    mimetype, write = export.FORMS[form]
    k = program.k
    rows = export.program_rows(program.engagements, program.names, k)
    total = totals.add_up(program.engagements, QUARTERS - 1)
    answer = Response(write(rows, total, export.departments_of(program.engagements, k)), mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={file_name(program, form)}"
    return answer


def file_name(program: Program, form: str) -> str:
    return f"program-{program.period.key}{'-recorded' if program.recorded else ''}.{form}"


def _content() -> tuple[str, dict[str, Any]]:
    """Return a template and its values; an address that names the review has it in the page's place."""
    if request.args.get("tab") == REVIEW:
        return review_content(Notice())
    with container().reader.connect() as connection:
        program = find_program(connection)
        if program is None:
            return "state.html", _no_program_values(connection)
        reviews = find_reviews(connection, program.view)
        restated = select_restated_text(connection, program)
    return "program/content.html", {
        **_values(program),
        "restated": restated,
        "k": program.k,
        "newest": reviews.newest,
        "reviews": reviews.by_quarter,
        "review_link": _review_link(program, reviews),
    }


def _no_program_values(connection: Connection) -> dict[str, Any]:
    outside = no_program(connection)
    return {
        "state": outside.state,
        "own_projects": outside.projects,
        "heading": gettext("Program"),
        "site": tenant().display_url,
    }


def _require() -> Program:
    with container().reader.connect() as connection:
        return require_program(connection)


def _values(program: Program) -> dict[str, Any]:
    own, summary = program.engagements, summary_of(program)
    sums, experiments, proposed = summary.sums, summary.experiments, summary.proposals[-1]
    page = row_page(own, request.args.get("first", ""))
    return {
        **summary_values(summary, program.since),
        "lead": totals.lead_values(_measured(program), sums[-1], sums[-2], program.period),
        "departments": summary.departments,
        "proposed": proposed,
        "proposals_outcome": proposals_outcome(proposed, undecided_days(own)) if proposed else "",
        "experiments": experiment_facts(experiments[-1], experiments[-2], program.names[-2], sums[-2].absence),
        "experiments_scope": experiments_scope(own),
        "NOTHING_BEFORE": NOTHING_BEFORE,
        "since": program.since,
        "hundred": lambda rate: round(100 * rate),
        **_row_values(program, page),
        **_funnel_values(program),
        **_links(program),
        "state": _state(program, page),
        "score_then": _score_then(program),
        "proposers": _proposers(program),
        "unmeasured": [item.engagement.name for item in program.engagements if item.is_unmeasured],
        "first_figures": _first_figures(program),
        "instead": instead_text(program, request.args.get("period", "")),
    }


def _state(program: Program, page: RowPage) -> str:
    """Return what a platform keeps in its own address, so that the same page opens again."""
    rows = {"first": page.shown[0].engagement.key} if page.first > 1 else {}
    return urlencode(program.query | rows)


def _row_values(program: Program, page: RowPage) -> dict[str, Any]:
    """Return what has a row, or a picture, for each engagement of the page."""
    own = program.engagements
    before, window = (name_of(own, program.period) for name_of in (row_before, window_before))
    multiples = [(item, charts.quarter_dots(item, program.names[program.since :])) for item in page.shown]
    # Administrators read on the engagement's own pages what is missing.
    asks = "admin" not in program.view.roles
    exits = exit_rows(
        page.shown, program.today if program.period.runs else program.period.last, is_running=program.period.runs
    )
    return {
        "page": page,
        "rows": [engagement_row(item, before, window) for item in page.shown],
        "experiment_rows": experiment_rows(page.shown),
        "proposals": proposal_rows(page.proposing),
        "others_proposed": sum_proposals(page.without_proposals_row, QUARTERS - 1),
        "exits": exits,
        "due_line": due_line(own, program.today, counted_day(own, program.period), asks=asks)
        if program.period.runs
        else None,
        "exit_meaning": meaning(exits),
        "multiples": multiples,
        "has_thin": any(dot.value is None for _, dots in multiples for dot in dots),
        "recorded": recorded_rows(program, page.shown) if program.recorded else (),
    }


def _first_figures(program: Program) -> str:
    """Return what stands in place of figures where nothing is measured yet; "" elsewhere."""
    own = program.engagements
    if not all(item.is_unmeasured for item in own):
        return ""
    if len(own) == 1:
        return unmeasured_text(own[0].engagement.name)
    return gettext("No engagement is measured yet. The first figures come in some minutes.")


def _proposers(program: Program) -> str:
    """Return whose proposals are counted: the agency's where one engagement is shown."""
    own = program.engagements
    return own[0].engagement.agency_name if len(own) == 1 else gettext("agencies")


def _score_then(program: Program) -> str:
    """Return what the score of one engagement was a quarter earlier, beside a comparison with the window before."""
    item, *others = program.engagements
    before = item.scored[-2] if item.scored and not others else None
    if before is None or not shares_days(item) or not score_cell(item).moved.before:
        return ""
    then = {"score": whole(before.value), "quarter": program.names[-2]}
    return gettext("%(score)s at the end of %(quarter)s: not compared, as both share days", **then)


def _funnel_values(program: Program) -> dict[str, Any]:
    own = program.engagements
    # The funnel compares what is known today.
    shows_funnel = program.view.shows_funnel and len(own) > 1 and not program.recorded
    return {
        "shows_funnel": shows_funnel,
        "funnel": charts.funnel_of(own) if shows_funnel else None,
        "funnel_scale": charts.funnel_scale,
        "funnel_days": window_text(own) if shows_funnel else "",
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
        "department_link": lambda name: url_for(
            "program.figure", figure=people_drawers.DEPARTMENT, department=name, **program.query
        ),
        "download_link": lambda form: url_for("program.download", format=form, **program.query),
        "file_name": lambda form: file_name(program, form),
    }


def _measured(program: Program) -> Sequence[ProgramEngagement]:
    # What has no figures of the quarter is not counted among those that delivered.
    return [item for item in program.engagements if item.now is not None] or program.engagements


def _review_link(program: Program, reviews: Reviews) -> str:
    if program.period.first not in reviews.quarters:
        return ""
    return url_for("program_review.show", back=program.period.key, **program.review_query)
