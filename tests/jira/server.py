"""The site under an address: its application on a thread of its own, for tests and for the demo.

running = serve(site)          # site.base_url is now running.url
requests.get(f"{running.url}/rest/api/3/serverInfo", headers=...)
running.stop()
"""

import socket
from collections.abc import Iterable
from dataclasses import dataclass
from threading import Thread

from flask import Blueprint, Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.jira.rest.app import create_app
from tests.jira.site import Site

HOST = "127.0.0.1"
QUEUE = 128


class QuietKeepAlive(WSGIRequestHandler):
    """Connections stay open between requests, as Jira's do, and nothing is printed."""

    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        return


@dataclass(frozen=True)
class Running:
    """A site that answers at `url` until `stop`."""

    url: str
    server: BaseWSGIServer
    thread: Thread

    def stop(self) -> None:
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()


def serve(
    site: Site, port: int = 0, extra_blueprints: Iterable[Blueprint] = (), *, keep_base_url: bool = False
) -> Running:
    """Start answering at 127.0.0.1; port 0 takes a free one. Raises OSError where the port is taken.

    The site's base_url becomes the address, unless `keep_base_url` (where a proxy stands before it).
    """
    app = create_app(site, extra_blueprints)
    running = answer_at(port, app)
    if not keep_base_url:
        site.base_url = running.url
    return running


def answer_at(port: int, app: Flask) -> Running:
    """Any application on a thread of its own. Raises OSError where the port is taken."""
    with socket.create_server((HOST, port), backlog=QUEUE) as bound:  # werkzeug would end the process instead
        taken = bound.getsockname()[1]
        server = make_server(HOST, taken, app, threaded=True, request_handler=QuietKeepAlive, fd=bound.fileno())
    url = f"http://{HOST}:{taken}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, name=f"jira {url}", daemon=True)
    thread.start()
    return Running(url, server, thread)
