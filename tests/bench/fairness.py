"""Line: one site that floods beside 49 with a single event now and then, on one worker."""

import time
import uuid
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from cryptography.fernet import Fernet

from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.inbox import insert_statement
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.operations.tenants import insert_tenant
from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.installation import Database, SiteTenant, site_tenant
from tests.bench.machine import share, spread
from webhooks.drain import drain_once
from webhooks.generations import measure_pending

SITES, FLOOD, SINGLE = 50, 500.0, 0.2
"""Sites; events a second of the one that floods, and of each other."""
SECONDS = 10.0


@dataclass
class WaitTimes:
    """What single events waited: milliseconds, and batches of others drained between arrival and their own."""

    milliseconds: list[float] = field(default_factory=list)
    batches: list[int] = field(default_factory=list)
    drained: int = 0


@dataclass
class Arrival:
    """An event of a site, and when it comes, in seconds after the start."""

    at: float
    tenant_id: int


def enter_sites(place: SiteTenant, vault: Vault, number: int) -> list[int]:
    """Enter further sites, each with the story's engagements."""
    agreed = [read_engagement(text) for text in story.engagement_files()]
    entered = []
    for site in range(number):
        with place.engine.begin() as connection:
            tenant_id = insert_tenant(
                connection, client_key=f"bench {site}", site=f"bench{site}.example", base_url="https://bench.example",
                display_url=None, platform="connect", state="installed", now=place.now, vault=vault,
            )  # fmt: skip
            for engagement in agreed:
                save_engagement(connection, tenant_id, engagement, engagement_hash(engagement), now=place.now, by=None)
        measure_pending(place.engine, tenant_id, place.now)
        entered.append(tenant_id)
    return entered


def arrivals(flooding: Sequence[int], quiet: Sequence[int]) -> list[Arrival]:
    """Return the events of all sites in order of time."""
    made = [Arrival(n / FLOOD, tenant_id) for tenant_id in flooding for n in range(int(SECONDS * FLOOD))]
    for place, tenant_id in enumerate(quiet):
        first = place / len(quiet) / SINGLE
        made += [Arrival(first + n / SINGLE, tenant_id) for n in range(int((SECONDS - first) * SINGLE) + 1)]
    return sorted(made, key=lambda arrival: arrival.at)


def work_off(place: SiteTenant, coming: Sequence[Arrival], quiet: Sequence[int]) -> WaitTimes:
    """Drain what has come, batch after batch, until all has come and is drained."""
    waits, waiting, bodies = WaitTimes(), dict[int, tuple[float, int]](), _bodies()
    at, began = 0, time.perf_counter()
    while True:
        passed, come = time.perf_counter() - began, at
        while at < len(coming) and coming[at].at <= passed:
            if coming[at].tenant_id in quiet:
                waiting.setdefault(coming[at].tenant_id, (coming[at].at, waits.drained))
            at += 1
        _insert(place, coming[come:at], bodies)
        drained = drain_once(place.engine, place.vault, time.time_ns() // 1000)
        if drained is None:
            if at == len(coming):
                return waits
            time.sleep(max(0.0, coming[at].at - (time.perf_counter() - began)))
            continue
        if arrived := waiting.pop(drained.tenant_id, None):
            waits.milliseconds.append((time.perf_counter() - began - arrived[0]) * 1000)
            waits.batches.append(waits.drained - arrived[1])
        waits.drained += drained.tenant_id not in quiet


def _bodies() -> Iterator[bytes]:
    while True:
        yield from story.updates()


def _insert(place: SiteTenant, coming: Sequence[Arrival], bodies: Iterator[bytes]) -> None:
    rows = [(arrival.tenant_id, str(uuid.uuid4()), place.now, pack_body(next(bodies))) for arrival in coming]
    if rows:
        with place.engine.begin() as connection:
            connection.exec_driver_sql(insert_statement(place.engine), rows)


def measure_fairness(database: Database, *, rounds: int) -> dict[str, Any]:
    """Return what single events wait with and without the flood, in alternating rounds."""
    key = Fernet.generate_key().decode()
    made: dict[str, list[WaitTimes]] = {"alone": [], "beside_a_flood": []}
    with site_tenant(database, story.engagement_files(), story.dump()[:50], key=key) as place:
        quiet = enter_sites(place, Vault((key,)), SITES - 1)
        for _ in range(rounds):
            for name, flooding in (("alone", []), ("beside_a_flood", [place.tenant_id])):
                made[name].append(work_off(place, arrivals(flooding, quiet), frozenset(quiet)))
    return {"sites": SITES} | {name: _summary(waits) for name, waits in made.items()}


def _summary(rounds: Sequence[WaitTimes]) -> dict[str, Any]:
    return {
        "p50_ms": spread(share(waits.milliseconds, 0.5) for waits in rounds),
        "p99_ms": spread(share(waits.milliseconds, 0.99) for waits in rounds),
        "most_batches_of_the_flood_before_it": spread(max(waits.batches) for waits in rounds),
    }
