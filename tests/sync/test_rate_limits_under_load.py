"""Two sites, two workers, and every trouble that Jira can make: each limit is kept, nothing is lost, nobody waits."""

import threading
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from random import Random
from types import SimpleNamespace
from typing import Any, NamedTuple, cast

import pytest
from flask import Response
from flask import request as coming
from sqlalchemy import text

from connector.container import Container
from connector.jira import session
from connector.jira.client import JiraClient, JiraError, Signature
from connector.jira.endpoint import read_asked
from connector.jira.rate_limits import Limits
from connector.jobs.registry import JOBS
from connector.jobs.runner import JobRunner
from mappings.records.operations.jira_quota import Purpose, select_spent
from mappings.records.operations.jobs import select_jobs
from mappings.records.operations.sync_listings import select_listings
from mappings.records.sql.engine import open_engine
from tests.jira.apps.signed_calls import an_app
from tests.jira.faults import half_of, limit_headers
from tests.jira.server import serve
from tests.jira.site import Site
from tests.sync.site import HOUR, open_synced_site
from tests.webhooks.site import VAULT, SiteTenant, add_site_tenant, own_story
from webhooks.generations import measure_pending

SECOND = 1_000_000
HEARD_WITHIN = 6
"""Seconds after which the other worker knows of a limit, too."""
LATE = 4.0
"""Seconds that a late answer takes; a second less is waited for."""
QUOTA = 900
LISTINGS = ("sync", "reconcile", "nightly")
SYNC = (*LISTINGS, "reread")
PATHS = ("search/jql", "approximate-count", "changelog", "bulkfetch", "/status", "/project/")


@dataclass(frozen=True)
class Limit:
    """A refusal that was given: when, for how long, at which site (None: all), for which endpoint (None: all)."""

    at: int
    seconds: int
    site: int | None
    scope: str | None


@dataclass
class FaultSchedule:
    """Faults drawn by chance; `limits` are those that said how long, `met` counts all by kind."""

    chance: Random
    sites: list[Site]
    clock: list[int]
    limits: list[Limit] = field(default_factory=list)
    met: dict[str, int] = field(default_factory=dict)
    calls: list[tuple[int, int, str, str]] = field(default_factory=list)

    def watch(self) -> None:
        """Keep of each call when it came by Teachback's clock, which site it asked, and for what."""
        for number, site in enumerate(self.sites):
            site.faults.before = self.record_calls(number, site.faults.before)  # type: ignore[method-assign,assignment]  # where calls come in

    def record_calls(
        self, number: int, answer: Callable[[str, str], Response | None]
    ) -> Callable[[str, str], Response | None]:
        def note(method: str, path: str) -> Response | None:
            self.calls.append((self.clock[0], number, scope_of(method, path), path))
            return answer(method, path)

        return note

    def add_fault(self) -> None:
        """One trouble of a kind, site and path drawn by chance, for one call to come."""
        number, path = self.chance.randrange(2), self.chance.choice(PATHS)
        kind = self.chance.choice(sorted(KINDS))
        if not self.waits(number, path):
            KINDS[kind](self, number, path, kind)

    def refuse(self, number: int, path: str, kind: str, *, reason: str, seconds: int | None, wide: str = "") -> None:
        """A 429; `wide` is "site" or "all" where it holds for more than its endpoint."""

        def answer() -> Response:
            self.count(kind)
            response = Response('{"errorMessages":["Rate limit exceeded."]}', 429, mimetype="application/json")
            if seconds is not None:
                response.headers.update(limit_headers(reason, 100, seconds))
                scope = None if wide else scope_of(coming.method, coming.path)
                self.limits.append(Limit(self.clock[0], seconds, None if wide == "all" else number, scope))
            return response

        self.sites[number].faults._add(path, 1, None, before=answer)

    def fail(self, number: int, path: str, kind: str) -> None:
        def answer() -> Response:
            self.count(kind)
            return Response("<html>Oops</html>", self.chance.choice((500, 502, 503, 504)), mimetype="text/html")

        self.sites[number].faults._add(path, 1, None, before=answer)

    def cut(self, number: int, path: str, kind: str) -> None:
        def spoil(answer: Response) -> Response:
            if answer.status_code != 200:  # a refusal that is cut is never heard, and no limit to keep
                return answer
            self.count(kind)
            return half_of(answer)

        self.sites[number].faults._add(path, 1, None, after=spoil)

    def late(self, number: int, path: str, kind: str) -> None:
        """Once: each takes its time of the test, too."""
        if kind in self.met:
            return

        def wait() -> None:
            self.count(kind)
            time.sleep(LATE)

        self.sites[number].faults._add(path, 1, None, before=wait)

    def expire(self, number: int, path: str, kind: str) -> None:
        self.count(kind)
        self.sites[number].faults.expire_page_tokens()

    def waits(self, number: int, path: str) -> bool:
        """Tell whether a trouble waits for a call of a path: more rounds pass than calls are made."""
        return any(rule.left and rule.path.pattern == path for rule in self.sites[number].faults.rules)

    def count(self, kind: str) -> None:
        self.met[kind] = self.met.get(kind, 0) + 1

    def broken(self) -> list[str]:
        """The calls that came while a limit held and was known."""
        return [
            f"{path} of site {number} {(at - this_limit.at) / SECOND:.0f} s into {this_limit}"
            for this_limit in self.limits
            for at, number, scope, path in self.calls
            if this_limit.at + HEARD_WITHIN * SECOND < at < this_limit.at + this_limit.seconds * SECOND
            and this_limit.site in (None, number)
            and this_limit.scope in (None, scope)
            and "serverInfo" not in path
        ]


