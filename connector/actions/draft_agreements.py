"""Agreeing to a draft: once a lead of each side agreed to the same state of it, the engagement begins."""

from typing import Literal

from connector.actions.draft_roles import LEAD_ROLES, draft_roles, leads_of
from connector.actions.engagement_setup import SetupActor, require_draft
from connector.actions.errors import ActionRefused
from connector.actions.policy import READ_DRAFT, require
from mappings.formats.engagement_file.draft_sections import problems_of, read_draft
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES, Draft, DraftAgreement, delete_draft, save_draft_agreement
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant


def draft_hash(draft: Draft) -> str:
    """Return the hash of the engagement that a draft describes. Raises EngagementError."""
    return engagement_hash(read_draft(draft.bodies))


def agree(actor: SetupActor, number: int, read_hash: str) -> Literal["agreed", "begun"]:
    """Agree to a draft for the sides that the actor leads; once both sides did, the engagement begins."""
    lock_tenant(*actor.place)
    draft = require_draft(actor, number)
    if draft.engagement is not None:
        raise ActionRefused("This is a change of an engagement. Agree to it on its settings.")
    roles = draft_roles(draft, actor.account, actor.administers)
    require(READ_DRAFT, roles)
    sides = [side for side in SIDES if LEAD_ROLES[side] in roles]
    if not sides:
        raise ActionRefused("Only a lead of one of the two sides can agree. Choose the leads first.")
    problems = problems_of(draft.bodies)
    if problems:
        raise ActionRefused("Something that must be there is missing or wrong. It is listed under “Before you agree”.")
    if draft_hash(draft) != read_hash:
        raise ActionRefused("The draft changed since you read it. Read it again, then agree.")
    for side in sides:
        agreement = DraftAgreement(actor.account, actor.now, read_hash)
        save_draft_agreement(*actor.place, number, side=side, agreement=agreement)
        insert_act(*actor.place, Act(actor.now, actor.account, "draft agreed", f"draft {number} {side}", "", read_hash))
    agreed = require_draft(actor, number)
    return _begin_engagement(actor, agreed) if is_agreed(agreed, read_hash) else "agreed"


def is_agreed(draft: Draft, current: str) -> bool:
    """Tell whether a lead of each side, who leads it still, agreed to the draft as it is."""
    return all(has_agreed(draft, side, current) for side in SIDES)


def has_agreed(draft: Draft, side: LeadSide, current: str) -> bool:
    """Tell whether a lead of a side agreed to the draft as it is."""
    agreement = draft.agreements.get(side)
    return agreement is not None and agreement.hash == current and agreement.account in leads_of(draft, side)


def _begin_engagement(actor: SetupActor, draft: Draft) -> Literal["begun"]:
    engagement = read_draft(draft.bodies)
    if select_engagement(*actor.place, engagement.key) is not None:
        raise ActionRefused(f"{engagement.key} is an engagement already. Choose another short key.")
    name = engagement_hash(engagement)
    save_engagement(*actor.place, engagement, name, now=actor.now, by=actor.account)
    insert_act(*actor.place, Act(actor.now, actor.account, "engagement set up", engagement.key, None, name))
    delete_draft(*actor.place, draft.number)
    return "begun"
