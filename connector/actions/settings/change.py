"""A change of an engagement: begun as a draft, in force once one side may decide it or both sides agreed to it."""

from collections.abc import Collection, Iterable, Mapping
from typing import Any, Literal

from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME, require_text, require_undone
from connector.actions.draft_agreements import INCOMPLETE
from connector.actions.draft_roles import LEAD_ROLES, standing_roles
from connector.actions.engagement_setup import KEPT_AS_FILE, SetupActor, open_draft, require_draft, roles_on
from connector.actions.errors import ActionRefused
from connector.actions.policy import PROPOSE, PUT_IN_FORCE, ActingRole, require
from connector.actions.settings.current import select_standing
from connector.actions.settings.parts import (
    OWN_SECTIONS,
    Parts,
    bodies_with,
    declined_by,
    has_agreed_to_part,
    own_bodies,
    part_hash,
    waiting_parts,
)
from connector.actions.settings.rules import shows_forbidden_hours
from connector.auth.access import is_agency_person
from mappings.events.types import Instant
from mappings.formats.engagement_file.difference import PARTS, Changed, changed_parts, engagement_difference
from mappings.formats.engagement_file.draft_sections import SECTIONS, bodies_of, problems_of, read_draft
from mappings.formats.engagement_file.errors import EngagementError
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement, Hours
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.records.agreement.definitions import insert_definition_edit
from mappings.records.agreement.drafts import (
    SIDES,
    UNCHANGED,
    Draft,
    DraftAnswer,
    delete_draft,
    delete_draft_answers,
    insert_draft,
    reset_draft_section,
    save_draft_answer,
    select_change,
)
from mappings.records.agreement.engagements import StoredEngagement, save_engagement, select_engagement
from mappings.records.operations.audit import AGREEMENT_CHANGED, MODEL_CHANGED, Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark

NOTHING_CHANGED = mark("Nothing differs from what is agreed.")
LEFT_WITHOUT = mark(
    "This cannot be in force alone: a lead or a learner would be without the side that they need, or has one that is"
    " not agreed yet. Change the leads or the learners first, or let both sides agree to the whole change."
)
WAITS_FOR_BOTH = mark("What you changed is about the other side’s people or lead. It waits for that side’s agreement.")


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
        raise ActionRefused(gettext("There is no such engagement."))
    if stored.kept_in == "file":
        raise ActionRefused(gettext(KEPT_AS_FILE))
    return stored


def agree_to_parts(
    actor: SetupActor, number: int, read_hashes: Mapping[str, str]
) -> Literal["agreed", "partly", "changed"]:
    """Agree to sections of a change, as they were read, for the sides that the actor leads.

    What both sides agreed to is in force at once, unless it needs what is not agreed to yet.
    """
    draft, stored, parts = _open_parts(actor, number, read_hashes)
    for section, read_hash in read_hashes.items():
        declined = declined_by(draft, section, read_hash)
        for side in _require_sides(roles_on(actor, draft)):
            if declined is not None and declined[0] != side:
                raise ActionRefused(gettext("The other side declined this. Change it, then both can agree."))
            # What another lead of the side agreed to stays theirs.
            if not has_agreed_to_part(stored.engagement, draft, (section, side), read_hash):
                _answer(actor, (number, section, side), DraftAnswer(actor.account, actor.now, read_hash), stored)
    answered, stored = require_change(actor, number)
    agreed = [section for section in parts if _is_agreed(stored, answered, section, part_hash(parts[section]))]
    if not agreed:
        return "agreed"
    bodies = bodies_with(stored.engagement, answered, agreed, actor.now)
    if problems_of(bodies):
        return "partly"
    save_changed(actor, stored, read_draft(bodies), answered)
    _finish(actor, number, agreed)
    return "changed"