def scope_of(method: str, path: str) -> str:
    """The name that a limit of a call's endpoint has."""
    return read_asked(PreparedRequestLike(method, path)).scope  # type: ignore[arg-type]  # all of one that is looked at


class PreparedRequestLike(NamedTuple):
    """As much of a request as its endpoint is known by."""

    method: str
    url: str


KINDS: dict[str, Callable[[FaultSchedule, int, str, str], None]] = {
    "burst": lambda fault_schedule, n, path, kind: fault_schedule.refuse(
        n, path, kind, reason="jira-burst-based", seconds=40
    ),
    "silent": lambda fault_schedule, n, path, kind: fault_schedule.refuse(n, path, kind, reason="", seconds=None),
    "per issue": lambda fault_schedule, n, path, kind: fault_schedule.refuse(
        n, path, kind, reason="jira-per-issue-on-write", seconds=20
    ),
    "site": lambda fault_schedule, n, path, kind: fault_schedule.refuse(
        n, path, kind, reason="jira-quota-tenant-based", seconds=90, wide="site"
    ),
    "quota": lambda fault_schedule, n, path, kind: fault_schedule.refuse(
        n, path, kind, reason="jira-quota-global-based", seconds=200, wide="all"
    ),
    "fail": FaultSchedule.fail,
    "cut": FaultSchedule.cut,
    "late": FaultSchedule.late,
    "expire": FaultSchedule.expire,
}


@dataclass
class TwoSites:
    """One database, two sites each its tenant, two workers with limits of their own, and a person at each site."""

    site_tenants: list[SiteTenant]
    fault_schedule: FaultSchedule
    workers: list[JobRunner]
    containers: list[Any]
    asked: list[str] = field(default_factory=list)

    def round(self) -> bool:
        """Both workers do what is due, and a person opens a page at each site; False where nothing was due."""
        with ThreadPoolExecutor(len(self.workers)) as pool:
            done = list(pool.map(lambda each: each.run_due(), self.workers))
        self.open_pages()
        return any(done)

    def open_pages(self) -> None:
        for site_tenant, container in zip(self.site_tenants, self.containers, strict=True):
            try:
                container.jira(site_tenant.tenant_id).fetch_deployment()
                self.asked.append("answered")
            except JiraError as error:
                self.asked.append(f"refused: {error.reason or error}")

    def advance(self) -> None:
        """Let the clock go on to what is due next, at most an hour."""
        with self.site_tenants[0].engine.connect() as connection:
            # Rereads are due each minute and would make most rounds; they come with the others.
            due = min(max(job.due_at, job.lease_until) for job in select_jobs(connection) if job.name in LISTINGS)
        now = self.fault_schedule.clock[0]
        self.fault_schedule.clock[0] = min(max(due, now + SECOND), now + HOUR)

    def histories(self) -> set[str]:
        return {listing.state for site_tenant in self.site_tenants for listing in self.listings(site_tenant)}

    def listings(self, site_tenant: SiteTenant) -> list[Any]:
        with site_tenant.engine.connect() as connection:
            return select_listings(connection, site_tenant.tenant_id, "history")


