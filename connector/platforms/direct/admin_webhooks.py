"""Webhooks that a Jira admin enters by hand: found by their address, verified by a signature over the body."""

import hmac
import logging
import re
import secrets
from collections.abc import Callable
from wsgiref.types import WSGIEnvironment

from connector.auth.request_tokens import refuse_query_token
from connector.auth.token_parsing import TokenError
from connector.container import Container
from mappings.records.operations.admin_webhooks import decrypt_webhook_secret, select_webhook_secret
from webhooks.receive import PROVED_BY_BODY, Refused, Verified

log = logging.getLogger(__name__)

ADDRESS_BYTES = 16
SECRET_BYTES = 32
ALGORITHM = "sha256"
_ADDRESS = re.compile(r"[A-Za-z0-9_-]{22}")


def make_address() -> str:
    # Not a secret, but nobody finds it by trying.
    return secrets.token_urlsafe(ADDRESS_BYTES)


def make_secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def is_signed(body: bytes, signature: str, key: bytes) -> bool:
    """Tell whether a body is what was signed: HMAC-SHA256 over its bytes, in X-Hub-Signature as `sha256=<hex>`.

    https://developer.atlassian.com/cloud/jira/platform/webhooks/ ("secure admin webhooks"). The algorithm is ours to
    name: a signature of another one is none.
    """
    expected = f"{ALGORITHM}={hmac.new(key, body, ALGORITHM).hexdigest()}"
    return hmac.compare_digest(expected.encode(), signature.encode("utf-8", "surrogatepass"))


def verify_by_body(app: Container, environ: WSGIEnvironment) -> Verified:
    """Return whose webhook was called and what proves its body. Raises TokenError, Refused (204), StoreError.

    A call with no signature, or to an address that nobody made, is refused before a byte of its body is read. The
    delivery's key is the body's hash: headers are not signed, so that a repeated body counts once with any headers.
    """
    refuse_query_token(environ)
    address, signature = environ["PATH_INFO"].removeprefix(PROVED_BY_BODY), environ.get("HTTP_X_HUB_SIGNATURE", "")
    if not _ADDRESS.fullmatch(address):
        raise TokenError("unknown tenant")
    if not signature:
        raise TokenError("signature")
    with app.reader.connect() as connection:
        stored = select_webhook_secret(connection, address)
    if stored is None:
        raise TokenError("unknown tenant")
    tenant_id, state, sealed = stored
    if state != "installed":
        raise Refused(204)
    return Verified(tenant_id, None, proof(decrypt_webhook_secret(sealed, tenant_id, app.vault), signature))


def proof(key: bytes, signature: str) -> Callable[[bytes], bool]:
    def prove(body: bytes) -> bool:
        signed = is_signed(body, signature, key)
        if not signed:
            log.warning("refused", extra={"code": "signature", "route": "webhooks"})
        return signed

    return prove
