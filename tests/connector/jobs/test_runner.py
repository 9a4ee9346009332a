"""What runs on a clock: each slot once, whoever dies; what fails is kept and tried again; nothing on the full hour."""

import logging
import multiprocessing
import os
import threading
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace

import pytest
from apscheduler.schedulers import base
from sqlalchemy import func, select

from connector.jira.errors import JiraError
from connector.jobs import scheduler
from connector.jobs.registry import JOBS, Job
from connector.jobs.runner import JobRunner, next_slot
from connector.jobs.scheduler import Scheduler
from mappings.events.times import DAY, HOUR, MINUTE
from mappings.records.operations.jobs import select_job, select_jobs
from mappings.records.operations.tenants import save_tenant
from mappings.records.sql.engine import open_engine
from mappings.records.tables import counter, job
from tests.records.fact_builders import NOON, enter

SECOND = 1_000_000


@dataclass
class SiteTenant:
    """A database with two sites, a clock of our own, and the parts of a container that jobs use."""

    url: str
    clock: list = field(default_factory=lambda: [NOON])
    opened: list = field(default_factory=list)

    def container(self):
        engine, reader = open_engine(self.url), open_engine(self.url, read_only=True)
        self.opened += [engine, reader]
        return SimpleNamespace(engine=engine, reader=reader, clock=lambda: self.clock[0])

    def shop(self, step, **options):
        shop = JobRunner(self.container(), {"work": Job(step, **{"interval": HOUR, "at_once": True, **options})})
        shop.insert_missing()
        return shop

    def row(self, tenant_id=1):
        with self.opened[-1].connect() as connection:
            return select_job(connection, tenant_id, "work")


@pytest.fixture
def site_tenant(migrated_url):
    made = SiteTenant(migrated_url)
    with made.container().engine.begin() as connection:
        enter(connection, "acme")
        enter(connection, "globex")
    yield made
    for engine in made.opened:
        engine.dispose()


def failing(error):
    def step(*_):
        raise error

    return step


def test_a_job_runs_for_each_site_and_is_due_again(site_tenant):
    seen = []
    shop = site_tenant.shop(lambda container, tenant_id, now: seen.append((tenant_id, now)))
    assert [shop.run_due().outcome, shop.run_due().outcome, shop.run_due()] == ["done", "done", None]
    assert sorted(seen) == [(1, NOON), (2, NOON)]
    assert NOON < site_tenant.row().due_at <= NOON + HOUR + 2 * MINUTE
    site_tenant.clock[0] += HOUR + 3 * MINUTE
    assert shop.run_due().outcome == "done"
    assert site_tenant.row(1).runs + site_tenant.row(2).runs == 3


def test_a_long_job_lets_the_others_have_their_turn(site_tenant):
    turns = []

    def step(_, tenant_id, now):
        turns.append(tenant_id)
        site_tenant.clock[0] += SECOND
        return site_tenant.clock[0] if turns.count(tenant_id) < 3 else None

    shop = site_tenant.shop(step)
    while shop.run_due() is not None:
        site_tenant.clock[0] += 1
    assert turns == [1, 2, 1, 2, 1, 2]
    assert site_tenant.row().runs == 1


def test_work_that_is_put_off_goes_on_when_jira_said_so(site_tenant):
    shop = site_tenant.shop(
        failing(JiraError("answered 429", permanent=False, retry_after=100, put_off=True, reason="burst"))
    )
    done = shop.run_due()
    assert (done.outcome, done.message) == ("put off", "put off: answered 429 (burst)")
    assert NOON + 100 * SECOND <= done.due_at <= NOON + 130 * SECOND
    assert site_tenant.row().attempts == 0


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (ValueError("what was read"), "ValueError"),
        (JiraError("answered 500", permanent=False), "JiraError: answered 500"),
    ],
)
def test_a_failure_is_named_and_tried_again_later_and_later(site_tenant, error, message):
    shop, waits = site_tenant.shop(failing(error), per="installation"), []
    for _ in range(10):
        done = shop.run_due()
        assert (done.outcome, done.message) == ("failed", message)
        waits.append(done.due_at - site_tenant.clock[0])
        site_tenant.clock[0] = done.due_at
    assert all(0.7 * 30 * 2**n * SECOND <= wait <= 1.3 * 30 * 2**n * SECOND for n, wait in enumerate(waits[:7]))
    assert max(waits) <= 1.3 * HOUR
    assert site_tenant.row(0).attempts == 10


