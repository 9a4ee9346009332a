"""`make chaos`: faults at random while two tenants' events arrive, then a comparison with the true report.

python -m tests.chaos --faults "kill worker,poison" --events 2000 --seed 7
"""

import argparse
import sys
import time
from collections.abc import Sequence
from random import Random
from threading import Thread
from typing import Any

from cryptography.fernet import Fernet
from sqlalchemy import text

from connector.app import build_container
from connector.clock import now
from connector.config import read_settings
from connector.container import Container
from connector.jobs.runner import JobRunner
from mappings.records.operations.jobs import save_paused
from tests.chaos.check import agree, check, find_secrets
from tests.chaos.faults import FAULTS, Chaos
from tests.chaos.installation import WORKERS, Installation, open_installation
from tests.chaos.senders import Senders, by_thread
from tests.jira.apps.forge import ForgeOnSite
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.delivery import Deliverer
from tests.jira.server import serve
from tests.jira.site import Site
from tests.jira.story.story import Plan, plan, play, populate
from tests.jira.story_site import FORGE_APP

EVENTS = 100_000
# Of both ways together, for each ticket of the story.
EVENTS_OF_TICKET = 11
# Jobs that read all by themselves: they would hide an event that was lost.
READING = ("sync", "reconcile", "nightly", "full pass", "failed webhooks")


def run(events: int, seed: int, faults: Sequence[str]) -> list[str]:
    """Run one round; return what is wrong afterwards."""
    story, keys = plan(seed, tickets=max(30, events // EVENTS_OF_TICKET)), KeyHost()
    site = Site("acme", "http://127.0.0.1:1")
    site.wall = time.time
    populate(site, story)
    jira, key_host = serve(site), keys.serve()
    secret_key = Fernet.generate_key().decode()
    environ = {
        "TEACHBACK_SECRET_KEYS": secret_key, "TEACHBACK_CONNECT_KEY_HOSTS": key_host.url,
        "TEACHBACK_JIRA_HOSTS": jira.url, "TEACHBACK_FORGE_APP_ID": FORGE_APP, "TEACHBACK_FORGE_API_URL": jira.url,
        "TEACHBACK_FORGE_JWKS_URL": f"{key_host.url}/.well-known/jwks.json",
        # So many events read more tickets again than Atlassian's points of an hour allow.
        "TEACHBACK_HOURLY_POINTS": "10000000",
    }  # fmt: skip
    try:
        with open_installation(environ) as installation:
            send = by_thread(installation.url)
            connected = AppOnSite(site, keys, send)
            connected.install()
            # A development installation is a tenant of its own beside the Connect app.
            forge = ForgeOnSite(site, keys, send, FORGE_APP, jira.url, environment="DEVELOPMENT")
            assert forge.install().status == 202
            if installation.disk is None and "full disk" in faults:
                print("full disk: left out, this user may mount no small disk", flush=True)
                faults = [name for name in faults if name != "full disk"]
            senders = Senders(Deliverer(connected), forge, "poison" in faults)
            wrong = run_story(installation, site, story, senders, Chaos(installation, faults, Random(seed)))
            secrets = [
                secret_key,
                connected.installed.secret,
                *site.tokens,
                *(user for user in site.users if ":" in user),
            ]
            return wrong + find_secrets(installation.log, secrets)
    finally:
        jira.stop()
        key_host.stop()


def run_story(installation: Installation, site: Site, story: Plan, senders: Senders, chaos: Chaos) -> list[str]:
    environ = {**installation.environ, "TEACHBACK_DATABASE_URL": installation.direct_url}
    container = build_container(read_settings(environ, web=True), now)
    with container.reader.connect() as connection:
        tenants = [int(row[0]) for row in connection.execute(text("SELECT tenant_id FROM tenant ORDER BY 1"))]
    for tenant_id in tenants:
        agree(container.engine, tenant_id, story)
        pause_reading(container, tenant_id)
    for name in WORKERS:
        installation.start(name)
    began = time.monotonic()
    play(site, story)
    print(
        f"{senders.deliverer.waiting()} webhooks and {senders.forge.waiting} events of Forge, of {len(site.issues)}"
        f" tickets, played in {time.monotonic() - began:.0f} s",
        flush=True,
    )
    began = time.monotonic()
    endure(installation, senders, chaos)
    print(
        f"sent in {time.monotonic() - began:.0f} s, answers: {dict(senders.replies)}\n"
        f"faults: {dict(chaos.happened)}, {senders.poisons} poisoned bodies",
        flush=True,
    )
    return check(container, site, story, tenants, senders.poisons)


def pause_reading(container: Container, tenant_id: int) -> None:
    JobRunner(container).insert_missing()
    with container.engine.begin() as connection:
        for name in READING:
            save_paused(connection, tenant_id, name, paused=True)


def endure(installation: Installation, senders: Senders, chaos: Chaos) -> None:
    """Send all while the faults happen, then let the installation come to itself."""
    thread = Thread(target=chaos.run)
    thread.start()
    try:
        senders.run()
    finally:
        chaos.stop.set()
        thread.join()
    if chaos.failed:
        raise chaos.failed
    installation.revive()


def main(words: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos", description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS, help="of both ways together, about")
    parser.add_argument("--seed", type=int, default=int(time.time()), help="printed, so that a run can be repeated")
    parser.add_argument("--faults", default=",".join(FAULTS), help=f"of: {', '.join(FAULTS)}")
    asked: Any = parser.parse_args(words)
    faults = [name.strip() for name in asked.faults.split(",") if name.strip()]
    if unknown := set(faults) - FAULTS.keys():
        parser.error(f"no such fault: {', '.join(sorted(unknown))}")
    print(f"seed {asked.seed}, {asked.events} events, faults: {', '.join(faults) or 'none'}", flush=True)
    began = time.monotonic()
    wrong = run(asked.events, asked.seed, faults)
    print("\n".join(wrong) or "The report of both tenants is the true one, nothing waits, and nothing is doubled.")
    print(f"{time.monotonic() - began:.0f} s")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
