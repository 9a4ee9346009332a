"""A ticket that left its project counts on: found by its old key, and read again when it changes elsewhere."""

from collections.abc import Iterator

import pytest

from connector.sync.steps import step_history, step_others
from tests.sync.site import HOUR, Reading, reading
from tests.sync.test_reconcile import DAY
from tests.webhooks.site import own_story

READ = ("GROW",)


@pytest.fixture
def site_reading(migrated_url: str) -> Iterator[Reading]:
    with reading(migrated_url, own_story(30)) as opened_reading:
        yield opened_reading


def read_history(site_reading: Reading) -> None:
    site_reading.until_through(lambda source: step_history(source, list(READ)))


def now(site_reading: Reading) -> int:
    return site_reading.now() // 1000 * 1000


def moved(site_reading: Reading) -> set[int]:
    return {issue.id for issue in site_reading.site.issues.values() if any("GROW-" in key for key in issue.old_keys)}


def test_what_moved_away_before_the_first_reading_is_found_by_its_old_key_once(site_reading: Reading) -> None:
    site = site_reading.site
    newest = max(issue.id for issue in site.issues.values() if issue.key.startswith("GROW-"))
    site.move_issue(newest, "SHOP", by=site.issue(newest).reporter, at=now(site_reading))
    elsewhere = {issue_id for issue_id in moved(site_reading) if not site.issue(issue_id).key.startswith("GROW-")}
    assert newest in elsewhere
    read_history(site_reading)
    assert elsewhere <= site_reading.known().keys()
    asked = site_reading.calls("issue/bulkfetch")
    site_reading.shift += DAY
    site_reading.reconcile()
    # The night asks for the numbers beyond the highest, once for each project, and not for each gap again.
    assert site_reading.calls("issue/bulkfetch") - asked <= 5


def test_what_counts_and_is_elsewhere_is_read_again_by_the_hours_reconcile(site_reading: Reading) -> None:
    site, ground = site_reading.site, site_reading.ground
    read_history(site_reading)
    (finished, *_), *_ = ground.rows(
        "SELECT min(e.issue_id) FROM entry e JOIN issue i USING (tenant_id, issue_id)"
        " WHERE e.tenant_id = :t AND i.key LIKE 'GROW-%'"
    )
    site_reading.shift += DAY
    site.move_issue(finished, "SHOP", by=site.issue(finished).reporter, at=now(site_reading))
    site_reading.reconcile()
    site_reading.shift += HOUR
    site.edit(finished, by=site.issue(finished).reporter, at=now(site_reading), labels=("reopened",))
    site_reading.until_through(lambda source: step_others(source, site_reading.now()))
    stored = ground.rows("SELECT key, updated FROM issue WHERE tenant_id = :t AND issue_id = :i", i=finished)
    assert stored == [(site.issue(finished).key, site.issue(finished).updated)]
