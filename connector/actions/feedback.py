"""Feedback and the action that follows, replies, asks, pulses, reviews that were read, and agreement to definitions."""

from collections.abc import Set as AbstractSet
from datetime import date, timedelta
from typing import Literal, get_args

from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_objective, require_text, require_undone
from connector.actions.errors import ActionRefused
from connector.actions.policy import ACT_ON_FEEDBACK, FILE_FEEDBACK, LEAD, READ_PROGRAM, REPLY, ActingRole, require
from connector.figures.frozen import PROGRAM_REVIEW_READ, REVIEW_READ, program_of
from mappings.events.types import Instant
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.quarters import next_quarter, quarter_name
from mappings.measure.model.statements import DefinitionEdit, Pulse
from mappings.measure.score.definitions import claims_of
from mappings.measure.score.feedback import pulse_quarters
from mappings.records.agreement.asks import (
    Ask,
    Owner,
    delete_ask,
    insert_ask,
    save_ask_done,
    save_ask_done_undone,
    select_asks,
)
from mappings.records.agreement.definitions import delete_agreement, insert_definition_edit, select_definition_edits
from mappings.records.agreement.feedback import delete_feedback, insert_feedback, save_action, save_action_undone
from mappings.records.agreement.pulses import delete_pulse, insert_pulse, select_pulses
from mappings.records.agreement.replies import Reply, save_reply
from mappings.records.operations.audit import Act, insert_act, select_standing_acts, undone_name
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext, mark

About = Literal["reviews", "questions", "brief", "learners", "gatekeepers", "other"]
# What the agency's feedback on the client's behaviour may be about.
ABOUT: tuple[About, ...] = ("reviews", "questions", "brief", "learners", "gatekeepers", "other")
LONGEST_ASK = 400
# Asks of one side in one review: more than that nobody reads.
MOST_ASKS = 10
LATEST = timedelta(days=365)
# Characters of a reply, which the review prints beside the figures.
LONGEST_REPLY = 600


def file_feedback(actor: Actor, about: str, text: str) -> int:
    begin(actor, FILE_FEEDBACK)
    if about not in ABOUT:
        raise ActionRefused(gettext("Choose what the feedback is about: %(subjects)s.", subjects=", ".join(ABOUT)))
    text = require_text(text, mark("The feedback"))
    number = insert_feedback(actor.scope, about=about, words=text, at=actor.now, by=actor.account)
    audit(actor, "feedback filed", f"item {number}", about)
    return number


def undo_feedback(actor: Actor, number: int) -> None:
    """Take back what one filed in the last minute, unless an action is tied to it. Raises ActionRefused."""
    begin(actor, FILE_FEEDBACK)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_feedback(actor.scope, number, by=actor.account, since=since))
    audit(actor, "feedback filed, undone", f"item {number}", "")


def tie_action(actor: Actor, number: int, action: str) -> None:
    begin(actor, ACT_ON_FEEDBACK)
    text = require_text(action, mark("The action"))
    if not save_action(actor.scope, number, action=text, at=actor.now, by=actor.account):
        raise ActionRefused(gettext("This item has an action already, or there is no such item."))
    audit(actor, "feedback acted on", f"item {number}", "")


def undo_action(actor: Actor, number: int) -> None:
    begin(actor, ACT_ON_FEEDBACK)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=save_action_undone(actor.scope, number, by=actor.account, since=since))
    audit(actor, "feedback acted on, undone", f"item {number}", "")


def give_pulse(actor: Actor, quarter: date, answer: int) -> None:
    """Give a side's pulse on this quarter or the last, 1 to 5, once by a lead. Raises ActionRefused."""
    begin(actor, LEAD)
    today = actor.prepared.calendar.day(actor.now)
    if quarter not in open_quarters(actor.stored.engagement, today) or answer not in range(1, 6):
        raise ActionRefused(gettext("Choose a number from 1 to 5, for this quarter or the last."))
    if not insert_pulse(actor.scope, Pulse(actor.side, quarter, actor.now, answer), by=actor.account):
        raise ActionRefused(gettext("Your side gave its pulse for that quarter already."))
    audit(actor, "pulse given", quarter.isoformat(), actor.side)


