"""Who is behind a latency, read from the tickets of a window on both databases, and never kept."""

from collections.abc import Iterator

import pytest
from msgspec.structs import replace

from connector.figures import latencies
from mappings.records.sql.scope import Scope
from tests.measure.builders import PEOPLE, Story, at, stays
from tests.measure.webhook_checks import YEAR
from tests.webhooks.site import SiteTenant, open_site_tenants
from tests.webhooks.test_examples import keep
from webhooks.measure import select_targets

TEAM = tuple(f"p{number:02}" for number in range(12))
KEY = "growth-acme"


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=at("2026-04-10 12:00")) as [measured_ground]:
        yield measured_ground


def asked(number: int, by: str) -> Story:
    """A request for review that somebody answered."""
    story = Story(key=f"GROW-{number}", number=number, history=100 * number, assignee="ann", creator="ann")
    story.move("In Progress", "2026-03-02 09:00", "ann").move("In Review", "2026-03-02 15:00", "ann")
    return story.say(by, "2026-03-03 10:00")


def of_many(site_tenant: SiteTenant, *answering: str, least: int = 10) -> bool:
    team = (*PEOPLE, *(stays(account, "inhouse", "2025-01-01") for account in TEAM))
    keep(site_tenant, *(asked(number, by) for number, by in enumerate(answering, start=1)), people=team)
    generation = site_tenant.generation(KEY) or 0
    with site_tenant.engine.connect() as connection:
        prepared = next(account.prepared for account in select_targets(connection, site_tenant.tenant_id))
        scope = Scope(connection, site_tenant.tenant_id, KEY, generation)
        prepared = replace(prepared, ruleset=replace(prepared.ruleset, works_council=True, people=least))
        return latencies.is_of_many(scope, prepared, "reviews_in_time", YEAR)


def test_k_different_people_are_many(site_tenant: SiteTenant) -> None:
    assert of_many(site_tenant, *TEAM[:10])


def test_one_fewer_are_few_however_often_they_answer(site_tenant: SiteTenant) -> None:
    assert not of_many(site_tenant, *TEAM[:9], *TEAM[:9])


def test_people_are_added_up_over_portions(site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(latencies, "CHUNK", 3)
    assert of_many(site_tenant, *TEAM[:11])


def test_where_k_have_not_come_on_the_latest_tickets_they_count_as_few(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(latencies, "MAX_TICKETS", 9)
    assert not of_many(site_tenant, *TEAM[:10])