def test_what_will_not_get_better_waits_for_its_slot(site_tenant):
    shop = site_tenant.shop(failing(JiraError("answered 403", permanent=True)), interval=DAY)
    assert shop.run_due().due_at == pytest.approx(next_slot(shop._jobs["work"], 1, "work", NOON), abs=2 * MINUTE)


def test_a_failed_run_that_ends_well_is_forgotten(site_tenant):
    troubles = [ValueError()]

    def step(*_):
        if troubles:
            raise troubles.pop()

    shop = site_tenant.shop(step)
    assert shop.run_now(1, "work").outcome == "failed"
    assert shop.run_now(1, "work").outcome == "done"
    assert (site_tenant.row().attempts, site_tenant.row().error) == (0, None)


def test_who_lost_the_lease_gives_nothing_back(site_tenant):
    def slow(container, tenant_id, now):
        site_tenant.clock[0] += 11 * MINUTE
        assert other.run_now(1, "work").outcome == "done"

    other, shop = site_tenant.shop(lambda *_: None), site_tenant.shop(slow)
    assert shop.run_now(1, "work").outcome == "taken over"
    assert site_tenant.row().runs == 1


def test_a_site_that_left_or_a_job_of_another_release_is_left_alone(site_tenant):
    container, ran = site_tenant.container(), []
    shop = JobRunner(
        container, {"work": Job(lambda _, tenant_id, now: ran.append(tenant_id), interval=HOUR, at_once=True)}
    )
    JobRunner(container, {"newer": Job(lambda *_: None, interval=HOUR, at_once=True)}).insert_missing()
    shop.insert_missing()
    with container.engine.begin() as connection:
        save_tenant(connection, 2, state="uninstalled")
    while shop.run_due() is not None:
        pass
    assert ran == [1]


def test_jobs_that_ask_jira_are_for_sites_that_can_be_asked(site_tenant):
    with site_tenant.container().engine.begin() as connection:
        save_tenant(connection, 2, platform="file")
    site_tenant.shop(lambda *_: None, per="jira")
    with site_tenant.opened[-1].connect() as connection:
        assert [row.tenant_id for row in select_jobs(connection)] == [1]


