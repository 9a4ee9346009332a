"""The job that ends Forge installations which Forge no longer calls."""

import logging

from connector.container import Container
from connector.platforms.forge.installs import end_installation
from mappings.events.times import DAY
from mappings.events.types import Instant
from mappings.records.operations.forge_installations import select_unseen_installations

log = logging.getLogger(__name__)

# How long no call may come. Forge's schedule calls each hour; it reports an uninstall only once, and that may be lost.
# A call that comes later brings the site back.
SILENT_FOR: Instant = 3 * DAY


def end_silent_installations(container: Container, _: int, now: Instant) -> None:
    with container.engine.begin() as connection:
        for installation in select_unseen_installations(connection, now - SILENT_FOR):
            end_installation(connection, installation, now)
            log.warning("no call of Forge for three days", extra={"tenant_id": installation.tenant_id})
