"""Teachback on a site that has its Forge app: entered as Forge and its people enter it, with a database of its own."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Flask
from sqlalchemy import text
from werkzeug.test import Client

from connector.app import create_app
from connector.container import EXTENSION, Container
from connector.figures.review import select_review
from connector.jobs.runner import JobRunner
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.report.json_report import report, report_bytes
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.jobs import save_due
from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.transport import through_client
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL, FORGE_APP, StorySite, settings_for
from tests.rsgi import serve_front
from tests.upgraded import upgrade_copy
from webhooks.drain import drain_once
from webhooks.generations import measure_pending
from webhooks.inbox import open_intake

SECOND = 1_000_000
READING = ("sync", "reread", "reconcile")


@dataclass(repr=False)
class ForgeSite:
    """One installation of the app by Forge, on the site of `story_site`."""

    story_site: StorySite
    app: Flask
    container: Container
    client: Client
    forge: ForgeOnSite

    @property
    def tenant_id(self) -> int:
        (row,) = self.rows("SELECT tenant_id FROM forge_installation WHERE removed_at IS NULL")
        return int(row[0])

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.container.reader.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), values)]

    def agree(self, key: str) -> None:
        """Apply one of the story's engagement files."""
        engagement = read_engagement(engagement_file(self.story_site.story, key))
        with self.container.engine.begin() as connection:
            named = engagement_hash(engagement)
            save_engagement(connection, self.tenant_id, engagement, named, now=self.story_site.clock.now(), by=None)
        measure_pending(self.container.engine, self.tenant_id, self.story_site.clock.now())

    def drain(self) -> None:
        while drain_once(self.container.engine, self.container.vault, self.story_site.clock.now()):
            pass

    def read(self, *jobs: str) -> None:
        """Run the jobs that read Jira, until none has more to do."""
        runner = JobRunner(self.container)
        runner.insert_missing()
        for name in jobs or READING:
            with self.container.engine.begin() as connection:
                save_due(connection, self.tenant_id, name, self.story_site.clock.now())
            while (
                done := runner.run_now(self.tenant_id, name)
            ) is not None and done.due_at <= self.story_site.clock.now():
                assert done.message is None, done
        self.drain()
        measure_pending(self.container.engine, self.tenant_id, self.story_site.clock.now())

    def page(self, account: str, address: str, module: str = "teachback-project", **query: str) -> dict[str, Any]:
        """Ask for a page from the project page of GROW."""
        path = f"{address}?{urlencode(query)}" if query else address
        return self.forge.ui(account, module, path, self.project_extension())

    def project_extension(self) -> Mapping[str, Any]:
        project = self.story_site.site.project("GROW")
        return {"project": {"id": str(project.id), "key": "GROW", "type": "software"}}


def report_of(container: Container, tenant_id: int, key: str, as_of: int) -> bytes:
    """The report of the whole story, as `teachback report` prints it."""
    with container.reader.connect() as connection:
        stored = select_engagement(connection, tenant_id, key)
        assert stored is not None
        first, end = date(2020, 1, 1), date(2030, 1, 1)
        return report_bytes(report(select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)))


@contextmanager
def forge_site(story_site: StorySite, url: str, **options: Any) -> Iterator[ForgeSite]:
    """Open Teachback on a database of its own, and give the site its Forge app."""
    upgrade_copy(url)
    settings = settings_for(url, story_site.jira.url, story_site.container.settings.connect_key_hosts[0])
    app = create_app(settings, clock=story_site.clock.now)
    container: Container = app.extensions[EXTENSION]
    intake = open_intake(container.engine)
    client = Client(serve_front(app, intake))
    send = through_client(client, APP_URL)
    forge = ForgeOnSite(story_site.site, story_site.connected.keys, send, FORGE_APP, story_site.jira.url, **options)
    assert forge.install().status == 202
    try:
        yield ForgeSite(story_site, app, container, client, forge)
    finally:
        story_site.site.unsubscribe(forge.take)
        intake.close()
        container.engine.dispose()
        container.reader.dispose()
