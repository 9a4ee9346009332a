"""`make chaos`: kills and cuts at random while two tenants' events arrive, then compares with the true report.

python -m tests.chaos --faults "kill worker,poison" --tickets 40 --seed 7
"""

import argparse
import json
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import Engine, text

from connector.app import build_container
from connector.clock import now
from connector.config import read_settings
from connector.container import Container
from connector.figures.review import select_review
from connector.jobs.runner import JobRunner
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.report.json_report import report, report_bytes
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.jobs import save_due
from mappings.records.sql.engine import StoreError, open_engine, upgrade
from tests.chaos.installation import Installation, open_installation, wait_for
from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.transport import UNREACHED, Reply, Send, over_http
from tests.jira.delivery import Deliverer
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.story.story import Plan, engagement_file, plan, play, populate
from tests.jira.story_site import FORGE_APP
from tests.webhooks.site import add_ground
from webhooks.generations import measure_pending

ACME = "growth-acme"
WHOLE = (date(2020, 1, 1), date(2040, 1, 1))
# As often as Jira and Forge try again, without their minutes between.
TRY_FOR = 120.0
POISON_EVERY = 50
POISON = {"webhookEvent": "jira:issue_updated", "timestamp": 1, "issue": {"id": "x", "fields": {"created": []}}}

FAULTS: Mapping[str, Callable[[Installation], None]] = {
    "kill serve": lambda installation: installation.kill("serve"),
    "kill worker": lambda installation: installation.kill("worker"),
    "kill postgres": lambda installation: installation.kill_postgres(),
    "cut connections": lambda installation: installation.cut_connections(),
    # Not a moment's fault: sent among the webhooks.
    "poison": lambda _: None,
}


@dataclass
class Chaos:
    """Faults that happen while `stop` is not set."""

    installation: Installation
    faults: Sequence[str]
    chance: Random
    stop: Event = field(default_factory=Event)
    happened: Counter[str] = field(default_factory=Counter)

    def run(self) -> None:
        moments = [name for name in self.faults if name != "poison"]
        while moments and not self.stop.wait(self.chance.uniform(1, 6)):
            name = self.chance.choice(moments)
            FAULTS[name](self.installation)
            self.happened[name] += 1
            self.installation.revive()
            # Faults faster than a start would let nothing happen between them.
            self.installation.wait_until_ready()


def patient(send: Send) -> Send:
    """Return a sender that tries again while the app cannot be reached or says that it cannot store."""

    def call(method: str, path: str, headers: Mapping[str, str], body: bytes) -> Reply:
        end = time.monotonic() + TRY_FOR
        while (reply := send(method, path, headers, body)).status == UNREACHED or reply.status >= 500:
            if time.monotonic() > end:
                raise TimeoutError(f"{path} was answered {reply.status} for {TRY_FOR:.0f} s")
            time.sleep(0.2)
        return reply

    return call


def agree(engine: Engine, tenant_id: int, story: Plan) -> None:
    engagement = read_engagement(engagement_file(story, ACME))
    with engine.begin() as connection:
        save_engagement(connection, tenant_id, engagement, engagement_hash(engagement), now=now(), by=None)
    measure_pending(engine, tenant_id, now())


def report_of(engine: Engine, tenant_id: int, as_of: int) -> bytes:
    with engine.connect() as connection:
        stored = select_engagement(connection, tenant_id, ACME)
        assert stored is not None
        first, end = WHOLE
        return report_bytes(report(select_review(connection, tenant_id, stored, first=first, end=end, as_of=as_of)))


def true_report(site: Site, story: Plan, as_of: int) -> bytes:
    """The report of a tenant that reads the finished site once, in peace."""
    folder = Path(tempfile.mkdtemp(prefix="teachback-chaos-"))
    url = f"sqlite:///{folder / 'teachback.db'}"
    upgrade(url)
    engine = open_engine(url)
    try:
        ground = add_ground(engine, as_of)
        agree(engine, ground.tenant_id, story)
        ground.read_all(site)
        return report_of(engine, ground.tenant_id, as_of)
    finally:
        engine.dispose()
        shutil.rmtree(folder)


def read_marked(container: Container, tenant_id: int) -> None:
    """Run the jobs that a hint and an hour cause."""
    runner = JobRunner(container)
    runner.insert_missing()
    for name in ("reread", "reconcile", "reread"):
        with container.engine.begin() as connection:
            save_due(connection, tenant_id, name, now())
        while (done := runner.run_now(tenant_id, name)) is not None and done.due_at <= now():
            assert done.message is None, done


