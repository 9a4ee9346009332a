"""The gadget's page, its content and its form; where the settings are kept is the dashboard's matter."""

from collections.abc import Iterator, Sequence
from datetime import timedelta
from typing import Any

from flask import Blueprint, render_template, request
from markupsafe import Markup
from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.auth.access import EngagementView, views_of
from connector.container import container
from connector.figures.program.computed import select_program
from connector.figures.program.engagement import ProgramEngagement, ProgramSelection
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.gadget.settings import FIGURES, PERIODS, SIZES, GadgetSettings, read_gadget_settings
from connector.pages.live import mark_of
from connector.pages.no_part import no_part_line, open_projects
from connector.pages.periods import Period
from connector.pages.program import charts
from connector.pages.program.engagement_row import EngagementRow, engagement_row
from connector.pages.program.periods import quarter_period, quarters_until
from connector.pages.program.quarter_names import local_day, name_before, quarter_before
from connector.pages.program.totals import add_up, lead_values
from connector.pages.visibility import account, has_open_project, select_gatekept, select_visible
from connector.web.gate import CONTEXT, PAGE, Rule, caller, link
from connector.web.own_pages import program_page, project_page
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import quarter_name as named_quarter
from mappings.measure.model.quarters import quarter_start
from mappings.records.agreement.engagements import select_engagement, select_engagements
from mappings.translation import gettext, list_text, mark, ngettext

blueprint = Blueprint("gadget", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"gadget.show": PAGE, "gadget.content": CONTEXT, "gadget.edit": CONTEXT}

SUMS_ALONE = "program"
# So many projects have a link in the room of a gadget.
MOST_LINKS = 2
NO_ENGAGEMENT = mark(
    "You have no part in this engagement, or Jira does not let you browse its projects. Ask an in-house lead "
    "of the project, who can have you added."
)
NO_CHOICE = mark("You are on no side here. The project’s page names whom to ask.")


class Gadget(Struct, frozen=True):
    """What a gadget shows of an engagement: its figures by quarter, and which of them the viewer may see."""

    view: EngagementView
    item: ProgramEngagement
    row: EngagementRow
    figures: tuple[str, ...]
    names: tuple[str, ...]
    lead: dict[str, object]
    period: Period

    @property
    def page(self) -> Markup:
        """The attributes of the link to where its figures stand for the viewer: a sponsor has them in Program alone."""
        engagement = self.view.engagement
        chosen = {"engagement": engagement.key, "period": self.period.key}
        is_on_project = "ratios" in self.view.sees
        return project_page(engagement.projects[0], **chosen) if is_on_project else program_page(**chosen)


@blueprint.get("/pages/gadget")
def show() -> str:
    template, values = _content()
    return render_template("gadget/page.html", content=template, **values)


@blueprint.get("/pages/gadget/content")
def content() -> str:
    template, values = _content()
    return render_template(template, **values)


@blueprint.get("/pages/gadget/edit")
def edit() -> str:
    """Show the form: the engagements in which the caller has a part, the period, figures and size."""
    with container().reader.connect() as connection:
        views = _select_views(connection) or []
    return render_template(
        "gadget/edit.html", settings=_settings(), views=views, figures=FIGURES, periods=PERIODS, sizes=SIZES
    )


def _settings() -> GadgetSettings:
    return read_gadget_settings(request.args)


def _content() -> tuple[str, dict[str, Any]]:
    settings = _settings()
    with container().reader.connect() as connection:
        values: dict[str, Any] = {"settings": settings, "height": SIZES[settings.size][1], "labels": FIGURES}
        views = _select_views(connection)
        if views is None:
            return "gadget/no_part.html", values | {"line": empty_states.JIRA_AWAY.text}
        chosen = [view for view in views if view.engagement.key == settings.engagement]
        # A gadget that nobody set up shows the first engagement of whoever looks.
        chosen = chosen or ([] if settings.engagement else views[:1])
        if not chosen:
            line = {"line": gettext(NO_ENGAGEMENT)} if views else _without_part(connection, settings.engagement)
            return "gadget/no_part.html", values | line
        view = chosen[0]
        if view.stored.generation is None:
            return "gadget/no_part.html", values | {"line": empty_states.unmeasured_text(view.engagement.name)}
        gadget = _select_gadget(connection, view, settings)
        live = mark_of(connection, view) if "ratios" in view.sees else None
    dots = charts.quarter_dots(gadget.item, gadget.names)
    return "gadget/content.html", values | {"gadget": gadget, "live": live, "dots": dots}