def test_tenants_are_spread_and_nobody_begins_on_the_hour():
    job = Job(lambda *_: None, interval=HOUR)
    slots = [next_slot(job, tenant, "reconcile", NOON) for tenant in range(600)]
    assert all(NOON < slot <= NOON + HOUR for slot in slots)
    per_five_minutes = Counter((slot - NOON) // (5 * MINUTE) for slot in slots)
    assert max(per_five_minutes.values()) < 90
    assert next_slot(job, 7, "reconcile", slots[7]) == slots[7] + HOUR


def test_a_window_holds_every_nights_slots():
    night = Job(lambda *_: None, interval=DAY, start=1 * HOUR, window=4 * HOUR)
    for tenant in range(200):
        slot = next_slot(night, tenant, "nightly", NOON)
        assert NOON < slot <= NOON + DAY
        assert 1 * HOUR <= slot % DAY < 5 * HOUR


def test_every_job_of_ours_can_be_entered(site_tenant):
    JobRunner(site_tenant.container(), JOBS).insert_missing()
    with site_tenant.opened[-1].connect() as connection:
        assert {row.name for row in select_jobs(connection)} == set(JOBS)


def test_the_ticker_runs_what_is_due_and_stops(site_tenant):
    done = threading.Event()
    site_tenant.clock[0] = NOON
    ticker = Scheduler(
        JobRunner(site_tenant.container(), {"work": Job(lambda *_: done.set(), interval=HOUR, at_once=True)}),
        seconds=0.05,
    )
    ticker.start()
    assert done.wait(20)
    ticker.stop()
    assert logging.getLogger("apscheduler").level == logging.ERROR


def test_the_ticker_goes_on_when_the_clock_is_set_back(site_tenant, monkeypatch):
    shift, ticks = [2 * HOUR], threading.Semaphore(0)

    class Shifted(datetime):
        @classmethod
        def now(cls, tz=None):
            return cls.fromtimestamp(time.time() + shift[0] / SECOND, tz)

    monkeypatch.setattr(base, "datetime", Shifted)
    monkeypatch.setattr(scheduler, "now", lambda: time.time_ns() // 1000 + shift[0])
    ticker = Scheduler(SimpleNamespace(insert_missing=bool, run_due=ticks.release), seconds=0.05)
    ticker.start()
    try:
        assert ticks.acquire(timeout=20)
        shift[0] = 0
        assert all(ticks.acquire(timeout=5) for _ in range(20))
    finally:
        ticker.stop()


@pytest.mark.parametrize("died", [False, True])
def test_what_ran_while_the_clock_was_ahead_does_not_wait_until_then(site_tenant, died):
    shop = site_tenant.shop(failing(SystemExit) if died else lambda *_: None)
    site_tenant.clock[0] = NOON + 5 * HOUR
    for _ in range(2):
        with suppress(SystemExit):
            shop.run_due()
    site_tenant.clock[0] = NOON + MINUTE
    assert site_tenant.row().due_at > NOON + 5 * HOUR or site_tenant.row().lease_until > NOON + 5 * HOUR
    again = site_tenant.shop(lambda *_: None)
    assert [again.run_due().outcome, again.run_due().outcome, again.run_due()] == ["done", "done", None]


# -- four workers, one of them dying ---------------------------------------------------------------------------------

SLOTS, WORKERS = 12, 3


def note_run(container, tenant_id, now):
    """Count a run of this tenant's slot, and die with the lease where that was told."""
    if os.environ.get("DIE") and tenant_id == 1:
        os._exit(1)
    with container.engine.begin() as connection:
        connection.execute(
            counter.insert().values(
                tenant_id=tenant_id, kind="unknown event", subject=f"run {now} {os.getpid()}", value=1
            )
        )


def worker(url, clock, die, dead, gate):
    """One process: takes what is due until it is told to end; the clock moves only while it is at the gate."""
    if die:
        os.environ["DIE"] = "1"
    engine, reader = open_engine(url), open_engine(url, read_only=True)
    container = SimpleNamespace(engine=engine, reader=reader, clock=lambda: clock.value)
    shop = JobRunner(container, {"work": Job(note_run, interval=HOUR, jitter=0, at_once=True)})
    while not dead.is_set():
        with gate:
            taken = shop.run_due()
        if taken is None:
            time.sleep(0.01)


def runs(engine):
    with engine.connect() as connection:
        return Counter(row.tenant_id for row in connection.execute(counter.select()))


def move_clock(clock, gate, later):
    """Move the clock on between two steps of the workers; return what it was.

    Who had read the old time and then met a lease from after it would take that for one of a clock that was ahead.
    """
    for _ in range(WORKERS):
        gate.acquire()
    before, clock.value = clock.value, clock.value + later
    for _ in range(WORKERS):
        gate.release()
    return before


def slot_of(tenant, after):
    return next_slot(Job(note_run, interval=HOUR), tenant, "work", after)


def leases(engine):
    with engine.connect() as connection:
        return connection.execute(select(func.count()).select_from(job).where(job.c.lease_until > 0)).scalar_one()


def await_runs(engine, expected, leased, patience=30):
    """Wait until each slot has run and no lease is held but those `leased`: a clock that moves on would end them."""
    until = time.monotonic() + patience
    while (runs(engine), leases(engine)) != (expected, leased) and time.monotonic() < until:
        time.sleep(0.02)
    assert (runs(engine), leases(engine)) == (expected, leased)


@pytest.fixture
def postgres_migrated(postgres_copies):
    return postgres_copies.empty()


def test_four_workers_of_which_one_dies_run_each_slot_once(postgres_migrated):
    context = multiprocessing.get_context("spawn")
    clock, over, gate = context.Value("q", NOON), context.Event(), context.Semaphore(WORKERS)
    engine = open_engine(postgres_migrated)
    with engine.begin() as connection:
        for number in range(SLOTS):
            enter(connection, f"site{number}")
    container = SimpleNamespace(engine=engine, reader=engine, clock=lambda: clock.value)
    JobRunner(container, {"work": Job(note_run, interval=HOUR, jitter=0, at_once=True)}).insert_missing()
    # It dies with its place at the gate, so this is its own.
    own_gate = context.Semaphore()
    doomed = context.Process(target=worker, args=(postgres_migrated, clock, True, over, own_gate))
    doomed.start()
    doomed.join(30)
    assert doomed.exitcode == 1
    others = [
        context.Process(target=worker, args=(postgres_migrated, clock, False, over, gate)) for _ in range(WORKERS)
    ]
    for each in others:
        each.start()
    expected = Counter(range(2, SLOTS + 1))
    await_runs(engine, expected, leased=1)  # that of the one that died
    for later in (10 * MINUTE, HOUR):  # the lease of the dead one ends; then everybody's next slot
        before = move_clock(clock, gate, later)
        expected += Counter(tenant for tenant in range(2, SLOTS + 1) if slot_of(tenant, before) <= clock.value)
        expected[1] += 1
        await_runs(engine, expected, leased=0)
    time.sleep(0.3)
    over.set()
    for each in others:
        each.join(30)
    assert runs(engine) == expected
    engine.dispose()
