"""Routes of the Forge app: lifecycle, the hourly tick, the uninstall, and the pages by envelope."""

import logging
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import urlsplit
from wsgiref.types import WSGIEnvironment

import msgspec
from flask import Blueprint, Response, current_app, g, request
from flask.typing import ResponseReturnValue
from msgspec import Struct
from werkzeug.test import EnvironBuilder, run_wsgi_app
from werkzeug.wrappers import Response as WsgiResponse

from connector.container import container
from connector.platforms.forge.calls import ENVIRON_KEY, ForgeCall
from connector.platforms.forge.installs import save_departure
from connector.web.gate import FORGE, FORGE_PERSON, Rule
from mappings.records.operations.jobs import save_due

log = logging.getLogger(__name__)

blueprint: Final = Blueprint("forge", __name__, url_prefix="/forge")

ROUTES: Mapping[str, Rule] = {
    "forge.lifecycle": FORGE,
    "forge.tick": FORGE,
    "forge.uninstall": FORGE,
    "forge.ui": FORGE_PERSON,
}

PAGES = "/pages/"
MOST_REDIRECTS = 3
PASSED_HEADERS = ("content-type", "content-disposition", "content-language")
TAKEN: Final[tuple[str, int]] = ("", 202)
TICK_JOBS = ("reread", "reconcile")


class Envelope(Struct, frozen=True):
    """A page's call as it comes through `invokeRemote`: `form` is the url-encoded body, `headers` htmx's own.

    `locale` is the person's in Jira, such as "de-DE".
    """

    address: str
    method: str = "GET"
    form: str = ""
    headers: dict[str, str] = {}
    locale: str = ""


@blueprint.post("/lifecycle")
def lifecycle() -> ResponseReturnValue:
    # The authentication has saved the installation already; the site's history is read from now on.
    log.info("installed", extra={"tenant_id": forge_call().tenant_id})
    return TAKEN


@blueprint.post("/tick")
def tick() -> ResponseReturnValue:
    # Each hour a fresh token comes with the call; what events may have missed is read again.
    app, call = container(), forge_call()
    with app.engine.begin() as connection:
        for name in TICK_JOBS:
            save_due(connection, call.tenant_id, name, app.clock())
    return TAKEN


@blueprint.post("/uninstall")
def uninstall() -> ResponseReturnValue:
    # Access ends now, and the purge begins after its grace time.
    app, call = container(), forge_call()
    with app.engine.begin() as connection:
        save_departure(connection, call.invocation, app.clock())
    log.info("uninstalled", extra={"tenant_id": call.tenant_id})
    return TAKEN


@blueprint.post("/ui")
def ui() -> ResponseReturnValue:
    # The ordinary view answers inside, and its answer travels as JSON. Forge follows no redirect, and reads our own
    # 401 as if its token were bad: both end here.
    try:
        envelope = msgspec.json.decode(request.get_data(cache=False), type=Envelope)
    except msgspec.MsgspecError:
        return _answer(400, "The call could not be read.", {})
    for _ in range(MOST_REDIRECTS + 1):
        if not is_page(envelope.address):
            return _answer(404, "There is no such page.", {})
        try:
            environ = _make_environ(envelope)
        except ValueError:
            # Such as a line break in a header.
            return _answer(400, "The call could not be read.", {})
        answer = _call_inside(environ)
        if answer.status_code not in {301, 302, 303, 307, 308}:
            break
        envelope = Envelope(answer.headers.get("Location", ""), headers=envelope.headers, locale=envelope.locale)
    status = 403 if answer.status_code == 401 else answer.status_code
    return _answer(status, answer.get_data(as_text=True), dict(answer.headers))


def is_page(address: str) -> bool:
    # No host can stand before it, and an address with `..` or `//` in it is that of no route.
    return address.startswith(PAGES)


def _make_environ(envelope: Envelope) -> WSGIEnvironment:
    parts = urlsplit(envelope.address)
    headers = [(name, value) for name, value in envelope.headers.items() if name.lower().startswith("hx-")]
    # Jira has underscores in it where a header has hyphens.
    headers.append(("Accept-Language", envelope.locale.replace("_", "-")))
    builder = EnvironBuilder(
        path=parts.path, query_string=parts.query, method=envelope.method.upper(), headers=headers,
        data=envelope.form or None,
        content_type="application/x-www-form-urlencoded" if envelope.form else None,
        base_url=request.host_url, environ_overrides={ENVIRON_KEY: forge_call()},
    )  # fmt: skip
    return builder.get_environ()


def _call_inside(environ: WSGIEnvironment) -> WsgiResponse:
    body, status, answered = run_wsgi_app(current_app.wsgi_app, environ, buffered=True)
    return WsgiResponse(body, status, answered)


def _answer(status: int, body: str, headers: Mapping[str, str]) -> Response:
    passed = {
        name: value for name, value in headers.items() if name.lower() in PASSED_HEADERS or name.lower()[:3] == "hx-"
    }
    text = msgspec.json.encode({"status": status, "body": body, "headers": passed})
    return Response(text, mimetype="application/json")


def forge_call() -> ForgeCall:
    call: Any = g.forge_call
    assert isinstance(call, ForgeCall)
    return call
