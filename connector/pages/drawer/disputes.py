"""Disputing a ticket from its evidence, withdrawing the dispute, and the answer of the other side."""

from collections.abc import Callable
from typing import TypeAlias

from flask import Blueprint, request, url_for

from connector.actions.actor import Actor
from connector.actions.disputes import answer_dispute, file_dispute, undo_dispute, undo_withdrawal, withdraw_dispute
from connector.actions.disputes import undo_answer as take_answer_back
from connector.container import container
from connector.pages.act import Notice, perform
from connector.pages.drawer import evidence
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

Act: TypeAlias = Callable[[Actor, int], Notice]

blueprint = Blueprint("disputes", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "disputes.file": CONTEXT,
    "disputes.undo_file": CONTEXT,
    "disputes.withdraw": CONTEXT,
    "disputes.undo_withdraw": CONTEXT,
    "disputes.answer": CONTEXT,
    "disputes.undo_answer": CONTEXT,
}


@blueprint.post("/pages/dispute/file")
def file() -> str:
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")

    def act(actor: Actor, issue_id: int) -> Notice:
        number = file_dispute(actor, issue_id, about, reason)
        text = gettext("Disputed for 30 days. No figure changes; beside each stands what it is without this ticket.")
        return Notice(text, _undo_url("undo_file", actor, issue_id, number))

    return _perform(act)


@blueprint.post("/pages/dispute/undo-file")
def undo_file() -> str:
    return _undo(undo_dispute)


@blueprint.post("/pages/dispute/withdraw")
def withdraw() -> str:
    number = read_number()

    def act(actor: Actor, issue_id: int) -> Notice:
        withdraw_dispute(actor, number)
        return Notice(gettext("Withdrawn."), _undo_url("undo_withdraw", actor, issue_id, number))

    return _perform(act)


@blueprint.post("/pages/dispute/undo-withdraw")
def undo_withdraw() -> str:
    return _undo(undo_withdrawal)


@blueprint.post("/pages/dispute/answer")
def answer() -> str:
    """Save what a lead of the other side answers; figures stay as they are."""
    number, words = read_number(), request.form.get("words", "")
    accepted = request.form.get("verdict") == "accept"

    keeping = gettext("Answered: it stays as it is. Both sides read why.")
    accepting = gettext("Accepted. Figures change once the ticket does: set its objective or role, or confirm it.")

    def act(actor: Actor, issue_id: int) -> Notice:
        answer_dispute(actor, number, accepted=accepted, words=words)
        return Notice(accepting if accepted else keeping, _undo_url("undo_answer", actor, issue_id, number))

    return _perform(act)


@blueprint.post("/pages/dispute/undo-answer")
def undo_answer() -> str:
    return _undo(take_answer_back)


def read_number() -> int:
    number = request.args.get("dispute", "")
    if not number.isdecimal() or len(number) > 18:
        refuse(404, gettext("No such dispute."))
    return int(number)


def _undo_url(action: str, actor: Actor, issue_id: int, number: int) -> str:
    return url_for(f"disputes.{action}", engagement=actor.key, issue=issue_id, dispute=number)


def _undo(undo: Callable[[Actor, int], None]) -> str:
    number = read_number()

    def act(actor: Actor, _: int) -> Notice:
        undo(actor, number)
        return Notice(gettext("Undone."))

    return _perform(act)


def _perform(act: Act) -> str:
    with container().reader.connect() as connection:
        view, label = evidence.read_question(connection)
    # Jira is asked before the database's one writer is taken.
    evidence.require_browsable(label)
    return evidence.content(perform(view, lambda actor: act(actor, label.issue_id)))
