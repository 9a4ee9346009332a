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


def file_feedback(speaker: Actor, about: str, words: str) -> int:
    """File what the agency has to say of the client's behaviour; return the item's number. Raises NotSaid."""
    begin(speaker)
    verify_role(speaker, "agency_member", "somebody of the agency")
    if about not in ABOUT:
        raise ActionRefused("Say what it is about: " + ", ".join(ABOUT) + ".")
    said = verify_words(words)
    number = insert_feedback(*speaker.place, about=about, words=said, at=speaker.now, by=speaker.account)
    note(speaker, "feedback filed", f"item {number}", about)
    return number


def tie_action(speaker: Actor, number: int, action: str) -> None:
    """Tie what the client does about it to an item of feedback, once. Raises NotSaid."""
    begin(speaker)
    verify_role(speaker, "inhouse_lead", "an in-house lead")
    said = verify_words(action)
    if not save_action(*speaker.place, number, action=said, at=speaker.now, by=speaker.account):
        raise ActionRefused("No such item waits for an action.")
    note(speaker, "feedback acted on", f"item {number}", "")


def give_pulse(speaker: Actor, quarter: date, answer: int) -> None:
    """Give a side's pulse on the quarter that runs or the one before, 1 to 5, once by a lead. Raises NotSaid."""
    begin(speaker)
    side = verify_lead(speaker)
    today = speaker.prepared.calendar.day(speaker.now)
    if quarter not in open_quarters(speaker.stored.engagement, today) or answer not in range(1, 6):
        raise ActionRefused("A pulse is 1 to 5, on this quarter or the last.")
    if not insert_pulse(*speaker.place, Pulse(side, quarter, speaker.now, answer), by=speaker.account):
        raise ActionRefused("Your side gave its pulse on that quarter already.")
    note(speaker, "pulse given", quarter.isoformat(), side)


def open_quarters(engagement: Engagement, today: date) -> set[date]:
    """Return the quarters on which a pulse may be given: none may be filled in long after."""
    this = quarter_start(today)
    both = {this, quarter_start(this - timedelta(days=1))}
    return {quarter for quarter in both if quarter >= quarter_start(engagement.starts)}


def edit_definition(speaker: Actor, objective: str) -> None:
    """Keep that a side wrote at an objective's definition today (measurement (h), D7). Raises NotSaid."""
    _define(speaker, objective, "edit", speaker.prepared.calendar.day(speaker.now))


def confirm_agreement(speaker: Actor, objective: str) -> None:
    """Confirm for one's own side that it agreed: on the day that the file claims, else today. Raises NotSaid."""
    side, found = verify_lead(speaker), verify_objective(speaker, objective)
    edits = select_definition_edits(*speaker.place, as_of=speaker.now)
    today = speaker.prepared.calendar.day(speaker.now)
    day = claims_of(found, edits).get(side, today)
    if day > today:
        raise ActionRefused("The file claims a day that is still to come.")
    _define(speaker, objective, "agree", day)


def _define(speaker: Actor, objective: str, kind: Literal["edit", "agree"], day: date) -> None:
    begin(speaker)
    side = verify_lead(speaker)
    verify_objective(speaker, objective)
    one = DefinitionEdit(objective, side, kind, day, speaker.now)
    insert_definition_edit(*speaker.place, one, by=speaker.account)
    note(speaker, f"definition {kind}", objective, day.isoformat())
