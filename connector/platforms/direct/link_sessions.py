"""Sessions of signed links: tokens stored as hashes, and one cookie."""

import hashlib
import secrets
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

from sqlalchemy import Connection
from werkzeug.http import parse_cookie

from connector.auth.tenant_cache import CachedTenant
from connector.auth.token_parsing import TokenError
from connector.container import Container
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.records.operations.access_links import AccessLink
from mappings.records.operations.tenants import select_tenant

# How long a session lasts: a working day; the link itself may be opened again until it expires.
SESSION: Instant = 12 * HOUR
TOKEN_BYTES = 32
# The platforms on which Jira says who administers.
APPS = frozenset({"connect", "forge"})


def make_token() -> str:
    return secrets.token_urlsafe(TOKEN_BYTES)


def digest_of(token: str) -> str:
    # Only the hash of a token is stored.
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(app: Container) -> str:
    # The prefix binds the cookie to this host; browsers take it by https alone.
    return "__Host-teachback" if app.settings.secure else "teachback"


def session_token(app: Container, environ: WSGIEnvironment) -> str:
    return parse_cookie(environ).get(cookie_name(app), "")


def require_own_page(base_url: str, environ: WSGIEnvironment) -> None:
    """Refuse a form that another site's page sent: a browser says so in headers that no page can set.

    Raises TokenError. An old browser sends Origin alone, and "null" for a page without a referrer.
    """
    fetched, came_from = environ.get("HTTP_SEC_FETCH_SITE"), environ.get("HTTP_ORIGIN", "null")
    own = origin_of(base_url)
    if fetched not in {None, "same-origin", "none"} or (fetched is None and came_from not in {"null", own}):
        raise TokenError("wrong route")


def origin_of(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.scheme}://{parts.netloc}"


def select_known(connection: Connection, link: AccessLink) -> CachedTenant | None:
    row = select_tenant(connection, link.tenant_id)
    if row is None or row.state != "installed":
        return None
    # Once there is an app Jira says who administers: then an administrator's link ends.
    if link.is_admin and row.platform in APPS:
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
