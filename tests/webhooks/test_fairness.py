"""What one site may cost the others: a single event waits for at most one batch of a site that floods."""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, event

from tests.webhooks.site import VAULT, SiteTenant, add_site_tenant, small
from webhooks import drain as drain_module
from webhooks.drain import TRIES, drain_once

BATCH = 20


def test_a_single_event_waits_for_one_batch_of_a_site_that_floods(site_tenant: SiteTenant) -> None:
    others = [add_site_tenant(site_tenant.engine, site_tenant.now) for _ in range(5)]
    bodies = small().bodies()[: 6 * BATCH]
    site_tenant.keep(bodies)
    now = site_tenant.now
    drained = drain_once(site_tenant.engine, VAULT, now, BATCH)
    assert drained is not None
    assert drained.tenant_id == site_tenant.tenant_id
    for number, other in enumerate(others):
        # It comes while a batch of the flood is under way, and is the next one, whatever came before.
        other.keep(bodies[:1], start=f"single{number}")
        now += 1
        drained = drain_once(site_tenant.engine, VAULT, now, BATCH)
        assert drained is not None
        assert (drained.tenant_id, drained.deliveries) == (other.tenant_id, 1)
        now += 1
        drained = drain_once(site_tenant.engine, VAULT, now, BATCH)
        assert drained is not None
        assert drained.tenant_id == site_tenant.tenant_id


def test_sites_that_all_flood_take_turns(site_tenant: SiteTenant) -> None:
    sites = [site_tenant, *(add_site_tenant(site_tenant.engine, site_tenant.now) for _ in range(3))]
    for site in sites:
        site.keep(small().bodies()[: 3 * BATCH])
    turns = [drain_once(site_tenant.engine, VAULT, site_tenant.now + turn, BATCH) for turn in range(3 * len(sites))]
    tenants = [turn.tenant_id for turn in turns if turn]
    order = sorted(site.tenant_id for site in sites)
    assert tenants == order * 3


def test_a_clock_that_was_set_back_leaves_no_site_waiting(site_tenant: SiteTenant) -> None:
    other = add_site_tenant(site_tenant.engine, site_tenant.now)
    hour = 3_600_000_000
    other.keep(small().bodies()[:1])
    assert drain_once(site_tenant.engine, VAULT, site_tenant.now + hour, BATCH) is not None
    site_tenant.keep(small().bodies()[: 4 * BATCH])
    other.keep(small().bodies()[1:2], start="later")
    turns = [drain_once(site_tenant.engine, VAULT, site_tenant.now + turn, BATCH) for turn in range(2)]
    assert {turn.tenant_id for turn in turns if turn} == {site_tenant.tenant_id, other.tenant_id}


@contextmanager
def counted_transactions(engine: Engine) -> Iterator[list[int]]:
    begun: list[int] = []

    def count(_: object) -> None:
        begun.append(1)

    event.listen(engine, "begin", count)
    try:
        yield begun
    finally:
        event.remove(engine, "begin", count)


def test_a_delivery_that_stops_its_batch_costs_a_few_transactions(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    bodies = small().bodies()[:64]
    site_tenant.keep([*bodies[:40], b'{"poison": 1}', *bodies[40:]])
    read = drain_module.read_delivery

    def poisoned(delivery: drain_module.Delivery, digest: drain_module.Digest) -> drain_module.Read:
        if b"poison" in delivery.body:
            raise ZeroDivisionError
        return read(delivery, digest)

    monkeypatch.setattr(drain_module, "read_delivery", poisoned)
    with counted_transactions(site_tenant.engine) as begun:
        assert drain_once(site_tenant.engine, VAULT, site_tenant.now, 100) is not None
    # Two for each halving of 65, and some around them; one for each delivery would be 65.
    assert len(begun) < 20
    assert site_tenant.waiting() == 1
    for attempt in range(1, TRIES):
        drain_once(site_tenant.engine, VAULT, site_tenant.now + attempt * 1_000_000_000, 100)
    assert (site_tenant.waiting(), len(site_tenant.letters())) == (0, 1)
