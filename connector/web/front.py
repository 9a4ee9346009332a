"""The asynchronous front: verifies a request, reads its body within limits, then calls Flask or stores the event.

A call that only waits, for its body, for a place or for the disk, holds no thread here. Flask and the intake run in
threads of their own, so that neither keeps the other from being served.
"""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import nullcontext
from contextvars import copy_context
from functools import partial
from typing import Any, TypeAlias, TypeVar
from wsgiref.types import WSGIEnvironment

from flask import Flask
from werkzeug.exceptions import HTTPException, MethodNotAllowed

from connector import body_limits
from connector.container import EXTENSION, Container
from connector.platforms.connect.webhook_auth import verify_webhook
from connector.platforms.forge.events import EventIntake, is_event, verify_event
from connector.traces import Span, trace
from connector.web.deadlines import Deadlines
from connector.web.gate import AUTHENTICATE, BODY_LIMITS, FORGE, PUBLIC, REFUSED, Identity, Rule, rule_of
from connector.web.lookups import STRANGERS, Lookups
from connector.web.places import NoPlaceError, Places
from connector.web.request_body import read_body, read_length, require_length
from connector.web.request_ids import HEADER, REQUEST_ID, use_request_id
from connector.web.request_metrics import RULE, count_request
from connector.web.wsgi_bridge import Answer, Blocks, call_application, make_environ
from mappings.records.sql.engine import StoreError
from webhooks.receive import LARGE, LARGE_AT_ONCE, Refused, SaveDelivery, Verified, is_webhook, save_verified

log = logging.getLogger(__name__)

# Pages at once: most of their time they wait for the disk or for Jira.
FLASK_THREADS = 16
# Blocks of files that are made at once, beside the pages.
FILE_THREADS = 2
# Files that are sent at once, and one holder's: another's next block waits for at most one of each.
FILES, FILES_SHARE = 32, 4
# Events of Forge whose installation is looked up at once.
EVENT_THREADS = 4
BODIES, BODIES_SHARE = 128, 16
# Places that all callers together have who prove nothing, of those for bodies and of those for pages.
STRANGERS_SHARE = 4
# Seconds that a call waits for a place.
PATIENCE = 10.0
# The holder of places for what is open to anybody and costs little: static files, health, the descriptor.
OPEN_FILES = "open"

# Where an environment holds the name of its route, and who holds the place of the file that it is answered with.
ROUTE, FILE_HOLDER = "teachback.route", "teachback.file_holder"

T = TypeVar("T")
SaveRequest: TypeAlias = Callable[[WSGIEnvironment, AsyncIterator[bytes]], Awaitable[int]]


