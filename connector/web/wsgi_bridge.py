"""Bridge from granian's RSGI to WSGI: the environment of a request, and the answer of an application."""

from collections.abc import Generator
from io import BytesIO
from typing import Any, TypeAlias
from wsgiref.types import WSGIApplication, WSGIEnvironment

from msgspec import Struct
from werkzeug.wrappers import Response

from connector.web.file_stream import BLOCK, in_blocks

SCHEMES = frozenset({"http", "https"})


Blocks: TypeAlias = Generator[bytes, None, None]


class Answer(Struct, frozen=True):
    """An answer to a request, complete unless there are blocks that follow the body; `rest` must be closed."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes = b""
    rest: Blocks | None = None


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
    """Return what a WSGI application answers. Runs in a thread of its own.

    An answer of a length that is known, or of less than a block, is complete; of any other the rest is made block by
    block, as it is asked for.
    """
    environ = {**environ, "wsgi.input": BytesIO(body), "wsgi.errors": NullErrors()}
    response = Response.from_app(application, environ)
    blocks = _blocks_of(response)
    first = next(blocks, b"")
    if len(first) >= BLOCK and "Content-Length" not in response.headers:
        return Answer(response.status_code, response.get_wsgi_headers(environ).to_wsgi_list(), first, blocks)
    whole = first + b"".join(blocks)
    # As a list, so that its length is among the headers.
    response.response = [whole]
    return Answer(response.status_code, response.get_wsgi_headers(environ).to_wsgi_list(), whole)


def _blocks_of(response: Response) -> Blocks:
    with response:
        yield from in_blocks(response.iter_encoded())


class NullErrors:
    """The stream `wsgi.errors`: the log is written by loggers alone, which leave texts out."""

    def write(self, text: str) -> int:
        return len(text)

    def writelines(self, lines: list[str]) -> None:
        pass

    def flush(self) -> None:
        pass