def undo_agreement(actor: SetupActor, number: int, sections: Collection[str]) -> None:
    """Take back one's own agreement of the last minute to sections that are not in force yet. Raises ActionRefused."""
    lock_tenant(*actor.place)
    draft, stored = require_change(actor, number)
    sides, since = _require_sides(roles_on(actor, draft)), actor.now - UNDO_TIME
    taken = [
        (section, side)
        for (section, side), answer in sorted(draft.answers.items())
        if section in sections and side in sides and answer.is_agreement
        if answer.account == actor.account and answer.at >= since
    ]
    require_undone(is_undone=bool(taken))
    for section, side in taken:
        delete_draft_answers(*actor.place, number, section, side=side)
        about = f"{stored.engagement.key} {section} {side}"
        insert_act(*actor.place, Act(actor.now, actor.account, "change agreed, undone", about, None, None))


def decline_part(actor: SetupActor, number: int, section: str, *, read_hash: str, reason: str) -> None:
    """Decline a section of a change with a reason: nobody has agreed to it any more, until it is changed."""
    _, stored, _ = _open_parts(actor, number, {section: read_hash})
    reason = require_text(reason, mark("The reason"))
    draft, _ = require_change(actor, number)
    side = _require_sides(roles_on(actor, draft))[0]
    _answer(actor, (number, section, side), DraftAnswer(actor.account, actor.now, read_hash, reason), stored)


def _open_parts(
    actor: SetupActor, number: int, read_hashes: Mapping[str, str]
) -> tuple[Draft, StoredEngagement, Parts]:
    """Return a change whose sections are as they were read by a lead. Raises ActionRefused."""
    lock_tenant(*actor.place)
    draft, stored = require_change(actor, number)
    _require_sides(roles_on(actor, draft))
    if problems_of(draft.bodies):
        raise ActionRefused(gettext(INCOMPLETE))
    parts = waiting_parts(stored.engagement, draft, actor.now)
    if not parts or not read_hashes:
        raise ActionRefused(gettext(NOTHING_CHANGED))
    if any(part_hash(parts.get(section, ())) != read_hash for section, read_hash in read_hashes.items()):
        raise ActionRefused(gettext("The change is not what you read any more. Read it again, then agree."))
    return draft, stored, parts


def _answer(actor: SetupActor, place: tuple[int, str, LeadSide], answer: DraftAnswer, stored: StoredEngagement) -> None:
    number, section, side = place
    save_draft_answer(*actor.place, number, section=section, side=side, answer=answer)
    act, about = (
        "change agreed" if answer.is_agreement else "change declined",
        f"{stored.engagement.key} {section} {side}",
    )
    insert_act(*actor.place, Act(actor.now, actor.account, act, about, None, answer.hash))


def _is_agreed(stored: StoredEngagement, draft: Draft, section: str, current: str) -> bool:
    return all(has_agreed_to_part(stored.engagement, draft, (section, side), current) for side in SIDES)


def _finish(actor: SetupActor, number: int, sections: Iterable[str] = ()) -> None:
    """Let what is in force follow the agreement; a change of which nothing is left goes."""
    draft, stored = require_change(actor, number)
    current = bodies_of(stored.engagement)
    if not _differs(stored.engagement, draft):
        delete_draft(*actor.place, number)
        return
    for section in sections:
        if section in OWN_SECTIONS:
            # What the in-house side decides alone there goes on waiting for it.
            delete_draft_answers(*actor.place, number, section)
        else:
            body = {**draft.bodies[section], **current[section]}
            reset_draft_section(*actor.place, number, section, body=body, now=actor.now, by=actor.account)


def _differs(agreed: Engagement, draft: Draft) -> bool:
    try:
        return bool(engagement_difference(agreed, read_draft(draft.bodies)))
    except EngagementError:
        return True


