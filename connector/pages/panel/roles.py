"""The roles on a ticket: who has one and who may, by name, or by side where nobody is named."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace

from connector.pages.panel.context import TicketContext
from connector.pages.ticket_text import Naming
from mappings.measure.model.ticket import RoleName, Ticket
from mappings.measure.ticket.measure import Preview
from mappings.translation import gettext, list_text, mark

NAMELESS = mark("Somebody without a name in Jira")
# Stands for whoever has a role already: no account of theirs is in the page.
UNCHANGED = "-"
ROLES: tuple[tuple[RoleName, str], ...] = (
    ("shadow", mark("Shadows")),
    ("learner", mark("Drives")),
    ("mentor", mark("Mentors")),
)


def roles_of(ticket: Ticket, account: str) -> list[RoleName]:
    return [role for role, _ in ROLES if account in ticket.holders_of(role)]


def named_text(ticket: Ticket, account: str) -> str:
    """Return for which roles on a ticket the reader is named; "" for none."""
    own = roles_of(ticket, account)
    names = [gettext(name) for role, name in ROLES if role in own]
    return gettext("you are named under %(roles)s", roles=list_text(names)) if own else ""


def named_beside(context: TicketContext, naming: Naming, role: RoleName) -> Sequence[str]:
    """Return who has a role beside a reader who is in-house, where their name may be read."""
    if not context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        return ()
    return [account for account in holders_beside(context, role) if account in naming.names]


def holders_beside(context: TicketContext, role: RoleName) -> Sequence[str]:
    """Return who has a role on the ticket, without the reader."""
    return [account for account in context.ticket.holders_of(role) if account != context.viewer]


def people_on(ticket: Ticket, preview: Preview) -> set[str]:
    """Return whoever has a role on a ticket, wrote on it or left another trace."""
    written = {comment.author for comment in ticket.comments} | {role.account for role in ticket.roles}
    return {account for account in written if account} | {row.account for row in preview.evidence}


def inhouse_beside(context: TicketContext, preview: Preview) -> str:
    """Return somebody in-house who is not on a ticket yet, enrolled or not; "" for nobody."""
    aside = people_on(context.ticket, preview)
    people = [person.account for person in context.view.engagement.people if person.account not in aside]
    return next((account for account in people if context.prepared.affiliations.is_inhouse(account, context.now)), "")


@dataclass(frozen=True)
class Person:
    """Somebody who may have a role."""

    account: str
    name: str


@dataclass(frozen=True)
class PeopleGroup:
    """Those who may have a role; `side` names theirs where people of both sides may."""

    side: str
    people: list[Person]


@dataclass(frozen=True)
class RoleRow:
    """A role: who has it, and who may. `typed`: nobody is named, so that others are given by their account."""

    name: str
    address: str
    account: str
    text: str
    groups: list[PeopleGroup]
    typed: bool = False

    @property
    def is_free(self) -> bool:
        """Whether nobody has it."""
        return not self.account


def named_row(
    name: str,
    address: str,
    holder: str,
    *,
    able: Mapping[str, Collection[str]],
    names: Mapping[str, str],
    learners: Collection[str] = (),
) -> RoleRow:
    """Return a role by names: `able` are the accounts of each side by its name.

    `learners` of the ticket's objectives stand first and are marked.
    """
    sides = {side: accounts for side, accounts in able.items() if accounts}
    groups = [
        PeopleGroup(side if len(sides) > 1 else "", _named(accounts, names, learners))
        for side, accounts in sides.items()
    ]
    return RoleRow(name, address, holder, names.get(holder, "–") if holder else "–", groups)


def _named(able: Collection[str], names: Mapping[str, str], learners: Collection[str]) -> list[Person]:
    people = sorted(
        (Person(account, names.get(account) or gettext(NAMELESS)) for account in able),
        key=lambda person: (person.account not in learners, person.name),
    )
    return [
        replace(person, name=gettext("%(name)s, learner", name=person.name)) if person.account in learners else person
        for person in people
    ]


def unnamed_row(name: str, address: str, holder: str, *, able: Collection[str], viewer: str, side_name: str) -> RoleRow:
    """Return a role without names: the viewer is "me", whoever else has it is named by side (measurement (f))."""
    me = [Person(viewer, gettext("Me"))] if viewer in able or holder == viewer else []
    # No account of another person is in the page: UNCHANGED stands for whoever has the role.
    if not holder or holder == viewer:
        return RoleRow(name, address, holder, gettext("Me") if holder else "–", [PeopleGroup("", me)], typed=True)
    people = [Person(UNCHANGED, side_name), *me]
    return RoleRow(name, address, UNCHANGED, side_name, [PeopleGroup("", people)], typed=True)


def role_text(rows: Sequence[RoleRow], role: str) -> str:
    """Return who has a role on a ticket now, of its roles in the order of ROLES; "" where there is no such role."""
    row = next((row for (name, _), row in zip(ROLES, rows, strict=True) if name == role), None)
    if row is None:
        return ""
    return gettext("%(role)s: %(name)s.", role=row.name, name=gettext("nobody") if row.is_free else row.text)
