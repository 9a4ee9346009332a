"""A database with one site in it and the story beside it: bodies go in, and the rows of figures come out."""

import json
import pickle
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from functools import cache
from itertools import count
from random import Random
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from connector.figures.prepared import select_prepared
from connector.figures.review import select_review
from connector.figures.scores import select_score
from mappings.events.rest import read_issue
from mappings.events.types import Digest, Instant, IssueRead
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.report.json_report import report
from mappings.formats.report.source import ReportSource, Row
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ticket import Ticket
from mappings.records.agreement.engagements import save_engagement, select_engagements
from mappings.records.facts.issues import select_tickets
from mappings.records.facts.rest_reads import save_enumerated
from mappings.records.figures.entries import select_period
from mappings.records.operations.dead_letters import DeadLetter, select_dead_letters
from mappings.records.operations.inbox import insert_statement, select_waiting
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.operations.tenants import insert_tenant, select_digest
from mappings.records.sql.engine import open_engine
from mappings.records.sql.scope import Scope
from mappings.records.sql.secrets import Vault
from tests.conftest import CopyFilled
from tests.jira.dump import issue_lines
from tests.jira.model import Emitted
from tests.jira.site import Site
from tests.jira.story.story import Ids, Plan, engagement_file, plan, play, populate
from webhooks.drain import drain_once
from webhooks.generations import measure_pending
from webhooks.measure import measure_issues
from webhooks.rest_intake import save_reads

KEYS = ("growth-acme", "growth-bolt")
KEY = Fernet.generate_key()
VAULT = Vault([KEY])
NAMES = (f"site{number}" for number in count(1))
MINUTE = 60_000_000
EVER = (date(2020, 1, 1), date(2040, 1, 1))
SCORED = date(2026, 11, 1)
"""Where the window of the score ends: some days before the story does."""


