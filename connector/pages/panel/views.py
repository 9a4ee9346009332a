"""The issue panel and the narrow context: objectives and roles of a ticket, and what it counts as."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from typing import TypeAlias

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from connector.actions import ticket_tags
from connector.actions.actor import Actor
from connector.actions.sign_offs import give_teach_back, undo_teach_back
from connector.auth.access import EngagementView
from connector.container import Container, container
from connector.figures.prepared import select_all_prepared
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import Notice, perform
from connector.pages.learning.consents import explained_text
from connector.pages.learning.standing_lines import rung_lines
from connector.pages.live import mark_of
from connector.pages.panel.context import TicketContext, project_of, views_of
from connector.pages.panel.roles import role_text
from connector.pages.panel.ticket import STEPS, Part, build_part, names_of
from connector.pages.panel.without_part import without_part
from connector.pages.terms import RUNG_WORDS
from connector.pages.visibility import account, browsable, refuse, select_standing
from connector.web.gate import CONTEXT, PAGE, Rule, caller, tenant
from mappings.measure.model.engagement import RUNGS, Objective
from mappings.records.facts.issues import IssueLabel, select_labels, select_tickets
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark
from webhooks.annotations import with_annotations

blueprint = Blueprint("panel", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "panel.show": PAGE,
    "panel.content": CONTEXT,
    "panel.show_narrow": PAGE,
    "panel.narrow_content": CONTEXT,
    "panel.tag": CONTEXT,
    "panel.undo_tag": CONTEXT,
    "panel.untag": CONTEXT,
    "panel.restore": CONTEXT,
    "panel.confirm": CONTEXT,
    "panel.undo_confirm": CONTEXT,
    "panel.role": CONTEXT,
    "panel.undo_role": CONTEXT,
    "panel.explain": CONTEXT,
    "panel.undo_explain": CONTEXT,
}

# Acts on the ticket of that id; returns what to show.
TicketAction: TypeAlias = Callable[[Actor, int], Notice]
Names: TypeAlias = dict[str, str]

# What Jira's right column shows in the place of the panel.
NARROW = {"panel/content.html": "panel/narrow.html"}

UNDONE = mark("Undone.")
SET_AGAIN = mark("%(objective)s is set again.")
WAITS_AGAIN = mark("%(objective)s waits for a confirmation again.")


@blueprint.get("/pages/panel")
def show() -> str:
    template, values = _content(request.args.get("issue.id", ""))
    again = url_for("panel.content", issue=request.args.get("issue.id", ""))
    return render_template("panel/page.html", content=template, again=again, **values)


@blueprint.get("/pages/panel/content")
def content() -> str:
    template, values = _content(request.args.get("issue", ""))
    return render_template(template, **values)


@blueprint.get("/pages/context")
def show_narrow() -> str:
    """The ticket in Jira's right column: what the panel says, without anything to press."""
    template, values = _content(request.args.get("issue.id", ""))
    again = url_for("panel.narrow_content", issue=request.args.get("issue.id", ""))
    return render_template("panel/page.html", content=NARROW.get(template, template), again=again, **values)


@blueprint.get("/pages/context/content")
def narrow_content() -> str:
    template, values = _content(request.args.get("issue", ""))
    return render_template(NARROW.get(template, template), **values)


@blueprint.post("/pages/panel/tag")
def tag() -> str:
    text = request.form.get("objective", "")

    def act(actor: Actor, issue_id: int) -> Notice:
        objective, is_new = ticket_tags.add_objective(actor, issue_id, text)
        # Of what somebody set before nothing is undone.
        if not is_new:
            return Notice(gettext("%(objective)s was set already.", objective=objective.name))
        undo = _url("undo_tag", actor, issue_id, objective.key)
        return Notice(gettext("%(objective)s is set.", objective=objective.name), undo)

    return _perform(act)


@blueprint.post("/pages/panel/undo-tag")
def undo_tag() -> str:
    return _undo(ticket_tags.undo_objective, UNDONE)


