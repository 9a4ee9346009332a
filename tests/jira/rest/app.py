"""The site's REST as a Flask application: who calls, what is counted, what fails on demand, and its rooms."""

import time
from collections.abc import Iterable
from typing import Any
from wsgiref.types import StartResponse, WSGIApplication, WSGIEnvironment

from flask import Blueprint, Flask, Response, g, jsonify, request

from tests.jira.collections import TRACE
from tests.jira.faults import Call
from tests.jira.rest.apps import apps_rest, closed_rest
from tests.jira.rest.catalog import catalog_rest
from tests.jira.rest.context import Refused, know_caller, raw_url
from tests.jira.rest.issues import issues_rest
from tests.jira.rest.people import people_rest
from tests.jira.rest.properties import properties_rest
from tests.jira.rest.search import search_rest
from tests.jira.rest.worklogs import worklogs_rest
from tests.jira.site import Site

VERSIONED = (search_rest, issues_rest, properties_rest, worklogs_rest, catalog_rest, people_rest, closed_rest)
REST = "/rest/"


class OneAtATime(Flask):
    """REST reads a site while nothing changes it. Other pages may wait for an app, and so hold no lock."""

    def dispatch_request(self) -> Any:
        if not request.path.startswith(REST):
            return super().dispatch_request()
        site: Site = self.config["SITE"]
        with site.lock:
            return super().dispatch_request()


def create_app(site: Site, extra_blueprints: Iterable[Blueprint] = ()) -> Flask:
    """REST of the site at /rest, and whatever else is to be reached under its address."""
    app = OneAtATime(__name__, static_folder=None)
    app.config["SITE"] = site
    app.json.sort_keys = False  # type: ignore[attr-defined]  # Flask's default provider has it
    app.url_map.strict_slashes = False
    for room in VERSIONED:
        app.register_blueprint(room, url_prefix="/rest/api/<any('2', '3', 'latest'):version>")
    app.register_blueprint(apps_rest, url_prefix="/rest/atlassian-connect")
    for blueprint in extra_blueprints:
        app.register_blueprint(blueprint)
    app.wsgi_app = below_gateway(app.wsgi_app, site)  # type: ignore[method-assign]  # as Flask says to
    app.url_value_preprocessor(_take_version)
    app.before_request(lambda: _before(site))
    app.after_request(lambda answer: _after(site, answer))
    app.register_error_handler(Refused, _refuse)
    app.register_error_handler(404, lambda error: _refuse(Refused(404, "null for uri: " + request.path)))
    return app


def below_gateway(app: WSGIApplication, site: Site) -> WSGIApplication:
    """Answer Forge's gateway, /ex/jira/<cloud id>, with the same REST."""
    gateway = f"/ex/jira/{site.cloud_id}"

    def answer(environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        if environ["PATH_INFO"].startswith(f"{gateway}/"):
            environ["PATH_INFO"] = environ["PATH_INFO"].removeprefix(gateway)
        return app(environ, start_response)

    return answer


def _take_version(endpoint: str | None, values: dict[str, str] | None) -> None:
    if values and "version" in values:
        version = values.pop("version")
        g.version = 2 if version == "2" else 3


def _before(site: Site) -> Response | None:
    if not request.path.startswith(REST):
        return None
    g.began = time.monotonic()
    fault = site.faults.before(request.method, request.path)
    if fault is not None:
        return fault
    if site.server and not request.path.startswith("/rest/api/2/"):
        raise Refused(404, "null for uri: " + request.path)
    g.caller = know_caller(int(site.wall()))
    TRACE.set(request.headers.get("X-Atlassian-Webhook-Trace"))
    return None


def _after(site: Site, answer: Response) -> Response:
    if not request.path.startswith(REST):
        return answer
    answer = site.faults.after(request.method, request.path, answer)
    account = g.caller.account if "caller" in g else None
    query = raw_url().partition("?")[2]
    TRACE.set(None)
    site.faults.note(Call(request.method, request.path, query, g.began, account, answer.status_code))
    return answer


def _refuse(refused: Refused) -> tuple[Response, int]:
    return jsonify({"errorMessages": refused.messages, "errors": {}}), refused.status
