"""The week's figures about people are there before anybody looks: one engagement a step, as of its own Monday."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from sqlalchemy import Engine

from connector.jobs.registry import JOBS
from connector.jobs.weekly_people import compute_week
from mappings.events.times import DAY, HOUR
from mappings.records.operations.progress import Progress, delete_progress, save_progress
from mappings.records.sql.engine import open_engine
from tests.measure.builders import PEOPLE, agree, at
from tests.webhooks.site import SiteTenant, open_site_tenants

NOW = at("2026-04-10 12:00")
SUNDAY = at("2026-04-12 23:30")
"""Half an hour before Monday in Berlin; in Auckland it is Monday long since."""


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=NOW) as [measured_ground]:
        measured_ground.agree(agree(), agree(key="growth-far", zone="Pacific/Auckland", people=PEOPLE))
        yield measured_ground


@pytest.fixture
def container(site_tenant: SiteTenant, migrated_url: str) -> Iterator[Any]:
    reader: Engine = open_engine(migrated_url, read_only=True)
    yield SimpleNamespace(engine=site_tenant.engine, reader=reader)
    reader.dispose()


def weeks(site_tenant: SiteTenant) -> list[tuple[Any, ...]]:
    return site_tenant.rows("SELECT engagement, as_of FROM people_week WHERE tenant_id = :t ORDER BY as_of, engagement")


def mondays(site_tenant: SiteTenant) -> list[tuple[Any, ...]]:
    return [row for row in weeks(site_tenant) if row[1] > at("2026-04-05")]


def test_one_engagement_a_step_until_all_are_there(site_tenant: SiteTenant, container: Any) -> None:
    steps = [compute_week(container, site_tenant.tenant_id, NOW) for _ in range(3)]
    assert steps == [NOW, None, None]
    assert mondays(site_tenant) == [
        ("growth-far", at("2026-04-06", "Pacific/Auckland")),
        ("growth-acme", at("2026-04-06")),
    ]
    assert JOBS["weekly-people"].step is compute_week
    assert JOBS["weekly-people"].interval == HOUR


def test_the_ends_of_the_last_quarters_are_there_too_unless_it_began_later(
    site_tenant: SiteTenant, container: Any
) -> None:
    site_tenant.agree(agree(starts=date(2026, 1, 15)), agree(key="growth-far", zone="Pacific/Auckland", people=PEOPLE))
    for _ in range(3):
        compute_week(container, site_tenant.tenant_id, NOW)
    stored = weeks(site_tenant)
    assert [day for key, day in stored if key == "growth-acme"] == [at("2026-04-01"), at("2026-04-06")]
    ends = [at(day, "Pacific/Auckland") for day in ("2025-10-01", "2026-01-01", "2026-04-01", "2026-04-06")]
    assert [day for key, day in stored if key == "growth-far"] == ends


def test_a_week_begins_on_monday_of_each_engagements_zone(site_tenant: SiteTenant, container: Any) -> None:
    for now in (NOW, NOW, SUNDAY, SUNDAY, SUNDAY + HOUR):
        compute_week(container, site_tenant.tenant_id, now)
    assert [key for key, _ in mondays(site_tenant)] == ["growth-far", "growth-acme"] * 2


def test_while_history_comes_in_it_waits_for_the_next_slot(site_tenant: SiteTenant, container: Any) -> None:
    with site_tenant.engine.begin() as connection:
        save_progress(connection, site_tenant.tenant_id, Progress("import", "x", 0, 1, 2, 1, NOW, NOW))
    assert compute_week(container, site_tenant.tenant_id, NOW) is None
    assert weeks(site_tenant) == []
    with site_tenant.engine.begin() as connection:
        delete_progress(connection, site_tenant.tenant_id, "import", "x")
    assert compute_week(container, site_tenant.tenant_id, NOW) == NOW


def test_a_site_without_figures_has_nothing_to_compute(site_tenant: SiteTenant, container: Any) -> None:
    assert compute_week(container, site_tenant.tenant_id + 1, NOW + 7 * DAY) is None
