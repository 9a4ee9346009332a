"""What a signed link and its session are made of: tokens kept as hashes, and one cookie."""

import hashlib
import secrets
from wsgiref.types import WSGIEnvironment

from sqlalchemy import Connection
from werkzeug.http import parse_cookie

from connector.auth.tenant_cache import CachedTenant
from connector.container import Container
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.records.operations.access_links import AccessLink
from mappings.records.operations.tenants import select_tenant

# How long a session lasts: a working day; the link itself may be opened again until it expires.
SESSION: Instant = 12 * HOUR
TOKEN_BYTES = 32


def make_token() -> str:
    """Return a new token of 256 bits, in letters that an address may hold."""
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    """Return the hash by which a token is kept: the token itself is nowhere in the database."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(app: Container) -> str:
    """Return the cookie's name: bound to this host by its prefix wherever the world reaches us by https."""
    return "__Host-teachback" if app.settings.secure else "teachback"


def session_token(app: Container, environ: WSGIEnvironment) -> str:
    """Return the token of a call's session, empty where it has none."""
    return parse_cookie(environ).get(cookie_name(app), "")


def select_known(connection: Connection, link: AccessLink) -> CachedTenant | None:
    """Return the tenant of a link as pages need it, without a key to call it by; None where it is not installed."""
    row = select_tenant(connection, link.tenant_id)
    if row is None or row.state != "installed":
        return None
    return CachedTenant(
        tenant_id=row.tenant_id,
        client_key="",
        site=row.site,
        base_url=row.base_url,
        display_url=row.display_url or row.base_url,
        state=row.state,
        secret="",
        key=b"",
        key_before=None,
        before_until=0,
        installed_iat=0,
    )
