"""Disputing a ticket from its evidence, withdrawing the dispute, and the answer of the other side."""

from collections.abc import Callable
from typing import TypeAlias

from flask import Blueprint, request

from connector.actions.actor import Actor
from connector.actions.disputes import answer_dispute, file_dispute, withdraw_dispute
from connector.container import container
from connector.pages.act import perform
from connector.pages.drawer import evidence
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

Act: TypeAlias = Callable[[Actor, int], None]

blueprint = Blueprint("disputes", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"disputes.file": CONTEXT, "disputes.withdraw": CONTEXT, "disputes.answer": CONTEXT}


@blueprint.post("/pages/dispute/file")
def file() -> str:
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")

    def act(actor: Actor, issue_id: int) -> None:
        file_dispute(actor, issue_id, about, reason)

    notice = gettext("Disputed for 30 days. No figure changes; beside each stands what it is without this ticket.")
    return _perform(act, notice)


@blueprint.post("/pages/dispute/withdraw")
def withdraw() -> str:
    number = read_number()
    return _perform(lambda actor, _: withdraw_dispute(actor, number), gettext("Withdrawn."))


@blueprint.post("/pages/dispute/answer")
def answer() -> str:
    """Save what a lead of the other side answers; figures stay as they are."""
    number, words = read_number(), request.form.get("words", "")
    accepted = request.form.get("verdict") == "accept"

    def act(actor: Actor, _: int) -> None:
        answer_dispute(actor, number, accepted=accepted, words=words)

    keeping = gettext("Answered: it stays as it is. Both sides read why.")
    accepting = gettext("Accepted. Figures change once the ticket does: set its objective or role, or confirm it.")
    return _perform(act, accepting if accepted else keeping)


def read_number() -> int:
    number = request.args.get("dispute", "")
    if not number.isdecimal() or len(number) > 18:
        refuse(404, gettext("No such dispute."))
    return int(number)


def _perform(act: Act, notice: str) -> str:
    with container().reader.connect() as connection:
        view, label = evidence.read_question(connection)
    # Jira is asked before the database's one writer is taken.
    evidence.require_browsable(label)
    perform(view, lambda actor: act(actor, label.issue_id))
    return evidence.content(notice)
