"""What the two sides say to each other: feedback and its action, pulses, and objectives written together."""

from datetime import date, timedelta
from typing import Literal

from connector.actions.actor import (
    ActionRefused,
    Actor,
    begin,
    note,
    verify_lead,
    verify_objective,
    verify_role,
    verify_words,
)
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import quarter_start
from mappings.measure.model.statements import DefinitionEdit, Pulse
from mappings.measure.people.definitions import claims_of
from mappings.records.agreement.definitions import insert_definition_edit, select_definition_edits
from mappings.records.agreement.feedback import insert_feedback, save_action
from mappings.records.agreement.pulses import insert_pulse

About = Literal["reviews", "questions", "brief", "learners", "gatekeepers", "other"]
ABOUT: tuple[About, ...] = ("reviews", "questions", "brief", "learners", "gatekeepers", "other")
"""What the agency's feedback on the client's behaviour may be about."""


def file_feedback(actor: Actor, about: str, words: str) -> int:
    """File what the agency has to say of the client's behaviour; return the item's number. Raises NotSaid."""
    begin(actor)
    verify_role(actor, "agency_member", "somebody of the agency")
    if about not in ABOUT:
        raise ActionRefused("Say what it is about: " + ", ".join(ABOUT) + ".")
    said = verify_words(words)
    number = insert_feedback(actor.scope, about=about, words=said, at=actor.now, by=actor.account)
    note(actor, "feedback filed", f"item {number}", about)
    return number


def tie_action(actor: Actor, number: int, action: str) -> None:
    """Tie what the client does about it to an item of feedback, once. Raises NotSaid."""
    begin(actor)
    verify_role(actor, "inhouse_lead", "an in-house lead")
    said = verify_words(action)
    if not save_action(actor.scope, number, action=said, at=actor.now, by=actor.account):
        raise ActionRefused("No such item waits for an action.")
    note(actor, "feedback acted on", f"item {number}", "")


def give_pulse(actor: Actor, quarter: date, answer: int) -> None:
    """Give a side's pulse on the quarter that runs or the one before, 1 to 5, once by a lead. Raises NotSaid."""
    begin(actor)
    side = verify_lead(actor)
    today = actor.prepared.calendar.day(actor.now)
    if quarter not in open_quarters(actor.stored.engagement, today) or answer not in range(1, 6):
        raise ActionRefused("A pulse is 1 to 5, on this quarter or the last.")
    if not insert_pulse(actor.scope, Pulse(side, quarter, actor.now, answer), by=actor.account):
        raise ActionRefused("Your side gave its pulse on that quarter already.")
    note(actor, "pulse given", quarter.isoformat(), side)


def open_quarters(engagement: Engagement, today: date) -> set[date]:
    """Return the quarters on which a pulse may be given: none may be filled in long after."""
    this = quarter_start(today)
    both = {this, quarter_start(this - timedelta(days=1))}
    return {quarter for quarter in both if quarter >= quarter_start(engagement.starts)}


def edit_definition(actor: Actor, objective: str) -> None:
    """Keep that a side wrote at an objective's definition today (measurement (h), D7). Raises NotSaid."""
    _define(actor, objective, "edit", actor.prepared.calendar.day(actor.now))


def confirm_agreement(actor: Actor, objective: str) -> None:
    """Confirm for one's own side that it agreed: on the day that the file claims, else today. Raises NotSaid."""
    side, found = verify_lead(actor), verify_objective(actor, objective)
    edits = select_definition_edits(actor.scope, as_of=actor.now)
    today = actor.prepared.calendar.day(actor.now)
    day = claims_of(found, edits).get(side, today)
    if day > today:
        raise ActionRefused("The file claims a day that is still to come.")
    _define(actor, objective, "agree", day)


def _define(actor: Actor, objective: str, kind: Literal["edit", "agree"], day: date) -> None:
    begin(actor)
    side = verify_lead(actor)
    verify_objective(actor, objective)
    one = DefinitionEdit(objective, side, kind, day, actor.now)
    insert_definition_edit(actor.scope, one, by=actor.account)
    note(actor, f"definition {kind}", objective, day.isoformat())
