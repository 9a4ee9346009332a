"""The project page: what an agency taught and what it only did, as the viewer may see it."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any, Literal

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import Container, container
from connector.figures.recorded import select_recorded
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import Notice
from connector.pages.drawer.marks import select_disputed_share
from connector.pages.gatekeeping.views import page_values
from connector.pages.no_part import no_part_line
from connector.pages.program.access import select_program_view
from connector.pages.program.ready import find_reviews
from connector.pages.program_review.views import REVIEW
from connector.pages.project import charts
from connector.pages.project import scorecard as cards
from connector.pages.project.frame import Frame, frame_values, read_frame
from connector.pages.project.phases import AgreementChanges
from connector.pages.project.quarter_change import handed_change, quarter_before, share_change
from connector.pages.project.score_section import Section, section_values
from connector.pages.project.unit_switch import draws_all, part_values, unit_values
from connector.pages.project.unpublished import waiting_lines
from connector.pages.setup.access import draft_number, read_draft_view, said_text
from connector.pages.setup.draft_page import render_draft
from connector.pages.setup.start import find_start
from connector.pages.visibility import find_project_id, may_browse, select_gatekept, select_standing
from connector.platforms.forge.calls import ENVIRON_KEY
from connector.text import (
    KIND_NAMES,
    KIND_WORDS,
    days,
    full_day,
    page_number,
    percent,
    signed,
    whole,
    whole_percent,
    within,
    written_day,
)
from connector.web.gate import LINK, PAGE, SHARED, Rule, caller, link, sample, tenant
from connector.web.own_pages import program_page, project_page
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.engagement import UnitsBy
from mappings.measure.period.figures import Row
from mappings.records.agreement.rulesets import select_rulesets
from mappings.records.figures.day_sums import select_sums
from mappings.records.figures.measure_state import select_unsettled
from mappings.records.operations.audit import MODEL_CHANGED, select_acts_on
from mappings.records.sql.scope import AgreementScope, Scope
from mappings.translation import gettext

blueprint = Blueprint("project", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"project.show": PAGE, "project.linked": LINK, "project.content": SHARED}


blueprint.add_app_template_filter(signed, "signed")
blueprint.add_app_template_filter(page_number, "number")
blueprint.add_app_template_filter(percent, "percent")
blueprint.add_app_template_filter(whole_percent, "whole_percent")
blueprint.add_app_template_filter(within, "within")
blueprint.add_app_template_filter(whole, "whole")
blueprint.add_app_template_filter(full_day, "full_day")
blueprint.add_app_template_filter(written_day, "written_day")
blueprint.add_app_template_global(project_page, "project_page")
blueprint.add_app_template_global(program_page, "program_page")


@blueprint.app_template_filter("days")
def _days(span: charts.Span) -> str:
    return days(span.first, span.last)


@blueprint.app_context_processor
def _template_globals() -> dict[str, object]:
    return {
        "KIND_NAMES": KIND_NAMES,
        "KIND_WORDS": KIND_WORDS,
        "static": lambda name: url_for("static", filename=name),
        "connect_script": container().settings.connect_script,
        "forge": ENVIRON_KEY in request.environ,
        "sample": sample() is not None,
    }


@blueprint.get("/pages/project")
def show() -> str:
    content, values = _content()
    return render_template("project/page.html", content=content, fills=True, **values)


@blueprint.get("/direct/project")
def linked() -> str:
    content, values = _content()
    return render_template("project/page.html", content=content, linked=True, **values)


@blueprint.get("/pages/project/content")
def content() -> str:
    # A draft has an address, which its leads are sent. A link opens none: it stands for nobody who may read one.
    if "draft" in request.args and link() is None:
        return render_draft(read_draft_view(draft_number()))
    template, values = _content()
    return render_template(template, **values)


def render_content(notice: Notice) -> str:
    """Return the page's content after something was done in it."""
    template, values = _content()
    return render_template(template, **values | {"notice": notice})


def _content() -> tuple[str, dict[str, object]]:
    app, key = container(), request.args.get("project.key", "")
    with app.reader.connect() as connection:
        views = _views(connection, key)
        refusal = _refusal(connection, app, key)
        if refusal:
            return "state.html", {"state": refusal}
        start = None if views else find_start(connection, key)
        if start is not None:
            return "setup/start.html", {"start": start, "notice": said_text()}
        # Of an engagement in which the caller is a gatekeeper and nothing else they read that one page.
        keeping = _gatekeeper_views(connection, key, views)
        offered = sorted((view.engagement.name, view.engagement.key) for view in (*views, *keeping))
        engagements = [(choice, name) for name, choice in offered]
        if keeping and (not views or request.args.get("engagement") in {view.engagement.key for view in keeping}):
            return "gatekeeping/page.html", page_values(connection, app, keeping, engagements)
        if not views:
            links = _sponsors_links(connection, key)
            heading = gettext("Knowledge transfer")
            return "line.html", {"line": no_part_line(connection, key), "heading": heading, "links": links}
        return "project/frame.html", _framed(connection, app, read_frame(app, key, views), engagements)


def _views(connection: Connection, project: str) -> list[EngagementView]:
    # A link is for one engagement, from whatever project it is opened.
    return [view for view in select_standing(connection) if link() or project in view.engagement.projects]


