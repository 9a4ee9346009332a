"""Each page on many issues against the same page on few, with Jira's answers at hand: one line for each."""

import time
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, fields
from datetime import timedelta
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlencode

from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.auth.tenant_cache import CachedTenant
from connector.commands.collector import freeze_startup
from connector.config import Settings
from connector.container import EXTENSION, Container
from connector.jira.client import JiraClient
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache
from connector.jira.request_auth import Signature
from connector.jira.users import Profile
from connector.pages.periods import quarters
from mappings.formats.engagement_file.reader import read_engagement
from mappings.records.operations.jira_quota import Purpose
from tests.bench import story
from tests.bench.large_database import SIGNER, LargeDatabase, company_database, large_database
from tests.bench.machine import Postgres, share, spread
from tests.bench.page_calls import PAGE, PEOPLE, Site, calls_of
from tests.bench.postgres_copy import copy_to_postgres
from tests.jira.story.people import account_of

FEW, MANY, MANY_ON_POSTGRES = 10_000, 1_000_000, 200_000
"""Issues behind the pages; PostgreSQL's are copied from SQLite's in every run, hence fewer."""
SIZES = ("few", "many")
LOOKS, SLOW = 5, 500
"""Requests of one round; of a page that takes so many milliseconds, one."""
WaitTimes = tuple[float, float]
"""Milliseconds by the clock and of the processor."""


class Granted(PermissionCache):
    """Answers of Jira that are at hand: everybody may browse everything, and one person administers the site."""

    def may_browse_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        return True

    def fetch_browsable_projects(
        self, tenant_id: int, client: JiraClient, account: str, project_ids: Collection[int]
    ) -> frozenset[int]:
        return frozenset(project_ids)

    def may_administer_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        return False

    def fetch_browsable(
        self, tenant_id: int, client: JiraClient, account: str, issue_ids: Collection[int]
    ) -> frozenset[int]:
        return frozenset(issue_ids)

    def may_administer(self, tenant_id: int, client: JiraClient, account: str) -> bool:
        return account == account_of(PEOPLE["administrator"])


class AnsweringJira(JiraClient):
    """Finds tickets at once: those that it is given. It shows nothing of people."""

    waiting: tuple[int, ...] = ()

    def fetch_ids(self, jql: str) -> Iterator[list[int]]:
        yield list(self.waiting)

    def fetch_profiles(self, accounts: Collection[str]) -> dict[str, Profile]:
        return {}


@dataclass(frozen=True, slots=True)
class AnsweringContainer(Container):
    """A container whose Jira answers at once; `waiting` are the tickets that are with a gatekeeper."""

    waiting: tuple[int, ...] = ()

    def client(self, known: CachedTenant, purpose: Purpose = "people") -> JiraClient:
        policy = self.limits.policy(known.tenant_id, purpose)
        signature = Signature(known.base_url, self.settings.app_key, known.secret, self.clock)
        client = AnsweringJira(known.base_url, signature, self.settings.jira_hosts, policy=policy)
        client.waiting = self.waiting
        return client


class Nameless(DisplayNameCache):
    """Nobody is named."""

    def fetch(self, tenant_id: int, client: JiraClient, accounts: Collection[str]) -> dict[str, str]:
        return {}


