"""A second generation of figures: killed and gone on with, live events in both, and its progress to be seen."""

from collections.abc import Iterator
from datetime import date
from fractions import Fraction
from random import Random

import msgspec
import pytest

from mappings.events.times import DAY
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Opportunity
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.progress import select_all_progress
from mappings.records.sql.engine import upgrade
from mappings.records.sql.scope import Scope
from tests.conftest import CopyFilled
from tests.records.migration_steps import downgrade
from tests.webhooks.killed_process import killed_at
from tests.webhooks.site import KEYS, FiguresOf, SiteTenant, copied, fill_drained, fill_half, fill_with, small
from webhooks.generations import measure_pending, remeasure_step
from webhooks.opportunity_sums import save_opportunity_changes


def changed(engagement: Engagement) -> Engagement:
    """The same agreement, in which work is attributed by the time that people logged."""
    return msgspec.structs.replace(engagement, attribution="worklog")


def apply(site_tenant: SiteTenant, *, change: bool) -> None:
    for engagement in small().engagements():
        new = changed(engagement) if change else engagement
        with site_tenant.engine.begin() as connection:
            save_engagement(connection, site_tenant.tenant_id, new, engagement_hash(new), now=site_tenant.now, by=None)


@pytest.fixture
def measured(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """A site with half of the story measured."""
    with copied(copy_filled, fill_half) as site_tenant:
        yield site_tenant


def fill_from_nothing(url: str) -> int:
    """Measure the whole story with the changed agreement from the start."""

    def fill(site_tenant: SiteTenant) -> None:
        site_tenant.agree(*small().engagements())
        apply(site_tenant, change=True)
        measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
        site_tenant.keep(small().bodies())
        site_tenant.drain()

    return fill_with(url, fill)


def test_a_rebuilt_generation_is_that_of_a_measurement_from_nothing(
    measured: SiteTenant, figures_of: FiguresOf
) -> None:
    before = measured.all_figures()
    apply(measured, change=True)
    rng, kills = Random(3), 0
    rest = small().bodies()[len(small().events) // 2 :]
    for turn in range(12):
        with killed_at(measured.engine, rng.randint(1, 40)) as struck:
            remeasure_step(measured.engine, measured.tenant_id, measured.now, 11)
        kills += len(struck)
        # Work goes on meanwhile, on what is through already and on what is not.
        measured.keep(rest[turn::12], start=f"live{turn}-")
        measured.drain()
    assert kills > 3
    assert all(measured.generation(key) == 1 for key in KEYS)
    measure_pending(measured.engine, measured.tenant_id, measured.now)
    assert before != measured.all_figures()
    assert measured.all_figures() == figures_of(fill_from_nothing)


def test_live_events_are_in_both_generations_while_one_is_built(measured: SiteTenant, figures_of: FiguresOf) -> None:
    apply(measured, change=True)
    while (progress := remeasure_step(measured.engine, measured.tenant_id, measured.now, 20)) is not None:
        if progress.done >= progress.total:
            break
    measured.keep(small().bodies()[len(small().events) // 2 :], start="live")
    measured.drain()
    assert measured.generation("growth-acme") == 1
    assert measured.all_figures() == figures_of(fill_drained)
    measure_pending(measured.engine, measured.tenant_id, measured.now)
    assert measured.generation("growth-acme") == 2
    assert measured.all_figures() == figures_of(fill_from_nothing)


def test_progress_is_shown_while_it_is_built_and_gone_after(measured: SiteTenant) -> None:
    def shown() -> list[tuple[str, int, bool]]:
        with measured.engine.connect() as connection:
            works = select_all_progress(connection, measured.tenant_id)
        return [(f"{p.kind} {p.subject} {p.number}", p.done, p.total > 20) for p in works]

    apply(measured, change=True)
    remeasure_step(measured.engine, measured.tenant_id, measured.now, 10)
    assert shown() == [("measure growth-acme 2", 10, True)]
    remeasure_step(measured.engine, measured.tenant_id, measured.now, 10)
    assert shown() == [("measure growth-acme 2", 20, True)]
    measure_pending(measured.engine, measured.tenant_id, measured.now)
    assert shown() == []


def test_a_database_of_a_release_without_units_is_measured_again(measured: SiteTenant) -> None:
    """What is shown stays until then; then the sums of all units are those of a measurement from nothing."""
    url, before = measured.engine.url.render_as_string(hide_password=False), measured.all_figures()
    apply(measured, change=True)
    remeasure_step(measured.engine, measured.tenant_id, measured.now, 10)
    downgrade(url, "0036")
    upgrade(url)
    shown = measured.rows(
        "SELECT unit, sum(tickets) FROM day_sum WHERE generation = 1 AND objective = '' GROUP BY unit"
    )
    assert [unit for unit, _ in shown] == [""]
    assert not measured.rows("SELECT * FROM entry WHERE generation = 2")
    apply(measured, change=False)
    measure_pending(measured.engine, measured.tenant_id, measured.now)
    assert measured.all_figures() == before
    units = {row[0] for row in before["growth-acme"]["day_sum"]}
    assert units == {"", "count", "hours"}


def test_sums_that_an_upgrade_adds_are_those_of_what_is_stored(measured: SiteTenant) -> None:
    agreed, generation = small().engagements()[0], measured.generation("growth-acme")
    # Before and after midnight in the engagement's zone, known at once or later, and one that was taken back.
    midnight = Calendar(agreed.zone, agreed.workflow.hours).midnight(date(2026, 3, 30))
    declined = [
        Opportunity("uptake", 999, midnight + off, Fraction(1, 2), known=midnight + DAY, gone=gone)
        for off, gone in ((-1, None), (0, None), (0, midnight + 2 * DAY - 1))
    ]
    with measured.engine.begin() as connection:
        scope = Scope(connection, measured.tenant_id, agreed.key, generation or 0)
        save_opportunity_changes(scope, Calendar(agreed.zone, agreed.workflow.hours), {999: declined})
    url, before = measured.engine.url.render_as_string(hide_password=False), measured.all_figures()
    downgrade(url, "0038")
    upgrade(url)
    assert measured.all_figures() == before
    assert sum(row[0] == "uptake_reasoned" for row in before["growth-acme"]["opportunity_sum"]) == len(declined)


def test_a_generation_that_is_overtaken_is_dropped(measured: SiteTenant) -> None:
    before = measured.all_figures()
    apply(measured, change=True)
    remeasure_step(measured.engine, measured.tenant_id, measured.now, 10)
    apply(measured, change=False)
    measure_pending(measured.engine, measured.tenant_id, measured.now)
    assert measured.all_figures() == before
    assert measured.rows("SELECT DISTINCT generation FROM entry WHERE engagement = 'growth-acme'") == [(3,)]
