"""Versions of an engagement's rules: proposed by whoever may, agreed on by one lead of each side."""

from typing import Literal

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME, Actor, audit, begin, require_undone
from connector.actions.policy import LEAD
from connector.auth.access import roles_of
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset, hash_of
from mappings.measure.period.ruleset_approval import Approval, ApprovalRefused, LeadSide, Proposal, agree
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.agreement.rulesets import insert_ruleset, save_agreement, select_rulesets
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant

State = Literal["proposed", "replaced", "agreed", "in force", "over"]

NO_VERSION = "cannot agree to version %(version)s, which is not there"
REPLACED_VERSION = "cannot agree to version %(version)s, which another replaced"
LEADS: tuple[tuple[LeadSide, str], ...] = (("inhouse", "inhouse_lead"), ("agency", "agency_lead"))


class RulesetVersion(Struct, frozen=True):
    """A version of the rules; only the newest can be agreed on, and one at a time is in force."""

    proposal: Proposal
    state: State


def propose_rules(
    connection: Connection, tenant_id: int, stored: StoredEngagement, rules: Ruleset, *, now: Instant, by: str | None
) -> Proposal | None:
    """Save rules as the next version, for the leads to agree on; None where they equal what was proposed last.

    `by` None is the command line.
    """
    lock_tenant(connection, tenant_id)
    # Under the tenant's lock nobody else's version takes the same number.
    key = stored.engagement.key
    before = select_rulesets(connection, tenant_id, key)
    if rules == (before[-1].rules if before else stored.next_rules):
        return None
    proposal = insert_ruleset(connection, tenant_id, key, rules, now=now, by=by)
    act = Act(now, by, "ruleset proposed", key, hash_of(stored.next_rules), hash_of(rules))
    insert_act(connection, tenant_id, act)
    return proposal


def approve_rules(
    connection: Connection, tenant_id: int, engagement: Engagement, version: int, *, account: str, now: Instant
) -> Proposal:
    """Agree to a version on behalf of the side that the account leads now; it applies once both did.

    Raises ApprovalRefused where the version is not the newest, or the account is not one that may.
    """
    lock_tenant(connection, tenant_id)
    known = select_rulesets(connection, tenant_id, engagement.key)
    proposal = next((proposal for proposal in known if proposal.version == version), None)
    if proposal is None:
        raise ApprovalRefused(NO_VERSION, version=version)
    # Leads of both sides agree on the same text: the newest, never one that a later proposal replaced.
    if proposal != known[-1]:
        raise ApprovalRefused(REPLACED_VERSION, version=version)
    today = Calendar(engagement.zone, engagement.workflow.hours).day(now)
    signed = agree(proposal, account, sides_led(engagement, account, now), at=now, today=today)
    save_agreement(connection, tenant_id, engagement.key, signed)
    applies = f", applies from {signed.applies_from}" if signed.applies_from else ""
    after = f"version {version} {hash_of(signed.rules)}{applies}"
    insert_act(connection, tenant_id, Act(now, account, "ruleset approved", engagement.key, None, after))
    return signed


def undo_approval(actor: Actor, version: int) -> None:
    """Take back one's own approval of the last minute, unless the other side approved, too. Raises ActionRefused."""
    begin(actor, LEAD)
    place = (actor.connection, actor.tenant_id, actor.key)
    known = select_rulesets(*place)
    proposal = known[-1] if known and known[-1].version == version else None
    approval: Approval | None = getattr(proposal, actor.side) if proposal and not proposal.applies_from else None
    is_own = approval is not None and approval.account == actor.account and approval.at >= actor.now - UNDO_TIME
    require_undone(is_undone=is_own)
    if proposal is not None:
        save_agreement(*place, replace(proposal, **{actor.side: None}))
    audit(actor, "ruleset approved, undone", "", f"version {version}")


def sides_led(engagement: Engagement, account: str, now: Instant) -> list[LeadSide]:
    roles = roles_of(engagement, account, now)
    return [side for side, role in LEADS if role in roles]


def select_versions(connection: Connection, tenant_id: int, stored: StoredEngagement) -> list[RulesetVersion]:
    known = select_rulesets(connection, tenant_id, stored.engagement.key)
    newest = known[-1].version if known else 0
    return [RulesetVersion(proposal, _state(proposal, stored.ruleset, newest)) for proposal in known]


def _state(proposal: Proposal, measured_by: int, newest: int) -> State:
    if proposal.applies_from is None:
        return "proposed" if proposal.version == newest else "replaced"
    if proposal.version == measured_by:
        return "in force"
    # Versions are numbered in order: a lower one was in force before, a higher one waits for its day.
    return "over" if proposal.version < measured_by else "agreed"
