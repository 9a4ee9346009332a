"""Several who drain at once, and some who are killed at it: every delivery counts once."""

from concurrent.futures import ThreadPoolExecutor
from random import Random

from mappings.records.sql.engine import StoreError, open_engine
from tests.webhooks.killed_process import killed_at
from tests.webhooks.site import VAULT, SiteTenant, add_site_tenant, small
from webhooks.drain import drain_once
from webhooks.worker import Drainer, step


def work(url: str, seed: int) -> int:
    """One worker with an engine of its own, killed now and then, until nothing waits; returns how often it was."""
    engine, rng, kills = open_engine(url), Random(seed), 0
    idle = 0
    while idle < 3:
        kill = rng.choice([None, rng.randint(1, 80)]) if kills < 6 else None
        with killed_at(engine, kill) as struck:
            idle = 0 if drain_once(engine, VAULT, 0, limit=rng.randint(30, 120)) else idle + 1
        kills += len(struck)
    engine.dispose()
    return kills


def test_two_workers_and_several_deaths_count_each_delivery_once(drained: SiteTenant) -> None:
    sites = [add_site_tenant(drained.engine, drained.now) for _ in range(2)]
    for site in sites:
        site.agree(*small().engagements())
        site.keep(small().bodies())
    url = drained.engine.url.render_as_string(hide_password=False)
    with ThreadPoolExecutor(2) as pool:
        kills = sum(pool.map(lambda seed: work(url, seed), (1, 2)))
    assert kills > 2
    assert drained.waiting() == 0
    for site in sites:
        assert site.all_figures() == drained.all_figures()
        assert site.letters() == []


def test_a_drainer_works_until_it_is_stopped_and_outlives_a_database_that_is_away(site_tenant: SiteTenant) -> None:
    outcomes = iter([StoreError("the database does not answer", "see whether it runs")])

    def turn() -> bool:
        for trouble in outcomes:
            raise trouble
        return step(site_tenant.engine, VAULT, lambda: site_tenant.now)

    site_tenant.keep(small().bodies())
    drainer = Drainer(turn)
    drainer.start()
    while site_tenant.waiting():
        drainer.wake()
    drainer.stop()
    assert site_tenant.figures("growth-acme")["entry"]
