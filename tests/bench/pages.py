"""Each page on many issues against the same page on few, with Jira's answers at hand: one line for each."""

import time
from collections.abc import Collection
from dataclasses import replace
from datetime import timedelta
from functools import cache
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import text
from werkzeug.test import Client, TestResponse

from connector.app import create_app
from connector.config import Settings
from connector.container import EXTENSION, Container
from connector.jira.client import JiraClient
from connector.jira.display_names import DisplayNameCache
from connector.jira.permission_cache import PermissionCache
from connector.pages.periods import quarters
from mappings.formats.engagement_file.reader import read_engagement
from tests.bench import story
from tests.bench.large_database import SIGNER, large_database
from tests.bench.machine import share, spread
from tests.bench.page_calls import PAGE, PEOPLE, Call, Site, calls_of
from tests.jira.story.people import account_of

FEW, MANY = 10_000, 1_000_000
"""Issues behind the pages."""
SIZES = ("few", "many")
LOOKS = 5
"""Requests of one round."""
Waits = tuple[float, float]
"""Milliseconds by the clock and of the processor."""


class Granted(PermissionCache):
    """Answers of Jira that are at hand: everybody may browse everything, and one person administers the site."""

    def may_browse_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        return True

    def may_administer_project(self, tenant_id: int, client: JiraClient, account: str, project_id: int) -> bool:
        return False

    def fetch_browsable(
        self, tenant_id: int, client: JiraClient, account: str, issue_ids: Collection[int]
    ) -> frozenset[int]:
        return frozenset(issue_ids)

    def may_administer(self, tenant_id: int, client: JiraClient, account: str) -> bool:
        return account == account_of(PEOPLE["administrator"])


class Nameless(DisplayNameCache):
    """Nobody is named."""

    def fetch(self, tenant_id: int, client: JiraClient, accounts: Collection[str]) -> dict[str, str]:
        return {}


class Desk:
    """People at the pages of an installation with as many issues as one likes."""

    def __init__(self, issues: int) -> None:
        database, now = large_database(issues), story.played_story()[0].end
        settings = Settings(
            base_url="https://teachback.example.com",
            database_url=database.url,
            secret_keys=(database.key,),
            jira_hosts=("growth.example",),
        )
        app = create_app(settings, clock=lambda: now)
        made: Container = app.extensions[EXTENSION]
        answers = {"browse": Granted(lambda: now), "names": Nameless(lambda: now)}
        self.house = app.extensions[EXTENSION] = replace(made, **answers)  # type: ignore[arg-type]  # both are of their kind
        self.now, self.client = now, Client(app, TestResponse)
        self.calls = calls_of(self._site())

    def _site(self) -> Site:
        engagement = read_engagement(story.engagement_files()[0])
        # The last quarter that is over: its figures change no more.
        period = quarters(engagement, story.played_story()[0].clock.day(self.now) - timedelta(days=1))[0]
        with self.house.reader.connect() as connection:
            latest = text("SELECT issue_id FROM evidence ORDER BY at DESC, issue_id LIMIT 1")
            issue = connection.execute(latest).scalar_one()
        return Site(engagement.key, period.first, period.last, period.key, issue, self.now)

    def look(self, name: str) -> Waits:
        """Open a page once."""
        call = self.calls[name]
        address, headers = self._signed(call)
        began, used = time.perf_counter(), time.thread_time()
        answer = self.client.get(address, headers=headers, buffered=True)
        waits = (time.perf_counter() - began) * 1000, (time.thread_time() - used) * 1000
        assert answer.status_code == 200, (name, answer.status, answer.text[:500])
        return waits

    def _signed(self, call: Call) -> tuple[str, dict[str, str]]:
        """Return an address and headers: Jira signs a page's own address, what a page asks for has its token."""
        second = self.now // 1_000_000
        claims = {"iss": SIGNER.client_key, "sub": call.account, "iat": second, "exp": second + 180}
        address = f"{call.path}?{urlencode(call.query)}"
        if call.path in PAGE:
            return SIGNER.page(address, **claims), {}
        return address, SIGNER.context(**claims)

    def forget_week(self) -> None:
        """Delete the stored figures about people, so that the next look is the first of a week."""
        with self.house.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM people_week")

    def count(self, table: str) -> int:
        with self.house.reader.connect() as connection:
            return int(connection.exec_driver_sql(f"SELECT count(*) FROM {table}").scalar_one())


@cache
def desks() -> list[Desk]:
    """Return the two installations, which all lines share."""
    return [Desk(issues) for issues in (FEW, MANY)]


def measure_sizes() -> dict[str, int]:
    tables = ("measured", "day_sum", "evidence", "opportunity", "opportunity_sum", "open_ticket")
    return {f"{size} {table}": desk.count(table) for size, desk in zip(SIZES, desks(), strict=True) for table in tables}


def page_names() -> list[str]:
    return [*calls_of(Site("", *(2 * (story.played_story()[0].dates.first,)), "", 0, 0)), FIRST_LOOK]


FIRST_LOOK = "first look of a week"


def measure_page(name: str, rounds: int) -> dict[str, Any]:
    """Open a page on both by turns; return medians, and the ratio of many to few in every round."""
    if name == FIRST_LOOK:
        return compare([[[_first_look(desk)] for desk in desks()] for _ in range(rounds)])
    for desk in desks():
        desk.look(name)
        desk.look(name)
    return compare([[[desk.look(name) for _ in range(LOOKS)] for desk in desks()] for _ in range(rounds)])


def _first_look(desk: Desk) -> Waits:
    desk.forget_week()
    return desk.look("overview")


def compare(rounds: list[list[list[Waits]]]) -> dict[str, Any]:
    """Return the medians of both desks and their ratios, by the clock and by the processor."""
    by_key: dict[str, Any] = {}
    for kind, name in enumerate(("ms", "processor_ms")):
        middles = [[share([look[kind] for look in looks], 0.5) for looks in pair] for pair in rounds]
        by_key |= {f"{size} {name}": spread(pair[place] for pair in middles) for place, size in enumerate(SIZES)}
        by_key[f"ratio {name}"] = spread(pair[1] / pair[0] for pair in middles)
    by_key["many p99 ms"] = round(share([look[0] for pair in rounds for look in pair[1]], 0.99), 1)
    return by_key
