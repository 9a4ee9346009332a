"""The person who acts in an engagement: roles, input checks, the tenant's lock and the audit entry."""

from collections.abc import Set as AbstractSet

from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.errors import ActionRefused
from connector.actions.policy import AGENCY, Permission, require
from connector.auth.access import Role, roles_of
from mappings.events.times import MINUTE
from mappings.events.types import Instant
from mappings.measure.model.engagement import Objective
from mappings.measure.model.statements import LeadSide
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, ngettext

# Characters of a text that somebody writes: about a page.
LONGEST = 4000
# Microseconds during which one's own action can be undone.
UNDO_TIME: Instant = MINUTE


class Actor(Struct, frozen=True):
    """A person of a tenant at the moment of an action in one engagement."""

    connection: Connection
    tenant_id: int
    stored: StoredEngagement
    prepared: PreparedEngagement
    account: str
    now: Instant

    @property
    def key(self) -> str:
        return self.stored.engagement.key

    @property
    def scope(self) -> AgreementScope:
        return AgreementScope(self.connection, self.tenant_id, self.key)

    @property
    def roles(self) -> AbstractSet[Role]:
        return roles_of(self.stored.engagement, self.account, self.now)

    @property
    def side(self) -> LeadSide:
        # Nobody has roles on both sides: a person is on one side at a time.
        return "agency" if AGENCY & self.roles else "inhouse"


def begin(actor: Actor, permission: Permission) -> None:
    # What is checked under the lock holds until the end of the transaction.
    lock_tenant(actor.connection, actor.tenant_id)
    require(permission, actor.roles)


def require_objective(actor: Actor, key: str) -> Objective:
    """Return an objective of the engagement. Raises ActionRefused."""
    objective = next((item for item in actor.stored.engagement.objectives if item.key == key), None)
    if objective is None:
        raise ActionRefused(gettext("This engagement has no such objective."))
    return objective


def require_text(text: str, field: str, *, least: int = 1) -> str:
    """Return a text without the space around it; `field` is its marked name. Raises ActionRefused by its length."""
    stripped = text.strip()
    if len(stripped) < least:
        raise ActionRefused(
            ngettext(
                "%(field)s is missing: write at least %(num)s character.",
                "%(field)s is missing: write at least %(num)s characters.",
                least,
                field=gettext(field),
            )
        )
    if len(stripped) > LONGEST:
        raise ActionRefused(
            gettext(
                "%(field)s is too long: write at most %(longest)s characters.", field=gettext(field), longest=LONGEST
            )
        )
    return stripped


def require_undone(*, is_undone: bool) -> None:
    """Raise ActionRefused unless something could be undone: its minute is over, or somebody acted on it since."""
    if not is_undone:
        raise ActionRefused(
            gettext("It is too late to undo this: its minute is over, or somebody has acted on it meanwhile.")
        )


def audit(actor: Actor, act: str, about: str, after: str, *, subject_account: str | None = None) -> None:
    """Add an audit entry; no account id may stand in `about` and `after`."""
    entry = Act(actor.now, actor.account, act, f"{actor.key} {about}".strip(), None, after, subject_account)
    insert_act(actor.connection, actor.tenant_id, entry)
