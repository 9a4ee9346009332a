"""Asks of a quarterly review: one side asks something of the other, says when it is done, or takes it back."""

from datetime import date, timedelta
from typing import Literal, get_args

from connector.actions.actor import Actor, audit, begin, require_text
from connector.actions.errors import ActionRefused
from connector.actions.policy import LEAD
from mappings.measure.model.quarters import quarter_name
from mappings.records.agreement.asks import Ask, Owner, delete_ask, insert_ask, save_ask_done, select_asks

LONGEST_ASK = 400
# Asks of one side in one review: more than that nobody reads.
MOST_ASKS = 10
LATEST = timedelta(days=365)


def add_ask(actor: Actor, quarter: date, text: str, *, owner: str, due: date) -> int:
    """Ask something of the other side in the review of a quarter. Raises ActionRefused."""
    begin(actor, LEAD)
    text = require_text(text, "The ask")
    if len(text) > LONGEST_ASK:
        raise ActionRefused(f"The ask is too long: write at most {LONGEST_ASK} characters.")
    today = actor.prepared.calendar.day(actor.now)
    if not today <= due <= today + LATEST:
        raise ActionRefused("Choose a day from today to a year from now by which it is to be done.")
    if sum(ask.side == actor.side for ask in select_asks(actor.scope, quarter)) >= MOST_ASKS:
        raise ActionRefused(f"Your side has {MOST_ASKS} asks in this review: take one back first.")
    ask = Ask(0, quarter, actor.side, text, _require_owner(owner), due, actor.now, actor.account)
    number = insert_ask(actor.scope, ask)
    audit(actor, "ask added", f"ask {number}", quarter_name(quarter))
    return number


def _require_owner(name: str) -> Owner:
    owner: Literal["lead", "team"] | None = next((owner for owner in get_args(Owner) if owner == name), None)
    if owner is None:
        raise ActionRefused("Choose whose ask it is: the lead’s or the team’s.")
    return owner


def finish_ask(actor: Actor, number: int) -> None:
    """Say that what one's own side asked for is done. Raises ActionRefused."""
    begin(actor, LEAD)
    if not save_ask_done(actor.scope, number, actor.side, at=actor.now, by=actor.account):
        raise ActionRefused("Your side has no such open ask.")
    audit(actor, "ask done", f"ask {number}", "")


def withdraw_ask(actor: Actor, number: int) -> None:
    """Take an open ask of one's own side back. Raises ActionRefused."""
    begin(actor, LEAD)
    if not delete_ask(actor.scope, number, actor.side):
        raise ActionRefused("Your side has no such open ask.")
    audit(actor, "ask withdrawn", f"ask {number}", "")
