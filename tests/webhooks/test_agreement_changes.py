"""Whatever of an agreement changes, the figures built anew are those of a measurement from nothing, killed or not."""

from collections.abc import Callable, Iterator
from random import Random

import pytest
from msgspec.structs import replace

from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.engagement import Engagement, Hours, TicketRule, Units
from mappings.records.agreement.engagements import save_engagement, select_engagement
from mappings.records.operations.progress import select_all_progress
from tests.jira.story.people import ACME, account_of
from tests.webhooks.killed_process import killed_at
from tests.webhooks.site import SiteTenant, add_site_tenant, open_site_tenants, small
from webhooks.generations import measure_pending, remeasure_step

KEY = "growth-acme"


def people(engagement: Engagement) -> Engagement:
    """Some of the agency's people were in-house from the middle of the story on, and one was never on its side."""
    moved = {account_of(name) for name in ACME[1:4]}
    rows = []
    for person in engagement.people:
        middle = small().story.start + (small().story.end - small().story.start) // 3
        middle -= middle % 86_400_000_000 - 22 * 3_600_000_000
        if person.account in moved and person.end is None:
            rows += [replace(person, end=middle), replace(person, side="inhouse", org="growth", start=middle)]
        elif person.account != account_of(ACME[0]):
            rows.append(person)
    return replace(engagement, people=tuple(rows))


def workflow(engagement: Engagement) -> Engagement:
    """Review is work, too, and days are shorter."""
    hours = Hours(days=(1, 2, 3, 4), start=600, end=900)
    names = (*engagement.workflow.active, *engagement.workflow.review)
    return replace(engagement, workflow=replace(engagement.workflow, active=names, review=(), hours=hours))


def mapping(engagement: Engagement) -> Engagement:
    """Other tickets are the first objective's, and the second is none any more."""
    first, _, *rest = engagement.objectives
    return replace(engagement, objectives=(replace(first, mapping=TicketRule(types=("Task", "Story"))), *rest))


def units(engagement: Engagement) -> Engagement:
    return replace(engagement, units=Units("hours"), attribution="worklog")


KINDS: tuple[Callable[[Engagement], Engagement], ...] = (people, workflow, mapping, units)


def agreed() -> Engagement:
    return next(engagement for engagement in small().engagements() if engagement.key == KEY)


def apply(site_tenant: SiteTenant, engagement: Engagement) -> None:
    with site_tenant.engine.begin() as connection:
        save_engagement(
            connection, site_tenant.tenant_id, engagement, engagement_hash(engagement), now=site_tenant.now, by=None
        )


@pytest.fixture
def site_tenant(migrated_url: str) -> Iterator[SiteTenant]:
    """A site that heard a part of the story and measured it by the first agreement."""
    with open_site_tenants(migrated_url, now=small().story.end) as [measured_ground]:
        measured_ground.agree(agreed())
        measured_ground.keep(small().bodies())
        measured_ground.drain()
        yield measured_ground


def progress(site_tenant: SiteTenant) -> list[tuple[int, int]]:
    with site_tenant.engine.connect() as connection:
        return [(work.done, work.total) for work in select_all_progress(connection, site_tenant.tenant_id)]


def is_built(site_tenant: SiteTenant) -> bool:
    with site_tenant.engine.connect() as connection:
        stored = select_engagement(connection, site_tenant.tenant_id, KEY)
    return stored is not None and stored.next_generation is None


def build(site_tenant: SiteTenant, rng: Random) -> tuple[int, list[tuple[int, int]]]:
    """Build what waits in small steps, half of them killed at some statement; return the kills and what was shown."""
    kills, shown = 0, []
    while not is_built(site_tenant):
        with killed_at(site_tenant.engine, rng.choice([1, 5, 20, 60, 1 << 30])) as struck:
            remeasure_step(site_tenant.engine, site_tenant.tenant_id, site_tenant.now, 23)
        kills += len(struck)
        shown += progress(site_tenant)
    return kills, shown


def test_every_kind_of_change_is_built_as_from_nothing(site_tenant: SiteTenant) -> None:
    rng, kills = Random(11), 0
    seen = [site_tenant.figures(KEY)]
    for change in KINDS:
        changed = change(agreed())
        apply(site_tenant, changed)
        assert site_tenant.figures(KEY) == seen[-1]
        killed, shown = build(site_tenant, rng)
        kills += killed
        assert shown == sorted(shown)
        assert len({done for done, _ in shown}) > 2
        assert progress(site_tenant) == []
        other = add_site_tenant(site_tenant.engine, site_tenant.now)
        other.agree(changed)
        other.keep(small().bodies())
        other.drain()
        assert site_tenant.figures(KEY) == other.figures(KEY)
        seen.append(site_tenant.figures(KEY))
    assert kills > 3
    assert all(generation not in seen[:place] for place, generation in enumerate(seen))
    apply(site_tenant, agreed())
    measure_pending(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    assert site_tenant.figures(KEY) == seen[0]
