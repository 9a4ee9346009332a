"""A change of an engagement: begun as a draft, in force once one side may decide it or both sides agreed to it."""

import hashlib
from collections.abc import Mapping
from typing import Any, Final, Literal

import msgspec

from connector.actions.draft_roles import LEAD_ROLES, standing_roles
from connector.actions.engagement_setup import KEPT_AS_FILE, SetupActor, open_draft, require_draft, roles_on
from connector.actions.errors import ActionRefused
from connector.actions.policy import PROPOSE, ActingRole, require
from connector.actions.settings.current import select_standing
from connector.actions.settings.rules import HOURS_FORBIDDEN, shows_forbidden_hours
from connector.auth.access import is_agency_person
from mappings.formats.engagement_file.difference import PARTS, Changed, changed_parts, engagement_difference
from mappings.formats.engagement_file.draft_sections import bodies_of, problems_of, read_draft
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.drafts import (
    SIDES,
    Draft,
    DraftAgreement,
    delete_draft,
    insert_draft,
    save_draft_agreement,
    select_change,
)
from mappings.records.agreement.engagements import StoredEngagement, save_engagement, select_engagement
from mappings.records.operations.audit import AGREEMENT_CHANGED, Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope

OWN_SECTIONS: Final = ("people", "leads")
"""The sections of which one side decides alone: both leads are shown what changed (docs/measurement.md)."""
OWN_PARTS: Final = frozenset({"people", "leads"})
NOTHING_CHANGED = "Nothing differs from what is agreed."
LEFT_WITHOUT = (
    "This cannot be in force alone: a lead or a learner would be without the side that they need, or has one that is"
    " not agreed yet. Change the leads or the learners first, or let both sides agree to the whole change."
)


def begin_change(actor: SetupActor, key: str, offers: Mapping[str, Mapping[str, Any]]) -> int:
    """Return the number of the draft in which an engagement is changed; there is one at a time.

    `offers` are what can be chosen in each section, as it was read of the projects.
    """
    lock_tenant(*actor.place)
    stored = require_changeable(actor, key)
    require(PROPOSE, standing_roles(stored, actor.account, actor.administers, actor.now))
    draft = select_change(*actor.place, key)
    if draft is not None:
        return draft.number
    bodies = {name: {**offers.get(name, {}), **body} for name, body in bodies_of(stored.engagement).items()}
    number = insert_draft(*actor.place, bodies, now=actor.now, by=actor.account, engagement=key)
    insert_act(*actor.place, Act(actor.now, actor.account, "change begun", key, None, f"draft {number}"))
    return number


def require_changeable(actor: SetupActor, key: str) -> StoredEngagement:
    """Return an engagement that is kept on pages. Raises ActionRefused."""
    stored = select_engagement(*actor.place, key)
    if stored is None:
        raise ActionRefused("There is no such engagement.")
    if stored.kept_in == "file":
        raise ActionRefused(KEPT_AS_FILE)
    return stored


def waiting_changes(agreed: Engagement, draft: Draft) -> tuple[Changed, ...]:
    """Return what of a change both sides have to agree to. Raises EngagementError."""
    changes = engagement_difference(agreed, read_draft(draft.bodies))
    return tuple(change for change in changes if change.part not in OWN_PARTS)


def change_hash(agreed: Engagement, draft: Draft) -> str:
    """Return the hash of what both sides have to agree to: before and after. Raises EngagementError."""
    body = msgspec.json.encode(waiting_changes(agreed, draft))
    return f"sha256:{hashlib.sha256(body).hexdigest()}"


def has_agreed_to_change(stored: StoredEngagement, draft: Draft, side: LeadSide, current: str) -> bool:
    """Tell whether a lead of a side, who leads it still, agreed to the change as it is."""
    agreement = draft.agreements.get(side)
    leads = stored.engagement.leads.get(side, ())
    return agreement is not None and agreement.hash == current and agreement.account in leads


