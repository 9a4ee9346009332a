"""The stand-in's site under a second address, where it answers as Jira Data Center does."""

from typing import TYPE_CHECKING, Any, cast

from tests.jira.rest.app import create_app
from tests.jira.server import Running, answer_at
from tests.jira.site import Site

if TYPE_CHECKING:
    BASE = Site
else:
    BASE = object


class DataCenterFace(BASE):
    """The same site with an address of its own; all but that and `server` is the site's."""

    def __init__(self, site: Site) -> None:
        self._site = site
        self.server, self.base_url = True, ""

    def __getattr__(self, name: str) -> Any:
        return getattr(self._site, name)


def serve_data_center(site: Site, port: int = 0) -> Running:
    """Answer as Data Center on a port, 0 for any. Raises OSError where the port is taken."""
    face = DataCenterFace(site)
    running = answer_at(port, create_app(cast("Site", face)))
    face.base_url = running.url
    return running
