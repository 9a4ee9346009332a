"""The page for both leads: rules that both sides agree on, feedback and its action, a pulse each quarter."""

from collections.abc import Callable
from datetime import date
from typing import Any, TypeAlias

from flask import Blueprint, render_template, request, url_for
from sqlalchemy import Connection

from connector.actions import feedback
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.actions.policy import ACT_ON_FEEDBACK, AGENCY, FILE_FEEDBACK, LEAD, Permission
from connector.actions.rulesets import approve_rules
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.pages.act import Notice, has_leads_page, may_act, perform
from connector.pages.together import texts
from connector.pages.visibility import refuse, require_view
from connector.web.gate import CONTEXT, SHARED, Rule, caller
from mappings.measure.model.quarters import quarter_name
from mappings.measure.model.statements import LeadSide
from mappings.measure.period.ruleset_approval import ApprovalRefused

blueprint = Blueprint("together", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "together.show": SHARED,
    "together.file": CONTEXT,
    "together.tie": CONTEXT,
    "together.ask_pulse": CONTEXT,
    "together.pulse": CONTEXT,
    "together.undo_pulse": CONTEXT,
    "together.approve": CONTEXT,
}

Action: TypeAlias = Callable[[Actor], Notice]


@blueprint.get("/pages/together")
def show() -> str:
    return _content(Notice())


@blueprint.post("/pages/together/file")
def file() -> str:
    about, text = _value("about"), _value("words")

    def act(actor: Actor) -> Notice:
        feedback.file_feedback(actor, about, text)
        return Notice("Filed. The in-house lead sees it here.", near="file")

    return _perform(FILE_FEEDBACK, act)


@blueprint.post("/pages/together/tie")
def tie() -> str:
    number, action = _number("number"), _value("action")

    def act(actor: Actor) -> Notice:
        feedback.tie_action(actor, number, action)
        return Notice("Saved. The agency sees it here.", near="file")

    return _perform(ACT_ON_FEEDBACK, act)


@blueprint.get("/pages/together/pulse")
def ask_pulse() -> str:
    view, quarter, answer = _view_for(LEAD), _quarter(), _number("answer")
    values = {"quarter": quarter, "name": quarter_name(quarter), "answer": answer}
    return render_template("together/ask_pulse.html", key=view.engagement.key, **values)


@blueprint.post("/pages/together/pulse")
def pulse() -> str:
    quarter, answer = _quarter(), _number("answer")

    def act(actor: Actor) -> Notice:
        feedback.give_pulse(actor, quarter, answer)
        text = f"Saved: {answer} of 5 for {quarter_name(quarter)}."
        # Once both can read both numbers, nothing can be undone any more.
        if feedback.both_gave(actor, quarter):
            return Notice(f"{text} Both sides gave theirs now.", near="pulse")
        return Notice(text, url_for("together.undo_pulse", engagement=actor.key, quarter=quarter.isoformat()), "pulse")

    return _perform(LEAD, act)


@blueprint.post("/pages/together/undo-pulse")
def undo_pulse() -> str:
    quarter = _quarter()

    def act(actor: Actor) -> Notice:
        feedback.undo_pulse(actor, quarter)
        return Notice("Undone.", near="pulse")

    return _perform(LEAD, act)


@blueprint.post("/pages/together/approve")
def approve() -> str:
    version = _number("version")

    def act(actor: Actor) -> Notice:
        proposal = (actor.connection, actor.tenant_id, actor.stored.engagement, version)
        try:
            approve_rules(*proposal, account=actor.account, now=actor.now)
        except ApprovalRefused as refusal:
            raise ActionRefused(f"The rules were not approved: this account {refusal}.") from refusal
        return Notice("Approved for your side.", near="rules")

    return _perform(LEAD, act)


def _value(name: str) -> str:
    return str(request.values.get(name, ""))


def _number(name: str) -> int:
    text = _value(name)
    return int(text) if text.isdecimal() and len(text) < 10 else refuse(422, f"The {name} is missing. Choose one.")


def _quarter() -> date:
    try:
        return date.fromisoformat(_value("quarter"))
    except ValueError:
        refuse(422, "The quarter is missing. Choose one.")


def _perform(permission: Permission, act: Action) -> str:
    return _content(perform(_view_for(permission), act))


def _view_for(permission: Permission) -> EngagementView:
    # Checked before the writer is taken, and again by the action under the tenant's lock.
    with container().reader.connect() as connection:
        view = _read_measured(connection)
    if not may_act(view, permission):
        refuse(403, permission.refusal)
    return view


def _read_measured(connection: Connection) -> EngagementView:
    view = require_view(connection)
    if view.stored.generation is None or not has_leads_page(view):
        refuse(404, "Only the agency and the leads of this engagement see this part.")
    return view


def _content(notice: Notice) -> str:
    with container().reader.connect() as connection:
        view = _read_measured(connection)
        values = _values(connection, view)
    may = {
        "filing": may_act(view, FILE_FEEDBACK),
        "acting": may_act(view, ACT_ON_FEEDBACK),
        "leading": may_act(view, LEAD),
    }
    return render_template("together/page.html", notice=notice, key=view.engagement.key, **may, **values)


def _values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    tenant_id, stored, now = caller().tenant_id, view.stored, container().clock()
    prepared = select_prepared(connection, tenant_id, stored)
    items = texts.items_of(connection, tenant_id, stored, prepared, now=now)
    values: dict[str, Any] = {"items": items, "about": texts.ABOUT_NAMES, "agency": view.engagement.agency_name}
    if may_act(view, LEAD):
        side: LeadSide = "agency" if AGENCY & view.roles else "inhouse"
        values["rules"] = texts.rules_of(connection, tenant_id, stored, side)
        values["changes"] = texts.changes_of(connection, tenant_id, stored, prepared, now=now)
        values["pulses"] = texts.pulses_of(connection, tenant_id, stored, prepared, now=now, side=side)
    return values