class Front:
    """An RSGI application in front of Flask, which receives events itself; `routes` are the rules of the routes."""

    def __init__(self, app: Flask, routes: Mapping[str, Rule], save: SaveDelivery) -> None:
        self._app, self._routes, self._save_delivery = app, routes, save
        self._container: Container = app.extensions[EXTENSION]
        self._events = EventIntake(self._container)
        self._lookups = Lookups(self._container)
        self._adapter = app.url_map.bind("front")
        self._flask = ThreadPoolExecutor(FLASK_THREADS, "flask")
        self._files = ThreadPoolExecutor(FILE_THREADS, "files")
        self._lookup_events = ThreadPoolExecutor(EVENT_THREADS, "events")
        shares = {STRANGERS: STRANGERS_SHARE}
        self._bodies = Places(BODIES, BODIES_SHARE, PATIENCE, shares)
        self._deadlines = Deadlines()
        self._large = Places(LARGE_AT_ONCE, 1, 0)
        self._views = Places(FLASK_THREADS, FLASK_THREADS // 2, PATIENCE, shares)
        self._file_places = Places(FILES, FILES_SHARE, PATIENCE, shares)

    async def __rsgi__(self, scope: Any, protocol: Any) -> None:
        """Answer one request (https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md)."""
        started_at = time.perf_counter()
        environ = make_environ(scope, self._container.settings.base_path)
        with use_request_id(environ), trace("request", "SERVER", request=environ[REQUEST_ID]) as span:
            answer = await self.answer(environ, aiter(protocol))
            try:
                count_request(environ, answer.status, time.perf_counter() - started_at)
                describe_request(span, environ, answer)
                answer.headers.append((HEADER, environ[REQUEST_ID]))
                await self._send(protocol, environ, answer)
            finally:
                if answer.rest is not None:
                    await self._end_file(environ, answer.rest)

    async def answer(self, environ: WSGIEnvironment, chunks: AsyncIterator[bytes]) -> Answer:
        """Return the answer to a call; `chunks` is its body, which is read only once the call was verified."""
        try:
            if is_webhook(environ):
                environ[RULE] = "webhook"
                return _status(await self._receive(self._save_webhook, environ, chunks))
            if is_event(environ):
                environ[RULE] = FORGE
                return _status(await self._receive(self._save_event, environ, chunks))
            return await self._answer_by_flask(environ, chunks)
        except NoPlaceError:
            log.warning("refused", extra={"code": "no place"})
            return _status(503)

    def close(self) -> None:
        self._lookups.close()
        for pool in (self._flask, self._files, self._lookup_events):
            pool.shutdown(wait=False, cancel_futures=True)

    # -- webhooks and events of Forge: stored without Flask ------------------------------------------------------------

    async def _receive(self, save: SaveRequest, environ: WSGIEnvironment, chunks: AsyncIterator[bytes]) -> int:
        try:
            if environ["REQUEST_METHOD"] != "POST":
                raise MethodNotAllowed
            return await save(environ, chunks)
        except Refused as refusal:
            return refusal.status
        except HTTPException as refusal:
            return refusal.code or 400
        except StoreError:
            # Jira tries again on 503 and gives up on any 4xx, so an absent database must never look like one.
            return 503

    async def _save_webhook(self, environ: WSGIEnvironment, chunks: AsyncIterator[bytes]) -> int:
        length = require_length(environ, body_limits.WEBHOOK)
        verified = await self._lookups.run(partial(verify_webhook, environ=environ))
        holder = webhook_holder(verified, environ)
        async with self._large.hold(holder) if length > LARGE else nullcontext(), self._bodies.hold(holder):
            body = await read_body(chunks, length, self._deadlines)
            await save_verified(
                self._save_delivery, verified, body, self._container.clock(), request=environ[REQUEST_ID]
            )
        return 204

    async def _save_event(self, environ: WSGIEnvironment, chunks: AsyncIterator[bytes]) -> int:
        length = require_length(environ, body_limits.FORGE_EVENT)
        invocation = await self._lookups.run(partial(verify_event, environ=environ))
        async with self._bodies.hold(f"installation {invocation.installation_id}"):
            body = await read_body(chunks, length, self._deadlines)
            delivery = await _run(self._lookup_events, self._events.read_delivery, environ, invocation, body)
            if delivery is not None:
                await self._save_delivery(*delivery, body, self._container.clock(), request=environ[REQUEST_ID])
        return 202

    # -- everything else: shown by Flask -------------------------------------------------------------------------------

    async def _answer_by_flask(self, environ: WSGIEnvironment, chunks: AsyncIterator[bytes]) -> Answer:
        holder, body = STRANGERS, b""
        try:
            holder, limit = await self._authenticate(environ)
            length = read_length(environ, limit)
            if length:
                async with self._bodies.hold(holder):
                    body = await read_body(chunks, length, self._deadlines)
        except NoPlaceError:
            raise
        except Exception as refusal:  # noqa: BLE001  Flask answers each kind of error in one place, the unknown too
            environ[REFUSED] = refusal
        async with self._views.hold(holder):
            answer = await _run(self._flask, call_application, self._app.wsgi_app, environ, body)
        if answer.rest is not None:
            await self._begin_file(environ, answer.rest, holder)
        return answer

    async def _send(self, protocol: Any, environ: WSGIEnvironment, answer: Answer) -> None:
        if answer.rest is not None:
            await self._send_blocks(protocol, answer, answer.rest)
        elif answer.body and environ["REQUEST_METHOD"] != "HEAD":
            protocol.response_bytes(answer.status, answer.headers, answer.body)
        else:
            protocol.response_empty(answer.status, answer.headers)

    # -- files: sent block by block, longer than the view held its place -----------------------------------------------

    async def _begin_file(self, environ: WSGIEnvironment, rest: Blocks, holder: str) -> None:
        # Before the status is sent: whoever has too many files on their way is refused as any other call.
        try:
            await self._file_places.take(holder)
        except BaseException:
            await _run(self._files, rest.close)
            raise
        environ[FILE_HOLDER] = holder

    async def _send_blocks(self, protocol: Any, answer: Answer, rest: Blocks) -> None:
        # A block is made once the one before was handed over. Files take their threads by turns, block by block, and
        # none of those of pages.
        transport, block = protocol.response_stream(answer.status, answer.headers), answer.body
        while block and await _send_block(transport, block):
            block = await _run(self._files, next, rest, b"")

    async def _end_file(self, environ: WSGIEnvironment, rest: Blocks) -> None:
        self._file_places.give_back(environ[FILE_HOLDER])
        await _run(self._files, rest.close)

    async def _authenticate(self, environ: WSGIEnvironment) -> tuple[str, int]:
        """Return who holds the call's places, and the limit of its body. Raises TokenError, HTTPException."""
        path = environ["PATH_INFO"].encode("latin-1").decode()
        endpoint, _ = self._adapter.match(path, environ["REQUEST_METHOD"])
        environ[ROUTE] = endpoint
        rule = environ[RULE] = rule_of(self._routes, endpoint)
        identity = await self._lookups.run(lambda container: AUTHENTICATE[rule](container, environ))
        return OPEN_FILES if endpoint in PUBLIC else identity_holder(identity), BODY_LIMITS.get(rule, body_limits.FORM)


def describe_request(span: Span, environ: WSGIEnvironment, answer: Answer) -> None:
    # By rule and route: the address may hold a token.
    rule, route = environ.get(RULE, "none"), environ.get(ROUTE)
    span.rename(f"{environ['REQUEST_METHOD']} {route or rule}")
    span.add(rule=rule, route=route, status=answer.status)
    if answer.status >= 500:
        span.fail(str(answer.status))


def webhook_holder(verified: Verified, environ: WSGIEnvironment) -> str:
    return environ["PATH_INFO"] if verified.prove else f"tenant {verified.tenant_id}"


def identity_holder(identity: Identity) -> str:
    if identity.tenant is not None:
        return f"tenant {identity.tenant.tenant_id}"
    if identity.invocation is not None:
        return f"installation {identity.invocation.installation_id}"
    return f"site {identity.claims.issuer}" if identity.claims is not None else STRANGERS


def _status(code: int) -> Answer:
    headers = [("content-length", "0"), ("cache-control", "no-store")]
    return Answer(code, [*headers, ("retry-after", "30")] if code == 503 else headers)


async def _send_block(transport: Any, block: bytes) -> bool:
    """Send a block, and return whether there is still somebody who reads."""
    try:
        await transport.send_bytes(block)
    # Granian's ProtocolClosed is one; to import it would load granian for every command.
    except RuntimeError:
        return False
    return True


async def _run(pool: ThreadPoolExecutor, work: Callable[..., T], *given: Any) -> T:
    # In the request's context: its log lines and spans belong together.
    context = copy_context()
    return await asyncio.get_running_loop().run_in_executor(pool, partial(context.run, work, *given))
