"""Bridge from granian's RSGI to WSGI: the environment of a request, and the answer of an application."""

from io import BytesIO
from typing import Any
from wsgiref.types import WSGIApplication, WSGIEnvironment

from msgspec import Struct
from werkzeug.wrappers import Response

SCHEMES = frozenset({"http", "https"})


class Answer(Struct, frozen=True):
    """A complete answer to a request."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""


def make_environ(scope: Any, base_path: str) -> WSGIEnvironment:
    """Return the WSGI environment (PEP 3333) of an RSGI scope, without a body.

    The path below `base_path` becomes PATH_INFO; a proxy in front may leave that prefix on or take it off.
    """
    path = scope.path.encode().decode("latin-1")
    script_name = base_path if base_path and (path == base_path or path.startswith(f"{base_path}/")) else ""
    host, _, port = scope.server.rpartition(":")
    environ: WSGIEnvironment = {
        "REQUEST_METHOD": scope.method,
        "SCRIPT_NAME": script_name,
        "PATH_INFO": path[len(script_name) :],
        "QUERY_STRING": scope.query_string,
        "SERVER_NAME": host,
        "SERVER_PORT": port,
        "SERVER_PROTOCOL": "HTTP/1.1",
        "wsgi.version": (1, 0),
        "wsgi.url_scheme": scope.scheme if scope.scheme in SCHEMES else "http",
        "wsgi.multithread": True,
        "wsgi.multiprocess": False,
        "wsgi.run_once": False,
    }
    for name, value in scope.headers.items():
        key = HEADER_KEYS.get(name) or f"HTTP_{name.upper().replace('-', '_')}"
        # Of a header that comes twice no value may win in silence: joined, neither is what a check asks for.
        environ[key] = f"{environ[key]},{value}" if key in environ else value
    return environ


HEADER_KEYS = {"content-length": "CONTENT_LENGTH", "content-type": "CONTENT_TYPE"}


def call_application(application: WSGIApplication, environ: WSGIEnvironment, body: bytes) -> Answer:
    """Return what a WSGI application answers. Runs in a thread of its own; the answer is held in memory."""
    environ = {**environ, "wsgi.input": BytesIO(body), "wsgi.errors": NullErrors()}
    response = Response.from_app(application, environ, buffered=True)
    with response:
        return Answer(response.status_code, response.get_wsgi_headers(environ).to_wsgi_list(), response.get_data())


class NullErrors:
    """The stream `wsgi.errors`: the log is written by loggers alone, which leave texts out."""

    def write(self, text: str) -> int:
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        pass

    def flush(self) -> None:
        pass
