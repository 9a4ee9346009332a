"""What one can do on the host's pages: act as somebody else, and everything to a ticket that lets figures move."""

from collections.abc import Callable
from typing import Any

from flask import abort, jsonify, redirect, request, url_for
from flask.typing import ResponseReturnValue

from tests.jira.apps.forge_host import ForgeFrame, extension_of
from tests.jira.apps.frames import NoSuchModule
from tests.jira.host.context import LOCALE, LOCALES, PERSON, THEME, THEMES, the_host, the_issue, the_project
from tests.jira.model import NotHere

A_YEAR = 31_536_000
MINUTE = 60
LONGEST_TEXT = 4000
HOURS = range(1, 41)
PLAIN_TYPES = ("Task", "Story", "Bug")
SWITCHES = {"enable": "enable", "disable": "disable", "install": "install"}


def _back(address: str | None) -> ResponseReturnValue:
    """To the page where the form was; only ever to one of ours."""
    return redirect(address if address and address.startswith("/") and not address.startswith("//") else "/")


def _remember(name: str, value: str) -> ResponseReturnValue:
    answer: Any = _back(request.form.get("here"))
    answer.set_cookie(name, value, max_age=A_YEAR, samesite="Lax", httponly=True)
    return answer  # type: ignore[no-any-return]  # werkzeug's redirect


def choose_person() -> ResponseReturnValue:
    account = request.form.get("account", "")
    return _remember(PERSON, account) if account in the_host().people() else abort(400)


def choose_theme() -> ResponseReturnValue:
    theme = request.form.get("theme", "")
    return _remember(THEME, theme) if theme in THEMES else abort(400)


def choose_locale() -> ResponseReturnValue:
    locale = request.form.get("locale", "")
    return _remember(LOCALE, locale) if locale in LOCALES else abort(400)


def token() -> ResponseReturnValue:
    """AP.context.getToken(): who looks comes from the cookie, the place from the page."""
    host = the_host()
    asked = request.get_json(silent=True) or {}
    context = asked.get("context")
    if not isinstance(context, dict) or not _may_stand(context):
        abort(404)
    try:
        return jsonify(token=host.app.context_token(host.person(), context))
    except (KeyError, NoSuchModule):
        abort(404)


def forge_bridge() -> ResponseReturnValue:
    """What a Forge page asks of its bridge and only the site can answer: who looks comes from the cookie."""
    host = the_host()
    asked = request.get_json(silent=True) or {}
    context = asked.get("context")
    if host.forge is None or not isinstance(context, dict) or not _may_stand(context):
        abort(404)
    frame = ForgeFrame(host.forge, host.person(), str(asked.get("module")), extension_of(context))
    return jsonify(frame.answer(str(asked.get("name")), asked.get("payload")))


def _may_stand(context: dict[str, str]) -> bool:
    """Jira gives no token for a place that the person may not see."""
    if "issue.id" in context:
        the_issue(str(context["issue.id"]))
    if "project.id" in context:
        the_project(str(context["project.id"]))
    return True


def _act(name: str, **given: Any) -> Any:
    host = the_host()
    return host.act(host.site, name, {**given, "by": host.person(), "at": host.moment()})


def _to_ticket(key: str) -> ResponseReturnValue:
    return redirect(url_for("host.ticket", key=key, _anchor=request.form.get("anchor")))


def comment(key: str) -> ResponseReturnValue:
    issue, text = the_issue(key), request.form.get("text", "").strip()[:LONGEST_TEXT]
    if text:
        _act("add_comment", issue_id=issue.id, text=text)
    return _to_ticket(issue.key)


def move(key: str) -> ResponseReturnValue:
    """Into a status, by its name. Into done with a resolution, out of it without, as Jira's usual workflow has it."""
    issue, site = the_issue(key), the_host().site
    try:
        status = site.status_named(request.form.get("status", ""))
    except NotHere:
        abort(400)
    if status.id != issue.status_id:
        resolution = "Done" if status.category == "done" else None
        _act("transition", issue_id=issue.id, status_name=status.name, resolution=resolution)
    return _to_ticket(issue.key)


def assign(key: str) -> ResponseReturnValue:
    issue, account = the_issue(key), request.form.get("account") or None
    if account is not None and account not in the_host().people():
        abort(400)
    if account != issue.assignee:
        _act("edit", issue_id=issue.id, assignee=account)
    return _to_ticket(issue.key)


def log_work(key: str) -> ResponseReturnValue:
    """Work of so many half hours that ended just now."""
    issue, halves = the_issue(key), request.form.get("halves", 0, int)
    if halves not in HOURS:
        abort(400)
    seconds = halves * 30 * MINUTE
    _act("add_worklog", issue_id=issue.id, seconds=seconds, started=the_host().moment() - seconds * 1_000_000)
    return _to_ticket(issue.key)


def create(key: str) -> ResponseReturnValue:
    project, summary = the_project(key), request.form.get("summary", "").strip()[:200]
    kind = request.form.get("type", PLAIN_TYPES[0])
    if not summary or kind not in PLAIN_TYPES:
        abort(400)
    points = request.form.get("points", type=float)
    made = _act("create_issue", project_key=project.key, type_name=kind, summary=summary, points=points)
    return _to_ticket(made.key)


def switch_app(what: str) -> ResponseReturnValue:
    """What a site's administrator does to an app; the app hears of it at once."""
    host = the_host()
    if what not in SWITCHES or not host.site.apps:
        abort(404)
    getattr(host.app, SWITCHES[what])()
    return redirect(url_for("host.admin"))


ACTS: dict[Callable[..., ResponseReturnValue], str] = {
    choose_person: "/host/person",
    choose_theme: "/host/theme",
    choose_locale: "/host/locale",
    token: "/host/token",
    forge_bridge: "/host/forge",
    comment: "/browse/<key>/comment",
    move: "/browse/<key>/status",
    assign: "/browse/<key>/assignee",
    log_work: "/browse/<key>/worklog",
    create: "/jira/projects/<key>/create",
    switch_app: "/jira/settings/apps/<what>",
}