def deliver(deliverer: Deliverer, forge: ForgeOnSite, *, poisoned: bool) -> int:
    """Deliver all that waits, by both ways at once; return how many bodies were poisoned."""
    events = Thread(target=forge.settle)
    events.start()
    count, number = 0, 0
    while waiting := deliverer._next(None):
        number += 1
        if poisoned and number % POISON_EVERY == 0:
            count += 1
            name = f"{waiting.identifier[:-4]}dead"
            deliverer._try(replace(waiting, identifier=name, body=json.dumps(POISON | {"n": number}).encode()))
        deliverer._try(waiting)
    events.join()
    return count


def run(tickets: int, seed: int, faults: Sequence[str]) -> list[str]:
    """Run one round; return what is wrong afterwards."""
    story, keys = plan(seed, tickets=tickets), KeyHost()
    site = Site("acme", "http://127.0.0.1:1")
    site.wall = time.time
    populate(site, story)
    jira, key_host = serve(site), keys.serve()
    environ = {
        "TEACHBACK_SECRET_KEYS": Fernet.generate_key().decode(), "TEACHBACK_CONNECT_KEY_HOSTS": key_host.url,
        "TEACHBACK_JIRA_HOSTS": jira.url, "TEACHBACK_FORGE_APP_ID": FORGE_APP, "TEACHBACK_FORGE_API_URL": jira.url,
        "TEACHBACK_FORGE_JWKS_URL": f"{key_host.url}/.well-known/jwks.json",
    }  # fmt: skip
    try:
        with open_installation(environ) as installation:
            send = patient(over_http(installation.url))
            connected = AppOnSite(site, keys, send)
            connected.install()
            deliverer = Deliverer(connected)
            # A development installation is a tenant of its own beside the Connect app.
            forge = ForgeOnSite(site, keys, send, FORGE_APP, jira.url, environment="DEVELOPMENT")
            assert forge.install().status == 202
            return run_story(installation, site, story, deliverer, forge, Random(seed), faults)
    finally:
        jira.stop()
        key_host.stop()


def run_story(
    installation: Installation, site: Site, story: Plan, deliverer: Deliverer, forge: ForgeOnSite, chance: Random,
    faults: Sequence[str],
) -> list[str]:  # fmt: skip
    container = build_container(read_settings(dict(installation.environ), web=True), now)
    with container.reader.connect() as connection:
        tenants = [int(row[0]) for row in connection.execute(text("SELECT tenant_id FROM tenant ORDER BY 1"))]
    for tenant_id in tenants:
        agree(container.engine, tenant_id, story)
    play(site, story)
    print(f"{deliverer.waiting()} webhooks, {forge.waiting} events of Forge", flush=True)
    chaos = Chaos(installation, faults, chance)
    thread = Thread(target=chaos.run)
    thread.start()
    poisoned = deliver(deliverer, forge, poisoned="poison" in faults)
    chaos.stop.set()
    thread.join()
    installation.revive()
    print(f"faults: {dict(chaos.happened)}, {poisoned} poisoned bodies", flush=True)
    return check(container, site, story, tenants, poisoned)


def check(container: Container, site: Site, story: Plan, tenants: Sequence[int], poisoned: int) -> list[str]:
    """Return what differs from what has to be so after the faults."""
    # The check's own connections of before the faults were cut, too.
    container.engine.dispose()
    container.reader.dispose()

    def count(query: str) -> int:
        try:
            with container.reader.connect() as connection:
                return int(connection.execute(text(query)).scalar_one())
        except StoreError:
            return -1  # a connection of before the last fault

    wait_for(lambda: count("SELECT count(*) FROM inbox") == 0, "the inbox to be drained", patience=600)
    for tenant_id in tenants:
        read_marked(container, tenant_id)
        measure_pending(container.engine, tenant_id, now())
    as_of, wrong = now(), list[str]()
    expected = true_report(site, story, as_of)
    for tenant_id in tenants:
        if report_of(container.engine, tenant_id, as_of) != expected:
            wrong.append(f"tenant {tenant_id}: the report is not the true one")
    for name, number in (("inbox", 0), ("reread", 0), ("dead_letter", poisoned)):
        if (rows := count(f"SELECT count(*) FROM {name}")) != number:
            wrong.append(f"{rows} rows in {name}, not {number}")
    return wrong


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--tickets", type=int, default=400, help="tickets of the story: some 50 events each")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--faults", default=",".join(FAULTS), help=f"of: {', '.join(FAULTS)}")
    asked: Any = parser.parse_args(words)
    faults = [name.strip() for name in asked.faults.split(",") if name.strip()]
    if unknown := set(faults) - FAULTS.keys():
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    print(f"seed {asked.seed}, {asked.tickets} tickets, faults: {', '.join(faults) or 'none'}", flush=True)
    began = time.monotonic()
    wrong = run(asked.tickets, asked.seed, faults)
    print("\n".join(wrong) or "The report of both tenants is the true one, and nothing waits.")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
