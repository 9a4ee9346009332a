"""Agreeing to a draft, or declining it: once a lead of each side agreed to the same state, the engagement begins."""

from typing import Literal

from connector.actions.actor import require_text
from connector.actions.draft_roles import LEAD_ROLES, draft_roles, leads_of, missing_leads, sides_of
from connector.actions.engagement_setup import SetupActor, require_draft
from connector.actions.errors import ActionRefused
from connector.actions.policy import PUT_IN_FORCE, READ_DRAFT, require
from connector.actions.settings.parts import declined_by
from mappings.formats.engagement_file.draft_sections import problems_of, read_draft
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.drafts import (
    SIDES,
    UNCHANGED,
    WHOLE,
    Draft,
    DraftAnswer,
    delete_draft,
    save_draft_answer,
)
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark

INCOMPLETE = mark("Something that must be there is missing or wrong. It is listed under “Before you agree”.")


def draft_hash(draft: Draft) -> str:
    """Return the hash of the engagement that a draft describes. Raises EngagementError."""
    return engagement_hash(read_draft(draft.bodies))


def agree(actor: SetupActor, number: int, read_hash: str) -> Literal["agreed", "begun"]:
    """Agree to a draft for the sides that the actor leads; once both sides did, the engagement begins."""
    draft, sides = _open_read(actor, number, read_hash)
    declined = declined_by(draft, WHOLE, read_hash)
    for side in sides:
        if declined is not None and declined[0] != side:
            raise ActionRefused(gettext("The other side declined this draft. Change it, then both can agree."))
        _answer(actor, number, side, DraftAnswer(actor.account, actor.now, read_hash))
    agreed = require_draft(actor, number)
    if not is_agreed(agreed, read_hash):
        return "agreed"
    _save_definitions(actor, agreed, _begin_engagement(actor, agreed))
    return "begun"


def decline(actor: SetupActor, number: int, read_hash: str, reason: str) -> None:
    """Decline a draft with a reason: nobody has agreed to it any more, until it is changed."""
    _, sides = _open_read(actor, number, read_hash)
    reason = require_text(reason, mark("The reason"))
    _answer(actor, number, sides[0], DraftAnswer(actor.account, actor.now, read_hash, reason))


def _open_read(actor: SetupActor, number: int, read_hash: str) -> tuple[Draft, list[LeadSide]]:
    """Return a draft that is as the actor read it, and the sides that they lead. Raises ActionRefused."""
    lock_tenant(*actor.place)
    draft = require_draft(actor, number)
    if draft.engagement is not None:
        raise ActionRefused(gettext("This is a change of an engagement. Agree to it on its settings."))
    roles = draft_roles(draft, actor.account, actor.administers)
    require(READ_DRAFT, roles)
    sides = [side for side in SIDES if LEAD_ROLES[side] in roles]
    if not sides:
        raise ActionRefused(
            gettext("Only a lead of one of the two sides can agree or decline. Choose the leads first.")
        )
    if problems_of(draft.bodies):
        raise ActionRefused(gettext(INCOMPLETE))
    if draft_hash(draft) != read_hash:
        raise ActionRefused(gettext("The draft changed since you read it. Read it again, then answer."))
    # With a lead the draft is another one: what was agreed to before would be agreed to in vain.
    if missing_leads(draft):
        raise ActionRefused(gettext(INCOMPLETE))
    return draft, sides


def _answer(actor: SetupActor, number: int, side: LeadSide, answer: DraftAnswer) -> None:
    save_draft_answer(*actor.place, number, section=WHOLE, side=side, answer=answer)
    act = "draft agreed" if answer.is_agreement else "draft declined"
    insert_act(*actor.place, Act(actor.now, actor.account, act, f"draft {number} {side}", "", answer.hash))


def put_in_force(actor: SetupActor, number: int, read_hash: str) -> None:
    """Begin an engagement without the leads, as the operator does who applies its file. Raises ActionRefused."""
    lock_tenant(*actor.place)
    require(PUT_IN_FORCE, actor.administers)
    draft = require_draft(actor, number)
    if draft.engagement is not None:
        raise ActionRefused(gettext("This is a change of an engagement. Put it in force on its settings."))
    if problems_of(draft.bodies):
        raise ActionRefused(gettext(INCOMPLETE))
    if draft_hash(draft) != read_hash:
        raise ActionRefused(gettext("The draft changed since you read it. Read it again first."))
    _begin_engagement(actor, draft)


def is_agreed(draft: Draft, current: str) -> bool:
    """Tell whether a lead of each side, who leads it still, agreed to the draft as it is."""
    return len(agreed_sides(draft, current)) == len(SIDES)


def agreed_sides(draft: Draft, current: str) -> list[LeadSide]:
    """Return the sides that agreed to the draft as it is; `current` is "" where nobody can, as something is wrong."""
    return [side for side in SIDES if current and has_agreed(draft, side, current)]


def has_agreed(draft: Draft, side: LeadSide, current: str) -> bool:
    """Tell whether a lead of a side agreed to the draft as it is."""
    answer = draft.answers.get((WHOLE, side))
    is_current = answer is not None and answer.is_agreement and answer.hash == current
    return answer is not None and is_current and answer.account in leads_of(draft, side)


def _begin_engagement(actor: SetupActor, draft: Draft) -> Engagement:
    engagement = read_draft(draft.bodies)
    if select_engagement(*actor.place, engagement.key) is not None:
        raise ActionRefused(gettext("%(key)s is an engagement already. Choose another short key.", key=engagement.key))
    name = engagement_hash(engagement)
    save_engagement(*actor.place, engagement, name, now=actor.now, by=actor.account)
    insert_act(*actor.place, Act(actor.now, actor.account, "engagement set up", engagement.key, None, name))
    delete_draft(*actor.place, draft.number)
    return engagement


def _save_definitions(actor: SetupActor, draft: Draft, engagement: Engagement) -> None:
    """Count the objectives as written by the side of who wrote them, and as agreed to by each side when it agreed."""
    scope = AgreementScope(*actor.place, engagement.key)
    day, section = Calendar(engagement.zone, Hours()).day, draft.sections["objectives"]
    # What a copy brought along nobody wrote here, and an administrator on neither side writes for none.
    authors = sides_of(draft, section.changed_by) if section.version > UNCHANGED else set()
    for objective in engagement.objectives:
        for side in SIDES:
            if side in authors:
                edit = DefinitionEdit(objective.key, side, "edit", day(section.changed_at), section.changed_at)
                insert_definition_edit(scope, edit, by=section.changed_by)
        for side in SIDES:
            answer = draft.answers[WHOLE, side]
            edit = DefinitionEdit(objective.key, side, "agree", day(answer.at), answer.at)
            insert_definition_edit(scope, edit, by=answer.account)