def agree_to_change(actor: SetupActor, number: int, read_hash: str) -> Literal["agreed", "changed"]:
    """Agree to a change for the sides that the actor leads; once both sides did, it is in force."""
    lock_tenant(*actor.place)
    draft, stored = require_change(actor, number)
    sides = _require_sides(roles_on(actor, draft))
    if problems_of(draft.bodies):
        raise ActionRefused("Something that must be there is missing or wrong. It is listed under “Before you agree”.")
    if change_hash(stored.engagement, draft) != read_hash:
        raise ActionRefused("The change is not what you read any more. Read it again, then agree.")
    if not waiting_changes(stored.engagement, draft):
        raise ActionRefused(NOTHING_CHANGED)
    for side in sides:
        save_draft_agreement(
            *actor.place, number, side=side, agreement=DraftAgreement(actor.account, actor.now, read_hash)
        )
        about = f"{stored.engagement.key} {side}"
        insert_act(*actor.place, Act(actor.now, actor.account, "change agreed", about, None, read_hash))
    agreed, stored = require_change(actor, number)
    if not all(has_agreed_to_change(stored, agreed, side, read_hash) for side in SIDES):
        return "agreed"
    save_changed(actor, stored, read_draft(agreed.bodies), agreed)
    delete_draft(*actor.place, number)
    return "changed"


def apply_own_changes(actor: SetupActor, number: int) -> None:
    """Put what one side decides alone in force: people and leads. What waits for the other side goes on waiting."""
    open_draft(actor, number)
    draft, stored = require_change(actor, number)
    current = bodies_of(stored.engagement)
    bodies = {**current, **{name: draft.bodies[name] for name in OWN_SECTIONS}}
    if problems_of(bodies):
        raise ActionRefused(LEFT_WITHOUT)
    changed = read_draft(bodies)
    if not engagement_difference(stored.engagement, changed):
        raise ActionRefused(NOTHING_CHANGED)
    save_changed(actor, stored, changed)
    if not engagement_difference(changed, read_draft(draft.bodies)):
        delete_draft(*actor.place, number)


def require_change(actor: SetupActor, number: int) -> tuple[Draft, StoredEngagement]:
    """Return the draft of a change and the engagement that it changes. Raises ActionRefused."""
    draft = require_draft(actor, number)
    stored = select_standing(*actor.place, draft)
    if stored is None:
        raise ActionRefused("This draft is one of a new engagement.")
    return draft, stored


def _require_sides(roles: frozenset[ActingRole]) -> list[LeadSide]:
    sides = [side for side in SIDES if LEAD_ROLES[side] in roles]
    if not sides:
        raise ActionRefused("Only a lead of one of the two sides can agree.")
    return sides


def save_changed(actor: SetupActor, stored: StoredEngagement, changed: Engagement, agreed: Draft | None = None) -> None:
    """Save an engagement that changed, with audit; `agreed` is the draft to which both sides agreed."""
    if shows_forbidden_hours(*actor.place, changed):
        raise ActionRefused(f"{HOURS_FORBIDDEN[0].upper()}{HOURS_FORBIDDEN[1:]}.")
    changes = engagement_difference(stored.engagement, changed)
    if agreed is not None:
        _save_definitions(actor, stored, agreed, changes)
    name = engagement_hash(changed)
    save_engagement(*actor.place, changed, name, now=actor.now, by=actor.account)
    insert_act(*actor.place, Act(actor.now, actor.account, "engagement changed", changed.key, stored.hash, name))
    parts = ", ".join(changed_parts(changes))
    insert_act(*actor.place, Act(actor.now, actor.account, AGREEMENT_CHANGED, changed.key, None, parts))


def _save_definitions(actor: SetupActor, stored: StoredEngagement, agreed: Draft, changes: tuple[Changed, ...]) -> None:
    """Count the changed objectives as edited by the side that changed them, and as agreed to by both."""
    day = Calendar(stored.engagement.zone, Hours()).day(actor.now)
    author = agreed.sections["objectives"].changed_by
    edited: LeadSide = "agency" if is_agency_person(stored.engagement, author, actor.now) else "inhouse"
    scope = AgreementScope(*actor.place, stored.engagement.key)
    names = [change.name for change in changes if change.after and change.part == PARTS["objectives"]]
    for key in sorted(name.removeprefix("objective ") for name in names):
        insert_definition_edit(scope, DefinitionEdit(key, edited, "edit", day, actor.now), by=author)
        for side in SIDES:
            edit = DefinitionEdit(key, side, "agree", day, actor.now)
            insert_definition_edit(scope, edit, by=agreed.agreements[side].account)
