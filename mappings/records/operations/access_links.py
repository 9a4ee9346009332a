"""Signed links to pages, for one account or role and one engagement: expiring, revocable, stored as a hash."""

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, delete, insert, select, update

from mappings.events.types import Instant
from mappings.records.tables import access_link, link_session

ADMIN = "admin"
WHOLE_SITE = ""
"""Stands for an engagement in a link that is for none."""


class AccessLink(Struct, frozen=True):
    """A link. It grants the view of `account`, or of a bare `role`; `tickets`: whether it may see them by name."""

    link_id: int
    tenant_id: int
    engagement: str
    account: str | None
    role: str | None
    tickets: bool
    made_at: Instant
    expires_at: Instant
    revoked_at: Instant | None
    used_at: Instant | None

    @property
    def is_admin(self) -> bool:
        """Whether it is an administrator’s: for one person and the whole site, to set engagements up there."""
        return self.role == ADMIN and self.account is not None and self.engagement == WHOLE_SITE


_COLUMNS = [access_link.c[name] for name in AccessLink.__struct_fields__]


def insert_access_link(
    connection: Connection,
    tenant_id: int,
    *,
    digest: str,
    engagement: str,
    account: str | None,
    role: str | None,
    tickets: bool,
    made_at: Instant,
    expires_at: Instant,
) -> int:
    values = {"tenant_id": tenant_id, "digest": digest, "engagement": engagement, "account": account, "role": role}
    values |= {"tickets": tickets, "made_at": made_at, "expires_at": expires_at}
    statement = insert(access_link).values(**values).returning(access_link.c.link_id)
    return int(connection.execute(statement).scalar_one())


def select_access_links(connection: Connection, tenant_id: int) -> list[AccessLink]:
    query = select(*_COLUMNS).where(access_link.c.tenant_id == tenant_id).order_by(access_link.c.link_id)
    return [AccessLink(*row) for row in connection.execute(query)]


def _is_valid(now: Instant) -> ColumnElement[bool]:
    return access_link.c.revoked_at.is_(None) & (access_link.c.expires_at > now)


def select_link_by_token(connection: Connection, digest: str, now: Instant) -> AccessLink | None:
    """Return the link with this token's hash, None where it expired or was revoked."""
    # Over all tenants: only the token says whose link it is.
    row = connection.execute(select(*_COLUMNS).where(access_link.c.digest == digest, _is_valid(now))).first()
    return None if row is None else AccessLink(*row)


def save_revoked(connection: Connection, tenant_id: int, link_id: int, now: Instant) -> bool:
    """Revoke a link and delete its sessions; False where no valid link has this number."""
    row = (access_link.c.tenant_id == tenant_id) & (access_link.c.link_id == link_id)
    ended = connection.execute(update(access_link).where(row, _is_valid(now)).values(revoked_at=now)).rowcount
    sessions = (link_session.c.tenant_id == tenant_id) & (link_session.c.link_id == link_id)
    connection.execute(delete(link_session).where(sessions))
    return ended > 0


def insert_session(connection: Connection, link: AccessLink, digest: str, *, now: Instant, expires_at: Instant) -> None:
    # Expired sessions are deleted here, so that no job is needed for them.
    connection.execute(delete(link_session).where(link_session.c.expires_at <= now))
    values = {"digest": digest, "tenant_id": link.tenant_id, "link_id": link.link_id, "expires_at": expires_at}
    connection.execute(insert(link_session).values(**values))
    own = (access_link.c.tenant_id == link.tenant_id) & (access_link.c.link_id == link.link_id)
    connection.execute(update(access_link).where(own).values(used_at=now))


def select_session(connection: Connection, digest: str, now: Instant) -> AccessLink | None:
    joined = access_link.c.link_id == link_session.c.link_id
    joined &= access_link.c.tenant_id == link_session.c.tenant_id
    session = (link_session.c.digest == digest) & (link_session.c.expires_at > now)
    row = connection.execute(select(*_COLUMNS).where(joined, session, _is_valid(now))).first()
    return None if row is None else AccessLink(*row)


def delete_session(connection: Connection, digest: str) -> None:
    connection.execute(delete(link_session).where(link_session.c.digest == digest))
