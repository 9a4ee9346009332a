"""Line 4: the project page on many issues against the same page on few, with Jira's answer at hand."""

import random
import time
from collections import Counter
from datetime import timedelta
from typing import Any

from cryptography.fernet import Fernet
from msgspec.structs import astuple
from sqlalchemy import Connection, text
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.browse import Question
from connector.config import Settings
from connector.house import EXTENSION, House
from mappings.events.rest import read_issue
from mappings.formats.engagement import engagement_hash, read_engagement
from mappings.measure.ticket import DaySums
from mappings.records.engagements import save_engagement, select_engagements
from mappings.records.secrets import Vault
from mappings.records.sums import Key, save_sums, select_sums
from mappings.records.tenants import insert_tenant, save_tenant, select_digest
from tests.bench import story
from tests.bench.ground import Database
from tests.bench.machine import opened, share, spread
from tests.signing import Site
from webhooks.reading import save_reads
from webhooks.remeasuring import measure_waiting

WEEKS = 12
"""A copied ticket lies up to so many weeks before the story's: the sums fill the days of half a year and more."""

COPIED = {
    "issue": "tenant_id, issue_id + :step * n, key || '-' || n, project_id, project_key, parent_id, subtask, updated, "
    "read_started, complete, secured, summary, body",
    "entry": "tenant_id, engagement, generation, issue_id + :step * n, number, at, day, of_day, body",
    "measured": "tenant_id, engagement, generation, issue_id + :step * n, changing_until, retro_until, complete, "
    "failed, attempts, changed_at",
}
STEP = 10_000_000
SERIES = "WITH RECURSIVE series(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM series WHERE n < :copies) "


class Desk:
    """A person at the project page of an installation with as many issues as one likes."""

    def __init__(self, url: str, issues: int) -> None:
        plan = story.told()[0]
        self.now, self.key = plan.end, Fernet.generate_key().decode()
        self.vault = Vault((self.key,))
        self.signer = Site("client-of-the-bench", "https://growth.example", "a-secret-of-the-bench-" * 3)
        engagement = read_engagement(story.engagement_files()[0])
        self.account = engagement.leads["inhouse"][0]
        with opened(url) as engine:
            with engine.begin() as connection:
                self.tenant_id = self._install(connection)
                digest = select_digest(connection, self.tenant_id, self.vault)
                save_engagement(
                    connection, self.tenant_id, engagement, engagement_hash(engagement), now=self.now, by=None
                )
            measure_waiting(engine, self.tenant_id, self.now)
            reads = [read_issue(line, digest) for line in story.dump()]
            save_reads(engine, self.tenant_id, reads, digest=digest, started=self.now, now=self.now)
            with engine.begin() as connection:
                copy_tickets(connection, max(1, issues // len(reads)))
                self._multiply(connection, issues // len(reads) * len(reads))
                connection.exec_driver_sql("ANALYZE")
        self.client, self.house = self._open(url)

    def _install(self, connection: Connection) -> int:
        tenant_id = insert_tenant(
            connection, client_key=self.signer.client_key, site="growth.example", base_url=self.signer.base_url,
            display_url=None, door="connect", state="installed", now=self.now, vault=self.vault,
        )  # fmt: skip
        secret = self.vault.encrypt(self.signer.secret.encode(), tenant_id=tenant_id, column="secret")
        save_tenant(connection, tenant_id, secret=secret)
        return tenant_id

    def _multiply(self, connection: Connection, issues: int) -> None:
        """Spread the sums of the story's days over the weeks before, as often as there are issues."""
        (stored,) = select_engagements(connection, self.tenant_id)
        generation = stored.generation
        assert generation is not None
        first, last = story.told()[0].dates.first, story.told()[0].clock.day(self.now)
        rows = select_sums(connection, self.tenant_id, stored.engagement.key, generation, first, last)
        fills = {(name, day, of): sums for name, many in rows.items() for day, of, sums in many}
        picks = Counter(random.Random(7).choices([(k, w) for k in fills for w in range(WEEKS)], k=issues))
        more: dict[Key, DaySums] = {}
        for ((name, day, of), weeks), times in picks.items():
            back = timedelta(weeks=weeks)
            key = (name, max(first, day - back), max(first, of - back))
            added = DaySums(*(value * times for value in astuple(fills[name, day, of])))
            more[key] = more.get(key, DaySums()).plus(added)
        save_sums(connection, self.tenant_id, stored.engagement.key, generation, more)

    def _open(self, url: str) -> tuple[Client, House]:
        settings = Settings(
            base_url="https://teachback.example.com",
            database_url=url,
            secret_keys=(self.key,),
            jira_hosts=("growth.example",),
        )
        app = create_app(settings, clock=lambda: self.now)
        return Client(app, TestResponse), app.extensions[EXTENSION]

    def look(self) -> tuple[float, float]:
        """Open the page once; return the milliseconds by the clock and of the processor."""
        second = self.now // 1_000_000
        project = self.project()
        address = self.signer.page(
            f"/pages/project?project.id={project}&project.key=GROW",
            iss=self.signer.client_key, sub=self.account, iat=second, exp=second + 180,
        )  # fmt: skip
        question = Question(self.tenant_id, self.account, "project")
        self.house.browse._remember({(question, project): (self.now, True)})
        began, used = time.perf_counter(), time.thread_time()
        answer = self.client.get(address, buffered=True)
        waits = (time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000
        assert answer.status_code == 200, answer.status
        assert "Experiment" in answer.text, answer.text
        return waits

    def project(self) -> int:
        with self.house.reader.connect() as connection:
            return int(connection.execute(text("SELECT project_id FROM project WHERE key = 'GROW'")).scalar_one())

    def count(self, table: str) -> int:
        with self.house.reader.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())

    def leave(self) -> None:
        self.house.engine.dispose()
        self.house.reader.dispose()


def copy_tickets(connection: Connection, copies: int) -> None:
    """Repeat the story's tickets, their entries and what was measured of them; the page reads no body of these."""
    for table, columns in COPIED.items():
        query = f"INSERT INTO {table} {SERIES} SELECT {columns} FROM {table}, series"
        connection.execute(text(query), {"step": STEP, "copies": copies - 1}) if copies > 1 else None


def measure_pages(database: Database, *, few: int, many: int, looks: int) -> dict[str, Any]:
    """Return how long the page takes on both, looked at by turns, and the ratio of many to few in every ten looks."""
    desks = [Desk(database.fresh(), number) for number in (few, many)]
    try:
        for desk in desks:
            for _ in range(5):
                desk.look()
        rounds = [[[desk.look() for _ in range(10)] for desk in desks] for _ in range(looks // 10)]
        rows = {
            f"{size} {table}": desk.count(table)
            for size, desk in zip(SIZES, desks, strict=True)
            for table in ("measured", "day_sum")
        }
    finally:
        for desk in desks:
            desk.leave()
    return rows | compare(rounds)


SIZES = ("few", "many")
Looks = list[list[list[tuple[float, float]]]]


def compare(rounds: Looks) -> dict[str, Any]:
    """Return the medians of both desks and their ratios, by the clock and by the processor."""
    found: dict[str, Any] = {}
    for kind, name in enumerate(("ms", "processor_ms")):
        middles = [[share([look[kind] for look in looks], 0.5) for looks in pair] for pair in rounds]
        found |= {f"{size} {name}": spread(pair[place] for pair in middles) for place, size in enumerate(SIZES)}
        found[f"ratio {name}"] = spread(pair[1] / pair[0] for pair in middles)
    found["many p99 ms"] = round(share([look[0] for pair in rounds for look in pair[1]], 0.99), 1)
    return found
