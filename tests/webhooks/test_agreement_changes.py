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
from tests.webhooks.site import Ground, add_ground, ground_of, small
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


def apply(ground: Ground, engagement: Engagement) -> None:
    with ground.engine.begin() as connection:
        save_engagement(connection, ground.tenant_id, engagement, engagement_hash(engagement), now=ground.now, by=None)


@pytest.fixture
def ground(migrated_url: str) -> Iterator[Ground]:
    """A site that heard a part of the story and measured it by the first agreement."""
    with ground_of(migrated_url, now=small().story.end) as [measured_ground]:
        measured_ground.agree(agreed())
        measured_ground.keep(small().bodies())
        measured_ground.drain()
        yield measured_ground


def progress(ground: Ground) -> list[tuple[int, int]]:
    with ground.engine.connect() as connection:
        return [(work.done, work.total) for work in select_all_progress(connection, ground.tenant_id)]


def is_built(ground: Ground) -> bool:
    with ground.engine.connect() as connection:
        stored = select_engagement(connection, ground.tenant_id, KEY)
    return stored is not None and stored.next_generation is None


def build(ground: Ground, rng: Random) -> tuple[int, list[tuple[int, int]]]:
    """Build what waits in small steps, half of them killed at some statement; return the kills and what was shown."""
    kills, shown = 0, []
    while not is_built(ground):
        with killed_at(ground.engine, rng.choice([1, 5, 20, 60, 1 << 30])) as struck:
            remeasure_step(ground.engine, ground.tenant_id, ground.now, 23)
        kills += len(struck)
        shown += progress(ground)
    return kills, shown


def test_every_kind_of_change_is_built_as_from_nothing(ground: Ground) -> None:
    rng, kills = Random(11), 0
    seen = [ground.figures(KEY)]
    for change in KINDS:
        changed = change(agreed())
        apply(ground, changed)
        assert ground.figures(KEY) == seen[-1]
        killed, shown = build(ground, rng)
        kills += killed
        assert shown == sorted(shown)
        assert len({done for done, _ in shown}) > 2
        assert progress(ground) == []
        other = add_ground(ground.engine, ground.now)
        other.agree(changed)
        other.keep(small().bodies())
        other.drain()
        assert ground.figures(KEY) == other.figures(KEY)
        seen.append(ground.figures(KEY))
    assert kills > 3
    assert all(generation not in seen[:place] for place, generation in enumerate(seen))
    apply(ground, agreed())
    measure_pending(ground.engine, ground.tenant_id, ground.now)
    assert ground.figures(KEY) == seen[0]