class PageClient:
    """People at the pages of an installation with as many issues as one likes; `url` is that of a copy of it."""

    def __init__(self, database: LargeDatabase, url: str = "") -> None:
        now = story.played_story()[0].end
        settings = Settings(
            base_url="https://teachback.example.com",
            database_url=url or database.url,
            secret_keys=(database.key,),
            jira_hosts=("growth.example",),
        )
        app = create_app(settings, clock=lambda: now)
        made: Container = app.extensions[EXTENSION]
        answers = {"browse": Granted(lambda: now), "names": Nameless(lambda: now), "waiting": _open_tickets(made)}
        parts = {each.name: getattr(made, each.name) for each in fields(made)} | answers
        self.container = app.extensions[EXTENSION] = AnsweringContainer(**parts)
        self.now, self.client = now, Client(app, TestResponse)
        self.calls = calls_of(self._site())

    def _site(self) -> Site:
        engagement = read_engagement(story.engagement_files()[0])
        # The last quarter that is over: its figures change no more.
        period = quarters(engagement, story.played_story()[0].clock.day(self.now) - timedelta(days=1))[0]
        with self.container.reader.connect() as connection:
            latest = text("SELECT issue_id FROM evidence WHERE engagement = :key ORDER BY at DESC, issue_id LIMIT 1")
            issue = connection.execute(latest, {"key": engagement.key}).scalar_one()
        return Site(engagement.key, period.first, period.last, period.key, issue, self.now)

    def look(self, name: str) -> WaitTimes:
        """Open a page once."""
        if name == FIRST_LOOK:
            self.forget_week()
            name = "overview"
        address, headers = self.signed(name, self.now // 1_000_000)
        began, used = time.perf_counter(), time.thread_time()
        answer = self.client.get(address, headers=headers, buffered=True)
        waits = (time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000
        assert answer.status_code == 200, (name, answer.status, answer.text[:500])
        return waits

    def signed(self, name: str, second: int) -> tuple[str, dict[str, str]]:
        """Return an address and headers: Jira signs a page's own address, what a page asks for has its token."""
        call = self.calls[name]
        claims = {"iss": SIGNER.client_key, "sub": call.account, "iat": second, "exp": second + 180}
        address = f"{call.path}?{urlencode(call.query)}"
        if call.path in PAGE:
            return SIGNER.page(address, **claims), {}
        return address, SIGNER.context(**claims)

    def forget_week(self) -> None:
        """Delete the stored figures about people, so that the next look is the first of a week."""
        with self.container.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM people_week")

    def count(self, table: str) -> int:
        with self.container.reader.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


def _open_tickets(container: Container) -> tuple[int, ...]:
    with container.reader.connect() as connection:
        latest = text("SELECT issue_id FROM open_ticket ORDER BY issue_id LIMIT 10")
        return tuple(connection.execute(latest).scalars())


Desks: TypeAlias = tuple[PageClient, PageClient]


@cache
def sqlite_desks() -> Desks:
    """Return the two installations on SQLite, which all lines share."""
    return _started(PageClient(large_database(FEW)), PageClient(large_database(MANY)))


def _started(few: PageClient, many: PageClient) -> Desks:
    # As the server does before it listens; the bench's own story is not in its process.
    freeze_startup()
    return few, many


@cache
def company_desks() -> Desks:
    return _started(sqlite_desks()[0], PageClient(company_database()))


@cache
def postgres_desks(server: Postgres) -> Desks:
    """Return two copies on PostgreSQL of installations on SQLite."""
    few, many = (large_database(issues) for issues in (FEW, MANY_ON_POSTGRES))
    return _started(PageClient(few, copy_to_postgres(few, server)), PageClient(many, copy_to_postgres(many, server)))


def measure_sizes(desks: Callable[[], Desks]) -> dict[str, int]:
    tables = ("engagement", "account", "issue", "measured", "day_sum", "evidence", "opportunity", "opportunity_sum")
    return {
        f"{size} {table}": page_client.count(table)
        for size, page_client in zip(SIZES, desks(), strict=True)
        for table in tables
    }


FIRST_LOOK = "first look of a week"


def page_names() -> list[str]:
    return [*calls_of(Site("", *(2 * (story.played_story()[0].dates.first,)), "", 0, 0)), FIRST_LOOK]


def measure_page(name: str, rounds: int, desks: Callable[[], Desks]) -> dict[str, Any]:
    """Open a page on both by turns; return medians, and the ratio of many to few in every round."""
    few, many = desks()
    warm = max(page_client.look(name)[0] for page_client in (few, many))
    if warm < SLOW:
        few.look(name), many.look(name)
    looks = LOOKS if warm < SLOW else 1
    return compare(
        [[[page_client.look(name) for _ in range(looks)] for page_client in (few, many)] for _ in range(rounds)]
    )


def compare(rounds: list[list[list[WaitTimes]]]) -> dict[str, Any]:
    """Return the medians of both desks and their ratios, by the clock and by the processor."""
    by_key: dict[str, Any] = {}
    for kind, name in enumerate(("ms", "processor_ms")):
        middles = [[share([look[kind] for look in looks], 0.5) for looks in pair] for pair in rounds]
        by_key |= {f"{size} {name}": spread(pair[place] for pair in middles) for place, size in enumerate(SIZES)}
        by_key[f"ratio {name}"] = spread(pair[1] / pair[0] for pair in middles)
    for place, size in enumerate(SIZES):
        by_key[f"{size} p99 ms"] = round(share([look[0] for pair in rounds for look in pair[place]], 0.99), 1)
    return by_key
