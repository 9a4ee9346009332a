"""The issue panel: tag a ticket, say who shadows, drives and mentors, and see what that makes of it."""

from collections.abc import Callable, Mapping
from typing import TypeAlias

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions.actor import ActionRefused, Actor
from connector.actions.confirmations import keep_confirmed
from connector.auth.access import TAGGERS, EngagementView
from connector.container import Container, container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.panel.ticket import ROLES, Part, Seen, build_part, candidates, names_of
from connector.pages.visibility import account, browsable, refuse, select_visible
from connector.web.gate import CONTEXT, PAGE, Rule, caller, tenant
from mappings.events.types import Instant
from mappings.records.agreement.roles import save_role
from mappings.records.agreement.tags import insert_tag, save_tag_removed
from mappings.records.facts.issues import IssueLabel, select_labels, select_tickets
from mappings.records.operations.audit import Act, insert_act
from mappings.records.sql.scope import AgreementScope
from webhooks.annotations import with_annotations
from webhooks.measure import measure_issues, select_targets

blueprint = Blueprint("panel", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "panel.show": PAGE,
    "panel.tag": CONTEXT,
    "panel.untag": CONTEXT,
    "panel.confirm": CONTEXT,
    "panel.role": CONTEXT,
}


Deed: TypeAlias = Callable[[Connection, Seen, Instant], tuple[str, str]]
"""What somebody does to a ticket: returns what to say of it, and the address that undoes it ('' for none)."""


@blueprint.get("/pages/panel")
def show() -> str:
    """Open the panel in Jira's frame."""
    content, values = _content(request.args.get("issue.id", ""))
    return render_template("panel/page.html", content=content, **values)


@blueprint.post("/pages/panel/tag")
def tag() -> str:
    """Set an objective, named by its key or its name."""
    wanted = request.form.get("objective", "").strip()

    def act(connection: Connection, seen: Seen, now: Instant) -> tuple[str, str]:
        found = next(
            (o for o in seen.view.engagement.objectives if wanted.casefold() in {o.key, o.name.casefold()}), None
        )
        if found is None:
            refuse(422, f"No objective of {seen.view.engagement.name} is called so. Choose one of the list.")
        insert_tag(_scope(connection, seen), seen.ticket.issue.issue_id, objective=found.key, at=now, by=account())
        return f"{found.name} is set.", seen.address("untag", objective=found.key)

    return _acted("tag", act)


@blueprint.post("/pages/panel/untag")
def untag() -> str:
    """Take an objective off that was set by hand."""
    key = request.args.get("objective", "")

    def act(connection: Connection, seen: Seen, now: Instant) -> tuple[str, str]:
        if not save_tag_removed(_scope(connection, seen), seen.ticket.issue.issue_id, objective=key, at=now):
            refuse(422, "That objective was not set by hand: change the ticket’s label, component or type instead.")
        return "The objective is taken off.", ""

    return _acted("untag", act)


@blueprint.post("/pages/panel/confirm")
def confirm() -> str:
    """Confirm an objective that the other side set after the ticket was done (measurement (g) 11)."""
    key = request.args.get("objective", "")

    def act(connection: Connection, seen: Seen, now: Instant) -> tuple[str, str]:
        who = (connection, caller().tenant_id, seen.view.stored, seen.prepared, account(), now)
        try:
            keep_confirmed(Actor(*who), seen.ticket.issue.issue_id, key)
        except ActionRefused as refusal:
            refuse(422, str(refusal))
        return "The objective is confirmed and counts from today.", ""

    return _acted("confirm", act)


@blueprint.post("/pages/panel/role")
def role() -> str:
    """Give a role to somebody, or to nobody."""
    name = next((known for known, _ in ROLES if known == request.args.get("role")), None)
    chosen = request.form.get("account") or None
    if name is None:
        refuse(422, "No such role.")

    def act(connection: Connection, seen: Seen, now: Instant) -> tuple[str, str]:
        if chosen is not None and chosen not in candidates(seen, name):
            refuse(422, "Only somebody who is on a side of this engagement today can have that role.")
        save_role(_scope(connection, seen), seen.ticket.issue.issue_id, name=name, account=chosen, at=now, by=account())
        return "Saved.", ""

    return _acted("role", act)


def _scope(connection: Connection, seen: Seen) -> AgreementScope:
    return AgreementScope(connection, caller().tenant_id, seen.view.engagement.key)