@blueprint.post("/pages/panel/untag")
def untag() -> str:
    def act(actor: Actor, issue_id: int) -> Notice:
        objective = ticket_tags.remove_objective(actor, issue_id, request.args.get("objective", ""))
        return Notice(
            gettext("%(objective)s is removed.", objective=objective.name),
            _url("restore", actor, issue_id, objective.key),
        )

    return _perform(act)


@blueprint.post("/pages/panel/restore")
def restore() -> str:
    return _undo(ticket_tags.restore_objective, SET_AGAIN)


@blueprint.post("/pages/panel/confirm")
def confirm() -> str:
    """Confirm an objective that the other side set after the ticket was done (measurement (g) 11)."""

    def act(actor: Actor, issue_id: int) -> Notice:
        objective = ticket_tags.confirm_objective(actor, issue_id, request.args.get("objective", ""))
        text = gettext("%(objective)s is confirmed and counts from today.", objective=objective.name)
        return Notice(text, _url("undo_confirm", actor, issue_id, objective.key))

    return _perform(act)


@blueprint.post("/pages/panel/undo-confirm")
def undo_confirm() -> str:
    return _undo(ticket_tags.undo_confirmation, WAITS_AGAIN)


def _undo(undo: Callable[[Actor, int, str], Objective], done: str) -> str:
    def act(actor: Actor, issue_id: int) -> Notice:
        objective = undo(actor, issue_id, request.args.get("objective", ""))
        return Notice(gettext(done, objective=objective.name))

    return _perform(act)


@blueprint.post("/pages/panel/role")
def role() -> str:
    name, near = request.args.get("role", ""), request.args.get("near", "")

    def act(actor: Actor, issue_id: int) -> Notice:
        state = ticket_tags.set_role(actor, issue_id, name, request.form.get("account") or None)
        # Without a state nothing was changed.
        undo = url_for("panel.undo_role", engagement=actor.key, issue=issue_id, role=name, state=state, near=near)
        return Notice(gettext("Saved."), undo if state else "", near)

    # Beside the step by which it was taken on, the name of the role says nothing more.
    return _perform(act, None if near == STEPS else lambda part: role_text(part.roles, name))


@blueprint.post("/pages/panel/undo-role")
def undo_role() -> str:
    name, near = request.args.get("role", ""), request.args.get("near", "")

    def act(actor: Actor, issue_id: int) -> Notice:
        ticket_tags.undo_role(actor, issue_id, name, request.args.get("state", ""))
        return Notice(gettext("Undone."), near=near)

    text_of = None if near == STEPS else lambda part: " ".join([gettext("Undone."), role_text(part.roles, name)])
    return _perform(act, text_of)


@blueprint.post("/pages/panel/explain")
def explain() -> str:
    """Save that the viewer explained back what the ticket taught."""

    def act(actor: Actor, issue_id: int) -> Notice:
        objective = request.args.get("objective", "")
        give_teach_back(actor, issue_id, objective)
        return Notice(explained_text(actor), _url("undo_explain", actor, issue_id, objective))

    return _perform(act)


@blueprint.post("/pages/panel/undo-explain")
def undo_explain() -> str:
    def act(actor: Actor, issue_id: int) -> Notice:
        undo_teach_back(actor, issue_id, request.args.get("objective", ""))
        return Notice(gettext("Undone."))

    return _perform(act)


def _url(action: str, actor: Actor, issue_id: int, objective: str) -> str:
    return url_for(f"panel.{action}", engagement=actor.key, issue=issue_id, objective=objective)


def _perform(act: TicketAction, text_of: Callable[[Part], str] | None = None) -> str:
    app, issue_id = container(), _issue_id(request.args.get("issue", ""))
    # Jira is asked before the database's one writer is taken, so that nobody waits for the network.
    try:
        with app.reader.connect() as connection:
            view = _asked_view(views_of(_visible(connection), _label(connection, app, issue_id)))
            _require_part(connection, view, issue_id)
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    notice = perform(view, lambda actor: act(actor, issue_id))
    # `text_of`: the notice is about the ticket as it is then.
    acted = (view.engagement.key, lambda part: replace(notice, text=text_of(part)) if text_of else notice)
    template, values = _content(str(issue_id), acted)
    return render_template(template, **values)


