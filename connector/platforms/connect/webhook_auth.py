"""Authentication of webhooks, and of every other call that a tenant signs with its secret."""

import hashlib
import logging
import re
from collections.abc import Callable
from wsgiref.types import WSGIEnvironment

from connector.auth import tokens
from connector.auth.request_tokens import call_of, header_token
from connector.auth.tenant_cache import CachedTenant
from connector.auth.token_parsing import TokenError, Unverified, read_issuer, read_unverified
from connector.auth.tokens import Claims
from connector.container import Container
from connector.platforms.direct.admin_webhooks import verify_by_body
from mappings.events.types import Instant
from webhooks.receive import PROVED_BY_BODY, Refused, Verified

log = logging.getLogger(__name__)


def verify_tenant(
    app: Container, unverified: Unverified, verify: Callable[[bytes], Claims]
) -> tuple[CachedTenant, Claims]:
    """Return the tenant that signed, and the claims. Raises TokenError, StoreError."""
    issuer = read_issuer(unverified)
    try:
        known = require_known(app.tenants.find(issuer))
        return known, verify(known.key)
    except TokenError as refusal:
        if refusal.code not in {"unknown tenant", "signature"}:
            raise
    # The secret may have been replaced a moment ago, by an install that another process took.
    fresh = require_known(app.tenants.reload(issuer))
    return fresh, verify(fresh.key)


def require_known(known: CachedTenant | None) -> CachedTenant:
    if known is None:
        raise TokenError("unknown tenant")
    return known


def verify_webhook(app: Container, environ: WSGIEnvironment) -> Verified:
    """Return who sent a webhook and its key for it. Raises Refused (401, or 204 for a site that left), StoreError."""
    by_body = environ["PATH_INFO"].startswith(PROVED_BY_BODY)
    try:
        return (verify_by_body if by_body else verify_by_token)(app, environ)
    except TokenError as refusal:
        log.warning("refused", extra={"code": refusal.code, "route": "webhooks"})
        raise Refused(401) from refusal


def verify_by_token(app: Container, environ: WSGIEnvironment) -> Verified:
    known = verify_sender(app, environ)
    refuse_departed(known)
    return Verified(known.tenant_id, read_delivery_key(environ))


def verify_sender(app: Container, environ: WSGIEnvironment) -> CachedTenant:
    """Return the tenant that signed a webhook, with its secret or, for a while, its previous one. Raises TokenError."""
    unverified = read_unverified(header_token(environ))
    call, now = call_of(environ, app.settings.base_path), app.clock()

    def verify(key: bytes) -> Claims:
        return tokens.verify_connect(unverified, key, call, now)

    try:
        return verify_tenant(app, unverified, verify)[0]
    except TokenError as refusal:
        known = app.tenants.find(read_issuer(unverified))
        key = key_before(known, now)
        if refusal.code != "signature" or known is None or key is None:
            raise
    verify(key)
    log.info("verified with the previous secret", extra={"tenant_id": known.tenant_id})
    return known


def key_before(known: CachedTenant | None, now: Instant) -> bytes | None:
    # Webhooks signed with the previous secret may still be on their way.
    return known.key_before if known is not None and now < known.before_until else None


def refuse_departed(known: CachedTenant) -> None:
    # A site that removed the app is answered 204, so that Jira stops trying, and nothing is kept.
    if known.state == "uninstalled":
        raise Refused(204)


_PLAIN = re.compile(r"[!-~]{1,200}")


def read_delivery_key(environ: WSGIEnvironment) -> str | None:
    """Return Jira's own key of the delivery, the same at each retry; one that is not plain and short is hashed."""
    name = environ.get("HTTP_X_ATLASSIAN_WEBHOOK_IDENTIFIER")
    if not name:
        return None
    return name if _PLAIN.fullmatch(name) else hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()
