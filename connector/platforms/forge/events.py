"""Intake of Forge's events: verified before the body is read, and stored before Forge gets its answer."""

import logging
from wsgiref.types import WSGIEnvironment

from connector.auth.invocation_tokens import Invocation
from connector.auth.token_parsing import TokenError
from connector.container import Container
from connector.jira.errors import JiraError
from connector.platforms.forge.calls import authenticate_endpoint, save_verified_call
from connector.platforms.forge.installs import SEEN_EVERY
from mappings.events.errors import UnreadableBody
from mappings.events.forge import delivery_key
from mappings.records.operations.forge_installations import ForgeInstallation, select_installation
from webhooks.receive import Refused

log = logging.getLogger(__name__)

PATH = "/forge/events"


def is_event(environ: WSGIEnvironment) -> bool:
    return bool(environ.get("PATH_INFO") == PATH)


def verify_event(app: Container, environ: WSGIEnvironment) -> Invocation:
    """Return from which installation an event comes. Raises Refused (401, 503), NotCachedError."""
    try:
        return authenticate_endpoint(app, environ)
    except TokenError as refusal:
        log.warning("refused", extra={"code": refusal.code, "route": "forge.events"})
        raise Refused(401) from refusal
    except JiraError as cause:
        # Without Forge's keys nothing can be verified: 503 lets Forge try again in a minute.
        raise Refused(503) from cause


class EventIntake:
    """Finds the tenant and the key by which a verified event is stored."""

    def __init__(self, app: Container) -> None:
        self._app = app

    def read_delivery(self, environ: WSGIEnvironment, invocation: Invocation, body: bytes) -> tuple[int, str] | None:
        """Return the tenant and the key of an event; None where nothing is kept of it.

        Raises Refused where it is no event, StoreError.
        """
        key = read_key(body)
        with self._app.reader.connect() as connection:
            installation = select_installation(connection, invocation.installation_id)
        if installation is not None and installation.removed_at is not None:
            # It was on its way while the app was removed: the hourly call alone shows that it is still there.
            return None
        tenant_id = self._recent_tenant(installation)
        if tenant_id is None:
            tenant_id = save_verified_call(self._app, environ, invocation).tenant_id
        return tenant_id, key

    def _recent_tenant(self, installation: ForgeInstallation | None) -> int | None:
        # The token that comes along is saved once a minute: it lives for hours, and most events bring the same.
        if installation is None or self._app.clock() - installation.seen_at >= SEEN_EVERY:
            return None
        return installation.tenant_id


def read_key(body: bytes) -> str:
    try:
        return delivery_key(body)
    except UnreadableBody as refusal:
        log.warning("refused", extra={"code": f"body: {refusal}", "route": "forge.events"})
        raise Refused(400) from refusal