def _gatekeeper_views(connection: Connection, project: str, seen: Sequence[EngagementView]) -> list[EngagementView]:
    keys = {view.engagement.key for view in seen}
    gatekept = select_gatekept(connection)
    return [view for view in gatekept if project in view.engagement.projects and view.engagement.key not in keys]


def _sponsors_links(connection: Connection, project: str) -> list[tuple[str, Mapping[str, str]]]:
    """Return the names of the pages that a sponsor of the project reads, and how Program opens each; [] for others."""
    if link() is not None:
        return []
    view = select_program_view(connection)
    if not any(project in item.engagement.projects for item in view.stored):
        return []
    newest = find_reviews(connection, view).newest
    links: list[tuple[str, Mapping[str, str]]] = [(gettext("Open Program"), {})]
    if newest is not None:
        name = gettext("Read the review of %(quarter)s", quarter=newest.name)
        links.append((name, {"tab": REVIEW, "period": newest.key}))
    return links


def _refusal(connection: Connection, app: Container, key: str) -> empty_states.State | None:
    if link():
        return None
    try:
        project_id = find_project_id(connection, app, key)
        if not project_id.isdecimal() or not may_browse(app, project_id):
            return empty_states.NO_PERMISSION
    except JiraError:
        return empty_states.JIRA_AWAY
    return None


def _framed(
    connection: Connection, app: Container, frame: Frame, engagements: Sequence[tuple[str, str]]
) -> dict[str, object]:
    # Before the figures are read: what is written meanwhile is then newer than the mark, and offered.
    framed = frame_values(connection, frame, engagements)
    values: dict[str, object] = {"frame": framed, "site": tenant().display_url, "notice": Notice(said_text())}
    if frame.view.stored.generation is None:
        # Sums of nothing would be noughts, which say that nothing was done.
        values["unmeasured"] = empty_states.unmeasured_text(frame.view.engagement.name)
        return values
    return values if frame.content_address() else values | {"card": _scorecard(connection, app, frame)}


def _scorecard(connection: Connection, app: Container, frame: Frame) -> dict[str, Any]:
    view, period = frame.view, frame.period
    selection = cards.Selection(
        view.engagement, view.stored.hash, period, frame.by, frame.today, view.agency, view.stored.rules, frame.unit,
        draws_all(),
    )  # fmt: skip
    sums = _select_sums(connection, selection, view)
    rows = sums.get("", ())
    shown = _select_sums(connection, selection, view, frame.unit).get("", ()) if selection.unit_query else rows
    card = cards.build(selection, sums, _agreement_changes(connection, selection), shown)
    card |= unit_values(frame, selection, rows, shown)
    card |= part_values(frame, card)
    card["share_change"] = share_change(selection, rows)
    card["handed_change"] = handed_change(selection, rows)
    card["waiting"] = waiting_lines(selection, rows, complete=_complete(connection, view, frame.now))
    card["disputed"] = select_disputed_share(connection, view, (period.first, period.last), rows)
    card["recorded"] = _recorded(connection, frame, card)
    return card | section_values(connection, app, Section(view, period, frame.now))


def _select_sums(
    connection: Connection, selection: cards.Selection, view: EngagementView, unit: UnitsBy | Literal[""] = ""
) -> Mapping[str, Sequence[Row]]:
    generation = view.stored.generation
    if generation is None:
        return {}
    before = quarter_before(selection.period.first)
    first, last = min(before, selection.picture_from), max(selection.period.last, selection.today)
    scope = Scope(connection, caller().tenant_id, selection.engagement.key, generation)
    return select_sums(scope, first, last, unit)


def _agreement_changes(connection: Connection, selection: cards.Selection) -> AgreementChanges:
    tenant_id, engagement = caller().tenant_id, selection.engagement
    since = calendar_of(engagement).midnight(selection.picture_from)
    models = select_acts_on(connection, tenant_id, MODEL_CHANGED, engagement.key, since=since)
    return AgreementChanges(select_rulesets(connection, tenant_id, engagement.key), models)


def _complete(connection: Connection, view: EngagementView, now: Instant) -> bool:
    generation = view.stored.generation
    key = view.stored.engagement.key
    return generation is not None and not select_unsettled(Scope(connection, caller().tenant_id, key, generation), now)


def _recorded(connection: Connection, frame: Frame, card: Mapping[str, Any]) -> str:
    """Return the taught share as it was frozen, where the period is over and it is another now."""
    scope = AgreementScope(connection, caller().tenant_id, frame.view.engagement.key)
    period = frame.period
    if period.last >= frame.today:
        return ""
    frozen = select_recorded(scope, "quarter", since=period.first, until=period.last + timedelta(days=1))
    share = next((item.taught_share for item in frozen if item.first == period.first), None)
    if share is None:
        return ""
    unknown = gettext("not published")
    recorded = percent(share.value) if share.published and share.value is not None else unknown
    now = percent(card["share"]["value"]) if card["share"]["published"] else unknown
    if recorded == now:
        return gettext("as recorded")
    return gettext("%(share)s as recorded; this is what is known now", share=recorded)
