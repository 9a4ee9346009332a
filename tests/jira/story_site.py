"""The stand-in Jira and Teachback side by side, the story sent by real requests.

with together(database_url, tickets=60) as both:
    both.page("dana", "GROW")
"""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from flask import Flask
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.config import Settings
from connector.container import EXTENSION, Container
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.tenants import select_digest, select_tenant_by_key
from mappings.records.privacy.account_columns import mask_engagement
from mappings.records.privacy.erasure import select_swap
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.transport import through_client
from tests.jira.delivery import Deliverer
from tests.jira.server import Running, serve
from tests.jira.site import Site
from tests.jira.story.story import Plan, engagement_file, plan, play, populate
from tests.rsgi import serve_front
from tests.upgraded import upgrade_copy
from webhooks.drain import drain_once
from webhooks.generations import measure_pending
from webhooks.inbox import open_intake

FORGE_APP = "ari:cloud:ecosystem::app/3a0b6c1e-5d3f-4b7a-9c39-7f0c2d1e8a11"
APP_URL = "http://127.0.0.1:8081"


@dataclass
class Clock:
    """One clock for both sides: the story's while it is told, afterwards whatever it is set to."""

    at: int | None = None

    def now(self) -> int:
        """Microseconds since 1970."""
        return time.time_ns() // 1000 if self.at is None else self.at

    def seconds(self) -> float:
        """The same in seconds, for tokens."""
        return self.now() / 1_000_000


@dataclass(repr=False)
class StorySite:
    """Both sides at work; `ids` gives the issue id of each ticket of the plan."""

    site: Site
    jira: Running
    app: Flask
    container: Container
    client: Client
    connected: AppOnSite
    deliverer: Deliverer
    story: Plan
    clock: Clock
    ids: dict[str, Any] = field(default_factory=dict)

    @property
    def tenant_id(self) -> int:
        """The tenant that the site became."""
        with self.container.reader.connect() as connection:
            tenant_by_key = select_tenant_by_key(connection, self.connected.client_key)
        assert tenant_by_key is not None
        return tenant_by_key.tenant_id

    def tell(self, until: int | None = None) -> None:
        """Play the story and send its events as webhooks."""
        self.ids = play(self.site, self.story, until=until, ids=self.ids or None)
        self.deliverer.settle()
        self.drain()

    def drain(self) -> None:
        """Take all that waits, and measure it."""
        while drain_once(self.container.engine, self.container.vault, self.clock.now()):
            pass

    def agree(self, key: str) -> None:
        """Apply one of the story's engagement files."""
        engagement = read_engagement(engagement_file(self.story, key))
        with self.container.engine.begin() as connection:
            swap = select_swap(
                connection, self.tenant_id, select_digest(connection, self.tenant_id, self.container.vault)
            )
            engagement = mask_engagement(engagement, swap) if swap else engagement
            named = engagement_hash(engagement)
            save_engagement(connection, self.tenant_id, engagement, named, now=self.clock.now(), by=None)
        measure_pending(self.container.engine, self.tenant_id, self.clock.now())

    def page(self, who: str, module: str, context: dict[str, str]) -> TestResponse:
        """Open a module's frame as Jira does for a person."""
        return self.client.get(self.connected.page_url(module, who, context), base_url=APP_URL)

    def ask(
        self, who: str, path: str, method: str = "GET", form: dict[str, str] | None = None, **query: str
    ) -> TestResponse:
        """Call the app from inside a frame, with a context token."""
        headers = {"Authorization": f"JWT {self.connected.context_token(who)}"}
        address = f"{path}?{urlencode(query)}" if query else path
        return self.client.open(address, method=method, headers=headers, data=form, base_url=APP_URL)


def settings_for(database_url: str, jira: str, keys: str) -> Settings:
    """Return the settings of an installation whose only Jira is the stand-in."""
    return Settings(
        base_url=APP_URL,
        database_url=database_url,
        secret_keys=(Fernet.generate_key().decode(),),
        connect_key_hosts=(keys,),
        jira_hosts=(jira,),
        connect_script=f"{jira}/connect/all.js",
        forge_app_id=FORGE_APP,
        forge_jwks_url=f"{keys}/.well-known/jwks.json",
        forge_api_url=jira,
    )


@contextmanager
def open_story_site(database_url: str, *, tickets: int = 60, seed: int = 7) -> Iterator[StorySite]:
    """Open both sides with the app installed and an empty story; everything is closed afterwards."""
    upgrade_copy(database_url)
    story = plan(seed, tickets=tickets)
    site, clock = Site("acme", "http://127.0.0.1:1"), Clock(story.end)
    site.wall = clock.seconds
    populate(site, story)
    keys, jira = KeyHost(), serve(site)
    host = keys.serve()
    app = create_app(settings_for(database_url, jira.url, host.url), clock=clock.now)
    app_container: Container = app.extensions[EXTENSION]
    intake = open_intake(app_container.engine)
    client = Client(serve_front(app, intake))
    connected = AppOnSite(site, keys, through_client(client, APP_URL))
    connected.install()
    story_site = StorySite(site, jira, app, app_container, client, connected, Deliverer(connected), story, clock)
    try:
        yield story_site
    finally:
        if hasattr(intake, "close"):
            intake.close()
        jira.stop()
        host.stop()
        app_container.engine.dispose()
        app_container.reader.dispose()
