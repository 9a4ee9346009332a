"""A server in miniature: calls the real front by RSGI, for clients and servers of tests that speak WSGI."""

import asyncio
import threading
from collections.abc import Iterable, Mapping
from functools import cache
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Flask
from werkzeug.http import HTTP_STATUS_CODES

from connector.app import open_front
from webhooks.receive import SaveDelivery

PLAIN = {"CONTENT_LENGTH": "content-length", "CONTENT_TYPE": "content-type"}


@cache
def event_loop() -> asyncio.AbstractEventLoop:
    """Return the loop, in a thread of its own, on which all fronts of a run answer."""
    loop = asyncio.new_event_loop()
    threading.Thread(target=loop.run_forever, name="front", daemon=True).start()
    return loop


def serve_front(app: Flask, keep: SaveDelivery) -> WSGIApplication:
    """Return the front of `app` as a WSGI application; `keep` stores webhooks."""
    front = open_front(app, keep)

    def call(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        protocol = Protocol(environ)
        asyncio.run_coroutine_threadsafe(front.__rsgi__(scope_of(environ), protocol), event_loop()).result()
        status = f"{protocol.status} {HTTP_STATUS_CODES.get(protocol.status, 'Unknown')}"
        start_response(status, protocol.headers)
        return [protocol.body]

    return call


def scope_of(environ: WSGIEnvironment) -> Any:
    """Return a request as granian describes it."""
    path = environ.get("SCRIPT_NAME", "") + environ["PATH_INFO"]
    return SimpleNamespace(
        method=environ["REQUEST_METHOD"],
        path=path.encode("latin-1").decode("utf-8", "replace"),
        query_string=environ.get("QUERY_STRING", ""),
        scheme=environ.get("wsgi.url_scheme", "http"),
        server=f"{environ.get('SERVER_NAME', 'localhost')}:{environ.get('SERVER_PORT', '80')}",
        headers=headers_of(environ),
    )


def headers_of(environ: Mapping[str, Any]) -> dict[str, str]:
    headers = {name: environ[key] for key, name in PLAIN.items() if environ.get(key)}
    named = {key[5:].lower().replace("_", "-"): value for key, value in environ.items() if key.startswith("HTTP_")}
    return {**named, **headers}


class Protocol:
    """The body of one request, read only when it is asked for, and the answer to it."""

    def __init__(self, environ: WSGIEnvironment) -> None:
        self._environ = environ
        self.status, self.headers, self.body = 0, list[tuple[str, str]](), b""

    def __aiter__(self) -> "Protocol":
        return self

    async def __anext__(self) -> bytes:
        length, body = int(self._environ.get("CONTENT_LENGTH") or 0), self._environ["wsgi.input"]
        # What is in memory is read at once; another thread would cost more than the request. A body of a class of its
        # own may wait, and must not hold the loop.
        chunk: bytes = body.read(length) if type(body) is BytesIO else await asyncio.to_thread(body.read, length)
        if not chunk:
            raise StopAsyncIteration
        return chunk

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.status, self.headers, self.body = status, headers, body

    def response_stream(self, status: int, headers: list[tuple[str, str]]) -> "Protocol":
        self.response_bytes(status, headers, b"")
        return self

    async def send_bytes(self, data: bytes) -> None:
        self.body += data

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        self.response_bytes(status, headers, b"")
