"""Jira's limits: what is refused is not asked again too soon, work is put off, people go first, one budget for all."""

import threading
import time
from collections import Counter
from contextlib import contextmanager
from dataclasses import dataclass, field

import pytest
from cryptography.fernet import Fernet

from connector.jira.client import JiraClient, JiraError, Signature
from connector.jira.rate_limits import Limits
from mappings.records.operations.health import select_work
from mappings.records.operations.jira_quota import select_retry_after, select_spent
from mappings.records.operations.tenants import insert_tenant
from mappings.records.sql.engine import open_engine
from mappings.records.sql.secrets import Vault
from tests.jira.apps.signed_calls import an_app
from tests.jira.server import serve
from tests.jira.small_site import sample

HOUR = 3_600_000_000
SECOND = 1_000_000
START = 490_000 * HOUR + 600 * SECOND
QUOTA = 1000
MET_BY_READS = ("burst", "gateway", "tenant quota", "500", "503", "cut", "late", "expired")


@dataclass
class SiteTenant:
    """Two sites, and Teachback's limits as each of its processes would hold them, at a time of our own."""

    url: str
    sites: list
    addresses: list
    apps: list
    clock: list = field(default_factory=lambda: [START])
    engines: list = field(default_factory=list)

    def limits(self, quota=QUOTA):
        engine, reader = open_engine(self.url), open_engine(self.url, read_only=True)
        self.engines += [engine, reader]
        return Limits(engine, reader, lambda: self.clock[0], quota=quota, seed=1)

    def client(self, limits, tenant, purpose="work"):
        address, app = self.addresses[tenant], self.apps[tenant]
        signature = Signature(address, app.key, app.secret, lambda: time.time_ns() // 1000)
        return JiraClient(address, signature, [address], policy=limits.policy(tenant + 1, purpose))

    def spent(self, at=None):
        with self.engines[-1].connect() as connection:
            return select_spent(connection, (at or self.clock[0]) // HOUR)

    def refused(self):
        with self.engines[-1].connect() as connection:
            return select_work(connection, self.clock[0]).refused

    def asked(self, tenant=0):
        return len(self.sites[tenant].faults.calls)


@pytest.fixture
def site_tenant(migrated_url):
    made = [sample(), sample(seed=2)]
    running = [serve(each.site) for each in made]
    opened = SiteTenant(migrated_url, [each.site for each in made], [each.url for each in running], [])
    install(migrated_url)
    opened.apps += [an_app(site) for site in opened.sites]
    for site in opened.sites:
        site.faults.clear()
    yield opened
    for each in running:
        each.stop()
    for engine in opened.engines:
        engine.dispose()


def install(url):
    """Enter both sites, in whose name calls are counted."""
    engine, vault = open_engine(url), Vault((Fernet.generate_key().decode(),))
    with engine.begin() as connection:
        for name in ("acme", "globex"):
            insert_tenant(
                connection, client_key=name, site=name, base_url=f"https://{name}.example", display_url=None,
                platform="connect", state="installed", now=0, vault=vault,
            )  # fmt: skip
    engine.dispose()


def refused(ask):
    with pytest.raises(JiraError) as met:
        ask()
    return met.value


def test_a_burst_halts_one_endpoint_of_one_site(site_tenant):
    limits = site_tenant.limits()
    acme, globex = site_tenant.client(limits, 0), site_tenant.client(limits, 1)
    site_tenant.sites[0].faults.burst("/status", retry_after=3)
    met = refused(acme.fetch_statuses)
    assert (met.put_off, met.retry_after, met.reason) == (True, 3, "jira-burst-based")
    again = refused(acme.fetch_statuses)
    assert again.put_off
    assert again.retry_after <= 4
    assert site_tenant.asked() == 1
    assert acme.fetch_project("GROW")
    assert globex.fetch_statuses()
    site_tenant.clock[0] += 3 * SECOND
    assert acme.fetch_statuses()


def test_each_call_that_jira_refuses_for_now_is_counted_once(site_tenant):
    limits = site_tenant.limits()
    work, people = site_tenant.client(limits, 0), site_tenant.client(limits, 1, "people")
    site_tenant.sites[0].faults.burst("/status", retry_after=3)
    refused(work.fetch_statuses)
    refused(work.fetch_statuses)
    assert (site_tenant.refused(), site_tenant.asked()) == (1, 1)
    site_tenant.sites[1].faults.burst("/status", retry_after=3)
    refused(people.fetch_statuses)
    site_tenant.clock[0] += 6 * SECOND
    assert work.fetch_statuses()
    assert site_tenant.refused() == 2


def test_another_worker_hears_of_a_limit(site_tenant):
    limits, other = site_tenant.limits(), site_tenant.limits()
    site_tenant.sites[0].faults.quota("/status", retry_after=1800)
    assert refused(site_tenant.client(limits, 0).fetch_statuses).retry_after == 1800
    met = refused(site_tenant.client(other, 1).fetch_statuses)
    assert met.put_off
    assert 1790 < met.retry_after <= 1801
    assert site_tenant.asked(1) == 0


def test_a_sites_own_quota_halts_that_site(site_tenant):
    limits = site_tenant.limits()
    site_tenant.sites[0].faults.quota("/status", retry_after=100, tenant=True)
    refused(site_tenant.client(limits, 0).fetch_statuses)
    assert refused(lambda: site_tenant.client(limits, 0).fetch_project("GROW")).put_off
    assert site_tenant.client(limits, 1).fetch_project("GROW")


def test_a_gateway_that_says_nothing_is_waited_for_longer_each_time(site_tenant):
    limits, waits = site_tenant.limits(), []
    client = site_tenant.client(limits, 0)
    site_tenant.sites[0].faults.burst("/status", retry_after=None, times=6)
    for _ in range(6):
        waits.append(refused(client.fetch_statuses).retry_after)
        site_tenant.clock[0] += 60 * SECOND
    assert all(
        low <= wait <= high
        for wait, low, high in zip(waits, (1, 2, 5, 11, 21, 21), (3, 6, 11, 21, 39, 39), strict=True)
    )
    assert client.fetch_statuses()


def test_a_quota_that_says_nothing_lasts_until_the_full_hour(site_tenant):
    client = site_tenant.client(site_tenant.limits(), 0)
    site_tenant.sites[0].faults.quota("/status", retry_after=None)
    site_tenant.sites[0].faults.rules[0].before = _only_a_reason
    assert refused(client.fetch_statuses).retry_after == 3001


def _only_a_reason():
    from flask import Response

    return Response("{}", 429, headers={"RateLimit-Reason": "jira-quota-global-based"})


def test_people_are_not_halted_by_what_background_work_met(site_tenant):
    limits = site_tenant.limits()
    site_tenant.sites[0].faults.burst("/status", retry_after=60)
    refused(site_tenant.client(limits, 0).fetch_statuses)
    person = site_tenant.client(limits, 0, "people")
    assert person.fetch_statuses()
    site_tenant.sites[0].faults.burst("/status", retry_after=60)
    assert refused(person.fetch_statuses).retry_after == 60
    before = site_tenant.asked()
    assert refused(person.fetch_statuses).put_off
    assert site_tenant.asked() == before


def test_a_read_without_an_answer_is_tried_again_and_a_refusal_is_not(site_tenant):
    client, faults = site_tenant.client(site_tenant.limits(), 0), site_tenant.sites[0].faults
    faults.fail("/status", status=502)
    assert client.fetch_statuses()
    faults.cut("/status")
    assert client.fetch_statuses()
    assert site_tenant.asked() == 4
    faults.fail("/project/GROW", status=404)
    assert refused(lambda: client.fetch_project("GROW")).permanent
    assert site_tenant.asked() == 5


def test_trouble_that_lasts_is_an_error_after_three_tries(site_tenant):
    client, faults = site_tenant.client(site_tenant.limits(), 0), site_tenant.sites[0].faults
    faults.fail("/status", status=503, times=9)
    met = refused(client.fetch_statuses)
    assert (met.status, met.permanent, met.put_off) == (503, False, False)
    assert site_tenant.asked() == 3


def test_a_late_answer_is_not_asked_for_twice(site_tenant):
    client, faults = site_tenant.client(site_tenant.limits(), 0), site_tenant.sites[0].faults
    client._policy.timeouts = (1.0, 0.2)
    faults.delay("/status", seconds=0.8)
    assert "Timeout" in str(refused(client.fetch_statuses))
    time.sleep(0.8)
    assert site_tenant.asked() == 1


def test_an_issue_takes_twenty_writes_in_two_seconds(site_tenant):
    client = site_tenant.client(site_tenant.limits(), 0)
    issue = next(iter(site_tenant.sites[0].issues))

    def write():
        return client._ask(client._cloud.set_issue_property, str(issue), "teachback", data={"objectives": []})

    for _ in range(20):
        write()
    met = refused(write)
    assert met.put_off
    assert met.retry_after <= 3
    assert site_tenant.asked() == 20
    site_tenant.clock[0] += 3 * SECOND
    site_tenant.sites[0].faults.per_issue(retry_after=7)
    assert refused(write).reason == "jira-per-issue-on-write"
    assert refused(write).retry_after <= 8
    assert client.fetch_issue(issue)


def test_work_ends_where_its_share_ends_and_begins_again_with_the_hour(site_tenant):
    limits = site_tenant.limits(100)
    client, person = site_tenant.client(limits, 0, "rolling"), site_tenant.client(limits, 0, "people")
    for _ in range(10):
        client.fetch_project("GROW")
    met = refused(lambda: client.fetch_project("GROW"))
    assert met.put_off
    assert 3000 < met.retry_after <= 3301
    assert person.fetch_project("GROW")
    assert site_tenant.client(limits, 0, "work").fetch_project("GROW")
    site_tenant.clock[0] += HOUR
    assert client.fetch_project("GROW")


def test_a_page_that_may_cost_more_than_an_hours_share_has_its_turn(site_tenant):
    """5,000 ids at once: with a small quota they would be waited for for ever."""
    client = site_tenant.client(site_tenant.limits(quota=QUOTA), 0, "history")
    assert [len(page) for page in client.fetch_ids("project = GROW")] != []
    assert 0 < site_tenant.spent().history <= 600


def test_what_people_cost_is_counted_with_the_next_lump(site_tenant):
    limits = site_tenant.limits()
    for _ in range(3):
        site_tenant.client(limits, 0, "people").fetch_project("GROW")
    site_tenant.client(limits, 0).fetch_project("GROW")
    assert site_tenant.spent().people == 6
    assert site_tenant.spent().work == 10


def test_the_warning_that_points_end_halts_the_background(site_tenant):
    limits = site_tenant.limits()
    client, faults = site_tenant.client(limits, 0), site_tenant.sites[0].faults

    def warn(answer):
        answer.headers["Beta-RateLimit"] = '"global-app-quota";r=9000;t=900'
        return answer

    faults.cut("/status")
    faults.rules[0].after = warn
    assert client.fetch_statuses()
    assert refused(lambda: site_tenant.client(limits, 1).fetch_statuses()).retry_after <= 901
    with site_tenant.engines[-1].connect() as connection:
        assert [halt.reason for halt in select_retry_after(connection, site_tenant.clock[0])] == ["quota nearly used"]


def work(site_tenant, limits, tenant, until, counts):
    """A worker's loop over one site: read its issues page by page, until a time; what is put off is left for later."""
    client = site_tenant.client(limits, tenant)
    while not until.is_set():
        try:
            for page in client.fetch_search("project = GROW ORDER BY id", fields=["summary"], page=2):
                counts["pages"] += 1
                counts["objects"] += len(page)
                for issue in page:
                    counts["objects"] += sum(map(len, client.fetch_changelog(issue["id"])))
        except JiraError as met:
            counts["put off" if met.put_off else "expired" if met.status == 400 else "trouble"] += 1
            until.wait(0.002)


@contextmanager
def two_workers(site_tenant, limits, counts):
    """Each with its own connection, both on both sites."""
    until = threading.Event()
    threads = [
        threading.Thread(target=work, args=(site_tenant, own, tenant, until, counts))
        for own in limits
        for tenant in (0, 1)
    ]
    for each in threads:
        each.start()
    yield
    until.set()
    for each in threads:
        each.join()


def open_pages(site_tenant, limits, counts):
    """A person who opens pages for six hours: how each ended."""
    person, hours = site_tenant.client(limits, 0, "people"), []
    for turn in range(120):
        site_tenant.clock[0] += 25 * SECOND
        try:
            counts["answered"] += bool(person.fetch_project("GROW"))
        except JiraError as met:
            counts[f"refused: {met.reason}"] += 1
        if turn % 20 == 19:
            hours.append(site_tenant.clock[0])
            site_tenant.clock[0] += HOUR
    return hours


def met_at(site_tenant):
    return {kind for site in site_tenant.sites for kind in site.faults.injected}


def await_work(site_tenant, counts):
    """Let time pass until the workers met every trouble, and got on all the same."""
    until = time.monotonic() + 30
    while (counts["pages"] <= 50 or met_at(site_tenant) != set(MET_BY_READS)) and time.monotonic() < until:
        site_tenant.clock[0] += 5 * SECOND
        time.sleep(0.01)


def test_troubles_at_random_keep_the_budget_and_people_wait_for_nothing(site_tenant):
    counts, limits = Counter(), [site_tenant.limits(), site_tenant.limits()]
    for number, site in enumerate(site_tenant.sites):
        site.faults.at_random(seed=number, rate=0.15, kinds=MET_BY_READS)
    with two_workers(site_tenant, limits, counts):
        hours = open_pages(site_tenant, limits[0], counts)
        await_work(site_tenant, counts)
    limits[0].quota.settle()
    assert met_at(site_tenant) == set(MET_BY_READS)
    assert counts["pages"] > 50
    assert counts["put off"] > 0
    assert not {"refused: our own budget", "refused: our own count"} & set(counts)
    assert counts["answered"] >= 70
    spent = [site_tenant.spent(hour) for hour in hours]
    assert all(hour.work <= 700 and hour.people > 0 and hour.work + hour.people <= QUOTA for hour in spent)


def test_nothing_beyond_the_budget_reaches_jira(site_tenant):
    """The stand-in counts: whatever two workers ask for in an hour is within what background work may cost."""
    counts, deadline = Counter(), time.monotonic() + 20
    with two_workers(site_tenant, [site_tenant.limits(), site_tenant.limits()], counts):
        while counts["put off"] < 300 and time.monotonic() < deadline:
            time.sleep(0.01)
    cost = site_tenant.asked(0) + site_tenant.asked(1) + counts["objects"]
    assert counts["put off"] >= 300
    assert 350 <= cost <= site_tenant.spent().work <= 700
