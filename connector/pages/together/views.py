"""The Together tab: feedback and its action, a pulse each quarter, and rules that both sides agree on."""

from collections.abc import Mapping
from dataclasses import replace

from flask import Blueprint, render_template, url_for

from connector.actions import feedback
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.actions.policy import ACT_ON_FEEDBACK, LEAD
from connector.actions.rulesets import NO_VERSION, REPLACED_VERSION, approve_rules, undo_approval
from connector.pages.act import Notice, undoing
from connector.pages.together.content import perform_action, render_content, view_for
from connector.pages.together.inputs import read_number, read_quarter, read_value
from connector.pages.together.undoable import approved_notice, tied_notice
from connector.web.gate import CONTEXT, SHARED, Rule
from mappings.measure.model.quarters import quarter_name
from mappings.measure.period.ruleset_approval import (
    AGREED_FOR_OTHER,
    LEADS_BOTH,
    LEADS_NEITHER,
    SIDE_AGREED,
    ApprovalRefused,
)
from mappings.translation import gettext, mark

blueprint = Blueprint("together", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "together.show": SHARED,
    "together.tie": CONTEXT,
    "together.undo_tie": CONTEXT,
    "together.ask_pulse": CONTEXT,
    "together.pulse": CONTEXT,
    "together.undo_pulse": CONTEXT,
    "together.approve": CONTEXT,
    "together.undo_approve": CONTEXT,
}

REFUSALS: Mapping[str, str] = {
    LEADS_BOTH: mark("The rules were not approved: this account leads both sides."),
    LEADS_NEITHER: mark("The rules were not approved: this account leads neither side."),
    SIDE_AGREED: mark("The rules were not approved: this account belongs to the side that agreed already."),
    AGREED_FOR_OTHER: mark("The rules were not approved: this account agreed for the other side already."),
    NO_VERSION: mark(
        "The rules were not approved: this account cannot agree to version %(version)s, which is not there."
    ),
    REPLACED_VERSION: mark(
        "The rules were not approved: this account cannot agree to version %(version)s, which another replaced."
    ),
}


@blueprint.get("/pages/together")
def show() -> str:
    return render_content()


@blueprint.post("/pages/together/tie")
def tie() -> str:
    number, action = read_number("number"), read_value("action")

    def act(actor: Actor) -> Notice:
        feedback.tie_action(actor, number, action)
        return tied_notice(actor.key, number)

    return perform_action(ACT_ON_FEEDBACK, act)


@blueprint.post("/pages/together/undo-tie")
def undo_tie() -> str:
    return perform_action(ACT_ON_FEEDBACK, undoing(feedback.undo_action, read_number("number"), "feedback"))


@blueprint.get("/pages/together/pulse")
def ask_pulse() -> str:
    view, quarter, answer = view_for(LEAD), read_quarter(), read_number("answer")
    values = {"quarter": quarter, "name": quarter_name(quarter), "answer": answer}
    return render_template("together/ask_pulse.html", key=view.engagement.key, **values)


@blueprint.post("/pages/together/pulse")
def pulse() -> str:
    quarter, answer = read_quarter(), read_number("answer")

    def act(actor: Actor) -> Notice:
        feedback.give_pulse(actor, quarter, answer)
        places = {"answer": answer, "quarter": quarter_name(quarter)}
        # Once both can read both numbers, nothing can be undone any more.
        if feedback.both_gave(actor, quarter):
            both = gettext("Saved: %(answer)s of 5 for %(quarter)s. Both sides gave theirs now.", **places)
            return Notice(both, near="pulse")
        text = gettext("Saved: %(answer)s of 5 for %(quarter)s.", **places)
        return Notice(text, url_for("together.undo_pulse", engagement=actor.key, quarter=quarter.isoformat()), "pulse")

    return perform_action(LEAD, act)


@blueprint.post("/pages/together/undo-pulse")
def undo_pulse() -> str:
    return perform_action(LEAD, undoing(feedback.undo_pulse, read_quarter(), "pulse"))


@blueprint.post("/pages/together/approve")
def approve() -> str:
    version = read_number("version")

    def act(actor: Actor) -> Notice:
        agreed = approve_for_side(actor, version)
        notice = approved_notice(actor.key, version)
        return replace(notice, undo="") if agreed else notice

    return perform_action(LEAD, act)


@blueprint.post("/pages/together/undo-approve")
def undo_approve() -> str:
    return perform_action(LEAD, undoing(undo_approval, read_number("version"), "rules"))


def approve_for_side(actor: Actor, version: int) -> bool:
    """Approve a version of the rules for the actor's side; return whether both approved it. Raises ActionRefused."""
    place = (actor.connection, actor.tenant_id, actor.stored.engagement, version)
    try:
        return approve_rules(*place, account=actor.account, now=actor.now).applies_from is not None
    except ApprovalRefused as refusal:
        raise ActionRefused(gettext(REFUSALS[refusal.reason], **refusal.places)) from refusal