def _without_part(connection: Connection, key: str) -> dict[str, Any]:
    """Return the line for somebody without a part, and by project what its page, which the line names, opens at."""
    gatekept = _gatekept_projects(connection, key)
    if gatekept:
        line = ngettext(
            "You are a gatekeeper in %(projects)s and do not see its figures: what is yours stands under Knowledge "
            "transfer.",
            "You are a gatekeeper in %(projects)s and do not see their figures: what is yours stands under Knowledge "
            "transfer.",
            len(gatekept),
            projects=list_text(list(gatekept)),
        )
        return {"line": line, "projects": gatekept}
    if key or link() is not None:
        return {"line": _line_of_project(connection, key)}
    stored = select_engagements(connection, caller().tenant_id)
    covered = {project for item in stored for project in item.engagement.projects}
    projects = open_projects(connection, covered)[:MOST_LINKS]
    return {"line": gettext(NO_CHOICE), "projects": {project: {} for project in projects}}


def _gatekept_projects(connection: Connection, key: str) -> dict[str, dict[str, str]]:
    """Return the first projects in which the caller is a gatekeeper and that they may browse, and what opens theirs."""
    ways: dict[str, dict[str, str]] = {}
    for engagement in [view.engagement for view in select_gatekept(connection) if key in {"", view.engagement.key}]:
        for project in _open_projects(connection, engagement):
            ways.setdefault(project, {"tab": "gatekeeping", "engagement": engagement.key})
            if len(ways) == MOST_LINKS:
                return ways
    return ways


def _line_of_project(connection: Connection, key: str) -> str:
    """Return what the page of the gadget's project tells somebody without any part, where they may browse it."""
    stored = select_engagement(connection, caller().tenant_id, key) if link() is None else None
    if stored is None:
        return gettext(NO_ENGAGEMENT)
    project = next(_open_projects(connection, stored.engagement), "")
    return no_part_line(connection, project) if project else gettext(NO_ENGAGEMENT)


def _open_projects(connection: Connection, engagement: Engagement) -> Iterator[str]:
    """Yield the projects of an engagement that the caller may browse; any other is not even named to them."""
    for project in sorted(engagement.projects):
        if has_open_project(connection, replace(engagement, projects=(project,))):
            yield project


def _select_views(connection: Connection) -> list[EngagementView] | None:
    """Return the engagements to choose from; None where Jira, which says what may be browsed, does not answer."""
    try:
        views = {view.engagement.key: view for view in select_visible(connection)}
    except JiraError:
        return None
    # A sponsor sees the sums of the program here, too (measurement (f)).
    if link() is None:
        stored = select_engagements(connection, caller().tenant_id)
        sponsored = (view for view in views_of(stored, account(), container().clock()) if SUMS_ALONE in view.sees)
        views |= {view.engagement.key: view for view in sponsored if view.engagement.key not in views}
    return sorted(views.values(), key=lambda view: view.engagement.name.casefold())


def _select_gadget(connection: Connection, view: EngagementView, settings: GadgetSettings) -> Gadget:
    app, now = container(), container().clock()
    today = local_day(view.engagement.zone, now)
    start = quarter_start(today)
    period = quarter_period(quarter_start(start - timedelta(days=1)) if settings.period == "full" else start, today)
    quarters = quarters_until(period)
    days = tuple((each.first, each.last) for each in quarters)
    selection = ProgramSelection(caller().tenant_id, days, now, app.engine, app.reader, app.program)
    items = select_program(connection, [view.stored], selection)
    return Gadget(
        view,
        items[0],
        engagement_row(items[0], name_before(items, period), quarter_before(period)),
        _visible_figures(view, settings.figures),
        tuple(named_quarter(each.first) for each in quarters),
        lead_values(items, add_up(items, -1), add_up(items, -2), period),
        period,
    )


def _visible_figures(view: EngagementView, figures: Sequence[str]) -> tuple[str, ...]:
    # Members see ratios and coverage, and no score (measurement (f)).
    sees_scores = bool({"scores", SUMS_ALONE} & view.sees)
    return tuple(figure for figure in figures if figure != "score" or sees_scores)