def withdraw_part(actor: SetupActor, number: int, section: str) -> None:
    """Let a section be as it is agreed again."""
    open_draft(actor, number, section)
    draft, stored = require_change(actor, number)
    if section not in draft.sections or section not in SECTIONS:
        raise ActionRefused(gettext("There is no such section."))
    own = {key: value for key, value in draft.bodies[section].items() if key not in SECTIONS[section]}
    body = {**own, **bodies_of(stored.engagement)[section]}
    reset_draft_section(*actor.place, number, section, body=body, now=actor.now, by=actor.account)
    insert_act(*actor.place, Act(actor.now, actor.account, "change withdrawn", stored.engagement.key, None, section))
    _finish(actor, number)


def apply_own_changes(actor: SetupActor, number: int) -> None:
    """Put what the in-house side decides alone in force: its people and leads. What waits goes on waiting."""
    open_draft(actor, number)
    draft, stored = require_change(actor, number)
    try:
        changed = read_draft(own_bodies(stored.engagement, draft, actor.now))
    except EngagementError as cause:
        raise ActionRefused(gettext(LEFT_WITHOUT)) from cause
    if not engagement_difference(stored.engagement, changed):
        is_changed = any(draft.sections[section].version > UNCHANGED for section in OWN_SECTIONS)
        raise ActionRefused(gettext(WAITS_FOR_BOTH if is_changed else NOTHING_CHANGED))
    save_changed(actor, stored, changed)
    _finish(actor, number)


def put_change_in_force(actor: SetupActor, number: int) -> None:
    """Put a change in force without the leads, as the operator does who applies its file. Raises ActionRefused."""
    lock_tenant(*actor.place)
    require(PUT_IN_FORCE, actor.administers)
    draft, stored = require_change(actor, number)
    roles_on(actor, draft)
    try:
        changed = read_draft(draft.bodies)
    except EngagementError as cause:
        raise ActionRefused(gettext(INCOMPLETE)) from cause
    if not engagement_difference(stored.engagement, changed):
        raise ActionRefused(gettext(NOTHING_CHANGED))
    save_changed(actor, stored, changed)
    delete_draft(*actor.place, number)


def require_change(actor: SetupActor, number: int) -> tuple[Draft, StoredEngagement]:
    """Return the draft of a change and the engagement that it changes. Raises ActionRefused."""
    draft = require_draft(actor, number)
    stored = select_standing(*actor.place, draft)
    if stored is None:
        raise ActionRefused(gettext("This draft is one of a new engagement."))
    return draft, stored


def _require_sides(roles: frozenset[ActingRole]) -> list[LeadSide]:
    sides = [side for side in SIDES if LEAD_ROLES[side] in roles]
    if not sides:
        raise ActionRefused(gettext("Only a lead of one of the two sides can agree."))
    return sides


def save_changed(actor: SetupActor, stored: StoredEngagement, changed: Engagement, agreed: Draft | None = None) -> None:
    """Save an engagement that changed, with audit; `agreed` is the draft to which both sides agreed."""
    if shows_forbidden_hours(*actor.place, changed):
        raise ActionRefused(gettext("Works-council mode shows no hours, and units by hours are hours."))
    changes = engagement_difference(stored.engagement, changed)
    if agreed is not None:
        _save_definitions(actor, stored, agreed, changes)
    name = engagement_hash(changed)
    save_engagement(*actor.place, changed, name, now=actor.now, by=actor.account)
    insert_act(*actor.place, Act(actor.now, actor.account, "engagement changed", changed.key, stored.hash, name))
    insert_changes(*actor.place, stored.engagement, changed, now=actor.now, by=actor.account)


def insert_changes(
    connection: Connection, tenant_id: int, before: Engagement, after: Engagement, *, now: Instant, by: str | None
) -> None:
    """Keep which parts of an agreement changed, and its model where that did; `by` None is the command line."""
    parts = ", ".join(changed_parts(engagement_difference(before, after)))
    insert_act(connection, tenant_id, Act(now, by, AGREEMENT_CHANGED, after.key, None, parts))
    if before.model != after.model:
        insert_act(connection, tenant_id, Act(now, by, MODEL_CHANGED, after.key, before.model, after.model))


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
            insert_definition_edit(scope, edit, by=agreed.answers["objectives", side].account)
