"""An installed app: Teachback's whole web process, entered as Jira and its people enter it, and what its log said."""

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from io import BytesIO
from typing import Any

from cryptography.fernet import Fernet
from flask import Blueprint, Flask, request
from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from connector.app import BLUEPRINTS, create_app
from connector.config import Settings
from connector.container import EXTENSION, Container
from connector.web.gate import CONTEXT, PAGE, Rule, caller
from mappings.records.operations.inbox_bodies import unpack_body
from tests.connector.atlassian_signer import BASE, NOW, Atlassian, Site, header
from tests.rsgi import serve_front
from webhooks.inbox import open_intake

SECOND = 1_000_000
KEY = Fernet.generate_key().decode()
ACME = Site()
GLOBEX = Site("client-globex", "https://globex.atlassian.net", "globex-secret-" * 3, "712020:member-of-globex")
PAGE_URL = "/test/page?projectId=10&projectKey=GROW"
XHR_URL = "/test/xhr"


def probe_routes() -> tuple[Blueprint, dict[str, Rule]]:
    """A page and a call of its frame that say who came in, and a route that somebody forgot to list."""
    blueprint = Blueprint("test", __name__, url_prefix="/test")

    def say() -> dict[str, Any]:
        request.get_data()
        return {"tenant": caller().tenant_id, "account": caller().account, "kind": caller().kind}

    blueprint.get("/page", endpoint="page")(say)
    blueprint.route("/xhr", endpoint="xhr", methods=["GET", "POST"])(say)
    blueprint.get("/forgotten", endpoint="forgotten")(lambda: {"secret": "of everybody"})
    return blueprint, {"test.page": PAGE, "test.xhr": CONTEXT}


@dataclass
class InstalledApp:
    """The way in: `get`, `post`, `deliver`; and what came of it."""

    app: Flask
    container: Container
    client: Client
    atlassian: Atlassian
    log: Any
    clock: list[int] = field(default_factory=lambda: [NOW])

    def get(self, url: str, headers: dict[str, str] | None = None, **options: Any) -> TestResponse:
        return self.client.get(url, headers=headers, buffered=True, **options)

    def post(self, url: str, headers: dict[str, str] | None = None, body: Any = None, **options: Any) -> TestResponse:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        return self.client.post(
            url, headers=headers, data=raw, content_type="application/json", buffered=True, **options
        )

    def lifecycle(self, site: Site, event: str, *, body: dict[str, Any] | None = None, **claims: Any) -> TestResponse:
        """A call signed by Atlassian for `site`; `body` changes fields of the body, `claims` the token."""
        token = self.atlassian.token(site, event, **claims)
        return self.post(f"/connect/{event}", header(token), site.body(event, **(body or {})))

    def install(self, site: Site, *, body: dict[str, Any] | None = None, **claims: Any) -> TestResponse:
        return self.lifecycle(site, "installed", body=body, **claims)

    def deliver(self, site: Site, body: bytes = b'{"webhookEvent": "x"}', **claims: Any) -> TestResponse:
        """A webhook; `named` is Jira's key of the delivery."""
        named = claims.pop("named", None)
        headers = site.machine("POST", "/webhooks/jira", **claims)
        if named is not None:
            headers["X-Atlassian-Webhook-Identifier"] = named
        return self.post("/webhooks/jira", headers, body)

    def raw(self, environ: dict[str, Any]) -> int:
        """The status of a call as a server hands it over."""
        started: list[str] = []
        base = {"REQUEST_METHOD": "POST", "PATH_INFO": "/webhooks/jira", "QUERY_STRING": "", "wsgi.input": BytesIO()}
        list(self.client.application({**base, **environ}, lambda status, _: started.append(status)))
        return int(started[0][:3])

    def last_status(self) -> int:
        """The status of the last call that the log has."""
        return next((record.status for record in reversed(self.log.records) if hasattr(record, "status")), 0)

    def codes(self) -> list[str]:
        """Why calls were refused, as the log has it."""
        return [record.code for record in self.log.records if hasattr(record, "code")]

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        """What the database holds."""
        with self.container.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def state(self, site: Site) -> str:
        issue_rows = self.rows("SELECT state FROM tenant WHERE client_key = :key", key=site.client_key)
        return str(issue_rows[0][0]) if issue_rows else "unknown"

    def waiting(self) -> list[tuple[Any, ...]]:
        rows = self.rows(
            "SELECT t.client_key, i.dkey, i.body FROM inbox i JOIN tenant t USING (tenant_id) ORDER BY 1, 2"
        )
        return [(key, name, unpack_body(bytes(body))) for key, name, body in rows]

    def secret(self, site: Site) -> str:
        """The secret that is in force for a site."""
        self.container.tenants.forget(site.client_key)
        known = self.container.tenants.find(site.client_key)
        return known.secret if known else ""


@contextmanager
def open_installed_app(
    url: str, log: Any, *, settings: Settings | None = None, fresh: bool = True
) -> Iterator[InstalledApp]:
    """The app on a database; with `fresh` two sites install it by their own requests."""
    atlassian, clock = Atlassian(audience=settings.base_url if settings else BASE), [NOW]
    chosen = replace(settings or Settings(base_url=BASE), database_url=url, secret_keys=(KEY,))
    app = create_app(
        chosen, clock=lambda: clock[0] * SECOND, fetch=atlassian.fetch, blueprints=[*BLUEPRINTS, probe_routes()]
    )
    app_container, intake = app.extensions[EXTENSION], open_intake(app.extensions[EXTENSION].engine)
    installed_app = InstalledApp(
        app, app_container, Client(serve_front(app, intake), TestResponse), atlassian, log, clock
    )
    log.set_level(logging.INFO)
    for site in (ACME, GLOBEX) if fresh else ():
        assert installed_app.install(site).status_code == 204
        assert installed_app.post("/connect/enabled", site.machine("POST", "/connect/enabled"), {}).status_code == 204
    log.clear()
    yield installed_app
    intake.close()
    app_container.engine.dispose()
    app_container.reader.dispose()
