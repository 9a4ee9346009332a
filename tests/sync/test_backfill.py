"""A backfill that is killed again and again gives the bytes of one that was not, and asks nothing twice."""

from collections.abc import Iterator
from random import Random

import pytest

from mappings.records.operations.sync_listings import select_listings
from tests.sync.site import ProcessKilled, SyncedSite, open_synced_site
from tests.webhooks.site import PlayedStory, add_site_tenant, played_story

KILLS = 10


@pytest.fixture(scope="module")
def story() -> Iterator[PlayedStory]:
    """The story on a site that embeds few histories, so that some have to be paged."""
    played = played_story(600)
    before, played.site.changelog_limit = played.site.changelog_limit, 8
    yield played
    played.site.changelog_limit = before


def figures(synced_site: SyncedSite) -> tuple[object, object]:
    return synced_site.site_tenant.all_figures(), {
        key: synced_site.site_tenant.report(key) for key in ("growth-acme", "growth-bolt")
    }


def killed_backfill(synced_site: SyncedSite, points: set[int]) -> int:
    """Read all histories, killed at each of the points; return how many requests were lost with unsaved steps."""
    moments, lost = 0, 0

    def kill() -> None:
        nonlocal moments
        moments += 1
        if moments in points:
            raise ProcessKilled

    synced_site.kill = kill
    while True:
        try:
            synced_site.backfill()
        except ProcessKilled:
            lost += len(synced_site.site.faults.calls) - synced_site.before
        else:
            synced_site.kill = lambda: None
            return lost


def test_a_killed_backfill_gives_the_bytes_of_a_whole_one(migrated_url: str, story: PlayedStory) -> None:
    with open_synced_site(migrated_url, story) as whole:
        moments = [0]
        whole.kill = lambda: moments.__setitem__(0, moments[0] + 1)
        whole.backfill()
        calls, whole.kill = len(whole.site.faults.calls), lambda: None
        whole.reconcile()
        expected = figures(whole)
    with open_synced_site(migrated_url, story) as broken:
        lost = killed_backfill(broken, set(Random(4).sample(range(2, moments[0]), KILLS)))
        assert len(broken.site.faults.calls) - calls <= lost
        broken.reconcile()
        assert figures(broken) == expected


def test_a_backfill_and_webhooks_alone_agree_after_one_whole_reconcile(migrated_url: str, story: PlayedStory) -> None:
    with open_synced_site(migrated_url, story) as read:
        read.backfill()
        read.reconcile()
        expected = figures(read)
        told_only = SyncedSite(
            add_site_tenant(read.site_tenant.engine, read.site_tenant.now), story.site, read.app, read.url
        )
        told_only.site_tenant.agree(*story.engagements())
        told_only.site_tenant.keep(story.bodies())
        told_only.site_tenant.drain()
        told_only.backfill()
        told_only.reconcile()
        assert figures(told_only) == expected


def test_no_request_of_a_whole_backfill_is_made_twice(migrated_url: str, story: PlayedStory) -> None:
    with open_synced_site(migrated_url, story) as synced_site:
        synced_site.backfill()
        repeated = {what: count for what, count in synced_site.asked().items() if count > 1}
        with synced_site.site_tenant.engine.connect() as connection:
            listings = select_listings(connection, synced_site.site_tenant.tenant_id, "history")
    assert set(repeated) <= {
        "GET /rest/api/3/status?",  # once for each project, whose statuses may be its own
        "GET /rest/api/3/field?",  # with the statuses
        "POST /rest/api/3/search/jql?",
        "POST /rest/api/3/search/approximate-count?",
        "POST /rest/api/3/issue/bulkfetch?",  # the keys that no ticket of a project has, of each project
    }
    assert sum(listing.requests for listing in listings) == len(synced_site.site.faults.calls)
