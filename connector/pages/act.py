"""Actions from pages: one transaction for each, and a refusal answered with its sentence."""

from collections.abc import Callable, Iterable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from typing import TypeVar

from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME, Actor
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused, NotPermitted
from connector.actions.feedback import ProgramActor
from connector.actions.policy import ACT_ON_FEEDBACK, FILE_FEEDBACK, LEAD, ActingRole, Permission, may
from connector.actions.site_admin import Admin
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.pages.visibility import account, refuse
from connector.web.gate import caller, link, sample
from mappings.events.times import SECOND
from mappings.events.types import Instant
from mappings.translation import gettext

Result = TypeVar("Result")
Undone = TypeVar("Undone")


@dataclass(frozen=True)
class Notice:
    """The notice about an action. `undo` is the address that undoes it, "" for none; `near` names the form used.

    `rest`: the seconds in which it can still be undone, where it was not just done.
    `at` is the place in the list of what waits that `act` settled, -1 for none: the answer stands there.
    """

    text: str = ""
    undo: str = ""
    near: str = ""
    at: int = -1
    act: str = ""
    rest: int = 0

    @property
    def settles_alike(self) -> bool:
        """Whether what was done is one of several of a kind, which can be settled at once too."""
        return self.act == "agree"


@dataclass(frozen=True)
class Undo:
    """What undoes an action of the reader's where its page is opened again: its address, and for how many seconds."""

    address: str = ""
    rest: int = 0


NO_UNDO = Undo()


def undo_rest(acted: Instant | None) -> int:
    """Return for how many whole seconds an action can still be undone; 0 for none."""
    return 0 if acted is None else max(0, (acted + UNDO_TIME - container().clock()) // SECOND)


def open_undo(acted: Instant, address: str) -> Undo:
    """Return what undoes an action at an address; NO_UNDO once its minute is over."""
    rest = undo_rest(acted)
    return Undo(address, rest) if rest else NO_UNDO


def latest_undoable(done: Iterable[tuple[Instant, Notice]]) -> Notice:
    """Return the latest of what the reader did, each with when, for the rest of its minute; nothing once it is over."""
    acted, notice = max(done, key=lambda each: each[0], default=(0, Notice()))
    rest = undo_rest(acted)
    return replace(notice, rest=rest) if rest and notice.undo else Notice()


def undoing(undo: Callable[[Actor, Undone], object], what: Undone, near: str) -> Callable[[Actor], Notice]:
    """Return the act that undoes what somebody did before, by what that is known, with what is said of it."""

    def act(actor: Actor) -> Notice:
        undo(actor, what)
        return Notice(gettext("Undone."), near=near)

    return act


def is_read_only() -> bool:
    """Tell whether nothing can be changed here, whatever the role: by a signed link, and in the sample data."""
    # Whoever holds a link cannot be named in the audit, but who was made an administrator of a site without an app.
    access_link = link()
    return (access_link is not None and not access_link.is_admin) or sample() is not None


def may_act(view: EngagementView, permission: Permission) -> bool:
    return not is_read_only() and may(permission, view.roles)


def require_may(view: EngagementView, permission: Permission) -> None:
    """Refuse whoever may not, before the writer is taken; the action asks again under the tenant's lock."""
    if not may_act(view, permission):
        refuse(403, gettext(permission.refusal))


def perform(view: EngagementView, act: Callable[[Actor], Result]) -> Result:
    # Jira may have been asked who the caller is: that has to be over before the database's one writer is taken.
    def act_in(connection: Connection) -> Result:
        prepared = select_prepared(connection, caller().tenant_id, view.stored)
        return act(Actor(connection, caller().tenant_id, view.stored, prepared, account(), container().clock()))

    return _commit(act_in)


def perform_as_admin(act: Callable[[Admin], Result]) -> Result:
    """Let the caller act on the site; that they administer it must have been checked before."""
    return _commit(lambda connection: act(Admin(connection, caller().tenant_id, account(), container().clock())))


def perform_program(roles: AbstractSet[ActingRole], act: Callable[[ProgramActor], Result]) -> Result:
    """Let the caller act on the program; `roles` are those by which they see it."""
    who, app = caller(), container()
    return _commit(lambda connection: act(ProgramActor(connection, who.tenant_id, account(), roles, app.clock())))


def perform_setup(
    administers: frozenset[ActingRole], act: Callable[[SetupActor], Result], projects: frozenset[str] = frozenset()
) -> Result:
    """Let the caller act on a draft of an engagement; what they administer is what Jira said."""
    who, app = caller(), container()
    return _commit(
        lambda connection: act(SetupActor(connection, who.tenant_id, account(), app.clock(), administers, projects))
    )


def _commit(act: Callable[[Connection], Result]) -> Result:
    try:
        with container().engine.begin() as connection:
            return act(connection)
    except NotPermitted as refusal:
        refuse(403, str(refusal))
    except ActionRefused as refusal:
        refuse(422, str(refusal))


def sees_own_ladder(view: EngagementView) -> bool:
    # A link that names a person shows their rungs, too.
    return "own_row" in view.sees and caller().account is not None


def has_leads_page(view: EngagementView) -> bool:
    # What the two sides agree on and write to each other is for their leads alone.
    return may_act(view, LEAD)


def reads_plan(view: EngagementView) -> bool:
    """Tell whether somebody of the agency reads on its page which tickets would help: no other page lists them all."""
    return view.agency and has_agency_page(view)


def has_agency_page(view: EngagementView) -> bool:
    # Feedback and the reasons of disputes are for the agency and the in-house leads, and for nobody by a link.
    return may_act(view, FILE_FEEDBACK) or may_act(view, ACT_ON_FEEDBACK)
