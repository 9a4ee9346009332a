"""Line 4: the project page on many issues against the same page on few, with Jira's answer at hand."""

import time
from typing import Any
from urllib.parse import urlencode

from cryptography.fernet import Fernet
from sqlalchemy import Connection, text
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.config import Settings
from connector.container import EXTENSION, Container
from connector.jira.permission_cache import Question
from connector.pages.periods import quarters
from mappings.events.rest import read_issue
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.business_calendar import calendar_of
from mappings.records.agreement.engagements import save_engagement, select_engagements
from mappings.records.operations.tenants import insert_tenant, save_tenant, select_digest
from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.installation import Database
from tests.bench.large_tenant import Span, grow
from tests.bench.machine import opened, share, spread
from tests.connector.atlassian_signer import Site
from webhooks.generations import measure_pending
from webhooks.rest_intake import save_reads

PARTS = ("project", "next", "score")
"""The page, what comes after it, and the drawer of the score. Drawers of tickets list what they are asked for."""
Waits = tuple[float, float]
"""Milliseconds by the clock and of the processor."""


class Desk:
    """A person at the project page of an installation with as many issues as one likes."""

    def __init__(self, url: str, issues: int) -> None:
        plan = story.played_story()[0]
        self.now, self.key = plan.end, Fernet.generate_key().decode()
        self.vault = Vault((self.key,))
        self.signer = Site("client-of-the-bench", "https://growth.example", "a-secret-of-the-bench-" * 3)
        engagement = self.engagement = read_engagement(story.engagement_files()[0])
        self.account = engagement.leads["inhouse"][0]
        self.quarter = quarters(engagement, story.played_story()[0].clock.day(self.now))[0]
        with opened(url) as engine:
            with engine.begin() as connection:
                self.tenant_id = self._install(connection)
                digest = select_digest(connection, self.tenant_id, self.vault)
                save_engagement(
                    connection, self.tenant_id, engagement, engagement_hash(engagement), now=self.now, by=None
                )
            measure_pending(engine, self.tenant_id, self.now)
            reads = [read_issue(line, digest) for line in story.dump()]
            save_reads(engine, self.tenant_id, reads, digest=digest, started=self.now, now=self.now)
            with engine.begin() as connection:
                self._grow(connection, issues // len(reads))
                connection.exec_driver_sql("ANALYZE")
        self.client, self.house = self._open(url)

    def _install(self, connection: Connection) -> int:
        tenant_id = insert_tenant(
            connection, client_key=self.signer.client_key, site="growth.example", base_url=self.signer.base_url,
            display_url=None, platform="connect", state="installed", now=self.now, vault=self.vault,
        )  # fmt: skip
        secret = self.vault.encrypt(self.signer.secret.encode(), tenant_id=tenant_id, column="secret")
        save_tenant(connection, tenant_id, secret=secret)
        return tenant_id

    def _grow(self, connection: Connection, copies: int) -> None:
        """Repeat the story over the weeks of its engagement."""
        (stored,) = select_engagements(connection, self.tenant_id)
        assert stored.generation is not None
        calendar = calendar_of(stored.engagement.zone, stored.engagement.workflow.hours)
        first, today = story.played_story()[0].dates.first, calendar.day(self.now)
        span = Span(calendar, first, (today - first).days // 7 * 7)
        grow(connection, (self.tenant_id, stored.engagement.key, stored.generation), span, copies)

    def _open(self, url: str) -> tuple[Client, Container]:
        settings = Settings(
            base_url="https://teachback.example.com",
            database_url=url,
            secret_keys=(self.key,),
            jira_hosts=("growth.example",),
        )
        app = create_app(settings, clock=lambda: self.now)
        return Client(app, TestResponse), app.extensions[EXTENSION]

    def look(self, part: str) -> Waits:
        """Open the page, or a part of it, once."""
        project = self.project()
        address, headers = self._signed(part, project)
        question = Question(self.tenant_id, self.account, "project")
        self.house.browse._remember({(question, project): (self.now, True)})
        began, used = time.perf_counter(), time.thread_time()
        answer = self.client.get(address, headers=headers, buffered=True)
        waits = (time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000
        assert answer.status_code == 200, answer.status
        assert part != "project" or "Experiment" in answer.text, answer.text
        return waits

    def _signed(self, part: str, project: int) -> tuple[str, dict[str, str]]:
        """Return an address and headers: Jira signs the page's own address, what the page asks for has its token."""
        second = self.now // 1_000_000
        claims = {"iss": self.signer.client_key, "sub": self.account, "iat": second, "exp": second + 180}
        if part == "project":
            return self.signer.page(f"/pages/project?project.id={project}&project.key=GROW", **claims), {}
        query = {"engagement": self.engagement.key}
        if part == "score":
            query |= {"figure": "score", "from": str(self.quarter.first), "to": str(self.quarter.last)}
        return f"/pages/{part}?{urlencode(query)}", self.signer.context(**claims)

    def project(self) -> int:
        with self.house.reader.connect() as connection:
            return int(connection.execute(text("SELECT project_id FROM project WHERE key = 'GROW'")).scalar_one())

    def count(self, table: str) -> int:
        with self.house.reader.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    def leave(self) -> None:
        self.house.engine.dispose()
        self.house.reader.dispose()


def measure_pages(database: Database, *, few: int, many: int, looks: int) -> dict[str, Any]:
    """Return how long the page takes on both, looked at by turns, and the ratio of many to few in every ten looks.

    The first look of a week computes the figures about people, which a job does in the night before.
    """
    desks = [Desk(database.fresh(), number) for number in (few, many)]
    try:
        by_key: dict[str, Any] = {
            f"{size} {table}": desk.count(table)
            for size, desk in zip(SIZES, desks, strict=True)
            for table in ("measured", "day_sum", "evidence", "opportunity", "opportunity_sum", "open_ticket")
        }
        first = {
            f"{size} first look ms": round(desk.look("project")[1]) for size, desk in zip(SIZES, desks, strict=True)
        }
        by_key |= first
        for part in PARTS:
            by_key |= {f"{part} {name}": value for name, value in measure_part(desks, part, looks).items()}
    finally:
        for desk in desks:
            desk.leave()
    return by_key


def measure_part(desks: list[Desk], part: str, looks: int) -> dict[str, Any]:
    """Look at a part of both by turns."""
    for desk in desks:
        for _ in range(5):
            desk.look(part)
    return compare([[[desk.look(part) for _ in range(10)] for desk in desks] for _ in range(looks // 10)])


SIZES = ("few", "many")


def compare(rounds: list[list[list[Waits]]]) -> dict[str, Any]:
    """Return the medians of both desks and their ratios, by the clock and by the processor."""
    by_key: dict[str, Any] = {}
    for kind, name in enumerate(("ms", "processor_ms")):
        middles = [[share([look[kind] for look in looks], 0.5) for looks in pair] for pair in rounds]
        by_key |= {f"{size} {name}": spread(pair[place] for pair in middles) for place, size in enumerate(SIZES)}
        by_key[f"ratio {name}"] = spread(pair[1] / pair[0] for pair in middles)
    by_key["many p99 ms"] = round(share([look[0] for pair in rounds for look in pair[1]], 0.99), 1)
    return by_key
