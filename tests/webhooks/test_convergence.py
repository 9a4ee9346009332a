"""The law: whatever the webhooks did on their way, one reconcile gives what `import` alone gives, byte by byte."""

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from mappings.formats.report.json_report import report_bytes
from tests.webhooks.killed_process import killed_at
from tests.webhooks.site import KEYS, MINUTE, VAULT, SiteTenant, add_site_tenant, open_site_tenants, played_story
from webhooks.drain import drain_once
from webhooks.generations import measure_pending

TICKETS = 30
EXAMPLES = int(os.environ.get("TEACHBACK_LAW_EXAMPLES", "6"))


@dataclass(frozen=True)
class DeliveryPlan:
    """What happens to the webhooks on their way: `seed` draws the order and who is lost; `kills` are statements."""

    seed: int
    dropped: float
    doubled: float
    shuffled: bool
    limits: tuple[int, ...]
    kills: tuple[int, ...]


JOURNEYS = st.builds(
    DeliveryPlan,
    seed=st.integers(0, 1 << 32),
    dropped=st.sampled_from([0.0, 0.1, 0.5]),
    doubled=st.sampled_from([0.0, 0.3]),
    shuffled=st.booleans(),
    limits=st.lists(st.integers(40, 400), min_size=1, max_size=4).map(tuple),
    kills=st.lists(st.integers(1, 60), max_size=6).map(tuple),
)


def sent(journey: DeliveryPlan) -> list[bytes]:
    """The story's bodies as they arrive: late by 2 to 90 ms, some never, some twice, in whatever order."""
    rng = Random(journey.seed)
    bodies = [late(event.body, rng) for event in played_story(TICKETS).events if rng.random() >= journey.dropped]
    bodies += [body for body in bodies if rng.random() < journey.doubled]
    if journey.shuffled:
        rng.shuffle(bodies)
    return bodies


def late(body: Any, rng: Random) -> bytes:
    return json.dumps({**body, "timestamp": body["timestamp"] + rng.randint(2, 90)}).encode()


def travel(site_tenant: SiteTenant, journey: DeliveryPlan) -> None:
    site_tenant.keep(sent(journey))
    for turn, kill in enumerate(journey.kills):
        with killed_at(site_tenant.engine, kill):
            drain_once(site_tenant.engine, VAULT, site_tenant.now, journey.limits[turn % len(journey.limits)])
    assert site_tenant.drain(journey.limits[0]) == 0


def outcome(site_tenant: SiteTenant) -> dict[str, Any]:
    """What `report` says, after it measured what waits, and every row behind it."""
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    return {key: (report_bytes(site_tenant.report(key)), site_tenant.figures(key)) for key in KEYS}


@pytest.fixture
def by_rest(migrated_url: str) -> Iterator[SiteTenant]:
    """A site that was imported and never sent a webhook."""
    with open_site_tenants(migrated_url, now=played_story(TICKETS).story.end + 5 * MINUTE) as [site_tenant]:
        site_tenant.read_all(played_story(TICKETS).site)
        site_tenant.agree(*played_story(TICKETS).engagements())
        yield site_tenant


def test_facts_converge_on_rest(by_rest: SiteTenant) -> None:
    imported = outcome(by_rest)
    assert len(json.loads(imported["growth-acme"][0])["issues"]) > 30

    # Without shrinking: a failure names its journey, and each takes seconds.
    @settings(
        max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(JOURNEYS)
    def converges(journey: DeliveryPlan) -> None:
        site_tenant = add_site_tenant(by_rest.engine, by_rest.now)
        site_tenant.agree(*played_story(TICKETS).engagements())
        travel(site_tenant, journey)
        site_tenant.read_all(played_story(TICKETS).site, size=20, order=Random(journey.seed))
        assert outcome(site_tenant) == imported

    converges()
