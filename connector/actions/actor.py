"""Who may say what about learning: every act is refused unless a role of the actor allows it."""

from collections.abc import Set as AbstractSet

from msgspec import Struct
from sqlalchemy import Connection

from connector.auth.access import Role, roles_of
from mappings.events.types import Instant
from mappings.measure.model.engagement import Objective
from mappings.measure.model.statements import LeadSide
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope

LONGEST = 4000
"""Characters that somebody may write: enough for a page."""


class ActionRefused(Exception):
    """Something may not be said so, or not by this person: why, in words for them."""


class Actor(Struct, frozen=True):
    """Somebody who says something in an engagement now: Jira's word for the account, ours for the roles."""

    connection: Connection
    tenant_id: int
    stored: StoredEngagement
    prepared: PreparedEngagement
    account: str
    now: Instant

    @property
    def key(self) -> str:
        """The engagement's key."""
        return self.stored.engagement.key

    @property
    def scope(self) -> AgreementScope:
        """The engagement that the acts are about."""
        return AgreementScope(self.connection, self.tenant_id, self.key)

    @property
    def roles(self) -> AbstractSet[Role]:
        """What the actor is in the engagement at this moment."""
        return roles_of(self.stored.engagement, self.account, self.now)


def verify_signer(actor: Actor) -> LeadSide:
    """Return the side for which the actor signs: any of the agency, of the in-house people a lead. Raises NotSaid."""
    if "inhouse_lead" in actor.roles:
        return "inhouse"
    if "agency_member" in actor.roles:
        return "agency"
    raise ActionRefused("Only somebody of the agency, or an in-house lead, can sign for a learner.")


def verify_lead(actor: Actor) -> LeadSide:
    """Return the side that the actor leads. Raises NotSaid."""
    if "inhouse_lead" in actor.roles:
        return "inhouse"
    if "agency_lead" in actor.roles:
        return "agency"
    raise ActionRefused("Only a lead of one of the two sides can do that.")


def verify_role(actor: Actor, role: Role, whose: str) -> None:
    """Raise NotSaid unless the actor has a role; `whose` says in words who may."""
    if role not in actor.roles:
        raise ActionRefused(f"Only {whose} can do that.")


def verify_objective(actor: Actor, key: str) -> Objective:
    """Return an objective of the engagement. Raises NotSaid."""
    found = next((one for one in actor.stored.engagement.objectives if one.key == key), None)
    if found is None:
        raise ActionRefused("This engagement has no such objective.")
    return found


def verify_words(words: str, *, least: int = 1) -> str:
    """Return what somebody wrote without space around it. Raises NotSaid where it is too short or too long."""
    said = words.strip()
    if not least <= len(said) <= LONGEST:
        raise ActionRefused(
            f"Write between {least} and {LONGEST} characters." if least else f"At most {LONGEST} characters."
        )
    return said


def begin(actor: Actor) -> None:
    """Let nobody else of the tenant write until the end of the transaction, so that what is checked still holds."""
    lock_tenant(actor.connection, actor.tenant_id)


def note(actor: Actor, act: str, about: str, after: str, *, subject_account: str | None = None) -> None:
    """Write an act into the audit; no account id may stand in `about` and `after`."""
    audited = Act(actor.now, actor.account, act, f"{actor.key} {about}".strip(), None, after, subject_account)
    insert_act(actor.connection, actor.tenant_id, audited)
