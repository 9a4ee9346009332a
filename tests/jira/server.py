"""The site under an address: its application on a thread of its own, for tests and for the demo.

running = serve(site)          # site.base_url is now running.url
requests.get(f"{running.url}/rest/api/3/serverInfo", headers=...)
running.stop()
"""

import socket
from collections.abc import Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from io import BytesIO
from threading import Thread
from typing import Any, ClassVar

from flask import Blueprint, Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from tests.jira.rest.app import create_app
from tests.jira.site import Site

HOST = "127.0.0.1"
QUEUE = 128
POLL = 0.02
"""Seconds between two looks whether the server has to stop."""
BODILESS = frozenset({204, 304})


class KeepAlive(WSGIRequestHandler):
    """Connections stay open between requests, as Jira's do, and nothing is printed.

    Werkzeug's own handler closes each of them, and waits for more of every request after its answer.
    """

    protocol_version = "HTTP/1.1"
    # Header and body leave together: the second of two small pieces would wait for the first to be acknowledged.
    wbufsize = -1
    opened: ClassVar[set[socket.socket]] = set()

    def setup(self) -> None:
        super().setup()
        self.opened.add(self.connection)

    def finish(self) -> None:
        self.opened.discard(self.connection)
        with suppress(OSError):  # what is left to say, nobody reads
            super().finish()

    def log(self, type: str, message: str, *args: object) -> None:  # noqa: A002  # werkzeug's name
        return

    def run_wsgi(self) -> None:
        environ = self.make_environ()
        # The next request begins behind the body, whether it was read or not.
        length = () if environ.get("wsgi.input_terminated") else (int(environ.get("CONTENT_LENGTH") or 0),)
        environ["wsgi.input"] = BytesIO(environ["wsgi.input"].read(*length))
        pieces = self.server.app(environ, self._begin)
        try:
            for piece in pieces:
                self.wfile.write(piece)
        finally:
            if hasattr(pieces, "close"):
                pieces.close()
        self.wfile.flush()

    def _begin(self, status: str, headers: Sequence[tuple[str, str]], _: Any = None) -> Any:
        code, _, message = status.partition(" ")
        self.send_response(int(code), message)
        for name, value in headers:
            self.send_header(name, value)
        if int(code) not in BODILESS and not any(name.lower() == "content-length" for name, _ in headers):
            self.send_header("Connection", "close")
        self.end_headers()
        return self.wfile.write


@dataclass(frozen=True)
class Running:
    """A site that answers at `url` until `stop`."""

    url: str
    server: BaseWSGIServer
    thread: Thread

    opened: set[socket.socket]

    def stop(self) -> None:
        """Stop, and end the connections that are open."""
        self.server.shutdown()
        self.thread.join()
        self.server.server_close()
        for connection in [*self.opened]:
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)


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
    opened: set[socket.socket] = set()
    handler = type("KeepAliveOfOne", (KeepAlive,), {"opened": opened})
    with socket.create_server((HOST, port), backlog=QUEUE) as bound:  # werkzeug would end the process instead
        taken = bound.getsockname()[1]
        server = make_server(HOST, taken, app, threaded=True, request_handler=handler, fd=bound.fileno())
    url = f"http://{HOST}:{taken}"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": POLL}, name=f"jira {url}", daemon=True)
    thread.start()
    return Running(url, server, thread, opened)
