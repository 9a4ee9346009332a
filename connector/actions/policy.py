"""Permissions: which roles may do what in an engagement, and the sentence that everybody else reads."""

from collections.abc import Set as AbstractSet

from msgspec import Struct

from connector.actions.errors import NotPermitted
from connector.auth.access import Role


class Permission(Struct, frozen=True):
    """What `roles` may do; `refusal` is what the others read."""

    name: str
    roles: frozenset[Role]
    refusal: str


AGENCY: frozenset[Role] = frozenset({"agency_lead", "agency_member"})
BOTH_SIDES: frozenset[Role] = AGENCY | {"inhouse_lead", "inhouse_member"}

TAG = Permission(
    "tag",
    frozenset({"inhouse_lead", "inhouse_member", "learner", "agency_lead"}),
    "You can read this engagement but not change it.",
)
DISPUTE = Permission("dispute", BOTH_SIDES, "Only people of the two sides can dispute a ticket.")
SIGN = Permission(
    "sign",
    AGENCY | {"inhouse_lead"},
    "Only people of the agency and in-house leads can sign for a learner.",
)
OWN_LADDER = Permission(
    "own_ladder",
    frozenset({"inhouse_member", "learner"}),
    "Only in-house people have a ladder of their own.",
)
LEAD = Permission(
    "lead", frozenset({"inhouse_lead", "agency_lead"}), "Only a lead of one of the two sides can do that."
)
FILE_FEEDBACK = Permission("file_feedback", AGENCY, "Only people of the agency can file its feedback.")
ACT_ON_FEEDBACK = Permission(
    "act_on_feedback", frozenset({"inhouse_lead"}), "Only an in-house lead can say what is done about feedback."
)

PERMISSIONS: tuple[Permission, ...] = (TAG, DISPUTE, SIGN, OWN_LADDER, LEAD, FILE_FEEDBACK, ACT_ON_FEEDBACK)


def may(permission: Permission, roles: AbstractSet[Role]) -> bool:
    # Pages ask this before they show a form; every action asks again.
    return bool(permission.roles & roles)


def require(permission: Permission, roles: AbstractSet[Role]) -> None:
    """Raise NotPermitted unless one of the roles allows it; every action asks this first."""
    if not may(permission, roles):
        raise NotPermitted(permission.refusal)
