"""The Agency tab: its content, feedback that is filed, disputes that are withdrawn, and the right of reply."""

from flask import Blueprint

from connector.actions import disputes, feedback
from connector.actions.actor import Actor
from connector.actions.policy import DISPUTE, FILE_FEEDBACK, REPLY
from connector.pages.act import Notice, undoing
from connector.pages.agency.content import perform_action, render_content
from connector.pages.agency.undoable import filed_notice, withdrawn_notice
from connector.pages.together.inputs import read_number, read_quarter, read_value
from connector.web.gate import CONTEXT, SHARED, Rule
from mappings.measure.model.quarters import quarter_name
from mappings.translation import gettext

blueprint = Blueprint("agency", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "agency.show": SHARED,
    "agency.file": CONTEXT,
    "agency.undo_file": CONTEXT,
    "agency.withdraw": CONTEXT,
    "agency.undo_withdraw": CONTEXT,
    "agency.reply": CONTEXT,
}


@blueprint.get("/pages/agency")
def show() -> str:
    return render_content()


@blueprint.post("/pages/agency/file")
def file() -> str:
    about, text = read_value("about"), read_value("words")

    def act(actor: Actor) -> Notice:
        number = feedback.file_feedback(actor, about, text)
        return filed_notice(actor.key, number)

    return perform_action(FILE_FEEDBACK, act)


@blueprint.post("/pages/agency/undo-file")
def undo_file() -> str:
    return perform_action(FILE_FEEDBACK, undoing(feedback.undo_feedback, read_number("number"), "file"))


@blueprint.post("/pages/agency/withdraw")
def withdraw() -> str:
    number = read_number("dispute")

    def act(actor: Actor) -> Notice:
        disputes.withdraw_dispute(actor, number)
        return withdrawn_notice(actor.key, number)

    return perform_action(DISPUTE, act)


@blueprint.post("/pages/agency/undo-withdraw")
def undo_withdraw() -> str:
    return perform_action(DISPUTE, undoing(disputes.undo_withdrawal, read_number("dispute"), "disputes"))


@blueprint.post("/pages/agency/reply")
def reply() -> str:
    quarter, text = read_quarter(), read_value("words")

    def act(actor: Actor) -> Notice:
        feedback.reply_to_quarter(actor, quarter, text)
        saved = gettext("Saved for the review of %(quarter)s.", quarter=quarter_name(quarter))
        return Notice(saved if text.strip() else gettext("Taken back."), near=f"reply-{quarter.isoformat()}")

    return perform_action(REPLY, act)
