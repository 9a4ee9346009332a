"""The Flask application of the web process: settings, database, authentication, blueprints, errors, headers, logs."""

import logging
import time
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias
from wsgiref.types import StartResponse, WSGIEnvironment

from flask import Blueprint, Flask, Response, g, request
from sqlalchemy import Engine
from werkzeug.exceptions import NotFound
from werkzeug.routing import Map

from connector import body_limits
from connector.auth.forge_keys import ForgeKeys
from connector.auth.guess_limit import GuessLimit
from connector.auth.public_keys import PublicKeys
from connector.auth.tenant_cache import TenantCache
from connector.config import Settings, require_web_settings
from connector.container import EXTENSION, Container, now
from connector.figures.program.cache import ProgramCache
from connector.jira.client import fetch_document
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache
from connector.jira.rate_limits import Limits
from connector.logs import limit_library_logs
from connector.pages import live
from connector.pages.admin import retention as admin_retention
from connector.pages.admin import views as admin
from connector.pages.agency import asks as agency_asks
from connector.pages.agency import dispute as agency_dispute
from connector.pages.agency import views as agency
from connector.pages.drawer import disputes, evidence
from connector.pages.drawer import views as drawer
from connector.pages.gadget import views as gadget
from connector.pages.gatekeeping import views as gatekeeping
from connector.pages.history import views as history
from connector.pages.learning import summary as learning_summary
from connector.pages.learning import views as learning
from connector.pages.objectives import views as objectives
from connector.pages.panel import views as panel
from connector.pages.program import views as program
from connector.pages.program_review import views as program_review
from connector.pages.project import next_tickets
from connector.pages.project import views as project
from connector.pages.project import waiting_views as waiting
from connector.pages.review import asks as review_asks
from connector.pages.review import views as review
from connector.pages.sample import views as sample
from connector.pages.sample.requests import add_sample
from connector.pages.settings import trial as settings_trial_pages
from connector.pages.settings import views as settings_pages
from connector.pages.setup import direct as setup_direct_pages
from connector.pages.setup import effects as setup_effects
from connector.pages.setup import people_views as setup_people
from connector.pages.setup import views as setup
from connector.pages.tickets import acts as selected
from connector.pages.tickets import dispute as listed_disputes
from connector.pages.tickets import views as tickets
from connector.pages.together import room
from connector.pages.together import views as together
from connector.platforms.connect import views as connect
from connector.platforms.direct import signed_links
from connector.platforms.forge import views as forge
from connector.traces import trace_statements
from connector.web import gate, metrics, status
from connector.web.errors import register_errors
from connector.web.front import Front
from connector.web.gate import Rule
from connector.web.input_text import require_plain_input
from connector.web.language import choose_language, label_language, register_languages
from connector.web.request_ids import use_request_id
from connector.web.security_headers import secure
from connector.web.static_comments import send_without_comments
from mappings.events.types import Instant
from mappings.records.operations.public_keys import FORGE, install_key, save_public_key, select_public_key
from mappings.records.sql.engine import open_engine
from mappings.records.sql.secrets import Vault
from webhooks.receive import SaveDelivery

log = logging.getLogger(__name__)

# Where an application keeps the rules of its routes, for the front.
ROUTES = "teachback.routes"

Fetch: TypeAlias = Callable[[str], str | None]
BlueprintRoutes: TypeAlias = tuple[Blueprint, Mapping[str, Rule]]

BLUEPRINTS: tuple[BlueprintRoutes, ...] = (
    (status.blueprint, gate.PUBLIC),
    (connect.blueprint, gate.LIFECYCLE),
    (signed_links.blueprint, signed_links.ROUTES),
    (metrics.blueprint, metrics.ROUTES),
    (project.blueprint, project.ROUTES),
    (waiting.blueprint, waiting.ROUTES),
    (drawer.blueprint, drawer.ROUTES),
    (evidence.blueprint, evidence.ROUTES),
    (disputes.blueprint, disputes.ROUTES),
    (panel.blueprint, panel.ROUTES),
    (live.blueprint, live.ROUTES),
    (next_tickets.blueprint, next_tickets.ROUTES),
    (objectives.blueprint, objectives.ROUTES),
    (learning.blueprint, learning.ROUTES),
    (learning_summary.blueprint, learning_summary.ROUTES),
    (agency.blueprint, agency.ROUTES),
    (agency_dispute.blueprint, agency_dispute.ROUTES),
    (agency_asks.blueprint, agency_asks.ROUTES),
    (together.blueprint, together.ROUTES),
    (history.blueprint, history.ROUTES),
    (review.blueprint, review.ROUTES),
    (review_asks.blueprint, review_asks.ROUTES),
    (room.blueprint, room.ROUTES),
    (tickets.blueprint, tickets.ROUTES),
    (selected.blueprint, selected.ROUTES),
    (listed_disputes.blueprint, listed_disputes.ROUTES),
    (program.blueprint, program.ROUTES),
    (program_review.blueprint, program_review.ROUTES),
    (gatekeeping.blueprint, gatekeeping.ROUTES),
    (gadget.blueprint, gadget.ROUTES),
    (setup.blueprint, setup.ROUTES),
    (setup_people.blueprint, setup_people.ROUTES),
    (setup_effects.blueprint, setup_effects.ROUTES),
    (sample.blueprint, sample.ROUTES),
    (settings_pages.blueprint, settings_pages.ROUTES),
    (settings_trial_pages.blueprint, settings_trial_pages.ROUTES),
    (setup_direct_pages.blueprint, setup_direct_pages.ROUTES),
    (admin.blueprint, admin.ROUTES),
    (admin_retention.blueprint, admin_retention.ROUTES),
    (forge.blueprint, forge.ROUTES),
)


