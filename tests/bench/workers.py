"""Line: several sites drained by several processes on PostgreSQL, four workers against one."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine

from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.fairness import enter_sites
from tests.bench.installation import SiteTenant, fill_inbox, site_tenant
from tests.bench.machine import CORES, Postgres, opened, processor_seconds, spread
from webhooks.drain import drain_once

SITES, WARM, EVENTS = 8, 200, 1400
"""Sites, deliveries of each by which the workers get warm, and all of each."""
WORKERS = (1, 2, 4)


def work(url: str, key: str, ready: Any, go: Any, spent: Any) -> None:
    """One worker process: drains until nothing waits, first to get warm, and tells its processor time."""
    os.sched_setaffinity(0, set(CORES))
    vault = Vault((key,))
    with opened(url) as engine:
        drain_all(engine, vault)
        ready.release()
        go.wait()
        began = time.process_time()
        drain_all(engine, vault)
        spent.put(time.process_time() - began)


def drain_all(engine: Engine, vault: Vault) -> None:
    idle = 0
    while idle < 3:
        idle = 0 if drain_once(engine, vault, time.time_ns() // 1000) else idle + 1


def measure_round(database: Postgres, workers: int) -> dict[str, float]:
    """Drain all sites by so many processes."""
    key = Fernet.generate_key().decode()
    with site_tenant(database, story.engagement_files(), story.dump(), key=key) as place:
        sites = [place.tenant_id, *enter_sites(place, Vault((key,)), SITES - 1)]
        site_tenants = [replace(place, tenant_id=tenant_id) for tenant_id in sites]
        seconds, spent, there = drain_by(site_tenants, key, database.pid, workers)
        with place.engine.connect() as connection:
            assert connection.exec_driver_sql("SELECT count(*) FROM inbox").scalar() == 0
    events = SITES * (EVENTS - WARM)
    return {
        "events_a_second": events / seconds,
        "events_a_processor_second": events / sum(spent),
        "events_a_processor_second_with_server": events / (sum(spent) + there),
        "cores_busy": (sum(spent) + there) / seconds,
    }


def drain_by(sites: Sequence[SiteTenant], key: str, pid: int, workers: int) -> tuple[float, Sequence[float], float]:
    """Return the seconds until all is drained, and the processor seconds of each worker and of the server."""
    url = sites[0].engine.url.render_as_string(hide_password=False)
    for site in sites:
        fill_inbox(site, story.bodies()[:WARM])
    start = multiprocessing.get_context("spawn")
    ready, go, spent = start.Semaphore(0), start.Event(), start.Queue()
    processes = [start.Process(target=work, args=(url, key, ready, go, spent)) for _ in range(workers)]
    for process in processes:
        process.start()
    for _ in processes:
        ready.acquire()
    for site in sites:
        fill_inbox(site, story.bodies()[WARM:EVENTS])
    before, began = processor_seconds(pid), time.perf_counter()
    go.set()
    times = [spent.get(timeout=300) for _ in processes]
    seconds = time.perf_counter() - began
    for process in processes:
        process.join()
    return seconds, times, processor_seconds(pid) - before


def measure_workers(database: Postgres, *, rounds: int) -> dict[str, Any]:
    """Return the figures of each number of workers, and the ratios to one worker in the same round."""
    made = [{workers: measure_round(database, workers) for workers in WORKERS} for _ in range(rounds)]
    figures: dict[str, Any] = {"sites": SITES, "events_of_each": EVENTS}
    for workers in WORKERS:
        figures[f"{workers}_workers"] = {name: spread(row[workers][name] for row in made) for name in made[0][workers]}
    for workers in WORKERS[1:]:
        figures[f"{workers}_compared_with_one"] = {
            name: spread(row[workers][name] / row[1][name] for row in made)
            for name in ("events_a_second", "events_a_processor_second")
        }
    return figures
