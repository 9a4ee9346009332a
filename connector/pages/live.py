"""What an open page reads each minute: whether its figures changed, how old they are, and how many events wait."""

from typing import Any

from flask import Blueprint, request, url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.jira.client import JiraError
from connector.pages.visibility import browsable, find_standing_view, refuse, select_gatekept
from connector.text import ago
from connector.web.gate import SHARED, Rule, caller
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.records.facts.issues import select_labels
from mappings.records.operations.figure_version import FigureVersion, select_figure_version
from mappings.translation import gettext, ngettext

blueprint = Blueprint("live", __name__)
ROUTES: dict[str, Rule] = {"live.show": SHARED}

# After so long without a change, figures are not called live.
OLD: Instant = 86_400 * SECOND
# How far before a page's own time its version reaches: writers commit up to some minutes after they took the time.
MARGIN: Instant = 300 * SECOND


@blueprint.get("/pages/live")
def show() -> dict[str, Any]:
    now, since, issue_id = container().clock(), _number("since"), _number("issue") or None
    with container().reader.connect() as connection:
        view = find_standing_view(connection) or _find_gatekept(connection)
        # A ticket's version would tell when it changed, also to who may not see it.
        if view is None or (issue_id and not ("ratios" in view.sees and _may_browse(connection, issue_id))):
            refuse(404, gettext("There is nothing here that you may see."))
        version = _select(connection, view, max(since, now - OLD), issue_id)
    return {"version": version.text, "status": status_line(version, now), "waiting": version.waiting}


def _find_gatekept(connection: Connection) -> EngagementView | None:
    """Return the engagement that the call asks for where the caller is a gatekeeper of it, who reads no figures."""
    return next(
        (view for view in select_gatekept(connection) if view.engagement.key == request.args.get("engagement")), None
    )


def mark_of(connection: Connection, view: EngagementView, issue_id: int | None = None) -> dict[str, str]:
    """Return what a page needs to stay up to date: where it asks, its version, and its first status line."""
    now = container().clock()
    # Two frames that come with one page have one address, so that one of them can ask for both.
    version = _select(connection, view, (now // MARGIN - 1) * MARGIN, issue_id)
    query: dict[str, Any] = {"engagement": view.engagement.key, "since": version.since, "issue": issue_id}
    return {
        "address": url_for("live.show", **query),
        "version": version.text,
        "status": status_line(version, now),
    }


def status_line(version: FigureVersion, now: Instant) -> str:
    age = ago((now - version.latest) / SECOND) if version.latest is not None else ""
    # While something is on its way the figures are not called live.
    if version.waiting:
        events = ngettext("%(num)s event on its way", "%(num)s events on their way", version.waiting)
        return gettext("%(events)s; figures from %(age)s", events=events, age=age) if age else events
    if version.latest is None:
        return gettext("No events from Jira yet")
    if now - version.latest < OLD:
        return gettext("Live, %(age)s", age=age)
    return gettext("Last change in Jira %(age)s", age=age)


def _select(connection: Connection, view: EngagementView, since: Instant, issue_id: int | None) -> FigureVersion:
    scope = (connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
    return select_figure_version(*scope, since=since, issue_id=issue_id)


def _may_browse(connection: Connection, issue_id: int) -> bool:
    label = select_labels(connection, caller().tenant_id, [issue_id]).get(issue_id)
    try:
        return label is not None and issue_id in browsable(container(), [label])
    except JiraError:
        return False


def _number(name: str) -> int:
    text = request.args.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 19 else 0