def _asked_view(views: list[EngagementView]) -> EngagementView:
    asked = request.args.get("engagement")
    view = next((item for item in views if item.engagement.key == asked), None)
    return view or refuse(403, gettext("You have no part in this engagement."))


def _require_part(connection: Connection, view: EngagementView, issue_id: int) -> None:
    # An agency that has no part in the ticket sees no form: it may not act there by hand either.
    if view.agency:
        [context] = _contexts(connection, [view], issue_id, lambda _: {})
        part = build_part(connection, caller().tenant_id, context)
        if part.no_part:
            refuse(403, part.no_part)


def _content(issue: str, acted: tuple[str, Callable[[Part], Notice]] | None = None) -> tuple[str, dict[str, object]]:
    """Return template and values; `acted` is the engagement in which something was done, and its notice."""
    app, issue_id = container(), _issue_id(issue)
    with app.reader.connect() as connection:
        try:
            label = _label(connection, app, issue_id)
        except JiraError:
            return "line.html", {"line": empty_states.JIRA_AWAY.text}
        visible = _visible(connection)
        views = views_of(visible, label)
        if not views:
            return without_part(connection, label)
        # Before the figures are read: what is written meanwhile is then newer than the mark, and offered.
        mark = mark_of(connection, views[0], issue_id)
        contexts = _contexts(connection, views, issue_id, partial(names_of, app))
        parts = [build_part(connection, caller().tenant_id, context) for context in contexts]
    # The notice stands in the engagement in which the action was done.
    for view, part in zip(views, parts, strict=True):
        part.notice = acted[1](part) if acted and view.engagement.key == acted[0] else Notice()
    panel = {"key": label.key, "issue": issue_id, "parts": _shown(parts), "mark": mark, "named": len(visible) > 1}
    return "panel/content.html", {
        "panel": panel | {"project": project_of(label)},
        "site": tenant().display_url,
        "rungs": [RUNG_WORDS[rung] for rung in RUNGS],
        "rung_lines": rung_lines(),
    }


def _shown(parts: list[Part]) -> list[Part]:
    counted = [part for part in parts if part.counts]
    # Engagements that the ticket does not concern are left out where it concerns another.
    return [part for part in counted if part.concerns] or counted or parts[:1]


def _issue_id(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        refuse(404, gettext("There is no such ticket."))
    return int(text)


def _label(connection: Connection, app: Container, issue_id: int) -> IssueLabel:
    label = select_labels(connection, caller().tenant_id, [issue_id]).get(issue_id)
    # One answer for both: who may not browse a ticket does not learn whether it exists.
    if label is None or issue_id not in browsable(app, [label]):
        refuse(404, gettext("Teachback has not read this ticket yet, or you may not browse it in Jira."))
    return label


def _visible(connection: Connection) -> list[EngagementView]:
    return [view for view in select_standing(connection) if "drilldown" in view.sees]


def _contexts(
    connection: Connection, views: Sequence[EngagementView], issue_id: int, names: Callable[[EngagementView], Names]
) -> list[TicketContext]:
    tenant_id, viewer, now = caller().tenant_id, account(), container().clock()
    # The ticket and the rules are loaded once for all engagements.
    tickets = select_tickets(connection, tenant_id, [issue_id])
    all_prepared = select_all_prepared(connection, tenant_id, [view.stored for view in views])
    contexts = []
    for view, prepared in zip(views, all_prepared, strict=True):
        ticket = with_annotations(AgreementScope(connection, tenant_id, view.engagement.key), tickets)[issue_id]
        contexts.append(TicketContext(view, prepared, ticket, names(view), viewer, now, tenant_id))
    return contexts
