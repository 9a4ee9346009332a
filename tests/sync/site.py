"""A site with the story on it and a tenant that reads it by REST, over real sockets and with no webhook."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from connector.jira.client import JiraClient, JiraError, Signature
from connector.sync.catch_up import read_marked
from connector.sync.listings import Asked, turn_history
from connector.sync.source import Source
from connector.sync.steps import step_history, step_night, step_others, step_recent
from mappings.records.sql.engine import open_engine
from tests.conftest import CopyFilled
from tests.jira.apps.signed_calls import an_app
from tests.jira.model import Installed
from tests.jira.server import serve
from tests.jira.site import Site
from tests.webhooks.site import PlayedStory, SiteTenant, add_site_tenant, own_story
from webhooks.generations import measure_pending

HOUR = 3600 * 1_000_000


class ProcessKilled(BaseException):
    """The process ends here: nothing catches it."""


@dataclass
class SyncedSite:
    """One tenant that reads one site; `site_tenant` holds what came of it."""

    site_tenant: SiteTenant
    site: Site
    app: Installed
    url: str
    shift: int = 0
    before: int = 0
    kill: Callable[[], None] = lambda: None
    meanwhile: Callable[[str], None] = lambda name: None
    """Called before each request, with the name of the library's method."""
    heard: int = 0

    def source(self) -> Source:
        """A source as a process makes it anew when it starts."""
        signature = Signature(self.url, self.app.key, self.app.secret, lambda: time.time_ns() // 1000)
        jira = JiraClient(self.url, signature, (self.url,))
        ask = jira._ask

        def counted(*args: Any, **options: Any) -> Any:
            self.kill()
            self.meanwhile(args[0].__name__)
            return ask(*args, **options)

        jira._ask = counted  # type: ignore[method-assign]  # the only place where a call can be ended from outside
        return Source(self.site_tenant.engine, self.site_tenant.tenant_id, self.site_tenant.digest(), jira, self.tick)

    def tick(self) -> int:
        """The clock as Teachback sees it; it may be killed while it looks, in the midst of a transaction too."""
        self.kill()
        return self.now()

    def now(self) -> int:
        return self.site_tenant.now + self.shift

    def projects(self) -> list[str]:
        return sorted(project.key for project in self.site.projects.values())

    def backfill(self) -> None:
        """Read the history of all projects; whatever Jira refuses is tried again at once."""
        self.until_through(lambda source: step_history(source, self.projects()))

    def reconcile(self) -> None:
        """One whole reconcile: what changed, the night's look, worklogs, and what was marked."""
        for step in (
            lambda source: step_recent(source, self.now()),
            lambda source: step_night(source, self.now()),
            lambda source: step_others(source, self.now()),
            read_marked,
        ):
            self.until_through(step)
        measure_pending(self.site_tenant.engine, self.site_tenant.tenant_id, self.now())

    def until_through(self, step: Callable[[Source], bool]) -> None:
        source, left = self.source(), 2000
        while left := left - 1:
            self.shift += 1_000_000
            self.before = len(self.site.faults.calls)
            try:
                if not step(source):
                    return
            except JiraError as error:
                if error.permanent:
                    raise
        raise AssertionError("it never ends")

    def listen(self) -> None:
        """From now on the site's events are kept, for `hear` to deliver."""
        self.heard, self.site.recording = len(self.site.events), True

    def hear(self, *names: str) -> None:
        """Deliver the events since then (only those of some names, if any), as webhooks."""
        fresh = [event for event in self.site.events[self.heard :] if not names or event.name in names]
        self.site_tenant.keep([json.dumps(event.body).encode() for event in fresh], start=f"after {self.heard} ")
        self.heard = len(self.site.events)
        assert self.site_tenant.drain() == 0

    def calls(self, path: str) -> int:
        """How often a path was asked for."""
        return len(self.site.faults.calls_of(path=path))

    def known(self) -> dict[int, str]:
        """Every issue that is kept, with its key."""
        return dict(self.site_tenant.rows("SELECT issue_id, key FROM issue WHERE tenant_id = :t"))

    def asked(self) -> Counter[str]:
        """Requests by method, path, query and body's place: what was asked more than once is above 1."""
        return Counter(f"{call.method} {call.path}?{call.query}" for call in self.site.faults.calls)


def fill_by_backfill(url: str) -> tuple[int, int]:
    """Fill a database with the small story as a backfill reads it; return the tenant, and how long that took."""
    with open_synced_site(url, own_story(30)) as made:
        made.backfill()
        return made.site_tenant.tenant_id, made.shift


@contextmanager
def backfilled(copy_filled: CopyFilled) -> Iterator[SyncedSite]:
    """A small story that is read already, on a site which a test may change."""
    url, (tenant_id, shift) = copy_filled(fill_by_backfill)
    with open_synced_site(url, own_story(30), tenant_id=tenant_id) as copied:
        copied.shift = shift
        yield copied


@contextmanager
def open_synced_site(url: str, of: PlayedStory, *, tenant_id: int | None = None) -> Iterator[SyncedSite]:
    """A tenant with the story's engagements and nothing else, or one that has them, and a site with the whole story."""
    engine = open_engine(url)
    running = serve(of.site)
    of.site.wall = time.time
    of.site.faults.clear()
    of.site.clock = None
    app = next(iter(of.site.apps.values()), None) or an_app(of.site)
    at = of.story.end + HOUR
    site_tenant = add_site_tenant(engine, at) if tenant_id is None else SiteTenant(engine, tenant_id, at)
    synced_site = SyncedSite(site_tenant, of.site, app, running.url)
    of.site.clock = synced_site.now
    if tenant_id is None:
        site_tenant.agree(*of.engagements())
    try:
        yield synced_site
    finally:
        running.stop()
        of.site.clock = None
        engine.dispose()


def turn(source: Source, project: str, state: Asked) -> bool:
    """Pause, go on with, or cancel the history of a project, as an admin does."""
    with source.engine.begin() as connection:
        return turn_history(connection, source.tenant_id, project, state)
