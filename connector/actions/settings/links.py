"""Signed links to an engagement’s figures, made and revoked on its settings."""

from collections.abc import Callable

from msgspec import Struct, structs
from sqlalchemy import Connection

from connector.actions.draft_roles import standing_roles
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from connector.actions.policy import CHANGE, PUT_IN_FORCE, SET_UP, Permission, require
from connector.auth.access import LINKED
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.records.agreement.engagements import select_engagement
from mappings.records.operations.access_links import (
    AccessLink,
    insert_access_link,
    save_revoked,
    select_access_links,
)
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext, mark

MOST_DAYS = 366
NO_LINK = mark("This link is revoked already, or it expired.")


class NewLink(Struct, frozen=True):
    """A link to be made, as the records' AccessLink has it; `digest` is the hash of its token."""

    digest: str
    engagement: str
    made_at: Instant
    expires_at: Instant
    role: str | None = None
    account: str | None = None
    tickets: bool = False


def make_link(actor: SetupActor, key: str, digest: str, *, role: str, days: str, tickets: bool) -> int:
    """Make a link to an engagement’s figures as a role sees them; return its number.

    `digest` is the hash of its token. For a role only: a person’s own view is nobody else’s to open.
    """
    _open(actor, key, SET_UP)
    if role not in LINKED:
        raise ActionRefused(gettext("Choose whose view the link opens."))
    until = actor.now + _read_days(days) * DAY
    made = NewLink(digest, key, made_at=actor.now, expires_at=until, role=role, tickets=tickets)
    return insert_link(*actor.place, made, by=actor.account)


def insert_link(connection: Connection, tenant_id: int, made: NewLink, *, by: str | None) -> int:
    """Insert a link with its audit; return its number. `by` is None for the command line."""
    number = insert_access_link(connection, tenant_id, **structs.asdict(made))
    insert_act(connection, tenant_id, Act(made.made_at, by, "link made", str(number), None, made.role, made.account))
    return number


def revoke_link(actor: SetupActor, key: str, number: str) -> str:
    """Revoke a link to an engagement's figures, and end every session that was opened with it."""
    _open(actor, key)
    _revoke(actor, number, lambda link: link.engagement == key)
    return gettext("Revoked. Whoever has the link sees nothing any more.")


def revoke_admin_link(actor: SetupActor, number: str) -> str:
    """Revoke an administrator’s link of a site, for whoever holds one."""
    lock_tenant(*actor.place)
    require(PUT_IN_FORCE, actor.administers)
    _revoke(actor, number, lambda link: link.is_admin)
    return gettext("Revoked. Whoever has the link sets nothing up any more.")


def _read_days(text: str) -> int:
    digits = text.strip()
    days = int(digits) if digits.isdecimal() and len(digits) <= len(str(MOST_DAYS)) else 0
    if not 1 <= days <= MOST_DAYS:
        raise ActionRefused(gettext("Days: write a whole number from 1 to %(most)s.", most=MOST_DAYS))
    return days


def _revoke(actor: SetupActor, number: str, is_of_page: Callable[[AccessLink], bool]) -> None:
    links = {str(link.link_id): link for link in select_access_links(*actor.place) if is_of_page(link)}
    link = links.get(number)
    if link is None or not save_revoked(*actor.place, link.link_id, actor.now):
        raise ActionRefused(gettext(NO_LINK))
    insert_act(*actor.place, Act(actor.now, actor.account, "link revoked", number))


def _open(actor: SetupActor, key: str, permission: Permission = CHANGE) -> None:
    lock_tenant(*actor.place)
    stored = select_engagement(*actor.place, key)
    if stored is None:
        raise ActionRefused(gettext("There is no such engagement."))
    require(permission, standing_roles(stored, actor.account, actor.administers, actor.now))
