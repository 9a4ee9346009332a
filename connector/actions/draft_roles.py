"""Who somebody is in the draft of an engagement."""

from collections.abc import Mapping
from typing import Any

from connector.actions.policy import CHANGE, PROPOSE, SET_UP, ActingRole, Permission
from connector.auth.access import roles_of
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES, Draft
from mappings.records.agreement.engagements import StoredEngagement

ADMIN_LINK: ActingRole = "admin_link"
LEAD_ROLES: Mapping[LeadSide, ActingRole] = {"inhouse": "inhouse_lead", "agency": "agency_lead"}


def setup_permission(draft: Draft, section: str = "") -> Permission:
    """Return what somebody needs to change a draft, or a section of it: an agency's lead may propose objectives."""
    if draft.engagement is None:
        return SET_UP
    return PROPOSE if section == "objectives" else CHANGE


def standing_roles(
    stored: StoredEngagement, account: str, administers: frozenset[ActingRole], now: Instant
) -> frozenset[ActingRole]:
    """Return what the person is in an engagement that exists: by its agreement, never by a draft that changes it."""
    if ADMIN_LINK in administers:
        # Nobody checked who holds a link: it agrees for no side, whomever it was made for.
        return administers
    return frozenset(roles_of(stored.engagement, account, now) | administers)


def draft_roles(draft: Draft, account: str, administers: frozenset[ActingRole]) -> frozenset[ActingRole]:
    """Return what the person is in a draft; `administers` are "admin" and "project_admin", as Jira said.

    To administer adds nothing for somebody on an agency's side: they would read about the other side's people.
    """
    if ADMIN_LINK in administers:
        return administers
    sides = sides_of(draft, account)
    leads = {LEAD_ROLES[side] for side in SIDES if side in sides and account in leads_of(draft, side)}
    return frozenset(leads | (set() if "agency" in sides else administers))


def sides_of(draft: Draft, account: str) -> set[str]:
    """Return the sides on which a draft has a person, with "agency" for another agency too."""
    return {person["side"] for person in people_of(draft) if person["account"] == account}


def people_of(draft: Draft) -> list[dict[str, Any]]:
    return list(draft.bodies["people"].get("people", ()))


def leads_of(draft: Draft, side: LeadSide) -> list[str]:
    return list(draft.bodies["leads"].get("leads", {}).get(side, ()))


def missing_leads(draft: Draft) -> list[LeadSide]:
    """Return the sides that nobody leads in a draft: until each has a lead nobody can agree to it."""
    return [side for side in SIDES if not leads_of(draft, side)]