def undo_pulse(actor: Actor, quarter: date) -> None:
    begin(actor, LEAD)
    # Once both gave theirs each side reads the other's: an answer that could be changed then would lean on it.
    if both_gave(actor, quarter):
        raise ActionRefused(gettext("Both sides gave their pulse and can read it, so it cannot be changed any more."))
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_pulse(actor.scope, quarter=quarter, by=actor.account, since=since))
    audit(actor, "pulse undone", quarter.isoformat(), actor.side)


def both_gave(actor: Actor, quarter: date) -> bool:
    pulses = select_pulses(actor.scope, as_of=actor.now)
    return len({pulse.side for pulse in pulses if pulse.quarter == quarter}) == 2


def open_quarters(engagement: Engagement, today: date) -> set[date]:
    return pulse_quarters(engagement.starts, today)


def last_open_day(quarter: date) -> date:
    """Return until when a pulse and a reply can be given on a quarter: throughout the next one."""
    return next_quarter(next_quarter(quarter)) - timedelta(days=1)


def edit_definition(actor: Actor, objective: str) -> None:
    _define(actor, objective, "edit", actor.prepared.calendar.day(actor.now))


def confirm_agreement(actor: Actor, objective: str) -> None:
    """Confirm for one's own side that it agreed: on the day that the file claims, else today. Raises ActionRefused."""
    begin(actor, LEAD)
    definition = require_objective(actor, objective)
    edits = select_definition_edits(actor.scope, as_of=actor.now)
    today = actor.prepared.calendar.day(actor.now)
    # The file may claim a day on which the side agreed; its confirmation stands on that day.
    day = claims_of(definition, edits).get(actor.side, today)
    if day > today:
        raise ActionRefused(gettext("The engagement file gives a day in the future: correct it there first."))
    _define(actor, objective, "agree", day)


def undo_agreement(actor: Actor, objective: str) -> None:
    begin(actor, LEAD)
    require_objective(actor, objective)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=delete_agreement(actor.scope, objective, by=actor.account, since=since))
    audit(actor, "definition agree, undone", objective, "")


def _define(actor: Actor, objective: str, kind: Literal["edit", "agree"], day: date) -> None:
    begin(actor, LEAD)
    require_objective(actor, objective)
    edit = DefinitionEdit(objective, actor.side, kind, day, actor.now)
    insert_definition_edit(actor.scope, edit, by=actor.account)
    audit(actor, f"definition {kind}", objective, day.isoformat())


def add_ask(actor: Actor, quarter: date, text: str, *, owner: str, due: date) -> int:
    """Ask something of the other side in the review of a quarter. Raises ActionRefused."""
    begin(actor, LEAD)
    text = require_text(text, mark("The ask"))
    if len(text) > LONGEST_ASK:
        raise ActionRefused(gettext("The ask is too long: write at most %(longest)s characters.", longest=LONGEST_ASK))
    today = actor.prepared.calendar.day(actor.now)
    if not today <= due <= today + LATEST:
        raise ActionRefused(gettext("Choose a day from today to a year from now by which it is to be done."))
    if sum(ask.side == actor.side for ask in select_asks(actor.scope, quarter)) >= MOST_ASKS:
        raise ActionRefused(
            gettext("Your side has %(number)s asks in this review: take one back first.", number=MOST_ASKS)
        )
    ask = Ask(0, quarter, actor.side, text, _require_owner(owner), due, actor.now, actor.account)
    number = insert_ask(actor.scope, ask)
    audit(actor, "ask added", f"ask {number}", quarter_name(quarter))
    return number


def _require_owner(name: str) -> Owner:
    owner: Literal["lead", "team"] | None = next((owner for owner in get_args(Owner) if owner == name), None)
    if owner is None:
        raise ActionRefused(gettext("Choose whose ask it is: the lead’s or the team’s."))
    return owner