@dataclass
class SiteTenant:
    """One tenant of a database. `now` is the clock."""

    engine: Engine
    tenant_id: int
    now: Instant = 0

    def keep(self, bodies: Iterable[bytes | dict[str, Any]], start: str = "d") -> None:
        """Put bodies into the inbox, as the receiver does."""
        raw = [body if isinstance(body, bytes) else json.dumps(body).encode() for body in bodies]
        rows = [(self.tenant_id, f"{start}{n}", self.now, pack_body(body)) for n, body in enumerate(raw)]
        with self.engine.begin() as connection:
            connection.connection.cursor().executemany(insert_statement(self.engine), rows)

    def drain(self, limit: int = 200) -> int:
        """Drain until nothing waits; returns how many became dead letters."""
        dead = 0
        while (drained := drain_once(self.engine, VAULT, self.now, limit)) is not None:
            dead += drained.dead
        return dead

    def agree(self, *engagements: Engagement) -> None:
        """Apply engagements and measure them."""
        with self.engine.begin() as connection:
            for engagement in engagements:
                digest = engagement_hash(engagement)
                save_engagement(connection, self.tenant_id, engagement, digest, now=self.now, by=None)
        measure_pending(self.engine, self.tenant_id, self.now)

    def read_all(self, site: Site, *, size: int = 200, order: Random | None = None) -> None:
        """One reconcile: read every issue of the site by REST, `size` at once, and the listing of each project."""
        digest = self.digest()
        reads = [read_issue(line.encode(), digest) for line in issue_lines(site)]
        if order:
            order.shuffle(reads)
        for begin in range(0, len(reads), size):
            self.save(reads[begin : begin + size])
        for key, ids in listed(site, reads).items():
            with self.engine.begin() as connection:
                touched = save_enumerated(connection, self.tenant_id, key, ids, started=self.now)
                measure_issues(connection, self.tenant_id, touched, self.now)

    def save(self, reads: Sequence[IssueRead], *, at: Instant | None = None) -> None:
        """Save issues as REST gave them, the read begun `at` an instant or now."""
        started = self.now if at is None else at
        save_reads(self.engine, self.tenant_id, reads, digest=self.digest(), started=started, now=started)

    def digest(self) -> Digest:
        with self.engine.connect() as connection:
            return select_digest(connection, self.tenant_id, VAULT)

    def waiting(self) -> int:
        with self.engine.connect() as connection:
            return select_waiting(connection).deliveries

    def rows(self, query: str, **values: Any) -> list[tuple[Any, ...]]:
        with self.engine.connect() as connection:
            return [tuple(row) for row in connection.execute(text(query), {"t": self.tenant_id, **values})]

    def all_figures(self) -> dict[str, dict[str, list[tuple[Any, ...]]]]:
        return {key: self.figures(key) for key in KEYS}

    def letters(self) -> list[DeadLetter]:
        with self.engine.connect() as connection:
            return select_dead_letters(connection, self.tenant_id)

    def tickets(self, *issue_ids: int) -> dict[int, Ticket]:
        with self.engine.connect() as connection:
            return select_tickets(connection, self.tenant_id, issue_ids)

    def generation(self, key: str) -> int | None:
        with self.engine.connect() as connection:
            stored = select_engagements(connection, self.tenant_id)
        return next(
            stored_engagement.generation for stored_engagement in stored if stored_engagement.engagement.key == key
        )

    def report(self, key: str) -> dict[str, Any]:
        """The report over all time, with the score of a window of it, as `teachback report --format json` makes it."""
        with self.engine.connect() as connection:
            stored = next(s for s in select_engagements(connection, self.tenant_id) if s.engagement.key == key)
            assert stored.generation is not None
            period = select_period(Scope(connection, self.tenant_id, key, stored.generation), 0, 1 << 62)
            prepared = select_prepared(connection, self.tenant_id, stored)
            scores = select_score(connection, self.tenant_id, stored, prepared, end=SCORED, as_of=self.now)
        rows = [Row(row.issue_id, row.key, row.stored.entry, row.stored.handed) for row in period]
        return report(
            ReportSource(stored.engagement, stored.hash, *EVER, self.now, rows, rules=stored.rules, scores=scores)
        )

    def review(self, key: str, first: date, end: date, as_of: Instant | None = None) -> ReportSource:
        """All that the command, a page and a snapshot make their figures of a period from."""
        with self.engine.connect() as connection:
            stored = next(s for s in select_engagements(connection, self.tenant_id) if s.engagement.key == key)
            at = self.now if as_of is None else as_of
            return select_review(connection, self.tenant_id, stored, first=first, end=end, as_of=at)

    def figures(self, key: str) -> dict[str, list[tuple[Any, ...]]]:
        """Every row of figures of the generation that people see, as it is stored."""
        where = "tenant_id = :t AND engagement = :key AND generation = :g"
        values = {"key": key, "g": self.generation(key)}
        by_key = {
            name: self.rows(f"SELECT {names} FROM {name} WHERE {where}", **values) for name, names in FIGURES.items()
        }
        return {name: sorted((tuple(map(plain, row)) for row in rows), key=repr) for name, rows in by_key.items()}


FIGURES = {
    "entry": "issue_id, number, at, day, of_day, body",
    "evidence": "objective, account, issue_id, entry, kind, at, body",
    "day_sum": "unit, objective, day, of_day, agency, other, inhouse, gatekeeper, unknown, conflict, done_only, "
    "taught, handed_over, own, tickets, unsized, n, w, w2",
    "opportunity": "issue_id, number, component, objective, account, at, known, gone, x",
    "opportunity_sum": "component, objective, account, day, known_day, gone_day, n, x",
    "credit_sum": "objective, account, day, shares, n, weight",
    "credit_hour_sum": "objective, account, hour, shares, n, weight",
    "measured": "issue_id, changing_until, retro_until, complete, failed",
}


def plain(value: Any) -> Any:
    """A value as both databases give it."""
    return bytes(value) if isinstance(value, bytes | memoryview) else str(value)


def listed(site: Site, reads: Iterable[IssueRead]) -> dict[str, list[int]]:
    names: dict[str, list[int]] = {project.key: [] for project in site.projects.values()}
    for read in reads:
        names[read.issue.project_key or ""].append(read.issue.issue_id)
    return names


def add_site_tenant(engine: Engine, now: Instant = 0) -> SiteTenant:
    """One more site in a database."""
    name = next(NAMES)
    with engine.begin() as connection:
        tenant_id = insert_tenant(
            connection, client_key=name, site=f"{name}.example", base_url=f"https://{name}.example", display_url=None,
            platform="connect", state="installed", now=now, vault=VAULT,
        )  # fmt: skip
    return SiteTenant(engine, tenant_id, now)


