"""Signed links to an engagement’s figures, made and revoked on its settings."""

from connector.actions.draft_roles import standing_roles
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from connector.actions.policy import CHANGE, PUT_IN_FORCE, SET_UP, Permission, require
from connector.auth.access import LINKED
from mappings.events.times import DAY
from mappings.records.agreement.engagements import select_engagement
from mappings.records.operations.access_links import insert_access_link, save_revoked, select_access_links
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.translation import gettext

MOST_DAYS = 366


def make_link(actor: SetupActor, key: str, digest: str, *, role: str, days: str, tickets: bool) -> int:
    """Make a link to an engagement’s figures as a role sees them; return its number.

    `digest` is the hash of its token. For a role only: a person’s own view is nobody else’s to open.
    """
    _open(actor, key, SET_UP)
    if role not in LINKED:
        raise ActionRefused(gettext("Choose whose view the link opens."))
    if not days.strip().isdecimal() or not 1 <= int(days.strip()[:4]) <= MOST_DAYS:
        raise ActionRefused(gettext("Days: write a whole number from 1 to %(most)s.", most=MOST_DAYS))
    until = actor.now + int(days.strip()) * DAY
    number = insert_access_link(
        *actor.place,
        digest=digest,
        engagement=key,
        account=None,
        role=role,
        tickets=tickets,
        made_at=actor.now,
        expires_at=until,
    )
    insert_act(*actor.place, Act(actor.now, actor.account, "link made", str(number), None, role))
    return number


def revoke_link(actor: SetupActor, key: str, number: str) -> str:
    """Revoke a link to an engagement's figures, and end every session that was opened with it."""
    _open(actor, key)
    links = {str(link.link_id): link for link in select_access_links(*actor.place) if link.engagement == key}
    link = links.get(number)
    if link is None or not save_revoked(*actor.place, link.link_id, actor.now):
        raise ActionRefused(gettext("This link is revoked already, or it expired."))
    insert_act(*actor.place, Act(actor.now, actor.account, "link revoked", number))
    return gettext("Revoked. Whoever has the link sees nothing any more.")


def revoke_admin_link(actor: SetupActor, number: str) -> str:
    """Revoke an administrator’s link of a site, for whoever holds one."""
    lock_tenant(*actor.place)
    require(PUT_IN_FORCE, actor.administers)
    links = {str(link.link_id): link for link in select_access_links(*actor.place) if link.is_admin}
    link = links.get(number)
    if link is None or not save_revoked(*actor.place, link.link_id, actor.now):
        raise ActionRefused(gettext("This link is revoked already, or it expired."))
    insert_act(*actor.place, Act(actor.now, actor.account, "link revoked", number))
    return gettext("Revoked. Whoever has the link sets nothing up any more.")


def _open(actor: SetupActor, key: str, permission: Permission = CHANGE) -> None:
    lock_tenant(*actor.place)
    stored = select_engagement(*actor.place, key)
    if stored is None:
        raise ActionRefused(gettext("There is no such engagement."))
    require(permission, standing_roles(stored, actor.account, actor.administers, actor.now))
