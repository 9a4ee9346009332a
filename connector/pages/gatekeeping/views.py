"""The Gatekeeping tab, for gatekeepers alone: of the figures they read the one that is about them (measurement (f))."""

from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import Container, container
from connector.figures.gatekeepers import Waits, select_gatekeeping, select_listed, select_waiting
from connector.figures.prepared import select_all_prepared
from connector.figures.scores import scope_of
from connector.jira.client import JiraError
from connector.pages.drawer.figure_file import figure_answer
from connector.pages.drawer.views import render_figure
from connector.pages.gatekeeping.content import gatekeeping_values
from connector.pages.gatekeeping.figures import (
    addresses,
    find_gatekept,
    open_gatekeeping,
    select_gatekeeping_file,
    viewer_of,
)
from connector.pages.live import mark_of
from connector.pages.periods import Period, choose, quarters
from connector.pages.visibility import (
    account,
    browsable,
    browsable_strictly,
    has_open_project,
    refuse,
    select_gatekept,
)
from connector.text import days
from connector.web.gate import CONTEXT, Rule, caller, sample, tenant
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.affiliation import Affiliations
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_labels
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, in_english

blueprint = Blueprint("gatekeeping", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "gatekeeping.content": CONTEXT,
    "gatekeeping.figure": CONTEXT,
    "gatekeeping.export": CONTEXT,
}

# Tickets that wait, at most: more than that nobody reads.
MOST = 50


@blueprint.get("/pages/gatekeeping")
def content() -> str:
    app = container()
    with app.reader.connect() as connection:
        view = _require_gatekeeping(connection)
        return render_template("gatekeeping/content.html", **select_values(connection, app, view))


@blueprint.get("/pages/gatekeeping/figure")
def figure() -> str:
    with container().reader.connect() as connection:
        return render_figure(open_gatekeeping(connection, _require_gatekeeping(connection)))


@blueprint.get("/pages/gatekeeping/figure/export")
@in_english
def export() -> Response:
    with container().reader.connect() as connection:
        file = select_gatekeeping_file(connection, _require_gatekeeping(connection))
    return figure_answer(file, browsable_strictly)


def _require_gatekeeping(connection: Connection) -> EngagementView:
    view = find_gatekept(connection)
    return view.as_shown if view is not None else refuse(404, gettext("No such engagement of yours."))


def page_values(
    connection: Connection, app: Container, views: Sequence[EngagementView], engagements: Sequence[tuple[str, str]]
) -> dict[str, Any]:
    """Return the values of the whole page of a gatekeeper, who has this tab alone in these engagements.

    `engagements` (key, name) are all that they may choose, also those in which they have another part.
    """
    view = next((item for item in views if item.engagement.key == request.args.get("engagement")), views[0]).as_shown
    today = calendar_of(view.engagement).day(app.clock())
    periods = quarters(view.engagement, today)
    frame: dict[str, Any] = {"engagements": engagements, "engagement": view.engagement.key}
    frame |= {"periods": [(period.key, _window_name(view, period, today)) for period in periods]}
    frame |= {"period": choose(periods, request.args.get("period")), "project": request.args.get("project.key", "")}
    # Read before the figures, so that what is written meanwhile is offered.
    frame |= {"live": mark_of(connection, view), "again": url_for("project.content", **_chosen(frame))}
    return select_values(connection, app, view) | frame


def _chosen(frame: Mapping[str, Any]) -> dict[str, Any]:
    return {"project.key": frame["project"], "engagement": frame["engagement"], "period": frame["period"].key}


def _window_name(view: EngagementView, period: Period, today: date) -> str:
    """Return a quarter with the days that the figures of its end are of: half a year, none before the engagement."""
    first = period.end - timedelta(days=view.stored.rules.window_days)
    window = days(max(first, view.engagement.starts), min(period.last, today))
    return gettext("%(quarter)s (%(days)s)", quarter=period.name, days=window)


def select_values(connection: Connection, app: Container, view: EngagementView) -> dict[str, Any]:
    """Return the values of the tab's template for a gatekeeper's engagement."""
    tenant_id, now, stored = caller().tenant_id, app.clock(), view.stored
    others = _select_others(connection, view)
    # The site's statuses and names are read once for all.
    prepared, *rules = select_all_prepared(connection, tenant_id, [stored, *(other.stored for other in others)])
    scope = Scope(connection, tenant_id, view.engagement.key, stored.shown_generation)
    period = choose(quarters(view.engagement, prepared.calendar.day(now)), request.args.get("period"))
    end = prepared.calendar.midnight(period.end)
    data = select_gatekeeping(scope, prepared, viewer=account(), end=end, now=now)
    waiting = _select_waiting(app, scope, prepared)
    labels = select_labels(connection, tenant_id, {item.issue_id for item in (*data.asked, *(waiting or ()))})
    try:
        seen = browsable(app, labels.values())
    except JiraError:
        seen, waiting = frozenset(), None
    affiliation = Affiliations(view.engagement.people, view.engagement.agency).at(account(), now)
    team = affiliation.org if affiliation and affiliation.side == "gatekeeper" else ""
    viewer = viewer_of(prepared, now, team)
    visible = {issue_id: label for issue_id, label in labels.items() if issue_id in seen}
    values = gatekeeping_values(viewer, data, visible, waiting)
    figures = addresses(view, period.first, period.last)
    frame = {"site": tenant().display_url, "engagement_name": view.engagement.name, "figures": figures}
    listed = {item.issue_id for item in data.asked} & seen
    shared = _shared(connection, zip(others, rules, strict=True), listed, now)
    return values | frame | {"quarter": period.name, "shared": shared}


def _select_others(connection: Connection, view: EngagementView) -> list[EngagementView]:
    """Return the other engagements that have this page for the caller."""
    return [
        other
        for other in select_gatekept(connection)
        if other.engagement.key != view.engagement.key
        and other.stored.generation is not None
        and has_open_project(connection, other.engagement)
    ]


def _shared(
    connection: Connection,
    others: Iterable[tuple[EngagementView, PreparedEngagement]],
    listed: AbstractSet[int],
    now: Instant,
) -> list[tuple[str, int]]:
    """Return how many of the tickets stand on this page of another engagement too, by the names of these."""
    shared = []
    for other, prepared in others:
        period = choose(quarters(other.engagement, prepared.calendar.day(now)), request.args.get("period"))
        end = prepared.calendar.midnight(period.end)
        ids = select_listed(scope_of(connection, caller().tenant_id, other.stored), prepared, end=end, now=now)
        shared.append((other.engagement.name, len(ids & listed)))
    return [(name, tickets) for name, tickets in shared if tickets]


def _select_waiting(app: Container, scope: Scope, prepared: PreparedEngagement) -> list[Waits] | None:
    """Return what is with a gatekeeper now; None where Jira, which is asked for it, does not answer."""
    statuses = sorted(status for status, kind in prepared.statuses.kinds.items() if kind == "gatekeeper")
    if not statuses or sample() is not None:
        return []
    keys = ", ".join(f'"{key}"' for key in sorted(prepared.engagement.projects))
    # Jira knows by index which tickets are in a status now; since when, and whether still, is what is stored here.
    jql = f"project in ({keys}) AND status in ({', '.join(statuses)}) ORDER BY updated ASC"
    try:
        ids = next(iter(app.client(tenant()).fetch_ids(jql)), [])
    except JiraError:
        return None
    return select_waiting(scope, prepared, ids[:MOST], app.clock())