@contextmanager
def open_site_tenants(url: str, *, now: Instant = 0, sites: int = 1) -> Iterator[list[SiteTenant]]:
    """Sites of one database, each a tenant of its own."""
    engine = open_engine(url)
    yield [add_site_tenant(engine, now) for _ in range(sites)]
    engine.dispose()


@dataclass(frozen=True)
class PlayedStory:
    """A story that was played: its plan, the site as it is at the end, and every event on the way."""

    story: Plan
    site: Site
    ids: Ids
    events: tuple[Emitted, ...]
    agreed: tuple[Engagement, ...]

    def bodies(self) -> list[bytes]:
        return [json.dumps(event.body, ensure_ascii=False).encode() for event in self.events]

    def engagements(self) -> list[Engagement]:
        return list(self.agreed)


@cache
def _saved_story(tickets: int) -> tuple[Plan, tuple[Engagement, ...], bytes]:
    # Played once: a copy of the site costs a tenth of playing it again.
    story = plan(tickets=tickets)
    site = Site("Growth", "https://growth.example")
    site.jitter = (0, 0)
    populate(site, story)
    ids = play(site, story)
    events = tuple(event for event in site.events if event.name != "user_deleted")
    agreed = tuple(read_engagement(engagement_file(story, key)) for key in KEYS)
    return story, agreed, pickle.dumps((site, ids, events))


def own_story(tickets: int) -> PlayedStory:
    """A story that was played, on a site which a test may change.

    Its webhooks are stamped at the very instant of what they tell; a test puts them off by itself.
    That of the account that was closed is left out: each site gives whom it erases another pseudonym.
    """
    story, agreed, saved = _saved_story(tickets)
    site, ids, events = pickle.loads(saved)
    return PlayedStory(story, site, ids, events, agreed)


@cache
def played_story(tickets: int = 600) -> PlayedStory:
    """The same for all tests that change nothing of it."""
    return own_story(tickets)


def small() -> PlayedStory:
    """The story with each scene about once: 101 tickets."""
    return played_story(30)


def fill_agreed(url: str) -> int:
    """Fill a database with a site that agreed on the small story's engagements; return the tenant."""
    return fill_with(url, lambda site_tenant: site_tenant.agree(*small().engagements()))


def fill_half(url: str) -> int:
    """The same, with the first half of the story's webhooks drained."""
    return fill_with(
        url, lambda site_tenant: agree_and_drain(site_tenant, small().bodies()[: len(small().events) // 2])
    )


def fill_drained(url: str) -> int:
    """The same, with all of its webhooks drained."""
    return fill_with(url, lambda site_tenant: agree_and_drain(site_tenant, small().bodies()))


def fill_with(url: str, fill: Callable[[SiteTenant], Any], *, now: Instant = 0) -> int:
    """Fill a database with a site, at an instant or the story's end; return the tenant."""
    with open_site_tenants(url, now=now or small().story.end) as [site_tenant]:
        fill(site_tenant)
        return site_tenant.tenant_id


def agree_and_drain(site_tenant: SiteTenant, bodies: list[bytes], *engagements: Engagement) -> None:
    site_tenant.agree(*(engagements or small().engagements()))
    site_tenant.keep(bodies)
    site_tenant.drain()


@contextmanager
def filled(url: str, tenant_id: int, *, now: Instant = 0) -> Iterator[SiteTenant]:
    """The site of a database that was filled."""
    engine = open_engine(url)
    yield SiteTenant(engine, tenant_id, now or small().story.end)
    engine.dispose()


@contextmanager
def copied(copy_filled: CopyFilled, fill: Callable[[str], int], *, now: Instant = 0) -> Iterator[SiteTenant]:
    """The site of a copy of the database that a function fills."""
    url, tenant_id = copy_filled(fill)
    with filled(url, tenant_id, now=now) as site_tenant:
        yield site_tenant


Figures = dict[str, dict[str, list[tuple[Any, ...]]]]
FiguresOf = Callable[[Callable[[str], int]], Figures]


def bodies_but(unwanted: Callable[[Any], bool]) -> list[bytes]:
    """The small story's bodies without those that the condition holds for."""
    return [raw for raw in small().bodies() if not unwanted(json.loads(raw))]
