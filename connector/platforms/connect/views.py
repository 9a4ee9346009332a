"""Routes of Connect's lifecycle: installed, uninstalled, enabled and disabled."""

import logging
from typing import Final

from flask import Blueprint, g
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import IntegrityError

from connector.allowed_hosts import site_hosts
from connector.container import Container, container
from connector.platforms.connect.installs import (
    ForgeInstalled,
    Installed,
    StateChange,
    save_departure,
    save_install,
    save_pause,
    save_return,
)
from connector.platforms.connect.payload import (
    Lifecycle,
    check_base_url,
    check_event,
    check_key,
    check_product,
    check_shared_secret,
)
from connector.web.gate import tenant

log = logging.getLogger(__name__)

blueprint: Final = Blueprint("connect", __name__, url_prefix="/connect")

DONE: Final[tuple[str, int]] = ("", 204)


@blueprint.post("/installed")
def installed() -> ResponseReturnValue:
    # Also for a site that installs again, with a fresh secret.
    app, lifecycle = container(), signed()
    check_event(lifecycle, "installed")
    check_base_url(lifecycle, site_hosts(app.settings.jira_hosts))
    check_shared_secret(lifecycle)
    try:
        saved = _install(app, lifecycle)
    except ForgeInstalled:
        log.warning("refused", extra={"code": "the Forge app is installed", "route": "connect.installed"})
        return "This site uses the Forge app. To go back, uninstall the Forge app first.", 409
    except IntegrityError:
        # Two first installs of one site at once: the other one made the row that this one now finds.
        saved = _install(app, lifecycle)
    for client_key in filter(None, (lifecycle.client_key, saved.orphan)):
        app.tenants.forget(client_key)
    log.info("installed", extra={"tenant_id": saved.tenant_id})
    return DONE


def _install(app: Container, lifecycle: Lifecycle) -> Installed:
    with app.engine.begin() as connection:
        return save_install(connection, app.vault, lifecycle, issued=g.claims.issued, now=app.clock())


@blueprint.post("/uninstalled")
def uninstalled() -> ResponseReturnValue:
    # The site's data stays until the purge: it may come again.
    app, lifecycle = container(), signed()
    check_event(lifecycle, "uninstalled")
    with app.engine.begin() as connection:
        save_departure(connection, lifecycle.client_key, g.claims.issued, app.clock())
    app.tenants.forget(lifecycle.client_key)
    log.info("uninstalled")
    return DONE


@blueprint.post("/enabled")
def enabled() -> ResponseReturnValue:
    # The signature names the site; the body is not read.
    return _change_state(save_return)


@blueprint.post("/disabled")
def disabled() -> ResponseReturnValue:
    return _change_state(save_pause)


def _change_state(save: StateChange) -> ResponseReturnValue:
    app, known = container(), tenant()
    with app.engine.begin() as connection:
        state = save(connection, known.client_key, g.claims.issued, app.clock())
    app.tenants.forget(known.client_key)
    log.info("state changed", extra={"tenant_id": known.tenant_id, "state": state})
    return DONE


def signed() -> Lifecycle:
    # The body of a signed call speaks for its signer and for this app alone.
    lifecycle: Lifecycle = g.lifecycle
    check_key(lifecycle, container().settings.app_key)
    check_product(lifecycle)
    return lifecycle
