"""Disputing a ticket from its evidence, and withdrawing the dispute."""

from collections.abc import Callable
from typing import TypeAlias

from flask import Blueprint, request

from connector.actions.actor import Actor
from connector.actions.disputes import file_dispute, withdraw_dispute
from connector.container import container
from connector.pages.act import perform
from connector.pages.drawer import evidence
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

Act: TypeAlias = Callable[[Actor, int], None]

blueprint = Blueprint("disputes", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"disputes.file": CONTEXT, "disputes.withdraw": CONTEXT}


@blueprint.post("/pages/dispute/file")
def file() -> str:
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")

    def act(actor: Actor, issue_id: int) -> None:
        file_dispute(actor, issue_id, about, reason)

    notice = gettext("Disputed for 30 days. No figure changes; beside each stands what it is without this ticket.")
    return _perform(act, notice)


@blueprint.post("/pages/dispute/withdraw")
def withdraw() -> str:
    number = request.args.get("dispute", "")
    if not number.isdecimal() or len(number) > 18:
        refuse(404, gettext("No such dispute."))
    return _perform(lambda actor, _: withdraw_dispute(actor, int(number)), gettext("Withdrawn."))


def _perform(act: Act, notice: str) -> str:
    with container().reader.connect() as connection:
        view, label = evidence.read_question(connection)
    # Jira is asked before the database's one writer is taken.
    evidence.require_browsable(label)
    perform(view, lambda actor: act(actor, label.issue_id))
    return evidence.content(notice)