def finish_ask(actor: Actor, number: int) -> None:
    """Say that what one's own side asked for is done. Raises ActionRefused."""
    begin(actor, LEAD)
    if not save_ask_done(actor.scope, number, actor.side, at=actor.now, by=actor.account):
        raise ActionRefused(gettext("Your side has no such open ask."))
    audit(actor, "ask done", f"ask {number}", "")


def undo_ask_done(actor: Actor, number: int) -> None:
    """Open an ask again of which one said in the last minute that it is done. Raises ActionRefused."""
    begin(actor, LEAD)
    since = actor.now - UNDO_TIME
    require_undone(is_undone=save_ask_done_undone(actor.scope, number, by=actor.account, since=since))
    audit(actor, "ask done, undone", f"ask {number}", "")


def withdraw_ask(actor: Actor, number: int) -> None:
    """Take an open ask of one's own side back. Raises ActionRefused."""
    begin(actor, LEAD)
    if not delete_ask(actor.scope, number, actor.side):
        raise ActionRefused(gettext("Your side has no such open ask."))
    audit(actor, "ask withdrawn", f"ask {number}", "")


def reply_to_quarter(actor: Actor, quarter: date, text: str) -> None:
    """Save what the agency replies to this quarter or the last; no words take it back. Raises ActionRefused."""
    begin(actor, REPLY)
    text = require_text(text, mark("The reply"), least=0)
    if len(text) > LONGEST_REPLY:
        raise ActionRefused(
            gettext("The reply is too long: write at most %(longest)s characters.", longest=LONGEST_REPLY)
        )
    if quarter not in open_quarters(actor.stored.engagement, actor.prepared.calendar.day(actor.now)):
        raise ActionRefused(gettext("A reply is for the review of this quarter or of the last."))
    save_reply(actor.scope, Reply(quarter, text, actor.now, actor.account))
    audit(actor, "reply written" if text else "reply taken back", quarter.isoformat(), "")


def read_review(actor: Actor, quarter: date) -> None:
    """Say for one's own side that the review of a quarter was read."""
    begin(actor, LEAD)
    audit(actor, REVIEW_READ, quarter_name(quarter), actor.side)


def undo_reading(actor: Actor, quarter: date) -> None:
    """Take back that one read a review in the last minute. Raises ActionRefused."""
    begin(actor, LEAD)
    name = quarter_name(quarter)
    _require_own(actor, REVIEW_READ, f"{actor.key} {name}")
    audit(actor, undone_name(REVIEW_READ), name, actor.side)


def _require_own(actor: "Actor | ProgramActor", name: str, on: str) -> None:
    acts = select_standing_acts(actor.connection, actor.tenant_id, name, on, since=actor.now - UNDO_TIME)
    require_undone(is_undone=any(act.account == actor.account for act in acts))


class ProgramActor(Struct, frozen=True):
    """A person of a tenant who sees its program, at the moment of an action."""

    connection: Connection
    tenant_id: int
    account: str
    roles: AbstractSet[ActingRole]
    now: Instant


def read_program_review(actor: ProgramActor, quarter: date) -> None:
    """Say that one has read the program's review of a quarter. Raises NotPermitted."""
    lock_tenant(actor.connection, actor.tenant_id)
    require(READ_PROGRAM, actor.roles)
    act = Act(actor.now, actor.account, PROGRAM_REVIEW_READ, program_of(quarter))
    insert_act(actor.connection, actor.tenant_id, act)


def undo_program_reading(actor: ProgramActor, quarter: date) -> None:
    """Take back that one read the program's review in the last minute. Raises NotPermitted and ActionRefused."""
    lock_tenant(actor.connection, actor.tenant_id)
    require(READ_PROGRAM, actor.roles)
    _require_own(actor, PROGRAM_REVIEW_READ, program_of(quarter))
    act = Act(actor.now, actor.account, undone_name(PROGRAM_REVIEW_READ), program_of(quarter))
    insert_act(actor.connection, actor.tenant_id, act)
