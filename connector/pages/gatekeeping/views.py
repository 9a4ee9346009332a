"""The Gatekeeping tab, for gatekeepers alone: of the figures they read the one that is about them (measurement (f))."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import Container, container
from connector.figures.gatekeepers.dimension import Gatekeeping, select_gatekeeping, select_listed
from connector.figures.gatekeepers.lists import longest_begun, select_touched
from connector.figures.gatekeepers.ticket import Asked, Open, Waits
from connector.jira.client import JiraError
from connector.pages.drawer.figure_file import figure_answer
from connector.pages.drawer.views import render_figure
from connector.pages.empty_states import unmeasured_text
from connector.pages.gatekeeping.asks import MOST, SHOWN, Asking, asks_row, left_row, select_all_asking
from connector.pages.gatekeeping.content import gatekeeping_values
from connector.pages.gatekeeping.figures import (
    addresses,
    find_gatekept,
    open_gatekeeping,
    select_gatekeeping_file,
    viewer_in,
)
from connector.pages.gatekeeping.viewer import Viewer
from connector.pages.gatekeeping.waits import Gatekept, select_all_gatekept, select_all_waiting
from connector.pages.live import mark_of
from connector.pages.periods import Period, choose, quarters
from connector.pages.tabs import frame_address
from connector.pages.visibility import account, browsable, browsable_strictly, refuse
from connector.text import day, full_day
from connector.web.gate import CONTEXT, Rule, caller, tenant
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import gettext, in_english

blueprint = Blueprint("gatekeeping", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "gatekeeping.content": CONTEXT,
    "gatekeeping.figure": CONTEXT,
    "gatekeeping.export": CONTEXT,
}
# Another engagement of the gatekeeper with the tickets of its page that they may browse.
Beside = tuple[Gatekept, AbstractSet[int]]


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
    # What a platform keeps in its own address, so that the same page opens again: as of every tab.
    chosen = {"engagement": view.engagement.key, "period": frame["period"].key}
    frame |= {"state": urlencode({"tab": "gatekeeping"} | chosen)}
    return select_values(connection, app, view) | frame


def _chosen(frame: Mapping[str, Any]) -> dict[str, Any]:
    return {"project.key": frame["project"], "engagement": frame["engagement"], "period": frame["period"].key}


def _window_name(view: EngagementView, period: Period, today: date) -> str:
    """Return the window that ends with a quarter, and where the engagement began within it the day of that."""
    name = gettext("Window to %(day)s", day=full_day(period.last))
    if period.last > today:
        name = gettext("%(period)s, so far", period=name)
    begin = view.engagement.starts
    if begin <= period.end - timedelta(days=view.stored.rules.window_days):
        return name
    return gettext("%(period)s (from %(day)s)", period=name, day=day(begin))


def select_values(connection: Connection, app: Container, view: EngagementView) -> dict[str, Any]:
    """Return the values of the tab's template for a gatekeeper's engagement."""
    tenant_id, now = caller().tenant_id, app.clock()
    own, *others = select_all_gatekept(connection, view)
    period = _period(own, now)
    data = select_gatekeeping(own.scope, own.prepared, viewer=account(), end=_end(own, period), now=now)
    waiting = select_all_waiting(connection, app, (own, *others), now)
    waits = {item.issue_id for items in waiting or () for item in items}
    beside = [_listed(other, now) for other in others]
    asking = select_all_asking(connection, app, (own, *others), now)
    touched = select_touched(own.scope, own.prepared, viewer=account(), now=now, limit=MOST)
    asks = {item.issue_id for each in asking or () for item in (*each.tickets, *each.left)}
    asks |= {item.issue_id for item in touched if item.is_uncalled or item.left}
    labels = select_labels(connection, tenant_id, waits.union(asks, {item.issue_id for item in data.asked}, *beside))
    try:
        seen = browsable(app, labels.values())
    except JiraError:
        seen, waiting, asking = frozenset(), None, None
    visible = {issue_id: label for issue_id, label in labels.items() if issue_id in seen}
    viewer = viewer_in(own.view, own.prepared, now)
    values = gatekeeping_values(viewer, data, visible, waiting[0] if waiting else None)
    figures = addresses(view, period.first, period.last)
    frame = {"site": tenant().display_url, "engagement_name": view.engagement.name, "figures": figures}
    elsewhere = _elsewhere(others, waiting, seen) if waiting else []
    listed = [item for item in data.asked if item.issue_id in seen]
    known = [(other, ids & seen) for other, ids in zip(others, beside, strict=True)]
    values |= {"shared": _shared(own, known, listed), "apart": _apart(known, data), "elsewhere": elsewhere}
    values |= _asks(viewer, asking, visible) | _there(viewer, asking, touched, visible)
    values |= _left(viewer, asking, touched, visible)
    values |= {"asks_elsewhere": _asks_elsewhere(others, asking, seen) if asking else [], "team": viewer.team_within}
    # A nought would say that nothing was done.
    first = unmeasured_text(view.engagement.name) if view.stored.generation is None else ""
    return values | frame | {"quarter": period, "finished": _finished(own, listed, period), "unmeasured": first}


def _asks(viewer: Viewer, asking: Sequence[Asking] | None, visible: Mapping[int, IssueLabel]) -> dict[str, Any]:
    """Return what asks for a gatekeeper and none has touched; that Jira is away is said once, of what waits.

    `none_asks` is whom nothing asks for, "" where that is not known.
    """
    tickets = [item for item in asking[0].tickets if item.met is None] if asking else []
    unmet = [asks_row(viewer, item, visible[item.issue_id]) for item in tickets if item.issue_id in visible]
    is_known = asking is not None and all(each.is_all and not each.tickets for each in asking)
    none_asks = viewer.team_within if is_known else ""
    lists = {"asks": unmet[:SHOWN], "asks_more": len(unmet) > SHOWN}
    return {**lists, "asks_away": asking is None, "none_asks": none_asks}


def _there(
    viewer: Viewer, asking: Sequence[Asking] | None, touched: Sequence[Open], visible: Mapping[int, IssueLabel]
) -> dict[str, Any]:
    """Return the open tickets on which a gatekeeper was and that were not sent, whether they ask for one or not."""
    asked = [item for item in asking[0].tickets if item.met is not None] if asking else []
    unasked = [item for item in touched if item.is_uncalled]
    tickets = [item for item in sorted([*asked, *unasked], key=longest_begun) if item.issue_id in visible]
    rows = [asks_row(viewer, item, visible[item.issue_id]) for item in tickets[:SHOWN]]
    return {"there": rows, "there_more": len(tickets) > SHOWN}


def _left(
    viewer: Viewer, asking: Sequence[Asking] | None, touched: Sequence[Open], visible: Mapping[int, IssueLabel]
) -> dict[str, Any]:
    """Return the open tickets that were with a gatekeeper and are with none now, the last to leave first."""
    tickets = {item.issue_id: item for item in (*touched, *(asking[0].left if asking else ()))}
    known = [(item, item.left) for item in tickets.values() if item.left and item.issue_id in visible]
    known.sort(key=lambda each: (each[1].at, each[0].issue_id), reverse=True)
    rows = [left_row(viewer, item, left, visible[item.issue_id]) for item, left in known[:SHOWN]]
    return {"left": rows, "left_more": len(known) > SHOWN}


def _finished(own: Gatekept, listed: Sequence[Asked], period: Period) -> tuple[int, int]:
    """Return how many of the listed tickets were finished in the quarter, and before it."""
    within = sum(own.prepared.calendar.day(item.done) >= period.first for item in listed)
    return within, len(listed) - within


def _period(gatekept: Gatekept, now: Instant) -> Period:
    """Return the quarter that the call asks for, among those of an engagement."""
    today = gatekept.prepared.calendar.day(now)
    return choose(quarters(gatekept.view.engagement, today), request.args.get("period"))


def _end(gatekept: Gatekept, period: Period) -> Instant:
    return gatekept.prepared.calendar.midnight(period.end)


def _elsewhere(
    others: Sequence[Gatekept], waiting: Sequence[Sequence[Waits | Open]], seen: AbstractSet[int]
) -> list[tuple[str, int, str]]:
    """Return what waits in other engagements alone: the name of each, how many tickets, and the address of its page."""
    listed, *elsewhere = ({item.issue_id for item in items} & seen for items in waiting)
    period = request.args.get("period", "")
    return [
        (other.view.engagement.name, len(ids - listed), frame_address("gatekeeping", other.view.engagement, period))
        for other, ids in zip(others, elsewhere, strict=True)
        if ids - listed
    ]


def _asks_elsewhere(
    others: Sequence[Gatekept], asking: Sequence[Asking], seen: AbstractSet[int]
) -> list[tuple[str, int, str]]:
    """Return what asks in other engagements alone, and was not sent: as `_elsewhere`."""
    return _elsewhere(others, [each.tickets for each in asking], seen)


def _listed(other: Gatekept, now: Instant) -> set[int]:
    """Return the tickets that stand on this page of another engagement."""
    return select_listed(other.scope, other.prepared, end=_end(other, _period(other, now)), now=now)


def _shared(own: Gatekept, known: Sequence[Beside], listed: Sequence[Asked]) -> list[tuple[str, int, tuple[str, ...]]]:
    """Return how many of the tickets stand on this page of another engagement too: its name, and their projects."""
    own_ids = {item.issue_id for item in listed}
    shared = [
        (other.view.engagement.name, len(ids & own_ids), tuple(sorted(own.projects & other.projects)))
        for other, ids in known
    ]
    return [(name, tickets, projects) for name, tickets, projects in shared if tickets]


def _apart(known: Sequence[Beside], data: Gatekeeping) -> list[tuple[str, int, str]]:
    """Return what stands on another engagement's page alone: its name, how many tickets, and the page's address.

    A list cut to the latest does not tell.
    """
    if data.tickets > len(data.asked):
        return []
    asked = {item.issue_id for item in data.asked}
    period = request.args.get("period", "")
    return [
        (other.view.engagement.name, len(ids - asked), frame_address("gatekeeping", other.view.engagement, period))
        for other, ids in known
        if ids - asked
    ]
