"""The pages that a person of the site looks at: projects, tickets, dashboard and apps, in the manner of Jira.

create_app(site, [host_pages(Host(app))])     # app is an AppOnSite

Whom one acts as and the theme are kept in cookies: a stand-in has no passwords.
"""

from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from tests.jira.apps.frames import NoSuchModule
from tests.jira.host import views
from tests.jira.host.actions import ACTS
from tests.jira.host.context import Host, around, begin, may_browse, the_host, the_issue, the_project
from tests.jira.host.frames import context_of, forge_frame_of, frame_of
from tests.jira.model import Issue, Project

__all__ = ["Host", "host_pages"]

STATIC = Path(__file__).parent / "static" / "host"
SHOWN = 50
CONNECT_PLUGIN = "com.atlassian.plugins.atlassian-connect-plugin"


def host_pages(host: Host) -> Blueprint:
    """The pages of one site, as a blueprint for its application."""
    pages = Blueprint("host", __name__, template_folder="templates", static_folder=STATIC, static_url_path="/host")
    pages.before_request(lambda: begin(host))
    pages.context_processor(around)
    for views_of, method in ((VIEWS, "GET"), (ACTS, "POST")):
        for view, address in views_of.items():
            pages.add_url_rule(address, view.__name__, view, methods=[method])
    return pages


def home() -> ResponseReturnValue:
    """Where there is an app for projects, its page in the first project; else the dashboard."""
    host = the_host()
    modules = host.modules_at("jiraProjectPages")
    project = next(filter(may_browse, host.site.projects.values()), None)
    if modules and project:
        return redirect(url_for("host.project_app", key=project.key, module=modules[0]["key"]))
    return redirect(url_for("host.dashboard"))


def projects() -> str:
    with the_host().site.lock:
        return render_template("host/projects.html", open=views.open_counts(the_host().site))


def board(key: str) -> str:
    host, project = the_host(), the_project(key)
    with host.site.lock:
        columns = views.columns(host.site, _issues(project))
        return render_template("host/board.html", project=project, tabs=_tabs(), columns=columns)


def tickets(key: str) -> str:
    host, project = the_host(), the_project(key)
    with host.site.lock:
        issues = views.newest_first(_issues(project))
        page = max(1, request.args.get("page", 1, int))
        shown = issues[(page - 1) * SHOWN : page * SHOWN]
        return render_template(
            "host/tickets.html",
            project=project,
            tabs=_tabs(),
            rows=[views.card(host.site, issue) for issue in shown],
            page=page,
            more=len(issues) > page * SHOWN,
            total=len(issues),
        )


def project_app(key: str, module: str) -> str:
    project = the_project(key)
    frame = _frame(module, context_of(project))
    return render_template("host/project_app.html", project=project, tabs=_tabs(), frame=frame)


def ticket(key: str) -> ResponseReturnValue:
    issue, host = the_issue(key), the_host()
    if issue.key != key.upper():
        return redirect(url_for("host.ticket", key=issue.key))
    project = host.site.projects[issue.project_id]
    context = context_of(project, issue, host.site.issue_types[issue.type_id].name)
    frames = [_frame(module["key"], context) for module in host.modules_at("jiraIssueContents")]
    asides = [_frame(module["key"], context) for module in host.modules_at("jiraIssueContexts")]
    with host.site.lock:
        return render_template(
            "host/ticket.html",
            project=project,
            tabs=_tabs(),
            issue=views.whole(host.site, issue, host.person()),
            frames=frames,
            asides=asides,
            statuses=list(host.site.statuses.values()),
        )


def dashboard() -> str:
    host = the_host()
    frames = [_frame(module["key"], {}) for module in host.modules_at("jiraDashboardItems")]
    with host.site.lock:
        mine = views.assigned_to(host.site, host.person())
        stream = views.stream(host.site, lambda issue: host.site.sees(host.person(), issue))
        return render_template("host/dashboard.html", mine=mine, stream=stream, frames=frames)


def project_page(key: str) -> ResponseReturnValue:
    """A project at the address that names what is selected in it: the page of a Connect app, else its board."""
    plugin, _, selected = request.args.get("selectedItem", "").partition(":")
    app, _, module = selected.partition("__")
    if plugin == CONNECT_PLUGIN and app == the_host().app.key:
        return redirect(url_for("host.project_app", key=key, module=module))
    return redirect(url_for("host.board", key=key))


def general_page(app: str, module: str) -> ResponseReturnValue:
    """A page of a Connect app at the address of its module."""
    return redirect(url_for("host.general_app", module=module)) if app == the_host().app.key else abort(404)


def general_app(module: str) -> str:
    return render_template("host/general_app.html", frame=_frame(module, {}))


def admin() -> str:
    host = the_host()
    return render_template(
        "host/admin.html",
        apps=[views.installed(app) for app in host.site.apps.values()],
        said=host.app.replies[-6:],
        failed=host.site.failed_webhooks[-10:],
    )


def all_js() -> Response:
    """The script that a framed page loads to speak with this one."""
    return Response((STATIC / "all.js").read_text(), mimetype="text/javascript")


def _issues(project: Project) -> list[Issue]:
    site, person = the_host().site, the_host().person()
    return [issue for issue in site.issues.values() if issue.project_id == project.id and site.sees(person, issue)]


def _tabs() -> list[dict[str, Any]]:
    return the_host().modules_at("jiraProjectPages")


def _frame(module: str, context: dict[str, str]) -> dict[str, Any]:
    host = the_host()
    try:
        if host.forge:
            return forge_frame_of(host.shell_url, module, context)
        return frame_of(host.app, module, host.person(), context)
    except NoSuchModule:
        abort(404)


VIEWS: dict[Callable[..., ResponseReturnValue], str] = {
    home: "/",
    projects: "/jira/projects",
    board: "/jira/projects/<key>/board",
    tickets: "/jira/projects/<key>/list",
    project_app: "/jira/projects/<key>/apps/<module>",
    project_page: "/projects/<key>",
    general_page: "/plugins/servlet/ac/<app>/<module>",
    ticket: "/browse/<key>",
    dashboard: "/jira/dashboards",
    general_app: "/jira/apps/<module>",
    admin: "/jira/settings/apps",
    all_js: "/connect/all.js",
}