def _acted(name: str, act: Deed) -> str:
    """Take an act of somebody who may, measure the ticket anew, and show the panel as it then is."""
    app, issue_id, now = container(), _issue_id(request.args.get("issue", "")), container().clock()
    # Jira is asked before the database's one writer is taken, so that nobody waits for the network.
    try:
        with app.reader.connect() as connection:
            view = _may_change(_views(connection, _label(connection, app, issue_id)))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    with app.engine.begin() as connection:
        said, undo = act(connection, _seen(connection, view, issue_id, {}), now)
        _note(connection, f"panel {name}", f"{view.engagement.key} issue {issue_id}", now)
        measure_issues(connection, caller().tenant_id, _counted(connection, issue_id), now)
    content, values = _content(str(issue_id), {view.engagement.key: (said, undo)})
    return render_template(content, **values)


def _may_change(views: list[EngagementView]) -> EngagementView:
    view = next((one for one in views if one.engagement.key == request.args.get("engagement")), None)
    if view is None or not TAGGERS & view.roles:
        refuse(403, "You may look at this engagement, not change it.")
    return view


def _note(connection: Connection, act: str, what: str, now: Instant) -> None:
    role = request.args.get("role")
    after = role or request.form.get("objective") or request.args.get("objective")
    subject = (request.form.get("account") or None) if role else None
    insert_act(connection, caller().tenant_id, Act(now, account(), act, what, None, after, subject))


def _counted(connection: Connection, issue_id: int) -> set[int]:
    """Return the issue and, of a sub-task, the parent it counts for."""
    ticket = select_tickets(connection, caller().tenant_id, [issue_id]).get(issue_id)
    return {issue_id} | ({ticket.issue.parent_id} if ticket and ticket.issue.parent_id else set())


def _content(issue: str, said: Mapping[str, tuple[str, str]] | None = None) -> tuple[str, dict[str, object]]:
    app, issue_id = container(), _issue_id(issue)
    with app.reader.connect() as connection:
        try:
            label = _label(connection, app, issue_id)
        except JiraError:
            return "state.html", {"state": empty_states.JIRA_AWAY}
        views = _views(connection, label)
        if not views:
            return "state.html", {"state": empty_states.NOTHING}
        parts = [_part(connection, app, view, issue_id) for view in views]
    for view, part in zip(views, parts, strict=True):
        part.said, part.undo = (said or {}).get(view.engagement.key, ("", ""))
    # An engagement that the ticket does not concern is shown only where there is no other that it does.
    counted = [part for part in parts if part.counts]
    shown = [part for part in counted if part.concerns] or counted or parts[:1]
    return "panel/content.html", {"panel": {"key": label.key, "parts": shown}, "site": tenant().display_url}


def _issue_id(text: str) -> int:
    if not text.isdecimal() or len(text) > 18:
        refuse(404, "No such ticket.")
    return int(text)


def _label(connection: Connection, app: Container, issue_id: int) -> IssueLabel:
    """Return the ticket, which must be one that the caller may browse in Jira."""
    label = select_labels(connection, caller().tenant_id, [issue_id]).get(issue_id)
    if label is None or issue_id not in browsable(app, [label]):
        refuse(404, "Teachback has not read this ticket yet, or you may not browse it in Jira.")
    return label


def _views(connection: Connection, label: IssueLabel) -> list[EngagementView]:
    front = label.key.rpartition("-")[0]
    visible = [view for view in select_visible(connection) if "drilldown" in view.sees]
    return [view for view in visible if front in view.engagement.projects]


def _part(connection: Connection, app: Container, view: EngagementView, issue_id: int) -> Part:
    return build_part(connection, caller().tenant_id, _seen(connection, view, issue_id, names_of(app, view)))


def _seen(connection: Connection, view: EngagementView, issue_id: int, names: dict[str, str]) -> Seen:
    tenant_id, key = caller().tenant_id, view.engagement.key
    tickets = select_tickets(connection, tenant_id, [issue_id])
    prepared = next(target.prepared for target in select_targets(connection, tenant_id) if target.engagement == key)
    return Seen(
        view,
        prepared,
        with_annotations(AgreementScope(connection, tenant_id, key), tickets)[issue_id],
        names,
        account(),
        container().clock(),
    )