def limited(limits: Limits, addresses: dict[int, str], apps: dict[int, Any]) -> Callable[..., JiraClient]:
    """What a container asks Jira with: with limits of its own, and less patience with late answers."""

    def jira(tenant_id: int, *, background: bool = False, purpose: Purpose = "work") -> JiraClient:
        policy = limits.policy(tenant_id, purpose if background else "people")
        policy.timeouts, policy.again = (3.05, LATE - 1), (0.01, 0.01)
        app, address = apps[tenant_id], addresses[tenant_id]
        return JiraClient(
            address, Signature(address, app.key, app.secret, lambda: time.time_ns() // 1000), (address,), policy=policy
        )

    return jira


@pytest.fixture
def two_sites(migrated_url: str, request: pytest.FixtureRequest) -> Iterator[TwoSites]:
    engine, stories, running = open_engine(migrated_url), [], []
    for _ in range(2):
        stories.append(own_story(30))
        running.append(serve(stories[-1].site))
    clock = [stories[0].story.end + HOUR]
    site_tenants = [add_site_tenant(engine, clock[0]) for _ in stories]
    fault_schedule = FaultSchedule(Random(request.param), [story.site for story in stories], clock)
    for site_tenant, story in zip(site_tenants, stories, strict=True):
        story.site.wall, story.site.clock, story.site.page_limit, story.site.changelog_limit = (
            time.time, lambda: clock[0], 10, 6,
        )  # fmt: skip
        site_tenant.agree(*story.engagements())
    addresses = {site_tenant.tenant_id: each.url for site_tenant, each in zip(site_tenants, running, strict=True)}
    apps = {site_tenant.tenant_id: an_app(story.site) for site_tenant, story in zip(site_tenants, stories, strict=True)}
    containers = []
    for seed in range(2):
        own = open_engine(migrated_url)
        limits = Limits(own, own, lambda: clock[0], quota=QUOTA, seed=seed)
        containers.append(
            SimpleNamespace(engine=own, reader=own, vault=VAULT, clock=lambda: clock[0], limits=limits,
                            jira=limited(limits, addresses, apps))
        )  # fmt: skip
    jobs = {name: JOBS[name] for name in SYNC}
    workers = [
        JobRunner(cast(Container, container), jobs, Random(number)) for number, container in enumerate(containers)
    ]
    workers[0].insert_missing()
    yield TwoSites(site_tenants, fault_schedule, workers, containers)
    for each in running:
        each.stop()
    for container in containers:
        container.engine.dispose()
    engine.dispose()


@pytest.fixture(scope="module")
def undisturbed(sqlite_template: Any, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """The figures of the same story where nothing went wrong."""
    copy = tmp_path_factory.mktemp("calm") / "teachback.db"
    copy.write_bytes(sqlite_template.read_bytes())
    with open_synced_site(f"sqlite:///{copy}", own_story(30)) as synced_site:
        synced_site.site.changelog_limit = 6
        synced_site.backfill()
        synced_site.reconcile()
        return synced_site.site_tenant.all_figures()


def sleeps_of(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The threads that slept between two tries of a call."""
    slept: list[str] = []
    real = time.sleep

    def sleep(seconds: float) -> None:
        slept.append(threading.current_thread().name)
        real(seconds)

    monkeypatch.setattr(session, "time", SimpleNamespace(sleep=sleep))
    return slept


@pytest.mark.parametrize("two_sites", [1], indirect=True)
def test_a_sync_through_all_troubles_keeps_each_limit_and_ends_complete(
    two_sites: TwoSites, undisturbed: dict[str, Any], monkeypatch: pytest.MonkeyPatch
) -> None:
    slept = sleeps_of(monkeypatch)
    hours = until_the_histories_are_in(two_sites)
    assert set(two_sites.fault_schedule.met) == set(KINDS)
    assert two_sites.fault_schedule.broken() == []
    assert_budget_kept(two_sites, hours)
    assert set(two_sites.asked) == {"answered"}
    assert threading.main_thread().name not in slept
    until_quiet(two_sites)
    for site_tenant in two_sites.site_tenants:
        measure_pending(site_tenant.engine, site_tenant.tenant_id, two_sites.fault_schedule.clock[0])
        assert alike(site_tenant.all_figures()) == alike(undisturbed)


def alike(figures: Any) -> Any:
    """Figures as both databases write them: truth is a number in one."""
    truth = {"True": "1", "False": "0"}
    return {
        key: {name: [tuple(truth.get(v, v) for v in row) for row in rows] for name, rows in tables.items()}
        for key, tables in figures.items()
    }


def until_the_histories_are_in(two_sites: TwoSites) -> set[int]:
    """Work under troubles until both histories are in and each trouble was met; return the hours that passed."""
    two_sites.fault_schedule.watch()
    hours, left = set(), 1500
    while two_sites.histories() != {"done"} or set(two_sites.fault_schedule.met) != set(KINDS):
        if two_sites.fault_schedule.chance.random() < 0.4:
            two_sites.fault_schedule.add_fault()
        hours.add(two_sites.fault_schedule.clock[0] // HOUR)
        if not two_sites.round():
            two_sites.advance()
        left -= 1
        assert left, (two_sites.histories(), two_sites.fault_schedule.met)
    return hours


def until_quiet(two_sites: TwoSites) -> None:
    """The sky clears: by the next day everything is read, also what was marked."""
    for site in two_sites.fault_schedule.sites:
        site.faults.rules.clear()
    two_sites.fault_schedule.clock[0] += 24 * HOUR
    for site_tenant in two_sites.site_tenants:
        for name in ("reread", "reconcile", "nightly", "reread"):
            left, done = 100, None
            while left and (done is None or done.outcome != "done"):
                done = two_sites.workers[0].run_now(site_tenant.tenant_id, name)
                two_sites.fault_schedule.clock[0] = max(
                    two_sites.fault_schedule.clock[0] + SECOND, done.due_at if done and done.outcome != "done" else 0
                )
                left -= 1
            assert left, done
        assert site_tenant.rows("SELECT issue_id FROM reread WHERE tenant_id = :t") == []


def assert_budget_kept(two_sites: TwoSites, hours: set[int]) -> None:
    """In each hour no purpose goes beyond its share, nor the background beyond its own; each request was paid."""
    with two_sites.site_tenants[0].engine.connect() as connection:
        for hour in hours:
            spent = select_spent(connection, hour)
            background = spent.work + spent.history + spent.rolling
            calls = sum(
                at // HOUR == hour and "serverInfo" not in path for at, _, _, path in two_sites.fault_schedule.calls
            )
            assert spent.history <= QUOTA * 60 // 100
            assert background <= QUOTA * 70 // 100
            assert calls <= background


@pytest.mark.parametrize("two_sites", [1], indirect=True)
def test_a_person_waits_for_nobody_who_writes(two_sites: TwoSites) -> None:
    """The database's only writer is busy, and a worker is at the budget: a page is answered all the same."""
    budget = two_sites.containers[0].limits.quota
    with two_sites.site_tenants[0].engine.begin() as connection, budget._taking:
        connection.execute(text("UPDATE jira_points SET work = work"))
        two_sites.open_pages()
    assert two_sites.asked == ["answered"] * 2
