"""A backfill that is killed again and again gives the bytes of one that was not, and asks nothing twice."""

from collections.abc import Iterator
from random import Random

import pytest

from mappings.records.operations.sync_listings import select_listings
from tests.sync.site import Killed, Reading, reading
from tests.webhooks.site import Told, add_ground, played_story

KILLS = 10


@pytest.fixture(scope="module")
def story() -> Iterator[Told]:
    """The story on a site that embeds few histories, so that some have to be paged."""
    story_site = played_story(600)
    before, story_site.site.changelog_limit = story_site.site.changelog_limit, 8
    yield story_site
    story_site.site.changelog_limit = before


def figures(site_reading: Reading) -> tuple[object, object]:
    return site_reading.ground.all_figures(), {
        key: site_reading.ground.report(key) for key in ("growth-acme", "growth-bolt")
    }


def killed_backfill(site_reading: Reading, points: set[int]) -> int:
    """Read all histories, killed at each of the points; return how many requests were lost with unsaved steps."""
    moments, lost = 0, 0

    def kill() -> None:
        nonlocal moments
        moments += 1
        if moments in points:
            raise Killed

    site_reading.kill = kill
    while True:
        try:
            site_reading.backfill()
        except Killed:
            lost += len(site_reading.site.faults.calls) - site_reading.before
        else:
            site_reading.kill = lambda: None
            return lost


def test_a_killed_backfill_gives_the_bytes_of_a_whole_one(migrated_url: str, story: Told) -> None:
    with reading(migrated_url, story) as whole:
        moments = [0]
        whole.kill = lambda: moments.__setitem__(0, moments[0] + 1)
        whole.backfill()
        calls, whole.kill = len(whole.site.faults.calls), lambda: None
        whole.reconcile()
        expected = figures(whole)
    with reading(migrated_url, story) as broken:
        lost = killed_backfill(broken, set(Random(4).sample(range(2, moments[0]), KILLS)))
        assert len(broken.site.faults.calls) - calls <= lost
        broken.reconcile()
        assert figures(broken) == expected


def test_a_backfill_and_webhooks_alone_agree_after_one_whole_reconcile(migrated_url: str, story: Told) -> None:
    with reading(migrated_url, story) as read:
        read.backfill()
        read.reconcile()
        expected = figures(read)
        told_only = Reading(add_ground(read.ground.engine, read.ground.now), story.site, read.app, read.url)
        told_only.ground.agree(*story.engagements())
        told_only.ground.keep(story.bodies())
        told_only.ground.drain()
        told_only.backfill()
        told_only.reconcile()
        assert figures(told_only) == expected


def test_no_request_of_a_whole_backfill_is_made_twice(migrated_url: str, story: Told) -> None:
    with reading(migrated_url, story) as site_reading:
        site_reading.backfill()
        repeated = {what: count for what, count in site_reading.asked().items() if count > 1}
        with site_reading.ground.engine.connect() as connection:
            listings = select_listings(connection, site_reading.ground.tenant_id, "history")
    assert set(repeated) <= {
        "GET /rest/api/3/status?",  # once for each project, whose statuses may be its own
        "GET /rest/api/3/field?",  # with the statuses
        "POST /rest/api/3/search/jql?",
        "POST /rest/api/3/search/approximate-count?",
        "POST /rest/api/3/issue/bulkfetch?",  # the keys that no ticket of a project has, of each project
    }
    assert sum(listing.requests for listing in listings) == len(site_reading.site.faults.calls)
