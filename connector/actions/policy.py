"""Permissions: which roles may do what in an engagement, and the sentence that everybody else reads."""

from collections.abc import Set as AbstractSet
from typing import Literal, TypeAlias

from msgspec import Struct

from connector.actions.errors import NotPermitted
from connector.auth.access import Role
from mappings.translation import gettext, mark

ActingRole: TypeAlias = Role | Literal["project_admin", "setup_group", "admin_link"]
"""Who administers each project of an engagement that is being set up is a project_admin there.

Who is in the Jira group that the site's administrators chose, and browses each of them, stands for the setup_group. An
admin_link is whoever holds an administrator's link of a site without an app, on which Jira is asked for nobody's
permission: it stands for the operator, who applies files there.
"""


class Permission(Struct, frozen=True):
    """What `roles` may do; `refusal` is the marked text that the others read."""

    name: str
    roles: frozenset[ActingRole]
    refusal: str


AGENCY: frozenset[Role] = frozenset({"agency_lead", "agency_member"})
BOTH_SIDES: frozenset[Role] = AGENCY | {"inhouse_lead", "inhouse_member"}

TAG = Permission(
    "tag",
    frozenset({"inhouse_lead", "inhouse_member", "learner", "agency_lead"}),
    mark("You can read this engagement but not change it."),
)
DISPUTE = Permission("dispute", BOTH_SIDES, mark("Only people of the two sides can dispute a ticket."))
SIGN = Permission(
    "sign",
    AGENCY | {"inhouse_lead"},
    mark("Only people of the agency and in-house leads can sign for a learner."),
)
OWN_LADDER = Permission(
    "own_ladder",
    frozenset({"inhouse_member", "learner"}),
    mark("Only in-house people have a ladder of their own."),
)
LEAD = Permission(
    "lead", frozenset({"inhouse_lead", "agency_lead"}), mark("Only a lead of one of the two sides can do that.")
)
FILE_FEEDBACK = Permission("file_feedback", AGENCY, mark("Only people of the agency can file its feedback."))
ACT_ON_FEEDBACK = Permission(
    "act_on_feedback", frozenset({"inhouse_lead"}), mark("Only an in-house lead can say what is done about feedback.")
)
CLOSED_ROOM = Permission("closed_room", LEAD.roles, mark("Only the leads of the two sides enter the closed room."))
REPLY = Permission("reply", frozenset({"agency_lead"}), mark("Only a lead of the agency can write its reply."))
READ_PROGRAM = Permission(
    "read_program",
    frozenset({"sponsor", "admin"}),
    mark("Only sponsors and administrators of the site read the review of the program."),
)

SET_UP = Permission(
    "set_up",
    frozenset({"admin", "project_admin", "setup_group", "admin_link"}),
    mark(
        "Only administrators of the projects or of the site can set up an engagement, and nobody on an agency’s side."
    ),
)
CHANGE = Permission(
    "change",
    SET_UP.roles | {"inhouse_lead"},
    mark("Only the in-house lead and administrators of the projects or of the site can change an engagement."),
)
PROPOSE = Permission(
    "propose",
    CHANGE.roles | {"agency_lead"},
    mark("Only the leads of this engagement and administrators of its projects can propose a change of it."),
)
PUT_IN_FORCE = Permission(
    "put_in_force",
    frozenset({"admin_link"}),
    mark("Both leads agree to this in Jira. Only on a site without an app an administrator’s link puts it in force."),
)
READ_DRAFT = Permission(
    "read_draft",
    SET_UP.roles | LEAD.roles,
    mark("Only the leads of this engagement and administrators of its projects can read its draft."),
)

PERMISSIONS: tuple[Permission, ...] = (
    TAG,
    DISPUTE,
    SIGN,
    OWN_LADDER,
    LEAD,
    FILE_FEEDBACK,
    ACT_ON_FEEDBACK,
    CLOSED_ROOM,
    REPLY,
    READ_PROGRAM,
    SET_UP,
    CHANGE,
    PROPOSE,
    PUT_IN_FORCE,
    READ_DRAFT,
)


def may(permission: Permission, roles: AbstractSet[ActingRole]) -> bool:
    # Pages ask this before they show a form; every action asks again.
    return bool(permission.roles & roles)


def require(permission: Permission, roles: AbstractSet[ActingRole]) -> None:
    """Raise NotPermitted unless one of the roles allows it; every action asks this first."""
    if not may(permission, roles):
        raise NotPermitted(gettext(permission.refusal))
