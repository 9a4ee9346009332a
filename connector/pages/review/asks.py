"""What a lead does in a review: read it, ask the other side for something, say that it is done, or take it back."""

from collections.abc import Callable
from datetime import date

from flask import Blueprint, request, url_for

from connector.actions.actor import Actor
from connector.actions.feedback import add_ask, finish_ask, read_review, undo_ask_done, undo_reading, withdraw_ask
from connector.actions.policy import LEAD
from connector.container import container
from connector.pages.act import Notice, perform, require_may
from connector.pages.review.source import find_quarter, require_figures
from connector.pages.review.views import content, read_notice
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, Rule
from mappings.translation import gettext

blueprint = Blueprint("review_asks", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "review_asks.add": CONTEXT,
    "review_asks.finish": CONTEXT,
    "review_asks.undo_finish": CONTEXT,
    "review_asks.withdraw": CONTEXT,
    "review_asks.read": CONTEXT,
    "review_asks.undo_read": CONTEXT,
}


@blueprint.post("/pages/review/ask")
def add() -> str:
    text, owner = _value("words"), _value("owner")

    def act(actor: Actor, quarter: date) -> Notice:
        add_ask(actor, quarter, text, owner=owner, due=_due())
        return Notice(gettext("Asked. It is printed in this review and comes back in the next."))

    return _perform(act)


@blueprint.post("/pages/review/ask/done")
def finish() -> str:
    def act(actor: Actor, quarter: date) -> Notice:
        number = _number()
        finish_ask(actor, number)
        undo = url_for("review_asks.undo_finish", engagement=actor.key, period=request.args.get("period"), ask=number)
        return Notice(gettext("Done, as of today."), undo)

    return _perform(act)


@blueprint.post("/pages/review/ask/undo-done")
def undo_finish() -> str:
    def act(actor: Actor, _: date) -> Notice:
        undo_ask_done(actor, _number())
        return Notice(gettext("Undone."))

    return _perform(act)


@blueprint.post("/pages/review/ask/withdraw")
def withdraw() -> str:
    def act(actor: Actor, _: date) -> Notice:
        withdraw_ask(actor, _number())
        return Notice(gettext("Taken back."))

    return _perform(act)


@blueprint.post("/pages/review/read")
def read() -> str:
    def act(actor: Actor, quarter: date) -> Notice:
        read_review(actor, quarter)
        return read_notice(actor.key, quarter)

    return _perform(act)


@blueprint.post("/pages/review/undo-read")
def undo_read() -> str:
    def act(actor: Actor, quarter: date) -> Notice:
        undo_reading(actor, quarter)
        return Notice(gettext("Undone."), near="read")

    return _perform(act)


def _perform(act: Callable[[Actor, date], Notice]) -> str:
    with container().reader.connect() as connection:
        view = require_figures(connection)
        require_may(view, LEAD)
        snapshot = find_quarter(connection, view)
    if snapshot is None:
        refuse(422, gettext("This quarter has no review yet: it is ready once the quarter is over."))
    return content(perform(view, lambda actor: act(actor, snapshot.first)))


def _value(name: str) -> str:
    return str(request.values.get(name, ""))


def _number() -> int:
    text = _value("ask")
    if not (text.isdecimal() and len(text) < 10):
        refuse(422, gettext("The ask is missing. Choose one."))
    return int(text)


def _due() -> date:
    try:
        return date.fromisoformat(_value("due"))
    except ValueError:
        refuse(422, gettext("The day is missing. Choose one by which it is to be done."))
