"""A ticket that left its project counts on: found by its old key, and read again when it changes elsewhere."""

from collections.abc import Iterator

import pytest

from connector.sync.steps import step_history, step_others
from tests.sync.site import HOUR, SyncedSite, open_synced_site
from tests.sync.test_reconcile import DAY
from tests.webhooks.site import own_story

READ = ("GROW",)


@pytest.fixture
def synced_site(migrated_url: str) -> Iterator[SyncedSite]:
    with open_synced_site(migrated_url, own_story(30)) as opened_reading:
        yield opened_reading


def read_history(synced_site: SyncedSite) -> None:
    synced_site.until_through(lambda source: step_history(source, list(READ)))


def now(synced_site: SyncedSite) -> int:
    return synced_site.now() // 1000 * 1000


def moved(synced_site: SyncedSite) -> set[int]:
    return {issue.id for issue in synced_site.site.issues.values() if any("GROW-" in key for key in issue.old_keys)}


def test_what_moved_away_before_the_first_reading_is_found_by_its_old_key_once(synced_site: SyncedSite) -> None:
    site = synced_site.site
    newest = max(issue.id for issue in site.issues.values() if issue.key.startswith("GROW-"))
    site.move_issue(newest, "SHOP", by=site.issue(newest).reporter, at=now(synced_site))
    elsewhere = {issue_id for issue_id in moved(synced_site) if not site.issue(issue_id).key.startswith("GROW-")}
    assert newest in elsewhere
    read_history(synced_site)
    assert elsewhere <= synced_site.known().keys()
    asked = synced_site.calls("issue/bulkfetch")
    synced_site.shift += DAY
    synced_site.reconcile()
    # The night asks for the numbers beyond the highest, once for each project, and not for each gap again.
    assert synced_site.calls("issue/bulkfetch") - asked <= 5


def test_what_counts_and_is_elsewhere_is_read_again_by_the_hours_reconcile(synced_site: SyncedSite) -> None:
    site, site_tenant = synced_site.site, synced_site.site_tenant
    read_history(synced_site)
    (finished, *_), *_ = site_tenant.rows(
        "SELECT min(e.issue_id) FROM entry e JOIN issue i USING (tenant_id, issue_id)"
        " WHERE e.tenant_id = :t AND i.key LIKE 'GROW-%'"
    )
    synced_site.shift += DAY
    site.move_issue(finished, "SHOP", by=site.issue(finished).reporter, at=now(synced_site))
    synced_site.reconcile()
    synced_site.shift += HOUR
    site.edit(finished, by=site.issue(finished).reporter, at=now(synced_site), labels=("reopened",))
    synced_site.until_through(lambda source: step_others(source, synced_site.now()))
    stored = site_tenant.rows("SELECT key, updated FROM issue WHERE tenant_id = :t AND issue_id = :i", i=finished)
    assert stored == [(site.issue(finished).key, site.issue(finished).updated)]
