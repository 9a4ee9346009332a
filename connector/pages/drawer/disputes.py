"""Disputing a ticket where one looks at its evidence, and taking that back."""

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

Act: TypeAlias = Callable[[Actor, int], None]

blueprint = Blueprint("disputing", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"disputing.file": CONTEXT, "disputing.withdraw": CONTEXT}


@blueprint.post("/pages/dispute/file")
def file() -> str:
    """Say that what a ticket counts as is wrong, and why."""
    about, reason = request.form.get("objective", ""), request.form.get("reason", "")

    def act(actor: Actor, issue_id: int) -> None:
        file_dispute(actor, issue_id, about, reason)

    return _acted(act, "Disputed for 30 days. No figure changes; beside each stands what it is without this ticket.")


@blueprint.post("/pages/dispute/withdraw")
def withdraw() -> str:
    """Take one's own dispute back."""
    number = request.args.get("dispute", "")
    if not number.isdecimal() or len(number) > 18:
        refuse(404, "No such dispute.")
    return _acted(lambda actor, _: withdraw_dispute(actor, int(number)), "Withdrawn.")


def _acted(act: Act, said: str) -> str:
    """Let somebody of the two sides say something of a ticket that they may browse, and show its evidence again."""
    with container().reader.connect() as connection:
        view, label = evidence.read_question(connection)
    evidence.require_browsable(label)
    perform(view, lambda actor: act(actor, label.issue_id))
    return evidence.content(said)
