"""Whatever Jira does in between, a sync ends complete: limits, failures, half answers and expired page tokens."""

from random import Random

import pytest

from tests.jira.faults import Faults
from tests.sync.site import open_synced_site
from tests.webhooks.site import played_story

KINDS = ("burst", "silent", "quota", "fail", "cut", "expire")


def inject(faults: Faults, chance: Random) -> None:
    """One fault of a kind drawn by chance, for one call to come."""
    kind = chance.choice(KINDS)
    path = chance.choice(("search/jql", "changelog", "bulkfetch", "status", "project/"))
    if kind == "burst":
        faults.burst(path, retry_after=1)
    elif kind == "silent":
        faults.burst(path, retry_after=None)
    elif kind == "quota":
        faults.quota(path, retry_after=1)
    elif kind == "fail":
        faults.fail(path, status=chance.choice((500, 502, 503, 504)))
    elif kind == "cut":
        faults.cut(path)
    else:
        faults.expire_page_tokens()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_sync_through_faults_ends_with_the_same_bytes(migrated_url: str, seed: int) -> None:
    story = played_story(200)
    before, story.site.changelog_limit = story.site.changelog_limit, 8
    with open_synced_site(migrated_url, story) as calm:
        calm.backfill()
        calm.reconcile()
        expected = calm.site_tenant.all_figures()
    with open_synced_site(migrated_url, story) as rough:
        chance = Random(seed)

        def raise_fault() -> None:
            if chance.random() < 0.3:
                inject(rough.site.faults, chance)

        rough.kill = raise_fault
        rough.backfill()
        rough.kill = lambda: None
        rough.site.faults.rules.clear()
        rough.reconcile()
        assert rough.site_tenant.all_figures() == expected
    story.site.changelog_limit = before