def create_app(
    settings: Settings,
    *,
    clock: Callable[[], Instant] = now,
    fetch: Fetch = fetch_document,
    blueprints: Iterable[BlueprintRoutes] = BLUEPRINTS,
) -> Flask:
    """Return the Flask application. Raises SettingError where a setting is missing, StoreError without a database.

    `fetch` gets Atlassian's keys from an address; `blueprints` come each with the rules of its routes.
    """
    require_web_settings(settings)
    limit_library_logs()
    app = Application("connector", static_folder="static", template_folder="pages/templates")
    app.config["MAX_CONTENT_LENGTH"] = body_limits.FORM
    app.json.sort_keys = False  # type: ignore[attr-defined]  # the default provider's, which we keep
    app.extensions[EXTENSION] = build_container(settings, clock, fetch)
    app.extensions[ROUTES] = register_blueprints(app, blueprints)
    add_gate(app, app.extensions[ROUTES])
    add_sample(app)
    register_languages(app)
    register_errors(app)
    return app


class RouteMap(Map):
    """Addresses as they are written: one with `//` in it is unknown, and never sent on to a host that it names."""

    def __init__(self, *, host_matching: bool = False) -> None:
        super().__init__(host_matching=host_matching, merge_slashes=False)


class Application(Flask):
    """Flask without redirects of its own, and without hidden files among the static ones."""

    url_map_class = RouteMap  # type: ignore[assignment]  # Flask declares the class itself, not a kind of it

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a request, which has an id from here on. Called for one that came without the front, too."""
        with use_request_id(environ):
            return super().wsgi_app(environ, start_response)

    def send_static_file(self, filename: str) -> Response:
        """Send a file of the static folder. Raises NotFound for one whose path has a part that begins with a dot."""
        if any(part.startswith(".") for part in filename.split("/")):
            raise NotFound
        return send_without_comments(filename, super().send_static_file(filename))


def open_front(app: Flask, save: SaveDelivery) -> Front:
    """Return what a server serves: the asynchronous front of `app`; `save` stores the webhooks that it receives."""
    return Front(app, app.extensions[ROUTES], save)


def build_container(settings: Settings, clock: Callable[[], Instant], fetch: Fetch = fetch_document) -> Container:
    engine, reader = open_engine(settings.database_url), open_engine(settings.database_url, read_only=True)
    trace_statements(engine)
    trace_statements(reader)
    vault = Vault(settings.secret_keys)
    return Container(
        settings=settings,
        engine=engine,
        reader=reader,
        vault=vault,
        clock=clock,
        tenants=TenantCache(reader, vault, clock),
        keys=open_install_keys(settings, engine, reader, clock, fetch=fetch),
        forge_keys=open_forge_keys(settings, engine, reader, clock, fetch=fetch),
        names=DisplayNameCache(clock),
        browse=PermissionCache(clock),
        limits=Limits(engine, reader, clock, quota=settings.hourly_points),
        guesses=GuessLimit(clock),
        program=ProgramCache(),
    )


def open_install_keys(
    settings: Settings, engine: Engine, reader: Engine, clock: Callable[[], Instant], *, fetch: Fetch
) -> PublicKeys:
    def load(kid: str) -> str | None:
        with reader.connect() as connection:
            return select_public_key(connection, install_key(kid))

    def save(kid: str, pem: str) -> None:
        with engine.begin() as connection:
            save_public_key(connection, install_key(kid), pem, clock())

    return PublicKeys(settings.connect_key_hosts, fetch, clock, load=load, save=save)


def open_forge_keys(
    settings: Settings, engine: Engine, reader: Engine, clock: Callable[[], Instant], *, fetch: Fetch
) -> ForgeKeys:
    def load() -> str | None:
        with reader.connect() as connection:
            return select_public_key(connection, FORGE)

    def save(key_set: str) -> None:
        with engine.begin() as connection:
            save_public_key(connection, FORGE, key_set, clock())

    return ForgeKeys(settings.forge_jwks_url, fetch, clock, load=load, save=save)


def register_blueprints(app: Flask, blueprints: Iterable[BlueprintRoutes]) -> Mapping[str, Rule]:
    routes: dict[str, Rule] = {}
    for blueprint, rules in blueprints:
        app.register_blueprint(blueprint)
        routes |= rules
    return routes


def add_gate(app: Flask, routes: Mapping[str, Rule]) -> None:
    container: Container = app.extensions[EXTENSION]

    @app.before_request
    def begin() -> None:
        g.began = time.monotonic()
        choose_language()
        gate.check(routes)
        require_plain_input(request)

    @app.after_request
    def end(response: Response) -> Response:
        log_request(response)
        label_language(response)
        return secure(response, container.settings)


def log_request(response: Response) -> None:
    # Log a request by its route's name, not its address, which may hold a token.
    log.info(
        "request",
        extra={
            "route": request.endpoint or "none",
            "method": request.method if request.method in METHODS else "other",
            "status": response.status_code,
            "ms": round((time.monotonic() - g.get("began", time.monotonic())) * 1000, 1),
            **({"tenant_id": g.tenant.tenant_id} if "tenant" in g else {}),
        },
    )


METHODS = frozenset({"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"})
